"""A sweep is due at times that follow from what it says, inside its window, by the days of Asia/Shanghai."""

import os
import time as system_time
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from crawlers.schedule import (
    CHINA,
    due_slot,
    expected_pages,
    is_due,
    latest_slot,
    load_by_hour,
    missed_between,
    next_slot,
    planned_runs,
    slots_between,
    slots_on,
)
from domain.cadence import PeakPhase
from domain.run import Run, RunState
from domain.sweep import StoredSweep
from tests.builders import a_sweep

NOW = datetime(2026, 11, 11, 15, 0, tzinfo=UTC)  # a Wednesday, 23:00 in Shanghai
DAY = timedelta(days=1)
PEAK = {"promotion": "DOUBLE11", "usual": "weekly", "presale": "daily", "peak": "every_6_hours"}


def stored(*, version: int = 1, paused: bool = False, saved_at: datetime = NOW, **changes) -> StoredSweep:
    return StoredSweep(sweep=a_sweep(**changes), version=version, saved_at=saved_at, paused=paused)


def a_run(began: datetime, state: RunState = RunState.FINISHED) -> Run:
    return Run(id="1", sweep="weekly", sweep_version=1, campaign="c", state=state, seed=1, started_at=began)


def china(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=CHINA)  # type: ignore[arg-type,misc]


def days_of(sweep: StoredSweep, start: datetime, end: datetime) -> list[str]:
    return [f"{slot.at.astimezone(CHINA):%m-%d %H:%M}" for slot in slots_between(sweep, start, end)]


@pytest.mark.parametrize(
    ("cadence", "ago", "due"),
    [
        ("once", None, True),
        ("once", timedelta(days=400), False),
        ("hourly", timedelta(minutes=-1), True),
        ("hourly", timedelta(minutes=1), True),
        ("hourly", timedelta(0), False),
        ("daily", None, True),
        ("daily", timedelta(hours=22), False),
        ("daily", timedelta(hours=24), True),
        ("weekly", timedelta(days=2), False),
        ("weekly", timedelta(days=3), True),
        ("monthly", timedelta(days=10), False),
        ("monthly", timedelta(days=11), True),
    ],
)
def test_cadence(cadence, ago, due):
    latest = a_run(NOW - ago) if ago is not None else None
    assert is_due(stored(cadence=cadence), latest, NOW) is due


def test_day_changes_at_midnight_in_shanghai():
    before, after = NOW, NOW + timedelta(hours=1, seconds=1)
    assert not is_due(stored(cadence="daily"), a_run(before), NOW)
    assert is_due(stored(cadence="daily"), a_run(before), after)


@pytest.mark.parametrize(
    ("start", "end", "due"),
    [
        ("2026-11-11", "2026-11-11", True),
        ("2026-11-12", "2026-11-13", False),
        ("2026-10-01", "2026-11-10", False),
    ],
)
def test_window(start, end, due):
    assert is_due(stored(window={"start": start, "end": end}), None, NOW) is due


def test_paused_sweep_is_never_due():
    assert not is_due(stored(paused=True, cadence="daily"), None, NOW)


def test_unfinished_run_is_resumed_not_repeated():
    assert not is_due(stored(cadence="daily"), a_run(NOW - timedelta(days=3), RunState.VISITING), NOW)


def test_new_version_of_a_one_off_sweep_is_due_again():
    assert is_due(stored(version=2), a_run(NOW - timedelta(days=1)), NOW)


def test_time_of_day_is_that_of_shanghai():
    sweep = stored(cadence="daily", time_of_day="22:30")
    assert not is_due(sweep, a_run(china(2026, 11, 10, 22, 30)), china(2026, 11, 11, 22, 29))
    assert is_due(sweep, a_run(china(2026, 11, 10, 22, 30)), china(2026, 11, 11, 22, 30))


