"""Scores from cards, rates from scores, probabilities from rates."""

from dataclasses import replace
from math import exp, sqrt
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.sampling.risk import (
    RiskSigns,
    inclusion_probabilities,
    rates_from_scores,
    risk_scores,
)
from domain.errors import UsageError
from tests.crawlers.sampling.builders import a_frame


def test_each_sign_raises_the_score_by_its_points():
    plain = a_frame({"a": 9}, title="苹果 5斤", price="30")
    marked = [
        plain[0],
        replace(plain[1], price="14.9"),
        replace(plain[2], shop="p:unheard-of"),
        replace(plain[3], subject="p:flagged"),
        replace(plain[4], price="面议"),
    ]
    signs = RiskSigns(
        words={marked[0].key: 2.0, "p:not-in-the-frame": 9},
        past={"p:flagged": 2.0},
        known_shops=frozenset(unit.shop for unit in plain),
        cheap=1.0,
        new_shop=0.25,
    )
    assert risk_scores([*marked, *plain[5:]], signs).tolist() == [
        2.0,
        1.0,
        0.25,
        2.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
    ]


def test_rates_follow_the_likelihood_ratio_of_two_normal_populations():
    scores = np.arange(2001.0)
    rates = rates_from_scores(scores, 0.85)
    d = sqrt(2) * NormalDist().inv_cdf(0.85)
    # One standard deviation apart in score, a factor of exp(d) apart in rate.
    upper, middle = int(2001 * NormalDist().cdf(1)), 1000
    assert rates[upper] / rates[middle] == pytest.approx(exp(d), rel=0.01)
    assert rates.mean() == pytest.approx(1)


def test_useless_and_constant_scores_give_equal_rates():
    assert set(rates_from_scores(np.arange(50.0), 0.5).round(12)) == {1.0}
    assert set(rates_from_scores(np.zeros(50), 0.9)) == {1.0}


def test_score_that_is_no_number_is_an_error():
    with pytest.raises(UsageError, match="finite"):
        rates_from_scores(np.array([1.0, float("nan")]), 0.8)


@given(
    st.lists(st.floats(0.001, 1000), min_size=2, max_size=80),
    st.integers(1, 60),
    st.floats(0.05, 1),
)
@settings(max_examples=200, deadline=None)
def test_probabilities_add_up_stay_in_range_and_above_the_floor(rates, size, floor):
    made = inclusion_probabilities(np.array(rates), size, floor)
    assert made.sum() == pytest.approx(min(size, len(rates)))
    assert ((made > 0) & (made <= 1)).all()
    assert (made >= min(1, floor * size / len(rates)) - 1e-9).all()
    order = np.argsort(rates, kind="stable")
    assert (np.diff(made[order]) >= -1e-12).all()


@pytest.mark.parametrize("rate", [0.0, -0.1, float("nan"), float("inf")])
def test_rate_that_is_no_positive_number_is_an_error(rate: float):
    with pytest.raises(UsageError, match="never be drawn"):
        inclusion_probabilities(np.array([rate, 1.0, 1.0]), 1, 0.3)
