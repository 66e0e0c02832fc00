"""One walk over the tree of a page 一遍扫描: the text a person sees, and the elements that readers look for.

A query that starts at the root costs as much as this walk; a dozen readers with queries of their own would
cost a dozen of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from lxml import etree

from crawlers.platforms.generic_seller import is_called_seller
from crawlers.platforms.tree import Element

UNSEEN = frozenset({
    "head", "script", "style", "template", "noscript", "iframe",
    "object", "svg", "canvas", "video", "audio", "datalist",
    "textarea", "option", "select",
})  # fmt: skip
INLINE = frozenset({
    "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code",
    "data", "del", "em", "font", "i", "ins", "kbd", "label", "mark",
    "q", "s", "small", "span", "strike", "strong", "sub",
    "sup", "time", "tt", "u", "var", "meta", "img", "link",
    "uni-text", "wx-text", "taro-text-core",
})  # fmt: skip
_STRUCK = frozenset({"del", "s", "strike"})
_APART = frozenset({"img", "i"})
_PRESSABLE = frozenset({"button", "input", "a"})
BRAND_ATTRIBUTES = (
    "brand", "data-brand", "data-brand-name", "data-brandname", "data-brand-title", "data-product-brand",
    "data-item-brand", "data-item_brand", "data-prod-brand", "data-ga-brand", "data-gtm-brand",
    "data-flix-brand",
    "data-manufacturer", "data-product-manufacturer", "data-marque", "data-marke",
)  # fmt: skip
"""Attributes that hold the name of a brand."""
STATE_ATTRIBUTES = (
    "data-product", "data-product-data", "data-product-info", "data-ga-product", "data-gtm",
    "data-gtm-product",
    "data-analytics", "data-layer", "data-datalayer", "data-ecommerce", "data-tracking", "data-track",
    "data-item",
)  # fmt: skip
"""Attributes that hold facts of goods for scripts, as JSON."""
_STATING = frozenset((*BRAND_ATTRIBUTES, *STATE_ATTRIBUTES))
_TELLING = _STATING | {"itemprop", "itemscope", "role", "style", "hidden", "aria-label"}
_ADDRESS_ALONE = ["href"]
_MOST_RUNS = 40_000
_LONGEST_RUN = 4_000
_LONGEST_STYLE, _LONGEST_CLASS = 4_096, 300
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


Parted = list[Element]
"""Elements in document order."""


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
    trails: list[Element] = field(default_factory=list)
    """What its class calls a trail of categories 面包屑."""
    pictures: list[Element] = field(default_factory=list)
    spoken: list[Element] = field(default_factory=list)
    """What has words for those who cannot see it."""
    coded: list[Element] = field(default_factory=list)
    """What its class may call a number of the goods."""
    sellers: list[Element] = field(default_factory=list)
    """What its class calls the name of a shop or seller."""
    styles: list[Element] = field(default_factory=list)
    """Style sheets of the page's own."""
    stating: list[Element] = field(default_factory=list)
    """What may name a brand in attributes for scripts."""


def walk_over(root: Element) -> tuple[list[Run], Parts]:  # noqa: C901 - a call for each of thousands of nodes would cost more
    """Runs in reading order, and the parts.

    A run that white space, a picture, an icon or the borders of two elements part from the one before it on
    its line begins with a space.
    """
    parts, runs = Parts(), list[Run]()
    kind_of, add, new, noted = _kinds(parts).get, runs.append, tuple.__new__, dict[str, tuple[str, ...]]()
    line, is_new, is_apart, has_ended, pressable = -1, True, False, False, parts.pressable
    unseen: Element | None = None
    struck: list[Element] = []
    # Two thirds of the time that lxml's own walk takes: an element ends where what comes next is not in it.
    outer = above = root.getparent()
    inner: Any = outer
    around, nodes = list[Any](), root.iter()
    coming: Element | None = next(nodes)
    while coming is not None or inner is not outer:
        if coming is not None and inner is above:
            node, coming = coming, next(nodes, None)
            above = outer if coming is None else coming.getparent()
            around.append(inner)
            inner = node
            names, kind = node.keys(), kind_of(node.tag)
            is_hidden = is_crossed = False
            if names:
                if (len(names) > 1 or names[0] != "class") and not _TELLING.isdisjoint(names):
                    is_hidden, is_crossed = _told_by_attributes(node, names, parts, unseen is None)
                if "class" in names:
                    called = node.get("class")
                    wanting = noted.get(called)
                    if wanting is None:
                        wanting = noted[called] = _wanting(called[:_LONGEST_CLASS])
                    if wanting:
                        for name in wanting:
                            getattr(parts, name).append(node)
            if kind is None:
                if unseen is not None or node.tag is etree.Comment:
                    continue
                is_new = True
            elif kind is not _INLINE_KIND:
                wanted = kind.part
                if wanted is pressable:
                    # A link with an address alone is no button.
                    is_plain = names == _ADDRESS_ALONE and not node.get("href", "").startswith("javascript:")
                    if not is_hidden and not is_plain and unseen is None:
                        wanted.append(node)
                elif wanted is not None:
                    wanted.append(node)
                if unseen is not None:
                    continue
                if not kind.is_inline:
                    is_new = True
                if kind.is_unseen:
                    unseen = node
                    continue
                is_crossed = is_crossed or kind.is_struck
                is_apart = is_apart or kind.is_apart
            elif unseen is not None:
                continue
            if is_hidden:
                unseen = node
                continue
            text, owner = node.text, inner
            if has_ended and text:
                is_apart = True
            if is_crossed:
                struck.append(node)
        else:
            node, inner = inner, around.pop()
            if unseen is not None:
                if node is not unseen:
                    continue
                unseen = None
            if node.tag is not etree.Comment:
                has_ended = True
                if struck and struck[-1] is node:
                    struck.pop()
                if node.tag not in INLINE:
                    is_new = True
            text, owner = node.tail, inner
        if not text:
            continue
        if text.isspace():
            is_apart = True
        elif owner is not None and len(runs) < _MOST_RUNS:
            if is_new:
                line += 1
                is_new = False
            elif is_apart:
                text = f" {text}"
            is_apart = has_ended = False
            add(new(Run, (text[:_LONGEST_RUN], owner, line, bool(struck))))
    return runs, parts


