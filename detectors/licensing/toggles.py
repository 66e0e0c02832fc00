"""Classes that a click gives to an element around its control 展开状态."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml.html import HtmlElement

_STEPS = (
    r"((?:\.\s*(?:parent(?:Node|Element)|parent\(\s*\)|closest\(\s*['\"][^'\"]{1,80}['\"]\s*\))\s*){1,6})"
)
_GIVEN = re.compile(
    _STEPS + r"\.\s*(?:classList\s*\.\s*(?:toggle|add)|toggleClass|addClass)\(\s*['\"]([\w-]{1,60})['\"]"
)
_STEP = re.compile(r"parent|closest\(\s*['\"]([^'\"]*)['\"]")
_MOST_CLICKS = 200


@dataclass(frozen=True)
class Toggles:
    """Which elements a click gives which class."""

    classes: Mapping[HtmlElement, frozenset[str]] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    around: frozenset[HtmlElement] = frozenset()
    """The controls and what they lie in: none of it is opened by them, or they would be hidden too."""


def is_off(element: HtmlElement) -> bool:
    """Whether nobody sees a control, so that it opens nothing; by plain ways, before styles are known."""
    return "hidden" in element.attrib or bool(
        re.search(r"display\s*:\s*none|visibility\s*:\s*hidden", element.get("style") or "")
    )


def toggles_of(root: HtmlElement) -> Toggles:
    """What handlers in the markup do to the elements around their own."""
    classes: dict[HtmlElement, set[str]] = defaultdict(set)
    around: set[HtmlElement] = set()
    for control in root.xpath("//*[@onclick]")[:_MOST_CLICKS]:
        for steps, name in () if is_off(control) else _GIVEN.findall(control.get("onclick")):
            for receiver in _reached(control, steps):
                classes[receiver].add(name)
                around.update((control, *control.iterancestors()))
    made = {element: frozenset(names) for element, names in classes.items()}
    return Toggles(made, frozenset().union(*made.values()), frozenset(around))


def _reached(control: HtmlElement, steps: str) -> Iterator[HtmlElement]:
    """The element that ``steps`` lead to, upwards from a control."""
    at: HtmlElement | None = control
    for step in _STEP.finditer(steps):
        if at is None:
            return
        wanted = step[1]
        if wanted is None:
            at = at.getparent()
        else:
            at = next((each for each in (at, *at.iterancestors()) if _is(each, wanted)), None)
    if at is not None:
        yield at


def _is(element: HtmlElement, selector: str) -> bool:
    """Whether an element is meant by a selector of one name: a class, an id or a tag."""
    name = selector.strip()
    if name.startswith("."):
        return name[1:] in (element.get("class") or "").split()
    return name == f"#{element.get('id')}" if name.startswith("#") else element.tag == name.lower()
