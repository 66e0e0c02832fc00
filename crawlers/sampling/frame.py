"""The sampling frame 抽样框 as columns, and what it cannot see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from crawlers.sampling.chance import STARTS, Chance, Floats, numbers
from crawlers.sampling.layouts import Columns
from crawlers.sampling.risk import RiskSigns, price_of, rates_from_scores, risk_scores
from domain.errors import UsageError
from domain.notes import Note, NoteCode, note
from domain.sweep import Cut, DesignKind, SamplingDesign
from domain.target import FrameUnit

RISK_DRIVEN = (DesignKind.POISSON, DesignKind.RISK_BANDS)
_SHOP_SIZES = ((5, "1-4"), (20, "5-19"))
_LARGEST = "20+"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Units in the order of their keys, with their columns."""

    units: tuple[FrameUnit, ...]
    keys: tuple[str, ...]
    columns: Columns

    def chance(self, seed: int) -> Chance:
        """All the chance of a draw with this seed."""
        keys = [unit.shop or unit.key for unit in self.units]
        return Chance(
            units=numbers(seed, "unit", self.keys),
            shops=numbers(seed, "shop", sorted(set(keys))),
            starts=numbers(seed, "start", map(str, range(STARTS))),
        )


def make_frame(
    units: Sequence[FrameUnit], design: SamplingDesign, *, rates: Mapping[str, float] | None = None
) -> Frame:
    """The frame that ``design`` draws from; a unit that came up twice is one.

    Args:
        units: result cards, in any order.
        design: says how strata are cut, and whether risk plays a part.
        rates: relative violation rate by unit key. Without it a risk-driven design goes by the scores
            that the units carry, and where they carry none, by their prices.

    Raises:
        UsageError: rates were given, but not for every unit.
    """
    by_key: dict[str, FrameUnit] = {}
    # What came up in two strata counts in the first of them, whatever the order of the cards.
    for unit in sorted(units, key=lambda unit: (unit.stratum, unit.rank, unit.url)):
        by_key.setdefault(unit.key, unit)
    keys = tuple(sorted(by_key))
    ordered = tuple(by_key[key] for key in keys)
    strata = cut_strata(ordered, design.cuts)
    names = tuple(sorted(set(strata)))
    shops = [unit.shop or key for unit, key in zip(ordered, keys, strict=True)]
    return Frame(
        units=ordered,
        keys=keys,
        columns=Columns(
            strata=np.array(_codes(strata, names), dtype=np.int64),
            shops=np.array(_codes(shops, sorted(set(shops))), dtype=np.int64),
            places=np.array([unit.rank for unit in ordered], dtype=np.int64),
            rates=_rates(ordered, keys, design, rates),
            stratum_names=names,
        ),
    )


def cut_strata(units: Sequence[FrameUnit], cuts: Iterable[Cut]) -> list[str]:
    """Stratum of each unit: platform and category, cut finer by price 价格带, shop size or seller age.

    Price bands are thirds of the prices in a stratum; shops are told apart by their listings in the frame, or
    by the class of age that the units carry, since result cards do not show one.
    """
    names = [unit.stratum for unit in units]
    for cut in cuts:
        bands = _BANDS[cut](units)
        names = [f"{name}/{band}" for name, band in zip(names, bands, strict=True)]
    return names


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What the searches of a stratum say they have, together, and how many cards they showed.

    A listing that two searches show counts twice on both sides, so that the difference is what no page
    showed.
    """

    reported: int
    shown: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameLimits:
    """What of a stratum the frame could see 抽样框覆盖."""

    stratum: str
    seen: int
    """Different listings in the frame."""
    claim: Claim | None
    """``None``: the platform does not say how many results there are."""

    @property
    def hidden(self) -> int:
        """Results claimed but never shown 未展示结果."""
        return max(0, self.claim.reported - self.claim.shown) if self.claim else 0

    @property
    def note(self) -> Note | None:
        """What a report has to say of it; nothing where no result is known to be hidden."""
        if self.claim is None or not self.hidden:
            return None
        return note(
            NoteCode.FRAME_HIDDEN,
            stratum=self.stratum,
            seen=self.seen,
            shown=self.claim.shown,
            reported=self.claim.reported,
            share=100 * self.claim.shown / self.claim.reported,
        )


def frame_limits(
    units: Iterable[FrameUnit], claims: Mapping[str, Claim | None] | None = None
) -> tuple[FrameLimits, ...]:
    """Seen against reported results of each stratum; a stratum that shows nothing is listed with 0."""
    seen = Counter(unit.stratum for unit in units)
    claims = claims or {}
    return tuple(
        FrameLimits(stratum=name, seen=seen[name], claim=claims.get(name))
        for name in sorted({*seen, *claims})
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameChange:
    """How a frame differs from an earlier look: units per stratum that went and that came."""

    gone: Mapping[str, int]
    new: Mapping[str, int]


def frame_change(before: Iterable[FrameUnit], now: Iterable[FrameUnit]) -> FrameChange:
    """What went and what came between two waves of a run.

    Waves are drawn from the first frame all the same: a unit that went is visited, found gone and counted
    as such, and one that came has had no chance in the first wave.
    """
    old, new = ({unit.key: unit.stratum for unit in units} for units in (before, now))
    return FrameChange(
        gone=Counter(stratum for key, stratum in old.items() if key not in new),
        new=Counter(stratum for key, stratum in new.items() if key not in old),
    )


def _codes(values: Sequence[str], names: Sequence[str]) -> list[int]:
    code = {name: place for place, name in enumerate(names)}
    return [code[value] for value in values]


def _rates(
    units: Sequence[FrameUnit],
    keys: Sequence[str],
    design: SamplingDesign,
    rates: Mapping[str, float] | None,
) -> Floats:
    if design.kind not in RISK_DRIVEN:
        return np.ones(len(keys))
    if rates is None:
        return rates_from_scores(_scores(units), design.score_auc)
    missing = [key for key in keys if key not in rates]
    if missing:
        raise UsageError(f"no violation rate for {len(missing)} of {len(keys)} units, such as {missing[0]}")
    return np.array([rates[key] for key in keys], dtype=np.float64)


def _scores(units: Sequence[FrameUnit]) -> Floats:
    """The scores that the units carry; a frame without any, of an earlier release, is scored by price."""
    if all(unit.risk is None for unit in units):
        return risk_scores(units, RiskSigns())
    return np.array([unit.risk or 0.0 for unit in units], dtype=np.float64)


def _price_bands(units: Sequence[FrameUnit]) -> list[str]:
    bands = ["no price"] * len(units)
    priced = sorted(
        (unit.stratum, price, place) for place, unit in enumerate(units) if (price := price_of(unit))
    )
    for _, group in groupby(priced, key=lambda entry: entry[0]):
        prices = list(group)
        edges = [prices[len(prices) * third // 3][1] for third in (1, 2)]
        for _, price, place in prices:
            bands[place] = ("low", "middle", "high")[sum(price >= edge for edge in edges)] + " price"
    return bands


def _shop_sizes(units: Sequence[FrameUnit]) -> list[str]:
    listings = Counter(unit.shop for unit in units)
    return [
        next((name for end, name in _SHOP_SIZES if listings[unit.shop] < end), _LARGEST) + " listings"
        if unit.shop
        else "shop unknown"
        for unit in units
    ]


def _seller_ages(units: Sequence[FrameUnit]) -> list[str]:
    return [unit.seller_age or "seller age unknown" for unit in units]


_BANDS = {Cut.PRICE: _price_bands, Cut.SHOP_SIZE: _shop_sizes, Cut.SELLER_AGE: _seller_ages}
