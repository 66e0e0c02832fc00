"""Style sheets as a browser would apply them 样式层叠, for what decides whether a text can be seen.

Cascade order: origin and importance, layer, specificity, place (CSS Cascading and Inheritance Level 5). Media
queries are answered for a desktop screen of 1366 by 768.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import cssselect
import tinycss2  # type: ignore[import-untyped]
import tinycss2.color4  # type: ignore[import-untyped]
from lxml.html import HtmlElement

from detectors.licensing.colours import to_srgb
from detectors.licensing.selectors import DYNAMIC, Elements, parse_selectors

MOST_CSS = 3_000_000
"""Characters of style sheets that are read for one page."""
MOST_TRIES = 1_000_000
"""Elements that selectors are tried on for one page; a page that asks for more is not judged as complete."""
_SMALL_SHEET = 100_000
SCREEN_WIDTH, SCREEN_HEIGHT = 1366, 768
_KEPT = frozenset(
    [
        "display",
        "visibility",
        "opacity",
        "color",
        "background",
        "background-color",
        "background-image",
        "font",
        "font-size",
        "position",
        "left",
        "right",
        "top",
        "bottom",
        "text-indent",
        "clip",
        "clip-path",
        "transform",
        "overflow",
        "overflow-x",
        "overflow-y",
        "height",
        "width",
        "max-height",
        "max-width",
        "margin",
        "margin-left",
        "margin-top",
        "z-index",
        "filter",
        "content",
        "direction",
        "unicode-bidi",
        "content-visibility",
        "line-height",
        "letter-spacing",
        "scale",
        "translate",
        "zoom",
        "mask",
        "mask-image",
        "-webkit-mask",
        "-webkit-mask-image",
        "flex-direction",
        "-webkit-text-fill-color",
        "inset",
        "mix-blend-mode",
        "white-space",
        "animation",
        "animation-name",
        "animation-fill-mode",
        "all",
    ]
)
_LOGICAL = {
    "block-size": "height",
    "inline-size": "width",
    "max-block-size": "max-height",
    "max-inline-size": "max-width",
    "inset-inline-start": "left",
    "inset-inline-end": "right",
    "inset-block-start": "top",
    "inset-block-end": "bottom",
    "margin-inline-start": "margin-left",
    "margin-block-start": "margin-top",
}
"""Properties named by the direction of writing, and what they are where people write from the left."""
FRAMES = "@keyframes "
_NAMES = re.compile(r"([.#])(-?[_a-zA-Z][\w-]*)")
_PSEUDO_STATE = re.compile(r":(?:" + "|".join(sorted(DYNAMIC)) + r")\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Declared:
    """One declaration that won or lost for an element; bigger ``weight`` wins."""

    name: str
    value: str
    weight: tuple[int, int, tuple[int, int, int], int]
    rule: str
    """Selector and declaration, as evidence."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One style rule with the declarations that matter; its selectors are parsed when something may match."""

    text: str
    layered: bool
    declarations: tuple[tuple[str, str, bool], ...]


def parse_sheet(css: str) -> tuple[Rule, ...]:
    """The rules of one style sheet, in order, that apply on a screen and touch what is kept."""
    # Shops of one platform share their sheets; the rare large one is not worth its memory.
    return _parse_small(css) if len(css) < _SMALL_SHEET else _parse_any(css)


@lru_cache(maxsize=128)
def _parse_small(css: str) -> tuple[Rule, ...]:
    return _parse_any(css)


def _parse_any(css: str) -> tuple[Rule, ...]:
    return tuple(_rules(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True), False, 0))


def _rules(nodes: Iterable[Any], layered: bool, depth: int) -> Iterator[Rule]:
    for node in nodes:
        if node.type == "qualified-rule":
            yield from _of_rule(node, layered)
        elif node.type == "at-rule" and node.content is not None and depth < 8:
            keyword = node.lower_at_keyword
            prelude = tinycss2.serialize(node.prelude)
            if keyword.endswith("keyframes"):
                yield from _last_frame(prelude.strip(), node.content)
            elif _conditions_hold(keyword, prelude):
                inner = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
                yield from _rules(inner, layered or keyword == "layer", depth + 1)


