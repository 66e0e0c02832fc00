"""Reasons for and against an amount being the price of the page's own goods 价格权衡.

No selector of any site: what counts is the currency sign, what the markup calls the place, how near it is to
the heading and the buy button, whether it is crossed out, and whether it stands in a link to something else.
"""

from __future__ import annotations

import re

from crawlers.platforms.generic_amounts import MOST_ALIKE, Amount, amounts_in, shape_of
from crawlers.platforms.generic_locale import Locale
from crawlers.platforms.generic_view import View, chain
from crawlers.platforms.generic_words import LIST_PRICE, NOT_THE_PRICE, PER_UNIT
from crawlers.platforms.tree import Element, link_of, squash

_DIGIT = re.compile(r"\d")
_TIMES = re.compile(r"\bx\s*$")
_BARELY = 12
"""Levels above an amount that are looked at."""


def amounts_of(
    view: View,
    *,
    locale: Locale,
    currency: str,
    url: str,
    title_place: int | None,
    buy_places: list[int],
    most_alike: int = MOST_ALIKE,
) -> list[Amount]:
    """Amounts in sight, in reading order, scored as the price of the page's own goods."""
    found, shapes = amounts_in(
        view, locale=locale, currency=currency, heading=title_place, most_alike=most_alike
    )
    own_address = _address(url)
    for each in found:
        _weigh_markup(each, view)
        _weigh_surroundings(each, view, url, own_address)
        _weigh_words(each, view)
        if each.sign:
            each.add(2, "currency")
        if each.value == 0:
            each.add(-6, "zero")
        repeated = shapes[shape_of(each.element)]
        if repeated > 3:
            each.add(-min(3, repeated / 4), "repeated")
        if title_place is not None:
            _weigh_distance(each, each.place - title_place)
        near = min((abs(each.place - place) for place in buy_places), default=None)
        if near is not None and near < 40:
            each.add(1.5 * (1 - near / 40), "near buy")
    return found


def _weigh_words(amount: Amount, view: View) -> None:
    before, after = _around(amount, view)
    text = amount.text.lower()
    if PER_UNIT.search(text) or PER_UNIT.match(after):
        amount.add(-4, "per unit")
    if NOT_THE_PRICE.search(before) or NOT_THE_PRICE.search(after[:30]):
        amount.add(-3, "words of other amounts")
    if _TIMES.search(before):
        amount.add(-4, "instalment")
    if LIST_PRICE.search(before):
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
    levels = list(chain(amount.element, 3))
    own = [view.marks(each) for each in levels]
    if any(marks.is_price for marks in own):
        amount.add(2.5, "called price")
    if "price" in (amount.element.get("itemprop") or ""):
        amount.add(2, "itemprop")
    if any(marks.is_main for marks in own):
        amount.add(1, "called main")
    if any(marks.is_old for marks in own[:2]):
        amount.is_list_price = True
    if any(marks.is_hidden for marks in own):
        amount.add(-1.5, "hidden by class")
    if any(each.tag in ("b", "strong", "h1", "h2", "h3", "big") for each in levels):
        amount.add(0.5, "emphasised")


def _weigh_surroundings(amount: Amount, view: View, url: str, own_address: str) -> None:
    for level, each in enumerate(chain(amount.element, _BARELY)):
        tag = each.tag
        if tag in ("body", "html"):
            continue
        is_goods_header = tag == "header" and next(each.iter("h1"), None) is not None
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


def _around(amount: Amount, view: View) -> tuple[str, str]:
    """What stands before the amount, on its line or as its label, and right after it; in lower case."""
    runs, place = view.runs, amount.place
    before = " ".join(run.text for run in runs[max(0, place - 2) : place])
    before = _DIGIT.split(before)[-1][-40:]
    text = amount.text
    start, end = amount.number or (0, len(text))
    after = runs[place + 1].text[:30] if place + 1 < len(runs) else ""
    if _DIGIT.search(after) and not after.lstrip().startswith("/"):
        after = ""
    tail = text[end:]
    return f"{squash(before)} {text[:start]}".lower(), squash(f"{tail} {after}").lower()
