"""Blocked, broken and really zero are three outcomes."""

from __future__ import annotations

import pytest

from domain.target import PageKind
from reports.health import FieldCounts, Health, field_health


def counts(*, read: int = 100, blocked: int = 0, **missing: int) -> FieldCounts:
    return FieldCounts(platform="shop", kind=PageKind.LISTING, read=read, blocked=blocked, missing=missing)


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        (counts(price=5), counts(price=3), Health.WELL),
        (counts(price=100), counts(price=3), Health.BROKEN),
        (counts(price=60), counts(price=3), Health.BROKEN),
        (counts(price=100), None, Health.BROKEN),
        (counts(read=2, blocked=98, price=2), counts(price=3), Health.BLOCKED),
        (counts(read=2, price=2), counts(price=3), Health.UNKNOWN),
    ],
)
def test_price_is_judged_by_what_was_found_before(
    now: FieldCounts, before: FieldCounts | None, expected: Health
) -> None:
    rows = field_health([now], [before] if before else [])
    assert {row.health for row in rows if row.field == "price"} == {expected}


def test_a_field_that_the_site_never_shows_is_zero_and_no_alarm() -> None:
    (row,) = [
        each for each in field_health([counts(stock=100)], [counts(stock=100)]) if each.field == "stock"
    ]
    assert (row.health, row.is_alarm) == (Health.ZERO, False)


def test_alarms_come_first_and_say_their_figures() -> None:
    first = field_health([counts(price=100, stock=1)], [counts(price=3)])[0]
    assert first.message == "shop listing price: broken (0 of 100 pages, expected 97%)"
