"""Intervals against published tables."""

from math import inf

import pytest

from crawlers.sampling.intervals import (
    exact_interval,
    student_quantile,
    wilson_interval,
    wilson_of_share,
)


# Newcombe (1998), Statistics in Medicine 17, pp. 857-872, table I: score and Clopper-Pearson.
@pytest.mark.parametrize(
    ("hits", "n", "wilson", "exact"),
    [
        (81, 263, (0.2553, 0.3662), (0.2527, 0.3676)),
        (15, 148, (0.0624, 0.1605), (0.0578, 0.1617)),
        (0, 20, (0.0, 0.1611), (0.0, 0.1684)),
        (1, 29, (0.0061, 0.1718), (0.0009, 0.1776)),
        (20, 20, (0.8389, 1.0), (0.8316, 1.0)),
    ],
)
def test_published_intervals(hits, n, wilson, exact):
    assert wilson_interval(hits, n) == pytest.approx(wilson, abs=5e-5)
    assert exact_interval(hits, n) == pytest.approx(exact, abs=5e-5)


@pytest.mark.parametrize(("hits", "n"), [(1, 0), (-1, 5), (6, 5)])
@pytest.mark.parametrize("interval", [wilson_interval, exact_interval])
def test_no_proportion_is_an_error(interval, hits, n):
    with pytest.raises(ValueError, match="no proportion"):
        interval(hits, n)


def test_census_has_no_uncertainty():
    assert wilson_of_share(0.123, inf) == (0.123, 0.123)


# Any printed t table, two-sided 95 %.
@pytest.mark.parametrize(("freedom", "expected"), [(5, 2.571), (10, 2.228), (30, 2.042), (120, 1.980)])
def test_student_quantiles(freedom, expected):
    assert student_quantile(0.95, freedom) == pytest.approx(expected, abs=0.005)