def test_run_now_before_the_time_of_day_does_not_take_its_place():
    sweep = stored(cadence="daily", time_of_day="22:30")
    assert is_due(sweep, a_run(china(2026, 11, 11, 10, 0)), china(2026, 11, 11, 22, 30))


def test_one_off_sweep_waits_for_its_time():
    sweep = stored(time_of_day="22:30", saved_at=china(2026, 11, 11, 23, 0))
    assert next_slot(sweep, sweep.saved_at).at == china(2026, 11, 12, 22, 30)  # type: ignore[union-attr]


def test_weekly_run_follows_the_weekday_of_its_window():
    sweep = stored(cadence="weekly", window={"start": "2026-11-05", "end": "2026-11-30"})
    assert days_of(sweep, china(2026, 11, 1), china(2026, 12, 9)) == [
        "11-05 00:00",
        "11-12 00:00",
        "11-19 00:00",
        "11-26 00:00",
    ]


def test_monthly_run_on_the_31st_falls_on_the_last_day_of_short_months():
    sweep = stored(cadence="monthly", window={"start": "2027-01-31", "end": "2027-04-30"})
    assert days_of(sweep, china(2027, 1, 1), china(2027, 6, 1)) == [
        "01-31 00:00",
        "02-28 00:00",
        "03-31 00:00",
        "04-30 00:00",
    ]


def test_window_runs_across_new_year():
    sweep = stored(
        cadence={"promotion": "NEWYEAR-DAY", "peak": "daily", "usual": "weekly"},
        window={"start": "2026-12-30", "end": "2027-01-02"},
    )
    found = list(slots_between(sweep, china(2026, 12, 1), china(2027, 2, 1)))
    assert [slot.at.astimezone(CHINA).day for slot in found] == [30, 31, 1, 2]
    assert {slot.phase for slot in found} == {PeakPhase.PEAK}


def test_cadence_grows_around_the_peak():
    sweep = stored(cadence=PEAK | {"after": "daily"})
    count = {
        day: len(slots_on(sweep, date.fromisoformat(f"2026-{day}")))
        for day in ("08-25", "10-09", "10-31", "11-05", "11-11", "11-12", "12-14", "12-15")
    }
    # 2026-08-25 and 2026-12-15 are Tuesdays away from the promotion.
    assert list(count.values()) == [0, 1, 4, 1, 4, 1, 1, 0]


def test_peak_days_of_the_sweep_stand_in_place_of_the_tables():
    sweep = stored(cadence=PEAK | {"peak_days": [{"start": "2026-10-20", "end": "2026-10-21"}]})
    assert len(slots_on(sweep, date(2026, 10, 20))) == 4
    assert len(slots_on(sweep, date(2026, 11, 11))) == 1 - 1


def test_sudden_topic_has_the_days_that_the_sweep_gives():
    sweep = stored(
        cadence={"promotion": "FLOOD-EPIDEMIC", "peak": "hourly"},
        window={"start": "2026-07-20", "end": "2026-07-21"},
    )
    assert len(list(slots_between(sweep, china(2026, 7, 1), china(2026, 8, 1)))) == 48


def test_times_within_a_day_are_counted_from_the_time_of_day():
    sweep = stored(cadence="every_6_hours", time_of_day="20:15")
    assert days_of(sweep, china(2026, 11, 11), china(2026, 11, 12)) == [
        "11-11 02:15",
        "11-11 08:15",
        "11-11 14:15",
        "11-11 20:15",
    ]


def test_daily_run_skips_free_days_and_a_weekly_one_moves_on():
    daily = stored(cadence="daily", working_days_only=True)
    # National Day 2026: free from 1 to 7 October; 20 September and 10 October are worked on.
    assert days_of(daily, china(2026, 9, 30), china(2026, 10, 12)) == [
        "09-30 00:00",
        "10-08 00:00",
        "10-09 00:00",
        "10-10 00:00",
    ]
    weekly = stored(cadence="weekly", working_days_only=True)
    assert days_of(weekly, china(2026, 9, 28), china(2026, 10, 13)) == [
        "09-28 00:00",
        "10-08 00:00",
        "10-12 00:00",
    ]


