"""What the risk score of real result cards is worth, on the bundled marketplace, whose truth is known.

``python -m bench.risk`` sweeps the marketplace twice with the same number of pages. The first sweep is a
simple random sample; the second draws by risk, with what the first one found as past findings. Printed are
the AUC of the score and of its signs, and violations per page as a multiple of those of the random sample:
in these two runs, and expected over all seeds, which follows from the inclusion probabilities and the truth.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from crawlers.drawing import Visited, visited
from crawlers.runner import crawl, start_run
from crawlers.sampling.designs import Sample, draw
from crawlers.sampling.risk import RiskSigns, risk_scores
from crawlers.scoring import word_points
from domain.sweep import Sweep
from domain.target import FrameUnit
from netsword.demo import demo_sweep, marketplace
from reports.evaluation import read_truth
from settings import Settings
from storage.store import Store, open_store

Floats = NDArray[np.float64]
FOLDS, RIDGE = 10, 3.0
PLATFORMS = ("lingang", "guanshan")
"""Those that need no browser."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One sweep, with the truth beside it."""

    name: str
    sample: Visited
    violating: frozenset[str]

    @property
    def per_page(self) -> float:
        """Truly violating listings per listing read."""
        judged = self.sample.judged
        return len(judged & self.violating) / len(judged)

    @property
    def expected(self) -> float:
        """The same over all seeds, every page being read."""
        return expected_per_page(self.sample.sample, self.violating)


def expected_per_page(sample: Sample, violating: Collection[str]) -> float:
    """Violating listings per listing drawn, over all seeds: sum of pi y over sum of pi."""
    chance = sample.layout.probability
    return float((chance * truth_of(sample.frame.units, violating)).sum() / chance.sum())


def truth_of(units: Sequence[FrameUnit], violating: Collection[str]) -> Floats:
    """1 for units that violate, else 0."""
    return np.array([unit.subject in violating for unit in units], dtype=np.float64)


def auc(scores: Floats, violating: Floats) -> float:
    """Chance that a violating unit scores higher than a clean one, ties counting half (Mann & Whitney)."""
    _, which, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[which]
    hits = violating.sum()
    return float((ranks[violating == 1].sum() - hits * (hits + 1) / 2) / (hits * (scores.size - hits)))