REVIEW_NAMES = (
    "review", "comment", "pinglun", "pingjia", "evaluation", "evaluate", "appraise", "feedback", "bewertung",
    "rezension", "opinion", "recension", "resena", "otzyv", "yorum",
)  # fmt: skip
"""What shops of several languages call a review in the classes of their elements."""


@lru_cache(maxsize=16_384)
def _wanting(called: str) -> tuple[str, ...]:
    """Names of the lists that want the elements of a class; shops use the same few over and over."""
    called, wanting = called.lower(), []
    if any(word in called for word in REVIEW_NAMES) or "rate-" in called:
        wanting.append("reviews")
    if "crumb" in called or "ur_here" in called or "mianbao" in called:
        wanting.append("trails")
    if "star" in called:
        wanting.append("spoken")
    if "sku" in called or "code" in called or "num" in called or "nr" in called or "-no" in called:
        wanting.append("coded")
    if is_called_seller(called):
        wanting.append("sellers")
    return tuple(wanting)


class _Kind(NamedTuple):
    """What the walk has to know of a tag that is neither a plain block nor plainly inline."""

    part: Parted | None
    """The list that its elements go to."""
    is_inline: bool
    is_unseen: bool
    is_apart: bool
    is_struck: bool


_INLINE_KIND = _Kind(None, True, False, False, False)
_WANTED = {
    "meta": "metas",
    "script": "scripts",
    "h1": "headings",
    "img": "pictures",
    "style": "styles",
    **dict.fromkeys(_PRESSABLE, "pressable"),
    **dict.fromkeys(("table", "dl", "ul", "ol"), "lists"),
}
"""Names of the lists that the elements of a tag go to."""


def _kind_of(tag: str, part: Parted | None = None) -> _Kind:
    kind = _Kind(part, tag in INLINE, tag in UNSEEN, tag in _APART, tag in _STRUCK)
    return _INLINE_KIND if kind == _INLINE_KIND else kind


_KINDS = {tag: _kind_of(tag) for tag in INLINE | UNSEEN}
"""Kinds of tags that go to no list; plain blocks are left out."""


def _kinds(parts: Parts) -> dict[str, _Kind]:
    """Kinds of all tags, with the lists of ``parts``."""
    return _KINDS | {tag: _kind_of(tag, getattr(parts, name)) for tag, name in _WANTED.items()}


def _told_by_attributes(node: Element, names: list[str], parts: Parts, is_seen: bool) -> tuple[bool, bool]:
    """Whether an element is hidden, and whether it is crossed out, by its own attributes."""
    if "itemprop" in names or "itemscope" in names:
        parts.items.append(node)
    if is_seen and "role" in names and node.get("role") == "button":
        parts.roles.append(node)
    if is_seen and "aria-label" in names:
        parts.spoken.append(node)
    if not _STATING.isdisjoint(names):
        parts.stating.append(node)
    style = (node.get("style") or "")[:_LONGEST_STYLE]
    is_hidden = "hidden" in names or (style != "" and _HIDDEN_STYLE.search(style) is not None)
    return is_hidden, "line-through" in style
