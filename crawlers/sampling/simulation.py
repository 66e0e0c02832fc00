"""Simulation 模拟检验: a design is drawn again and again from markets whose truth is known.

Replications come in rotations: the numbers of listings and starts, moved on by equal steps modulo 1, serve
the next ones too. Each replication by itself is as random as any; together they spread evenly over what
chance could do (Cranley & Patterson 1976, SIAM Journal on Numerical Analysis 13, pp. 904-914), so a bias
shows more clearly than among as many independent ones. The standard error given with the bias is that of
independent replications.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt

import numpy as np

from crawlers.sampling.chance import STARTS, Chance, Flags, Floats, Ints
from crawlers.sampling.estimators import Estimate, Sampled, estimate
from crawlers.sampling.intervals import Z95
from crawlers.sampling.layouts import GroupLayout, lay_out
from crawlers.sampling.market import Market, MarketPlan, make_market
from crawlers.sampling.waves import estimate_waves, second_sizes, select_second
from domain.errors import UsageError
from domain.sweep import DesignKind, SamplingDesign

ROTATION = 25
"""Replications that share one set of numbers."""
MARKETS = 4
"""Markets among which the replications are divided, so that no figure rests on one of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What is simulated."""

    design: SamplingDesign
    market: MarketPlan
    replications: int = 1000
    blocked: float = 0.05
    """Share of pages that cannot be read."""
    blocked_violating: float = 1.0
    """How many times as often violating pages are blocked; above 1 no estimator can know."""
    seed: int = 1


DESIGNS: dict[str, dict[str, str]] = {
    "census": {"kind": "census"},
    "simple_random": {"kind": "simple_random"},
    "systematic": {"kind": "systematic"},
    "stratified": {"kind": "stratified"},
    "stratified/equal": {"kind": "stratified", "allocation": "equal"},
    "stratified/neyman": {"kind": "stratified", "allocation": "neyman"},
    "adaptive": {"kind": "adaptive"},
    "two_stage": {"kind": "two_stage"},
    "pps": {"kind": "pps"},
    "poisson": {"kind": "poisson"},
    "risk_bands": {"kind": "risk_bands"},
}
"""Every design and allocation by the name that a simulation knows it under."""


def named_design(name: str, size: int, market: MarketPlan, **changes: float) -> SamplingDesign:
    """The design of this name; ``changes`` are its parameters where they differ from what it comes with.

    Raises:
        UsageError: there is no such design.
    """
    if name not in DESIGNS:
        raise UsageError(f"no design {name!r}; there are {', '.join(DESIGNS)}")
    written = {**DESIGNS[name], "size": size, "prior_rates": market.rates_last_year, **changes}
    return SamplingDesign.model_validate(written)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialResult:
    """What came out; shares as fractions, not percent."""

    truth: float
    replications: int
    bias: float
    bias_error: float
    """Monte-Carlo standard error of the bias."""
    spread: float
    """Standard deviation of the estimate over replications."""
    coverage: float
    """Share of 95 % intervals that held the truth."""
    missed_low: float
    """Share of intervals that lay below the truth."""
    wald_coverage: float
    """The same for estimate ± 1.96 standard errors, for comparison."""
    width: float
    """Mean width of the interval."""
    pages: float
    """Mean number of pages drawn."""
    found_per_page: float
    """Violations found per page read, as a multiple of the prevalence: of what simple random pages show."""

    @property
    def bias_in_errors(self) -> float:
        """Bias in Monte-Carlo standard errors; 0 where the design leaves no chance."""
        return self.bias / self.bias_error if self.bias_error else 0.0


def run_trial(trial: Trial) -> TrialResult:
    """Draws, visits and estimates ``trial.replications`` times."""
    rng = np.random.default_rng(trial.seed)
    each = -(-trial.replications // MARKETS)
    parts = []
    for _ in range(MARKETS):
        market = make_market(trial.market, rng)
        parts += [_figures(one, market.prevalence) for one in _estimates(trial, market, each, rng)]
    error, covered, below, wald, width, pages, hits, readable = np.array(parts).T
    spread = float(error.std(ddof=1))
    return TrialResult(
        truth=trial.market.prevalence,
        replications=len(parts),
        bias=float(error.mean()),
        bias_error=spread / sqrt(len(parts)),
        spread=spread,
        coverage=float(covered.mean()),
        missed_low=float(below.mean()),
        wald_coverage=float(wald.mean()),
        width=float(width.mean()),
        pages=float(pages.mean()),
        found_per_page=float(hits.sum() / readable.sum()) / trial.market.prevalence,
    )


def _figures(one: Estimate, truth: float) -> tuple[float, ...]:
    error = one.prevalence - truth
    slack = 1e-12
    return (
        error,
        one.low - slack <= truth <= one.high + slack,
        one.high + slack < truth,
        abs(error) <= Z95 * one.standard_error + slack,
        one.high - one.low,
        one.drawn,
        one.hits,
        one.judged,
    )


@dataclass(frozen=True, slots=True)
class _Luck:
    """All the chance of one replication: that of the draw, and which pages are blocked."""

    draw: Chance
    blocks: Floats


def _estimates(trial: Trial, market: Market, count: int, rng: np.random.Generator) -> Iterator[Estimate]:
    columns = market.columns_for(trial.design.score_auc)
    layout = lay_out(columns, trial.design)
    for luck in _lucks(columns.total, int(columns.shops.max()) + 1, count, rng):
        if trial.design.kind is DesignKind.ADAPTIVE and isinstance(layout, GroupLayout):
            yield _two_waves(trial, market, layout, luck)
        else:
            yield estimate(layout, _visit(trial, market, layout.select(luck.draw), luck))


def _two_waves(trial: Trial, market: Market, layout: GroupLayout, luck: _Luck) -> Estimate:
    first = _visit(trial, market, layout.select(luck.draw), luck)
    sizes = second_sizes(layout, first, trial.design.size - first.rows.size, trial.design.floor)
    second = _visit(trial, market, select_second(layout, sizes, luck.draw).rows, luck)
    return estimate_waves(layout, first, second, pilot=trial.design.pilot)


def _visit(trial: Trial, market: Market, rows: Ints, luck: _Luck) -> Sampled:
    """What a crawl would bring back: some pages are blocked."""
    violating: Flags = market.violating[rows]
    odds: Floats = trial.blocked * np.where(violating, trial.blocked_violating, 1.0)
    return Sampled(
        rows=rows,
        judged=luck.blocks[rows] >= odds,
        violating=violating,
        classes=market.columns.strata[rows],
    )


def _lucks(units: int, shops: int, count: int, rng: np.random.Generator) -> Iterator[_Luck]:
    for done in range(count):
        step = done % ROTATION
        if step == 0:
            first = [rng.random(size) for size in (units, STARTS, units)]
        of_units, starts, blocks = ((numbers + step / ROTATION) % 1.0 for numbers in first)
        yield _Luck(Chance(of_units, rng.random(shops), starts), blocks)
