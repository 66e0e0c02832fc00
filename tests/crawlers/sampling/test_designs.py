"""Designs draw what they say, with the probability they say."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.sampling.designs import allocate, cluster_inclusion, draw
from crawlers.sampling.plan import plan_visits
from domain.sweep import Allocation, DesignKind, SamplingDesign, Sweep
from domain.target import FrameUnit, PageKind


def a_frame(strata: dict[str, int], shops: int = 7) -> list[FrameUnit]:
    return [
        FrameUnit(
            run="r",
            url=f"http://h/{stratum}/{n}",
            platform="p",
            stratum=stratum,
            category=stratum,
            subject=f"p:{stratum}{n}",
            shop=f"p:s{n % shops}",
            shop_url=f"http://h/s{n % shops}",
        )
        for stratum, total in strata.items()
        for n in range(total)
    ]


def a_sweep(**design) -> Sweep:
    return Sweep.model_validate(
        {
            "name": "s",
            "title": "t",
            "campaign": {"code": "c", "name": "c"},
            "platforms": [{"platform": "p", "base_url": "http://h", "adapter": "p"}],
            "categories": ["FOOD"],
            "design": design,
        }
    )


@pytest.mark.parametrize(
    ("kind", "size", "expected"),
    [("census", 3, 20), ("simple_random", 0 + 1, 1), ("simple_random", 19, 19), ("simple_random", 99, 20)],
)
def test_size_drawn(kind, size, expected):
    sample = draw(a_frame({"a": 20}), SamplingDesign(kind=kind, size=size))
    assert len({d.unit.id for d in sample.draws}) == expected
    assert {d.inclusion_probability for d in sample.draws} == {expected / 20}


def test_same_seed_draws_the_same_whatever_the_order_of_the_frame():
    frame = a_frame({"a": 50, "b": 30})
    design = SamplingDesign(size=20, seed=5)
    assert draw(frame, design).draws == draw(frame[::-1], design).draws
    assert draw(frame, design).draws != draw(frame, design.model_copy(update={"seed": 6})).draws


@given(
    st.dictionaries(st.text("abcdef", min_size=1), st.integers(1, 200), min_size=1, max_size=6),
    st.integers(1, 400),
    st.sampled_from(Allocation),
)
@settings(max_examples=150, deadline=None)
def test_allocation_spends_the_size_and_never_overdraws(totals, size, allocation):
    sizes = allocate(totals, size, allocation)
    assert sum(sizes.values()) == min(size, sum(totals.values()))
    assert all(0 <= sizes[name] <= totals[name] for name in totals)
    assert size < len(totals) or all(sizes.values())


def test_units_come_up_as_often_as_their_inclusion_probability_says():
    frame = a_frame({"a": 30, "b": 10})
    rounds = 2000
    seen: Counter[str] = Counter()
    for seed in range(rounds):
        sample = draw(frame, SamplingDesign(size=8, seed=seed, allocation=Allocation.EQUAL))
        seen.update(d.unit.id for d in sample.draws)
    expected = {d.unit.stratum: d.inclusion_probability for d in sample.draws}
    # Five standard errors of a proportion over `rounds` draws.
    for unit in frame:
        p = expected[unit.stratum]
        assert abs(seen[unit.id] / rounds - p) < 5 * (p * (1 - p) / rounds) ** 0.5


def test_shop_inclusion_matches_simulation():
    frame = a_frame({"a": 12, "b": 5}, shops=4)
    cluster = {unit.id: unit.shop for unit in frame}
    rounds = 4000
    seen: Counter[str] = Counter()
    for seed in range(rounds):
        sample = draw(frame, SamplingDesign(size=4, seed=seed))
        seen.update({d.unit.shop for d in sample.draws})
    for shop, p in cluster_inclusion(sample, cluster).items():
        assert abs(seen[shop] / rounds - p) < 5 * (p * (1 - p) / rounds) ** 0.5


def test_certain_shop_has_probability_one():
    frame = a_frame({"a": 10}, shops=1)
    sample = draw(frame, SamplingDesign(size=1))
    assert cluster_inclusion(sample, {unit.id: unit.shop for unit in frame}) == {"p:s0": pytest.approx(1)}


def test_plan_names_each_listing_and_each_shop_once():
    frame = a_frame({"a": 40, "b": 40}, shops=3)
    targets = plan_visits(frame, a_sweep(size=20), "r")
    kinds = Counter(t.kind for t in targets)
    assert kinds == {PageKind.LISTING: 20, PageKind.SHOP: 3}
    assert len({t.id for t in targets}) == 23
    assert all(t.inclusion_probability for t in targets)


def test_empty_frame_plans_nothing():
    assert plan_visits([], a_sweep(kind=DesignKind.CENSUS), "r") == []
