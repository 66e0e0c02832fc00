"""Conditions of style sheets 适用条件: ``@media``, ``@supports`` and ``@container`` for a desktop screen.

Three values, as in a browser: a condition that is not known holds neither as it is nor under ``not``.

Source:
    Media Queries Level 4, section 3.2; CSS Conditional Rules Level 4, section 2.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

import cssselect

from detectors.licensing.values import SCREEN_HEIGHT, SCREEN_WIDTH, colour, length

Known = bool | None
"""``None``: unknown to a browser, or too deep to be followed."""
_DEEPEST = 12
_PART = re.compile(r"[a-z-]*\(|\)|[^\s()]+")


@lru_cache(maxsize=2_000)
def media_applies(query: str) -> bool:
    """Whether a media query holds on a desktop screen of 1366 by 768.

    >>> [media_applies(q) for q in ("print", "screen and (max-width: 320px)", "(min-width:600px)")]
    [False, False, True]
    >>> [media_applies(q) for q in ("(no-such:1)", "not all and (no-such:1)", "not print")]
    [False, False, True]
    """
    return not query.strip() or any(_one_media(part.strip().lower()) is True for part in query.split(","))


def _one_media(query: str) -> Known:
    kind = re.match(r"(not\s+|only\s+)?([a-z]+)(?:\s+and\s+|$)", query)
    if kind is None or kind[2] in {"not", "and", "or"}:
        return _holds(query, _media_feature)
    rest = query[kind.end() :]
    held = kind[2] in {"screen", "all"} and (_holds(rest, _media_feature) if rest else True)
    return (None if held is None else not held) if (kind[1] or "").startswith("not") else held


@lru_cache(maxsize=2_000)
def supports_applies(condition: str) -> bool:
    """Whether a browser of today supports what ``@supports`` asks for.

    >>> [supports_applies(c) for c in ("(display:grid)", "not (display:grid)", "(no-such:1)")]
    [True, False, False]
    """
    return _holds(condition.strip().lower(), _supported) is True


def container_applies(condition: str) -> bool:
    """Whether a container as wide as the screen meets a condition; its name is not looked at."""
    return media_applies(re.sub(r"^[^(]*", "", condition))


def _holds(text: str, test: Callable[[str], Known], depth: int = 0) -> Known:
    """Parts in brackets joined by ``and`` or ``or``, each perhaps with ``not`` before it."""
    if depth > _DEEPEST:
        return None
    values: list[Known] = []
    joined, negated, at = "", False, 0
    while at < len(text):
        part = _PART.search(text, at)
        if part is None:
            break
        at = part.end()
        word = part[0]
        if word in {"and", "or"} and values and joined in {"", word}:
            joined = word
        elif word == "not":
            negated = True
        elif word.endswith("("):
            end = _closing(text, at)
            inner = text[at:end].strip()
            nested = word == "(" and inner.startswith(("(", "not", "selector("))
            value = _holds(inner, test, depth + 1) if nested else test(word[:-1] + "|" + inner)
            values.append(value if not negated or value is None else not value)
            negated, at = False, end + 1
        else:
            return None
    if joined == "or":
        return True if True in values else None if None in values else False
    return False if False in values else None if None in values or not values else True


def _closing(text: str, at: int) -> int:
    depth = 1
    for place in range(at, len(text)):
        depth += (text[place] == "(") - (text[place] == ")")
        if not depth:
            return place
    return len(text)


# ---------------------------------------------------------------- what a desktop screen is

_FIXED = {
    "orientation": {"landscape"},
    "hover": {"", "hover"},
    "any-hover": {"", "hover"},
    "pointer": {"", "fine"},
    "any-pointer": {"", "fine"},
    "prefers-color-scheme": {"", "light"},
    "prefers-reduced-motion": {"no-preference"},
    "prefers-reduced-transparency": {"no-preference"},
    "prefers-contrast": {"no-preference"},
    "prefers-reduced-data": {"no-preference"},
    "forced-colors": {"none"},
    "inverted-colors": {"none"},
    "scripting": {"", "enabled"},
    "update": {"", "fast"},
    "display-mode": {"browser"},
    "color": {"", "8"},
    "color-gamut": {"", "srgb"},
    "dynamic-range": {"", "standard"},
    "overflow-block": {"", "scroll"},
    "overflow-inline": {"", "scroll"},
    "grid": {"0"},
    "monochrome": {"0"},
}
_MEASURES = {
    "width": SCREEN_WIDTH,
    "height": SCREEN_HEIGHT,
    "device-width": SCREEN_WIDTH,
    "device-height": SCREEN_HEIGHT,
    "inline-size": SCREEN_WIDTH,
    "block-size": SCREEN_HEIGHT,
    "aspect-ratio": SCREEN_WIDTH / SCREEN_HEIGHT,
    "device-aspect-ratio": SCREEN_WIDTH / SCREEN_HEIGHT,
    "resolution": 1.0,
    "-webkit-device-pixel-ratio": 1.0,
    "color": 8.0,
    "monochrome": 0.0,
}
_PLAIN = re.compile(r"(-webkit-)?(min-|max-|)([a-z-]+)\s*(?::\s*(.+))?$", re.DOTALL)
_RANGE = re.compile(r"(?:(.+?)\s*([<>]=?|=)\s*)?([a-z-]{5,})(?:\s*([<>]=?|=)\s*(.+))?$", re.DOTALL)


def _media_feature(text: str) -> Known:
    function, _, feature = text.partition("|")
    if function:
        return None
    if plain := _PLAIN.match(feature):
        name, value = (plain[1] or "") + plain[3], (plain[4] or "").strip()
        if plain[2] == "" and name in _FIXED:
            return value in _FIXED[name]
        actual, bound = _MEASURES.get(name), _number(value)
        if actual is not None and plain[4] is None:
            return actual > 0 and not plain[2]
        if actual is None or bound is None:
            return None
        return {"min-": actual >= bound, "max-": actual <= bound}.get(plain[2], abs(actual - bound) < 0.01)
    found = _RANGE.match(feature)
    if found is None or found[3] not in _MEASURES or not (found[2] or found[4]):
        return None
    held = True
    for sign, value, flipped in ((found[2], found[1], True), (found[4], found[5], False)):
        if sign:
            bound = _number(value.strip())
            if bound is None:
                return None
            one, other = (bound, _MEASURES[found[3]]) if flipped else (_MEASURES[found[3]], bound)
            held &= {"<": one < other, "<=": one <= other, ">": one > other, ">=": one >= other}.get(
                sign, one == other
            )
    return held


def _number(value: str) -> float | None:
    """Pixels, dots per pixel, or a ratio."""
    if density := re.fullmatch(r"([\d.]{1,20})(dppx|x|dpi|dpcm)", value):
        with_unit = {"dppx": 1.0, "x": 1.0, "dpi": 1 / 96, "dpcm": 2.54 / 96}
        return (length(density[1], 1, 1) or 0.0) * with_unit[density[2]]
    if ratio := re.fullmatch(r"([\d.]{1,20})\s*/\s*([\d.]{1,20})", value):
        below = length(ratio[2], 1, 1) or 0.0
        return (length(ratio[1], 1, 1) or 0.0) / below if below else None
    return length(value, 16, SCREEN_WIDTH)


# ---------------------------------------------------------------- what a browser supports

_TESTED_WORDS = """
    accent-color align-content align-items align-self all animation animation-name animation-timeline
    appearance aspect-ratio backdrop-filter backface-visibility background background-attachment
    background-blend-mode background-clip background-color background-image bottom border border-radius
    box-shadow box-sizing clip clip-path color color-scheme column-count columns contain container
    container-type content content-visibility display filter flex flex-basis flex-direction flex-wrap
    float font font-family font-feature-settings font-size font-variation-settings font-weight gap grid
    grid-area grid-template-areas grid-template-columns grid-template-rows height hyphens inset
    inset-inline-start isolation justify-content left letter-spacing line-clamp line-height margin
    margin-inline-start mask mask-image max-height max-width min-height min-width mix-blend-mode
    object-fit object-position offset-path opacity order outline overflow overflow-anchor overflow-wrap
    overflow-x overflow-y overscroll-behavior padding perspective place-items pointer-events position
    right rotate row-gap scale scroll-behavior scroll-snap-type scrollbar-color scrollbar-gutter
    scrollbar-width shape-outside text-decoration text-decoration-line text-indent text-overflow
    text-shadow text-size-adjust text-wrap top touch-action transform transform-style transition
    translate unicode-bidi user-select vertical-align view-transition-name visibility white-space width
    will-change word-break writing-mode z-index zoom -webkit-appearance -webkit-backdrop-filter
    -webkit-background-clip -webkit-box-orient -webkit-line-clamp -webkit-mask -webkit-mask-image
    -webkit-text-fill-color -webkit-text-stroke -webkit-transform -webkit-user-select
