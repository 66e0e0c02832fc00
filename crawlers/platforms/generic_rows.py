"""Rows of a label and a value in tables and lists 商品参数: what the goods are said to be made of.

The markup is read whether or not a tab hides it, as a person can open it; menus, forms and footers are
left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from crawlers.platforms.tree import Element, place_in, squash, text_of

_OUTSIDE = frozenset({"footer", "nav", "header", "form", "select"})
_OUTSIDE_NAMES = re.compile(
    r"(?<!p)review|comment|cart|related|recommend|menu|breadcrumb|pagin|footer|size-?(?:chart|guide)"
)
_LONGEST_NAME, _LONGEST_VALUE = 40, 500
_MOST_CELLS = 8
_CELLS = frozenset({"th", "td"})
_LEAST_ROWS = 2
_MOST_ROWS, _MOST_ITEMS = 300, 600
_MOST_LISTS = 400
_LEVELS = 12
_MARKED = re.compile(r"^(?P<name>[^:：]{1,40}?)\s*[:：]\s*(?P<value>\S.{0,500})$", re.DOTALL)
_MONEY = re.compile(r"[$€£¥￥]|\d+\s*(?:元|kč|zł)", re.IGNORECASE)

Rows = tuple[tuple[str, str], ...]


def rows_of(lists: Sequence[Element]) -> tuple[Rows, str]:
    """All rows of them in reading order, equal ones once, and where the first list of them stands."""
    found: dict[tuple[str, str], None] = {}
    place = ""
    for count, part in enumerate(lists):
        if count >= _MOST_LISTS or len(found) >= _MOST_ROWS:
            break
        rows = [row for row in _READERS[part.tag](part) if _is_row(*row)]
        if len(rows) >= _LEAST_ROWS and not _is_outside(part):
            place = place or place_in(part)
            found.update(dict.fromkeys(rows))
    return tuple(found)[:_MOST_ROWS], place


def _is_row(name: str, value: str) -> bool:
    return 0 < len(name) <= _LONGEST_NAME and 0 < len(value) <= _LONGEST_VALUE and name != value


def _is_outside(part: Element) -> bool:
    current: Element | None = part
    for _ in range(_LEVELS):
        if current is None:
            return False
        name = f"{current.get('class') or ''} {current.get('id') or ''}"[:400].lower()
        if current.tag in _OUTSIDE or _OUTSIDE_NAMES.search(name):
            return True
        current = current.getparent()
    return False


def _of_table(table: Element) -> Iterator[tuple[str, str]]:
    """Rows of two cells, or of two labels with their values 四列参数表; wider tables compare sizes."""
    holds_tables = next(table.iterdescendants("table"), None) is not None
    for row in table.iter("tr"):
        cells = row[: _MOST_CELLS + 1]
        if not 2 <= len(cells) <= _MOST_CELLS:
            continue
        cells = [each for each in cells if each.tag in _CELLS]
        if len(cells) not in (2, 4) or (holds_tables and any(map(_holds_table, cells))):
            continue
        yield _name(_text(cells[0])), _text(cells[1])
        if len(cells) == 4:
            yield _name(_text(cells[2])), _text(cells[3])


def _holds_table(cell: Element) -> bool:
    return next(cell.iter("table"), None) is not None


def _of_definitions(definitions: Element) -> Iterator[tuple[str, str]]:
    label = ""
    for each in definitions.iter("dt", "dd"):
        if each.tag == "dt":
            label = _name(text_of(each))
        elif label:
            yield label, _text(each)
            label = ""


def _of_list(part: Element) -> Iterator[tuple[str, str]]:
    """Items "label: value", or of two elements of which the first is short."""
    if not _LEAST_ROWS <= len(part) <= _MOST_ITEMS or (_is_link(part[0]) and _is_link(part[-1])):
        return
    items = [each for each in part if each.tag == "li"]
    if not _LEAST_ROWS <= len(items) <= _MOST_ROWS:
        return
    for item in items:
        if _is_link(item):
            continue
        text = text_of(item) if len(item) <= 6 else ""
        if (":" in text or "：" in text) and (match := _MARKED.match(text)):
            if not _MONEY.search(match["value"]):
                yield _name(match["name"]), squash(match["value"])
        elif (
            len(item) == 2
            and not (item.text or "").strip()
            and item[0].tag in ("span", "b", "strong", "div", "em")
        ):
            first, second = text_of(item[0]), text_of(item[1])
            if second and not _MONEY.search(second) and next(item.iter("a", "button", "input"), None) is None:
                yield _name(first), second


def _is_link(item: Element) -> bool:
    """Whether an item is nothing but a link; a list that begins and ends so is a menu."""
    return len(item) == 1 and item[0].tag == "a" and not (item.text or "").strip()


def _text(element: Element) -> str:
    text = text_of(element) if len(element) else squash(element.text or "")
    return text[: _LONGEST_VALUE + 1]


def _name(text: str) -> str:
    return text.strip(" :：*•·-")


_READERS = {"table": _of_table, "dl": _of_definitions, "ul": _of_list, "ol": _of_list}
