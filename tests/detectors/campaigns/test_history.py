"""A history that grew by nights says what one judgement of everything says."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
import polars as pl
import pytest

from detectors.campaigns.columns import Reviews
from detectors.campaigns.families import LINE
from detectors.campaigns.history import History, Night
from tests.detectors.campaigns.builders import a_market, a_review, at, words

SLOTS = ("上手很轻巧", "颜色比图上正", "闺女特别中意", "用了两周没毛病", "回头给爸妈带", "比专柜便宜不少")


def burst(first, last):
    chance = np.random.default_rng(2)
    rows = [
        a_review(f"burst{i:02}", listing="L3", posted_at=at(298 + i / 15),
                 text="，".join(chance.choice(SLOTS, 4, replace=False)))
        for i in range(24)
    ]  # fmt: skip
    return rows[first:last]


def drip(first, last):
    base = words(np.random.default_rng(11), 40)
    rows = [
        a_review(f"drip{i:02}", listing="L1", posted_at=at(200 + 8 * i), text=base[:i] + base[i + 1 :])
        for i in range(12)
    ]
    return rows[first:last]


def group(first, last):
    chance = np.random.default_rng(3)
    rows = [
        a_review(f"group{p}-{m}", listing=f"L{p * 3}", shop=f"S{p}", user=f"member{m}",
                 posted_at=at(120 + 55 * p + m / 20), text=words(chance))
        for p in range(4)
        for m in range(8)
    ]  # fmt: skip
    return rows[8 * first : 8 * last]


def paid(first, last):
    chance = np.random.default_rng(6)
    rows = [
        a_review(f"paid{i:02}", listing="L7", posted_at=at(150 + 10 * i),
                 text="，".join(chance.choice(SLOTS, 3, replace=False)) + ("，好评返现五元" if i % 2 else ""))
        for i in range(14)
    ]  # fmt: skip
    return rows[first:last]


@cache
def ordinary():
    return tuple(a_market(listings=12))


def columns(rows):
    return Reviews.of(pl.DataFrame(list(rows), infer_schema_length=None))


def points(history):
    return dict(zip(history.memory.reviews.ids.to_list(), history.points.tolist(), strict=True))


@pytest.mark.parametrize(
    ("campaign", "cuts"), [(burst, (12, 18, 24)), (drip, (6, 12)), (group, (3, 4)), (paid, (6, 14))]
)
def test_campaign_that_goes_on_over_nights_is_judged_as_if_seen_at_once(campaign, cuts):
    whole = points(History.of(columns([*ordinary(), *campaign(0, cuts[-1])])))
    grown = History.of(columns([*ordinary(), *campaign(0, cuts[0])]))
    for first, last in pairwise(cuts):
        grown, _ = grown.night(columns(campaign(first, last)))
    assert sum(value >= LINE for key, value in whole.items() if not key.startswith("m")) >= 8
    # What is usual was measured before the last rows came: a hundredth part of the line here and there.
    assert points(grown) == pytest.approx(whole, abs=0.15)


def test_base_and_nights_give_the_history_back():
    base = History.of(columns([*ordinary(), *drip(0, 6)]))
    nights: list[Night] = []
    grown = base
    for first in (6, 9):
        grown, night = grown.night(columns(drip(first, first + 3)))
        nights.append(night)
    again = base.after(nights)
    assert again.memory.reviews.ids.to_list() == grown.memory.reviews.ids.to_list()
    assert np.array_equal(again.points, grown.points)
    assert np.array_equal(again.standards.cluster, grown.standards.cluster)
    listings = ["L1", "L3"]
    assert again.judged(listings).reviews.equals(grown.judged(listings).reviews)


def test_scores_of_a_shop_are_of_all_its_reviews_whatever_is_asked():
    history = History.of(columns([*ordinary(), *drip(0, 12)]))
    some = history.judged(["L1"], touched=np.empty(0, dtype=np.int64))
    everything = history.judged([f"L{place}" for place in range(12)])
    assert set(some.reviews["listing"]) == {"L1"}
    for level in ("listings", "shops", "users"):
        table = getattr(some, level)
        assert table.height
        among = getattr(everything, level).filter(pl.col("key").is_in(table["key"].to_list()))
        assert among["flagged"].to_list() == table["flagged"].to_list()
        assert among["points"].to_list() == pytest.approx(table["points"].to_list())


def test_what_is_new_and_what_changed_is_told_apart():
    history = History.of(columns([a_review("a", text="很好用"), a_review("b", text="不错", stars=5.0)]))
    fresh = columns([a_review("a", text="很好用"), a_review("b", text="不错", stars=1.0), a_review("c")])
    assert history.unknown(fresh).tolist() == [False, False, True]
    assert history.changed(fresh).tolist() == [False, True, False]
    offered = columns([a_review("a", text="很好用", seller_reply="晒图返现5元")])
    assert history.changed(offered).tolist() == [True]
