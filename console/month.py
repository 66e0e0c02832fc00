"""The calendar 监测日历: days with their peaks, holidays and deadlines, runs past and due."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from console.desk import Desk
from crawlers.peaks import PeakSpan, peaks_between
from crawlers.schedule import CHINA, PlannedRun, load_by_hour, next_slot, planned_runs
from crawlers.working_days import is_provisional, is_working_day
from domain.cadence import PeakPhase
from domain.errors import NetswordError
from domain.run import Run, RunState
from domain.sweep import StoredSweep

DAY = timedelta(days=1)
MOST_RUNS = 2_000
# A baseline lasts for weeks before every peak: it is listed, and no day is shaded for it.
SHADED = (PeakPhase.PEAK, PeakPhase.PRESALE, PeakPhase.AFTER)
LEVELS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a day shows of one sweep: its runs so far, or those that are due."""

    at: datetime
    title: str
    address: str
    phase: str
    """How the run stands; "due" for one that is to come."""
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCell:
    """One day of Asia/Shanghai."""

    day: date
    is_today: bool
    is_outside: bool
    """Belongs to the month before or after."""
    mark: str
    """"rest" for a weekday that is free, "work" for a weekend that is worked on, else ""."""
    festival: str
    phase: PeakPhase | None
    """The strongest phase of any promotion on this day."""
    promotions: tuple[str, ...]
    deadlines: tuple[str, ...]
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HostLoad:
    """Pages that planned runs take from a host, against what the strictest of their pauses allows."""

    host: str
    by_hour: Mapping[datetime, int]
    by_day: Mapping[date, int]
    most_per_hour: float | None

    def at(self, day: date, hour: int) -> int:
        """Pages in the hour of a day of Asia/Shanghai."""
        return self.by_hour.get(datetime.combine(day, time(hour), CHINA), 0)

    def level(self, pages: int, hours: int = 1) -> int:
        """0 for nothing, up to 4 where the limit is reached; for the shade beside the number."""
        if not pages:
            return 0
        most = self.most_per_hour * hours if self.most_per_hour else max(self.by_hour.values())
        return min(LEVELS, 1 + int((LEVELS - 1) * pages / most))

    def is_over(self, pages: int) -> bool:
        """Whether runs of an hour ask for more than the pause allows: they would have to wait."""
        return self.most_per_hour is not None and pages > self.most_per_hour


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepRow:
    """A sweep beside the calendar: when it is due next, and whether a run of it is under way."""

    stored: StoredSweep
    next_at: datetime | None
    latest: Run | None

    @property
    def is_busy(self) -> bool:
        """Whether a run of it has not ended."""
        return self.latest is not None and self.latest.state not in (RunState.FINISHED, RunState.CANCELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Days in weeks from Monday on, with all that belongs to them."""

    first: date
    last: date
    weeks: tuple[tuple[DayCell, ...], ...]
    spans: tuple[PeakSpan, ...]
    loads: tuple[HostLoad, ...]
    sweeps: tuple[SweepRow, ...]
    problems: tuple[tuple[str, NetswordError], ...] = ()
    """Titles of sweeps that cannot be scheduled, and why."""
    is_provisional: bool = False
    """The State Council's notice for these days is not known yet."""

    @property
    def days(self) -> tuple[DayCell, ...]:
        """All days in order."""
        return tuple(cell for week in self.weeks for cell in week)


@dataclass(slots=True)
class _Found:
    """What was collected over the days shown."""

    planned: list[PlannedRun] = field(default_factory=list)
    problems: list[tuple[str, NetswordError]] = field(default_factory=list)


def month_days(day: date) -> tuple[date, date]:
    """First and last day that the month of ``day`` shows: whole weeks from Monday on.

    >>> [str(day) for day in month_days(date(2026, 11, 11))]
    ['2026-10-26', '2026-12-06']
    """
    first = day.replace(day=1)
    last = (first + 31 * DAY).replace(day=1) - DAY
    return first - first.weekday() * DAY, last + (6 - last.weekday()) * DAY


def week_days(day: date) -> tuple[date, date]:
    """Monday and Sunday of a day's week."""
    first = day - day.weekday() * DAY
    return first, first + 6 * DAY


def calendar(desk: Desk, first: date, last: date, month: int | None = None) -> Calendar:
    """The days from ``first`` to ``last``, whole weeks.

    Args:
        desk: store, promotions and the time.
        first: a Monday.
        last: a Sunday.
        month: days of other months are marked; ``None`` marks none.
    """
    now, stored = desk.now(), desk.store.sweeps.list()
    start, end = _midnight(first), _midnight(last + DAY)
    found = _planned(stored, max(start, now), end)
    runs = desk.store.runs.between(start, end, limit=MOST_RUNS)
    spans = peaks_between(first, last)
    entries = _entries(found.planned, runs, {one.sweep.name: one.sweep.title for one in stored})
    today = now.astimezone(CHINA).date()
    count = (last - first).days + 1
    cells = [
        _cell(desk, first + number * DAY, today, month, spans, stored, entries) for number in range(count)
    ]
    return Calendar(
        first=first,
        last=last,
        weeks=tuple(tuple(cells[at : at + 7]) for at in range(0, count, 7)),
        spans=tuple(spans),
        loads=_loads(found.planned, stored),
        sweeps=_rows(desk, stored, now),
        problems=tuple(found.problems),
        is_provisional=any(is_provisional(cell.day) for cell in cells),
    )


def _planned(stored: Sequence[StoredSweep], start: datetime, end: datetime) -> _Found:
    found = _Found()
    for one in stored:
        # A category or a promotion that a newer release lacks must not cost the others their calendar.
        try:
            found.planned += planned_runs([one], start, end)
        except NetswordError as error:
            found.problems.append((one.sweep.title, error))
    return found


def _entries(
    planned: Sequence[PlannedRun], runs: Sequence[Run], titles: Mapping[str, str]
) -> dict[date, list[Entry]]:
    days: dict[date, list[Entry]] = defaultdict(list)
    for run in runs:
        phase = "paused" if run.is_paused else "framing" if run.state is RunState.PLANNED else run.state.value
        entry = Entry(
            at=run.started_at, title=titles.get(run.sweep, run.sweep), address=f"/runs/{run.id}", phase=phase
        )
        days[run.started_at.astimezone(CHINA).date()].append(entry)
    due: dict[tuple[date, str], list[PlannedRun]] = defaultdict(list)
    for one in planned:
        due[one.at.astimezone(CHINA).date(), one.sweep].append(one)
    for (day, sweep), slots in due.items():
        first = slots[0]
        entry = Entry(
            at=first.at, title=first.title, address=f"/sweeps/{sweep}", phase="due", count=len(slots)
        )
        days[day].append(entry)
    return {day: sorted(found, key=lambda entry: (entry.at, entry.title)) for day, found in days.items()}


def _cell(
    desk: Desk,
    day: date,
    today: date,
    month: int | None,
    spans: Sequence[PeakSpan],
    stored: Sequence[StoredSweep],
    entries: Mapping[date, list[Entry]],
) -> DayCell:
    here = [span for span in spans if span.start <= day <= span.end]
    phase = next((phase for phase in SHADED if any(span.phase is phase for span in here)), None)
    is_working, is_weekend = is_working_day(day), day.weekday() >= 5
    festivals = desk.promotions.anchors.get(day.year, {})
    return DayCell(
        day=day,
        is_today=day == today,
        is_outside=month is not None and day.month != month,
        mark="work" if is_working and is_weekend else "rest" if not is_working and not is_weekend else "",
        festival=next((name for name, at in festivals.items() if at == day), ""),
        phase=phase,
        promotions=tuple(dict.fromkeys(span.name for span in here if span.phase is phase)),
        deadlines=tuple(
            sorted({one.sweep.campaign.name for one in stored if one.sweep.campaign.deadline == day})
        ),
        entries=tuple(entries.get(day, ())),
    )


def _loads(planned: Sequence[PlannedRun], stored: Sequence[StoredSweep]) -> tuple[HostLoad, ...]:
    delays = {one.sweep.name: one.sweep.politeness.delay_s for one in stored}
    strictest: dict[str, float] = defaultdict(float)
    for run in planned:
        for host in run.pages:
            strictest[host] = max(strictest[host], delays[run.sweep])
    hours: dict[str, dict[datetime, int]] = defaultdict(dict)
    days: dict[str, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for at, hosts in load_by_hour(planned).items():
        for host, pages in hosts.items():
            local = at.astimezone(CHINA)
            hours[host][local] = pages
            days[host][local.date()] += pages
    return tuple(
        HostLoad(
            host=host,
            by_hour=hours[host],
            by_day=days[host],
            most_per_hour=3600 / strictest[host] if strictest[host] else None,
        )
        for host in sorted(hours)
    )


def _rows(desk: Desk, stored: Sequence[StoredSweep], now: datetime) -> tuple[SweepRow, ...]:
    return tuple(
        SweepRow(stored=one, next_at=_next(one, now), latest=desk.store.runs.latest(one.sweep.name))
        for one in stored
    )


def _next(stored: StoredSweep, now: datetime) -> datetime | None:
    if stored.paused:
        return None
    try:
        slot = next_slot(stored, now)
    except NetswordError:
        return None
    return slot.at if slot else None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), CHINA)
