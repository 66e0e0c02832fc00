"""Amounts that a person sees on a page, each in the smallest element that shows it whole 价格识别."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from crawlers.platforms.generic_locale import Locale
from crawlers.platforms.generic_signs import (
    LONGEST_AMOUNT,
    SIGN,
    Match,
    money_in,
    numbers_in,
    places_of_signs,
    signs_in,
)
from crawlers.platforms.generic_view import View, chain, named
from crawlers.platforms.tree import Element, squash

_DIGIT = re.compile(r"\d")
_SHARE = re.compile(r"\W*\d+(?:[.,]\d+)?\s*%\W*")
"""A reduction in percent."""
_BARE_NUMBER = re.compile(r"[\d\s.,'’–—-]+\w{0,3}\.?\s*")
_BARE_BEGINNINGS = frozenset("0123456789 \t\n\r\xa0\u202f.,'’–—-")
_MINOR_CLASS = re.compile(r"cent|decimal|fraction|minor|kop|(?<![a-z])sup|penny|pence|small")
_SIGNED_CENTS = re.compile(r"(?P<sign>[€$£])(?P<cents>\d{2})")
"""Cents behind their sign, as in 119€90."""
_SIGN_FOR_POINT = re.compile(r"(?<=\d)€(?=\d\d(?!\d|[.,]\d|\s?€))")
"""A sign in the place of the decimal mark, as in 119€90."""
_ALONE = re.compile(SIGN)
_CENTS, _BARE_CENTS = re.compile(r"[.,]\d{1,2}"), re.compile(r"\d{2}")
_WITH_CENTS = re.compile(r"\d[\d.,' ]*[.,]\d{2}")
_POINTED = re.compile(r"\d\.\d{3}$")
_RAISED = frozenset({"sup", "small"})
_LONGEST_ADDITION, _LONGEST_BESIDE = 6, 12
_LONGEST_RUN = 400
_LONGEST_JOINED = 500
_LONGEST_UNSIGNED = 40
_MOST_CANDIDATES = 1_500
MOST_ALIKE = 6
"""Amounts of the same markup that are looked at, the nearest to the heading; more of them are other goods."""
_LEVELS = 5
_MOST_CHILDREN = 20


@dataclass(slots=True)
class Amount:
    """One amount as seen."""

    value: Decimal
    text: str
    element: Element
    place: int
    """Index of the first run that shows it."""
    sign: str
    high: Decimal | None = None
    """Upper end, where a range is shown."""
    number: tuple[int, int] | None = None
    """Where its number stands in the text of the element."""
    score: float = 0.0
    is_list_price: bool = False
    is_struck: bool = False
    is_before_tax: bool = False
    is_special: bool = False
    """Not what everybody pays for one: a member's price, one without tax, by unit or by month."""
    is_labelled: bool = False
    """Words before it call it a price."""
    is_promoted: bool = False
    """Words before it call it the price of a promotion."""
    gives_way: bool = False
    """A promotion's price stands in for it, whatever machines are told."""
    reasons: list[tuple[str, float]] = field(default_factory=list)

    @property
    def is_plain(self) -> bool:
        """Whether it may be what everybody pays today."""
        return bool(self.sign) and not (self.is_list_price or self.is_special or self.is_before_tax)

    @property
    def aside(self) -> frozenset[str]:
        """What says that it stands among other things than the page's goods."""
        return frozenset(reason for reason, _ in self.reasons if reason.startswith(("inside ", "in a link")))

    def add(self, points: float, reason: str) -> None:
        """Counts one reason."""
        self.score += points
        self.reasons.append((reason, points))


_CROSSED = ("s", "del", "strike")


class _Shown(NamedTuple):
    """The text of an element, with the numbers and signs in it."""

    element: Element
    text: str
    numbers: list[Match]
    signs: list[Match]


Shape = tuple[str, str]


