"""Phases of promotions by the table, and its lunar days against an independent calendar."""

from datetime import date

import pytest
from lunar_python import Lunar

from crawlers.peaks import peaks_between
from domain.cadence import PeakPhase
from rules.loader import load_promotions

LUNAR = {
    "春节": (1, 1),
    "元宵": (1, 15),
    "端午": (5, 5),
    "七夕": (7, 7),
    "中秋": (8, 15),
    "重阳": (9, 9),
    "腊八": (12, 8),
}
ANCHORS = [(year, festival) for year, days in load_promotions().anchors.items() for festival in days]


@pytest.mark.parametrize(("year", "festival"), ANCHORS)
def test_lunar_day_of_the_table_is_that_of_the_calendar(year, festival):
    # 腊八 of the lunar year before lies in January.
    lunar_year = year - 1 if festival == "腊八" else year
    solar = Lunar.fromYmd(lunar_year, *LUNAR[festival]).getSolar()
    expected = date(solar.getYear(), solar.getMonth(), solar.getDay())
    assert load_promotions().anchors[year][festival] == expected


def test_double_eleven_has_two_peaks_with_presales_and_an_after():
    spans = [s for s in peaks_between(date(2026, 10, 1), date(2026, 12, 20)) if s.promotion == "DOUBLE11"]
    assert [(s.phase, s.start.isoformat()[5:], s.end.isoformat()[5:]) for s in spans] == [
        (PeakPhase.BASELINE, "08-25", "10-08"),
        (PeakPhase.PRESALE, "10-09", "10-30"),
        (PeakPhase.PEAK, "10-31", "11-03"),
        (PeakPhase.PRESALE, "11-04", "11-09"),
        (PeakPhase.PEAK, "11-10", "11-11"),
        (PeakPhase.AFTER, "11-12", "12-14"),
    ]


def test_promotion_over_new_year_is_seen_from_both_sides():
    for day in (date(2026, 12, 26), date(2027, 1, 2)):
        spans = [s for s in peaks_between(day, day) if s.promotion == "NEWYEAR-DAY"]
        assert [(s.phase, s.start.year, s.end.year) for s in spans] == [(PeakPhase.PEAK, 2026, 2027)]


def test_year_without_lunar_days_still_has_the_solar_peaks():
    codes = {span.promotion for span in peaks_between(date(2033, 1, 1), date(2033, 12, 31))}
    assert "DOUBLE11" in codes
    assert "MID-AUTUMN" not in codes
