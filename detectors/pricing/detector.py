"""The price detector 价格与促销: histories in, findings out; what could not be judged keeps its reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from detectors.base import FindingMaker, Sighting
from detectors.pricing.cases import Case, Judged, Outcome, Promotion
from detectors.pricing.history import History, histories
from detectors.pricing.offers import judge_offers
from detectors.pricing.promotions import judge_base
from detectors.pricing.windows import promotions_in
from domain.finding import Finding
from rules.catalogue import Catalogue
from rules.packs import RulePacks
from rules.promotions import Promotions

DETECTOR = "pricing/1"
HISTORY = timedelta(days=400)
"""How far back sightings are read: a promise about the year, and the month before."""
_JUDGED_AFTER = timedelta(days=45)
"""A promotion is judged until so long after its end: prices after it belong to the comparison."""
_PAGE = timedelta(days=30)
_MOST_EVIDENCE = 200

Seen = Callable[[str], Sighting | None]
"""Key of a listing to how it was last sighted; ``None`` if it is not known any more."""


@dataclass(frozen=True, slots=True)
class PriceDetector:
    """The price rules with their law, and the calendar that names promotions."""

    packs: RulePacks
    catalogue: Catalogue
    calendar: Promotions
    name: str = DETECTOR

    def judge(self, frame: pl.DataFrame, *, as_of: datetime) -> Iterator[Judged]:
        """Every judgement on every SKU, in order of listing and SKU.

        Args:
            frame: sightings as ``histories`` takes them.
            as_of: aware; promotions that ended long before it are left alone, and later sightings unread.
        """
        for history in histories(frame):
            yield from self._judge(history, as_of)

    def _judge(self, history: History, as_of: datetime) -> Iterator[Judged]:
        for promotion in promotions_in(history, self.calendar):
            if promotion.start <= as_of and promotion.end > as_of - _JUDGED_AFTER:
                yield from judge_base(Case.of(history, promotion))
        # What a page says needs no promotion around it.
        lately = Promotion(name="", start=as_of - _PAGE, end=as_of + timedelta(seconds=1))
        yield from judge_offers(Case.of(history, lately))

    def findings(self, judged: Iterable[Judged], *, seen: Seen) -> Iterator[Finding]:
        """Findings of what is suspected under a running rule; SKUs that show the same make one finding."""
        running = {rule.code for rule in self.packs.every if rule.runs}
        maker = FindingMaker(catalogue=self.catalogue, detector=self.name)
        groups: dict[tuple[str, str, str, str], list[Judged]] = {}
        for one in judged:
            if one.outcome is Outcome.SUSPECTED and one.code in running:
                groups.setdefault((one.listing, one.code, one.kind, one.promotion), []).append(one)
        for (listing, code, kind, promotion), ones in sorted(groups.items()):
            sighting = seen(listing)
            if sighting is None:
                continue
            yield maker.make(
                code,
                sighting,
                pack=self.packs.pack_of(code),
                reason=_reason(ones),
                refuted_by=ones[0].refuted_by,
                confidence=max(one.confidence for one in ones),
                evidence_ids=_evidence(ones),
                window=f"{kind}@{promotion}" if promotion else kind,
                signals=ones[0].signals,
            )


def not_observed(judged: Iterable[Judged]) -> dict[str, dict[str, str]]:
    """Listings to the rules that could not be judged on them 未能判断, each with its reason.

    A rule of which something could be said, of any variant, has been judged.
    """
    said: set[tuple[str, str]] = set()
    unknown: dict[str, dict[str, str]] = {}
    for one in judged:
        if one.outcome is Outcome.NOT_OBSERVED:
            unknown.setdefault(one.listing, {}).setdefault(one.code, one.reason)
        else:
            said.add((one.listing, one.code))
    left = {
        listing: {code: why for code, why in reasons.items() if (listing, code) not in said}
        for listing, reasons in unknown.items()
    }
    return {listing: reasons for listing, reasons in left.items() if reasons}


def _reason(ones: list[Judged]) -> str:
    sights = {sight.id: sight for one in ones for sight in one.sights}
    imported = sum(bool(sight.source) for sight in sights.values())
    skus = len({one.sku for one in ones})
    notes = (
        f"（共{skus}个规格）" if skus > 1 else "",
        f"（{len(sights)}次观测中{imported}次为导入记录，未经本系统固证）" if imported else "",
    )
    return ones[0].reason + "".join(notes)


def _evidence(ones: list[Judged]) -> tuple[str, ...]:
    # The latest ones, if there are too many to list.
    at = {sight.id: sight.at for one in ones for sight in one.sights}
    latest = sorted(at, key=lambda each: (at[each], each))[-_MOST_EVIDENCE:]
    return tuple(sorted(latest))
