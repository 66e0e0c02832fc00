"""Reasons for and against an amount being the price of the page's own goods 价格权衡.

No selector of any site: what counts is the currency sign, what the markup calls the place, how near it is to
the heading and the buy button, whether it is crossed out, and whether it stands in a link to something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from itertools import pairwise, takewhile
from typing import NamedTuple

from crawlers.platforms.generic_amounts import MOST_ALIKE, Amount, amounts_in, shape_of
from crawlers.platforms.generic_locale import Locale
from crawlers.platforms.generic_view import View, chain
from crawlers.platforms.generic_words import (
    LIST_PRICE,
    MEMBERS,
    NOT_THE_PRICE,
    OWN_LABEL,
    PER_UNIT,
    PRICE_WORDS,
    PROMOTED,
    WITH_TAX,
    WITHOUT_TAX,
)
from crawlers.platforms.phrases import Phrases
from crawlers.platforms.tree import Element, link_of, squash

_DIGIT = re.compile(r"\d")
_SHARE = re.compile(r"\d+(?:[.,]\d+)?\s?%")
_REDUCTION = re.compile(r"^[\s(−–-]*\d+(?:[.,]\d+)?\s?%\s?(?:off\b)?")
"""What a price is reduced by, behind it: no word of another amount."""
_TIMES = re.compile(r"(?:\b|\d)[x×]\s*(?:de|of|à|a|da|von|по)?\s*(?:[a-z]{0,2}[^\w\s])?\s*$")
_SENTENCE = re.compile(r"(?:\w+[^\w:：]+){3,}\w*[^\w:：]*$")
_IS_LABEL = re.compile(r"\W*[^\W\d_][^\d]{2,40}")
_LONGEST_LABEL = 48
_MOST_TAXED = Decimal("1.3")
"""Most that tax makes of a price: the highest rate in use is 27 % (Hungary, directive 2006/112/EC)."""
_DEEP, _DEEPEST = 6, 40
_BESIDE = 8
"""Runs within which amounts belong together."""
_ROWS = 16
"""Runs within which rows with a label and a price each are those of the same goods."""
_BARELY = 12
"""Levels above an amount that are looked at."""


def amounts_of(
    view: View,
    *,
    places: Iterable[int],
    locale: Locale,
    currency: str,
    url: str,
    title_place: int | None,
    buy_places: list[int],
    most_alike: int = MOST_ALIKE,
) -> list[Amount]:
    """Amounts in sight, in reading order, scored as the price of the page's own goods."""
    found, shapes = amounts_in(
        view, places, locale=locale, currency=currency, heading=title_place, most_alike=most_alike
    )
    own_address = _address(url)
    heading = (
        frozenset() if title_place is None else frozenset(chain(view.runs[title_place].element, _DEEPEST))
    )
    taken = frozenset(each.place for each in found)
    spans = _spans_of(found)
    for each in found:
        _weigh_markup(each, view)
        _weigh_surroundings(each, view, url, own_address, heading)
        _weigh_words(each, view, Around(taken, spans, title_place))
        if each.sign:
            each.add(2, "currency")
        if each.value == 0:
            each.add(-6, "zero")
        # One of many of a kind may have the words beside it for its label, and so a wider element.
        repeated = max(shapes[shape_of(each.element)], shapes[shape_of(_run_of(each, view))])
        if repeated > 3:
            each.add(-min(3, repeated / 4), "repeated")
        if title_place is not None:
            _weigh_distance(each, each.place - title_place)
        near = min((abs(each.place - place) for place in buy_places), default=None)
        if near is not None and near < 40:
            each.add(1.5 * (1 - near / 40), "near buy")
    _share_with_copies(found)
    for each in found:
        _weigh_neighbours(each, found)
    for each in found:
        _weigh_promotion(each, found)
    return found


def _share_with_copies(found: list[Amount]) -> None:
    """A former price that is written twice side by side, once for those who cannot see it, is one in both."""
    for one, other in pairwise(found):
        if (
            one.is_list_price is not other.is_list_price
            and one.value == other.value
            and other.place - one.place == 1
            and one.element.getparent() is other.element.getparent()
        ):
            copy = other if one.is_list_price else one
            copy.is_list_price = True
            copy.is_struck = one.is_struck or other.is_struck
            copy.add(-5, "list price")


def _weigh_neighbours(amount: Amount, found: list[Amount]) -> None:
    """A price before tax gives way to one with tax that stands first or stands out; a price that
    words or a class alone call a former one is none where no other stands beside it.
    """
    if not amount.is_before_tax and (not amount.is_list_price or amount.is_struck):
        return
    plain = [
        each
        for each in found
        if each.is_plain and each is not amount and abs(each.place - amount.place) <= _BESIDE
    ]
    if amount.is_before_tax:
        if any(
            amount.value < each.value <= amount.value * _MOST_TAXED
            and (each.place < amount.place or _stands_out(each))
            for each in plain
        ):
            amount.add(-3, "without tax")
            amount.is_special = True
    elif not any(each.value < amount.value for each in plain):
        amount.is_list_price = False
        amount.add(5, "no other price beside it")