def amounts_in(
    view: View,
    places: Iterable[int],
    *,
    locale: Locale,
    currency: str,
    heading: int | None = None,
    most_alike: int = MOST_ALIKE,
) -> tuple[list[Amount], Counter[Shape]]:
    """Amounts in sight, in reading order, and how often each shape of markup shows one."""
    found: list[Amount] = []
    seen: set[Element] = set()
    known: dict[Element, _Shown] = {}
    shape_at = {place: shape_of(view.runs[place].element) for place in places}
    shapes = Counter(shape_at.values())
    left_out = _far_ones(shape_at, heading or 0, most_alike)
    whole: set[Element] = set()
    for place in shape_at:
        run = view.runs[place]
        if place in left_out or not whole.isdisjoint(chain(run.element, _LEVELS)):
            continue
        block = _block_of(view, run.element, squash(run.text), known)
        if block is None or (block.element is run.element and not block.signs):
            # What markup calls a price may be the first part of one.
            block = _of_runs(view, place) or block
        if block is None or block.element in seen:
            continue
        element, text = block.element, block.text
        seen.add(element)
        if len(_whole(element, known).numbers) == 1:
            whole.add(element)
        amounts = [
            Amount(
                each.value, text[:LONGEST_AMOUNT], element, place, each.sign, high=each.high, number=each.at
            )
            for each in money_in(text, block.numbers, block.signs, currency, locale)
        ]
        is_struck = run.struck or (bool(amounts) and view.is_crossed_out(run.element))
        for amount in amounts:
            amount.is_list_price = amount.is_struck = is_struck
        if amounts and (shape := shape_of(element)) != shape_at[place]:
            shapes[shape] += len(amounts)
        found.extend(amounts)
        if len(found) > _MOST_CANDIDATES:
            break
    return found, shapes


def _far_ones(places: dict[int, Shape], heading: int, most: int) -> set[int]:
    """Of places that look the same, those that are not among the ``most`` nearest to the heading."""
    alike: dict[Shape, list[int]] = {}
    for place, shape in places.items():
        alike.setdefault(shape, []).append(place)
    return {
        far
        for same in alike.values()
        if len(same) > most
        for far in sorted(same, key=lambda place: abs(place - heading))[most:]
    }


def money_places(view: View) -> Iterator[int]:
    """Places of runs that may show money: a digit, and a sign in or beside them or markup that says price."""
    text, starts = view.folded
    signed = {bisect_right(starts, at) - 1 for at in places_of_signs(text)}
    beside = {place + step for place in signed for step in (-2, -1, 1)}
    lone = signed.difference(view.numbered)
    for place in view.numbered:
        run = view.runs[place]
        is_signed = place in signed
        first = run.text[0]
        if not is_signed and place not in beside and not (first in _BARE_BEGINNINGS or first.isdigit()):
            continue
        if len(run.text) > _LONGEST_RUN or run.element.tag == "time" or _SHARE.fullmatch(run.text):
            continue
        if is_signed:
            yield place
            continue
        is_bare = _BARE_NUMBER.fullmatch(run.text) is not None
        if (place in beside and (is_bare or _belongs_to_sign(place, lone, view))) or (
            is_bare and any(view.marks(each).is_price for each in chain(run.element, _LEVELS))
        ):
            yield place


def _belongs_to_sign(place: int, lone: set[int], view: View) -> bool:
    """Whether a sign stands without a number in an element of its own beside the number."""
    is_beside = place - 1 in lone or place + 1 in lone or place + 2 in lone
    return is_beside and len(view.runs[place].text) <= _LONGEST_UNSIGNED


def _block_of(view: View, element: Element, own: str, known: dict[Element, _Shown]) -> _Shown | None:
    """The smallest element whose text is an amount with its sign, or what its markup calls a price."""
    best: _Shown | None = None
    shown = known[element] if element in known and known[element].text == own else _shown(element, own)
    if not len(element):
        known[element] = shown
    if shown.signs:
        if shown.numbers and len(own) > LONGEST_AMOUNT:
            return shown
        whole = _whole(element, known)
        # A former price in the same element is another amount, however the two are joined.
        is_one = next(element.iterdescendants(*_CROSSED), None) is None and (
            len(whole.signs) <= 1 or len(whole.numbers) == len(shown.numbers)
        )
        best = whole if is_one and len(whole.text) <= len(own) + _LONGEST_BESIDE else shown
    for each in chain(element, _LEVELS):
        whole = _whole(each, known)
        if len(whole.text) > LONGEST_AMOUNT:
            break
        if best is None and len(whole.numbers) != len(shown.numbers):
            break
        if best is not None and (len(whole.signs) > 1 or _says_more(whole, best)):
            break
        is_better = best is None or (len(whole.numbers) == 1 and _count_blocks(each) <= 3)
        if is_better and (whole.signs or (best is None and view.marks(each).is_price)):
            best = whole._replace(element=each)
    return best


def _of_runs(view: View, place: int) -> _Shown | None:
    """On a line with other amounts: a number with its sign in the run before or behind it, and its cents."""
    run, own = view.runs[place], squash(view.runs[place].text)
    before, *following = (_text_at(view, each, run.line) for each in (place - 1, place + 1, place + 2))
    if _CENTS.fullmatch(following[0]) or (
        _BARE_CENTS.fullmatch(following[0]) and view.runs[place + 1].element.tag in _RAISED
    ):
        own = f"{own}.{following.pop(0).lstrip('.,')}"
    for text, sign in ((f"{before}{own}", before), (f"{own} {following[0]}", following[0])):
        if _ALONE.fullmatch(sign):
            return _shown(run.element, text)
    return _shown(run.element, own) if _WITH_CENTS.fullmatch(own) else None


