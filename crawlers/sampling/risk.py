"""Risk 风险评分: a cheap score from the result card, and inclusion probabilities that grow with it.

The score only has to put likely violations before unlikely ones. How much more often a high score is drawn
follows from how well it separates (its AUC). Whatever the score is worth, the
estimate stays unbiased: the probability of every unit is known and never zero.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from math import sqrt
from statistics import NormalDist, median

import numpy as np

from crawlers.sampling.chance import Floats
from domain.errors import UsageError
from domain.target import FrameUnit

CHEAP = 0.5
"""Below this share of its stratum's median price a unit counts as suspiciously cheap 明显低价."""

_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskSigns:
    """What raises a card's score, as values: words of the rule packs, and what is known of subjects.

    Points are log odds, roughly: 1 point is a risk 2.7 times as high.
    """

    words: Mapping[str, float] = field(default_factory=dict)
    """Points by unit key of the rules that the title alone would fall under."""
    past: Mapping[str, float] = field(default_factory=dict)
    """Points of a subject, listing or shop, with confirmed findings."""
    known_shops: frozenset[str] | None = None
    """Shops seen in earlier runs; any other is new. ``None``: unknown, and no shop counts as new."""
    cheap: float = 1.0
    new_shop: float = 0.5


def risk_scores(units: Sequence[FrameUnit], signs: RiskSigns) -> Floats:
    """Score of each unit from its card alone; higher is riskier, 0 without any sign."""
    medians = median_prices(units)
    return np.array([_score(unit, medians, signs) for unit in units], dtype=np.float64)


def rates_from_scores(scores: Floats, auc: float) -> Floats:
    """Relative violation rates that a score with this AUC implies; mean 1, equal scores equal rates.

    Scores are replaced by the normal quantiles of their ranks, so only their order matters. For two normal
    populations a distance d = sqrt(2) Phi^-1(AUC) apart the likelihood ratio is exp(d x - d²/2) (Green &
    Swets 1966, Signal Detection Theory, ch. 3), and with rare violations the rate is in proportion to it.
    """
    if scores.size == 0:
        return scores.astype(np.float64)
    if not np.isfinite(scores).all():
        raise UsageError("a risk score is not a number; give every unit a finite one")
    distance = sqrt(2) * _NORMAL.inv_cdf(auc)
    _, which, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = np.cumsum(counts) - (counts - 1) / 2
    quantiles = [_NORMAL.inv_cdf((rank - 0.5) / scores.size) for rank in ranks.tolist()]
    ratio = np.exp(distance * np.array(quantiles))[which]
    return np.asarray(ratio / ratio.mean(), dtype=np.float64)


def inclusion_probabilities(rates: Floats, size: int, floor: float) -> Floats:
    """Inclusion probabilities 入样概率 in proportion to ``rates``, above a guaranteed floor; sum ``size``.

    ``floor`` of the size is spread evenly, the rest follows the rates; what would exceed 1 is drawn for
    certain and its surplus shared out again. Probabilities in proportion to the rate find the most, those to
    its square root estimate most precisely (Särndal, Swensson & Wretman 1992, sec. 12.2); the floor bounds
    every weight by 1 / floor times that of a simple random sample (a defensive mixture: Hesterberg 1995,
    Technometrics 37, pp. 185-194), which keeps the interval honest where the score fails.

    >>> inclusion_probabilities(np.array([1.0, 1.0, 1.0, 5.0]), 2, 0.5).round(3).tolist()
    [0.375, 0.375, 0.375, 0.875]
    """
    if size >= rates.size:
        return np.ones_like(rates)
    if not (np.isfinite(rates) & (rates > 0)).all():
        raise UsageError("a violation rate is not a positive number; such a unit could never be drawn")
    wanted = floor / rates.size + (1 - floor) * rates / rates.sum()
    certain = np.zeros(rates.size, dtype=bool)
    while True:
        rest = size - int(certain.sum())
        made = np.where(certain, 1.0, rest * wanted / wanted[~certain].sum())
        over = (made > 1) & ~certain
        if not over.any():
            return np.asarray(np.minimum(made, 1.0), dtype=np.float64)
        certain |= over


def price_of(unit: FrameUnit) -> Decimal | None:
    """Price on the card in yuan; ``None`` where it shows none that can be read."""
    try:
        price = Decimal(unit.price)
    except InvalidOperation:
        return None
    return price if price.is_finite() and price > 0 else None


def median_prices(units: Sequence[FrameUnit]) -> dict[str, Decimal]:
    """Median price of each stratum that shows prices."""
    prices: dict[str, list[Decimal]] = defaultdict(list)
    for unit in units:
        if price := price_of(unit):
            prices[unit.stratum].append(price)
    return {stratum: median(found) for stratum, found in prices.items()}


def is_cheap(unit: FrameUnit, medians: Mapping[str, Decimal]) -> bool:
    """Whether a unit costs less than half of what is usual in its stratum 明显低价."""
    price = price_of(unit)
    return price is not None and price < Decimal(CHEAP) * medians[unit.stratum]


def _score(unit: FrameUnit, medians: Mapping[str, Decimal], signs: RiskSigns) -> float:
    points = signs.words.get(unit.key, 0.0)
    if is_cheap(unit, medians):
        points += signs.cheap
    if signs.known_shops is not None and unit.shop and unit.shop not in signs.known_shops:
        points += signs.new_shop
    return points + signs.past.get(unit.subject, 0.0) + signs.past.get(unit.shop, 0.0)
