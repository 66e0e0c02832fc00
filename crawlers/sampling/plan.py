"""From a frame to targets: each with its stratum, its inclusion probability, its seed and its order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from crawlers.sampling.designs import Sample, cluster_inclusion, draw, draw_second
from crawlers.sampling.expected import Expected
from crawlers.sampling.frame import Claim, FrameLimits, frame_limits
from domain.errors import UsageError
from domain.notes import Note, NoteCode, note
from domain.sweep import Allocation, DesignKind, SamplingDesign, Sweep
from domain.target import FrameUnit, PageKind, Target


@dataclass(frozen=True, slots=True, kw_only=True)
class StratumPlan:
    """One line of a sampling plan 抽样方案."""

    stratum: str
    frame: int
    drawn: int
    """Of an adaptive design, by the first wave."""
    least_probability: float
    most_probability: float
    low: float
    high: float
    """Interval to expect at the assumed prevalence; 0 and 1 where nothing is drawn."""

    @property
    def half_width(self) -> float:
        """Half of the interval to expect 预期置信区间半宽."""
        return (self.high - self.low) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplingPlan:
    """What a sweep is going to draw, and what no figure of it will tell."""

    design: SamplingDesign
    prevalence: float
    """Assumed for the intervals to expect."""
    frame: int
    drawn: int
    later: int
    """Listings that an adaptive design's second wave will draw; 0 for others."""
    low: float
    high: float
    """Interval to expect for the whole frame."""
    strata: tuple[StratumPlan, ...]
    limits: tuple[FrameLimits, ...]
    notes: tuple[Note, ...]

    @property
    def half_width(self) -> float:
        """Half of the interval to expect for the whole frame."""
        return (self.high - self.low) / 2


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


def plan_second_wave(
    units: Sequence[FrameUnit], sweep: Sweep, run: str, sizes: Mapping[str, int]
) -> list[Target]:
    """Targets of an adaptive design's second wave, listings only, behind those of the first.

    ``units`` is the frame of the first wave, and ``sizes`` what was decided after it; the same of both give
    the same targets, so planting them twice changes nothing.
    """
    if not any(sizes.values()):
        return []
    first = draw(units, sweep.design)
    targets = _listing_targets(draw_second(first, sizes), run)
    return [replace(target, position=target.position + len(first.draws)) for target in targets]


def describe_plan(
    units: Sequence[FrameUnit],
    design: SamplingDesign,
    *,
    prevalence: float = 0.05,
    response_rate: float = 0.95,
    claims: Mapping[str, Claim | None] | None = None,
    rates: Mapping[str, float] | None = None,
) -> SamplingPlan:
    """Units and expected intervals, by stratum and overall, and what the frame cannot see.

    Args:
        units: result cards.
        design: as the sweep has it.
        prevalence: assumed for the expected intervals, strictly between 0 and 1.
        response_rate: share of pages that will be read.
        claims: what the searches of each stratum say they have; ``None`` where they do not say.
        rates: as for ``draw``.

    Raises:
        UsageError: the prevalence or the response rate is out of range.
    """
    if not (0 < prevalence < 1 and 0 < response_rate <= 1):
        raise UsageError("a plan needs a prevalence between 0 and 1 and a response rate above 0")
    sample = draw(units, design, rates=rates)
    # Both waves of an adaptive design together come near to a proportional sample of the whole size.
    whole = sample
    if design.kind is DesignKind.ADAPTIVE:
        even = {"kind": DesignKind.STRATIFIED, "allocation": Allocation.PROPORTIONAL}
        whole = draw(units, design.model_copy(update=even))
    limits = frame_limits(units, claims)
    expected = Expected(whole, prevalence, response_rate)
    strata = tuple(_stratum_plan(sample, expected, code) for code in range(len(expected.strata)))
    low, high = expected.overall()
    return SamplingPlan(
        design=design,
        prevalence=prevalence,
        frame=len(sample.frame.units),
        drawn=len(sample.draws),
        later=len(whole.draws) - len(sample.draws),
        low=low,
        high=high,
        strata=strata,
        limits=limits,
        notes=(*_notes(limits, strata), *_notes_of_rates(design, strata)),
    )


def _notes(limits: Sequence[FrameLimits], strata: Sequence[StratumPlan]) -> Iterator[Note]:
    yield note(NoteCode.FRAME_SCOPE)
    yield from (row.note for row in limits if row.note)
    yield from (note(NoteCode.STRATUM_SILENT, stratum=row.stratum) for row in limits if not row.seen)
    yield from (note(NoteCode.STRATUM_NOT_DRAWN, stratum=row.stratum) for row in strata if not row.drawn)


def _notes_of_rates(design: SamplingDesign, strata: Sequence[StratumPlan]) -> Iterator[Note]:
    """A rate for a stratum that is not there would be passed over in silence."""
    astray = sorted(set(design.prior_rates) - {row.stratum for row in strata})
    if astray and design.allocation is Allocation.NEYMAN:
        yield note(NoteCode.RATES_ASTRAY, strata="、".join(astray))


def _stratum_plan(sample: Sample, expected: Expected, code: int) -> StratumPlan:
    chances = sample.layout.probability[sample.frame.columns.strata == code]
    name = sample.frame.columns.stratum_names[code]
    low, high = expected.within(code)
    return StratumPlan(
        stratum=name,
        frame=chances.size,
        drawn=sample.drawn_by_stratum[name][1],
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
