"""Single style values as numbers 样式取值: lengths in pixels, colours, contrast, custom properties."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

import tinycss2  # type: ignore[import-untyped]
import tinycss2.color4  # type: ignore[import-untyped]

from detectors.licensing.colours import to_srgb

SCREEN_WIDTH, SCREEN_HEIGHT = 1366, 768
_LENGTH = re.compile(
    r"^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*(px|em|rem|ex|ch|pt|pc|in|cm|mm|vw|vh|%|)\s*$",
    re.IGNORECASE,
)
ROOT_PX = 16.0
"""Letters of the root element where nothing sizes them."""
_SCALED_PX = 50.0
"""What scripts that fit a page to the screen set them to, about: a tenth to a seventh of its width."""
_SCALES = re.compile(
    r"(?:documentElement|docEl|rootEl|html\w*|root\w*)\W.{0,80}?fontSize\s*=|lib-?flexible|hotcss",
    re.IGNORECASE,
)
_REM = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))rem\b")
_UNITS = {"": 1.0, "px": 1.0, "rem": ROOT_PX, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 37.8, "mm": 3.78}


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


def rem_of(font_size: str, scripts: Iterable[str]) -> float:
    """Pixels of a ``rem``: by ``font-size`` of the root, or as scripts that fit pages to screens set it."""
    found = length(font_size.strip().lower(), ROOT_PX, ROOT_PX)
    if found:
        return found
    return _SCALED_PX if any(_SCALES.search(script[:20_000]) for script in scripts) else ROOT_PX


def in_pixels(value: str, rem: float) -> str:
    """``value`` with ``rem`` put into pixels.

    >>> in_pixels("0 .5rem", 40)
    '0 20px'
    """
    return _REM.sub(lambda found: f"{float(found[1]) * rem:g}px", value) if "rem" in value else value


def first_colour(value: str) -> str:
    """The colour in a ``background``; "" for none."""
    for node in tinycss2.parse_component_value_list(value):
        text = tinycss2.serialize([node])
        if node.type in {"ident", "hash", "function"} and colour(text) is not None:
            return str(text)
        if node.type == "ident" and node.lower_value == "currentcolor":
            return "currentcolor"
        if node.type == "function" and node.lower_name == "var":
            return str(text)
    return ""


Colour = tuple[float, float, float, float]


@lru_cache(maxsize=4096)
def colour(value: str) -> Colour | None:
    """Red, green, blue and alpha, 0..1; ``None``: not a colour, or one that stands for another."""
    if value.startswith("light-dark("):
        value = value[11:].split(",")[0] if value.count("(") == 1 else value
    if mixed := _MIX.fullmatch(value):
        return _mix(*mixed.groups())
    found = tinycss2.color4.parse_color(value)
    if found is None or found == "currentcolor":
        return None
    try:
        converted = to_srgb(found.space, found.coordinates)
        red, green, blue = converted if converted is not None else found.to("srgb").coordinates
    except (NotImplementedError, ValueError, AttributeError, OverflowError):
        return None
    return (_unit(red), _unit(green), _unit(blue), _unit(found.alpha))


_MIX = re.compile(
    r"color-mix\(\s*in\s+[\w-]+\s*,\s*([^,%]+?)(?:\s+([\d.]+)%)?\s*,\s*([^,%]+?)(?:\s+([\d.]+)%)?\s*\)"
)


def _mix(one: str, share: str | None, other: str, rest: str | None) -> Colour | None:
    # In sRGB, whatever space is named: near enough to tell whether letters can be told from their ground.
    first, second = colour(one.strip()), colour(other.strip())
    if first is None or second is None:
        return None
    part = float(share) / 100 if share else 1 - float(rest) / 100 if rest else 0.5
    red, green, blue, alpha = (a * part + b * (1 - part) for a, b in zip(first, second, strict=True))
    return (red, green, blue, alpha)


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
