"""What opens what 展开控件: buttons, tabs, dialogues and labels, and what they bring out of a page."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lxml.html import HtmlElement

from detectors.licensing.calls import Calls
from detectors.licensing.script_tokens import MOST_SCRIPT
from detectors.licensing.script_values import Node
from detectors.licensing.selectors import Elements
from detectors.licensing.toggles import is_off

_NAMED = re.compile(
    r"(?:getElementById\(\s*['\"]|(?=[\w$]+\.(?:showModal|showPopover|togglePopover|show)\())([\w-]+)"
    r"|['\"]#([\w-]+)|['\"]\.([\w-]+)"
)
_NEIGHBOUR = re.compile(r"next(?:Element)?Sibling|\.next\(")
_CLICKS = re.compile(r"^(?:@|v-on:|x-on:|ng-|:on)(?:click|mouseenter|mouseover|toggle)\b")
_OPENING = re.compile(
    r"^(?:href|for|aria-controls|aria-owns|popovertarget|commandfor"
    r"|data-.*(?:target|tab|panel|toggle|open|modal|popup|pop|show|expand|collapse|for|ref|content|menu|layer|key).*)$"
)
_PASSIVE = frozenset(
    {"script", "style", "link", "meta", "base", "template", "img", "form", "head", "html", "body"}
)


@dataclass(frozen=True, slots=True)
class Controls:
    """What something on the page opens, and by what: ids, classes, and elements that open their neighbour."""

    ids: Mapping[str, Sequence[HtmlElement]]
    classes: Mapping[str, Sequence[HtmlElement]]
    neighbours: frozenset[HtmlElement]
    states: frozenset[str] = frozenset()
    """Names that a click sets, in pages that show things while such a name holds: ``x-show="open"``."""

    def open(self, element: HtmlElement) -> bool:
        """Whether something outside ``element`` opens it."""
        before = element.getprevious()
        if before is not None and before in self.neighbours:
            return True
        told = " ".join(
            element.get(name) or "" for name in ("x-show", "v-show", ":class", "v-if", "x-bind:class")
        )
        if self.states and self.states & set(re.findall(r"[A-Za-z_$]\w*", told)):
            return True
        found = [*self.ids.get(element.get("id") or "", ())]
        for name in (element.get("class") or "").split():
            found += self.classes.get(name, ())
        return any(control is not element and element not in control.iterancestors() for control in found)


def controls_of(root: HtmlElement, clicked: Sequence[Node]) -> Controls:
    """Everything that something on the page opens."""
    ids: dict[str, list[HtmlElement]] = defaultdict(list)
    classes: dict[str, list[HtmlElement]] = defaultdict(list)
    for node in clicked:
        if node.how == "id" or node.name.startswith("#"):
            ids[node.name.lstrip("#")].append(root)
        elif node.name.startswith("."):
            classes[node.name[1:]].append(root)
    neighbours: set[HtmlElement] = set()
    states: set[str] = set()
    calls = Calls()
    elements = Elements(root)
    for element in root.iter():
        if isinstance(element.tag, str) and element.tag not in _PASSIVE and not is_off(element):
            _add_named(_handler_of(element), element, ids, classes)
            calls.add(element, _handler_of(element))
            _add_attributes(element, ids, classes)
            if _NEIGHBOUR.search(_handler_of(element)):
                neighbours.add(element)
            states.update(_set_by_click(element))
    for script in root.iter("script"):
        text = (script.text or "")[:MOST_SCRIPT]
        if re.search(r"click|toggle|slideDown|fadeIn|showModal", text):
            _add_named(text, script, ids, classes)
            neighbours.update(_before_what_opens(text, elements))
        for control, told in calls.shown_by(text):
            _add_named(told, control, ids, classes)
    return Controls(ids, classes, frozenset(neighbours), frozenset(states))


def _before_what_opens(text: str, elements: Elements) -> Iterator[HtmlElement]:
    """Elements whose click a script answers by opening their neighbour."""
    for named in _NAMED.finditer(text) if _NEIGHBOUR.search(text) else ():
        yield from elements.by_class.get(named[3] or "", ())
        yield from elements.by_id.get(named[1] or named[2] or "", ())


def _set_by_click(element: HtmlElement) -> set[str]:
    """Names in what a click runs, as 展开 buttons of Vue and Alpine have it: ``@click="open = true"``."""
    told = " ".join(value for name, value in element.attrib.items() if _CLICKS.match(name))
    return set(re.findall(r"[A-Za-z_$]\w*", told)) - {"true", "false", "null"}


def _handler_of(element: HtmlElement) -> str:
    href = element.get("href") or ""
    handlers = (
        element.get(name) or "" for name in ("onclick", "onmouseover", "onmouseenter", "ontoggle", "onchange")
    )
    return " ".join(handlers) + (href if href.startswith("javascript:") else "")


def _add_named(
    text: str, control: HtmlElement, ids: dict[str, list[HtmlElement]], classes: dict[str, list[HtmlElement]]
) -> None:
    for match in _NAMED.finditer(text):
        if match[3]:
            classes[match[3]].append(control)
        else:
            ids[match[1] or match[2]].append(control)


def _add_attributes(
    element: HtmlElement, ids: dict[str, list[HtmlElement]], classes: dict[str, list[HtmlElement]]
) -> None:
    for name, value in element.attrib.items():
        plain = value.strip()
        if (
            not plain.lstrip("#.")
            or not _OPENING.match(name)
            or (name == "href" and not plain.startswith("#"))
        ):
            continue
        if plain.startswith("."):
            classes[plain[1:]].append(element)
        else:
            ids[plain.lstrip("#")].append(element)