def main() -> None:
    """Both sweeps and the two tables."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--pages", type=int, default=200, help="listings to draw in each sweep")
    options.add_argument("--seed", type=int, default=20261111, help="seed of the marketplace and the draws")
    asked = options.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="netsword-bench-")))
        market = stack.enter_context(marketplace(asked.seed, platforms=PLATFORMS))
        settings = Settings(var_dir=folder, mongo_uri=None)
        store = stack.enter_context(open_store(uri=None, var_dir=folder))
        truth = read_truth(market.truth)
        violating = frozenset(subject for found in truth.values() for subject in found)
        runs = [
            _run(store, settings, market.urls, violating, kind, asked.pages, asked.seed + number)
            for number, kind in enumerate(("simple_random", "risk_bands"))
        ]
    _print(runs, violating)


def _run(
    store: Store,
    settings: Settings,
    urls: Mapping[str, str],
    violating: frozenset[str],
    kind: str,
    pages: int,
    seed: int,
) -> Drawn:
    changes = {
        "name": f"bench-{kind.replace('_', '-')}",
        "design": {"kind": kind, "size": pages, "seed": seed},
        "budget": {"pages": 20_000, "search_pages": 2_000, "review_pages": 0},
    }
    written = demo_sweep(urls, listings=pages, seed=seed).model_dump(mode="json")
    sweep = Sweep.model_validate(written | changes)
    now = datetime.now(UTC)
    run = start_run(store, store.sweeps.save(sweep, now), now=now).id
    crawl(store, run, settings)
    sample = visited(store, sweep, run)
    if sample is None:
        raise SystemExit(f"the {kind} sweep read nothing; see {settings.log_dir}")
    return Drawn(name=kind, sample=sample, violating=violating)


def _print(runs: Sequence[Drawn], violating: frozenset[str]) -> None:
    plain, risky = runs
    units = risky.sample.sample.frame.units
    truth = truth_of(units, violating)
    sweep_detectors = ("prohibited", "advertising", "terms")
    words = word_points(units, sweep_detectors)
    kept = np.array([unit.risk or 0.0 for unit in units])
    print(
        f"{len(units)} result cards, {truth.mean():.1%} truly violating; {len(risky.sample.subject_of)} drawn"
    )
    print("AUC of the score, and of its parts:")
    fitted, held_out = _fitted(plain, units, sweep_detectors, violating)
    for name, scores in (
        ("score as drawn by", kept),
        ("rule words alone", risk_scores(units, RiskSigns(words=words, cheap=0.0))),
        ("price alone", risk_scores(units, RiskSigns())),
        ("words and price", risk_scores(units, RiskSigns(words=words))),
    ):
        print(f"  {name:18} {auc(scores, truth):.3f}")
    print(
        f"  words and price, points fitted to the first run: {auc(fitted, truth):.3f} "
        f"(ten-fold cross-validation within that run {held_out:.3f})"
    )
    print("violations per page read           this run            expected over all seeds")
    for run in runs:
        here, expected = run.per_page / plain.per_page, run.expected / plain.expected
        print(f"  {run.name:14} {run.per_page:14.1%} {here:6.2f} x {run.expected:18.1%} {expected:6.2f} x")
    scored = [replace(unit, risk=score) for unit, score in zip(units, fitted.tolist(), strict=True)]
    by_fit = expected_per_page(draw(scored, risky.sample.sample.design), violating)
    print(f"  by fitted points {by_fit:41.1%} {by_fit / plain.expected:6.2f} x")
    for run in runs:
        found = run.sample.estimate(violating)
        frame = truth_of(run.sample.sample.frame.units, violating).mean()
        print(
            f"  {run.name:14} estimate {found.prevalence:.1%} ({found.low:.1%} - {found.high:.1%}), "
            f"truth of its frame {frame:.1%}"
        )


def _fitted(
    first: Drawn, units: Sequence[FrameUnit], detectors: Sequence[str], violating: Collection[str]
) -> tuple[Floats, float]:
    """Scores by points fitted to what the first run read, and their AUC on folds of it that were left out."""
    drawn = [one.unit for one in first.sample.sample.draws if first.sample.subject_of[one.unit.key]]
    signs, truth = _signs(drawn, detectors), truth_of(drawn, violating)
    folds = np.arange(truth.size) % FOLDS
    held_out = np.zeros(truth.size)
    for fold in range(FOLDS):
        rest = folds != fold
        held_out[~rest] = signs[~rest] @ fitted_points(signs[rest], truth[rest])
    return _signs(units, detectors) @ fitted_points(signs, truth), auc(held_out, truth)


def _signs(units: Sequence[FrameUnit], detectors: Sequence[str]) -> Floats:
    words = risk_scores(units, RiskSigns(words=word_points(units, detectors), cheap=0.0))
    return np.stack([words, risk_scores(units, RiskSigns())], axis=1)


def fitted_points(signs: Floats, truth: Floats) -> Floats:
    """Log odds per sign: logistic regression with a ridge, by Newton's method (Hoerl & Kennard 1970).

    >>> signs = np.array([[1.0, 0.0], [1.0, 1.0], [0.0, 0.0], [0.0, 1.0]] * 20)
    >>> fitted_points(signs, signs[:, 0]).round(1).tolist()[1]
    0.0
    """
    columns = np.column_stack([np.ones(len(signs)), signs - signs.mean(axis=0)])
    ridge = np.diag([0.0] + [RIDGE] * signs.shape[1])
    points = np.zeros(columns.shape[1])
    for _ in range(50):
        odds = 1 / (1 + np.exp(-columns @ points))
        slope = columns.T * (odds * (1 - odds)) @ columns + ridge
        points += np.linalg.solve(slope, columns.T @ (truth - odds) - ridge @ points)
    return np.asarray(points[1:], dtype=np.float64)


if __name__ == "__main__":
    main()
