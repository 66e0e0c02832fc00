"""Designs draw what they say, with the probability they say."""

from collections import Counter
from dataclasses import replace

import pytest

from crawlers.sampling.designs import Draw, cluster_inclusion, draw, draw_second, figures, second_wave_sizes
from domain.errors import UsageError
from domain.sweep import DesignKind, SamplingDesign
from tests.crawlers.sampling.builders import a_frame

SINGLE_STAGE = ["simple_random", "systematic", "stratified", "poisson", "risk_bands", "adaptive"]
EVERY = [*SINGLE_STAGE, "two_stage", "pps"]


def a_priced_frame() -> list:
    """Forty units of two strata in shops of unequal size; every third one is suspiciously cheap."""
    units = a_frame({"a": 28, "b": 12}, shops=9)
    return [replace(unit, price="5" if n % 3 == 0 else "40") for n, unit in enumerate(units)]


@pytest.mark.parametrize(
    ("kind", "size", "expected"),
    [("census", 3, 20), ("simple_random", 1, 1), ("simple_random", 19, 19), ("simple_random", 99, 20)]
    + [(kind, 99, 20) for kind in SINGLE_STAGE if kind != "adaptive"]
    + [("systematic", 5, 5), ("stratified", 7, 7), ("risk_bands", 7, 7), ("adaptive", 8, 4)],
)
def test_size_drawn(kind, size, expected):
    sample = draw(a_frame({"a": 20}), SamplingDesign(kind=kind, size=size))
    assert len({d.unit.key for d in sample.draws}) == expected
    assert {d.inclusion_probability for d in sample.draws} == {expected / 20}


@pytest.mark.parametrize("kind", EVERY)
def test_same_seed_draws_the_same_whatever_the_order_of_the_frame(kind):
    frame = a_priced_frame()
    design = SamplingDesign(kind=kind, size=16, seed=5, per_shop=2)
    assert draw(frame, design).draws == draw([*frame[::-1], frame[3]], design).draws
    other = draw(frame, design.model_copy(update={"seed": 6}))
    assert {d.unit.key for d in draw(frame, design).draws} != {d.unit.key for d in other.draws}


@pytest.mark.parametrize("kind", EVERY)
def test_units_and_shops_come_up_as_often_as_their_inclusion_probability_says(kind):
    frame = a_priced_frame()
    shop_of = {unit.key: unit.shop for unit in frame}
    units: Counter[str] = Counter()
    shops: Counter[str] = Counter()
    rounds, pages = 700, 0
    for seed in range(rounds):
        sample = draw(frame, SamplingDesign(kind=kind, size=12, seed=seed, per_shop=2, floor=0.4))
        units.update(d.unit.key for d in sample.draws)
        shops.update({d.unit.shop for d in sample.draws})
        pages += len(sample.draws)
    chances = dict(zip(sample.frame.keys, sample.layout.probability.tolist(), strict=True))
    assert pages / rounds == pytest.approx(sum(chances.values()), rel=0.04)
    for seen, expected in ((units, chances), (shops, cluster_inclusion(sample, shop_of))):
        for key, p in expected.items():
            # Five standard errors of a proportion over `rounds` draws.
            assert abs(seen[key] / rounds - p) <= 5 * (p * (1 - p) / rounds) ** 0.5 + 1e-9


def test_risk_driven_designs_favour_the_cheap():
    frame = a_priced_frame()
    for kind in (DesignKind.POISSON, DesignKind.RISK_BANDS):
        sample = draw(frame, SamplingDesign(kind=kind, size=12))
        chance = dict(zip(sample.frame.units, sample.layout.probability.tolist(), strict=True))
        cheap, dear = ({round(chance[u], 9) for u in frame if u.price == price} for price in ("5", "40"))
        assert min(cheap) > 2 * max(dear)
        assert min(dear) > 0.3 * 12 / 40 * 0.9


def test_unit_keeps_its_number_when_others_leave_the_frame():
    frame = a_frame({"a": 200})
    design = SamplingDesign(kind="simple_random", size=20)
    before = {d.unit.key for d in draw(frame, design).draws}
    gone = {unit.key for unit in frame[::10]}
    after = {d.unit.key for d in draw([u for u in frame if u.key not in gone], design).draws}
    assert before - gone <= after


def test_certain_shop_has_probability_one():
    frame = a_frame({"a": 10}, shops=1)
    sample = draw(frame, SamplingDesign(size=1))
    assert cluster_inclusion(sample, {unit.key: unit.shop for unit in frame}) == {"p:s0": pytest.approx(1)}


@pytest.mark.parametrize("chance", [0.0, -0.1, 1.01, float("nan")])
def test_inclusion_probability_outside_the_range_is_an_error(chance):
    with pytest.raises(UsageError, match="only \\(0, 1\\]"):
        Draw(a_frame({"a": 1})[0], chance)


