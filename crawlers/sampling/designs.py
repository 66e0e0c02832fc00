"""Sampling designs 抽样设计: which units of a frame are drawn, and with what inclusion probability.

Every draw is a function of the frame, the design and its seed, so a plan can be drawn again exactly.
Formulas: Särndal, Swensson & Wretman (1992), Model Assisted Survey Sampling, ch. 3; allocation by largest
remainder.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import expm1, lgamma

from domain.sweep import Allocation, DesignKind, SamplingDesign
from domain.target import FrameUnit


@dataclass(frozen=True, slots=True)
class Draw:
    """One drawn unit and its inclusion probability 入样概率, 0 < p <= 1."""

    unit: FrameUnit
    inclusion_probability: float


@dataclass(frozen=True, slots=True)
class Sample:
    """What was drawn: ``sizes`` maps each draw group to (units in the frame, units drawn)."""

    draws: tuple[Draw, ...]
    groups: Mapping[str, tuple[FrameUnit, ...]]
    sizes: Mapping[str, tuple[int, int]]


def draw(units: Sequence[FrameUnit], design: SamplingDesign) -> Sample:
    """The sample that ``design`` draws from ``units``.

    A census takes everything; a simple random sample draws ``size`` units without replacement; a stratified
    one does so within each stratum, after sharing ``size`` out. A frame smaller than the size is taken
    whole.
    """
    groups = _groups(units, design)
    sizes = _sizes({name: len(members) for name, members in groups.items()}, design)
    draws = [
        Draw(unit, drawn / len(members))
        for name, members in groups.items()
        if (drawn := sizes[name])
        for unit in _pick(members, drawn, seed=f"{design.seed}:{name}")
    ]
    # One common random order, so that a run that stops early has visited a random part of each stratum.
    random.Random(f"{design.seed}:order").shuffle(draws)  # noqa: S311 - sampling, not secrets
    return Sample(tuple(draws), groups, {name: (len(groups[name]), sizes[name]) for name in groups})


def cluster_inclusion(sample: Sample, cluster_of: Mapping[str, str]) -> dict[str, float]:
    """Inclusion probability of each cluster 整群 that is visited when any of its units is drawn.

    A shop is visited as soon as one of its listings is in the sample. Its probability is one minus the
    chance that every group misses all of its units: 1 - prod_h C(N_h - m_h, n_h) / C(N_h, n_h), m_h being
    the units of the cluster in group h.

    Args:
        sample: what was drawn, with the whole frame in its groups.
        cluster_of: cluster of each unit, by unit id; units without one are left out.
    """
    missed: dict[str, float] = defaultdict(float)
    for name, members in sample.groups.items():
        size, drawn = sample.sizes[name]
        counts: dict[str, int] = defaultdict(int)
        for unit in members:
            if cluster := cluster_of.get(unit.id):
                counts[cluster] += 1
        for cluster, count in counts.items():
            missed[cluster] += _log_miss(size, drawn, count)
    return {cluster: -expm1(log) for cluster, log in missed.items()}


def _groups(units: Sequence[FrameUnit], design: SamplingDesign) -> dict[str, tuple[FrameUnit, ...]]:
    found: dict[str, list[FrameUnit]] = defaultdict(list)
    for unit in sorted(units, key=lambda unit: unit.id):
        found[unit.stratum if design.kind is DesignKind.STRATIFIED else ""].append(unit)
    return {name: tuple(found[name]) for name in sorted(found)}


def _sizes(totals: Mapping[str, int], design: SamplingDesign) -> dict[str, int]:
    if design.kind is DesignKind.CENSUS:
        return dict(totals)
    if design.kind is DesignKind.SIMPLE_RANDOM:
        return {name: min(total, design.size) for name, total in totals.items()}
    return allocate(totals, design.size, design.allocation)


def allocate(totals: Mapping[str, int], size: int, allocation: Allocation) -> dict[str, int]:
    """Units to draw from each stratum; never more than it has, and at least one while ``size`` allows.

    What a small stratum cannot take is shared out again among the others.

    >>> allocate({"a": 900, "b": 90, "c": 10}, 100, Allocation.PROPORTIONAL)
    {'a': 90, 'b': 9, 'c': 1}
    >>> allocate({"a": 900, "b": 90, "c": 10}, 60, Allocation.EQUAL)
    {'a': 25, 'b': 25, 'c': 10}
    """
    open_, sizes = dict(totals), dict.fromkeys(totals, 0)
    left = min(size, sum(totals.values()))
    while left:
        weights = {name: 1 if allocation is Allocation.EQUAL else totals[name] for name in open_}
        for name, share in _shares(weights, left).items():
            sizes[name] += min(share, open_[name])
            open_[name] -= min(share, open_[name])
        open_ = {name: rest for name, rest in open_.items() if rest}
        left = min(size, sum(totals.values())) - sum(sizes.values())
    return _at_least_one(sizes, totals, size)


def _shares(weights: Mapping[str, int], size: int) -> dict[str, int]:
    whole = sum(weights.values())
    exact = {name: size * weight / whole for name, weight in weights.items()}
    shares = {name: int(share) for name, share in exact.items()}
    by_remainder = sorted(exact, key=lambda name: (shares[name] - exact[name], name))
    for name in by_remainder[: size - sum(shares.values())]:
        shares[name] += 1
    return shares


def _at_least_one(sizes: dict[str, int], totals: Mapping[str, int], size: int) -> dict[str, int]:
    for name in [name for name, drawn in sizes.items() if not drawn and totals[name]]:
        largest = max(sizes, key=lambda other: (sizes[other], other))
        if size >= len(sizes) and sizes[largest] > 1:
            sizes[largest], sizes[name] = sizes[largest] - 1, 1
    return sizes


def _pick(members: Sequence[FrameUnit], drawn: int, *, seed: str) -> list[FrameUnit]:
    return random.Random(seed).sample(members, drawn)  # noqa: S311 - sampling, not secrets


def _log_miss(size: int, drawn: int, count: int) -> float:
    """Log of C(size - count, drawn) / C(size, drawn); minus infinity when a miss is impossible."""
    if size - count < drawn:
        return float("-inf")
    return _log_choose(size - count, drawn) - _log_choose(size, drawn)


def _log_choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
