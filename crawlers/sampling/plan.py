"""From a frame to targets: each with its stratum, its inclusion probability and its order."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from crawlers.sampling.designs import Sample, cluster_inclusion, draw
from domain.sweep import Sweep
from domain.target import FrameUnit, PageKind, Target


def stratum_of(platform: str, category: str) -> str:
    """Name of a stratum 层: platform and category.

    >>> stratum_of("lingang", "FOOD")
    'lingang/FOOD'
    """
    return f"{platform}/{category}"


def plan_visits(units: Sequence[FrameUnit], sweep: Sweep, run: str) -> list[Target]:
    """Targets for the drawn listings and for their shops.

    A function of frame, sweep and run alone: any process may plant its result, and planting it twice changes
    nothing. A shop is planned once, with the probability that at least one of its listings is drawn; where
    result cards do not name the shop, its target comes later, from the listing's page, without a
    probability.
    """
    sample = draw(units, sweep.design)
    return [*_listing_targets(sample, run), *_shop_targets(sample, run)]


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
            subject=drawn.unit.subject,
            category=drawn.unit.category,
            position=position,
        )
        for position, drawn in enumerate(sample.draws, start=1)
    ]


def _shop_targets(sample: Sample, run: str) -> list[Target]:
    members = [unit for group in sample.groups.values() for unit in group]
    inclusion = cluster_inclusion(sample, {unit.id: unit.shop for unit in members if unit.shop})
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
            subject=shop,
            position=position,
        )
        for shop, (position, unit) in first.items()
    ]
