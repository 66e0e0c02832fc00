"""Values of a script 脚本取值: texts, elements, what is not known, and what string methods make of them."""

from __future__ import annotations

import base64
import binascii
import json
import re
import urllib.parse
from dataclasses import dataclass
from typing import Any

_MOST_TEXT = 20_000


class Unknown:
    """A value that cannot be known without running the script."""


UNKNOWN = Unknown()


@dataclass(frozen=True, slots=True)
class Node:
    """An element that a script names: by id, by selector, or one it made."""

    how: str
    name: str


class Made:
    """An element that a script made and has not put anywhere yet."""

    def __init__(self, tag: str) -> None:
        self.tag = tag if re.fullmatch(r"[A-Za-z][A-Za-z0-9]{0,11}", tag) else "div"
        self.html = ""
        self.style = ""
        self.address = ""

    def markup(self) -> str:
        """The element as HTML."""
        style = f' style="{self.style}"' if self.style else ""
        name = "href" if self.tag == "a" else "src"
        address = f' {name}="{escaped(self.address).replace(chr(34), "&quot;")}"' if self.address else ""
        return f"<{self.tag}{address}{style}>{self.html}</{self.tag}>"


def property_of(owner: Any, name: Any) -> Any:
    """``owner.name`` or ``owner[name]``."""
    if isinstance(owner, dict):
        return owner.get(str(name), UNKNOWN)
    if isinstance(owner, (list, str)) and isinstance(name, int):
        return owner[name] if -len(owner) <= name < len(owner) else UNKNOWN
    if name == "style" and isinstance(owner, (Node, Made)):
        return ("style", owner)
    if name in {"body", "documentElement"} and owner == ("global", "document"):
        return Node("css", "body")
    if isinstance(owner, tuple) and owner[:1] == ("global",) and owner[1] in {"window", "self", "top"}:
        return ("global", name)
    if isinstance(owner, list) and owner and isinstance(owner[0], Node) and isinstance(name, int):
        return owner[0]
    return UNKNOWN


def string_call(owner: Any, name: str, value: Any, arguments: list[Any]) -> Any:  # noqa: C901
    """What a method of texts and lists, or a function that makes texts, gives; ``UNKNOWN`` for all others."""
    first = arguments[0] if arguments else UNKNOWN
    text = text_of(first)
    if isinstance(owner, list):
        if name == "join":
            parts = [text_of(each) for each in owner]
            return (
                UNKNOWN if None in parts else (text if text is not None else ",").join(p or "" for p in parts)
            )
        if name == "reverse":
            return owner[::-1]
        if name == "concat" and isinstance(first, list):
            return owner + first
        if name in {"map", "filter", "slice"}:
            return owner if name != "slice" else owner[int(first) if isinstance(first, int) else 0 :]
    if isinstance(owner, str):
        if name == "split":
            return list(owner) if text == "" else owner.split(text) if text else [owner]
        if name in {"trim", "toString", "valueOf"}:
            return owner.strip() if name == "trim" else owner
        if name in {"toUpperCase", "toLowerCase"}:
            return owner.upper() if name == "toUpperCase" else owner.lower()
        if name == "concat":
            return plus(owner, first)
        if name in {"replace", "replaceAll"} and text is not None and len(arguments) > 1:
            second = text_of(arguments[1])
            return (
                owner.replace(text, second, 1 if name == "replace" else -1) if second is not None else UNKNOWN
            )
        if name in {"slice", "substring", "substr"} and isinstance(first, int):
            end = arguments[1] if len(arguments) > 1 and isinstance(arguments[1], int) else None
            if name == "substr" and end is not None:
                end += first
            return owner[first:end]
    if name == "fromCharCode" and all(isinstance(each, int) for each in arguments):
        return "".join(chr(each) for each in arguments if 0 <= each < 0x110000)
    if name == "atob" and text is not None:
        try:
            return base64.b64decode(text + "=" * (-len(text) % 4)).decode("latin-1")
        except (binascii.Error, ValueError):
            return UNKNOWN
    if name == "escape" and text is not None:
        return urllib.parse.quote(text.encode("latin-1", "replace"))
    if name in {"decodeURIComponent", "decodeURI", "unescape"} and text is not None:
        plain = re.sub(r"%u([0-9a-fA-F]{4})", lambda m: chr(int(m[1], 16)), text)
        return urllib.parse.unquote(plain)
    if name == "parse" and text is not None:
        try:
            return json.loads(text)
        except ValueError:
            return UNKNOWN
    if name == "String":
        return first
    return UNKNOWN


def plus(one: Any, other: Any) -> Any:
    """Two values as one text of at most 20,000 characters."""
    left, right = text_of(one), text_of(other)
    if left is None and right is None:
        return UNKNOWN
    # What cannot be known is left out: the known part of a text is still what the visitor sees.
    return ((left or "") + (right or ""))[:_MOST_TEXT]


def text_of(value: Any) -> str | None:
    """A value as text; ``None`` where it is not known."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, tuple) and value == ("global", "true"):
        return "true"
    if isinstance(value, tuple) and value in (("global", "false"), ("global", "null")):
        return ""
    return None


def escaped(text: str) -> str:
    """A text as HTML."""
    return text.replace("&", "&amp;").replace("<", "&lt;")
