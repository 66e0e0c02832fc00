"""What a person sees on a page, in reading order: text runs, lines, and amounts with what stands around them.

One walk over the tree; everything the generic adapter decides by looking comes from here.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import NamedTuple

from lxml import etree

from crawlers.platforms.generic_words import (
    ASIDE_CLASS,
    MAIN_CLASS,
    OLD_CLASS,
    OTHER_CLASS,
    PRICE_CLASS,
)
from crawlers.platforms.tree import Element, marked_elements, squash

_UNSEEN = frozenset({
    "head", "script", "style", "template", "noscript", "iframe",
    "object", "svg", "canvas", "video", "audio", "datalist",
    "textarea", "option", "select",
})  # fmt: skip
_INLINE = frozenset({
    "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code",
    "data", "del", "em", "font", "i", "ins", "kbd", "label", "mark",
    "q", "s", "small", "span", "strike", "strong", "sub",
    "sup", "time", "tt", "u", "var", "meta", "img", "link",
})  # fmt: skip
_STRUCK = frozenset({"del", "s", "strike"})
_NAMING = ("class", "id", "itemprop", "data-test", "data-testid")
_MOST_RUNS = 40_000
_LONGEST_RUN = 4_000
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
HIDDEN_CLASS = re.compile(
    r"(?:^|\s)(?:hidden|hide|d-none|is-hidden|aok-hidden|visually-?hidden|sr-only|screen-reader-text|"
    r"ng-hide|a-offscreen|clipped)(?:\s|$)"
)
"""What markup calls things that are not shown; matched against lower-case names."""


class Run(NamedTuple):
    """One text node a person can see."""

    text: str
    element: Element
    line: int
    struck: bool
    """Crossed out by its markup."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What the name of an element says about an amount in it."""

    is_price: bool
    is_main: bool
    is_old: bool
    is_hidden: bool
    other: str
    aside: str


@lru_cache(maxsize=8192)
def marks_of(name: str) -> Marks:
    """What a name as ``named`` gives it says; pages use the same few over and over."""
    other, aside = OTHER_CLASS.search(name), ASIDE_CLASS.search(name)
    return Marks(
        is_price=PRICE_CLASS.search(name) is not None,
        is_main=MAIN_CLASS.search(name) is not None,
        is_old=OLD_CLASS.search(name) is not None,
        is_hidden=HIDDEN_CLASS.search(name) is not None,
        other=other[0] if other else "",
        aside=aside[0] if aside else "",
    )


@dataclass(frozen=True)
class View:
    """The visible page."""

    root: Element
    runs: list[Run]
    _marks: dict[Element, Marks] = field(default_factory=dict, repr=False)

    def marks(self, element: Element) -> Marks:
        """What the element's name says; asked again and again for what many amounts stand in."""
        known = self._marks.get(element)
        if known is None:
            known = self._marks[element] = marks_of(named(element))
        return known

    @cached_property
    def lines(self) -> list[str]:
        """The page a block a line, none of them empty; a run's ``line`` is an index into it."""
        lines: list[list[str]] = []
        for run in self.runs:
            if run.line == len(lines):
                lines.append([run.text])
            else:
                lines[-1].append(run.text)
        return [squash("".join(each)) for each in lines]

    def runs_with(self, folded: str) -> Iterator[int]:
        """Places of runs in which a lower-case text stands whole, in order."""
        text, starts = self.folded
        at = text.find(folded) if folded else -1
        while at >= 0:
            place = bisect_right(starts, at) - 1
            yield place
            at = text.find(folded, starts[place + 1]) if place + 1 < len(starts) else -1

    @cached_property
    def folded(self) -> tuple[str, list[int]]:
        """All runs in lower case, one a line, and where each begins."""
        # The one letter whose lower case is longer would move everything behind it.
        text = "\n".join(run.text for run in self.runs).replace("\u0130", "i").lower()
        starts, start = [], 0
        for run in self.runs:
            starts.append(start)
            start += len(run.text) + 1
        return text, starts

    @cached_property
    def place_of(self) -> dict[Element, int]:
        """Index of the first run of each element that holds text of its own."""
        places: dict[Element, int] = {}
        for place, run in enumerate(self.runs):
            places.setdefault(run.element, place)
        return places


def view_of(root: Element) -> View:  # noqa: C901 - a call for each of thousands of nodes would cost more
    """One walk over the page."""
    hidden, crossed = _styled(root)
    runs: list[Run] = []
    add = runs.append
    line, struck_depth, depth, is_new = -1, 0, 0, True
    struck_at: list[int] = []
    walk = etree.iterwalk(root, events=("start", "end", "comment"))
    for event, node in walk:
        if event == "start":
            tag = node.tag
            depth += 1
            if tag not in _INLINE:
                is_new = True
            if tag in _UNSEEN or node in hidden:
                walk.skip_subtree()
                continue
            if tag in _STRUCK or node in crossed:
                struck_at.append(depth)
                struck_depth += 1
            text, owner = node.text, node
        else:
            if event == "end":
                if struck_at and struck_at[-1] == depth:
                    struck_at.pop()
                    struck_depth -= 1
                depth -= 1
                if node.tag not in _INLINE:
                    is_new = True
            text = node.tail
            if not text or node is root:
                continue
            owner = node.getparent()
        if text and not text.isspace() and owner is not None:
            if is_new:
                line += 1
                is_new = False
            add(Run(text[:_LONGEST_RUN], owner, line, struck_depth > 0))
            if len(runs) >= _MOST_RUNS:
                break
    return View(root, runs)


def _styled(root: Element) -> tuple[set[Element], set[Element]]:
    """Elements that their own style or attribute hides, and those that it crosses out."""
    hidden, crossed = set(), set()
    for node in marked_elements(root):
        style = (node.get("style") or "")[:4096]
        if node.get("hidden") is not None or (style and _HIDDEN_STYLE.search(style)):
            hidden.add(node)
        if "line-through" in style:
            crossed.add(node)
    return hidden, crossed


def chain(element: Element, levels: int) -> Iterator[Element]:
    """``element`` and its ancestors."""
    current: Element | None = element
    for _ in range(levels):
        if current is None:
            return
        yield current
        current = current.getparent()


def named(element: Element) -> str:
    """What an element is called by its markup, in lower case: class, id, itemprop and test attributes."""
    return " ".join(filter(None, map(element.get, _NAMING)))[:400].lower()
