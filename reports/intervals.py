"""Confidence intervals 置信区间 for what a sample shows."""

from __future__ import annotations

from math import sqrt


def wilson_interval(hits: int, n: int, *, z: float = 1.959964) -> tuple[float, float]:
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
    share, z2 = hits / n, z * z
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = z * sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return max(0.0, centre - half), min(1.0, centre + half)