def _conditions_hold(keyword: str, prelude: str) -> bool:
    if keyword == "supports":
        return not prelude.strip().lower().startswith("not")
    if keyword == "container":
        return media_applies(re.sub(r"^[^(]*", "", prelude))
    return keyword == "layer" or (keyword == "media" and media_applies(prelude))


def _last_frame(name: str, content: Any) -> Iterator[Rule]:
    """What an animation ends with, as a rule that holds for whatever runs it and stays at its end."""
    for node in tinycss2.parse_rule_list(content, skip_comments=True, skip_whitespace=True):
        if node.type == "qualified-rule" and re.search(r"\bto\b|100%", tinycss2.serialize(node.prelude)):
            yield Rule(FRAMES + name, False, tuple(declarations(node.content)))


def _of_rule(node: Any, layered: bool, outer: str = "", depth: int = 0) -> Iterator[Rule]:
    contents = tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
    text = _nested_in(outer, tinycss2.serialize(node.prelude).strip())
    kept = tuple(_kept(contents))
    if kept:
        yield Rule(text, layered, kept)
    for inner in contents if depth < 4 else ():
        if inner.type == "qualified-rule":
            yield from _of_rule(inner, layered, text, depth + 1)


def _nested_in(outer: str, text: str) -> str:
    """The selector of a rule inside another rule, as one outside would be written."""
    if not outer:
        return text
    around = outer if "," not in outer else f":is({outer})"
    parts = (part.strip() for part in text.split(","))
    return ",".join(part.replace("&", around) if "&" in part else f"{around} {part}" for part in parts)


def declarations(content: Any) -> Iterator[tuple[str, str, bool]]:
    """Name, value and importance of the declarations that are kept, from a block or a ``style`` attribute."""
    yield from _kept(tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True))


def _kept(nodes: Iterable[Any]) -> Iterator[tuple[str, str, bool]]:
    for node in nodes:
        if node.type != "declaration":
            continue
        name = node.name if node.name.startswith("--") else _LOGICAL.get(node.lower_name, node.lower_name)
        if name in _KEPT or name.startswith("--"):
            yield name, tinycss2.serialize(node.value).strip(), bool(node.important)


_FEATURE = re.compile(r"\(\s*([a-z-]+)\s*(?::\s*([^()]+?))?\s*\)")
_COMPARED = re.compile(
    r"\(\s*(?:(width|height)\s*([<>]=?)\s*([\d.]+[a-z]*)|([\d.]+[a-z]*)\s*([<>]=?)\s*(width|height))\s*\)"
)


def media_applies(query: str) -> bool:
    """Whether a media query holds on a desktop screen.

    >>> [media_applies(q) for q in ("print", "screen and (max-width: 320px)", "(min-width:600px)")]
    [False, False, True]
    """
    return any(_one_media(part.strip().lower()) for part in query.split(","))


def _one_media(query: str) -> bool:
    if query.startswith("not "):
        return not _one_media(query[4:])
    query = query.removeprefix("only ").strip()
    kind = re.match(r"[a-z]+", query)
    if kind and kind[0] not in {"screen", "all", "and"}:
        return False
    return all(_feature_holds(*found) for found in _FEATURE.findall(query)) and all(
        _comparison_holds(found) for found in _COMPARED.findall(query)
    )


def _feature_holds(name: str, value: str) -> bool:
    actual = SCREEN_HEIGHT if "height" in name else SCREEN_WIDTH
    bound = length(value, 16, actual)
    match name:
        case "min-width" | "min-height" | "min-device-width":
            return bound is None or actual >= bound
        case "max-width" | "max-height" | "max-device-width":
            return bound is None or actual <= bound
        case "prefers-color-scheme":
            return value.strip() == "light"
        case "orientation":
            return value.strip() == "landscape"
        case "hover" | "any-hover":
            return value.strip() != "none"
        case "pointer" | "any-pointer":
            return value.strip() in {"", "fine"}
    return not name.startswith("prefers-") and name not in {"forced-colors", "scripting", "inverted-colors"}


