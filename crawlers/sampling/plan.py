"""From a frame to targets: each with its stratum, its inclusion probability, its seed and its order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from crawlers.sampling.designs import Sample, Verdicts, cluster_inclusion, draw, draw_second
from crawlers.sampling.frame import FrameLimits, frame_limits
from crawlers.sampling.intervals import wilson_of_share
from domain.sweep import SamplingDesign, Sweep
from domain.target import FrameUnit, PageKind, Target


@dataclass(frozen=True, slots=True, kw_only=True)
class StratumPlan:
    """One line of a sampling plan 抽样方案."""

    stratum: str
    frame: int
    drawn: int
    least_probability: float
    most_probability: float
    low: float
    high: float
    """Interval to expect at the assumed prevalence; 0 and 1 where nothing is drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplingPlan:
    """What a sweep is going to draw, and what no figure of it will tell."""

    design: SamplingDesign
    strata: tuple[StratumPlan, ...]
    limits: tuple[FrameLimits, ...]
    notes: tuple[str, ...]


def stratum_of(platform: str, category: str) -> str:
    """Name of a stratum 层: platform and category.

    >>> stratum_of("lingang", "FOOD")
    'lingang/FOOD'
    """
    return f"{platform}/{category}"


def plan_visits(
    units: Sequence[FrameUnit], sweep: Sweep, run: str, *, rates: Mapping[str, float] | None = None
) -> list[Target]:
    """Targets for the drawn listings and for their shops; of an adaptive design, the first wave.

    A function of frame, sweep, run and rates alone: any process may plant its result, and planting it twice
    changes nothing. A shop is planned once, with the probability that at least one of its listings is drawn;
    where result cards do not name the shop, its target comes later, from the listing's page, without a
    probability.
    """
    sample = draw(units, sweep.design, rates=rates)
    return [*_listing_targets(sample, run), *_shop_targets(sample, run)]


def plan_second_wave(units: Sequence[FrameUnit], sweep: Sweep, run: str, verdicts: Verdicts) -> list[Target]:
    """Targets of an adaptive design's second wave, listings only, behind those of the first.

    ``units`` is the frame of the first wave, and ``verdicts`` what that wave showed, by unit key. To be
    planted once: what is drawn depends on the verdicts at this moment.
    """
    first = draw(units, sweep.design)
    targets = _listing_targets(draw_second(first, verdicts), run)
    return [replace(target, position=target.position + len(first.draws)) for target in targets]


def describe_plan(
    units: Sequence[FrameUnit],
    design: SamplingDesign,
    *,
    prevalence: float = 0.05,
    response_rate: float = 0.95,
    reported: Mapping[str, int] | None = None,
    rates: Mapping[str, float] | None = None,
) -> SamplingPlan:
    """Units and expected intervals per stratum, and what the frame cannot see.

    Args:
        units: result cards.
        design: as the sweep has it.
        prevalence: assumed for the expected intervals.
        response_rate: share of pages that will be read.
        reported: results that each platform claims per stratum.
        rates: as for ``draw``.
    """
    sample = draw(units, design, rates=rates)
    limits = frame_limits(units, reported)
    strata = tuple(
        _stratum_plan(sample, name, code, prevalence, response_rate)
        for code, name in enumerate(sample.frame.columns.stratum_names)
    )
    empty = [row.stratum for row in limits if not row.seen]
    notes = [
        "The frame is what the platforms' search pages showed on the day, in an order of their own that may "
        "depend on the visitor; listings beyond their result caps had no chance to be drawn.",
        *(row.note for row in limits if row.hidden),
        *(f"{name}: no result at all; nothing can be said of it." for name in empty),
        *(f"{row.stratum}: nothing is drawn; the size does not reach it." for row in strata if not row.drawn),
    ]
    return SamplingPlan(design=design, strata=strata, limits=limits, notes=tuple(notes))


def _stratum_plan(
    sample: Sample, name: str, code: int, prevalence: float, response_rate: float
) -> StratumPlan:
    inside = sample.frame.columns.strata == code
    chances = sample.layout.probability[inside]
    drawn = sample.drawn_by_stratum[name][1]
    low, high = 0.0, 1.0
    if drawn:
        # Kish's factor for unequal weights within the stratum: n sum w² / (sum w)².
        effect = float((1 / chances).mean() * chances.mean())
        low, high = wilson_of_share(prevalence, drawn * response_rate / effect)
    return StratumPlan(
        stratum=name,
        frame=int(inside.sum()),
        drawn=drawn,
        least_probability=float(chances.min()),
        most_probability=float(chances.max()),
        low=low,
        high=high,
    )


def _listing_targets(sample: Sample, run: str) -> list[Target]:
    return [
        Target(
            run=run,
            url=drawn.unit.url,
            kind=PageKind.LISTING,
            platform=drawn.unit.platform,
            host=urlsplit(drawn.unit.url).netloc,
            stratum=drawn.unit.stratum,
            inclusion_probability=drawn.inclusion_probability,
            seed=sample.design.seed,
            subject=drawn.unit.subject,
            category=drawn.unit.category,
            position=position,
        )
        for position, drawn in enumerate(sample.draws, start=1)
    ]


def _shop_targets(sample: Sample, run: str) -> list[Target]:
    units = sample.frame.units
    inclusion = cluster_inclusion(
        sample, {key: unit.shop for key, unit in zip(sample.frame.keys, units, strict=True) if unit.shop}
    )
    first: dict[str, tuple[int, FrameUnit]] = {}
    for position, drawn in enumerate(sample.draws, start=1):
        if drawn.unit.shop and drawn.unit.shop_url:
            first.setdefault(drawn.unit.shop, (position, drawn.unit))
    return [
        Target(
            run=run,
            url=unit.shop_url,
            kind=PageKind.SHOP,
            platform=unit.platform,
            host=urlsplit(unit.shop_url).netloc,
            stratum=unit.platform,
            inclusion_probability=inclusion[shop],
            seed=sample.design.seed,
            subject=shop,
            position=position,
        )
        for shop, (position, unit) in first.items()
    ]
