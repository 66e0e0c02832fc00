"""Plans name every target once and say what the frame cannot see."""

from collections import Counter
from dataclasses import replace

import pytest

from crawlers.sampling.designs import draw, second_wave_sizes
from crawlers.sampling.frame import Claim
from crawlers.sampling.plan import describe_plan, plan_second_wave, plan_visits
from domain.notes import NoteCode, note
from domain.sweep import DesignKind, SamplingDesign
from domain.target import PageKind
from tests.crawlers.sampling.builders import a_frame, a_sweep
from tests.storage.builders import a_unit


def test_plan_names_each_listing_and_each_shop_once():
    frame = a_frame({"a": 40, "b": 40}, shops=3)
    targets = plan_visits(frame, a_sweep(size=20, seed=9), "r")
    kinds = Counter(t.kind for t in targets)
    assert kinds == {PageKind.LISTING: 20, PageKind.SHOP: 3}
    assert len({t.id for t in targets}) == 23
    assert all(t.inclusion_probability and t.seed == 9 and t.stratum for t in targets)


def test_empty_frame_plans_nothing():
    assert plan_visits([], a_sweep(kind=DesignKind.CENSUS), "r") == []


def test_second_wave_is_planned_behind_the_first():
    frame, sweep = a_frame({"a": 60, "b": 60}), a_sweep(kind="adaptive", size=40)
    first = [t for t in plan_visits(frame, sweep, "r") if t.kind is PageKind.LISTING]
    sample = draw(frame, sweep.design)
    sizes = second_wave_sizes(sample, {d.unit.key: d.unit.rank == 1 for d in sample.draws})
    second = plan_second_wave(frame, sweep, "r", sizes)
    assert [t.position for t in second] == list(range(21, 41))
    assert not {t.id for t in first} & {t.id for t in second}


def test_result_cap_is_stated():
    frame = a_frame({"a": 100, "b": 5})
    claims = {"a": Claim(reported=1_000_000, shown=100), "b": Claim(reported=9, shown=9)}
    plan = describe_plan(frame, SamplingDesign(size=30), claims=claims | {"c": Claim(reported=70, shown=0)})
    assert {row.stratum: row.hidden for row in plan.limits} == {"a": 999_900, "b": 0, "c": 70}
    capped = note(NoteCode.FRAME_HIDDEN, stratum="a", seen=100, shown=100, reported=1_000_000, share=0.01)
    assert capped in plan.notes
    assert note(NoteCode.STRATUM_SILENT, stratum="c") in plan.notes


def test_stratum_that_the_size_does_not_reach_is_stated():
    plan = describe_plan(a_frame({"a": 90, "b": 1, "c": 1}), SamplingDesign(size=2))
    assert [row.stratum for row in plan.strata if not row.drawn] == ["b", "c"]
    assert note(NoteCode.STRATUM_NOT_DRAWN, stratum="c") in plan.notes
    assert [(row.low, row.high) for row in plan.strata if not row.drawn] == [(0.0, 1.0)] * 2


def test_expected_interval_narrows_with_the_size():
    frame = a_frame({"a": 2000})
    narrow, wide = (describe_plan(frame, SamplingDesign(size=n)).strata[0] for n in (400, 100))
    assert wide.high - wide.low == pytest.approx(2 * (narrow.high - narrow.low), rel=0.15)
    assert (narrow.frame, narrow.drawn, narrow.least_probability) == (2000, 400, 0.2)


def test_cuts_make_finer_strata():
    frame = [replace(u, price=str(u.rank)) for u in a_frame({"a": 30}, shops=6)]
    frame[0] = replace(frame[0], price="面议", shop="")
    plan = describe_plan(frame, SamplingDesign(size=20, cuts=("price", "shop_size")))
    assert sum(row.frame for row in plan.strata) == 30
    assert {row.stratum for row in plan.strata} >= {
        "a/no price/shop unknown",
        "a/low price/5-19 listings",
        "a/high price/5-19 listings",
    }


@pytest.mark.parametrize(
    ("rates", "astray"), [({"p/FOOD": 0.1}, []), ({"p/FOOD": 0.1, "p/FODO": 0.2}, ["p/FODO"])]
)
def test_a_rate_for_a_stratum_that_is_not_in_the_frame_is_told(rates: dict[str, float], astray: list[str]):
    units = [a_unit(place, stratum="p/FOOD") for place in range(20)]
    design = SamplingDesign.model_validate({"allocation": "neyman", "size": 5, "prior_rates": rates})
    notes = describe_plan(units, design).notes
    assert [each.values["strata"] for each in notes if each.code == NoteCode.RATES_ASTRAY] == astray
