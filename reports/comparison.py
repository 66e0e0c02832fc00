"""Comparison of two runs 两次监测比较: before a peak and during it, or one platform against another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from math import sqrt
from typing import Any

import numpy as np

from crawlers.drawing import Visited, visited
from crawlers.planning import categories_of
from crawlers.sampling.compare import compare
from crawlers.sampling.estimators import Estimate
from crawlers.sampling.frame import frame_change
from domain.errors import UsageError
from domain.finding import Finding
from domain.notes import Note, NoteCode, note
from domain.problems import Problem
from domain.run import Run
from domain.sweep import StoredSweep
from reports.run_report import ANY_RULE, flagged_with_any, run_and_sweep
from rules.loader import load_catalogue
from storage.store import Store

LEAST_IN_BOTH = 30
"""Listings judged in both runs below which their likeness is not measured, and taken for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two shares that are compared."""

    run: str
    platform: str
    """"" for the whole frame."""
    frame: int
    judged: int
    flagged: int
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedRule:
    """One rule in both; the difference is the second share less the first."""

    rule: str
    name: str
    first: Side
    second: Side
    difference: float
    low: float
    high: float
    p_value: float
    adjusted_p: float
    """Holm's p-value for all rules of the table together; the one to cite unless one rule was chosen
    beforehand."""
    in_both: int
    """Listings that were judged in both runs 同一商品."""
    correlation: float
    """Of the two estimates, from the listings in both; 0 where too few are."""

    @property
    def is_significant(self) -> bool:
        """Whether the difference is hardly chance 差异显著, all rules of the table being looked at."""
        return self.adjusted_p < 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class RunComparison:
    """Two runs, or two platforms, rule by rule; all rules together come first."""

    first: Run
    second: Run
    first_platform: str
    second_platform: str
    rules: tuple[ComparedRule, ...]
    notes: tuple[Note, ...]
    """What keeps the two from being alike besides what they are compared for."""

    def as_dict(self) -> dict[str, Any]:
        """For ``--json``."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Half:
    """One run as the comparison needs it."""

    run: Run
    stored: StoredSweep
    sample: Visited
    flagged: Mapping[str, set[str]]
    platform: str

    def estimate(self, rule: str) -> Estimate:
        return self.sample.estimate(self.flagged.get(rule, set()), self.platform)

    def side(self, found: Estimate) -> Side:
        return Side(
            run=self.run.id,
            platform=self.platform,
            frame=found.frame,
            judged=found.judged,
            flagged=found.hits,
            share=found.prevalence,
            low=found.low,
            high=found.high,
        )


def compare_runs(
    store: Store, a: str, b: str, *, platform_a: str = "", platform_b: str = ""
) -> RunComparison:
    """Every rule that flagged a listing in run ``a`` or in run ``b``; ``b`` less ``a``.

    Platform against platform: name the same run twice, with two platforms. Only listings are compared, by
    their design-weighted shares.

    Raises:
        UsageError: a run is not there, read nothing of a sampled frame, or is compared with itself.
    """
    if (a, platform_a) == (b, platform_b):
        raise UsageError(Problem.COMPARED_WITH_ITSELF)
    first, second = _half(store, a, platform_a), _half(store, b, platform_b)
    names = load_catalogue()
    rules = [ANY_RULE, *sorted((first.flagged.keys() | second.flagged.keys()) - {ANY_RULE})]
    rows = [
        _row(rule, "任一规则" if rule == ANY_RULE else names.get(rule).name_zh, first, second)
        for rule in rules
    ]
    return RunComparison(
        first=first.run,
        second=second.run,
        first_platform=platform_a,
        second_platform=platform_b,
        rules=adjusted(rows),
        notes=tuple(_differences(first, second)),
    )


def _half(store: Store, run_id: str, platform: str) -> _Half:
    run, stored = run_and_sweep(store, run_id)
    sample = visited(store, stored.sweep, run_id)
    if sample is None or not sample.judged:
        raise UsageError(Problem.NOTHING_TO_COMPARE, run=run_id)
    if platform and platform not in {unit.platform for unit in sample.sample.frame.units}:
        raise UsageError(Problem.PLATFORM_NOT_FRAMED, run=run_id, platform=platform)
    findings: Sequence[Finding] = store.findings.of_run(run_id)
    return _Half(run, stored, sample, flagged_with_any(findings), platform)


def _row(rule: str, name: str, first: _Half, second: _Half) -> ComparedRule:
    before, after = first.estimate(rule), second.estimate(rule)
    in_both, correlation = _overlap(rule, first, second)
    found = compare(before, after, correlation=correlation)
    return ComparedRule(
        rule=rule,
        name=name,
        first=first.side(before),
        second=second.side(after),
        difference=found.difference,
        low=found.low,
        high=found.high,
        p_value=found.p_value,
        adjusted_p=found.p_value,
        in_both=in_both,
        correlation=correlation,
    )


def _overlap(rule: str, first: _Half, second: _Half) -> tuple[int, float]:
    """Listings judged in both, and the correlation of the estimates that comes of them.

    For two simple random samples of m and n pages with c in common it is c / sqrt(m n) times the correlation
    of the two verdicts on the same page (Kish 1965, Survey Sampling, sec. 12.4). Below 0 it is taken for 0.
    """
    m, n = first.sample.judged, second.sample.judged
    common = sorted(m & n)
    if first.run.id == second.run.id or len(common) < LEAST_IN_BOTH:
        return (0 if first.run.id == second.run.id else len(common)), 0.0
    verdicts = np.array(
        [[key in half.flagged.get(rule, ()) for key in common] for half in (first, second)], dtype=np.float64
    )
    if not verdicts.std(axis=1).all():
        return len(common), 0.0
    likeness = float(np.atleast_2d(np.corrcoef(verdicts))[0, 1])
    return len(common), min(max(likeness, 0.0) * len(common) / sqrt(len(m) * len(n)), 0.99)


def adjusted(rows: Sequence[ComparedRule]) -> tuple[ComparedRule, ...]:
    """Holm (1979), Scandinavian Journal of Statistics 6, pp. 65-70."""
    order = sorted(range(len(rows)), key=lambda place: rows[place].p_value)
    adjusted, largest = {}, 0.0
    for rank, place in enumerate(order):
        largest = max(largest, min(1.0, (len(rows) - rank) * rows[place].p_value))
        adjusted[place] = largest
    return tuple(replace(row, adjusted_p=adjusted[place]) for place, row in enumerate(rows))


def _differences(first: _Half, second: _Half) -> Iterator[Note]:
    """Facts that a reader of the difference has to know."""
    one, other = first.stored.sweep, second.stored.sweep
    for code, here, there in (
        (NoteCode.DIFFERENT_CATEGORIES, sorted(categories_of(one)), sorted(categories_of(other))),
        (NoteCode.DIFFERENT_DETECTORS, sorted(one.detectors), sorted(other.detectors)),
        (NoteCode.DIFFERENT_WORDS, one.keywords, other.keywords),
        (NoteCode.DIFFERENT_RULES, first.run.rule_packs, second.run.rule_packs),
    ):
        if here != there:
            yield note(code)
    if first.run.id == second.run.id:
        return
    change = frame_change(*(half.sample.sample.frame.units for half in (first, second)))
    yield note(NoteCode.FRAME_MOVED, gone=sum(change.gone.values()), new=sum(change.new.values()))
    if common := len(first.sample.judged & second.sample.judged):
        yield note(NoteCode.JUDGED_IN_BOTH, count=common, least=LEAST_IN_BOTH)
    if one.design.seed == other.design.seed:
        yield note(NoteCode.SAME_SEED)
