"""Working days 工作日 of mainland China, make-up days 调休 included."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import chinese_calendar
from loguru import logger

from rules.loader import load_promotions

# 全国年节及纪念日放假办法 (2024 revision, in force since 2025): days off that the solar calendar fixes.
_FIXED = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
# Days off around a lunar festival, counted from it: 除夕 and the first three days; the festival itself.
_AROUND = {"春节": range(-1, 3), "端午": range(1), "中秋": range(1)}


def is_working_day(day: date) -> bool:
    """Whether a day is worked on, by the yearly notice of the State Council 国务院办公厅节假日安排.

    A year whose notice the calendar does not have yet counts Monday to Friday less the statutory days off; a
    warning says so once, since make-up days and bridges are missing then.
    """
    if is_provisional(day):
        _warn(day.year)
        return day.weekday() < 5 and day not in _statutory(day.year)
    return bool(chinese_calendar.is_workday(day))


@cache
def is_provisional(day: date) -> bool:
    """Whether the calendar does not know a day's year yet, so that its working days are a guess."""
    try:
        chinese_calendar.is_workday(day)
    except NotImplementedError:
        return True
    return False


def next_working_day(day: date) -> date:
    """``day`` itself where it is worked on, else the next day that is."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


@cache
def _statutory(year: int) -> frozenset[date]:
    festivals = load_promotions().anchors.get(year, {})
    lunar = {
        festivals[name] + timedelta(days=shift)
        for name, shifts in _AROUND.items()
        if name in festivals
        for shift in shifts
    }
    # 清明: the day by the rule of thumb for this century, (Y × 0.2422 + 4.81) - Y / 4.
    short = year % 100
    clear_bright = date(year, 4, int(short * 0.2422 + 4.81) - short // 4)
    return frozenset({date(year, month, day) for month, day in _FIXED} | lunar | {clear_bright})


@cache
def _warn(year: int) -> None:
    logger.bind(year=year).warning(
        "working days of this year are provisional: upgrade chinesecalendar when its holidays are announced"
    )
