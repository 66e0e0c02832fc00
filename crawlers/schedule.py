"""When sweeps are due 到期: arithmetic on sweeps, past runs and a time that is given; days are Beijing days.

A sweep has due times, *slots*, that follow from its window, cadence, promotion and time of day alone. What
ran is remembered by the slot's key in the store, so a clock set back finds the slot taken, and one set
forward too far leaves the slots in between to run. Slots that passed while nobody looked are made up for by
one run, at the latest of them, and counted.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from crawlers.peaks import phase_on
from crawlers.planning import categories_of, keywords_of
from crawlers.working_days import is_working_day, next_working_day
from domain.cadence import Cadence, PeakCadence, PeakPhase
from domain.run import Run, RunState
from domain.sweep import StoredSweep, Sweep

CHINA = ZoneInfo("Asia/Shanghai")
LOOK_BACK = LOOK_AHEAD = timedelta(days=400)
MOST_SLOTS = 10_000
SEARCH_PAGES = 5
"""Result pages that a search is expected to have, for the load of planned runs."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One due time of a sweep. ``key`` names it for good, whoever looks at it and whenever."""

    sweep: str
    key: str
    at: datetime
    phase: PeakPhase = PeakPhase.USUAL

    @property
    def id(self) -> str:
        """``sweep@key``."""
        return f"{self.sweep}@{self.key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRun:
    """A run that is to come, with the load that it puts on each host."""

    at: datetime
    sweep: str
    title: str
    phase: PeakPhase
    campaign_phases: tuple[str, ...]
    pages: Mapping[str, int] = field(default_factory=dict)
    """Expected pages per host, budget kept."""
    hours: Mapping[str, float] = field(default_factory=dict)
    """Expected hours per host, at the sweep's delay between pages."""


def due_slot(stored: StoredSweep, latest: Run | None, now: datetime) -> Slot | None:
    """The slot for which a sweep should start a run now, whether or not somebody has claimed it already.

    It is the latest slot up to ``now``, unless a run began since then. An unfinished run is not due but to be
    resumed. A run that was cancelled counts as had: a person stopped it, and only a person starts it again.
    """
    window = stored.sweep.window
    today = now.astimezone(CHINA).date()
    if stored.paused or (window is not None and not window.start <= today <= window.end):
        return None
    slot = latest_slot(stored, now)
    if slot is None or (latest is not None and is_unfinished(latest)):
        return None
    if latest is not None and stored.sweep.cadence is Cadence.ONCE:
        return slot if latest.sweep_version < stored.version else None
    # A run that lies in the future was made while the clock was wrong.
    has_run = latest is not None and slot.at <= latest.started_at <= now
    return None if has_run else slot


def is_due(stored: StoredSweep, latest: Run | None, now: datetime) -> bool:
    """Whether a sweep should start a run now."""
    return due_slot(stored, latest, now) is not None


def is_unfinished(run: Run) -> bool:
    """Whether a run was started and neither finished nor cancelled."""
    return run.state not in (RunState.FINISHED, RunState.CANCELLED)


def latest_slot(stored: StoredSweep, now: datetime) -> Slot | None:
    """The last slot up to ``now``, within its window; ``None`` where there is none in the last 400 days."""
    day, first = now.astimezone(CHINA).date(), (now - LOOK_BACK).astimezone(CHINA).date()
    while day >= first:
        slots = [slot for slot in slots_on(stored, day) if slot.at <= now]
        if slots:
            return slots[-1]
        day -= _DAY
    return None


def next_slot(stored: StoredSweep, now: datetime) -> Slot | None:
    """The first slot after ``now``; ``None`` where none comes within 400 days."""
    return next(slots_between(stored, now + timedelta(microseconds=1), now + LOOK_AHEAD), None)


def slots_between(stored: StoredSweep, start: datetime, end: datetime) -> Iterator[Slot]:
    """Slots from ``start`` on and before ``end``, in order, at most 10,000 of them."""
    day, last = start.astimezone(CHINA).date(), end.astimezone(CHINA).date()
    count = 0
    while day <= last and count < MOST_SLOTS:
        for slot in slots_on(stored, day):
            if start <= slot.at < end:
                count += 1
                yield slot
        day += _DAY


def missed_between(stored: StoredSweep, after: datetime, until: Slot) -> int:
    """Slots after one that was had and before ``until``, for which nothing ran."""
    return sum(slot.at > after for slot in slots_between(stored, after, until.at))


def slots_on(stored: StoredSweep, day: date) -> list[Slot]:
    """Slots of one day of Asia/Shanghai, in order."""
    sweep = stored.sweep
    if sweep.window is not None and not sweep.window.start <= day <= sweep.window.end:
        return []
    if sweep.cadence is Cadence.ONCE:
        at = _once(stored)
        key = f"v{stored.version}"
        return [Slot(sweep=sweep.name, key=key, at=at)] if at.astimezone(CHINA).date() == day else []
    phase = phase_on(sweep, day)
    cadence = sweep.cadence.on(phase) if isinstance(sweep.cadence, PeakCadence) else sweep.cadence
    return [
        Slot(sweep=sweep.name, key=f"{at:%Y%m%dT%H%MZ}", at=at, phase=phase)
        for at in _times(sweep, cadence, day)
    ]


