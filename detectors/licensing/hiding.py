"""Single style values that take a text out of sight 隐藏手法, each told from its harmless look-alike."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping

from lxml.html import HtmlElement

from detectors.licensing.styles import Declared
from detectors.licensing.values import Colour, colour, length

FAR_PX = 500.0
"""So far to the left or the top nothing is scrolled into view."""
_ANIMATED_BY = ("transition", "transition-property", "animation", "animation-name")
_TOP_PX, _LEFT_PX = 150.0, 300.0
"""So far above or left of its place a block of a few lines is out of sight."""
BLACK: Colour = (0.0, 0.0, 0.0, 1.0)


def is_far(value: str, font: float, *, plus: bool = True) -> bool:
    """Whether a length moves things where nobody scrolls to; ``plus``: to the right or below, too."""
    if value.endswith(("%", "vw", "vh")):
        found = length(value, font, 1366)
        return found is not None and (found <= -1000 or (plus and found >= 2700))
    found = length(value, font, 0)
    return found is not None and (found <= -FAR_PX or (plus and found >= 3000))


def is_number(value: str) -> bool:
    """Whether a value is a whole number."""
    return bool(re.fullmatch(r"-?\d{1,9}", value))


def is_clipped(value: str) -> bool:
    """Whether ``clip`` leaves at most a line of a pixel."""
    found = re.match(r"rect\(([^)]*)\)", value)
    if not found:
        return False
    parts = [length(part, 16, 0) for part in re.split(r"[\s,]+", found[1].strip())]
    if len(parts) != 4 or None in parts:
        return False
    top, right, bottom, left = (part or 0.0 for part in parts)
    return bottom - top <= 1 or right - left <= 1


def _clip_path_hides(value: str) -> bool:
    inset = re.match(r"inset\(([^)]*)\)", value)
    if inset:
        parts = [length(part, 16, 100) for part in inset[1].split(" round ")[0].split()]
        if parts and None not in parts:
            sides = [part or 0.0 for part in parts]
            top = sides[0]
            bottom = sides[2] if len(sides) > 2 else top
            right = sides[1] if len(sides) > 1 else top
            left = sides[3] if len(sides) > 3 else right
            return ("%" in value and (top + bottom >= 100 or left + right >= 100)) or top >= 400
    box = re.match(r"(xywh|rect)\(([^)]*)\)", value)
    if box:
        four = [length(part, 16, 100) for part in box[2].split(" round ")[0].split()]
        if len(four) == 4 and None not in four:
            one, two, three, last = (part or 0.0 for part in four)
            wide, high = (three, last) if box[1] == "xywh" else (two - last, three - one)
            return wide <= 1 or high <= 1
    if re.match(r"path\(\s*['\"]?\s*(?:m[\d\s.,-]*)?z?\s*['\"]?\s*\)", value):
        return True
    circle = re.match(r"(?:circle|ellipse)\(\s*([\d.]+)(?:px|%|em|)(?![\d.])", value)
    return bool(circle and float(circle[1]) < 1) or bool(
        re.match(r"polygon\(\s*0(?:px|%)?\s+0(?:px|%)?(?:\s*,\s*0(?:px|%)?\s+0(?:px|%)?)*\s*\)", value)
    )


def _transform_hides(value: str) -> bool:
    scale = re.search(r"scale(?:[xy]|3d)?\(\s*(-?[\d.]+%?)(?:\s*,\s*(-?[\d.]+%?))?", value)
    if scale and any(part and abs(float(part.rstrip("%"))) < 0.05 for part in scale.groups()):
        return True
    matrix = re.search(r"matrix\(\s*([^()]*)\)", value)
    if matrix and _is_flat(matrix[1]):
        return True
    moved = re.search(r"translate(?:[xy]|3d)?\(([^)]*)\)", value)
    if moved and any(is_far(part.strip(), 16) for part in moved[1].split(",")):
        return True
    solid = re.search(r"matrix3d\(([^()]*)\)", value)
    if solid:
        cells = solid[1].split(",")
        return len(cells) == 16 and _is_flat(",".join([*cells[:2], *cells[4:6]]))
    return any(_is_edge_on(*found) for found in re.findall(r"rotate[xy]\(\s*(-?[\d.]+)([a-z]+)", value))


def _is_edge_on(number: str, unit: str) -> bool:
    """Whether a turn about an axis in the screen leaves a line."""
    degrees = float(number) * {"deg": 1.0, "turn": 360.0, "rad": 180 / math.pi, "grad": 0.9}.get(unit, 0.0)
    return abs(abs(degrees) % 180 - 90) < 1


def _rotate_hides(value: str) -> bool:
    found = re.fullmatch(r"(?:[xy]\s+(-?[\d.]+)([a-z]+)|(-?[\d.]+)([a-z]+)\s+[xy])", value)
    return bool(found) and _is_edge_on(found[1] or found[3], found[2] or found[4])  # type: ignore[index]


def _offset_hides(value: str) -> bool:
    return any(float(number) <= -1000 for number in re.findall(r"-\d+(?:\.\d+)?", value))


def _is_flat(numbers: str) -> bool:
    """Whether a matrix leaves no area."""
    try:
        a, b, c, d, *_ = (float(each) for each in numbers.split(","))
    except ValueError:
        return False
    return abs(a * d - b * c) < 0.002


def _filter_hides(value: str) -> bool:
    found = re.search(r"opacity\(\s*([\d.]+)(%?)", value)
    if found and float(found[1]) / (100 if found[2] else 1) < 0.06:
        return True
    blurred = re.search(r"blur\(\s*([\d.]+)px", value)
    return bool(blurred and float(blurred[1]) >= 5)


def _mask_hides(value: str) -> bool:
    if re.search(r"/\s*0(?:px|%)?(?:\s+0(?:px|%)?)?(?![\d.])", value):
        return True
    if "gradient(" not in value or "url(" in value:
        return False
    stops = [found for found in map(colour, _STOP.findall(value)) if found is not None]
    return all(stop[3] < 0.06 for stop in stops)


_STOP = re.compile(r"#[0-9a-f]{3,8}|(?:rgba?|hsla?|hwb|oklab|oklch|lab|lch|color)\([^()]*\)|\b[a-z]+\b")
GONE_BY: dict[str, Callable[[str], bool]] = {
    "clip-path": _clip_path_hides,
    "transform": _transform_hides,
    "filter": _filter_hides,
    "mask": _mask_hides,
    "mask-image": _mask_hides,
    "-webkit-mask": _mask_hides,
    "-webkit-mask-image": _mask_hides,
    "mask-size": lambda value: bool(re.match(r"0(?:px|%)?(?:\s|$)", value)),
    "rotate": _rotate_hides,
    "offset-path": _offset_hides,
    "zoom": lambda value: (length(value, 1, 1) or 1.0) < 0.3,
    "scale": lambda value: bool(re.match(r"0(?:\.0\d*)?(?:\s|$)", value)),
    "translate": lambda value: any(is_far(part, 16) for part in value.split()),
}


def undoes(declared: Declared, name: str) -> bool:
    """Whether a declaration that wakes by the visitor's doing undoes the property that hides."""
    value = declared.value.lower()
    if name == "hidden":
        return declared.name == "display" and value != "none"
    if name in {"height", "max-height", "width", "max-width"}:
        found = length(value, 16, 1000)
        return declared.name.removeprefix("max-") == name.removeprefix("max-") and (
            found is None or found > 2
        )
    if name == "opacity":
        return declared.name == "opacity" and value not in {"0", "0%", "0.0"}
    if name in {"left", "right", "top", "bottom", "margin-left", "margin-top"}:
        return declared.name == name and not is_far(value, 16)
    return declared.name == name and value not in {"none", "hidden", "collapse"}