def test_rates_have_to_cover_the_frame():
    frame = a_frame({"a": 3})
    with pytest.raises(UsageError, match="no violation rate for 2 of 3"):
        draw(frame, SamplingDesign(kind="poisson", size=1), rates={frame[0].key: 1.0})


@pytest.mark.parametrize("kind", [*EVERY, "census"])
def test_empty_frame_draws_nothing(kind):
    assert draw([], SamplingDesign(kind=kind)).draws == ()


@pytest.mark.parametrize("kind", [*EVERY, "census"])
def test_frame_of_one_unit_is_drawn(kind):
    sample = draw(a_frame({"a": 1}), SamplingDesign(kind=kind, size=1))
    assert [d.inclusion_probability for d in sample.draws] == [1.0]


@pytest.mark.parametrize("kind", EVERY)
@pytest.mark.parametrize("size", [2, 3, 39])
def test_tiny_and_huge_samples_give_figures_that_hold_the_truth(kind, size):
    frame = a_priced_frame()
    sample = draw(frame, SamplingDesign(kind=kind, size=size, seed=2))
    if not sample.draws:
        assert kind == "poisson"
        return
    found = figures(sample, {d.unit.key: d.unit.price == "5" for d in sample.draws})
    assert 0 <= found.overall.low <= found.overall.high <= 1
    assert found.bounds.all_clean.low <= 14 / 40 <= found.bounds.all_violating.high


def test_neyman_without_rates_is_refused_when_written():
    with pytest.raises(ValueError, match="prior_rates"):
        SamplingDesign(allocation="neyman")


def test_figures_of_a_census_are_the_truth_overall_and_by_stratum():
    frame = a_frame({"a": 30, "b": 10})
    verdicts = {unit.key: unit.rank <= 3 for unit in frame}
    found = figures(draw(frame, SamplingDesign(kind="census")), verdicts)
    assert found.overall.prevalence == found.overall.low == pytest.approx(6 / 40)
    assert {name: round(one.prevalence, 9) for name, one in found.strata.items()} == {"a": 0.1, "b": 0.3}
    assert found.silent == {}


def test_stratum_of_which_nothing_was_read_is_named_and_gets_no_figure():
    frame = a_frame({"a": 30, "b": 10})
    sample = draw(frame, SamplingDesign(kind="stratified", size=20))
    verdicts = {d.unit.key: d.unit.rank <= 3 if d.unit.stratum == "a" else None for d in sample.draws}
    found = figures(sample, verdicts)
    assert set(found.strata) == {"a"}
    assert found.silent == {"b": 10}
    assert found.overall.uncovered == pytest.approx(0.25)
    assert found.bounds.all_violating.prevalence > found.bounds.all_clean.prevalence + 0.24


def test_verdict_on_a_unit_that_was_not_drawn_is_an_error():
    frame = a_frame({"a": 30})
    sample = draw(frame, SamplingDesign(size=5))
    with pytest.raises(UsageError, match="not drawn"):
        figures(sample, {unit.key: False for unit in frame})


def test_second_wave_goes_where_the_first_found_violations_and_overlaps_nowhere():
    frame = a_frame({"a": 500, "b": 500})
    first = draw(frame, SamplingDesign(kind="adaptive", size=200, seed=3))
    verdicts = {d.unit.key: d.unit.stratum == "b" and d.unit.rank % 3 == 0 for d in first.draws}
    sizes = second_wave_sizes(first, verdicts)
    second = draw_second(first, sizes)
    assert len(first.draws) == len(second.draws) == 100
    assert not {d.unit.key for d in first.draws} & {d.unit.key for d in second.draws}
    assert second.drawn_by_stratum["b"][1] > 1.5 * second.drawn_by_stratum["a"][1]
    assert draw_second(draw(list(reversed(frame)), first.design), sizes).draws == second.draws
    everything = verdicts | {d.unit.key: d.unit.stratum == "b" and d.unit.rank % 3 == 0 for d in second.draws}
    found = figures(first, everything, second=second)
    assert found.overall.low < 166 / 1000 < found.overall.high
    assert found.strata["a"].prevalence == 0
    assert found.strata["b"].prevalence == pytest.approx(1 / 3, abs=0.1)
    assert found.overall.prevalence == pytest.approx(found.strata["b"].prevalence / 2)


def test_second_wave_needs_a_first_and_an_adaptive_design():
    frame = a_frame({"a": 50})
    with pytest.raises(UsageError, match="no second wave"):
        draw_second(draw(frame, SamplingDesign(size=5)), {})
    with pytest.raises(UsageError, match="was judged"):
        second_wave_sizes(draw(frame, SamplingDesign(kind="adaptive", size=5)), {})


def test_second_wave_of_another_frame_is_refused():
    first = draw(a_frame({"a": 50}), SamplingDesign(kind="adaptive", size=20))
    with pytest.raises(UsageError, match="no stratum b"):
        draw_second(first, {"b": 5})
    with pytest.raises(UsageError, match="draw it from the frame of the first wave"):
        draw_second(draw(a_frame({"a": 15}), first.design), {"a": 10})
