"""A visit: everything one fetched target yielded, and the unit that is stored and acknowledged as a whole."""

from __future__ import annotations

from dataclasses import dataclass, field

from domain.finding import Finding
from domain.licence import LicenceCapture, LicenceRecord
from domain.snapshot import Snapshot
from domain.subjects import Listing, Observation, Review, Shop
from domain.target import FrameUnit, Target


@dataclass(slots=True, kw_only=True)
class Visit:
    """The Scrapy item of this project: one target, what was preserved, and what was read from it.

    Pipelines fill it from top to bottom; ``dropped`` names the parts that validation refused, with reasons.
    """

    target: Target
    snapshots: tuple[Snapshot, ...] = ()
    """First the target's own page, then the pages one link away that belong to it."""
    reason: str = ""
    """``empty`` when the page was read and says that there is nothing."""
    listings: tuple[Listing, ...] = ()
    shops: tuple[Shop, ...] = ()
    reviews: tuple[Review, ...] = ()
    frame: tuple[FrameUnit, ...] = ()
    targets: tuple[Target, ...] = ()
    """Further targets that the page led to."""
    displays: tuple[LicenceCapture, ...] = ()
    """What was fetched of the shops' licences; judged, and not stored as such."""
    licences: tuple[LicenceRecord, ...] = ()
    observations: tuple[Observation, ...] = ()
    findings: tuple[Finding, ...] = ()
    not_judged: tuple[str, ...] = ()
    """``RULE: reason`` for each rule that could not be judged here, so that it leaves the denominator."""
    cards: int = 0
    """Result cards on a search page, those without a usable address included."""
    reported: int | None = None
    """Results that the search page says there are 平台报告的结果数; ``None``: it does not say."""
    missing_fields: tuple[str, ...] = ()
    """Fields the adapter looked for on this page and did not find, for coverage."""
    dropped: list[str] = field(default_factory=list)