def test_nothing_runs_twice_when_the_clock_is_set_back():
    sweep = stored(cadence="hourly")
    ran = {slot.key for slot in slots_between(sweep, china(2026, 11, 11), china(2026, 11, 12))}
    late, early = latest_slot(sweep, china(2026, 11, 11, 20)), latest_slot(sweep, china(2026, 11, 11, 18))
    assert late is not None
    assert early is not None
    assert {late.key, early.key} <= ran
    assert late.key > early.key


def test_run_made_while_the_clock_was_a_year_ahead_loses_no_later_one():
    sweep = stored(cadence="daily")
    assert due_slot(sweep, a_run(NOW + 365 * DAY), NOW) == latest_slot(sweep, NOW)


def test_missed_slots_are_counted_and_made_up_for_by_the_latest():
    sweep = stored(cadence="daily")
    had = latest_slot(sweep, NOW - 5 * DAY)
    due = due_slot(sweep, a_run(NOW - 5 * DAY), NOW)
    assert had is not None
    assert due is not None
    assert due.at == china(2026, 11, 11)
    assert missed_between(sweep, had.at, due) == 4


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Berlin", "Pacific/Auckland", "Asia/Shanghai"])
def test_zone_of_the_server_is_of_no_consequence(zone, monkeypatch):
    sweep = stored(cadence="every_3_hours", time_of_day="01:30")

    def slots() -> list[str]:
        # Clocks change in these days: 8 March and 1 November 2026 in New York, 25 October in Berlin.
        spans = [(china(2026, 3, 7), china(2026, 3, 10)), (china(2026, 10, 24), china(2026, 11, 3))]
        return [
            slot.key
            for start, end in spans
            for slot in slots_between(sweep, start.astimezone(), end.astimezone())
        ]

    expected = slots()
    before = os.environ.get("TZ")  # noqa: TID251
    try:
        monkeypatch.setenv("TZ", zone)
        system_time.tzset()
        assert slots() == expected
    finally:
        monkeypatch.undo()
        assert os.environ.get("TZ") == before  # noqa: TID251
        system_time.tzset()
    assert all(
        later - earlier >= timedelta(hours=3)
        for earlier, later in pairwise(
            datetime.strptime(key, "%Y%m%dT%H%MZ").replace(tzinfo=UTC) for key in expected
        )
    )


def test_calendar_lists_runs_with_their_load_on_each_host():
    sweep = stored(
        cadence="daily",
        platforms=[
            {"platform": "lingang", "base_url": "http://a.example", "adapter": "lingang"},
            {"platform": "lingang2", "base_url": "http://b.example", "profile": "schema-org"},
        ],
        design={"size": 100},
        campaign={
            "code": "c",
            "name": "n",
            "phases": [{"name": "集中检查", "start": "2026-11-12", "end": "2026-11-30"}],
        },
        politeness={"delay_s": 36},
    )
    planned = planned_runs(
        [sweep, stored(name="off", paused=True, cadence="daily")], china(2026, 11, 11), china(2026, 11, 13)
    )
    assert [run.campaign_phases for run in planned] == [(), ("集中检查",)]
    # Three search words on two platforms, five result pages each; listing, shop and reviews of each drawn.
    assert planned[0].pages == {"a.example": 165, "b.example": 165}
    assert planned[0].hours["a.example"] == pytest.approx(1.65)
    load = load_by_hour(planned[:1])
    assert [hosts["a.example"] for hosts in load.values()] == [82, 83]
    assert next(iter(load)) == china(2026, 11, 11)


def test_expected_pages_keep_within_the_budget():
    assert expected_pages(a_sweep(design={"size": 100_000}, budget={"pages": 700})) == {"h": 700}
