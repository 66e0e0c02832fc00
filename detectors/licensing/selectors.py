"""Which elements a CSS selector means: a matcher over parsed selectors, quick enough for a megabyte of rules.

Selectors are parsed by cssselect; only elements that carry the last part's id, class or tag are tried.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import cssselect
from cssselect import parser as tree
from lxml.html import HtmlElement

DYNAMIC = frozenset(
    {"hover", "focus", "active", "target", "focus-within", "focus-visible", "checked", "open"}
)
"""States that a visitor brings about."""
_NTH = re.compile(r"([+-]?\d*)n([+-]\d+)?|([+-]?\d+)")


@lru_cache(maxsize=20_000)
def parse_selectors(text: str) -> tuple[cssselect.Selector, ...]:
    """Selectors of one rule; a rule that does not parse means nothing, as in a browser."""
    try:
        return tuple(cssselect.parse(text))
    except (cssselect.SelectorError, RecursionError):
        return ()


@dataclass(frozen=True)
class Elements:
    """The elements of a page by id, class and tag."""

    root: HtmlElement
    by_id: dict[str, list[HtmlElement]] = field(init=False)
    by_class: dict[str, list[HtmlElement]] = field(init=False)
    by_tag: dict[str, list[HtmlElement]] = field(init=False)
    every: list[HtmlElement] = field(init=False)

    def __post_init__(self) -> None:
        ids: dict[str, list[HtmlElement]] = defaultdict(list)
        classes: dict[str, list[HtmlElement]] = defaultdict(list)
        tags: dict[str, list[HtmlElement]] = defaultdict(list)
        every = [element for element in self.root.iter() if isinstance(element.tag, str)]
        for element in every:
            tags[element.tag.lower()].append(element)
            if name := element.get("id"):
                ids[name.strip()].append(element)
            for name in (element.get("class") or "").split():
                classes[name].append(element)
        for name, value in (("by_id", ids), ("by_class", classes), ("by_tag", tags), ("every", every)):
            object.__setattr__(self, name, value)

    def matching(self, selector: cssselect.Selector, *, dynamic: bool = False) -> Iterator[HtmlElement]:
        """Elements that ``selector`` means; with ``dynamic`` as if the visitor pointed at everything."""
        for element in self._candidates(selector.parsed_tree):
            if matches(element, selector.parsed_tree, dynamic):
                yield element

    def tries(self, selector: cssselect.Selector) -> int:
        """How many elements ``matching`` looks at."""
        return len(self._candidates(selector.parsed_tree))

    def _candidates(self, part: tree.Tree) -> list[HtmlElement]:
        while not isinstance(part, tree.Element):
            if isinstance(part, tree.CombinedSelector):
                part = part.subselector
            elif isinstance(part, tree.Hash):
                return self.by_id.get(part.id, [])
            elif isinstance(part, tree.Class):
                return self.by_class.get(part.class_name, [])
            else:
                part = part.selector
        return self.by_tag.get(part.element.lower(), []) if part.element else self.every


def matches(element: HtmlElement, part: tree.Tree, dynamic: bool = False) -> bool:  # noqa: C901
    """Whether ``element`` is what ``part`` means."""
    if isinstance(part, tree.Element):
        return not part.element or element.tag.lower() == part.element.lower()
    if isinstance(part, tree.CombinedSelector):
        return matches(element, part.subselector, dynamic) and any(
            matches(other, part.selector, dynamic) for other in _related(element, part.combinator)
        )
    if not matches(element, part.selector, dynamic):
        return False
    if isinstance(part, tree.Class):
        return part.class_name in (element.get("class") or "").split()
    if isinstance(part, tree.Hash):
        return (element.get("id") or "").strip() == part.id
    if isinstance(part, tree.Attrib):
        return _has_attribute(element, part)
    if isinstance(part, tree.Pseudo):
        return _is_pseudo(element, part.ident.lower(), dynamic)
    if isinstance(part, tree.Function):
        return _is_function(element, part)
    if isinstance(part, tree.Negation):
        return not any(
            matches(element, inner, False) for inner in _listed(part, "subselector", "selector_list")
        )
    if isinstance(part, (tree.Matching, tree.SpecificityAdjustment)):
        return any(matches(element, inner, dynamic) for inner in _listed(part, "selector_list"))
    return False


def _listed(part: tree.Tree, *names: str) -> list[tree.Tree]:
    for name in names:
        found = getattr(part, name, None)
        if found is not None:
            several: list[Any] = list(found) if isinstance(found, (list, tuple)) else [found]
            return [getattr(each, "parsed_tree", each) for each in several]
    return []


def _related(element: HtmlElement, combinator: str) -> Iterator[HtmlElement]:
    if combinator == " ":
        yield from element.iterancestors()
    elif combinator == ">":
        parent = element.getparent()
        if parent is not None:
            yield parent
    else:
        for sibling in element.itersiblings(preceding=True):
            if isinstance(sibling.tag, str):
                yield sibling
                if combinator == "+":
                    return


def _has_attribute(element: HtmlElement, part: tree.Attrib) -> bool:
    value = element.get(part.attrib.lower())
    if value is None:
        return False
    wanted = getattr(part.value, "value", part.value)
    match part.operator:
        case "exists":
            return True
        case "=":
            return bool(value == wanted)
        case "~=":
            return wanted in value.split()
        case "|=":
            return bool(value == wanted or value.startswith(f"{wanted}-"))
        case "^=":
            return bool(wanted) and value.startswith(wanted)
        case "$=":
            return bool(wanted) and value.endswith(wanted)
        case "*=":
            return bool(wanted) and wanted in value
    return False


def _siblings(element: HtmlElement) -> list[HtmlElement]:
    parent = element.getparent()
    return [element] if parent is None else [child for child in parent if isinstance(child.tag, str)]


def _is_pseudo(element: HtmlElement, name: str, dynamic: bool) -> bool:
    if name in DYNAMIC:
        return (
            dynamic
            or (name == "checked" and element.get("checked") is not None)
            or (name == "open" and element.get("open") is not None)
        )
    siblings = _siblings(element)
    match name:
        case "root":
            return element.getparent() is None
        case "link" | "any-link":
            return element.tag == "a" and element.get("href") is not None
        case "first-child":
            return siblings[0] is element
        case "last-child":
            return siblings[-1] is element
        case "only-child":
            return len(siblings) == 1
        case "empty":
            return len(element) == 0 and not (element.text or "").strip()
        case "first-of-type" | "last-of-type" | "only-of-type":
            alike = [each for each in siblings if each.tag == element.tag]
            first, last = alike[0] is element, alike[-1] is element
            return {"first-of-type": first, "last-of-type": last}.get(name, first and last)
    return False


def _is_function(element: HtmlElement, part: tree.Function) -> bool:
    name = part.name.lower()
    if name not in {"nth-child", "nth-last-child", "nth-of-type", "nth-last-of-type"}:
        return False
    text = "".join(token.value or "" for token in part.arguments).replace(" ", "").lower()
    text = {"odd": "2n+1", "even": "2n"}.get(text, text)
    found = _NTH.fullmatch(text)
    if not found:
        return False
    siblings = _siblings(element)
    if name.endswith("of-type"):
        siblings = [each for each in siblings if each.tag == element.tag]
    if "last" in name:
        siblings = siblings[::-1]
    place = next(index for index, each in enumerate(siblings, 1) if each is element)
    if found[3]:
        return place == int(found[3])
    step = int(found[1] + "1") if found[1] in {"", "+", "-"} else int(found[1])
    offset = int(found[2] or 0)
    return place == offset if step == 0 else (place - offset) % step == 0 and (place - offset) // step >= 0
