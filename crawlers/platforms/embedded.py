"""Facts that a page carries for machines: JSON-LD and microdata (schema.org) as one shape, and meta tags.

Broken blocks are skipped, never repaired by guessing: a field that is then missing is reported as missing.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeAlias

from crawlers.platforms.kept import kept
from crawlers.platforms.tree import Element, squash, text_of, texts_of, xpath

Node: TypeAlias = dict[str, Any]

_MOST_BLOCKS = 200
_MOST_NODES = 2_000
_LONGEST_VALUE = 100_000
_MOST_MICRODATA = 2_000_000
_DEEPEST = 256

_ITEMS = xpath("(//@itemprop | //@itemscope)/..")
_HEADINGS = xpath("//h1")
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?://\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>|-->|;)\s*$"
)
_OPENING, _CLOSING = ("{", "["), ("}", "]")
_ATTRIBUTE_OF = {
    "a": "href", "area": "href", "link": "href", "img": "src", "source": "src", "video": "src",
    "audio": "src",
    "time": "datetime", "data": "value", "meter": "value", "object": "data",
}  # fmt: skip
_NAMES_OF_A_THING = ("@value", "name", "url", "contentUrl", "@id")


@dataclass(frozen=True)
class Embedded:
    """What one page carries for machines; each syntax is read at most once, and only when asked for."""

    root: Element

    def jsonld(self, path: str) -> list[str]:
        """Values at ``Type.key.key`` of the page's own JSON-LD; ``A|B.key`` accepts either type."""
        return self._values(self.jsonld_nodes, path)

    def microdata(self, path: str) -> list[str]:
        """Values at ``Type.itemprop.itemprop`` of the page's own microdata."""
        return self._values(self.microdata_nodes, path)

    def meta(self, name: str) -> list[str]:
        """Contents of the meta tags of that property, name or itemprop."""
        return self._meta_tags.get(name.lower(), [])

    def _values(self, nodes: Iterable[Node], path: str) -> list[str]:
        types, *keys = path.split(".")
        own = [node for node in nodes if types_of(node) & set(types.split("|"))]
        if len(own) > 1:
            # A page of one product often carries its neighbours too; the one that bears its heading is meant.
            own = [node for node in own if self._headings & set(plain_texts(_walk([node], ["name"])))] or own
        return plain_texts(_walk(own, keys))

    @kept
    def _headings(self) -> frozenset[str]:
        return frozenset(texts_of(_HEADINGS, self.root) + self.meta("og:title"))

    @kept
    def jsonld_nodes(self) -> list[Node]:
        """The things that JSON-LD blocks are about, in document order."""
        found: list[Node] = []
        blocks = (each for each in self._scripts if "ld+json" in (each.get("type") or "").lower())
        for script in islice(blocks, _MOST_BLOCKS):
            found.extend(_top_nodes(tolerant_json(script.text or "")))
        return found[:_MOST_NODES]

    @kept
    def microdata_nodes(self) -> list[Node]:
        """Microdata items that belong to no other item."""
        made: dict[Element, Node] = {}
        top: list[Node] = []
        left = _MOST_MICRODATA
        for element in self._items[:_MOST_NODES]:
            owner = _owner_of(element, made)
            value = _microdata_value(element, made)
            # Items nested in items repeat their text at every level: without a bound the cost is its square.
            left -= len(value)
            if left < 0:
                break
            for name in (element.get("itemprop") or "").split():
                if owner is not None:
                    owner.setdefault(name, []).append(value)
            if isinstance(value, dict) and owner is None:
                top.append(value)
        return top

    @kept
    def _scripts(self) -> list[Element]:
        return list(self.root.iter("script"))

    @kept
    def _metas(self) -> list[Element]:
        return list(self.root.iter("meta"))

    @kept
    def _items(self) -> list[Element]:
        return _ITEMS(self.root)

    @kept
    def _meta_tags(self) -> dict[str, list[str]]:
        tags: dict[str, list[str]] = {}
        for tag in self._metas:
            content = squash(tag.get("content") or "")
            for name in {(tag.get(key) or "").strip().lower() for key in ("property", "name", "itemprop")} - {
                ""
            }:
                if content:
                    tags.setdefault(name, []).append(content)
        return tags


def tolerant_json(text: str) -> Any:
    """A block's value; comments around it, escaped quotes and trailing commas are forgiven, more is not."""
    text = text.strip()
    if text[:1] not in _OPENING or text[-1:] not in _CLOSING:
        text = _WRAPPING.sub("", _WRAPPING.sub("", text)).strip()
    for mended in (str, html.unescape, _without_trailing_commas):
        attempt = mended(text)
        try:
            # Numbers stay as written: 19.90 is not 19.9, and a million digits are not worth an integer.
            return json.loads(
                attempt, strict=False, parse_float=str, parse_int=str, parse_constant=lambda _: None
            )
        except (ValueError, RecursionError):
            continue
    return None


def _without_trailing_commas(text: str) -> str:
    return _TRAILING_COMMA.sub("", text)


def _top_nodes(value: Any) -> Iterator[Node]:
    """The things a block is about: lists, ``@graph`` and ``mainEntity`` are opened, other nesting is not."""
    waiting, seen = [value], 0
    while waiting and seen < _MOST_NODES:
        thing = waiting.pop(0)
        seen += 1
        if isinstance(thing, list):
            waiting[:0] = thing[:_MOST_NODES]
        elif isinstance(thing, dict):
            yield thing
            waiting[:0] = [
                thing[key] for key in ("@graph", "mainEntity") if isinstance(thing.get(key), list | dict)
            ]


def types_of(node: Node, *, folded: bool = False) -> set[str]:
    """Names of a thing's types without their vocabulary; ``folded`` for pages that write ``product``."""
    types = node.get("@type")
    named = types if isinstance(types, list) else [types]
    names = {re.split(r"[/#:]", name)[-1] for name in named if isinstance(name, str)}
    return {name.lower() for name in names} if folded else names


def _walk(things: list[Any], keys: list[str]) -> list[Any]:
    for key in keys:
        things = [thing[key] for thing in _flat(things) if isinstance(thing, dict) and key in thing]
    return list(_flat(things))


def _flat(things: Iterable[Any]) -> Iterator[Any]:
    for thing in things:
        if isinstance(thing, list):
            yield from (inner for inner in thing[:_MOST_NODES] if not isinstance(inner, list))
        else:
            yield thing


def plain_texts(things: Iterable[Any]) -> list[str]:
    """Texts of things; a thing with parts stands for its name or address. Equal ones once, in order."""
    texts = []
    for thing in things:
        plain = thing
        if isinstance(thing, dict):
            plain = next(
                (inner for key in _NAMES_OF_A_THING for inner in _flat([thing.get(key)]) if inner), None
            )
        if isinstance(plain, str):
            texts.append(squash(html.unescape(plain[:_LONGEST_VALUE])))
    return [text for text in dict.fromkeys(texts) if text]


def _microdata_value(element: Element, made: dict[Element, Node]) -> Node | str:
    if element.get("itemscope") is not None:
        node: Node = {"@type": (element.get("itemtype") or "").split()}
        made[element] = node
        return node
    content = element.get("content") or element.get(_ATTRIBUTE_OF.get(str(element.tag), "content"))
    return content if content is not None else text_of(element)[:_LONGEST_VALUE]


def _owner_of(element: Element, made: dict[Element, Node]) -> Node | None:
    return next((made[each] for each in islice(element.iterancestors(), _DEEPEST) if each in made), None)
