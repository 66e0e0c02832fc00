"""What a page's own style sheets cross out or hide 页内样式: rules of classes, names, tags and attributes.

Sheets that are fetched from elsewhere are not read, nor rules for print, for a window's width or for a state.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from crawlers.platforms.kept import kept
from crawlers.platforms.tree import Element

_MOST_CHARACTERS = 300_000
_MOST_RULES = 200
_MOST_TURNING = 40
"""Selectors of direction: they are asked of every element, where a page has any."""
_LONGEST_SELECTOR = 200
_DEEPEST = 30
_STRUCK, _HIDDEN = re.compile(r"line-through"), re.compile(r"display\s*:\s*none")
_OVERRIDDEN = re.compile(r"unicode-bidi\s*:\s*(?:bidi|isolate)-override", re.IGNORECASE)
_FROM_RIGHT = re.compile(r"direction\s*:\s*rtl", re.IGNORECASE)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_ATTRIBUTE = r"\[[\w-]+(?:=(?:\"[^\"\]]*\"|'[^'\]]*'|[\w-]+))?\]"
_COMPOUND = re.compile(rf"(?P<tag>[a-z][\w-]*)?(?P<marks>(?:[.#][\w-]+|{_ATTRIBUTE})*)", re.IGNORECASE)
_MARK = re.compile(r"([.#])([\w-]+)")
_TOLD = re.compile(r"\[([\w-]+)(?:=[\"']?([^\"'\]]*)[\"']?)?\]")


class _Compound(NamedTuple):
    tag: str
    name: str
    classes: frozenset[str]
    attributes: tuple[tuple[str, str | None], ...]
    """Each with the value asked for, or ``None`` where any will do."""

    def fits(self, element: Element) -> bool:
        if (self.tag and element.tag != self.tag) or (self.name and element.get("id") != self.name):
            return False
        for name, wanted in self.attributes:
            value = element.get(name)
            if value is None or (wanted is not None and value != wanted):
                return False
        return not self.classes or self.classes.issubset((element.get("class") or "").split())


_Selector = tuple[_Compound, ...]


@dataclass(frozen=True)
class Styles:
    """The rules of style elements, read when they are first asked for."""

    sheets: tuple[Element, ...] | list[Element]

    @property
    def crosses(self) -> bool:
        """Whether any rule crosses something out."""
        return bool(self._crossing)

    @property
    def hides(self) -> bool:
        """Whether any rule hides something."""
        return bool(self._hiding)

    def cross_out(self, element: Element) -> bool:
        """Whether a rule for the element itself crosses out what stands in it."""
        return _fit(self._crossing, element)

    def hide(self, element: Element) -> bool:
        """Whether a rule for the element itself hides it."""
        return _fit(self._hiding, element)

    def override(self, element: Element) -> bool:
        """Whether a rule for the element itself writes its text in one direction, whatever the letters."""
        return _fit(self._overriding, element)

    def from_right(self, element: Element) -> bool:
        """Whether a rule for the element itself sets its direction from right to left."""
        return _fit(self._from_right, element)

    @kept
    def _overriding(self) -> list[_Selector]:
        return list(islice(_selectors(self._text, _OVERRIDDEN), _MOST_TURNING))

    @kept
    def _from_right(self) -> list[_Selector]:
        return list(islice(_selectors(self._text, _FROM_RIGHT), _MOST_TURNING))

    @kept
    def _crossing(self) -> list[_Selector]:
        return list(_selectors(self._text, _STRUCK))

    @kept
    def _hiding(self) -> list[_Selector]:
        # A script takes attributes such as ``v-cloak`` away before anybody sees the page.
        found = _selectors(self._text, _HIDDEN)
        return [each for each in found if not any(part.attributes for part in each)]

    @kept
    def _text(self) -> str:
        text = "\n".join(each.text or "" for each in self.sheets)[:_MOST_CHARACTERS]
        return _COMMENT.sub("", text)


def _selectors(text: str, wanted: re.Pattern[str]) -> Iterator[_Selector]:
    """Selectors of the rules outside any block of conditions whose body holds what is wanted."""
    depth, counted, last = 0, 0, -1
    for match in islice(wanted.finditer(text), _MOST_RULES):
        opening = text.rfind("{", counted, match.start())
        if opening in (-1, last):
            continue
        depth += text.count("{", counted, opening) - text.count("}", counted, opening)
        heads = text[max(text.rfind(mark, counted, opening) for mark in "{};") + 1 : opening]
        counted, last, is_outside = opening, opening, depth <= 0
        if is_outside and "}" not in text[opening : match.start()]:
            yield from _parsed(heads.split(","))


def _parsed(heads: Iterable[str]) -> Iterator[_Selector]:
    for head in heads:
        compounds = [_COMPOUND.fullmatch(each) for each in head[:_LONGEST_SELECTOR].replace(">", " ").split()]
        if compounds and all(compounds):
            yield tuple(_compound(each["tag"] or "", each["marks"]) for each in compounds if each)


def _compound(tag: str, text: str) -> _Compound:
    attributes = tuple((match[1].lower(), match[2]) for match in _TOLD.finditer(text))
    marks = _MARK.findall(_TOLD.sub("", text) if attributes else text)
    classes = frozenset(word for sign, word in marks if sign == ".")
    name = next((word for sign, word in marks if sign == "#"), "")
    return _Compound(tag.lower(), name, classes, attributes)


def _fit(selectors: list[_Selector], element: Element) -> bool:
    return any(each[-1].fits(element) and _fits_above(each[:-1], element) for each in selectors)


def _fits_above(compounds: _Selector, element: Element) -> bool:
    """Whether ancestors fit the rest of a selector, in order; a child's mark is read as a descendant's."""
    waiting, above = list(compounds), element.getparent()
    for _ in range(_DEEPEST):
        if not waiting or above is None:
            break
        if waiting[-1].fits(above):
            waiting.pop()
        above = above.getparent()
    return not waiting
