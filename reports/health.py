"""Health of the adapters 适配器健康: how often each field was found in a run, against what is expected of it.

Three outcomes that must not be mixed up: the site kept us out (blocked), our queries no longer fit its pages
(broken), and the pages really have none of it (zero). A field that was found on most pages before and on none
now is broken, whatever the run's other figures say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.notes import Note, NoteCode, note
from domain.run import Run, RunState
from domain.target import PageKind
from reports.intervals import wilson_interval
from storage.page_counts import FieldCounts
from storage.store import Store

LEAST_PAGES = 20
"""Fewer pages say nothing about an optional field."""
LEAST_UNREADABLE = 3
"""As many pages without the same mandatory field are no accident, if they are most of the pages."""
TOLERATED_FALL = 0.15
"""A field may be found on this share of pages less than expected: goods differ from run to run."""
LEAST_EXPECTED: Mapping[PageKind, Mapping[str, float]] = {
    PageKind.LISTING: {"title": 0.99, "price": 0.85, "availability": 0.7},
    PageKind.SEARCH: {"title": 0.99, "price": 0.85},
}
"""What is expected of every adapter before it has a history: what the law looks at."""
ALWAYS_EXPECTED = frozenset(("title", "price"))
"""Of these no history makes it normal that they are never found: the first run may have been broken."""
RESULTS = "cards"
"""Result cards of a search, as if they were a field: found unless the page says that there are none. Without
a history they are expected on every search: somebody chose its words."""
PAGES = "pages"
"""Pages that were not refused, as if they were a field."""
LEAST_BLOCKED = 3
BLOCKED_SHARE = 0.2
"""As many refused pages, and as large a share of what was asked for, are told; the digest takes the same."""
RUNS_BACK = 10
"""Earlier runs of the sweep that make up the history; the best of them counts, so that a break that nobody
mends is not taken for normal in the next run."""


class Health(StrEnum):
    """What a field's figures mean."""

    WELL = "well"
    BROKEN = "broken"
    BLOCKED = "blocked"
    ZERO = "zero"
    """Not found now, and not found before, or the page itself says that there is nothing."""
    UNKNOWN = "unknown"
    """Too few pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldHealth:
    """One field of one adapter in one run."""

    platform: str
    kind: PageKind
    field: str
    found: int
    of: int
    blocked: int
    expected: float
    health: Health

    @property
    def is_alarm(self) -> bool:
        """Whether somebody has to look; a search without results also where there were some before."""
        fell = self.field == RESULTS and self.expected > TOLERATED_FALL
        kept_out = self.health is Health.BLOCKED and self.field == PAGES
        return self.health is Health.BROKEN or kept_out or (self.health is Health.ZERO and fell)

    @property
    def note(self) -> Note:
        """What reports and console say of it."""
        if self.field == PAGES:
            return note(
                NoteCode.PAGES_BLOCKED,
                platform=self.platform,
                kind=self.kind,
                health=self.health,
                blocked=self.blocked,
                of=self.of,
            )
        return note(
            NoteCode.FIELD_HEALTH,
            platform=self.platform,
            kind=self.kind,
            field=self.field,
            health=self.health,
            found=self.found,
            of=self.of,
            expected=self.expected,
            blocked=self.blocked,
        )


def run_health(store: Store, run: Run) -> list[FieldHealth]:
    """Every field that a run looked for, worst first, against the earlier finished runs of its sweep."""
    earlier = [
        before.id
        for before in store.runs.list(RUNS_BACK * 5, sweep=run.sweep)
        if before.id < run.id and before.state is RunState.FINISHED
    ][:RUNS_BACK]
    return field_health(
        store.pages.fields(run.id), [counts for each in earlier for counts in store.pages.fields(each)]
    )


def alarms_of(rows: Iterable[FieldHealth]) -> tuple[FieldHealth, ...]:
    """What somebody has to look at."""
    return tuple(row for row in rows if row.is_alarm)


def field_health(now: Iterable[FieldCounts], before: Iterable[FieldCounts] = ()) -> list[FieldHealth]:
    """Every field that was looked for in a run, worst first.

    Args:
        now: counts of the run.
        before: counts of the runs before it; without them only what is expected of every adapter counts.
    """
    history: dict[tuple[str, PageKind], list[FieldCounts]] = {}
    for each in before:
        history.setdefault((each.platform, each.kind), []).append(each)
    judged = [row for each in now for row in _rows(each, history.get((each.platform, each.kind), ()))]
    return sorted(judged, key=lambda row: (not row.is_alarm, row.platform, row.kind, row.field))


def _rows(now: FieldCounts, before: Sequence[FieldCounts]) -> Iterator[FieldHealth]:
    if now.blocked:
        yield _blocked(now)
    least = LEAST_EXPECTED.get(now.kind, {})
    known = {field for each in before for field in (*each.missing, *each.unreadable)}
    if now.kind is PageKind.SEARCH:
        known.add(RESULTS)
    for field in sorted({*now.missing, *now.unreadable, *least, *known}):
        shares = [_share(each, field) for each in before if _pages(each, field) >= LEAST_PAGES]
        if field == RESULTS:
            # A run whose lists could not be read says nothing about what there was to find.
            shares = [_share(each, field) for each in before if each.read and field not in each.unreadable]
        of_all = field == RESULTS or field in now.unreadable
        floor = least.get(field, 1.0 if of_all else 0.0)
        expected = max(shares, default=floor)
        if field in ALWAYS_EXPECTED and expected <= TOLERATED_FALL:
            expected = max(expected, floor)
        yield FieldHealth(
            platform=now.platform,
            kind=now.kind,
            field=field,
            found=_found(now, field),
            of=_pages(now, field),
            blocked=now.blocked,
            expected=expected,
            health=_health(now, field, expected, has_history=bool(shares)),
        )


def _blocked(now: FieldCounts) -> FieldHealth:
    had = _had(now)
    asked = had + now.blocked
    is_kept_out = now.blocked > had or now.blocked >= max(LEAST_BLOCKED, BLOCKED_SHARE * asked)
    return FieldHealth(
        platform=now.platform,
        kind=now.kind,
        field=PAGES,
        found=had,
        of=asked,
        blocked=now.blocked,
        expected=1.0,
        health=Health.BLOCKED if is_kept_out else Health.WELL,
    )


def _found(counts: FieldCounts, field: str) -> int:
    absent = counts.empty if field == RESULTS else counts.missing.get(field, 0)
    return max(counts.read - absent, 0)


def _pages(counts: FieldCounts, field: str) -> int:
    return counts.read + counts.unreadable.get(field, 0)


def _had(counts: FieldCounts) -> int:
    return counts.read + sum(counts.unreadable.values())


def _share(counts: FieldCounts, field: str) -> float:
    return _found(counts, field) / _pages(counts, field)


def _health(now: FieldCounts, field: str, expected: float, *, has_history: bool) -> Health:
    found, pages, unreadable = _found(now, field), _pages(now, field), now.unreadable.get(field, 0)
    if unreadable >= LEAST_UNREADABLE and unreadable > found:
        return Health.BROKEN
    if field == RESULTS:
        return _health_of_results(now, found)
    if pages < LEAST_PAGES:
        return Health.BLOCKED if now.blocked > _had(now) else Health.UNKNOWN
    _, high = wilson_interval(found, pages)
    if high < expected - TOLERATED_FALL or (expected > TOLERATED_FALL and not found):
        return Health.BROKEN
    if not found:
        return Health.ZERO if has_history else Health.UNKNOWN
    return Health.WELL


def _health_of_results(now: FieldCounts, found: int) -> Health:
    if found:
        return Health.WELL
    if now.blocked >= _had(now):
        return Health.BLOCKED if now.blocked else Health.UNKNOWN
    # One list that cannot be read is enough here: that the others are empty does not say that it is.
    return Health.BROKEN if now.unreadable.get(RESULTS) else Health.ZERO
