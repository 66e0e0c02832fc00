"""How often a sweep is due 监测频次: one all year, or one that grows around a promotion 促销节点."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    model_validator,
)

from domain.problems import Problem


class Cadence(StrEnum):
    """How often a sweep is due within its window."""

    ONCE = "once"
    HOURLY = "hourly"
    EVERY_3_HOURS = "every_3_hours"
    EVERY_6_HOURS = "every_6_hours"
    EVERY_12_HOURS = "every_12_hours"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"

    @property
    def period(self) -> timedelta | None:
        """Time from one due time to the next, for cadences of a day or less."""
        hours = {
            Cadence.HOURLY: 1,
            Cadence.EVERY_3_HOURS: 3,
            Cadence.EVERY_6_HOURS: 6,
            Cadence.EVERY_12_HOURS: 12,
            Cadence.DAILY: 24,
        }.get(self)
        return timedelta(hours=hours) if hours else None


class PeakPhase(StrEnum):
    """Where a day lies with respect to a promotion peak 促销阶段."""

    USUAL = "usual"
    BASELINE = "baseline"
    """Before the promotion: earlier prices 原价 are recorded."""
    PRESALE = "presale"
    PEAK = "peak"
    AFTER = "after"
    """Price promises 保价, refunds, goods put up again."""


class DaySpan(BaseModel):
    """Days of Asia/Shanghai, both included."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    start: date
    end: date

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end < self.start:
            raise Problem.DAYS_BACKWARDS.in_schema(end=self.end, start=self.start)
        return self

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end


PromotionCode = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*$")]


class PeakCadence(BaseModel):
    """A cadence per phase of a promotion peak of ``rules/promotions.yaml``; one left out has the usual one.

    ``presale_from`` and ``peak_days`` are this year's dates as the platforms announced them, in place of the
    table's, which are planning defaults.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    promotion: PromotionCode | None = Field(
        default=None, description="code of rules/promotions.yaml; else the window's promotion"
    )
    usual: Cadence = Cadence.WEEKLY
    baseline: Cadence | None = None
    presale: Cadence | None = None
    peak: Cadence | None = None
    after: Cadence | None = None
    presale_from: date | None = None
    peak_days: tuple[DaySpan, ...] = Field(default=(), max_length=20)

    @model_validator(mode="after")
    def _repeats(self) -> Self:
        cadences = (self.usual, self.baseline, self.presale, self.peak, self.after)
        if Cadence.ONCE in cadences:
            raise Problem.ONCE_CANNOT_GROW.in_schema()
        return self

    def on(self, phase: PeakPhase) -> Cadence:
        """The cadence of a phase."""
        chosen: Cadence | None = getattr(self, phase.value)
        return chosen or self.usual


def _shape(written: object) -> str:
    return "around_peak" if isinstance(written, dict | PeakCadence) else "plain"


# Told apart by their shape, so that a mistake is named once, in the words of what was meant.
AnyCadence = Annotated[
    Annotated[Cadence, Tag("plain")] | Annotated[PeakCadence, Tag("around_peak")], Discriminator(_shape)
]
