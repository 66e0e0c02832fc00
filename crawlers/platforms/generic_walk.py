"""One walk over the tree of a page 一遍扫描: the text a person sees, and the elements that readers look for.

A query that starts at the root costs as much as this walk; a dozen readers with queries of their own would
cost a dozen of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from lxml import etree

from crawlers.platforms.tree import Element

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
_APART = frozenset({"img", "i"})
_TELLING = frozenset({"itemprop", "itemscope", "role", "style", "hidden", "aria-label"})
_ADDRESS_ALONE = ["href"]
_MOST_RUNS = 40_000
_LONGEST_RUN = 4_000
_LONGEST_STYLE = 4_096
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


class Run(NamedTuple):
    """One text node a person can see."""

    text: str
    element: Element
    line: int
    struck: bool
    """Crossed out by its markup."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Elements that readers look for, each list in document order; what is not shown is in them too."""

    metas: list[Element] = field(default_factory=list)
    scripts: list[Element] = field(default_factory=list)
    headings: list[Element] = field(default_factory=list)
    """Of the first rank."""
    pressable: list[Element] = field(default_factory=list)
    """Buttons, inputs and links, without those that a style of their own or around them hides, and without
    links that have nothing but an address."""
    roles: list[Element] = field(default_factory=list)
    """What has the role of a button."""
    lists: list[Element] = field(default_factory=list)
    """Tables and lists of any kind."""
    items: list[Element] = field(default_factory=list)
    """Microdata: things and their properties."""
    reviews: list[Element] = field(default_factory=list)
    """What its class calls a review or a comment."""
    pictures: list[Element] = field(default_factory=list)
    spoken: list[Element] = field(default_factory=list)
    """What has words for those who cannot see it."""
    styles: list[Element] = field(default_factory=list)
    """Style sheets of the page's own."""


def walk_over(root: Element) -> tuple[list[Run], Parts]:  # noqa: C901 - a call for each of thousands of nodes would cost more
    """Runs in reading order, and the parts.

    A run that white space, a picture, an icon or the borders of two elements part from the one before it on
    its line begins with a space.
    """
    parts, runs = Parts(), list[Run]()
    part_of, add, new, pressable = _by_tag(parts).get, runs.append, tuple.__new__, parts.pressable
    line, is_new, is_apart, has_ended = -1, True, False, False
    unseen: Element | None = None
    struck: list[Element] = []
    for event, node in etree.iterwalk(root, events=("start", "end", "comment")):
        if event == "start":
            tag, names = node.tag, node.keys()
            part = part_of(tag)
            is_hidden = is_crossed = False
            if names:
                if not _TELLING.isdisjoint(names):
                    is_hidden, is_crossed = _told_by_attributes(node, names, parts, unseen is None)
                if "class" in names:
                    called = node.get("class")
                    if "review" in called or "comment" in called or "rate-" in called:
                        parts.reviews.append(node)
                    if "star" in called and "title" in names:
                        parts.spoken.append(node)
            if part is not None and not (
                part is pressable and (is_hidden or unseen is not None or _is_plain_link(node, names))
            ):
                part.append(node)
            if unseen is not None:
                continue
            if tag not in _INLINE:
                is_new = True
            if is_hidden or tag in _UNSEEN:
                unseen = node
                continue
            if tag in _APART:
                is_apart = True
            if is_crossed or tag in _STRUCK:
                struck.append(node)
            text, owner = node.text, node
            if text and has_ended:
                is_apart = True
        else:
            if unseen is not None:
                if node is not unseen:
                    continue
                unseen = None
            if event == "end":
                has_ended = True
                if struck and struck[-1] is node:
                    struck.pop()
                if node.tag not in _INLINE:
                    is_new = True
            text, owner = node.tail, None
        if not text:
            continue
        if text.isspace():
            is_apart = True
        elif len(runs) < _MOST_RUNS:
            if owner is None:
                owner = node.getparent()
                if owner is None:
                    continue
            if is_new:
                line += 1
                is_new = False
            elif is_apart:
                text = f" {text}"
            is_apart = has_ended = False
            add(new(Run, (text[:_LONGEST_RUN], owner, line, bool(struck))))
    return runs, parts


def _is_plain_link(node: Element, names: list[str]) -> bool:
    return names == _ADDRESS_ALONE and not (node.get("href") or "").startswith("javascript:")


def _by_tag(parts: Parts) -> dict[str, list[Element]]:
    return {
        "meta": parts.metas,
        "script": parts.scripts,
        "h1": parts.headings,
        "img": parts.pictures,
        "style": parts.styles,
        **dict.fromkeys(("button", "input", "a"), parts.pressable),
        **dict.fromkeys(("table", "dl", "ul", "ol"), parts.lists),
    }


def _told_by_attributes(node: Element, names: list[str], parts: Parts, is_seen: bool) -> tuple[bool, bool]:
    """Whether an element is hidden, and whether it is crossed out, by its own attributes."""
    if "itemprop" in names or "itemscope" in names:
        parts.items.append(node)
    if is_seen and "role" in names and node.get("role") == "button":
        parts.roles.append(node)
    if is_seen and "aria-label" in names:
        parts.spoken.append(node)
    style = (node.get("style") or "")[:_LONGEST_STYLE]
    is_hidden = "hidden" in names or (style != "" and _HIDDEN_STYLE.search(style) is not None)
    return is_hidden, "line-through" in style
