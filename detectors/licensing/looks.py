"""How each element looks 呈现状态: what it inherits, what its styles set, what takes it out of sight."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from detectors.licensing.colours import blended, filtered
from detectors.licensing.controls import Controls
from detectors.licensing.hiding import (
    BLACK,
    GONE_BY,
    colour_of,
    is_clipped,
    is_far,
    is_number,
    is_off_canvas,
    old_colour,
    undoes,
)
from detectors.licensing.styles import Cascade, Declared
from detectors.licensing.values import (
    ROOT_PX,
    Colour,
    colour,
    contrast,
    in_pixels,
    length,
    over,
    resolved,
)
from domain.page_text import Seen

LEAST_CONTRAST = 1.1
"""Under this ratio nobody tells the letters from their ground."""
LEAST_FONT_PX = 5.0
BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "frameset",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "html",
        "iframe",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "optgroup",
        "option",
        "p",
        "pre",
        "search",
        "section",
        "select",
        "summary",
        "svg",
        "table",
        "tbody",
        "text",
        "textarea",
        "tfoot",
        "thead",
        "title",
        "tr",
        "ul",
        "canvas",
        "noscript",
        "template",
    ]
)
CELLS = frozenset({"td", "th"})
_NEVER = {
    "script",
    "style",
    "head",
    "title",
    "meta",
    "link",
    "noscript",
    "template",
    "datalist",
    "rp",
    "noembed",
    "noframes",
    "area",
    "param",
    "track",
    "audio",
    "video",
    "defs",
    "symbol",
    "clippath",
    "pattern",
    "marker",
    "desc",
    "metadata",
}
_HEADING_PX = {"h1": 32.0, "h2": 24.0, "h3": 18.7, "h4": 16.0, "h5": 13.3, "h6": 10.7, "small": 13.3}
_FONT_SIZES = {
    "xx-small": 9.0,
    "x-small": 10.0,
    "small": 13.0,
    "medium": 16.0,
    "large": 18.0,
    "x-large": 24.0,
    "xx-large": 32.0,
}
_OLD_SIZES = {"1": 10.0, "2": 13.0, "3": 16.0, "4": 18.0, "5": 24.0, "6": 32.0, "7": 48.0}
_TOP_PX, _LEFT_PX = 150.0, 300.0
"""So far above or left of its place a block of a few lines is out of sight."""
_STOPS = re.compile(r"#[0-9a-f]{3,8}|(?:rgba?|hsla?|hwb|oklab|oklch|lab|lch|color)\([^()]*\)|\b[a-z]+\b")
_TIMES_NOTHING = re.compile(r"\*\s*0(?:\.0+)?\s*\)|\(\s*0\s*\*")
WHITE: Colour = (1.0, 1.0, 1.0, 1.0)


@dataclass(slots=True)
class Look:
    """How one element is shown; what it does not set comes from its parent."""

    gone: str = ""
    """Rule that takes it and all inside it off the page."""
    reachable: str = ""
    unseen: str = ""
    """``visibility``, which a child may undo."""
    font: float = 16.0
    font_rule: str = ""
    ink: Colour = BLACK
    ink_rule: str = ""
    fill: Colour | None = None
    grounds: tuple[Colour, ...] | None = (WHITE,)
    """Colours that may lie behind; ``None``: a picture, so nothing can be said."""
    filter: str = ""
    blend: str = ""
    under: tuple[Colour, ...] | None = None
    """Grounds below the element that is filtered or blended, where one inside it paints its own."""
    opacity: float = 1.0
    indent: str = ""
    squeezed: str = ""
    reversed: bool = False
    variables: dict[str, str] = field(default_factory=dict)
    block: bool = False
    cell: bool = False
    covers: bool = False
    """It or an element around it paints an opaque ground of its own."""
    display: str = ""


@dataclass(frozen=True, slots=True)
class Looks:
    """Works out looks from the cascade of one page."""

    cascade: Cascade
    controls: Controls
    rem: float = ROOT_PX
    """Pixels of the root element's letters."""
    _covered: dict[HtmlElement, str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_covered", dict(_covers(self.cascade)))

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
            if element.tag in _HEADING_PX:
                # Headings are sized by their surroundings, so what is shrunk to nothing stays so.
                look.font = _HEADING_PX[element.tag] * above.font / 16.0
            if element.tag == "font" and element.get("size") in _OLD_SIZES:
                look.font = _OLD_SIZES[element.get("size")]
            return
        found = length(size, above.font, above.font)
        if found is None:
            found = _FONT_SIZES.get(size, above.font * {"smaller": 0.83, "larger": 1.2}.get(size, 1.0))
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
        if look.gone:
            return
        name, always = self._why_gone(element, values, look)
        if name == "details":
            look.reachable = look.reachable or "收起的 <details>"
        elif name:
            rule = own[name].rule if name in own else always
            if self._opens(element, name):
                look.reachable = look.reachable or rule
                # What opens it brings it in whole: a dialogue fades in as it is displayed.
                look.opacity = max(look.opacity, float(look.opacity < 0.06))
            else:
                look.gone = rule
        visibility = values.get("visibility")
        if visibility in {"hidden", "collapse"}:
            look.unseen = own["visibility"].rule
            if self._opens(element, "visibility"):
                look.reachable = look.reachable or look.unseen
        elif visibility in {"visible", "initial"}:
            look.unseen = ""

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
        if tag in _NEVER and (display is None or tag not in {"title", "datalist"}):
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
        if side := _pushed_out(position, values, look.font):
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
            look.cell = tag in BLOCKS
            return
        look.cell = (tag in CELLS and not display) or display == "table-cell"
        look.block = (
            not look.cell
            and not inline
            and (tag in BLOCKS or display in {"block", "flex", "grid", "table", "list-item", "table-row"})
        )


def verdict(look: Look) -> tuple[Seen, str]:
    """Whether text that looks so is seen, and the rule that hides it."""
    if look.gone:
        return Seen.HIDDEN, look.gone
    if look.unseen:
        return (Seen.REACHABLE, look.reachable) if look.reachable else (Seen.HIDDEN, look.unseen)
    if look.font < LEAST_FONT_PX:
        return Seen.HIDDEN, look.font_rule or f"font-size {look.font:g}px"
    if look.indent or look.squeezed:
        return Seen.HIDDEN, look.indent or look.squeezed
    ink = look.fill or look.ink
    alpha = ink[3] * look.opacity
    if alpha < 0.06:
        return Seen.HIDDEN, look.ink_rule or "透明"
    if look.grounds is not None:
        front = (ink[0], ink[1], ink[2], alpha)
        best = max(contrast(*_painted_as(look, over(front, ground), ground)) for ground in look.grounds)
        if best < LEAST_CONTRAST:
            return Seen.HIDDEN, f"{look.ink_rule or '文字颜色'}（与背景对比度 {best:.2f}）"
    return (Seen.REACHABLE, look.reachable) if look.reachable else (Seen.VISIBLE, "")


def _painted_as(look: Look, ink: Colour, ground: Colour) -> tuple[Colour, Colour]:
    """Letters and ground as they come out of a filter and a blend; a ground from outside is not changed."""
    if not look.filter and not look.blend:
        return ink, ground
    back = (look.under or (ground,))[0]
    letters = blended(look.blend, filtered(ink, look.filter), back)
    own = blended(look.blend, filtered(ground, look.filter), back) if look.under else ground[:3]
    return (*letters, 1.0), (*own, 1.0)


def box_verdict(look: Look) -> tuple[Seen, str]:
    """The same for a picture or a frame, whose letters have no colour."""
    if look.gone:
        return Seen.HIDDEN, look.gone
    if look.unseen:
        return (Seen.REACHABLE, look.reachable) if look.reachable else (Seen.HIDDEN, look.unseen)
    if look.opacity < 0.06:
        return Seen.HIDDEN, "opacity"
    return (Seen.REACHABLE, look.reachable) if look.reachable else (Seen.VISIBLE, "")


def _pushed_out(position: str, values: dict[str, str], font: float) -> str:
    """The side by which a positioned element is moved off the page; "" for none."""
    for side in ("left", "top", "right", "bottom") if position not in {"static", "sticky"} else ():
        value = values.get(side, "")
        # What hangs below its box is only further down the page.
        if is_far(value, font) and (side != "bottom" or position == "fixed"):
            return side
        if position != "relative" and _is_out(side, value, position, values.get("width", ""), font):
            return side
    return ""


def _is_out(side: str, value: str, position: str, width: str, font: float) -> bool:
    moved = length(value, font, 1366 if side in {"left", "right"} else 768)
    if moved is None:
        return False
    if side == "left":
        wide = length(width, font, 1366)
        return moved <= -_LEFT_PX or (wide is not None and moved < 0 and moved + wide <= 5)
    return moved <= -_TOP_PX and (side == "top" or position == "fixed")


def _covers(cascade: Cascade) -> Iterator[tuple[HtmlElement, str]]:
    """Elements under an opaque sheet that a sibling spreads over their common box, and its rule."""
    sheets: dict[HtmlElement, list[tuple[int, HtmlElement, str]]] = defaultdict(list)
    for element, won in cascade.winners.items():
        values = {name: declared.value.strip().lower() for name, declared in won.items()}
        parent = element.getparent()
        if values.get("position") != "absolute" or parent is None or parent.tag in {"body", "html"}:
            continue
        if _spreads(values) and _is_opaque(values) and _is_box(cascade, parent):
            sheets[parent].append((_level(values.get("z-index")), element, won["position"].rule))
    for element, generated in cascade.pseudo.items():
        for won in generated.values():
            values = {name: declared.value.strip().lower() for name, declared in won.items()}
            laid = values.get("position") == "absolute" and "content" in values and _is_box(cascade, element)
            if laid and _spreads(values) and _is_opaque(values):
                sheets[element].append((_level(values.get("z-index")), element, won["position"].rule))
    for parent, found in sheets.items():
        top, sheet, rule = max(found, key=lambda each: each[0])
        for sibling in parent:
            own = cascade.winners.get(sibling, {})
            level = _level(own["z-index"].value) if "z-index" in own and "position" in own else 0
            if sibling is not sheet and level <= top:
                yield sibling, f"被遮盖：{rule}"


def _level(value: str | None) -> int:
    plain = (value or "").strip()
    return int(plain) if is_number(plain) else 0


def _is_box(cascade: Cascade, element: HtmlElement) -> bool:
    held = cascade.winners.get(element, {}).get("position")
    return held is not None and held.value.strip().lower() != "static"


def _spreads(values: dict[str, str]) -> bool:
    def fills(start: str, end: str, size: str) -> bool:
        begins = (length(values.get(start, ""), 16, 100) or 0.0) <= 0
        whole = values.get(size, "") in {"100%", "100vw", "100vh"}
        ends = end in values and (length(values[end], 16, 100) or 0.0) <= 0
        return begins and (whole or (start in values and ends))

    return fills("left", "right", "width") and fills("top", "bottom", "height")


def _is_opaque(values: dict[str, str]) -> bool:
    ground = colour(values.get("background-color", "transparent"))
    shown = values.get("display") != "none" and values.get("visibility") != "hidden"
    strong = (length(values.get("opacity", "1").replace("%", "e-2"), 1, 1) or 0.0) > 0.9
    below = is_number(values.get("z-index", "")) and int(values["z-index"]) < 0
    return shown and strong and not below and ground is not None and ground[3] > 0.95


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