def planned_runs(
    sweeps: Iterable[StoredSweep], start: datetime, end: datetime, *, limit: int = MOST_SLOTS
) -> list[PlannedRun]:
    """Runs that the calendar has from ``start`` on and before ``end``, in order; paused sweeps have none.

    Pages and hours are what a run may take at most of its budget: searches, drawn listings with their shops
    and reviews, spread evenly over the platforms.
    """
    planned = []
    for stored in sweeps:
        if stored.paused:
            continue
        pages = expected_pages(stored.sweep)
        delay_s = stored.sweep.politeness.delay_s
        hours = {host: count * delay_s / 3600 for host, count in pages.items()}
        planned += [
            PlannedRun(
                at=slot.at,
                sweep=slot.sweep,
                title=stored.sweep.title,
                phase=slot.phase,
                campaign_phases=stored.sweep.campaign.phases_on(slot.at.astimezone(CHINA).date()),
                pages=pages,
                hours=hours,
            )
            for slot in slots_between(stored, start, end)
        ]
    return sorted(planned, key=lambda run: (run.at, run.sweep))[:limit]


def load_by_hour(planned: Iterable[PlannedRun]) -> dict[datetime, dict[str, int]]:
    """Pages per host in each hour (its beginning, UTC), as the runs spread them at their pace.

    A run without a delay between its pages has them all in its first hour.
    """
    load: dict[datetime, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for run in planned:
        first = run.at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        for host, pages in run.pages.items():
            count = max(1, -int(-run.hours[host] // 1))
            for number in range(count):
                share = pages * (number + 1) // count - pages * number // count
                load[first + timedelta(hours=number)][host] += share
    return {hour: dict(hosts) for hour, hosts in sorted(load.items())}


def hosts_of(sweep: Sweep) -> tuple[str, ...]:
    """Hosts, with ports, that a sweep's platforms are reached at, sorted."""
    return tuple(sorted({urlsplit(str(scope.base_url)).netloc for scope in sweep.platforms}))


def expected_pages(sweep: Sweep) -> dict[str, int]:
    """Pages that a run is expected to take from each host, within its budget."""
    budget = sweep.budget
    if sweep.cohort is not None:
        total = sweep.cohort.size * 2
    else:
        words = sum(len(keywords_of(sweep, category)) for category in categories_of(sweep))
        searches = min(budget.search_pages, words * len(sweep.platforms) * SEARCH_PAGES)
        total = searches + len(sweep.start_urls) + sweep.design.size * (2 + budget.review_pages)
    hosts = hosts_of(sweep)
    total = min(total, budget.pages)
    return {
        host: total * (place + 1) // len(hosts) - total * place // len(hosts)
        for place, host in enumerate(hosts)
    }


def _times(sweep: Sweep, cadence: Cadence, day: date) -> list[datetime]:
    """Due times of one day, in UTC."""
    period = cadence.period
    if period is None:
        is_slot = _is_moved_here(sweep, cadence, day)
        return [_at(day, sweep.time_of_day)] if is_slot else []
    if sweep.working_days_only and not is_working_day(day):
        return []
    midnight, first = _at(day, time(0)), _at(day, sweep.time_of_day)
    back = (first - midnight) // period
    times = (first + number * period for number in range(-back, _DAY // period - back + 1))
    return [at for at in times if at < midnight + _DAY]


def _is_moved_here(sweep: Sweep, cadence: Cadence, day: date) -> bool:
    """Whether a weekly or monthly run falls on ``day``, moved on from free days where that is asked for."""
    if not sweep.working_days_only:
        return _is_nominal(sweep, cadence, day)
    if not is_working_day(day):
        return False
    nominal = day
    while not _is_nominal(sweep, cadence, nominal):
        nominal -= _DAY
        if is_working_day(nominal):
            return False
    return sweep.window is None or nominal >= sweep.window.start


def _is_nominal(sweep: Sweep, cadence: Cadence, day: date) -> bool:
    """Whether a weekly or monthly run falls on ``day``: as the window's first day, else Monday or the 1st."""
    anchor = sweep.window.start if sweep.window else None
    if cadence is Cadence.WEEKLY:
        return day.weekday() == (anchor.weekday() if anchor else 0)
    last = calendar.monthrange(day.year, day.month)[1]
    return day.day == min(anchor.day if anchor else 1, last)


def _once(stored: StoredSweep) -> datetime:
    """When a one-off sweep is due: at its time on the window's first day, else as soon as it is saved."""
    sweep, saved = stored.sweep, stored.saved_at.astimezone(CHINA)
    if sweep.window is not None:
        day, timed = sweep.window.start, True
    else:
        timed = sweep.time_of_day != time(0)
        day = saved.date() + (_DAY if timed and saved.time() > sweep.time_of_day else timedelta(0))
    if sweep.working_days_only:
        moved = next_working_day(day)
        day, timed = moved, timed or moved != day
    return _at(day, sweep.time_of_day) if timed else stored.saved_at.astimezone(UTC)


def _at(day: date, of_day: time) -> datetime:
    return datetime.combine(day, of_day, CHINA).astimezone(UTC)
