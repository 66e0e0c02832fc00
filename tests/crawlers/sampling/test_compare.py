"""Comparisons against a published example, and under no difference at all."""

from math import inf

import numpy as np
import pytest

from crawlers.sampling.compare import compare
from crawlers.sampling.estimators import estimate
from crawlers.sampling.intervals import wilson_interval
from domain.errors import UsageError
from tests.crawlers.sampling.builders import an_estimate, strata_visited


# Newcombe (1998), Statistics in Medicine 17, pp. 873-890, table II, method 10.
@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((56, 70), (48, 80), (0.0524, 0.3339)),
        ((9, 10), (3, 10), (0.1705, 0.8090)),
        ((10, 10), (0, 10), (0.6075, 1.0)),
        ((0, 10), (0, 10), (-0.2775, 0.2775)),
    ],
)
def test_published_differences(one, other, expected):
    first, second = (an_estimate(x, n, *wilson_interval(x, n)) for x, n in (other, one))
    found = compare(first, second)
    assert (found.low, found.high) == pytest.approx(expected, abs=6e-5)
    assert found.difference == pytest.approx(one[0] / one[1] - other[0] / other[1])


def test_p_value_of_the_score_test():
    # 56/70 against 48/80: chi-squared 7.0192, by hand: 150 (56*32 - 14*48)² / (70*80*104*46).
    first, second = (an_estimate(x, n, *wilson_interval(x, n)) for x, n in ((48, 80), (56, 70)))
    assert compare(first, second).p_value == pytest.approx(0.00806, abs=5e-5)
    assert compare(first, second).is_significant


def test_test_rejects_about_one_true_equality_in_twenty():
    rng = np.random.default_rng(11)
    draws = rng.hypergeometric(600, 19_400, 800, size=(800, 2)).tolist()
    seen = {x: estimate(*strata_visited([20_000], [800], [x])) for x in {x for pair in draws for x in pair}}
    rejected = np.mean([compare(seen[a], seen[b]).is_significant for a, b in draws])
    # Four standard errors of 5 % over 800 comparisons.
    assert rejected == pytest.approx(0.05, abs=0.031)


def test_two_censuses_differ_or_do_not():
    same = estimate(*strata_visited([50], [50], [5]))
    more = estimate(*strata_visited([50], [50], [6]))
    assert same.effective_size == inf
    assert compare(same, same).p_value == 1
    assert compare(same, more).p_value == 0
    assert compare(same, more).low == pytest.approx(0.02)


def test_listings_visited_twice_make_a_narrower_interval():
    first, second = (an_estimate(x, 400, *wilson_interval(x, 400)) for x in (20, 30))
    apart, cohort = compare(first, second), compare(first, second, correlation=0.6)
    assert apart.low < cohort.low < cohort.high < apart.high
    assert cohort.p_value < apart.p_value
    with pytest.raises(UsageError, match="correlation"):
        compare(first, second, correlation=1.0)
