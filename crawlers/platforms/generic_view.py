"""What a person sees on a page, in reading order: text runs, lines, and amounts with what stands around them.

One walk over the tree; everything the generic adapter decides by looking comes from here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from lxml import etree

from crawlers.platforms.tree import Element, squash

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
    r"ng-hide|a-offscreen|clipped)(?:\s|$)",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Run:
    """One text node a person can see."""

    text: str
    element: Element
    line: int
    struck: bool
    """Crossed out by its markup."""


@dataclass(frozen=True)
class View:
    """The visible page."""

    root: Element
    runs: list[Run]

    @cached_property
    def lines(self) -> list[str]:
        """The page a block a line; a run's ``line`` is an index into it."""
        pieces: list[list[str]] = [[] for _ in range(self.runs[-1].line + 1 if self.runs else 0)]
        for run in self.runs:
            pieces[run.line].append(run.text)
        return [squash("".join(each)) for each in pieces]

    @cached_property
    def place_of(self) -> dict[Element, int]:
        """Index of the first run of each element that holds text of its own."""
        places: dict[Element, int] = {}
        for place, run in enumerate(self.runs):
            places.setdefault(run.element, place)
        return places


def view_of(root: Element) -> View:  # noqa: C901 - a call for each of thousands of nodes would cost more
    """One walk over the page."""
    runs: list[Run] = []
    add = runs.append
    line, struck_depth, depth = 0, 0, 0
    struck_at: list[int] = []
    walk = etree.iterwalk(root, events=("start", "end", "comment"))
    for event, node in walk:
        tag = node.tag
        if event == "comment":
            if (
                node.tail
                and not node.tail.isspace()
                and node.getparent() is not None
                and len(runs) < _MOST_RUNS
            ):
                add(Run(node.tail[:_LONGEST_RUN], node.getparent(), line, struck_depth > 0))
            continue
        if event == "start":
            depth += 1
            if tag not in _INLINE:
                line += 1
            if tag in _UNSEEN or (node.attrib and _is_hidden(node)):
                walk.skip_subtree()
                continue
            if tag in _STRUCK or _is_struck(node):
                struck_at.append(depth)
                struck_depth += 1
            text = node.text
            if text and not text.isspace() and len(runs) < _MOST_RUNS:
                add(Run(text[:_LONGEST_RUN], node, line, struck_depth > 0))
            continue
        if struck_at and struck_at[-1] == depth:
            struck_at.pop()
            struck_depth -= 1
        depth -= 1
        if tag not in _INLINE:
            line += 1
        tail = node.tail
        if tail and not tail.isspace() and node is not root and len(runs) < _MOST_RUNS:
            add(Run(tail[:_LONGEST_RUN], node.getparent(), line, struck_depth > 0))
    return View(root, runs)


def _is_hidden(node: Element) -> bool:
    style = node.get("style")
    if style and _HIDDEN_STYLE.search(style[:4096]):
        return True
    return node.get("hidden") is not None


def _is_struck(node: Element) -> bool:
    style = node.get("style")
    return bool(style) and "line-through" in style[:4096]


def chain(element: Element, levels: int) -> Iterator[Element]:
    """``element`` and its ancestors."""
    current: Element | None = element
    for _ in range(levels):
        if current is None:
            return
        yield current
        current = current.getparent()


def named(element: Element) -> str:
    """What an element is called by its markup: class, id, itemprop and test attributes."""
    return " ".join(filter(None, map(element.get, _NAMING)))[:400]
