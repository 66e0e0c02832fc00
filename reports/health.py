"""Health of the adapters 适配器健康: how often each field was found in a run, against what is expected of it.

Three outcomes that must not be mixed up: the site kept us out (blocked), our queries no longer fit its pages
(broken), and the pages really have none of it (zero). A field that was found on most pages before and on none
now is broken, whatever the run's other figures say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.target import PageKind
from reports.intervals import wilson_interval

LEAST_PAGES = 20
"""Fewer pages say nothing about a field."""
TOLERATED_FALL = 0.15
"""A field may be found on this share of pages less than expected: goods differ from run to run."""
LEAST_EXPECTED: Mapping[PageKind, Mapping[str, float]] = {
    PageKind.LISTING: {"title": 0.99, "price": 0.85, "availability": 0.7},
    PageKind.SEARCH: {"title": 0.99, "price": 0.85},
}
"""What is expected of every adapter before it has a history: what the law looks at."""


class Health(StrEnum):
    """What a field's figures mean."""

    WELL = "well"
    BROKEN = "broken"
    BLOCKED = "blocked"
    ZERO = "zero"
    """Not found now, and not found before: the site shows no such thing."""
    UNKNOWN = "unknown"
    """Too few pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldCounts:
    """How many pages of one kind on one platform were read, and on how many each field was missing."""

    platform: str
    kind: PageKind
    read: int
    blocked: int
    missing: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldHealth:
    """One field of one adapter in one run."""

    platform: str
    kind: PageKind
    field: str
    found: int
    of: int
    expected: float
    health: Health

    @property
    def is_alarm(self) -> bool:
        """Whether somebody has to look."""
        return self.health in (Health.BROKEN, Health.BLOCKED)

    @property
    def message(self) -> str:
        """One sentence for the log, the mail and the console."""
        share = f"{self.found} of {self.of} pages, expected {self.expected:.0%}"
        return f"{self.platform} {self.kind} {self.field}: {self.health} ({share})"


def field_health(now: Iterable[FieldCounts], before: Iterable[FieldCounts] = ()) -> list[FieldHealth]:
    """Every field that was looked for in a run, worst first.

    Args:
        now: counts of the run.
        before: counts of the runs before it; without them only what is expected of every adapter counts.
    """
    history = {(each.platform, each.kind): each for each in before}
    judged = [row for each in now for row in _rows(each, history.get((each.platform, each.kind)))]
    return sorted(judged, key=lambda row: (not row.is_alarm, row.platform, row.kind, row.field))


def _rows(now: FieldCounts, before: FieldCounts | None) -> Iterator[FieldHealth]:
    least = LEAST_EXPECTED.get(now.kind, {})
    for field in sorted({*now.missing, *least, *(before.missing if before else ())}):
        expected = least.get(field, 0.0)
        if before is not None and before.read >= LEAST_PAGES:
            expected = 1 - before.missing.get(field, 0) / before.read
        found = now.read - now.missing.get(field, 0)
        yield FieldHealth(
            platform=now.platform,
            kind=now.kind,
            field=field,
            found=found,
            of=now.read,
            expected=expected,
            health=_health(found, now, expected, has_history=before is not None),
        )


def _health(found: int, now: FieldCounts, expected: float, *, has_history: bool) -> Health:
    if now.read < LEAST_PAGES:
        return Health.BLOCKED if now.blocked > now.read else Health.UNKNOWN
    _, high = wilson_interval(found, now.read)
    if high < expected - TOLERATED_FALL or (expected > TOLERATED_FALL and not found):
        return Health.BROKEN
    if not found:
        return Health.ZERO if has_history else Health.UNKNOWN
    return Health.WELL
