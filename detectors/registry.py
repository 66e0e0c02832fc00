"""Detectors by the names that a sweep gives them; those that judge when a run ends are in ``corpus``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from detectors.base import ItemDetector
from detectors.licence import LicenceDetector
from detectors.prohibited import ProhibitedDetector
from detectors.wording import WordingDetector
from domain.errors import UsageError
from domain.subjects import Listing, Shop
from rules.catalogue import Catalogue
from rules.packs import TEXT_KINDS, RulePacks
from rules.written import near

NAMES = {
    "advertising": "违法广告: listings",
    "licence": "亮照、亮证、亮标: shops",
    "pricing": "价格与促销: prices over time, when a run ends",
    "prohibited": "禁售商品: listings",
    "reviews": "刷单炒信: reviews, when a run ends",
    "terms": "格式条款与经营行为: listings",
}
"""Every name a sweep may give under ``detectors``, and what it looks at."""


@dataclass(frozen=True, slots=True)
class ItemDetectors:
    """The item detectors of a sweep, by what they look at."""

    listings: tuple[ItemDetector[Listing], ...] = ()
    shops: tuple[ItemDetector[Shop], ...] = ()

    @property
    def licence(self) -> LicenceDetector | None:
        """The one that judges what was captured of shops' licences 亮照: it wants more than the shop."""
        return next((each for each in self.shops if isinstance(each, LicenceDetector)), None)

    def of(self, subject: Listing | Shop) -> Sequence[ItemDetector[Any]]:
        """The detectors that look at subjects of this kind."""
        return self.listings if isinstance(subject, Listing) else self.shops


def item_detectors(packs: RulePacks, catalogue: Catalogue, names: Sequence[str]) -> ItemDetectors:
    """The item detectors among ``names``; names of corpus detectors are known and make none here.

    Raises:
        UsageError: a name is unknown; the text gives the known ones.
    """
    refuse_unknown(names)
    return ItemDetectors(
        listings=_wording(packs, catalogue, tuple(kind for kind in TEXT_KINDS if kind in names)),
        shops=(LicenceDetector(packs, catalogue),) if "licence" in names else (),
    )


def _wording(
    packs: RulePacks, catalogue: Catalogue, kinds: tuple[str, ...]
) -> tuple[ItemDetector[Listing], ...]:
    """One detector for all text rules that are wanted, so that a text is scanned once."""
    if not kinds:
        return ()
    if kinds == ("prohibited",):
        return (ProhibitedDetector(packs, catalogue),)
    return (WordingDetector(packs, catalogue, kinds),)


def refuse_unknown(names: Sequence[str]) -> None:
    """Raises ``UsageError`` for a name that no detector has; the text gives the known ones."""
    for name in names:
        if name not in NAMES:
            known = ", ".join(NAMES)
            raise UsageError(f"no detector {name!r}{near(name, NAMES)}; a sweep may name: {known}")
