"""Blocked, broken and really zero are three outcomes."""

from __future__ import annotations

import pytest

from domain.target import PageKind
from reports.health import Health, alarms_of, field_health
from reports.notes import told
from storage.page_counts import FieldCounts


def counts(
    *,
    kind: PageKind = PageKind.LISTING,
    read: int = 100,
    blocked: int = 0,
    empty: int = 0,
    unreadable: dict[str, int] | None = None,
    **missing: int,
) -> FieldCounts:
    return FieldCounts(
        platform="shop",
        kind=kind,
        read=read,
        blocked=blocked,
        missing=missing,
        unreadable=unreadable or {},
        empty=empty,
    )


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        (counts(price=5), counts(price=3), Health.WELL),
        (counts(price=100), counts(price=3), Health.BROKEN),
        (counts(price=60), counts(price=3), Health.BROKEN),
        (counts(price=100), None, Health.BROKEN),
        (counts(read=2, blocked=98, price=2), counts(price=3), Health.BLOCKED),
        (counts(read=80, blocked=40, price=2), counts(price=3), Health.WELL),
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


def test_price_that_was_never_found_is_no_more_normal_in_the_second_run() -> None:
    never = counts(price=100)
    assert [(row.field, row.health) for row in alarms_of(field_health([never], [never, never]))] == [
        ("price", Health.BROKEN)
    ]
    seldom = counts(price=60)
    assert not alarms_of(field_health([seldom], [seldom]))


def test_alarms_come_first_and_say_their_figures() -> None:
    first = field_health([counts(price=100, stock=1)], [counts(price=3)])[0]
    assert told("en", first.note) == (
        "shop listing price: broken (found on 0 of 100 pages, expected 97%; 0 more pages were blocked)"
    )


def test_mandatory_field_that_moved_is_broken_though_no_page_was_read() -> None:
    (row,) = alarms_of(field_health([counts(read=0, blocked=1, unreadable={"title": 7})]))
    assert (row.field, row.health, row.found, row.of) == ("title", Health.BROKEN, 0, 7)
    assert "另有1页被阻断" in told("zh", row.note)


def test_break_that_nobody_mends_stays_an_alarm() -> None:
    broken, well = counts(price=100), counts(price=3)
    assert alarms_of(field_health([broken], [broken, broken, well]))


@pytest.mark.parametrize(
    ("now", "before", "expected", "alarms"),
    [
        ({"read": 9, "empty": 2}, None, Health.WELL, 0),
        ({"read": 9, "empty": 9}, None, Health.ZERO, 1),
        ({"read": 9, "empty": 9}, {"read": 9, "empty": 9}, Health.ZERO, 0),
        ({"read": 9, "empty": 9}, {"read": 9}, Health.ZERO, 1),
        ({"read": 9, "empty": 9}, {"read": 1, "empty": 1, "unreadable": {"cards": 2}}, Health.ZERO, 1),
        ({"read": 1, "empty": 1, "unreadable": {"cards": 1}}, None, Health.BROKEN, 1),
        ({"read": 0, "blocked": 9}, {"read": 9}, Health.BLOCKED, 1),
        ({"read": 0, "unreadable": {"cards": 9}}, {"read": 9}, Health.BROKEN, 1),
    ],
)
def test_searches_tell_blocked_broken_and_really_zero_apart(now, before, expected, alarms) -> None:
    history = [counts(kind=PageKind.SEARCH, **before)] if before else []
    rows = field_health([counts(kind=PageKind.SEARCH, **now)], history)
    assert [row.health for row in rows if row.field == "cards"] == [expected]
    assert len(alarms_of(rows)) == alarms


@pytest.mark.parametrize(
    ("read", "blocked", "alarms"),
    [(0, 1, 1), (1, 1, 0), (9, 2, 0), (8, 3, 1), (400, 99, 0), (400, 100, 1)],
)
def test_refused_pages_are_one_alarm_of_their_own_however_many_were_read(read, blocked, alarms) -> None:
    told_of = alarms_of(field_health([counts(read=read, blocked=blocked)]))
    assert [(row.field, row.health) for row in told_of] == [("pages", Health.BLOCKED)] * alarms


def test_layout_that_was_known_before_is_broken_though_every_field_was_found() -> None:
    (alarm,) = alarms_of(field_health([counts(layout=100)], [counts()]))
    assert (alarm.field, alarm.health) == ("layout", Health.BROKEN)
    assert not alarms_of(field_health([counts(layout=100)], [counts(layout=100)]))


def test_a_refusal_names_no_field() -> None:
    (alarm,) = alarms_of(field_health([counts(read=1, blocked=4)]))
    assert told("en", alarm.note).startswith("shop listing: blocked (4 of 5 pages were refused")
    assert "5页中有4页被阻断" in told("zh", alarm.note)
