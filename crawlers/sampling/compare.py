"""Comparison of two sweeps 两次监测比较: before and during a peak, or one platform against another."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, sqrt
from statistics import NormalDist

from crawlers.sampling.estimators import Estimate
from domain.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Second prevalence less first, with its interval and a test of no difference."""

    difference: float
    low: float
    high: float
    p_value: float
    """Chance of a difference at least as large if there were none; 1 where both are known exactly."""

    @property
    def is_significant(self) -> bool:
        """Whether the test rejects equality at 5 % 差异显著."""
        return self.p_value < 0.05


def compare(first: Estimate, second: Estimate, *, correlation: float = 0.0) -> Comparison:
    """Difference of two prevalences 违法率之差.

    The interval joins the two intervals (Newcombe 1998, Statistics in Medicine 17, pp. 873-890, method 10;
    Zou & Donner 2008, ibid. 27, pp. 1693-1702, for intervals of any kind). The test is the score test of two
    proportions at their effective sample sizes (Rao & Scott 1984, Annals of Statistics 12, pp. 46-60). The
    two may disagree a little at the edge.

    Args:
        first: such as before the peak.
        second: such as during it, of the same confidence.
        correlation: of the two estimates; 0 for samples drawn with different seeds, above 0 where the same
            listings were visited twice.

    Raises:
        UsageError: the correlation is not in [0, 1).
    """
    if not 0 <= correlation < 1:
        raise UsageError(f"a correlation of {correlation} is not in [0, 1)")
    difference = second.prevalence - first.prevalence
    low = _side(second.prevalence - second.low, first.high - first.prevalence, correlation)
    high = _side(second.high - second.prevalence, first.prevalence - first.low, correlation)
    return Comparison(
        difference=difference,
        low=max(-1.0, difference - low),
        high=min(1.0, difference + high),
        p_value=_p_value(first, second, correlation),
    )


def _side(one: float, other: float, correlation: float) -> float:
    return sqrt(max(one**2 + other**2 - 2 * correlation * one * other, 0.0))


def _p_value(first: Estimate, second: Estimate, correlation: float) -> float:
    m, n = first.effective_size, second.effective_size
    difference = second.prevalence - first.prevalence
    if m == n == inf:
        return 1.0 if difference == 0 else 0.0
    inverse = 1 / m + 1 / n - 2 * correlation / sqrt(m * n)
    pooled = _pooled(first, second)
    error = sqrt(pooled * (1 - pooled) * inverse)
    if error == 0:
        return 1.0
    return 2 * NormalDist().cdf(-abs(difference) / error)


def _pooled(first: Estimate, second: Estimate) -> float:
    m, n = first.effective_size, second.effective_size
    if m == inf or n == inf:
        share = first.prevalence if m == inf else second.prevalence
    else:
        share = (m * first.prevalence + n * second.prevalence) / (m + n)
    return min(max(share, 0.0), 1.0)
