"""Layouts: a design laid over the columns of a frame, ready to be drawn any number of times.

A layout knows every unit's inclusion probability before anything is drawn, so the plan of a real sweep and
each replication of a simulation run through the same lines. Formulas: Särndal, Swensson & Wretman (1992),
Model Assisted Survey Sampling (below SSW), ch. 3 and 4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor
from typing import Protocol

import numpy as np

from crawlers.sampling.allocation import LEAST, allocate_for, share_out
from crawlers.sampling.chance import STARTS, Chance, Floats, Ints
from crawlers.sampling.risk import inclusion_probabilities
from domain.sweep import Allocation, DesignKind, SamplingDesign

# Shares of the frame, by falling risk, at which risk bands end: fine where violations are expected.
BAND_ENDS = (0.0025, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.3, 0.5, 0.7, 1.0)
# Inclusion probabilities of shops within a factor of two share a size class, as do the shops' sizes.
_FACTOR = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """A frame 抽样框 as columns, one row per unit.

    ``strata`` and ``shops`` hold codes 0, 1, …; ``places`` the order in which result pages showed the units;
    ``rates`` relative violation rates from the risk score, all 1 where nothing is known.
    """

    strata: Ints
    shops: Ints
    places: Ints
    rates: Floats
    stratum_names: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """Units in the frame."""
        return self.strata.size


class Layout(Protocol):
    """What every design can do once it knows its frame."""

    @property
    def probability(self) -> Floats:
        """Inclusion probability of every unit of the frame."""

    def select(self, chance: Chance) -> Ints:
        """Rows that are drawn, in no particular order."""


@dataclass(frozen=True, slots=True)
class GroupLayout:
    """A simple random sample without replacement in each group 分层随机; SSW sec. 3.3 and 3.7."""

    groups: Ints
    drawn: Ints
    """Units drawn from each group."""
    totals: Ints
    members: tuple[Ints, ...]
    probability: Floats

    @classmethod
    def of(cls, groups: Ints, drawn: Sequence[int]) -> GroupLayout:
        """Groups by code 0, 1, … and the units to draw from each."""
        members = tuple(np.flatnonzero(groups == code) for code in range(len(drawn)))
        totals = np.array([rows.size for rows in members], dtype=np.int64)
        sizes = np.minimum(np.array(drawn, dtype=np.int64), totals)
        share = sizes / np.maximum(totals, 1)
        return cls(groups, sizes, totals, members, share[groups])

    def select(self, chance: Chance) -> Ints:
        """The units with the smallest numbers of each group."""
        return np.concatenate(
            [_smallest(rows, chance.units, int(n)) for rows, n in zip(self.members, self.drawn, strict=True)]
        )


@dataclass(frozen=True, slots=True)
class SystematicLayout:
    """One unit of every N / n in the order of the result pages, at a random start 等距抽样; SSW sec. 3.4.

    The list is cut into n zones of equal size, up to one unit. Every tenth zone shares its start with the
    first, every next one with the second, and so on: ten interleaved systematic samples (Gautschi 1957,
    Annals of Mathematical Statistics 28, pp. 385-394). With a single start only N / n samples are possible,
    and in an unlucky list they differ more than any estimate of variance can tell.
    """

    rows: Ints
    """Rows in the order in which they are passed."""
    begins: Ints
    """Place where each zone begins."""
    lengths: Ints
    probability: Floats

    @classmethod
    def of(cls, columns: Columns, size: int) -> SystematicLayout:
        """By stratum, then by place in its result pages, so that it also is stratified in effect."""
        rows = np.lexsort((columns.places, columns.strata)).astype(np.int64)
        edges = np.arange(size + 1) * columns.total // size
        lengths = np.diff(edges)
        probability = np.empty(columns.total)
        probability[rows] = np.repeat(1 / lengths, lengths)
        return cls(rows, edges[:-1], lengths, probability)

    def select(self, chance: Chance) -> Ints:
        """The row of each zone that its start falls on."""
        starts = chance.starts[np.arange(self.begins.size) % STARTS]
        found: Ints = self.rows[self.begins + (starts * self.lengths).astype(np.int64)]
        return found


@dataclass(frozen=True, slots=True)
class PoissonLayout:
    """Every unit on its own, with its own probability: Poisson sampling 泊松抽样; SSW sec. 3.5.

    The size of the sample is random, its expectation the sum of the probabilities.
    """

    probability: Floats

    def select(self, chance: Chance) -> Ints:
        """Units whose number lies below their probability."""
        return np.flatnonzero(chance.units < self.probability)


@dataclass(frozen=True, slots=True)
class ShopLayout:
    """Two stages 二阶段抽样: shops, then listings of each shop by simple random sampling; SSW sec. 4.3.

    First stage: with ``proportional``, in proportion to the number of listings by systematic sampling in
    random order (Hartley & Rao 1962, Annals of Mathematical Statistics 33, pp. 350-374); otherwise a simple
    random sample of shops in each size class. Shops so large that their probability would exceed 1 are
    certain, and get listings in proportion to their size.
    """

    shops: Ints
    """Shop of each unit."""
    listings: Ints
    """Listings of each shop in the frame."""
    takes: Ints
    """Listings drawn from each shop when it is drawn."""
    shop_probability: Floats
    classes: Ints
    """Size class of each shop; 0 holds the certain ones."""
    class_draws: Ints
    proportional: bool
    members: Ints
    """Rows sorted by shop."""
    begins: Ints
    probability: Floats

    @classmethod
    def of(cls, columns: Columns, design: SamplingDesign) -> ShopLayout:
        """Shops as ``design`` wants them; ``size`` is met on average, by listings."""
        listings = np.bincount(columns.shops).astype(np.int64)
        proportional = design.kind is DesignKind.PPS
        size = min(design.size, columns.total)
        first = inclusion_probabilities(listings.astype(np.float64), _shop_count(listings, design), 1e-9)
        certain = first >= 1
        takes = np.minimum(listings, design.per_shop)
        share = size / columns.total
        takes[certain] = np.clip(np.rint(listings[certain] * share), takes[certain], listings[certain])
        classes = np.where(certain, 0, 1 if proportional else 1 + np.floor(np.log2(listings))).astype(
            np.int64
        )
        draws, first = _first_stage(classes, first, listings, proportional=proportional)
        members = np.argsort(columns.shops, kind="stable").astype(np.int64)
        begins = np.concatenate([[0], np.cumsum(listings)[:-1]]).astype(np.int64)
        probability = (first * takes / np.maximum(listings, 1))[columns.shops]
        return cls(
            columns.shops, listings, takes, first, classes, draws, proportional, members, begins, probability
        )

    def select(self, chance: Chance) -> Ints:
        """Shops by their numbers, then the listings with the smallest numbers in each."""
        shops = np.sort(self._select_shops(chance))
        counts = self.listings[shops]
        ends = np.cumsum(counts)
        within = np.arange(ends[-1]) - np.repeat(ends - counts, counts)
        rows = self.members[np.repeat(self.begins[shops], counts) + within]
        order = np.lexsort((chance.units[rows], self.shops[rows]))
        # Sorted by shop and number, so the place within the shop is again ``within``.
        taken: Ints = rows[order][within < np.repeat(self.takes[shops], counts)]
        return taken

    def _select_shops(self, chance: Chance) -> Ints:
        chosen = [np.flatnonzero(self.classes == 0)]
        for code in range(1, self.class_draws.size):
            shops = np.flatnonzero(self.classes == code)
            if self.proportional:
                shuffled = shops[np.argsort(chance.shops[shops], kind="stable")]
                chosen.append(_madow(shuffled, self.shop_probability[shuffled], float(chance.starts[0])))
            else:
                chosen.append(_smallest(shops, chance.shops, int(self.class_draws[code])))
        return np.concatenate(chosen)


def lay_out(columns: Columns, design: SamplingDesign) -> Layout:
    """``design`` over the frame; a frame smaller than the size is taken whole."""
    size = min(design.size, columns.total)
    match design.kind:
        case DesignKind.CENSUS:
            return GroupLayout.of(np.zeros_like(columns.strata), [columns.total])
        case DesignKind.SIMPLE_RANDOM:
            return GroupLayout.of(np.zeros_like(columns.strata), [size])
        case DesignKind.SYSTEMATIC:
            return SystematicLayout.of(columns, size)
        case DesignKind.STRATIFIED:
            return GroupLayout.of(columns.strata, _stratum_sizes(columns, design, size))
        case DesignKind.ADAPTIVE:
            even = design.model_copy(update={"allocation": Allocation.PROPORTIONAL})
            return GroupLayout.of(columns.strata, _stratum_sizes(columns, even, pilot_size(design, size)))
        case DesignKind.POISSON:
            return PoissonLayout(inclusion_probabilities(columns.rates, size, design.floor))
        case DesignKind.RISK_BANDS:
            return _risk_bands(columns, design, size)
        case DesignKind.TWO_STAGE | DesignKind.PPS:
            return ShopLayout.of(columns, design)


def pilot_size(design: SamplingDesign, size: int) -> int:
    """Units of the first wave of an adaptive design."""
    return max(1, min(size, round(size * design.pilot)))


def _stratum_sizes(columns: Columns, design: SamplingDesign, size: int) -> list[int]:
    counts = np.bincount(columns.strata, minlength=len(columns.stratum_names)).tolist()
    totals = dict(zip(columns.stratum_names, counts, strict=True))
    sizes = allocate_for(totals, design, size)
    return [sizes[name] for name in columns.stratum_names]


def _risk_bands(columns: Columns, design: SamplingDesign, size: int) -> GroupLayout:
    """Strata by falling risk, each drawn at the mean of its units' wanted probabilities."""
    wanted = inclusion_probabilities(columns.rates, size, design.floor)
    # Units of one rate stay in one band: the place of a unit is the share of the frame above its rate.
    _, which, counts = np.unique(-columns.rates, return_inverse=True, return_counts=True)
    middle = (np.cumsum(counts) - counts / 2) / max(columns.total, 1)
    _, bands = np.unique(np.searchsorted(BAND_ENDS, middle[which]), return_inverse=True)
    totals = np.bincount(bands)
    names = [str(code) for code in range(totals.size)]
    sizes = share_out(
        dict(zip(names, totals.tolist(), strict=True)),
        dict(zip(names, np.bincount(bands, weights=wanted).tolist(), strict=True)),
        size,
    )
    return GroupLayout.of(bands.astype(np.int64), [sizes[name] for name in names])


