"""Confidence intervals 置信区间 for proportions."""

from __future__ import annotations

from collections.abc import Callable
from math import exp, inf, lgamma, log, log1p, sqrt
from statistics import NormalDist

Z95 = 1.959964
"""Normal quantile of a 95 % interval."""


def wilson_interval(hits: int, n: int, *, z: float = Z95) -> tuple[float, float]:
    """Interval for a proportion in a simple random sample, such as one stratum.

    Args:
        hits: subjects with a finding.
        n: subjects judged; blocked and failed targets are not in it.
        z: normal quantile; 1.959964 gives 95 %.

    Raises:
        ValueError: ``n`` is zero, so there is no estimate to give, or ``hits`` lies outside 0..n.

    Source:
        Wilson (1927), JASA 22(158), pp. 209-212.

    >>> [round(bound, 3) for bound in wilson_interval(8, 10)]
    [0.49, 0.943]
    """
    if not 0 <= hits <= n or n == 0:
        raise ValueError(f"{hits} of {n} is no proportion")
    return wilson_of_share(hits / n, n, z=z)


def wilson_of_share(share: float, n: float, *, z: float = Z95) -> tuple[float, float]:
    """Wilson's interval for a share estimated with an effective sample size 有效样本量 ``n``.

    ``n`` need not be whole: for a complex design it is the size of the simple random sample that would have
    the same variance (Korn & Graubard 1998, Survey Methodology 24, pp. 193-201, do the same with the exact
    interval; Franco et al. 2019, Journal of Survey Statistics and Methodology 7, pp. 334-364, compare). An
    infinite ``n``, a census, gives the share itself.
    """
    if n == inf:
        return share, share
    z2 = z * z
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = z * sqrt(max(share * (1 - share), 0.0) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    # At the ends the bound is the end itself, which rounding would miss.
    low = 0.0 if share <= 0 else max(0.0, centre - half)
    return low, 1.0 if share >= 1 else min(1.0, centre + half)


def exact_interval(hits: int, n: int, *, confidence: float = 0.95) -> tuple[float, float]:
    """The exact interval of Clopper and Pearson: never covers less than ``confidence``, usually more.

    For a single stratum where a guarantee counts more than width.

    Source:
        Clopper & Pearson (1934), Biometrika 26, pp. 404-413.

    >>> [round(bound, 4) for bound in exact_interval(0, 20)]
    [0.0, 0.1684]
    """
    if not 0 <= hits <= n or n == 0:
        raise ValueError(f"{hits} of {n} is no proportion")
    tail = (1 - confidence) / 2
    low = 0.0 if hits == 0 else _root(lambda p: tail - _at_most(n - hits, n, 1 - p))
    high = 1.0 if hits == n else _root(lambda p: _at_most(hits, n, p) - tail)
    return low, high


def normal_quantile(confidence: float) -> float:
    """Two-sided normal quantile.

    >>> round(normal_quantile(0.95), 6)
    1.959964
    """
    return NormalDist().inv_cdf(0.5 + confidence / 2)


def student_quantile(confidence: float, freedom: float) -> float:
    """Two-sided quantile of Student's t, by its expansion about the normal one; within 0.2 % from 5 degrees.

    Source:
        Abramowitz & Stegun (1964), Handbook of Mathematical Functions, 26.7.5.

    >>> round(student_quantile(0.95, 10), 3)
    2.228
    """
    z = normal_quantile(confidence)
    if freedom <= 0 or freedom == inf:
        return z
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / freedom ** (power + 1) for power, term in enumerate(terms))


def _at_most(hits: int, n: int, p: float) -> float:
    """P(X <= hits) for X binomial (n, p), 0 < p < 1."""
    first = lgamma(n + 1)
    return sum(
        exp(first - lgamma(k + 1) - lgamma(n - k + 1) + k * log(p) + (n - k) * log1p(-p))
        for k in range(hits + 1)
    )


def _root(falling: Callable[[float], float]) -> float:
    """Where a falling function on (0, 1) crosses zero, to 1e-12."""
    low, high = 0.0, 1.0
    while high - low > 1e-12:
        middle = (low + high) / 2
        low, high = (middle, high) if falling(middle) > 0 else (low, middle)
    return (low + high) / 2
