"""Queries that begin at a class or an id, answered from one look over the page 类与编号索引.

Such a query asks every element of the page for its class. A profile has a dozen of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from crawlers.platforms.tree import Element, Query, xpath

_BEGINNING = re.compile(
    r"descendant-or-self::\*\[(?:"
    r"@class and contains\(@class, '(?P<class>[\w-]+)'\)"
    r" and contains\(concat\(' ', normalize-space\(@class\), ' '\), ' (?P=class) '\)"
    r"|@id = '(?P<id>[\w-]+)')\](?P<rest>|/[^|]*)"
)
"""How a CSS selector for a class or an id begins once it is translated; none of several selectors."""
_NAMED = xpath("descendant-or-self::*[@class or @id]")
_CLASSES = re.compile(r"[^ \t\r\n]+")
"""White space as XPath has it."""


class _Anchored(NamedTuple):
    attribute: str
    name: str
    rest: Query | None
    """What is looked for from there; ``None`` for the element itself."""


@lru_cache(maxsize=4096)
def _anchored(query: Query) -> _Anchored | None:
    match = _BEGINNING.fullmatch(str(getattr(query, "path", "")))
    if match is None or match.lastgroup is None:
        return None
    attribute = "class" if match["class"] else "id"
    return _Anchored(attribute, match[attribute], xpath(f".{match['rest']}") if match["rest"] else None)


@dataclass(frozen=True)
class Anchors:
    """The classes and ids of one page."""

    root: Element

    def find(self, query: Query) -> list[Any]:
        """What ``query`` finds on the page, in document order."""
        anchored = _anchored(query)
        if anchored is None:
            return query(self.root)
        elements = self._elements[anchored.attribute].get(anchored.name, [])
        if anchored.rest is None or not elements:
            return list(elements)
        # What is found from several elements may be the same, or stand in another order.
        return anchored.rest(elements[0]) if len(elements) == 1 else query(self.root)

    @cached_property
    def _elements(self) -> dict[str, dict[str, list[Element]]]:
        classes: dict[str, list[Element]] = {}
        ids: dict[str, list[Element]] = {}
        for each in _NAMED(self.root):
            for name in dict.fromkeys(_CLASSES.findall(each.get("class", ""))):
                classes.setdefault(name, []).append(each)
            if (name := each.get("id")) is not None:
                ids.setdefault(name, []).append(each)
        return {"class": classes, "id": ids}