def _comparison_holds(found: tuple[str, ...]) -> bool:
    left, sign, right, first, other, name = found
    actual = SCREEN_HEIGHT if "height" in (left, name) else SCREEN_WIDTH
    bound = length(right or first, 16, actual)
    if bound is None:
        return True
    less = (sign or other).startswith("<")
    return actual <= bound if less == bool(left) else actual >= bound


_LENGTH = re.compile(
    r"^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*(px|em|rem|ex|ch|pt|pc|in|cm|mm|vw|vh|%|)\s*$",
    re.IGNORECASE,
)
_UNITS = {"": 1.0, "px": 1.0, "rem": 16.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 37.8, "mm": 3.78}


def length(value: str, font: float, whole: float) -> float | None:
    """Pixels of a CSS length; ``None``: it is none, or cannot be known without layout.

    >>> length("-999em", 10, 0)
    -9990.0
    """
    found = _LENGTH.match(value)
    if not found:
        return None
    number, unit = float(found[1]), found[2].lower()
    if unit in {"em", "ex", "ch"}:
        return number * font * (1.0 if unit == "em" else 0.5)
    if unit in {"%", "vw", "vh"}:
        return number * {"vw": SCREEN_WIDTH, "vh": SCREEN_HEIGHT}.get(unit, whole) / 100
    return number * _UNITS[unit]


@dataclass(frozen=True)
class Cascade:
    """The winning declarations of every element, and what the visitor's doing would change."""

    elements: Elements
    sheets: tuple[str, ...]
    winners: dict[HtmlElement, dict[str, Declared]] = field(init=False)
    pseudo: dict[HtmlElement, dict[str, dict[str, Declared]]] = field(init=False)
    """Of ``before`` and ``after``."""
    awakened: dict[HtmlElement, list[Declared]] = field(init=False)
    """Declarations that hold while the visitor points, focuses or checks something."""
    frames: dict[str, tuple[tuple[str, str, bool], ...]] = field(init=False)
    """What each animation ends with."""
    truncated: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "winners", defaultdict(dict))
        object.__setattr__(self, "pseudo", defaultdict(lambda: defaultdict(dict)))
        object.__setattr__(self, "awakened", defaultdict(list))
        object.__setattr__(self, "frames", {})
        order = tries = 0
        room = MOST_CSS
        for sheet in self.sheets:
            room -= len(sheet)
            for rule in parse_sheet(sheet) if room >= 0 else ():
                order += 1
                if rule.text.startswith(FRAMES):
                    self.frames[rule.text.removeprefix(FRAMES)] = rule.declarations
                    continue
                for selector in self._selectors(rule.text):
                    tries += self._apply(rule, selector, order)
                if tries > MOST_TRIES:
                    room = -1
                    break
        object.__setattr__(self, "truncated", room < 0)
        for element in self.elements.every:
            if inline := element.get("style"):
                self._inline(element, inline)

    def _selectors(self, text: str) -> Iterator[cssselect.Selector]:
        """Selectors of a rule of which something on this page may be meant."""
        if "(" in text or "[" in text:
            yield from parse_selectors(text)
            return
        for part in text.split(","):
            names = _NAMES.findall(part)
            if all(
                name in (self.elements.by_id if mark == "#" else self.elements.by_class)
                for mark, name in names
            ):
                # One broken selector spoils its whole rule.
                yield from parse_selectors(part) if parse_selectors(text) else ()

    def _apply(self, rule: Rule, selector: cssselect.Selector, order: int) -> int:
        pseudo = selector.pseudo_element
        if pseudo is not None and str(pseudo) not in {"before", "after"}:
            return 0
        specificity = selector.specificity()
        for element in self.elements.matching(selector):
            target = self.winners[element] if pseudo is None else self.pseudo[element][str(pseudo)]
            for name, value, important in rule.declarations:
                layer = (0 if rule.layered else 1) ^ (1 if important else 0)
                weight = (2 if important else 1, layer, specificity, order)
                _put(target, Declared(name, value, weight, f"{rule.text} {{{name}: {value}}}"))
        tries = self.elements.tries(selector)
        if pseudo is None and _PSEUDO_STATE.search(rule.text):
            tries *= 2
            for element in self.elements.matching(selector, dynamic=True):
                for name, value, _ in rule.declarations:
                    declared = Declared(name, value, (1, 1, specificity, order), rule.text)
                    self.awakened[element].append(declared)
        return tries

    def _inline(self, element: HtmlElement, text: str) -> None:
        for name, value, important in declarations(text):
            # An inline style beats every selector of the same importance.
            weight = (2 if important else 1, 1, (1 << 20, 0, 0), 1 << 30)
            _put(self.winners[element], Declared(name, value, weight, f'style="{name}: {value}"'))


