"""What can be said about one price rule and one SKU, and the sightings that show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from detectors.pricing.history import Comparison, History, Reference, Sight, comparison, reference_price
from domain.finding import Signal

_ROUNDING = Decimal("0.02")
"""第二十一条: rounding of a discount is no fraud; two per cent of the price, and never under one yuan."""


class Outcome(StrEnum):
    """What can be said about one rule and one SKU."""

    SUSPECTED = "suspected"
    CLEAR = "clear"
    NOT_OBSERVED = "not_observed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """A promotion window, half-open, of the calendar or of a listing's own."""

    name: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One rule on one SKU in one promotion, with the sightings that show it."""

    code: str
    kind: str
    listing: str
    sku: str
    promotion: str
    outcome: Outcome
    reason: str
    sights: tuple[Sight, ...] = ()
    refuted_by: str = ""
    confidence: float = 0.8
    signals: tuple[Signal, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """One SKU around one promotion, as the rules look at it."""

    history: History
    promotion: Promotion
    during: tuple[Sight, ...]
    reference: Reference
    compared: Comparison

    @classmethod
    def of(cls, history: History, promotion: Promotion) -> Case:
        """The sightings of ``history`` in the promotion, with the reference price before it."""
        return cls(
            history,
            promotion,
            tuple(sight for sight in history.sights if promotion.start <= sight.at < promotion.end),
            reference_price(history, promotion.start),
            comparison(history, promotion.start, promotion.end),
        )

    def judged(
        self,
        code: str,
        kind: str,
        outcome: Outcome,
        reason: str,
        sights: tuple[Sight, ...] = (),
        refuted_by: str = "",
        confidence: float = 0.8,
        signals: tuple[Signal, ...] = (),
    ) -> Judged:
        """A judgement on this SKU and promotion."""
        return Judged(
            code=code,
            kind=kind,
            listing=self.history.listing,
            sku=self.history.sku,
            promotion=self.promotion.name,
            outcome=outcome,
            reason=reason,
            sights=sights,
            refuted_by=refuted_by,
            confidence=confidence,
            signals=signals,
        )


def yuan(price: Decimal | None) -> str:
    """An amount as people write it.

    >>> yuan(Decimal("139.00"))
    '139'
    """
    return "?" if price is None else f"{price.normalize():f}"


def slack(price: Decimal) -> Decimal:
    """By how many yuan a price may miss a figure that was rounded."""
    return max(price * _ROUNDING, Decimal(1))
