"""JSON that platforms answer with or put into their pages 接口数据: values by path, each noting its place."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from crawlers.platforms.parse import Count, count_of, decimal_of, whole_number, yuan_of_fen
from crawlers.platforms.tree import json_of, link_of, squash
from domain.errors import ExtractionError

_RANGE = re.compile(r"\s*(\d[\d.,]*)\s*[-~–—]\s*(\d[\d.,]*)\s*")
_SIGN = re.compile(r"[¥￥元\s]")
_STATE = re.compile(r"[=>(]\s*\{(?=\s*\")")
_LEAST_STATE = 500
"""Characters of an object that is worth a look."""
_CALLBACK = re.compile(r"^\s*[\w$.]{1,80}\s*\(\s*(?=[\[{])")
_LABELLED = re.compile(r"([^：:]{1,60})[：:](.*)", re.DOTALL)
_MOST = 2_000
_MOST_MARKS = 10
"""Places of one mark that are tried: pages set a state empty, test it, and fill it further down."""


@dataclass
class Payload:
    """One JSON document; ``provenance`` fills as fields are read."""

    value: Any
    url: str
    layer: str = "json"
    provenance: dict[str, str] = field(default_factory=dict)
    missing: dict[str, None] = field(default_factory=dict)

    def at(self, *paths: str, name: str = "") -> Any:
        """The first value that is there and not empty; its place is noted under ``name``.

        Keys are parted by dots; ``[]`` opens the first item of a list; a text that is JSON itself is opened.
        """
        return self._find(name, paths)

    def text(self, name: str, *paths: str) -> str:
        """A text; numbers as written; "" when nothing is there."""
        value = self._find(name, paths)
        is_written = isinstance(value, str | int | float) and not isinstance(value, bool)
        return squash(html.unescape(str(value))) if is_written else ""

    def required(self, name: str, *paths: str) -> str:
        """A text that has to be there.

        Raises:
            ExtractionError: it is not.
        """
        text = self.text(name, *paths)
        if not text:
            raise ExtractionError(name, url=self.url, why=f"nothing at {' or '.join(paths)}")
        return text

    def yuan(self, name: str, *paths: str) -> Decimal | None:
        """An amount in yuan, as text or number."""
        text = _SIGN.sub("", self.text(name, *paths))
        return decimal_of(text) if re.fullmatch(r"\d{1,12}(\.\d{1,4})?", text) else None

    def fen(self, name: str, *paths: str) -> Decimal | None:
        """An amount in fen 分."""
        text = self.text(name, *paths)
        return yuan_of_fen(int(text)) if re.fullmatch(r"\d{1,15}", text) else None

    def span(self, name: str, *paths: str) -> tuple[Decimal | None, Decimal | None]:
        """Both ends of a price as written: "1998-4390", or one amount twice."""
        text = _SIGN.sub("", self.text(name, *paths))
        if match := _RANGE.fullmatch(text):
            return decimal_of(match[1]), decimal_of(match[2])
        amount = decimal_of(text) if re.fullmatch(r"\d{1,12}(\.\d{1,4})?", text) else None
        return amount, amount

    def whole(self, name: str, *paths: str) -> int | None:
        """A count that is given exactly."""
        text = self.text(name, *paths)
        return whole_number(text) if text else None

    def count(self, name: str, *paths: str) -> Count:
        """A count as shown, with its bounds."""
        return count_of(self.text(name, *paths))

    def rows(self, *paths: str, name: str = "") -> list[dict[str, Any]]:
        """The objects of a list."""
        value = self._find(name, paths)
        return [row for row in value[:_MOST] if isinstance(row, dict)] if isinstance(value, list) else []

    def texts(self, name: str, *paths: str) -> tuple[str, ...]:
        """The texts of a list."""
        value = self._find(name, paths)
        texts = (
            [squash(each) for each in value[:_MOST] if isinstance(each, str)]
            if isinstance(value, list)
            else []
        )
        return tuple(dict.fromkeys(text for text in texts if text))

    def links(self, name: str, *paths: str) -> tuple[str, ...]:
        """The addresses of a list."""
        links = (link_of(self.url, text) for text in self.texts(name, *paths))
        return tuple(link for link in links if link)

    def _find(self, name: str, paths: Iterable[str]) -> Any:
        for path in paths:
            value = _at(self.value, path)
            if value is not None and value != "" and value != "null" and value != []:
                if name:
                    self.provenance[name] = f"{self.layer}: {path}"
                return value
        if name:
            self.missing[name] = None
        return None


def payload_of(text: str, url: str) -> Payload:
    """The JSON object that a response is, a JSONP call around it included.

    Raises:
        ExtractionError: it is none.
    """
    stripped = text.strip().lstrip("\ufeff")
    if match := _CALLBACK.match(stripped):
        stripped = stripped[match.end() :].rstrip().rstrip(";").rstrip().removesuffix(")")
    value = json_of(stripped)
    if not isinstance(value, dict):
        raise ExtractionError("payload", url=url, why=f"no JSON object: {stripped[:60]!r}")
    return Payload(value, url)


def object_after(text: str, mark: str, url: str, *, layer: str) -> Payload | None:
    """The first JSON object close behind ``mark`` that parses; ``None`` when there is none."""
    start = -1
    for _ in range(_MOST_MARKS):
        start = text.find(mark, start + 1)
        brace = text.find("{", start + len(mark), start + len(mark) + 200) if start >= 0 else -1
        if start < 0:
            return None
        if brace < 0:
            continue
        try:
            value, _end = json.JSONDecoder().raw_decode(text, brace)
        except (ValueError, RecursionError):
            continue
        return Payload(value, url, layer)
    return None


def states_in(text: str, url: str) -> Iterator[Payload]:
    """The larger JSON objects that scripts of a page set or hold, in page order."""
    end, left = 0, _MOST_MARKS
    for found in _STATE.finditer(text):
        if found.end() <= end:
            continue
        if not left:
            return
        try:
            value, stop = json.JSONDecoder().raw_decode(text, found.end() - 1)
        except (ValueError, RecursionError):
            left -= 1
            continue
        if stop - found.end() >= _LEAST_STATE:
            end, left = stop, left - 1
            yield Payload(value, url, "script")


def texts_after(text: str, mark: str, path: str) -> list[str]:
    """Texts, numbers and flags at ``path`` in the object behind ``mark``; a list gives all of its own."""
    found = _at(_value_after(text, mark), path)
    things = found[:_MOST] if isinstance(found, list) else [found]
    return [
        str(each).lower() if isinstance(each, bool) else str(each)
        for each in things
        if isinstance(each, str | int | float)
    ]


@lru_cache(maxsize=4)
def _value_after(text: str, mark: str) -> Any:
    # All fields of a page read the same object.
    found = object_after(text, mark, "", layer="script")
    return found.value if found else None


def is_json(text: str) -> bool:
    """Whether a response is JSON or JSONP rather than a page."""
    start = text[:200].lstrip("\ufeff \t\r\n")
    return start.startswith(("{", "[")) or _CALLBACK.match(start) is not None


def attributes_in(groups: Any) -> tuple[tuple[str, str], ...]:
    """Attribute rows 商品参数 in any of the shapes in use.

    >>> attributes_in([{"基本信息": [{"品牌": "木墨"}]}]), attributes_in(["品牌：Apple"])
    ((('品牌', '木墨'),), (('品牌', 'Apple'),))
    """
    pairs: list[tuple[str, str]] = []
    waiting, left = [groups], _MOST
    while waiting and left:
        left -= 1
        thing = waiting.pop(0)
        if isinstance(thing, list):
            waiting[:0] = thing[:_MOST]
        elif isinstance(thing, dict):
            pairs.extend(_pair_of(thing))
            waiting[:0] = [
                inner for inner in thing.values() if isinstance(inner, list) and _holds_rows(inner)
            ]
        elif isinstance(thing, str) and (match := _LABELLED.match(thing)):
            pairs.append((squash(match[1]), squash(match[2])))
    return tuple(dict.fromkeys((name, value) for name, value in pairs if name and value))


def _pair_of(row: dict[str, Any]) -> list[tuple[str, str]]:
    name = row.get("name") or row.get("key") or row.get("attName")
    value = row.get("value") or row.get("values") or row.get("vals")
    if isinstance(value, list):
        value = " ".join(each for each in value if isinstance(each, str))
    if isinstance(name, str) and isinstance(value, str):
        return [(squash(name), squash(value))]
    if len(row) == 1:
        ((name, value),) = row.items()
        if isinstance(value, str):
            return [(squash(name), squash(value))]
    return []


def _holds_rows(inner: list[Any]) -> bool:
    return bool(inner) and isinstance(inner[0], dict | list)


def value_of(attributes: Iterable[tuple[str, str]], *names: str) -> str:
    """The value of the first attribute with one of ``names``; "" without one."""
    known = dict(attributes)
    return next((known[name] for name in names if name in known), "")


def inner_of(value: Any) -> Any:
    """What a text that is JSON itself holds, as platforms wrap responses in each other; else the value."""
    if isinstance(value, str) and value[:1] in ("{", "[") and len(value) > len("{}"):
        inner = _parsed(value)
        return value if inner is None else inner
    return value


@lru_cache(maxsize=8)
def _parsed(text: str) -> Any:
    # Every field of a page goes through the same few texts.
    return json_of(text)


def _at(value: Any, path: str) -> Any:
    for key in path.split("."):
        value = inner_of(value)
        if key == "[]":
            value = value[0] if isinstance(value, list) and value else None
        else:
            value = value.get(key) if isinstance(value, dict) else None
        if value is None:
            return None
    return value
