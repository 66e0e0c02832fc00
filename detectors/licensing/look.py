"""How one element is shown 呈现, and whether a visitor sees what looks so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from detectors.licensing.colours import blended, filtered
from detectors.licensing.hiding import BLACK
from detectors.licensing.values import Colour, contrast, over
from domain.page_text import Seen

LEAST_CONTRAST = 1.1
"""Under this ratio nobody tells the letters from their ground."""
LEAST_FONT_PX = 5.0
WHITE: Colour = (1.0, 1.0, 1.0, 1.0)

FADES = "（带有过渡或者动画，可能随滚动显现）"
"""Told with the rule that hides what may come into sight as the visitor scrolls: a still page cannot tell."""


@dataclass(slots=True)
class Look:
    """How one element is shown; what it does not set comes from its parent."""

    gone: str = ""
    """Rule that takes it and all inside it off the page."""
    away: tuple[float, float] | None = None
    """How far right and down it was moved to be gone, in pixels; ``None`` where something else hides it."""
    holds: bool = False
    """It or an element around it is transformed, so that what is fixed inside moves with it."""
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


def stands_apart(values: Mapping[str, str]) -> bool:
    """Whether an element has a box of its own, so that nobody reads on from it into its neighbour."""
    return (
        values.get("position") in {"absolute", "fixed"}
        or values.get("float") in {"left", "right"}
        or (values.get("display") == "inline-block" and bool({"width", "min-width"} & set(values)))
    )


def is_more_than_a_letter(element: HtmlElement) -> bool:
    """Whether an element holds a word; letters in boxes of their own make one, set so against copying."""
    room = 2
    for text in element.itertext():
        room -= len(text.strip())
        if room < 0:
            return True
    return False
