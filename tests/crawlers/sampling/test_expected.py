"""Intervals to expect are those that samples of the same plan give."""

import pytest

from crawlers.sampling.designs import draw, figures
from crawlers.sampling.plan import describe_plan
from domain.errors import UsageError
from domain.sweep import SamplingDesign
from tests.crawlers.sampling.builders import a_frame


@pytest.mark.parametrize(
    "design",
    [
        {"kind": "simple_random"},
        {"kind": "stratified"},
        {"kind": "systematic"},
        {"kind": "adaptive", "pilot": 0.9},
        {"kind": "poisson", "score_auc": 0.5},
    ],
)
def test_half_width_comes_true(design):
    frame = a_frame({"a": 600, "b": 200})
    wanted = SamplingDesign(size=200, **design)
    plan = describe_plan(frame, wanted, prevalence=0.2, response_rate=1.0)
    sample = draw(frame, wanted.model_copy(update={"size": 222} if wanted.kind == "adaptive" else {}))
    found = figures(sample, {one.unit.key: one.unit.rank % 5 == 0 for one in sample.draws}).overall
    assert plan.half_width == pytest.approx((found.high - found.low) / 2, rel=0.15)
    assert plan.drawn + plan.later == pytest.approx(200, abs=30)


def test_census_expects_a_figure_without_an_interval():
    plan = describe_plan(a_frame({"a": 50}), SamplingDesign(kind="census"), response_rate=1.0)
    assert plan.half_width == 0
    assert plan.strata[0].half_width == 0


def test_several_listings_a_shop_cost_precision():
    frame = a_frame({"a": 600}, shops=60)
    one, five = (
        describe_plan(frame, SamplingDesign(kind="pps", size=100, per_shop=n)).half_width for n in (1, 5)
    )
    assert five > 1.3 * one


def test_empty_frame_expects_nothing():
    plan = describe_plan([], SamplingDesign())
    assert (plan.frame, plan.drawn, plan.low, plan.high, plan.strata) == (0, 0, 0.0, 1.0, ())


@pytest.mark.parametrize("prevalence", [0.0, 1.0, -0.1, float("nan")])
def test_prevalence_that_is_none_is_refused(prevalence):
    with pytest.raises(UsageError, match="between 0 and 1"):
        describe_plan(a_frame({"a": 5}), SamplingDesign(), prevalence=prevalence)
