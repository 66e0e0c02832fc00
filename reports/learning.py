"""What the decided findings of an earlier run teach the design of the next one 历史判定.

The rates that Neyman's allocation shares a sample out by, and how well the risk score separated. Both are
values to write into a sweep, so that its versions keep them and a draw can be repeated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from crawlers.drawing import Visited, visited
from crawlers.sampling.designs import SampleFigures
from domain.errors import UsageError
from domain.problems import Problem
from reports.run_report import run_and_sweep
from storage.store import Store

LEAST_DECIDED = 100
"""Listings whose case is decided, without which rates say nothing."""
LEAST_OF_A_KIND = 10
"""Confirmed listings that rates need; confirmed and clean ones, of each so many, that an AUC needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """Values for ``design`` of the next sweep over the same platforms and categories."""

    run: str
    decided: int
    """Listings without an open finding: nothing was found, or persons decided all of it."""
    confirmed: int
    undecided: int
    """Flagged listings that nobody has decided; left out, so that rates are too low as long as there are."""
    prior_rates: Mapping[str, float]
    score_auc: float | None
    """``None``: the run gave no risk scores, or too few cases of a kind."""


def learn(store: Store, run_id: str) -> Learnt:
    """Rates by stratum, and the worth of the risk score, as a run's confirmed findings show them.

    Both are weighted by the design. A stratum's rate is drawn towards the overall one as by one page, so that
    none is zero.

    Raises:
        UsageError: there is no such run, or too few of its listings are decided or confirmed.
    """
    run, stored = run_and_sweep(store, run_id)
    sample = visited(store, stored.sweep, run.id)
    decisions = store.findings.decided(run.id)
    read = sample.judged if sample else set()
    decided = read - decisions.open
    confirmed = decided & decisions.confirmed
    if sample is None or len(decided) < LEAST_DECIDED or len(confirmed) < LEAST_OF_A_KIND:
        raise UsageError(
            Problem.RATES_TOO_FEW,
            decided=len(decided),
            confirmed=len(confirmed),
            least=LEAST_DECIDED,
            least_confirmed=LEAST_OF_A_KIND,
        )
    verdicts = {
        key: None if who is None or who in decisions.open else who in decisions.confirmed
        for key, who in sample.subject_of.items()
    }
    return Learnt(
        run=run.id,
        decided=len(decided),
        confirmed=len(confirmed),
        undecided=len(read & decisions.open),
        prior_rates=_rates(sample.figures_of(verdicts)),
        score_auc=score_auc(sample, verdicts),
    )


def _rates(figures: SampleFigures) -> dict[str, float]:
    overall = figures.overall.prevalence
    rates = dict.fromkeys(figures.silent, overall)
    for name, found in figures.strata.items():
        rates[name] = (found.prevalence * found.judged + overall) / (found.judged + 1)
    return {name: round(min(rate, 1.0), 4) for name, rate in sorted(rates.items())}


def score_auc(sample: Visited, verdicts: Mapping[str, bool | None]) -> float | None:
    """Chance that a violating listing of the frame scores higher than a clean one, ties counting half."""
    drawn = [one for one in sample.sample.draws if verdicts.get(one.unit.key) is not None]
    scores = np.array([one.unit.risk if one.unit.risk is not None else np.nan for one in drawn])
    weights = np.array([1 / one.inclusion_probability for one in drawn])
    bad = np.array([bool(verdicts[one.unit.key]) for one in drawn], dtype=bool)
    if np.isnan(scores).any() or min(bad.sum(), (~bad).sum()) < LEAST_OF_A_KIND:
        return None
    ahead = (scores[bad][:, None] > scores[~bad]) + 0.5 * (scores[bad][:, None] == scores[~bad])
    pairs = weights[bad][:, None] * weights[~bad]
    return round(float(np.clip((ahead * pairs).sum() / pairs.sum(), 0.5, 0.99)), 2)
