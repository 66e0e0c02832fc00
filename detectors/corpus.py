"""Corpus detectors: what judges reviews and prices together when a run ends.

Apart from the item detectors, since a crawl process needs none of the libraries behind these.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from detectors.campaigns.findings import CampaignDetector
from detectors.campaigns.sales import SalesDetector
from detectors.campaigns.vanished import ChangeDetector
from detectors.pricing.detector import PriceDetector
from detectors.registry import refuse_unknown
from rules.catalogue import Catalogue
from rules.packs import RulePacks
from rules.promotions import Promotions


@dataclass(frozen=True, slots=True)
class ReviewDetectors:
    """What judges reviews together when a run ends: campaigns, changes between visits, sales."""

    campaigns: CampaignDetector
    changes: ChangeDetector
    sales: SalesDetector


def review_detectors(packs: RulePacks, catalogue: Catalogue, names: Sequence[str]) -> ReviewDetectors | None:
    """The detectors that judge reviews when a run ends; ``None`` if ``names`` leave them out.

    Raises:
        UsageError: a name is unknown; the text gives the known ones.
    """
    refuse_unknown(names)
    if "reviews" not in names:
        return None
    return ReviewDetectors(
        CampaignDetector(packs, catalogue), ChangeDetector(packs, catalogue), SalesDetector(packs, catalogue)
    )


def price_detector(
    packs: RulePacks, catalogue: Catalogue, calendar: Promotions, names: Sequence[str]
) -> PriceDetector | None:
    """The detector that judges prices over time when a run ends; ``None`` if ``names`` leave it out.

    Raises:
        UsageError: a name is unknown; the text gives the known ones.
    """
    refuse_unknown(names)
    return PriceDetector(packs, catalogue, calendar) if "pricing" in names else None
