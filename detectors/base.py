"""What every item detector promises, and how a finding is made from a rule of the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Protocol, TypeVar

from domain.finding import Finding, Signal, Span
from rules.catalogue import Catalogue, Risk

Subject_contra = TypeVar("Subject_contra", contravariant=True)

# China has kept one clock without summer time since 1992, so a fixed offset is Beijing time 北京时间.
BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")


class ItemDetector(Protocol[Subject_contra]):
    """One domain object in, its findings out, in document order."""

    @property
    def name(self) -> str:
        """``name/version``, which every finding carries."""
        ...

    def inspect(self, subject: Subject_contra, *, snapshot: str, observed_at: datetime) -> Iterator[Finding]:
        """Findings on ``subject``.

        Args:
            subject: what the page showed.
            snapshot: id of the snapshot that it was read from.
            observed_at: aware; when that snapshot was taken, the only "now" there is.
        """
        ...

    def abstains(self, subject: Subject_contra) -> tuple[str, ...]:
        """``RULE: reason`` for each rule that cannot be judged here 未能判断: neither found nor clean."""
        ...


def legal_day(observed_at: datetime) -> date:
    """The Beijing day of a moment: the day whose law applies.

    Raises:
        ValueError: ``observed_at`` has no time zone, so it names no day.

    >>> from datetime import UTC
    >>> legal_day(datetime(2026, 12, 31, 16, 0, tzinfo=UTC))
    datetime.date(2027, 1, 1)
    """
    if observed_at.tzinfo is None:
        raise ValueError(f"observed_at needs a time zone: {observed_at}")
    return observed_at.astimezone(BEIJING).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """Whom a finding is about, and when and where it was seen."""

    subject: str
    kind: str
    """``listing``, ``shop`` or ``review``."""
    snapshot: str
    observed_at: datetime
    shop: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingMaker:
    """Makes the findings of one detector: law, severity and weight come from the catalogue."""

    catalogue: Catalogue
    detector: str

    def make(
        self,
        code: str,
        seen: Sighting,
        *,
        pack: str,
        reason: str,
        refuted_by: str,
        confidence: float = 1.0,
        spans: tuple[Span, ...] = (),
        evidence_ids: tuple[str, ...] = (),
        window: str = "",
        signals: tuple[Signal, ...] = (),
        weak: bool = False,
    ) -> Finding:
        """A finding under ``code`` as the law stood on the day it was seen.

        A rule whose false-positive risk is high makes a weak finding: for a person to look at, never a lead.
        """
        rule = self.catalogue.get(code)
        return Finding(
            rule=code,
            subject=seen.subject,
            subject_kind=seen.kind,
            snapshot=seen.snapshot,
            observed_at=seen.observed_at,
            spans=spans,
            evidence_ids=evidence_ids,
            window=window,
            signals=signals,
            basis=self.catalogue.basis_on(code, legal_day(seen.observed_at)),
            severity=rule.severity,
            confidence=confidence,
            weak=weak or rule.false_positive_risk is Risk.HIGH,
            shop=seen.shop,
            reason=reason,
            refuted_by=refuted_by,
            detector=self.detector,
            rule_pack=pack,
        )
