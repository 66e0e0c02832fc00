"""A market with known truth 模拟市场: skewed shops, clustered violations, a score that is not perfect."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

import numpy as np

from crawlers.sampling.chance import Flags, Floats, Ints
from crawlers.sampling.layouts import Columns
from crawlers.sampling.risk import rates_from_scores
from domain.errors import UsageError

# Shares of the market, and how much more violations than average, of eight strata.
_STRATA = (
    (0.30, 0.6),
    (0.20, 1.0),
    (0.15, 0.5),
    (0.12, 1.6),
    (0.10, 0.8),
    (0.07, 2.4),
    (0.04, 3.0),
    (0.02, 1.2),
)
_NAMED = {f"stratum {code}": stratum for code, stratum in enumerate(_STRATA)}
_SHOP_SPREAD = 1.3
"""Standard deviation of the log of shop sizes: the largest tenth of the shops holds half of the listings."""
_CLUSTERING = 2.5
"""Standard deviation of a shop's log odds of violating."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketPlan:
    """What a market should be like."""

    listings: int = 20_000
    prevalence: float = 0.05
    shop_size: float = 10.0
    """Listings a shop, on average."""
    auc: float = 0.85
    """Chance that a violating listing has a higher score than a clean one."""

    @property
    def rates_last_year(self) -> dict[str, float]:
        """Violation rates per stratum as an office would know them: right in tendency, shops left out."""
        return {name: min(0.95, self.prevalence * factor) for name, (_, factor) in _NAMED.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """One market: its frame, and what an inspector with unlimited time would find."""

    columns: Columns
    scores: Floats
    violating: Flags

    @property
    def prevalence(self) -> float:
        """The true share of violating listings."""
        return float(self.violating.mean())

    def columns_for(self, score_auc: float) -> Columns:
        """The frame as a design sees it that takes its score to have this AUC."""
        return Columns(
            strata=self.columns.strata,
            shops=self.columns.shops,
            places=self.columns.places,
            rates=rates_from_scores(self.scores, score_auc),
            stratum_names=self.columns.stratum_names,
        )


def make_market(plan: MarketPlan, rng: np.random.Generator) -> Market:
    """A market with exactly the prevalence and the AUC that ``plan`` names."""
    wanted = round(plan.listings * plan.prevalence)
    if not 0 < wanted < plan.listings:
        raise UsageError(f"a prevalence of {plan.prevalence} leaves {wanted} of {plan.listings} violating")
    shops = _shops(plan, rng)
    strata_of_shops = rng.choice(len(_STRATA), size=int(shops.max()) + 1, p=[share for share, _ in _STRATA])
    strata = strata_of_shops[shops]
    violating = _violations(shops, strata, wanted, rng)
    scores = _scores(violating, plan.auc, rng)
    columns = Columns(
        strata=strata.astype(np.int64),
        shops=shops,
        places=_places(shops, rng),
        rates=np.ones(plan.listings),
        stratum_names=tuple(_NAMED),
    )
    return Market(columns=columns, scores=scores, violating=violating)


def _shops(plan: MarketPlan, rng: np.random.Generator) -> Ints:
    """Shop of each listing; sizes are log-normal, at least one listing each."""
    count = max(len(_STRATA), round(plan.listings / plan.shop_size))
    sizes = rng.lognormal(0, _SHOP_SPREAD, count)
    extra = rng.choice(count, size=plan.listings - count, p=sizes / sizes.sum())
    return np.sort(np.concatenate([np.arange(count), extra])).astype(np.int64)


def _violations(shops: Ints, strata: Ints, wanted: int, rng: np.random.Generator) -> Flags:
    """The listings with the largest log odds plus logistic noise: a logit model with a shop effect."""
    odds = np.log([factor for _, factor in _STRATA])[strata]
    odds = odds + rng.normal(0, _CLUSTERING, int(shops.max()) + 1)[shops]
    leaning = odds + rng.logistic(0, 1, shops.size)
    violating = np.zeros(shops.size, dtype=bool)
    violating[np.argpartition(-leaning, wanted)[:wanted]] = True
    return violating


def _scores(violating: Flags, auc: float, rng: np.random.Generator) -> Floats:
    """Normal scores, shifted for violating listings until the AUC in this very market is the wanted one."""
    noise = rng.normal(0, 1, violating.size)
    low, high = 0.0, 2 * sqrt(2) * NormalDist().inv_cdf(max(auc, 0.51)) + 1
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (middle, high) if _auc(noise + middle * violating, violating) < auc else (low, middle)
    return np.asarray(noise + high * violating if auc > 0.5 else noise, dtype=np.float64)


def _auc(scores: Floats, violating: Flags) -> float:
    """Mann & Whitney's statistic."""
    ranks = np.empty(scores.size)
    ranks[np.argsort(scores)] = np.arange(1, scores.size + 1)
    hits = int(violating.sum())
    return float((ranks[violating].sum() - hits * (hits + 1) / 2) / (hits * (scores.size - hits)))


def _places(shops: Ints, rng: np.random.Generator) -> Ints:
    """Result pages show a shop's listings near one another."""
    nearby = rng.normal(0, 1, int(shops.max()) + 1)[shops] + rng.normal(0, 0.05, shops.size)
    places = np.empty(shops.size, dtype=np.int64)
    places[np.argsort(nearby)] = np.arange(1, shops.size + 1)
    return places
