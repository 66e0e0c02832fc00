"""The figures of a run: coverage 采集覆盖, and findings per rule with denominators and intervals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from storage.store import Store

from domain.run import Run
from domain.target import Outcome, PageKind, outcome_of
from reports.intervals import wilson_interval
from rules.models import Catalogue
from storage.frontier import TargetCount

# Which pages have to be read before a subject of this kind can be judged.
PAGE_OF_SUBJECT = {"listing": PageKind.LISTING, "shop": PageKind.SHOP, "review": PageKind.REVIEWS}


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageRow:
    """What became of the targets of one kind on one platform."""

    platform: str
    kind: PageKind
    read: int
    empty: int
    gone: int
    broken: int
    blocked: int
    pending: int

    @property
    def total(self) -> int:
        """All targets."""
        return self.read + self.empty + self.gone + self.broken + self.blocked + self.pending

    @property
    def answered(self) -> int:
        """Targets about which the site gave an answer, be it that the page is gone."""
        return self.read + self.empty + self.gone


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
    """One rule's figures: ``flagged`` of ``judged`` subjects, with the 95 % Wilson interval of that share.

    The share is that of the visited sample, unweighted; it estimates the frame's prevalence where the
    allocation is proportional.
    """

    rule: str
    name: str
    subject_kind: str
    severity: str
    judged: int
    flagged: int
    findings: int
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """Everything that the end of a run shows."""

    run: Run
    coverage: tuple[CoverageRow, ...]
    reasons: tuple[ReasonRow, ...]
    rules: tuple[RuleRow, ...]
    strata: tuple[tuple[str, int, int], ...]
    """(stratum, units in the frame, units drawn)."""
    snapshots: int
    leads: int

    @property
    def coverage_rate(self) -> float:
        """Share of all targets that the sites answered; 0 when there were none."""
        total = sum(row.total for row in self.coverage)
        return sum(row.answered for row in self.coverage) / total if total else 0.0

    def as_dict(self) -> dict[str, Any]:
        """For ``--json``."""
        return asdict(self) | {"coverage_rate": self.coverage_rate}


def summarise(store: Store, run: Run, catalogue: Catalogue) -> RunSummary:
    """The figures of ``run``, as the store has them now."""
    counts = store.frontier.counts(run.id)
    return RunSummary(
        run=run,
        coverage=coverage(counts),
        reasons=reasons(counts),
        rules=_rule_rows(store, run, catalogue, counts),
        strata=_strata(store, run, counts),
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
        CoverageRow(platform=platform, kind=kind, **{outcome.value: found[outcome] for outcome in Outcome})
        for (platform, kind), found in sorted(
            table.items(), key=lambda item: (item[0][0], order.index(item[0][1]))
        )
    )


def reasons(counts: Iterable[TargetCount]) -> tuple[ReasonRow, ...]:
    """Why targets were not read, most frequent first."""
    table: Counter[tuple[str, PageKind, Outcome, str]] = Counter()
    for row in counts:
        outcome = outcome_of(row.state, row.reason)
        if outcome in (Outcome.GONE, Outcome.BROKEN, Outcome.BLOCKED):
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
    rows = []
    for found in store.findings.count_by_rule(run.id):
        page = PAGE_OF_SUBJECT[found.subject_kind]
        judged = max(read[page] - not_judged.get(found.rule, 0), found.subjects)
        low, high = wilson_interval(found.subjects, judged)
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
                low=low,
                high=high,
            )
        )
    return tuple(sorted(rows, key=lambda row: (-row.flagged, row.rule)))


def _strata(store: Store, run: Run, counts: Iterable[TargetCount]) -> tuple[tuple[str, int, int], ...]:
    drawn: Counter[str] = Counter()
    for row in counts:
        if row.kind is PageKind.LISTING:
            drawn[row.stratum] += row.count
    frame = store.frame.count_by_stratum(run.id)
    return tuple((name, frame.get(name, 0), drawn[name]) for name in sorted({*frame, *drawn}))
