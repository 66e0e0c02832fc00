"""Working days by the State Council's notice, and a guess where it has not been published."""

from datetime import date

import pytest

from crawlers.working_days import is_provisional, is_working_day, next_working_day


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 2, 14), True),  # a Saturday made up for the Spring Festival
        (date(2026, 2, 17), False),
        (date(2026, 10, 10), True),
        (date(2026, 11, 11), True),
        (date(2026, 11, 14), False),
    ],
)
def test_holidays_and_make_up_days(day, works):
    assert is_working_day(day) is works
    assert not is_provisional(day)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2028, 1, 4), True),
        (date(2028, 1, 1), False),
        (date(2028, 1, 26), False),  # 春节, a Wednesday
        (date(2028, 4, 4), False),  # 清明
        (date(2028, 10, 3), False),
        (date(2028, 10, 7), False),  # a Saturday
        (date(2040, 10, 2), False),
    ],
)
def test_year_without_a_notice_counts_weekdays_less_the_statutory_days(day, works):
    assert is_provisional(day)
    assert is_working_day(day) is works


def test_next_working_day_comes_after_the_holiday():
    assert next_working_day(date(2026, 10, 1)) == date(2026, 10, 8)
