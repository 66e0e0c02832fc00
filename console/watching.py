"""What a run's page shows 批次: how far it is, what came of its pages, and who works on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from console.desk import Desk
from crawlers.processes import is_alive
from crawlers.runner import CRAWLING
from domain.errors import NetswordError
from domain.run import Run, RunState
from domain.target import FINAL_STATES, Outcome, PageKind, outcome_of
from reports.plan_preview import PlanPreview, plan_preview
from reports.run_summary import CoverageRow, ReasonRow, coverage, reasons
from storage.frontier import TargetCount

OUTCOMES = tuple(Outcome)


class Phase(StrEnum):
    """How a run stands, as people ask: is it moving, and if not, what does it wait for?"""

    FRAMING = "framing"
    PLANNED = "planned"
    """The frame is complete; visiting waits for somebody to start it."""
    VISITING = "visiting"
    PAUSING = "pausing"
    """Somebody holds the run; the pages that are being fetched come to their end."""
    PAUSED = "paused"
    STALLED = "stalled"
    """Pages are left, and no process works on them."""
    ANALYSING = "analysing"
    FINISHED = "finished"
    CANCELLED = "cancelled"


MOVING = (Phase.FRAMING, Phase.VISITING, Phase.PAUSING, Phase.ANALYSING)
HOLDABLE = (Phase.FRAMING, Phase.VISITING, Phase.STALLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class StratumRow:
    """What became of the listings that were drawn in one stratum 层."""

    stratum: str
    outcomes: dict[Outcome, int]

    @property
    def total(self) -> int:
        """All that were drawn."""
        return sum(self.outcomes.values())

    @property
    def settled(self) -> float:
        """Share that is not pending."""
        return 1 - self.outcomes[Outcome.PENDING] / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A run as its counts show it now; cheap enough to be asked for every two seconds."""

    run: Run
    phase: Phase
    done: int
    total: int
    elapsed: timedelta
    counts: tuple[TargetCount, ...]
    coverage: tuple[CoverageRow, ...]
    strata: tuple[StratumRow, ...]
    reasons: tuple[ReasonRow, ...]

    @property
    def is_moving(self) -> bool:
        """Whether the page asks again."""
        return self.phase in MOVING

    @property
    def share(self) -> float:
        """Settled targets among all known so far."""
        return self.done / self.total if self.total else 0.0

    @property
    def rate(self) -> float:
        """Pages a second, over the whole run so far."""
        seconds = self.elapsed.total_seconds()
        return self.done / seconds if seconds > 0 else 0.0


def progress(desk: Desk, run: Run) -> Progress:
    """How far ``run`` is."""
    counts = desk.store.frontier.counts(run.id)
    total = sum(row.count for row in counts)
    done = sum(row.count for row in counts if row.state in FINAL_STATES)
    return Progress(
        run=run,
        phase=_phase(desk, run, is_open=done < total),
        done=done,
        total=total,
        elapsed=(run.finished_at or _latest(desk, run)) - run.started_at,
        counts=tuple(counts),
        coverage=coverage(counts),
        strata=strata(counts),
        reasons=reasons(counts),
    )


def strata(counts: Iterable[TargetCount]) -> tuple[StratumRow, ...]:
    """Per stratum what became of its listings, by name."""
    table: dict[str, Counter[Outcome]] = {}
    for row in counts:
        if row.kind is PageKind.LISTING:
            table.setdefault(row.stratum, Counter())[outcome_of(row.state, row.reason)] += row.count
    return tuple(
        StratumRow(stratum=name, outcomes={outcome: found[outcome] for outcome in OUTCOMES})
        for name, found in sorted(table.items())
    )


def plan(desk: Desk, run: Run) -> PlanPreview | NetswordError:
    """What a run would visit, or why nothing can be drawn."""
    try:
        return plan_preview(desk.store, run.id)
    except NetswordError as error:
        return error


def titles(desk: Desk, runs: Sequence[Run]) -> dict[str, str]:
    """Titles of the sweeps that runs belong to, by the sweep's name."""
    found = (desk.store.sweeps.get(name) for name in {run.sweep for run in runs})
    return {stored.sweep.name: stored.sweep.title for stored in found if stored}


def _phase(desk: Desk, run: Run, *, is_open: bool) -> Phase:
    if run.state not in CRAWLING:
        return Phase(run.state.value)
    is_worked_on = desk.launcher.is_working(run.id) or _has_living_owner(desk, run)
    if run.is_paused:
        return Phase.PAUSING if is_worked_on else Phase.PAUSED
    if is_worked_on:
        return Phase.VISITING if run.state is RunState.VISITING else Phase.FRAMING
    if is_open:
        return Phase.STALLED
    return Phase.PLANNED if run.state is RunState.FRAMING else Phase.STALLED


def _has_living_owner(desk: Desk, run: Run) -> bool:
    return any(is_alive(owner) for owner in desk.store.frontier.owners(run.id))


def _latest(desk: Desk, run: Run) -> datetime:
    return max(desk.now(), run.started_at)