def _shop_count(listings: Ints, design: SamplingDesign) -> int:
    """Shops to draw so that their listings come to ``size`` on average."""
    low, high = 1, listings.size
    while low < high:
        middle = (low + high) // 2
        if _expected_listings(listings, middle, design) < min(design.size, int(listings.sum())):
            low = middle + 1
        else:
            high = middle
    return low


def _expected_listings(listings: Ints, shops: int, design: SamplingDesign) -> float:
    first = inclusion_probabilities(listings.astype(np.float64), shops, 1e-9)
    takes = np.minimum(listings, design.per_shop).astype(np.float64)
    share = design.size / listings.sum()
    takes[first >= 1] = np.maximum(takes[first >= 1], np.rint(listings[first >= 1] * share))
    return float((first * takes).sum())


def _first_stage(classes: Ints, wanted: Floats, listings: Ints, *, proportional: bool) -> tuple[Ints, Floats]:
    """Draws per class and the shops' inclusion probabilities; class 0 is certain."""
    count = int(classes.max()) + 1
    draws = np.bincount(classes, weights=wanted, minlength=count)
    if proportional:
        return np.rint(draws).astype(np.int64), wanted
    totals = np.bincount(classes, minlength=count)
    names = [str(code) for code in range(1, count)]
    sizes = share_out(
        dict(zip(names, totals[1:].tolist(), strict=True)),
        dict(zip(names, draws[1:].tolist(), strict=True)),
        max(round(float(draws[1:].sum())), LEAST),
    )
    drawn = np.array([totals[0], *(sizes[name] for name in names)], dtype=np.int64)
    return drawn, (drawn / np.maximum(totals, 1))[classes]


def _madow(rows: Ints, probabilities: Floats, start: float) -> Ints:
    """Systematic sampling in proportion to size in the order given; SSW sec. 3.6.2."""
    ends = np.cumsum(probabilities)
    draws = floor(round(float(ends[-1]), 6) - start) + 1 if rows.size else 0
    found = np.searchsorted(ends, start + np.arange(draws), side="right")
    return rows[np.minimum(found, rows.size - 1)]


def _smallest(rows: Ints, numbers: Floats, count: int) -> Ints:
    if count >= rows.size:
        return rows
    if count == 0:
        return rows[:0]
    return rows[np.argpartition(numbers[rows], count)[:count]]