def _text_at(view: View, place: int, line: int) -> str:
    runs = view.runs
    return runs[place].text.strip() if 0 <= place < len(runs) and runs[place].line == line else ""


def _shown(element: Element, text: str) -> _Shown:
    if "€" in text and (at := _SIGN_FOR_POINT.search(text)):
        text = f"{text[: at.start()]}.{text[at.end() : at.end() + 2]} €{text[at.end() + 2 :]}"
    return _Shown(element, text, numbers_in(text), signs_in(text))


def _whole(element: Element, known: dict[Element, _Shown]) -> _Shown:
    """What an element shows with all that is in it; amounts side by side ask for the same parts."""
    found = known.get(element)
    if found is None:
        inner = element[0] if len(element) == 1 else None
        if inner is not None and not (element.text or "").strip() and not (inner.tail or "").strip():
            found = _whole(inner, known)
        else:
            found = _shown(element, _joined(element))
        known[element] = found
    return found


def _says_more(whole: _Shown, best: _Shown) -> bool:
    """Whether a wider text adds another number or more than its sign or its cents."""
    if not best.signs and len(whole.signs) == len(whole.numbers) == 1:
        return False
    return len(whole.text) > len(best.text) + _LONGEST_ADDITION or len(whole.numbers) > len(best.numbers)


def _count_blocks(element: Element) -> int:
    return sum(1 for child in element if child.tag in ("div", "p", "li", "td", "dd"))


def _joined(element: Element) -> str:
    """Text of an element; cents that are set apart by markup get their point back."""
    if not len(element):
        return squash((element.text or "")[:_LONGEST_JOINED])
    pieces: list[str] = []
    length = 0
    for event_text, owner, is_tail in _texts(element):
        text = squash(event_text) if event_text.strip() else " "
        last = "".join(pieces[-2:]).rstrip()
        signed = _SIGNED_CENTS.fullmatch(text) if last[-1:].isdigit() and owner.tag in _RAISED else None
        if signed:
            text = f".{signed['cents']} {signed['sign']}"
            pieces[:] = ["".join(pieces).rstrip()]
        elif not is_tail and _are_cents(text, last, owner):
            # Behind a point for thousands stands a comma.
            text = f"{',' if _POINTED.search(last) else '.'}{text}"
            pieces[:] = ["".join(pieces).rstrip()]
        elif (
            event_text[:1].isspace()
            or (pieces and not is_tail and owner.tag not in _GLUED)
            or (last[-1:].isdigit() and text[:1].isdigit())
        ):
            text = " " + text
        if event_text[-1:].isspace():
            text += " "
        pieces.append(text)
        length += len(text)
        if length > _LONGEST_JOINED:
            break
    return squash("".join(pieces))


def _are_cents(text: str, last: str, owner: Element) -> bool:
    return (
        len(text) == 2
        and text.isdigit()
        and last[-1:].isdigit()
        and (
            owner.tag in _RAISED
            or _MINOR_CLASS.search(named(owner)) is not None
            or "vertical-align" in (owner.get("style") or "")
        )
        and not re.search(r"[.,]\d{2}$", last)
    )


_GLUED = frozenset({
    "sup", "sub", "span", "b", "i", "em", "strong", "font", "small", "bdi", "a", "uni-text", "wx-text",
    "taro-text-core",
})  # fmt: skip
_SKIP = frozenset({"script", "style", "noscript", "template", "svg", "option"})


def _texts(element: Element) -> Iterable[tuple[str, Element, bool]]:
    stack: list[tuple[Element, bool]] = [(element, False)]
    budget = 60
    while stack and budget:
        node, is_end = stack.pop()
        budget -= 1
        if is_end:
            if node.tail and node is not element:
                yield node.tail, node, True
            continue
        stack.append((node, True))
        if not isinstance(node.tag, str) or node.tag in _SKIP:
            continue
        if node.text:
            yield node.text, node, False
        if len(node) > _MOST_CHILDREN:
            yield "x" * (_LONGEST_JOINED + 1), node, False
            return
        stack.extend((child, False) for child in reversed(node))


def shape_of(element: Element) -> Shape:
    """Tag and class of an element and of its parent: what the same kind of place shares."""
    parent = element.getparent()
    return (
        f"{element.tag}.{element.get('class') or ''}",
        "" if parent is None else f"{parent.tag}.{parent.get('class') or ''}",
    )
