"""Where a day lies with respect to promotion peaks 促销节点: before, presale, peak, after."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from loguru import logger

from domain.cadence import PeakCadence, PeakPhase
from domain.errors import SweepError
from domain.problems import Problem
from domain.sweep import Sweep, Window
from rules.loader import load_promotions
from rules.promotions import PromotionKind

_DAY = timedelta(days=1)
# The stronger phase wins where two overlap.
_BY_STRENGTH = (PeakPhase.PEAK, PeakPhase.PRESALE, PeakPhase.AFTER, PeakPhase.BASELINE)
Days = tuple[date, date]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeakSpan:
    """Days of one phase of one promotion, both included."""

    promotion: str
    name: str
    phase: PeakPhase
    start: date
    end: date


def phase_on(sweep: Sweep, day: date) -> PeakPhase:
    """The phase of the sweep's promotion that a day lies in; usual, where its cadence does not grow.

    Raises:
        SweepError: the promotion has no dates, neither in the table nor in the sweep.
    """
    if not isinstance(sweep.cadence, PeakCadence):
        return PeakPhase.USUAL
    found = {
        span.phase
        for year in (day.year - 1, day.year, day.year + 1)
        for span in _spans_of_sweep(sweep.cadence, sweep.promotion, sweep.window, year)
        if span.start <= day <= span.end
    }
    return next((phase for phase in _BY_STRENGTH if phase in found), PeakPhase.USUAL)


def peaks_between(start: date, end: date) -> list[PeakSpan]:
    """Phases of every promotion in the table that touch the days from ``start`` to ``end``, by first day.

    Promotions without dates of their own are left out, and so are years whose lunar days the table lacks.
    """
    spans = [
        span
        for code in load_promotions().peaks
        for year in range(start.year - 1, end.year + 2)
        for span in _spans_of_table(code, year)
        if span.start <= end and span.end >= start
    ]
    return sorted(spans, key=lambda span: (span.start, span.promotion, span.end))


@lru_cache(maxsize=1024)
def _spans_of_sweep(
    cadence: PeakCadence, code: str, window: Window | None, year: int
) -> tuple[PeakSpan, ...]:
    own = [(days.start, days.end) for days in cadence.peak_days if days.start.year == year]
    if load_promotions().get(code).kind is PromotionKind.AD_HOC:
        if not cadence.peak_days and window is None:
            raise SweepError(Problem.PROMOTION_DATELESS, code=code)
        if not cadence.peak_days and window is not None and window.start.year == year:
            own = [(window.start, window.end)]
        return tuple(_phases(code, own, own[0][0], own[-1][1])) if own else ()
    presale = cadence.presale_from
    presale = presale if presale is not None and presale.year == year else None
    if not own and presale is None:
        return _spans_of_table(code, year)
    try:
        first, last = load_promotions().window(code, year)
        peaks = own or load_promotions().peak_days(code, year)
    except SweepError:
        if not own:
            raise
        peaks, (first, last) = own, (own[0][0], own[-1][1])
    peaks = sorted(peaks)
    first = presale or min(first, peaks[0][0])
    return tuple(_phases(code, peaks, first, max(last, peaks[-1][1])))


@lru_cache(maxsize=4096)
def _spans_of_table(code: str, year: int) -> tuple[PeakSpan, ...]:
    promotions = load_promotions()
    promotion = promotions.get(code)
    if promotion.kind is PromotionKind.AD_HOC:
        return ()
    try:
        first, last = promotions.window(code, year)
    except SweepError as error:
        logger.bind(promotion=code, year=year).warning("{}", error)
        return ()
    if promotion.presale:
        first = min(first, date.fromisoformat(f"{first.year}-{promotion.presale}"))
    return tuple(_phases(code, promotions.peak_days(code, year), first, last))


def _phases(code: str, peaks: Sequence[Days], first: date, last: date) -> Iterator[PeakSpan]:
    """Spans around ``peaks``, in order; between two peaks is the presale of the second."""
    promotion = load_promotions().get(code)

    def span(phase: PeakPhase, start: date, end: date) -> Iterator[PeakSpan]:
        if start <= end:
            yield PeakSpan(promotion=code, name=promotion.name_zh, phase=phase, start=start, end=end)

    yield from span(PeakPhase.BASELINE, first - promotion.baseline_days * _DAY, first - _DAY)
    free = first
    for start, end in peaks:
        yield from span(PeakPhase.PRESALE, free, start - _DAY)
        yield from span(PeakPhase.PEAK, start, end)
        free = end + _DAY
    yield from span(PeakPhase.AFTER, free, last + promotion.after_days * _DAY)
