"""What lies over an element 遮盖: opaque sheets that a sibling or generated text spreads over a box."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from lxml.html import HtmlElement

from detectors.licensing.hiding import is_number
from detectors.licensing.styles import Cascade
from detectors.licensing.values import colour, length


def covers(cascade: Cascade) -> Iterator[tuple[HtmlElement, str]]:
    """Elements under an opaque sheet that a sibling spreads over their common box, and its rule."""
    sheets: dict[HtmlElement, list[tuple[int, HtmlElement, str]]] = defaultdict(list)
    for element, won in list(cascade.winners.items()):
        values = _values(cascade, element)
        parent = element.getparent()
        if values.get("position") != "absolute" or parent is None or parent.tag in {"body", "html"}:
            continue
        if _is_box(cascade, parent) and _is_opaque(values) and _spreads(values, _values(cascade, parent)):
            sheets[parent].append((_level(values.get("z-index")), element, won["position"].rule))
    for element, generated in cascade.pseudo.items():
        for won in generated.values():
            values = {name: declared.value.strip().lower() for name, declared in won.items()}
            laid = values.get("position") == "absolute" and "content" in values and _is_box(cascade, element)
            if laid and _is_opaque(values) and _spreads(values, _values(cascade, element)):
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


def _values(cascade: Cascade, element: HtmlElement) -> dict[str, str]:
    won = cascade.winners.get(element, {})
    return {name: declared.value.strip().lower() for name, declared in won.items()}


def _spreads(values: dict[str, str], box: dict[str, str]) -> bool:
    def fills(start: str, end: str, size: str) -> bool:
        begins = (length(values.get(start, ""), 16, 100) or 0.0) <= 0
        own, room = (length(each.get(size, ""), 16, 0) for each in (values, box))
        whole = values.get(size, "") in {"100%", "100vw", "100vh"} or (own or 0.0) >= (room or 1e9)
        ends = end in values and (length(values[end], 16, 100) or 0.0) <= 0
        return begins and (whole or (start in values and ends))

    return fills("left", "right", "width") and fills("top", "bottom", "height")


def _is_opaque(values: dict[str, str]) -> bool:
    ground = colour(values.get("background-color", "transparent"))
    shown = values.get("display") != "none" and values.get("visibility") != "hidden"
    strong = (length(values.get("opacity", "1").replace("%", "e-2"), 1, 1) or 0.0) > 0.9
    below = is_number(values.get("z-index", "")) and int(values["z-index"]) < 0
    return shown and strong and not below and ground is not None and ground[3] > 0.95
