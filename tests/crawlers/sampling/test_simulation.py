"""Every design, drawn often from markets whose truth is known."""

import numpy as np
import pytest

from crawlers.sampling.chance import Chance
from crawlers.sampling.estimators import bounds
from crawlers.sampling.layouts import lay_out
from crawlers.sampling.market import MarketPlan, make_market
from crawlers.sampling.simulation import DESIGNS, Trial, named_design, run_trial
from domain.errors import UsageError
from tests.crawlers.sampling.builders import a_visit

MARKET = MarketPlan(listings=6000, prevalence=0.02)


def a_trial(name, market=MARKET, size=300, **fields):
    return Trial(design=named_design(name, size, market), market=market, replications=400, **fields)


@pytest.mark.parametrize("name", [name for name in DESIGNS if name != "census"])
def test_design_is_unbiased_and_its_interval_honest(name):
    result = run_trial(a_trial(name))
    assert abs(result.bias_in_errors) < 3
    # 93 % less two standard errors of a share over 400 replications.
    assert result.coverage > 0.93 - 2 * 0.0128
    assert result.pages == pytest.approx(300, rel=0.03)


def test_census_of_readable_pages_is_the_truth():
    result = run_trial(a_trial("census", blocked=0.0))
    assert (result.bias, result.width, result.coverage) == (pytest.approx(0), pytest.approx(0), 1)


@pytest.mark.parametrize("name", ["poisson", "risk_bands"])
def test_risk_finds_three_times_as_much_and_estimates_no_worse(name):
    market = MarketPlan(prevalence=0.05)
    risky, plain = (run_trial(a_trial(one, market, 500)) for one in (name, "simple_random"))
    assert risky.found_per_page > 3
    assert risky.spread < plain.spread
    assert risky.coverage > 0.93 - 2 * 0.0128


def test_score_that_is_worth_nothing_costs_width_but_not_honesty():
    market = MarketPlan(listings=6000, prevalence=0.05, auc=0.5)
    risky, plain = (run_trial(a_trial(one, market)) for one in ("risk_bands", "simple_random"))
    assert abs(risky.bias_in_errors) < 3
    assert risky.coverage > 0.93 - 2 * 0.0128
    assert plain.width < risky.width < plain.width / 0.3**0.5


def test_wald_interval_would_not_do_for_rare_violations():
    result = run_trial(a_trial("simple_random", MarketPlan(prevalence=0.005), 500))
    assert result.wald_coverage < 0.93 < result.coverage


def test_violators_that_hide_bias_the_estimate_but_not_the_bounds():
    rng = np.random.default_rng(2)
    market = make_market(MarketPlan(listings=6000, prevalence=0.1), rng)
    layout = lay_out(market.columns, named_design("stratified", 600, MARKET))
    result = run_trial(
        a_trial(
            "stratified", MarketPlan(listings=6000, prevalence=0.1), 600, blocked=0.1, blocked_violating=4.0
        )
    )
    assert result.bias < -0.02
    inside = 0
    for _ in range(100):
        rows = layout.select(Chance(rng.random(6000), rng.random(1), rng.random(1)))
        judged = rng.random(rows.size) > np.where(market.violating[rows], 0.4, 0.1)
        edges = bounds(layout, a_visit(rows, market.violating[rows], judged, market.columns.strata[rows]))
        inside += edges.all_clean.low <= market.prevalence <= edges.all_violating.high
    assert inside >= 99


def test_market_has_the_truth_it_was_asked_for():
    market = make_market(MarketPlan(prevalence=0.03, auc=0.8), np.random.default_rng(1))
    assert market.prevalence == 0.03
    hits = market.scores[market.violating]
    clean = np.sort(market.scores[~market.violating])
    assert np.searchsorted(clean, hits).mean() / clean.size == pytest.approx(0.8, abs=0.001)
    with pytest.raises(UsageError, match="leaves 0 of"):
        make_market(MarketPlan(listings=100, prevalence=0.001), np.random.default_rng(1))


def test_unknown_design_is_an_error():
    with pytest.raises(UsageError, match="no design 'magic'"):
        named_design("magic", 10, MARKET)