def _put(target: dict[str, Declared], declared: Declared) -> None:
    for each in _expanded(declared):
        held = target.get(each.name)
        if held is None or each.weight >= held.weight:
            target[each.name] = each


def _expanded(declared: Declared) -> Iterator[Declared]:
    """Shorthands taken apart as far as visibility asks."""
    name, value = declared.name, declared.value
    if name == "background":
        colour = _first_colour(value)
        yield Declared("background-color", colour or "transparent", declared.weight, declared.rule)
        image = value if "url(" in value or "gradient(" in value else "none"
        yield Declared("background-image", image, declared.weight, declared.rule)
    elif name == "font":
        size = re.search(r"([\d.]+(?:px|em|rem|pt|%|vw))|(?<![\w-])0(?![\w.])", value)
        if size:
            yield Declared("font-size", size[0], declared.weight, declared.rule)
    elif name in {"margin", "inset"}:
        parts = value.split()
        if parts:
            sides = (
                (parts * 4)[:4]
                if len(parts) == 1
                else [*parts, *parts][:4]
                if len(parts) == 2
                else [*parts, parts[1]][:4]
            )
            prefix = "margin-" if name == "margin" else ""
            for side, part in zip(("top", "right", "bottom", "left"), sides, strict=True):
                yield Declared(f"{prefix}{side}", part, declared.weight, declared.rule)
    elif name == "overflow":
        for axis in ("overflow-x", "overflow-y"):
            yield Declared(axis, value.split()[0] if value else value, declared.weight, declared.rule)
    else:
        yield declared


def _first_colour(value: str) -> str:
    for node in tinycss2.parse_component_value_list(value):
        text = tinycss2.serialize([node])
        if node.type in {"ident", "hash", "function"} and colour(text) is not None:
            return str(text)
        if node.type == "function" and node.lower_name == "var":
            return str(text)
    return ""


Colour = tuple[float, float, float, float]


@lru_cache(maxsize=4096)
def colour(value: str) -> Colour | None:
    """Red, green, blue and alpha, 0..1; ``None``: not a colour, or one that stands for another."""
    found = tinycss2.color4.parse_color(value)
    if found is None or found == "currentcolor":
        return None
    try:
        converted = to_srgb(found.space, found.coordinates)
        red, green, blue = converted if converted is not None else found.to("srgb").coordinates
    except (NotImplementedError, ValueError, AttributeError, OverflowError):
        return None
    return (_unit(red), _unit(green), _unit(blue), _unit(found.alpha))


def _unit(value: float | None) -> float:
    return min(1.0, max(0.0, value or 0.0))


def contrast(one: Colour, other: Colour) -> float:
    """Contrast ratio 对比度 of two opaque colours, 1..21.

    Source:
        WCAG 2.1, definitions of contrast ratio and relative luminance.

    >>> round(contrast((1, 1, 1, 1), (0, 0, 0, 1)), 1)
    21.0
    """
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(value: Colour) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in value[:3]]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def over(front: Colour, back: Colour) -> Colour:
    """``front`` painted over an opaque ``back``."""
    alpha = front[3]
    mixed = [f * alpha + b * (1 - alpha) for f, b in zip(front[:3], back[:3], strict=True)]
    return (mixed[0], mixed[1], mixed[2], 1.0)


def resolved(value: str, variables: Mapping[str, str], depth: int = 0) -> str:
    """``value`` with its custom properties put in."""
    if "var(" not in value or depth > 5:
        return value

    def put(match: re.Match[str]) -> str:
        return variables.get(match[1], (match[2] or "").strip())

    return resolved(re.sub(r"var\(\s*(--[\w-]+)\s*(?:,([^()]*))?\)", put, value), variables, depth + 1)
