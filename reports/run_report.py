"""The report of a run 监测报告 as one document model, from which console, XLSX and DOCX are made.

``run_report`` gathers everything that a figure needs to be cited: frame, design, seed, what was drawn and
read, what was blocked and why, each share with its interval, denominator and bounds, and the limits of all
of it. Nothing here prints or draws.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from crawlers.drawing import Visited, visited
from crawlers.sampling.designs import SampleFigures
from crawlers.sampling.estimators import Estimate
from crawlers.sampling.frame import FrameLimits, frame_limits
from domain.errors import UsageError
from domain.finding import Finding
from domain.notes import NoteOrText
from domain.problems import Problem
from domain.run import Run
from domain.sweep import StoredSweep
from reports.claims import claims_of
from reports.estimates import flagged_by_rule
from reports.health import FieldHealth
from reports.run_summary import CoverageRow, ReasonRow, RuleRow, StratumRow, summarise
from rules.loader import load_catalogue
from storage.store import Store

ANY_RULE = "ANY"
"""Stands for all rules together: a listing with at least one finding that is more than a weak hint."""
LEAST_FOR_SHARE = 30
"""A stratum with fewer judged pages says little by itself; the report marks it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A share with all that is needed to cite it; ``share``, ``low`` and ``high`` are fractions."""

    frame: int
    """Listings that the share is of: the frame, or the stratum's part of it. 0 where none was sampled."""
    drawn: int
    judged: int
    flagged: int
    share: float
    low: float
    high: float
    is_estimate: bool = True
    """Whether the share is weighted by the design; else it is the plain share of those judged."""
    all_clean: float | None = None
    all_violating: float | None = None
    """The share if all unread pages were clean, and if all were violating 未采集部分的上下界."""

    @property
    def half_width(self) -> float:
        """Half of the interval."""
        return (self.high - self.low) / 2

    @property
    def is_thin(self) -> bool:
        """Whether too few pages were judged for the share to be cited alone."""
        return self.judged < LEAST_FOR_SHARE


