"""How each element looks 呈现状态: what it inherits, what its styles set, what takes it out of sight."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from detectors.licensing.controls import Controls
from detectors.licensing.covers import covers
from detectors.licensing.hiding import (
    BLACK,
    GONE_BY,
    colour_of,
    fades,
    is_clipped,
    is_far,
    is_number,
    is_off_canvas,
    moved_by,
    old_colour,
    pushed_out,
    undoes,
)
from detectors.licensing.look import FADES, WHITE, Look, is_more_than_a_letter, stands_apart
from detectors.licensing.styles import Cascade, Declared
from detectors.licensing.tags import BLOCKS, CELLS, FONT_SIZES, HEADING_PX, NEVER, OLD_SIZES
from detectors.licensing.values import (
    ROOT_PX,
    SCREEN_WIDTH,
    Colour,
    colour,
    contrast,
    in_pixels,
    length,
    over,
    resolved,
)

_STOPS = re.compile(r"#[0-9a-f]{3,8}|(?:rgba?|hsla?|hwb|oklab|oklch|lab|lch|color)\([^()]*\)|\b[a-z]+\b")
_MOVERS = frozenset({"left", "right", "top", "bottom", "margin-left", "margin-top", "transform"})
"""Properties that move what they are set on, so that a child can be moved back."""
_BACK_LEFT_PX, _BACK_TOP_PX = 100.0, 50.0
_NO_ROW = re.compile(r"0(?:fr|px|%)?")
_TIMES_NOTHING = re.compile(r"\*\s*0(?:\.0+)?\s*\)|\(\s*0\s*\*")


@dataclass(frozen=True, slots=True)
class Looks:
    """Works out looks from the cascade of one page."""

    cascade: Cascade
    controls: Controls
    rem: float = ROOT_PX
    """Pixels of the root element's letters."""
    _covered: dict[HtmlElement, str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_covered", dict(covers(self.cascade)))

    def of(self, element: HtmlElement, above: Look) -> Look:
        """The look of ``element`` inside a parent that looks like ``above``."""
        return self._made(element, above, self.cascade.winners.get(element, {}))

    def generated(self, element: HtmlElement, look: Look, name: str) -> Look:
        """The look of what ``::before`` or ``::after`` puts into an element that looks like ``look``."""
        return self._made(element, look, self.cascade.pseudo[element][name])

    def _made(self, element: HtmlElement, above: Look, declared: Mapping[str, Declared]) -> Look:
        won = self._played(declared)
        own = {name: declared for name, declared in won.items() if not name.startswith("--")}
        variables = above.variables
        if len(own) != len(won):
            variables = {
                **variables,
                **{name: each.value for name, each in won.items() if name.startswith("--")},
            }
        values = {name: resolved(each.value, variables).strip().lower() for name, each in own.items()}
        if self.rem != ROOT_PX:
            values = {name: in_pixels(value, self.rem) for name, value in values.items()}
        look = Look(
            gone=above.gone,
            away=above.away,
            holds=above.holds,
            reachable=above.reachable,
            unseen=above.unseen,
            font=above.font,
            font_rule=above.font_rule,
            ink=above.ink,
            ink_rule=above.ink_rule,
            fill=above.fill,
            grounds=above.grounds,
            filter=above.filter,
            blend=above.blend,
            under=above.under,
            opacity=above.opacity,
            indent=above.indent,
            squeezed=above.squeezed,
            reversed=above.reversed,
            variables=variables,
            covers=above.covers,
        )
        self._font(element, values, own, look, above)
        self._ink(element, values, own, look)
        self._ground(element, values, look)
        self._box(element, values, own, look)
        self._inline_text(element, values, own, look)
        self._layout(element, values, look, above)
        return look

    def _played(self, won: Mapping[str, Declared]) -> Mapping[str, Declared]:
        """The declarations of an element once the animation that it stays in has come to its end."""
        told = {
            name: won[name] for name in ("animation", "animation-name", "animation-fill-mode") if name in won
        }
        words = " ".join(each.value for each in told.values()).split()
        if not told or not {"forwards", "both"} & set(words):
            return won
        rule = next(iter(told.values())).rule
        ends = {
            name: Declared(name, value, (2, 1, (0, 0, 0), 0), f"{rule} → @keyframes {frame}")
            for frame in words
            for name, value, _ in self.cascade.frames.get(frame, ())
        }
        return {**won, **ends}

    def _font(
        self,
        element: HtmlElement,
        values: dict[str, str],
        own: dict[str, Declared],
        look: Look,
        above: Look,
    ) -> None:
        size = values.get("font-size")
        if size is None:
            if element.tag in HEADING_PX:
                # Headings are sized by their surroundings, so what is shrunk to nothing stays so.
                look.font = HEADING_PX[element.tag] * above.font / 16.0
            if element.tag == "font" and element.get("size") in OLD_SIZES:
                look.font = OLD_SIZES[element.get("size")]
            return
        found = length(size, above.font, above.font)
        if found is None:
            found = FONT_SIZES.get(size, above.font * {"smaller": 0.83, "larger": 1.2}.get(size, 1.0))
            if size in {"initial", "revert"}:
                found = 16.0
        if size.startswith(("calc", "clamp", "min", "max")):
            nothing = _TIMES_NOTHING.search(size) or re.fullmatch(r"calc\(\s*0[a-z%]*\s*\)", size)
            found = 0.0 if nothing else max(found, 16.0)
        look.font, look.font_rule = found, own["font-size"].rule

    def _ink(
        self, element: HtmlElement, values: dict[str, str], own: dict[str, Declared], look: Look
    ) -> None:
        ink = colour_of(values.get("color"), look.ink) or _painted(element, values)
        if ink is not None:
            look.ink, look.ink_rule = ink, own["color"].rule if "color" in own else ""
        if "-webkit-text-fill-color" in values:
            look.fill = colour_of(values["-webkit-text-fill-color"], look.ink)
        through = length(values.get("fill-opacity", "").replace("%", "e-2"), 1, 1)
        if through is not None and element.tag in {"svg", "g", "a", "text", "tspan", "textpath"}:
            look.opacity *= max(0.0, min(1.0, through))
        opacity = length(values.get("opacity", "").replace("%", "e-2"), 1, 1)
        if opacity is not None:
            look.opacity *= max(0.0, min(1.0, opacity))
            if look.opacity < 0.06:
                look.ink_rule = own["opacity"].rule

    def _ground(self, element: HtmlElement, values: dict[str, str], look: Look) -> None:  # noqa: C901
        ground = colour_of(values.get("background-color"), look.ink) or old_colour(element.get("bgcolor"))
        image = values.get("background-image", "none")
        below = look.grounds
        if values.get("filter", "none") != "none" or values.get("mix-blend-mode", "normal") != "normal":
            look.filter, look.blend = values.get("filter", ""), values.get("mix-blend-mode", "")
            look.under = None
        if (look.filter or look.blend) and ground is not None and ground[3] >= 1:
            look.under = below
        if "text" in (values.get("background-clip", ""), values.get("-webkit-background-clip", "")):
            # Letters are painted with the ground: the picture cannot be told, of colours the clearest counts.
            painted = [stop for stop in (*map(colour, _STOPS.findall(image)), ground) if stop]
            if look.grounds and "url(" not in image and painted:
                under = look.grounds[0]
                look.fill = max(painted, key=lambda each: contrast(over(each, under), under))
            elif "url(" in image:
                look.fill, look.grounds = BLACK, None
        elif element.get("background") or "url(" in image:
            look.grounds = None
        elif "gradient(" in image:
            stops = filter(None, map(colour, _STOPS.findall(image)))
            look.grounds = tuple(over(stop, WHITE) for stop in stops) or None
        elif ground is not None and ground[3] > 0:
            if look.grounds is not None:
                look.grounds = tuple(over(ground, each) for each in look.grounds)
            elif ground[3] >= 1:
                look.grounds = (ground,)
            if element.tag not in {"html", "body"} and ground[3] >= 1:
                look.covers = True

    def _box(
        self, element: HtmlElement, values: dict[str, str], own: dict[str, Declared], look: Look
    ) -> None:
        position = values.get("position", "static")
        look.holds = look.holds or values.get("transform", "none") != "none"
        back = look.away is not None and self._is_back(position, values, look)
        away = look.away is not None
        kept = {n: value for n, value in values.items() if n not in _MOVERS} if away or back else values
        if look.gone and not back:
            # What is hidden besides being away is not brought back by moving what is inside.
            look.away = None if away and self._why_gone(element, kept, look)[0] else look.away
            return
        name, always = self._why_gone(element, kept, look)
        if name == "details":
            look.reachable = look.reachable or "收起的 <details>"
        elif name:
            rule = own[name].rule if name in own else always
            rule += FADES if name == "opacity" and fades(values) else ""
            if self._opens(element, name):
                look.reachable = look.reachable or rule
                # What opens it brings it in whole: a dialogue fades in as it is displayed.
                look.opacity = max(look.opacity, float(look.opacity < 0.06))
            else:
                look.gone = rule
                moved = moved_by(position, values, look.font)
                look.away = moved if name in _MOVERS and not _is_on_page(*moved) else None
        visibility = values.get("visibility")
        if visibility in {"hidden", "collapse"}:
            look.unseen = own["visibility"].rule + (FADES if fades(values) else "")
            if self._opens(element, "visibility"):
                look.reachable = look.reachable or look.unseen
        elif visibility in {"visible", "initial"}:
            look.unseen = ""

    def _is_back(self, position: str, values: dict[str, str], look: Look) -> bool:
        """Whether a child of what was moved off the page stands on it again; if so, it is not gone."""
        right, down = moved_by(position, values, look.font)
        if look.away and (position != "fixed" or look.holds):
            right, down = right + look.away[0], down + look.away[1]
        is_back = _is_on_page(right, down)
        look.away = None if is_back else (right, down)
        if is_back:
            look.gone = ""
        return is_back

    def _why_gone(self, element: HtmlElement, values: dict[str, str], look: Look) -> tuple[str, str]:  # noqa: C901
        """The property that takes the element off the page, or what the markup itself says."""
        tag = element.tag
        display = values.get("display")
        if display is None:
            if "hidden" in element.attrib:
                return "hidden", "hidden 属性"
            if tag == "dialog" and "open" not in element.attrib:
                return "hidden", "未打开的 <dialog>"
            if "popover" in element.attrib:
                return "hidden", "popover 属性"
        if tag in NEVER and (display is None or tag not in {"title", "datalist"}):
            return "tag", f"<{tag}>"
        if display == "none":
            return "display", ""
        if values.get("content-visibility") == "hidden":
            return "content-visibility", ""
        parent = element.getparent()
        if parent is not None and parent.tag == "details" and "open" not in parent.attrib:
            first = next((child for child in parent if child.tag == "summary"), None)
            if element is not first:
                return "details", ""
        if look.opacity < 0.06 and "opacity" in values:
            return "opacity", ""
        if element in self._covered:
            return "covered", self._covered[element]
        for name, test in GONE_BY.items():
            if name in values and test(values[name]):
                return name, ""
        position = values.get("position", "static")
        if position in {"absolute", "fixed"} and is_clipped(values.get("clip", "")):
            return "clip", ""
        if side := pushed_out(position, values, look.font):
            return side, ""
        if (
            position != "static"
            and look.covers
            and is_number(values.get("z-index", ""))
            and int(values["z-index"]) < 0
        ):
            return "z-index", ""
        for side in ("margin-left", "margin-top"):
            if side in values and is_far(values[side], look.font, plus=False):
                return side, ""
        return self._squashed(element, values, look)

    def _squashed(self, element: HtmlElement, values: dict[str, str], look: Look) -> tuple[str, str]:
        clips = {axis: values.get(f"overflow-{axis}", "visible") not in {"visible", ""} for axis in "xy"}
        if self._is_row_closed(element, values, clips=clips["y"]):
            return "grid-template-rows", ""
        for axis, names in (("y", ("height", "max-height")), ("x", ("width", "max-width"))):
            for name in names:
                size = length(values.get(name, ""), look.font, 1000)
                if size is not None and size <= 2 and (clips[axis] or clips["x"] or clips["y"]):
                    return name, ""
        line = length(values.get("line-height", ""), look.font, look.font)
        if clips["y"] and line is not None and line <= 0.01 and "height" not in values:
            return "line-height", ""
        if element.tag in {"iframe", "img", "object", "embed", "svg", "marquee", "canvas", "frame"}:
            for name in ("width", "height"):
                size = length(values.get(name) or element.get(name) or "", look.font, 1000)
                if size is not None and size <= 3:
                    return name, f"{name}={size:g}"
        return "", ""

    def _is_row_closed(self, element: HtmlElement, values: dict[str, str], *, clips: bool) -> bool:
        """Whether a grid has one row of no height, and all that stands in it lets itself be cut."""
        if not _NO_ROW.fullmatch(values.get("grid-template-rows", "")) or (element.text or "").strip():
            return False
        if values.get("display") not in {"grid", "inline-grid"}:
            return False
        for child in element:
            won = self.cascade.winners.get(child, {})
            told = {name: won[name].value for name in ("overflow-y", "min-height") if name in won}
            cut = told.get("overflow-y", "visible") != "visible"
            if not cut and not (clips and _NO_ROW.fullmatch(told.get("min-height", ""))):
                return False
        return len(element) > 0

    def _opens(self, element: HtmlElement, name: str) -> bool:
        """Whether a visitor can undo what hides ``element``."""
        if name == "tag":
            return False
        if self.controls.open(element):
            return True
        return any(undoes(declared, name) for declared in self.cascade.awakened.get(element, ()))

    def _inline_text(
        self, element: HtmlElement, values: dict[str, str], own: dict[str, Declared], look: Look
    ) -> None:
        if "text-indent" in values:
            cut = values.get("overflow-x", "visible") != "visible" and values.get("white-space") == "nowrap"
            out = is_far(values["text-indent"], look.font) or (
                cut and (length(values["text-indent"], look.font, 1000) or 0.0) >= 1000
            )
            look.indent = own["text-indent"].rule if out else ""
        if "letter-spacing" in values:
            found = length(values["letter-spacing"], look.font, look.font)
            look.squeezed = (
                own["letter-spacing"].rule if found is not None and found <= -0.8 * look.font else ""
            )
        turned = (
            values.get("unicode-bidi") in {"bidi-override", "isolate-override"}
            and values.get("direction") == "rtl"
        )
        if element.tag == "bdo" and (element.get("dir") or "").lower() == "rtl":
            turned = True
        if turned:
            look.reversed = True
        elif values.get("direction") == "ltr" or values.get("unicode-bidi") == "normal":
            look.reversed = False
        if element.tag == "text" and is_off_canvas(element):
            look.gone = look.gone or "SVG 文字在画布之外"

    def _layout(self, element: HtmlElement, values: dict[str, str], look: Look, above: Look) -> None:
        display = values.get("display", "")
        look.display = display
        tag = element.tag
        inline = display.startswith("inline") or display == "contents"
        if above.display in {"flex", "inline-flex", "grid", "inline-grid"}:
            # Items of one row read like words of one line.
            look.cell = tag in BLOCKS or is_more_than_a_letter(element)
            return
        look.cell = (tag in CELLS and not display) or display == "table-cell"
        if tag not in BLOCKS and stands_apart(values) and is_more_than_a_letter(element):
            look.cell = True
        look.block = (
            not look.cell
            and not inline
            and (tag in BLOCKS or display in {"block", "flex", "grid", "table", "list-item", "table-row"})
        )


def _is_on_page(right: float, down: float) -> bool:
    return -_BACK_LEFT_PX < right < SCREEN_WIDTH and -_BACK_TOP_PX < down < 3_000


def _painted(element: HtmlElement, values: Mapping[str, str]) -> Colour | None:
    """Colour that attributes give to text, as pages did before style sheets and drawings do."""
    if element.tag == "font":
        return old_colour(element.get("color"))
    if element.tag == "body":
        return old_colour(element.get("text"))
    if element.tag not in {"text", "tspan"}:
        return None
    fill = values.get("fill")
    if fill == "none":
        return (0.0, 0.0, 0.0, 0.0)
    return colour(fill.lower()) if fill else BLACK if element.tag == "text" else None