"""
_TESTED = frozenset(_TESTED_WORDS.split())
"""Properties that Chromium has and that style sheets test for; a longer list would only be of rarer ones."""
_VALUES = {
    "display": re.compile(
        r"(?:inline-|)(?:block|flex|grid|table)|inline|none|contents|flow-root|list-item|table-[a-z-]+|-webkit-(?:inline-)?box"
    ),
    "position": re.compile(r"static|relative|absolute|fixed|sticky"),
    "visibility": re.compile(r"visible|hidden|collapse"),
}
_WIDE = re.compile(r"inherit|initial|unset|revert(?:-layer)?|.*(?:var|env)\(.*", re.DOTALL)


def _supported(text: str) -> Known:
    function, _, tested = text.partition("|")
    if function == "selector":
        try:
            return bool(cssselect.parse(tested))
        except (cssselect.SelectorError, RecursionError):
            return False
    if function:
        return function in {"font-tech", "font-format"} or None
    name, colon, value = (part.strip() for part in tested.partition(":"))
    if not colon or not value:
        return None if not colon else False
    if name.startswith("--"):
        return True
    if name not in _TESTED:
        return False
    if _WIDE.fullmatch(value):
        return True
    if name in {"color", "background-color"}:
        return value == "currentcolor" or colour(value) is not None
    return bool(_VALUES[name].fullmatch(value)) if name in _VALUES else True