@dataclass(frozen=True, slots=True, kw_only=True)
class StratumFigure:
    """One rule in one stratum 分层违法率; ``figure`` is ``None`` where nothing of it was judged."""

    stratum: str
    frame: int
    figure: Figure | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFigures:
    """One rule, or all together, overall and by stratum."""

    rule: str
    name: str
    subject_kind: str
    severity: str
    overall: Figure
    strata: tuple[StratumFigure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """Everything that a report of one run says."""

    run: Run
    stored: StoredSweep
    frame: int
    """Listings in the sampling frame 抽样框."""
    drawn: int
    judged: int
    second_wave: int
    """Of ``drawn``: listings of an adaptive design's second wave."""
    any_rule: RuleFigures | None
    """Listings with any suspected violation; ``None`` where no frame was sampled or nothing was read."""
    rules: tuple[RuleFigures, ...]
    coverage: tuple[CoverageRow, ...]
    reasons: tuple[ReasonRow, ...]
    strata: tuple[StratumRow, ...]
    limits: tuple[FrameLimits, ...]
    """What of each stratum the frame saw, of what the platform reports."""
    alarms: tuple[FieldHealth, ...]
    """Adapters that no longer fit their pages, or were kept out 适配器告警."""
    notes: tuple[NoteOrText, ...]
    """Facts that qualify every figure."""
    coverage_rate: float
    snapshots: int
    leads: int

    def as_dict(self) -> dict[str, Any]:
        """For ``--json``."""
        whole = asdict(self)
        whole["stored"] = self.stored.model_dump(mode="json")
        return whole


def run_report(store: Store, run_id: str) -> RunReport:
    """The report of a run as the store has it now, finished or not.

    Raises:
        UsageError: there is no such run, or its sweep is not stored.
    """
    run, stored = run_and_sweep(store, run_id)
    summary = summarise(store, run, load_catalogue())
    units = store.frame.units(run_id)
    sample = visited(store, stored.sweep, run_id)
    findings = store.findings.of_run(run_id)
    figures = {} if sample is None or not sample.judged else listing_figures(sample, findings)
    limits = frame_limits(units, claims_of(store, run_id))
    whole = figures.get(ANY_RULE)
    return RunReport(
        run=run,
        stored=stored,
        frame=len(units),
        drawn=len(sample.subject_of) if sample else 0,
        judged=len(sample.judged) if sample else 0,
        second_wave=len(sample.second.draws) if sample and sample.second else 0,
        any_rule=None
        if whole is None
        else RuleFigures(
            rule=ANY_RULE,
            name="任一规则",
            subject_kind="listing",
            severity="",
            overall=figure_of(whole),
            strata=_strata(whole),
        ),
        rules=tuple(_rule(row, figures.get(row.rule)) for row in summary.rules),
        coverage=summary.coverage,
        reasons=summary.reasons,
        strata=summary.strata,
        limits=limits,
        alarms=summary.alarms,
        notes=(*run.notes, *(row.note for row in limits if row.note)),
        coverage_rate=summary.coverage_rate,
        snapshots=summary.snapshots,
        leads=summary.leads,
    )


def run_and_sweep(store: Store, run_id: str) -> tuple[Run, StoredSweep]:
    """A run and the version of the sweep that it started with.

    Raises:
        UsageError: one of them is not stored.
    """
    run = store.runs.get(run_id)
    if run is None:
        raise UsageError(Problem.RUN_UNKNOWN, run=run_id)
    stored = store.sweeps.get(run.sweep, run.sweep_version)
    if stored is None:
        raise UsageError(Problem.SWEEP_UNKNOWN, run=run_id, sweep=run.sweep, version=run.sweep_version)
    return run, stored


def listing_figures(sample: Visited, findings: Sequence[Finding]) -> dict[str, SampleFigures]:
    """Design-based figures of every rule that flagged a listing, and of any rule under ``ANY_RULE``."""
    return {rule: sample.figures(found) for rule, found in flagged_with_any(findings).items()}


def flagged_with_any(findings: Sequence[Finding]) -> dict[str, set[str]]:
    """Keys of the listings that each rule flagged, and under ``ANY_RULE`` those beyond weak hints."""
    strong = {
        finding.subject for finding in findings if finding.subject_kind == "listing" and not finding.weak
    }
    return {ANY_RULE: strong, **flagged_by_rule(findings)}


def figure_of(figures: SampleFigures) -> Figure:
    """The share of the whole frame, with its bounds."""
    clean, worst = figures.bounds.all_clean.prevalence, figures.bounds.all_violating.prevalence
    return _figure(figures.overall, all_clean=clean, all_violating=worst)


def _rule(row: RuleRow, figures: SampleFigures | None) -> RuleFigures:
    plain = Figure(
        frame=0,
        drawn=row.judged,
        judged=row.judged,
        flagged=row.flagged,
        share=row.share,
        low=row.low,
        high=row.high,
        is_estimate=False,
    )
    return RuleFigures(
        rule=row.rule,
        name=row.name,
        subject_kind=row.subject_kind,
        severity=row.severity,
        overall=plain if figures is None else figure_of(figures),
        strata=() if figures is None else _strata(figures),
    )


def _strata(figures: SampleFigures) -> tuple[StratumFigure, ...]:
    judged = {
        name: StratumFigure(stratum=name, frame=found.frame, figure=_figure(found))
        for name, found in figures.strata.items()
    }
    silent = {
        name: StratumFigure(stratum=name, frame=frame, figure=None) for name, frame in figures.silent.items()
    }
    return tuple(row for _, row in sorted((judged | silent).items()))


def _figure(found: Estimate, *, all_clean: float | None = None, all_violating: float | None = None) -> Figure:
    return Figure(
        frame=found.frame,
        drawn=found.drawn,
        judged=found.judged,
        flagged=found.hits,
        share=found.prevalence,
        low=found.low,
        high=found.high,
        all_clean=all_clean,
        all_violating=all_violating,
    )
