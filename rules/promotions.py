"""Promotion peaks 促销节点, once parsed: their dates by the sun, the moon or a sweep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from domain.errors import SweepError
from domain.problems import Problem
from rules.written import Text, Written, nearest

MonthDay = Annotated[str, StringConstraints(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]


class PromotionKind(StrEnum):
    """How a peak finds its dates."""

    SOLAR = "solar"
    LUNAR = "lunar"
    AD_HOC = "ad_hoc"


class PeakDays(Written):
    """Days of a promotion on which most is sold, both included; they may run over the turn of the year."""

    start: MonthDay
    end: MonthDay


class Promotion(Written):
    """A promotion peak 促销节点. Windows are planning defaults; a sweep's own dates override them."""

    code: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*$")]
    name_zh: Text
    kind: PromotionKind
    start: MonthDay | None = None
    end: MonthDay | None = None
    presale: MonthDay | None = None
    peak: tuple[PeakDays, ...] = ()
    """Peak days inside the window, in order; without them the whole window is the peak."""
    anchor: str = ""
    """Lunar festival that the window is counted from."""
    first_day: int = 0
    last_day: int = 0
    """Days from the anchor, both included."""
    baseline_days: Annotated[int, Field(ge=0, le=365)] = 0
    """Days before the window on which earlier prices are recorded."""
    after_days: Annotated[int, Field(ge=0, le=365)] = 0
    typical_goods: tuple[Text, ...] = ()
    note: str = ""

    @model_validator(mode="after")
    def _dates_fit_the_kind(self) -> Self:
        if self.kind is PromotionKind.SOLAR and not (self.start and self.end):
            raise ValueError("a solar peak needs start and end as MM-DD")
        if self.kind is PromotionKind.LUNAR and not (self.anchor and self.first_day <= self.last_day):
            raise ValueError("a lunar peak needs an anchor, and first_day up to last_day")
        return self


@dataclass(frozen=True, slots=True)
class Promotions:
    """Promotion peaks by code, and the lunar days they hang on, by year."""

    peaks: Mapping[str, Promotion]
    anchors: Mapping[int, Mapping[str, date]]

    def get(self, code: str) -> Promotion:
        """The peak of this code.

        Raises:
            SweepError: there is none; the text names near matches.
        """
        try:
            return self.peaks[code]
        except KeyError:
            raise SweepError(
                Problem.PROMOTION_UNKNOWN, code=code, near=", ".join(nearest(code, self.peaks))
            ) from None

    def window(self, code: str, year: int) -> tuple[date, date]:
        """First and last day of the peak that starts in, or hangs on a festival of, ``year``.

        Raises:
            SweepError: the peak has no dates of its own, or the table has no lunar days for that year.
        """
        peak = self.get(code)
        if peak.kind is PromotionKind.LUNAR:
            anchor = self._anchor(peak, year)
            return anchor + timedelta(days=peak.first_day), anchor + timedelta(days=peak.last_day)
        if peak.start is None or peak.end is None:
            raise SweepError(Problem.PROMOTION_DATELESS, code=code)
        # 元旦 runs over the turn of the year.
        last_year = year + (peak.end < peak.start)
        return date.fromisoformat(f"{year}-{peak.start}"), date.fromisoformat(f"{last_year}-{peak.end}")

    def peak_days(self, code: str, year: int) -> list[tuple[date, date]]:
        """First and last days of the peaks within the window that starts in ``year``.

        Raises:
            SweepError: as for ``window``.
        """
        first, last = self.window(code, year)

        def on(day: str) -> date:
            this_year = date.fromisoformat(f"{first.year}-{day}")
            return this_year if this_year >= first else date.fromisoformat(f"{first.year + 1}-{day}")

        named = [(on(days.start), on(days.end)) for days in self.get(code).peak]
        return named or [(first, last)]

    def _anchor(self, peak: Promotion, year: int) -> date:
        try:
            return self.anchors[year][peak.anchor]
        except KeyError:
            raise SweepError(Problem.FESTIVAL_UNKNOWN, festival=peak.anchor, year=year) from None
