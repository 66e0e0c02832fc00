"""Allocation 样本分配: how many units each stratum gets."""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt

from domain.sweep import Allocation, SamplingDesign

LEAST = 2
"""Units a stratum gets where the size allows: one alone shows nothing of the variance inside it."""


def allocate(
    totals: Mapping[str, int],
    size: int,
    allocation: Allocation,
    *,
    rates: Mapping[str, float] | None = None,
    floor: float = 0.3,
) -> dict[str, int]:
    """Units to draw from each stratum; never more than it has, and two or one while ``size`` allows.

    What a small stratum cannot take is shared out again among the others. Neyman's allocation is
    proportional to N_h sqrt(p_h (1 - p_h)) (Neyman 1934; Cochran 1977, eq. 5.26); since its rates are
    guesses, ``floor`` of the size is shared out in proportion whatever they say. A stratum without a rate
    counts with the mean of those that have one.

    >>> allocate({"a": 900, "b": 90, "c": 10}, 100, Allocation.PROPORTIONAL)
    {'a': 89, 'b': 9, 'c': 2}
    >>> allocate({"a": 900, "b": 90, "c": 10}, 60, Allocation.EQUAL)
    {'a': 25, 'b': 25, 'c': 10}
    >>> allocate({"a": 500, "b": 500}, 100, Allocation.NEYMAN, rates={"a": 0.5, "b": 0.1}, floor=0.001)
    {'a': 62, 'b': 38}
    """
    if allocation is Allocation.EQUAL:
        weights = dict.fromkeys(totals, 1.0)
    elif allocation is Allocation.NEYMAN:
        weights = neyman_weights(totals, rates or {}, floor)
    else:
        weights = {name: float(total) for name, total in totals.items()}
    return share_out(totals, weights, size)


def allocate_for(totals: Mapping[str, int], design: SamplingDesign, size: int) -> dict[str, int]:
    """The allocation that ``design`` asks for, of ``size`` units."""
    return allocate(totals, size, design.allocation, rates=design.prior_rates, floor=design.floor)


def neyman_weights(totals: Mapping[str, int], rates: Mapping[str, float], floor: float) -> dict[str, float]:
    """Neyman's weights with ``floor`` of them proportional to the strata's sizes; they add up to one."""
    named = [rates[name] for name in totals if name in rates]
    middle = sum(named) / len(named) if named else 0.5
    spread = {}
    for name, total in totals.items():
        rate = rates.get(name, middle)
        spread[name] = total * sqrt(rate * (1 - rate))
    whole, wide = sum(totals.values()), sum(spread.values())
    if not wide:
        return {name: total / whole for name, total in totals.items()}
    return {name: floor * total / whole + (1 - floor) * spread[name] / wide for name, total in totals.items()}


def share_out(totals: Mapping[str, int], weights: Mapping[str, float], size: int) -> dict[str, int]:
    """``size`` in proportion to ``weights``, by largest remainder, no stratum above its total."""
    open_, sizes = {name: total for name, total in totals.items() if total}, dict.fromkeys(totals, 0)
    goal = min(size, sum(totals.values()))
    while left := goal - sum(sizes.values()):
        for name, share in _shares({name: weights[name] for name in open_}, left).items():
            taken = min(share, open_[name])
            sizes[name] += taken
            open_[name] -= taken
        open_ = {name: rest for name, rest in open_.items() if rest}
    for least in range(1, LEAST + 1):
        sizes = _at_least(sizes, totals, least)
    return sizes


def _shares(weights: Mapping[str, float], size: int) -> dict[str, int]:
    whole = sum(weights.values())
    exact = {
        name: size * weight / whole if whole else size / len(weights) for name, weight in weights.items()
    }
    shares = {name: int(share) for name, share in exact.items()}
    by_remainder = sorted(exact, key=lambda name: (shares[name] - exact[name], name))
    for name in by_remainder[: size - sum(shares.values())]:
        shares[name] += 1
    return shares


def _at_least(sizes: dict[str, int], totals: Mapping[str, int], least: int) -> dict[str, int]:
    """Moves single units from the largest strata to those below ``least``, if all can have that many."""
    if sum(sizes.values()) < sum(min(least, total) for total in totals.values()):
        return sizes
    for name in sorted(sizes):
        while sizes[name] < min(least, totals[name]):
            largest = max(sizes, key=lambda other: (sizes[other], other))
            sizes[largest], sizes[name] = sizes[largest] - 1, sizes[name] + 1
    return sizes
