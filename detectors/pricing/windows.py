"""A listing's own promotions 促销期间, as its pages showed them, named after the calendar's peaks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from detectors.base import legal_day
from detectors.pricing import labels
from detectors.pricing.cases import Promotion
from detectors.pricing.history import LOOK_BACK, History, Sight
from domain.errors import SweepError
from rules.promotions import Promotions

_PAUSE = LOOK_BACK
"""A pause shorter than the law's look-back 促销前七日 ends no promotion: the next wave is the same one."""
_UNSEEN = timedelta(days=14)
"""What was not looked at for so long is not known to have gone on."""
_EARLY = timedelta(days=3)
"""How much before a peak of the calendar a shop may open its own."""


def promotions_in(history: History, calendar: Promotions) -> Iterator[Promotion]:
    """Every promotion of a history, oldest first, as half-open windows of time.

    A promotion starts when the page first shows it, or at the moment that the page states, where that lies
    after the last sighting without it. It ends with the first sighting without it, or with the last with it.
    """
    for wave in _waves(history.sights):
        first, last = wave[0], wave[-1]
        before = [sight for sight in history.sights if sight.at < first.at]
        after = [sight for sight in history.sights if sight.at > last.at and not sight.is_cut]
        start = _start(first, before[-1] if before else None)
        end = after[0].at if after and after[0].at - last.at <= _UNSEEN else last.at + timedelta(seconds=1)
        yield Promotion(name=_name(start, calendar), start=start, end=end)


def _waves(sights: tuple[Sight, ...]) -> list[list[Sight]]:
    waves: list[list[Sight]] = []
    since_without: datetime | None = None
    for sight in sights:
        if not sight.is_cut:
            since_without = since_without or sight.at
            continue
        if waves and not _is_over(waves[-1][-1], sight, since_without):
            waves[-1].append(sight)
        else:
            waves.append([sight])
        since_without = None
    return waves


def _is_over(last: Sight, sight: Sight, since_without: datetime | None) -> bool:
    gap = sight.at - last.at
    return gap > _UNSEEN or (since_without is not None and gap >= _PAUSE)


def _start(first: Sight, before: Sight | None) -> datetime:
    stated = labels.stated_start(first.offer)
    is_possible = stated is not None and before is not None and before.at < stated <= first.at
    return stated if stated is not None and is_possible else first.at


def _name(start: datetime, calendar: Promotions) -> str:
    """``DOUBLE11-2026``, or the first day of a promotion of the listing's own."""
    day = legal_day(start)
    near = [
        (abs((day - first).days), code, first.year)
        for code in calendar.peaks
        for year in (day.year - 1, day.year, day.year + 1)
        if (window := _window(calendar, code, year)) and window[0] - _EARLY <= day <= window[1]
        for first in (window[0],)
    ]
    return f"{min(near)[1]}-{min(near)[2]}" if near else f"own-{day}"


def _window(calendar: Promotions, code: str, year: int) -> tuple[date, date] | None:
    try:
        return calendar.window(code, year)
    except SweepError:
        # No dates of its own, or a year that the table of lunar days does not reach.
        return None