def is_off_canvas(element: HtmlElement) -> bool:
    """Whether SVG text stands outside its drawing."""
    svg = next(iter(element.iterancestors("svg")), None)
    for axis, size in (("x", "width"), ("y", "height")):
        at = length(
            (element.get(axis) or "0").split()[0] if (element.get(axis) or "0").split() else "0", 16, 0
        )
        room = length(svg.get(size) or "", 16, 1000) if svg is not None else None
        if at is not None and (
            at < -50
            or (room is not None and svg is not None and svg.get("viewbox") is None and at > room + 20)
        ):
            return True
    return False


def colour_of(value: str | None, current: Colour) -> Colour | None:
    """The colour that a value names for an element with this current colour."""
    if value is None or value in {"inherit", "unset"}:
        return None
    if value == "currentcolor":
        return current
    if value == "initial":
        return BLACK
    return colour(value)


def old_colour(value: str | None) -> Colour | None:
    """The colour of an attribute from before style sheets."""
    if not value:
        return None
    return colour(value.strip().lower()) or colour("#" + value.strip().lstrip("#").lower())


def pushed_out(position: str, values: dict[str, str], font: float) -> str:
    """The side by which a positioned element is moved off the page; "" for none."""
    for side in ("left", "top", "right", "bottom") if position not in {"static", "sticky"} else ():
        value = values.get(side, "")
        # What hangs below its box is only further down the page.
        if is_far(value, font) and (side != "bottom" or position == "fixed"):
            return side
        if position != "relative" and _is_out(side, value, position, values.get("width", ""), font):
            return side
    return ""


def moved_by(position: str, values: dict[str, str], font: float) -> tuple[float, float]:
    """How far to the right and down an element is moved from its place, in pixels, as far as lengths say."""

    def pixels(name: str, whole: float) -> float | None:
        return length(values.get(name, ""), font, whole)

    right = down = 0.0
    if position not in {"static", "sticky"}:
        left, top = pixels("left", 1366), pixels("top", 768)
        right += left if left is not None else -(pixels("right", 1366) or 0.0)
        down += top if top is not None else -(pixels("bottom", 768) or 0.0)
    right += pixels("margin-left", 1366) or 0.0
    down += pixels("margin-top", 1366) or 0.0
    for axis, inside in re.findall(r"translate([xy]|3d|)\(([^)]*)\)", values.get("transform", "")):
        parts = [length(part.strip(), font, 0) or 0.0 for part in inside.split(",")]
        down += parts[0] if axis == "y" else parts[1] if len(parts) > 1 else 0.0
        right += 0.0 if axis == "y" else parts[0]
    return right, down


def _is_out(side: str, value: str, position: str, width: str, font: float) -> bool:
    moved = length(value, font, 1366 if side in {"left", "right"} else 768)
    if moved is None:
        return False
    if side == "left":
        wide = length(width, font, 1366)
        return moved <= -_LEFT_PX or (wide is not None and moved < 0 and moved + wide <= 5)
    return moved <= -_TOP_PX and (side == "top" or position == "fixed")


def fades(values: Mapping[str, str]) -> bool:
    """Whether a change of the element's look is animated, as where pages let it appear on scrolling."""
    named = (values.get(name, "none").split() for name in _ANIMATED_BY)
    moving = values.get("transition-duration", "0s") not in {"", "0", "0s", "0ms"}
    return moving or any(words[:1] not in ([], ["none"]) for words in named)
