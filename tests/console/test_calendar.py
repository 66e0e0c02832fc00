"""The calendar: what a day shows, what the load of a host comes to, and what can be started from there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from console.desk import Desk
from console.launcher import Launcher
from console.month import calendar, month_days, week_days
from domain.account import Role
from domain.cadence import PeakPhase
from domain.run import RunState
from tests.builders import a_sweep
from tests.console.people import Person
from tests.storage.builders import DAY, a_run

pytestmark = pytest.mark.mongo
SignIn = Callable[..., Person]
HOSTILE = "<img src=x onerror=alert(1)>"
# Sessions are forgotten by the server's own clock, so the clock of these tests stands in its future.
NOW = datetime(2027, 11, 8, 2, 0, tzinfo=UTC)


@pytest.fixture
def desk(desk: Desk) -> Desk:
    return replace(desk, now=lambda: NOW)


def cells(desk: Desk, day: date) -> dict[date, Any]:
    return {cell.day: cell for cell in calendar(desk, *month_days(day), day.month).days}


def test_days_carry_peaks_holidays_festivals_and_deadlines(desk: Desk) -> None:
    sweep = a_sweep(campaign={"code": "c", "name": "网剑行动", "deadline": "2026-10-20"})
    desk.store.sweeps.save(sweep, DAY)
    october = cells(desk, date(2026, 10, 15))
    assert october[date(2026, 10, 1)].mark == "rest"
    assert october[date(2026, 10, 10)].mark == "work", "a Saturday that makes up for the holiday"
    assert october[date(2026, 10, 11)].mark == "", "a Sunday needs no mark"
    assert october[date(2026, 10, 18)].festival == "重阳"
    assert october[date(2026, 10, 20)].deadlines == ("网剑行动",)
    november = cells(desk, date(2026, 11, 1))
    assert november[date(2026, 11, 11)].phase is PeakPhase.PEAK
    assert "双11" in november[date(2026, 11, 11)].promotions
    assert november[date(2026, 10, 31)].is_outside


def test_weeks_are_whole_at_the_edges_of_a_year() -> None:
    assert month_days(date(2026, 12, 31)) == (date(2026, 11, 30), date(2027, 1, 3))
    assert month_days(date(2026, 2, 1)) == (date(2026, 1, 26), date(2026, 3, 1))
    assert week_days(date(2027, 1, 1)) == (date(2026, 12, 28), date(2027, 1, 3))


def test_due_runs_stand_from_now_on_and_past_ones_as_they_ended(desk: Desk) -> None:
    desk.store.sweeps.save(a_sweep(cadence="every_12_hours", time_of_day="09:30"), NOW)
    held = a_run(2, sweep="weekly", state=RunState.VISITING, started_at=NOW - timedelta(days=1))
    desk.store.runs.create(held)
    desk.store.runs.set_paused(held.id, paused=True)
    ended = a_run(1, sweep="gone", state=RunState.FINISHED, started_at=NOW - timedelta(days=2))
    desk.store.runs.create(ended)
    found = {
        cell.day: cell.entries for cell in calendar(desk, *week_days(NOW.date() - timedelta(days=1))).days
    }
    assert [(one.title, one.phase) for one in found[date(2027, 11, 6)]] == [("gone", "finished")]
    assert [(one.title, one.phase, one.address) for one in found[date(2027, 11, 7)]] == [
        ("每周监测", "paused", f"/runs/{held.id}")
    ]
    this_week = {cell.day: cell.entries for cell in calendar(desk, *week_days(NOW.date())).days}
    # 10:00 in Beijing: the slot of half past nine has passed.
    assert [(one.phase, one.count) for one in this_week[date(2027, 11, 8)]] == [("due", 1)]
    assert [(one.phase, one.count) for one in this_week[date(2027, 11, 9)]] == [("due", 2)]


def test_the_load_of_a_host_adds_up_over_its_sweeps_and_tells_when_it_is_too_much(desk: Desk) -> None:
    for name in ("one", "two"):
        sweep = a_sweep(
            name=name, cadence="daily", time_of_day="12:00", budget={"pages": 5400}, politeness={"delay_s": 1}
        )
        desk.store.sweeps.save(
            sweep.model_copy(update={"design": sweep.design.model_copy(update={"size": 9000})}), NOW
        )
    [load] = calendar(desk, *week_days(NOW.date())).loads
    day = date(2027, 11, 9)
    assert (load.host, load.most_per_hour) == ("h", 3600)
    assert load.by_day[day] == 2 * 5400
    assert (load.at(day, 11), load.at(day, 12) + load.at(day, 13), load.at(day, 14)) == (0, 10800, 0)
    assert load.is_over(load.at(day, 12))
    assert (load.level(0), load.level(load.at(day, 12))) == (0, 4)


def test_a_sweep_that_cannot_be_scheduled_is_told_and_costs_the_others_nothing(desk: Desk) -> None:
    desk.store.sweeps.save(a_sweep(name="broken", title=HOSTILE, categories=["GONE"], cadence="daily"), NOW)
    desk.store.sweeps.save(a_sweep(cadence="daily"), NOW)
    found = calendar(desk, *week_days(NOW.date()))
    assert len(found.problems) == 1
    assert any(cell.entries for cell in found.days)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("view", ["month", "week"])
def test_both_views_show_themselves(desk: Desk, sign_in: SignIn, view: str, language: str) -> None:
    desk.store.sweeps.save(a_sweep(title=HOSTILE, cadence="every_6_hours"), NOW)
    desk.store.runs.create(a_run(sweep="weekly", state=RunState.FINISHED, started_at=NOW))
    page = sign_in(Role.VIEWER, **{"Accept-Language": language}).get(f"/calendar?view={view}")
    assert page.status_code == 200
    assert "<img" not in page.text
    assert page.text.count('class="entry entry-due"') >= 6
    assert 'class="entry entry-finished"' in page.text
    assert "heat-" in page.text
    assert 'action="/sweeps' not in page.text, "who may not plan gets no buttons"


@pytest.mark.parametrize("query", ["day=2026-13-99", "view=<script>", "day=0001-01-01", "day=9999-12-31"])
def test_an_address_that_names_no_day_shows_one_all_the_same(sign_in: SignIn, query: str) -> None:
    page = sign_in(Role.VIEWER).get(f"/calendar?{query}")
    assert page.status_code == 200
    assert "<script>" not in page.text


def test_a_sweep_is_run_at_once_but_never_beside_its_own_run(
    desk: Desk, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[str] = []
    monkeypatch.setattr(Launcher, "visit", lambda _self, run: started.append(run))
    desk.store.sweeps.save(a_sweep(), NOW, paused=True)
    officer = sign_in(Role.OFFICER)
    first = officer.post("/sweeps/weekly/run").headers["location"]
    assert first == f"/runs/{started[0]}"
    assert officer.post("/sweeps/weekly/run").headers["location"] == first
    assert "未另行启动" in officer.get(first).text
    assert len(started) == 1
    stored = desk.store.sweeps.get("weekly")
    assert stored
    assert stored.paused, "a run by hand leaves the calendar as it was"
    assert next(entry.action for _, entry in desk.store.audit.list()) == "sweep.run"


def test_a_sweep_outside_its_window_says_why_it_is_not_run(desk: Desk, sign_in: SignIn) -> None:
    desk.store.sweeps.save(a_sweep(window={"start": "2020-01-01", "end": "2020-01-02"}), NOW)
    officer = sign_in(Role.OFFICER)
    officer.post("/sweeps/weekly/run")
    assert "监测时段已于 2020-01-02 结束" in officer.get("/calendar").text
    assert desk.store.runs.list() == []


def test_pausing_from_the_calendar_comes_back_to_it_and_to_nowhere_else(desk: Desk, sign_in: SignIn) -> None:
    desk.store.sweeps.save(a_sweep(), NOW)
    officer = sign_in(Role.OFFICER)
    back = officer.post("/sweeps/weekly/pause", next="/calendar?view=week").headers["location"]
    assert back == "/calendar?view=week"
    assert officer.post("/sweeps/weekly/resume", next="//evil.example").headers["location"] == "/"
    for role in (Role.ANALYST, Role.AUDITOR, Role.VIEWER):
        assert sign_in(role).post("/sweeps/weekly/run").status_code == 403
