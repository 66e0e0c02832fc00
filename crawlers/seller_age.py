"""Age of sellers 开店时间, as far as it was known before a draw, for ``cuts: [seller_age]``.

No result card shows it. What earlier visits recorded does: the opening date that the shop's page displayed,
else the day on which the operator behind its licence was registered 成立日期. A shop that was never visited
is of unknown age, a class of its own; the classes are kept with the cards, so the draw can be repeated.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum

from domain.notes import Note, NoteCode, note
from storage.store import Store

_DAY = re.compile(r"(\d{4})\D{1,2}(\d{1,2})\D{1,2}(\d{1,2})(?!\d)")
_YEAR_DAYS = 365.25


class SellerAge(StrEnum):
    """Classes of age on the day of the frame."""

    YOUNG = "seller under 1 year"
    GROWN = "seller 1-2 years"
    OLD = "seller 3+ years"
    UNKNOWN = "seller age unknown"


def seller_ages(store: Store, shops: Sequence[str], on: date) -> dict[str, SellerAge]:
    """The class of each of these shops as the store knows it now."""
    register = store.registers.register()
    operators = store.licences.operators(shops) if register else {}
    opened = store.shops.opened(shops)
    ages = {}
    for shop in shops:
        since = _day(opened.get(shop, ""))
        if since is None and register and shop in operators:
            row = register.by_code(operators[shop])
            since = row.established if row else None
        ages[shop] = _class(since, on)
    return ages


def note_of(ages: Mapping[str, SellerAge]) -> Note:
    """What the run's record says of it."""
    counts = Counter(ages.values())
    return note(NoteCode.SELLER_AGES, shops=len(ages), unknown=counts[SellerAge.UNKNOWN])


def _class(since: date | None, on: date) -> SellerAge:
    if since is None or since > on:
        return SellerAge.UNKNOWN
    years = (on - since).days / _YEAR_DAYS
    return SellerAge.YOUNG if years < 1 else SellerAge.GROWN if years < 3 else SellerAge.OLD


def _day(text: str) -> date | None:
    """The first day that a text shows; ``None`` where it shows none that exists.

    >>> _day("开店时间：2019年3月2日")
    datetime.date(2019, 3, 2)
    """
    found = _DAY.search(text)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
