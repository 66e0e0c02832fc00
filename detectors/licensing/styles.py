"""Style sheets as a browser would apply them 样式层叠, for what decides whether a text can be seen.

Cascade order: origin and importance, layer, specificity, place (CSS Cascading and Inheritance Level 5).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import cssselect
from lxml.html import HtmlElement

from detectors.licensing.selectors import DYNAMIC, Elements, TooMuch, parse_selectors
from detectors.licensing.sheets import CUT, FRAMES, Declarations, Rule, declarations, parse_sheet
from detectors.licensing.values import first_colour

MOST_CSS = 3_000_000
"""Characters of style sheets that are read for one page."""
LONGEST_SELECTORS = 20_000
"""Characters of the selectors of one rule."""
_NAMES = re.compile(r"([.#])(-?[_a-zA-Z\u0080-\uffff][\w-]*)")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_PSEUDO_STATE = re.compile(r":(?:" + "|".join(sorted(DYNAMIC)) + r")\b", re.IGNORECASE)
_DRAWN = ("svg", "g", "a", "text", "tspan", "textpath")
_DRAWN_BY = frozenset({"opacity", "fill-opacity", "display", "visibility", "font-size", "fill"})
_Weight = tuple[int, int, tuple[int, int, int], int]


@dataclass(frozen=True, slots=True)
class Declared:
    """One declaration that won or lost for an element; bigger ``weight`` wins."""

    name: str
    value: str
    weight: _Weight
    rule: str
    """Selector and declaration, as evidence."""


@dataclass
class Cascade:
    """The winning declarations of every element, and what the visitor's doing would change."""

    elements: Elements
    sheets: tuple[str, ...]
    winners: dict[HtmlElement, dict[str, Declared]] = field(init=False)
    pseudo: dict[HtmlElement, dict[str, dict[str, Declared]]] = field(init=False)
    """Of ``before`` and ``after``."""
    awakened: dict[HtmlElement, list[Declared]] = field(init=False)
    """Declarations that hold while the visitor points, focuses or checks something."""
    frames: dict[str, Declarations] = field(init=False)
    """What each animation ends with."""
    truncated: bool = field(init=False, default=False)
    """Rules were left out, so that no text can be called seen or hidden."""

    def __post_init__(self) -> None:
        self.winners = defaultdict(dict)
        self.pseudo = defaultdict(lambda: defaultdict(dict))
        self.awakened = defaultdict(list)
        self.frames = {}
        try:
            self._drawn()
            self._sheets()
            for element in self.elements.every:
                if inline := element.get("style"):
                    self.elements.spend(len(inline))
                    self._inline(element, inline)
        except TooMuch:
            self.truncated = True

    def _drawn(self) -> None:
        # In drawings attributes are styles, weaker than any rule.
        for tag in _DRAWN:
            for element in self.elements.by_tag.get(tag, ()):
                for name in _DRAWN_BY & set(element.attrib):
                    value = element.get(name) or ""
                    self.winners[element][name] = Declared(
                        name, value, (1, 0, (0, 0, 0), 0), f'{name}="{value}"'
                    )

    def _sheets(self) -> None:
        order, room = 0, MOST_CSS
        for sheet in self.sheets:
            room -= len(sheet)
            if room < 0:
                raise TooMuch
            for rule in parse_sheet(sheet):
                order += 1
                if rule.text.startswith(FRAMES):
                    self.frames[rule.text.removeprefix(FRAMES)] = rule.declarations
                elif rule is CUT or len(rule.text) > LONGEST_SELECTORS:
                    self.truncated = True
                elif self._may_apply(rule.text):
                    self.elements.spend(2 * len(rule.text))
                    for selector in parse_selectors(rule.text):
                        self._apply(rule, selector, order)

    def _may_apply(self, text: str) -> bool:
        """Whether some selector of a rule names only ids and classes that the page has."""
        if "\\" in text:
            return True
        while "(" in text or "[" in text:
            text, cut = _BRACKETS.subn("", text)
            if not cut:
                return True
        known = {"#": self.elements.by_id, ".": self.elements.by_class}
        return any(
            all(name in known[mark] for mark, name in _NAMES.findall(part)) for part in text.split(",")
        )

    def _apply(self, rule: Rule, selector: cssselect.Selector, order: int) -> None:
        pseudo = None if selector.pseudo_element is None else str(selector.pseudo_element)
        if pseudo not in {None, "before", "after"}:
            return
        specificity = selector.specificity()
        declared: list[Declared] | None = None
        for element in self.elements.matching(selector):
            if declared is None:
                self.elements.spend(len(rule.block))
                declared = list(_weighed(rule, specificity, order))
            self.elements.spend(len(declared))
            target = self.winners[element] if pseudo is None else self.pseudo[element][pseudo]
            for each in declared:
                _put(target, each)
        state = _PSEUDO_STATE.search(rule.text)
        toggles = self.elements.toggles
        if pseudo is None and (state or any(name in rule.text for name in toggles.names)):
            woken = [
                Declared(name, value, (1, 1, specificity, order), rule.text)
                for name, value, _ in rule.declarations
            ]
            for element in self.elements.matching(selector, dynamic=True):
                self.elements.spend(len(woken))
                if state or element not in toggles.around:
                    self.awakened[element] += woken

    def _inline(self, element: HtmlElement, text: str) -> None:
        for name, value, important in declarations(text):
            # An inline style beats every selector of the same importance.
            weight = (2 if important else 1, 1, (1 << 20, 0, 0), 1 << 30)
            for each in _expanded(name, value, weight, f'style="{name}: {value}"'):
                _put(self.winners[element], each)


def _weighed(rule: Rule, specificity: tuple[int, int, int], order: int) -> Iterator[Declared]:
    for name, value, important in rule.declarations:
        layer = (0 if rule.layered else 1) ^ (1 if important else 0)
        weight = (2 if important else 1, layer, specificity, order)
        yield from _expanded(name, value, weight, f"{rule.text[:300]} {{{name}: {value[:300]}}}")


def _put(target: dict[str, Declared], declared: Declared) -> None:
    held = target.get(declared.name)
    if held is None or declared.weight >= held.weight:
        target[declared.name] = declared


def _expanded(name: str, value: str, weight: _Weight, rule: str) -> Iterator[Declared]:
    """Shorthands taken apart as far as visibility asks."""
    if name == "background":
        yield Declared("background-color", first_colour(value) or "transparent", weight, rule)
        image = value if "url(" in value or "gradient(" in value else "none"
        yield Declared("background-image", image, weight, rule)
    elif name == "font":
        size = re.search(r"([\d.]+(?:px|em|rem|pt|%|vw))|(?<![\w-])0(?![\w.])", value)
        if size:
            yield Declared("font-size", size[0], weight, rule)
    elif name in {"margin", "inset"}:
        parts = value.split()
        if parts:
            sides = ([*parts, *parts, *parts, *parts] if len(parts) < 3 else [*parts, parts[1]])[:4]
            prefix = "margin-" if name == "margin" else ""
            for side, part in zip(("top", "right", "bottom", "left"), sides, strict=True):
                yield Declared(f"{prefix}{side}", part, weight, rule)
    elif name == "overflow":
        parts = value.split()
        yield Declared("overflow-x", parts[0] if parts else value, weight, rule)
        yield Declared("overflow-y", parts[-1] if parts else value, weight, rule)
    else:
        yield Declared(name, value, weight, rule)