def _weigh_promotion(amount: Amount, found: list[Amount]) -> None:
    """Of two rows with a label and a price each, the larger gives way to the one of a promotion 促销价."""
    if not (amount.is_promoted and amount.is_plain):
        return
    near = [each for each in found if each.is_plain and abs(amount.place - each.place) <= _ROWS]
    larger = {each.value for each in near if each.is_labelled and each.value > amount.value} - {
        each.value for each in near if each.is_promoted
    }
    if larger:
        amount.add(3, "price of a promotion")
    for each in near:
        if each.value in larger:
            each.gives_way = True
            each.add(-3, "gives way to a promotion")


def _stands_out(amount: Amount) -> bool:
    return any(reason == "emphasised" for reason, _ in amount.reasons)


def _weigh_words(amount: Amount, view: View, around_it: Around) -> None:
    before, after = _around(amount, view, around_it)
    text = amount.text.lower()
    around = f"{before.rstrip()} | {after[:30]}"
    possible = PRICE_WORDS.possible_in(f"{text}\n{around}{after[30:]}")

    def says(words: Phrases, where: str) -> bool:
        return words in possible and words.pattern.search(where) is not None

    if says(PER_UNIT, text) or (PER_UNIT in possible and PER_UNIT.pattern.match(after)):
        amount.add(-4, "per unit")
        amount.is_special = True
    if says(NOT_THE_PRICE, around):
        amount.add(-3, "words of other amounts")
        amount.is_special = True
    amount.is_before_tax = says(WITHOUT_TAX, around) and not says(WITH_TAX, around)
    if amount.number and _SENTENCE.search(text[: amount.number[0]]):
        # Prose names prices of other things; one that its markup calls no price has little for it.
        amount.add(
            -1.5 if any(reason == "called price" for reason, _ in amount.reasons) else -2.5, "in a sentence"
        )
    if says(OWN_LABEL, before):
        amount.add(1, "called the price")
        amount.is_labelled = True
    amount.is_promoted = says(PROMOTED, before)
    if says(MEMBERS, around):
        amount.add(-3, "for members")
        amount.is_special = True
    if _TIMES.search(before):
        amount.add(-4, "instalment")
        amount.is_special = True
    if says(LIST_PRICE, before):
        amount.is_list_price = True
    if amount.is_list_price:
        amount.add(-5, "list price")


def _weigh_distance(amount: Amount, distance: int) -> None:
    if 0 <= distance <= 150:
        amount.add(4 * (1 - distance / 150) + 1, "after heading")
    elif -25 <= distance < 0:
        amount.add(2.5 if distance >= -12 else 1.5, "before heading")
    elif distance < 0:
        amount.add(-2, "far before heading")
    else:
        amount.add(-1, "far after heading")


def _weigh_markup(amount: Amount, view: View) -> None:
    inner = _inner(amount, view)
    levels = [*inner, *chain(amount.element, 3)]
    own = [view.marks(each) for each in levels]
    if any(marks.is_price for marks in own):
        amount.add(2.5, "called price")
    if "price" in (amount.element.get("itemprop") or ""):
        amount.add(2, "itemprop")
    if any(marks.is_main for marks in own):
        amount.add(1, "called main")
    if any(marks.is_members for marks in own[: len(inner) + 1]):
        amount.add(-3, "for members by its class")
        amount.is_special = True
    if any(marks.is_old for marks in own[: len(inner) + 2]):
        amount.is_list_price = True
    if any(marks.is_hidden for marks in own):
        amount.add(-1.5, "hidden by class")
    if any(each.tag in ("b", "strong", "h1", "h2", "h3", "big") for each in levels):
        amount.add(0.5, "emphasised")


def _inner(amount: Amount, view: View) -> list[Element]:
    """Elements around the number within the one that shows the amount whole, the innermost first."""
    inner = list(takewhile(lambda each: each is not amount.element, chain(_run_of(amount, view), _DEEP)))
    return inner if len(inner) < _DEEP else []


def _run_of(amount: Amount, view: View) -> Element:
    return view.runs[amount.place].element


