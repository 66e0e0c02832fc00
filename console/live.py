"""A run while it moves 批次实时: targets by stratum and state, pages a minute, and the pace of each host."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.desk import Desk
from domain.run import Run
from domain.sweep import Sweep
from domain.target import FINAL_STATES, TargetState
from storage.frontier import TargetCount
from storage.pace import Settled

SPAN = timedelta(minutes=5)
"""Pace is what was settled in this time; a longer one would hide that a host has begun to refuse."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StratumLive:
    """All targets of one stratum 层 on one platform, whatever kind of page they are."""

    platform: str
    stratum: str
    states: dict[TargetState, int]
    per_minute: float

    @property
    def total(self) -> int:
        """All known so far."""
        return sum(self.states.values())

    @property
    def left(self) -> int:
        """Those that have not come to their end."""
        return self.total - sum(self.states[state] for state in FINAL_STATES)

    @property
    def settled(self) -> float:
        """Share that has come to its end."""
        return 1 - self.left / self.total if self.total else 0.0

    @property
    def time_left(self) -> timedelta | None:
        """At the pace of the last minutes; ``None`` where nothing moves."""
        return _time(self.left, self.per_minute)


@dataclass(frozen=True, slots=True, kw_only=True)
class HostLive:
    """One host: how fast it is read, how fast it may be, and whether it rests."""

    host: str
    left: int
    per_minute: float
    most_per_minute: float | None
    """What the sweep's pause allows; ``None`` where it sets none."""
    rests_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """What a moving run shows beside its outcomes."""

    strata: tuple[StratumLive, ...]
    hosts: tuple[HostLive, ...]

    @property
    def per_minute(self) -> float:
        """Pages a minute over all hosts."""
        return sum(row.per_minute for row in self.hosts)

    @property
    def time_left(self) -> timedelta | None:
        """Of the stratum that takes longest; ``None`` where nothing moves."""
        return _time(sum(row.left for row in self.strata), self.per_minute)


def live(desk: Desk, run: Run, sweep: Sweep | None, counts: Sequence[TargetCount]) -> Live:
    """What moves in ``run`` now.

    Args:
        desk: the store, and the time.
        run: as stored.
        sweep: the version that it runs, for the pause between pages.
        counts: the coverage table of this run.
    """
    settled = desk.store.pace.settled(run.id, SPAN)
    minutes = max(min(SPAN, desk.now() - run.started_at) / timedelta(minutes=1), 1 / 60)
    return Live(
        strata=_strata(counts, settled, minutes),
        hosts=_hosts(desk, run, sweep, settled, minutes),
    )


def _strata(
    counts: Sequence[TargetCount], settled: Sequence[Settled], minutes: float
) -> tuple[StratumLive, ...]:
    states: dict[tuple[str, str], Counter[TargetState]] = {}
    for cell in counts:
        states.setdefault((cell.platform, cell.stratum), Counter())[cell.state] += cell.count
    pace: Counter[tuple[str, str]] = Counter()
    for row in settled:
        pace[row.platform, row.stratum] += row.count
    return tuple(
        StratumLive(
            platform=platform,
            stratum=stratum,
            states={state: found[state] for state in TargetState},
            per_minute=pace[platform, stratum] / minutes,
        )
        for (platform, stratum), found in sorted(states.items())
    )


def _hosts(
    desk: Desk, run: Run, sweep: Sweep | None, settled: Sequence[Settled], minutes: float
) -> tuple[HostLive, ...]:
    left, resting = desk.store.pace.open_by_host(run.id), desk.store.pace.resting()
    pace: Counter[str] = Counter()
    for row in settled:
        pace[row.host] += row.count
    delay_s = sweep.politeness.delay_s if sweep else 0
    return tuple(
        HostLive(
            host=host,
            left=left.get(host, 0),
            per_minute=pace[host] / minutes,
            most_per_minute=60 / delay_s if delay_s else None,
            rests_until=resting.get(host),
        )
        for host in sorted(left.keys() | pace.keys())
    )


def _time(left: int, per_minute: float) -> timedelta | None:
    return timedelta(minutes=left / per_minute) if per_minute else None
