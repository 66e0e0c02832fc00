"""Intervals to expect 预期置信区间 from a plan, at an assumed prevalence, before a page is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from crawlers.sampling.chance import Floats
from crawlers.sampling.designs import Sample
from crawlers.sampling.intervals import wilson_of_share
from crawlers.sampling.layouts import GroupLayout, Layout, PoissonLayout, ShopLayout

WITHIN_SHOPS = 0.3
"""Likeness of listings of one shop 群内相关, about that of the simulated markets."""


@dataclass(frozen=True, slots=True)
class Expected:
    """Wilson's interval at the effective size that a design would reach.

    Violations are taken to follow the frame's rates (all alike where the design uses no risk), and pages to
    be read or not by chance alone.
    """

    sample: Sample
    prevalence: float
    response_rate: float

    @property
    def strata(self) -> Sequence[str]:
        """Names of the strata, by code."""
        return self.sample.frame.columns.stratum_names

    def overall(self) -> tuple[float, float]:
        """For the whole frame; 0 and 1 where nothing is drawn."""
        if not self.sample.draws:
            return 0.0, 1.0
        variance = _variance(self.sample.layout, self._shares(), self.response_rate)
        return self._interval(variance)

    def within(self, code: int) -> tuple[float, float]:
        """For one stratum; 0 and 1 where nothing of it is drawn."""
        inside = self.sample.frame.columns.strata == code
        drawn = int(inside[self.sample.rows].sum())
        if not drawn:
            return 0.0, 1.0
        chances = self.sample.layout.probability[inside]
        # Kish's factor for unequal weights within the stratum: n sum w² / (sum w)².
        effect = float((1 / chances).mean() * chances.mean()) * _of_shops(self.sample.layout)
        judged = drawn * self.response_rate
        left = 1 - judged / int(inside.sum())
        return self._interval(self.prevalence * (1 - self.prevalence) * effect * left / judged)

    def _interval(self, variance: float) -> tuple[float, float]:
        spread = self.prevalence * (1 - self.prevalence)
        return wilson_of_share(self.prevalence, spread / variance if variance > 0 else np.inf)

    def _shares(self) -> Floats:
        rates = self.sample.frame.columns.rates
        return np.asarray(np.minimum(self.prevalence * rates / rates.mean(), 1.0), dtype=np.float64)


def _variance(layout: Layout, shares: Floats, response: float) -> float:
    """Variance of the estimated prevalence, units violating by chance with these probabilities."""
    chance = layout.probability
    reached = chance > 0
    if isinstance(layout, GroupLayout):
        return _of_groups(layout, shares, response)
    left = 1 - chance[reached] * response
    spread = shares[reached] * (1.0 if isinstance(layout, PoissonLayout) else 1 - shares[reached])
    whole = float((left * spread / (chance[reached] * response)).sum()) / int(reached.sum()) ** 2
    return whole * _of_shops(layout)


def _of_groups(layout: GroupLayout, shares: Floats, response: float) -> float:
    size = layout.totals.size
    middle = np.bincount(layout.groups, weights=shares, minlength=size) / np.maximum(layout.totals, 1)
    drawn = layout.drawn > 0
    totals, n = layout.totals[drawn], layout.drawn[drawn] * response
    parts = totals**2 * (1 - n / totals) * middle[drawn] * (1 - middle[drawn]) / n
    return float(parts.sum()) / float(totals.sum()) ** 2


def _of_shops(layout: Layout) -> float:
    """Design effect of taking several listings a shop 设计效应: 1 + (m - 1) rho (Kish 1965, sec. 5.4)."""
    if not isinstance(layout, ShopLayout):
        return 1.0
    drawn = layout.shop_probability > 0
    take = float(np.average(layout.takes[drawn], weights=layout.shop_probability[drawn]))
    return 1 + (take - 1) * WITHIN_SHOPS
