"""The figures of a run: coverage 采集覆盖, and findings per rule with denominators and intervals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from crawlers.drawing import visited
from crawlers.sampling.designs import SampleFigures
from domain.run import Run
from domain.target import Outcome, PageKind, outcome_of
from reports.estimates import prevalence_by_rule
from reports.health import FieldHealth, alarms_of, run_health
from reports.intervals import wilson_interval
from reports.notes import told
from rules.catalogue import Catalogue
from storage.frontier import TargetCount
from storage.store import Store

# Which pages have to be read before a subject of this kind can be judged.
PAGE_OF_SUBJECT = {"listing": PageKind.LISTING, "shop": PageKind.SHOP, "review": PageKind.REVIEWS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """What became of some targets: blocked, broken, gone and empty are four things 四种结果."""

    read: int
    empty: int
    gone: int
    broken: int
    blocked: int
    unreached: int
    pending: int

    @property
    def total(self) -> int:
        """All targets."""
        return sum(getattr(self, outcome) for outcome in Outcome)

    @property
    def answered(self) -> int:
        """Targets about which the site gave an answer, be it that the page is gone."""
        return self.read + self.empty + self.gone


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageRow(Outcomes):
    """What became of the targets of one kind on one platform."""

    platform: str
    kind: PageKind


@dataclass(frozen=True, slots=True, kw_only=True)
class StratumRow(Outcomes):
    """What became of the targets of one stratum 分层 on one platform.

    ``frame`` and ``drawn`` count listings; the outcomes count all pages of the stratum, its result pages and
    its review pages included. Shops belong to no stratum, since several lead to the same shop.
    """

    platform: str
    stratum: str
    frame: int
    drawn: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonRow:
    """How often one reason kept a target of one kind from being read."""

    platform: str
    kind: PageKind
    outcome: Outcome
    reason: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRow:
    """One rule's figures: ``flagged`` of ``judged`` subjects, and the share with its 95 % interval.

    Where the design sampled a frame of listings, ``share`` is the estimated prevalence in that frame,
    weighted by the inclusion probabilities, and ``all_clean`` and ``all_violating`` bound it by what could
    not be read. Else (``is_estimate`` false, as for shops) it is the plain share of those judged, with
    Wilson's interval.
    """

    rule: str
    name: str
    subject_kind: str
    severity: str
    judged: int
    flagged: int
    findings: int
    share: float
    low: float
    high: float
    is_estimate: bool
    all_clean: float | None = None
    all_violating: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """Everything that the end of a run shows."""

    run: Run
    coverage: tuple[CoverageRow, ...]
    reasons: tuple[ReasonRow, ...]
    rules: tuple[RuleRow, ...]
    strata: tuple[StratumRow, ...]
    alarms: tuple[FieldHealth, ...]
    """Adapters that no longer fit their pages, or were kept out 适配器告警."""
    snapshots: int
    leads: int

    @property
    def coverage_rate(self) -> float:
        """Share of all targets that the sites answered; 0 when there were none."""
        total = sum(row.total for row in self.coverage)
        return sum(row.answered for row in self.coverage) / total if total else 0.0

    def as_dict(self) -> dict[str, Any]:
        """For ``--json``."""
        alarms = [asdict(row) | {"message": told("en", row.note)} for row in self.alarms]
        return asdict(self) | {"alarms": alarms, "coverage_rate": self.coverage_rate}


def summarise(store: Store, run: Run, catalogue: Catalogue) -> RunSummary:
    """The figures of ``run``, as the store has them now."""
    counts = store.frontier.counts(run.id)
    return RunSummary(
        run=run,
        coverage=coverage(counts),
        reasons=reasons(counts),
        rules=_rule_rows(store, run, catalogue, counts),
        strata=strata(counts, store.frame.count_by_stratum(run.id)),
        alarms=alarms_of(run_health(store, run)),
        snapshots=store.snapshots.count(run.id),
        leads=store.leads.count(run.campaign),
    )


def coverage(counts: Iterable[TargetCount]) -> tuple[CoverageRow, ...]:
    """One row per platform and page kind; every target is in exactly one column."""
    table: dict[tuple[str, PageKind], Counter[Outcome]] = {}
    for row in counts:
        outcome = outcome_of(row.state, row.reason)
        table.setdefault((row.platform, row.kind), Counter())[outcome] += row.count
    order = list(PageKind)
    return tuple(
        CoverageRow(platform=platform, kind=kind, **_counted(found))
        for (platform, kind), found in sorted(
            table.items(), key=lambda item: (item[0][0], order.index(item[0][1]))
        )
    )


def reasons(counts: Iterable[TargetCount]) -> tuple[ReasonRow, ...]:
    """Why targets were not read, most frequent first."""
    table: Counter[tuple[str, PageKind, Outcome, str]] = Counter()
    for row in counts:
        outcome = outcome_of(row.state, row.reason)
        if outcome in (Outcome.GONE, Outcome.BROKEN, Outcome.BLOCKED, Outcome.UNREACHED):
            table[row.platform, row.kind, outcome, row.reason] += row.count
    return tuple(
        ReasonRow(platform=platform, kind=kind, outcome=outcome, reason=reason, count=count)
        for (platform, kind, outcome, reason), count in sorted(
            table.items(), key=lambda item: (-item[1], item[0])
        )
    )


def _rule_rows(
    store: Store, run: Run, catalogue: Catalogue, counts: Sequence[TargetCount]
) -> tuple[RuleRow, ...]:
    read: Counter[PageKind] = Counter()
    for row in counts:
        if outcome_of(row.state, row.reason) is Outcome.READ:
            read[row.kind] += row.count
    not_judged = store.frontier.not_judged(run.id)
    estimates = _estimates(store, run)
    rows = []
    for found in store.findings.count_by_rule(run.id):
        page = PAGE_OF_SUBJECT[found.subject_kind]
        judged = max(read[page] - not_judged.get(found.rule, 0), found.subjects)
        rule = catalogue.get(found.rule)
        rows.append(
            RuleRow(
                rule=found.rule,
                name=rule.name_zh,
                subject_kind=found.subject_kind,
                severity=rule.severity,
                judged=judged,
                flagged=found.subjects,
                findings=found.findings,
                **_share(estimates.get(found.rule), found.subjects, judged),
            )
        )
    return tuple(sorted(rows, key=lambda row: (-row.flagged, row.rule)))


def _estimates(store: Store, run: Run) -> Mapping[str, SampleFigures]:
    stored = store.sweeps.get(run.sweep, run.sweep_version)
    if stored is None:
        return {}
    sample = visited(store, stored.sweep, run.id)
    return prevalence_by_rule(sample, store.findings.of_run(run.id))


def _share(figures: SampleFigures | None, flagged: int, judged: int) -> dict[str, Any]:
    if figures is None:
        low, high = wilson_interval(flagged, judged)
        return {"share": flagged / judged, "low": low, "high": high, "is_estimate": False}
    overall, bounds = figures.overall, figures.bounds
    return {
        "share": overall.prevalence,
        "low": overall.low,
        "high": overall.high,
        "is_estimate": True,
        "all_clean": bounds.all_clean.prevalence,
        "all_violating": bounds.all_violating.prevalence,
    }


def strata(counts: Iterable[TargetCount], frame: Mapping[str, int]) -> tuple[StratumRow, ...]:
    """One row per platform and stratum; ``frame`` has the units of each stratum."""
    table: dict[tuple[str, str], Counter[Outcome]] = {}
    drawn: Counter[str] = Counter()
    for row in counts:
        if row.kind is PageKind.SHOP:
            continue
        table.setdefault((row.platform, row.stratum), Counter())[outcome_of(row.state, row.reason)] += (
            row.count
        )
        if row.kind is PageKind.LISTING:
            drawn[row.stratum] += row.count
    return tuple(
        StratumRow(
            platform=platform, stratum=name, frame=frame.get(name, 0), drawn=drawn[name], **_counted(found)
        )
        for (platform, name), found in sorted(table.items())
    )


def _counted(found: Mapping[Outcome, int]) -> dict[str, int]:
    return {outcome.value: found.get(outcome, 0) for outcome in Outcome}
