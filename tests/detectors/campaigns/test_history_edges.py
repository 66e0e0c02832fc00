"""Rows that a night judges again keep the burst they stand in: windows count rows on both sides of its edge.

A night gives new values to some earlier rows. The windows of their bursts hold rows that get none; those have
to be counted all the same, or the burst shrinks.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl
import pytest

from detectors.campaigns.columns import Reviews
from detectors.campaigns.families import LINE
from detectors.campaigns.history import History
from tests.detectors.campaigns.builders import a_market, a_review, at, words

SLOTS = ("上手很轻巧", "颜色比图上正", "闺女特别中意", "用了两周没毛病", "回头给爸妈带", "比专柜便宜不少")


def burst(size, first, days):
    chance = np.random.default_rng(2)
    return [
        a_review(f"fake{i:02}", listing="L3", shop="S1", posted_at=at(first + i * days / size),
                 text="，".join(chance.choice(SLOTS, 4)))
        for i in range(size)
    ]  # fmt: skip


def attack(size, first, days):
    chance = np.random.default_rng(9)
    rows = burst(size, first, days)
    return [dict(row, stars=1.0, text=words(chance) + "坏了不能用退货") for row in rows]


def columns(rows):
    return Reviews.of(pl.DataFrame(rows, infer_schema_length=None))


def flagged(history):
    ids = history.memory.reviews.ids.to_list()
    return {
        name
        for name, points in zip(ids, history.points, strict=True)
        if points >= LINE and name.startswith("fake")
    }


def late(day):
    return [
        a_review("late", listing="L3", shop="S1", posted_at=at(day), text=words(np.random.default_rng(9)))
    ]


def copies(rows, count):
    return [
        a_review(f"copy{i}", listing="L7", shop="S2", posted_at=at(253 + i / 10), text=rows[i]["text"])
        for i in range(count)
    ]


BURST, ATTACK = burst(25, 150, 3), attack(9, 150, 3)


@cache
def market():
    return a_market(listings=12)


@cache
def history_with(campaign):
    return History.of(columns(market() + {"burst": BURST, "attack": ATTACK}[campaign]))


@pytest.mark.parametrize(
    ("campaign", "fresh"),
    [("burst", late(166.8)), ("attack", late(166.3)), ("burst", copies(BURST, 3))],
    ids=["honest-review-near-the-edge", "attack-near-the-edge", "three-copied-elsewhere"],
)
def test_a_burst_at_the_edge_of_a_night_stays_whole(campaign, fresh):
    before = history_with(campaign)
    after, _ = before.night(columns(fresh))
    assert len(flagged(before)) >= 8
    assert flagged(after) == flagged(before)
