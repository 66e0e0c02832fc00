"""The dry run 抽样方案预览 of a sweep: what would be drawn from its frame, and how long visiting takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

from crawlers.drawing import framed_units
from crawlers.sampling.frame import RISK_DRIVEN
from crawlers.sampling.plan import SamplingPlan, describe_plan, plan_visits
from domain.notes import NoteCode, NoteOrText, note
from domain.run import Run, RunState
from domain.sweep import Sweep
from domain.target import FINAL_STATES, PageKind, Target, TargetState
from reports.claims import claims_of
from reports.run_report import run_and_sweep
from storage.frontier import TargetCount
from storage.store import Store

PREVALENCE = 0.05
"""Assumed for the intervals to expect, where the officer names no other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostLoad:
    """Pages that a sweep will ask of one host, and how long that takes at its politeness 访问频率."""

    host: str
    platform: str
    listings: int
    shops: int
    """Known from the result cards; further shops may come up on listing pages."""
    reviews: int
    """At most."""
    hours: float
    """Pages times the pause between two; what a host takes to answer beyond the pause is not in it."""

    @property
    def pages(self) -> int:
        """All pages."""
        return self.listings + self.shops + self.reviews


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPreview:
    """What a person needs to know before a sweep's visits begin."""

    run: Run
    sampling: SamplingPlan
    hosts: tuple[HostLoad, ...]
    frame_is_complete: bool
    searches_unread: int
    """Search pages that could not be read: what only they would have shown is not in the frame."""
    notes: tuple[NoteOrText, ...]

    @property
    def pages(self) -> int:
        """All pages to visit besides search pages."""
        return sum(host.pages for host in self.hosts)

    @property
    def hours(self) -> float:
        """Of the slowest host: hosts are visited side by side."""
        return max((host.hours for host in self.hosts), default=0.0)

    def as_dict(self) -> dict[str, Any]:
        """For ``--json``."""
        whole = asdict(self) | {"pages": self.pages, "hours": self.hours}
        design = self.sampling.design.model_dump(mode="json")
        half_widths = {row.stratum: row.half_width for row in self.sampling.strata}
        for row in whole["sampling"]["strata"]:
            row["half_width"] = half_widths[row["stratum"]]
        whole["sampling"] |= {"design": design, "half_width": self.sampling.half_width}
        for row, limit in zip(whole["sampling"]["limits"], self.sampling.limits, strict=True):
            row["hidden"] = limit.hidden
        return whole


def plan_preview(store: Store, run_id: str, *, prevalence: float = PREVALENCE) -> PlanPreview:
    """What the run would draw from its frame as it stands; nothing is planted or fetched.

    ``netsword sweep plan`` and the console's dry run read the frame first (``crawl(only_frame=True)``).

    Args:
        store: where the frame lies.
        run_id: a run whose search pages were read.
        prevalence: share of violating listings that the expected intervals assume.

    Raises:
        UsageError: there is no such run, or the prevalence is out of range.
    """
    run, stored = run_and_sweep(store, run_id)
    sweep = stored.sweep
    counts = store.frontier.counts(run_id)
    searches = [row for row in counts if row.kind is PageKind.SEARCH]
    is_complete = all(row.state in FINAL_STATES for row in searches) and run.state is not RunState.PLANNED
    units = framed_units(store, sweep, run_id) if is_complete else store.frame.units(run_id)
    sampling = describe_plan(units, sweep.design, prevalence=prevalence, claims=claims_of(store, run_id))
    unread = _unread(searches)
    return PlanPreview(
        run=run,
        sampling=sampling,
        hosts=_loads(plan_visits(units, sweep, run_id), sweep, sampling.later),
        frame_is_complete=is_complete,
        searches_unread=unread,
        notes=tuple(_notes(run, sweep, sampling, unread, is_complete=is_complete)),
    )


def _unread(searches: Iterable[TargetCount]) -> int:
    return sum(row.count for row in searches if row.state in (TargetState.FAILED, TargetState.BLOCKED))


def _notes(
    run: Run, sweep: Sweep, sampling: SamplingPlan, unread: int, *, is_complete: bool
) -> Iterator[NoteOrText]:
    yield from (*sampling.notes, *run.notes)
    if not is_complete:
        yield note(NoteCode.FRAME_INCOMPLETE)
    if unread:
        yield note(NoteCode.SEARCHES_UNREAD, count=unread)
    if not sampling.frame:
        yield note(NoteCode.FRAME_EMPTY)
    if sampling.later:
        yield note(NoteCode.SECOND_WAVE_LATER, now=sampling.drawn, later=sampling.later)
    if sampling.design.kind in RISK_DRIVEN:
        yield note(NoteCode.RISK_TRUSTED, auc=sampling.design.score_auc)
    if sampling.drawn + sampling.later > sweep.budget.pages:
        yield note(NoteCode.BUDGET_SHORT, pages=sweep.budget.pages)


def _loads(targets: Sequence[Target], sweep: Sweep, later: int) -> tuple[HostLoad, ...]:
    listings = Counter(target.host for target in targets if target.kind is PageKind.LISTING)
    shops = Counter(target.host for target in targets if target.kind is PageKind.SHOP)
    drawn = sum(listings.values())
    platform = {urlsplit(str(scope.base_url)).netloc: scope.platform for scope in sweep.platforms}
    platform |= {target.host: target.platform for target in targets}
    rows = []
    for host in sorted({*listings, *shops}):
        # The second wave of an adaptive design is taken to go where the first one went.
        count = listings[host] + (round(later * listings[host] / drawn) if drawn else 0)
        reviews = count * sweep.budget.review_pages
        pages = count + shops[host] + reviews
        rows.append(
            HostLoad(
                host=host,
                platform=platform[host],
                listings=count,
                shops=shops[host],
                reviews=reviews,
                hours=pages * sweep.politeness.delay_s / 3600,
            )
        )
    return tuple(rows)