def _weigh_surroundings(
    amount: Amount, view: View, url: str, own_address: str, heading: frozenset[Element]
) -> None:
    inner = _inner(amount, view)
    for level, each in enumerate((*inner, *chain(amount.element, _BARELY)), start=-len(inner)):
        tag = each.tag
        if tag in ("body", "html"):
            continue
        is_goods_header = each in heading and tag != "a"
        if tag in ("footer", "header", "nav") and not is_goods_header:
            amount.add(-4, tag)
        if tag == "a" and _leads_elsewhere(each, url, own_address):
            amount.add(-5, "in a link elsewhere")
        if is_goods_header:
            continue
        marks = view.marks(each)
        if level < 4 and marks.other:
            amount.add(-5, f"called {marks.other}")
            break
        if marks.aside:
            amount.add(-3 if level < 7 else -1, f"inside {marks.aside}")
            break


def _leads_elsewhere(anchor: Element, url: str, own_address: str) -> bool:
    href = anchor.get("href") or ""
    if href.startswith("/") and not href.startswith("//"):
        path = _address(href.partition("#")[0])
        return not path or not own_address.endswith(path)
    target = link_of(url, href)
    return bool(target) and _address(target) != own_address


def _address(url: str) -> str:
    return url.split("?")[0].rstrip("/")


class Around(NamedTuple):
    """What divides the words around amounts: the other amounts, and the name of the goods."""

    taken: frozenset[int]
    """Places of amounts."""
    spans: dict[Element, list[tuple[int, int]]]
    """Where the numbers of several amounts stand in the text of one element."""
    title: int | None


def _spans_of(found: list[Amount]) -> dict[Element, list[tuple[int, int]]]:
    spans: dict[Element, list[tuple[int, int]]] = {}
    for each in found:
        if each.number:
            spans.setdefault(each.element, []).append(each.number)
    return spans


def _around(amount: Amount, view: View, others: Around) -> tuple[str, str]:
    """What stands before the amount, on its line or as its label, and right after it; in lower case."""
    text, place = amount.text, amount.place
    start, end = amount.number or (0, len(text))
    spans = others.spans.get(amount.element, ()) if amount.number else ()
    first = max((each[1] for each in spans if each[1] <= start), default=0)
    last = min((each[0] for each in spans if each[0] >= end), default=0)
    if first or last:
        # Words between two amounts are the label of the second.
        return text[first:start].lower(), "" if last else text[end:].lower()
    before, after = _before(view, place, others), _after(view, place)
    if _labels_follow(view, place, others.taken):
        before, after = _text_behind(view, place), ""
    behind = squash(f"{text[end:]} {after}").lower()
    return f"{squash(before)} {text[:start]}".lower(), _REDUCTION.sub("", behind)


def _before(view: View, place: int, others: Around) -> str:
    """The end of what stands before, without the name of the goods; words of a line above that has an amount
    of its own belong to that.
    """
    runs = view.runs
    words = ""
    for step, run in enumerate(reversed(runs[max(0, place - 2) : place]), start=1):
        is_above = run.line != runs[place].line
        if place - step == others.title or (is_above and _DIGIT.search(run.text)):
            break
        if is_above and _has_amount(view, place - step, others.taken):
            break
        if place - step in others.taken:
            words = f"{_DIGIT.split(run.text)[-1]} {words}"
            break
        words = f"{run.text} {words}"
    return words[-_LONGEST_LABEL:]


def _has_amount(view: View, place: int, taken: frozenset[int]) -> bool:
    """Whether the line of a run has an amount of its own before it."""
    runs, line = view.runs, view.runs[place].line
    before = range(place - 1, max(-1, place - _BESIDE), -1)
    return any(each in taken for each in takewhile(lambda each: runs[each].line == line, before))


def _labels_follow(view: View, place: int, taken: frozenset[int]) -> bool:
    """Whether the line begins with an amount and ends with words, each amount's label behind it."""
    runs = view.runs
    line = runs[place].line
    first = last = place
    while first > 0 and runs[first - 1].line == line and place - first < _BESIDE:
        first -= 1
    while last + 1 < len(runs) and runs[last + 1].line == line and last - place < _BESIDE:
        last += 1
    amounts = [each for each in range(first, last + 1) if each in taken]
    return (
        len(amounts) > 1
        and amounts[0] == first
        and all(each + 1 <= last and _IS_LABEL.fullmatch(runs[each + 1].text) for each in amounts)
    )


def _text_behind(view: View, place: int) -> str:
    return view.runs[place + 1].text


def _after(view: View, place: int) -> str:
    """What follows on the line; words before another amount are that amount's label."""
    runs = view.runs
    beside = [run.text for run in runs[place + 1 : place + 3] if run.line == runs[place].line]
    if not beside or (_DIGIT.search(_SHARE.sub("", beside[0])) and not beside[0].lstrip().startswith("/")):
        return ""
    is_label = len(beside) > 1 and _DIGIT.search(beside[1]) is not None
    return "" if is_label else beside[0][:30]
