"""Bad input is counted and reported, and blows nothing up."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from detectors.campaigns.columns import NO_TIME, Reviews
from detectors.campaigns.judge import judge
from detectors.campaigns.memory import Memory
from tests.detectors.campaigns.builders import START, a_market, a_review, judged


def of(rows, **given):
    return Reviews.of(pl.DataFrame(rows, infer_schema_length=None), **given)


def test_reviews_from_the_future_are_counted_and_lose_their_time():
    reviews = of(
        [a_review("a"), a_review("b", posted_at=START + timedelta(days=400))], as_of=START + timedelta(days=1)
    )
    assert reviews.defects["from_the_future"] == 1
    assert reviews.posted[reviews.ids.to_list().index("b")] == NO_TIME


def test_time_without_zone_is_beijing_time_and_counted():
    naive = datetime(2026, 1, 1, 8, 0)  # noqa: DTZ001
    reviews = of([a_review("a", posted_at=naive)])
    assert reviews.defects["time_without_zone"] == 1
    assert reviews.posted[0] == int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("stars", "kept"), [(0.0, 0), (1.0, 1), (5.0, 5), (6.0, 0), (-1.0, 0), (4.5, 0), (1e9, 0)]
)
def test_stars_outside_one_to_five_are_not_given(stars, kept):
    reviews = of([a_review("a", stars=stars)])
    assert reviews.stars[0] == kept
    assert reviews.defects["stars_out_of_range"] == (kept == 0)


def test_duplicate_ids_with_other_texts_are_counted_and_one_text_stays():
    rows = [
        a_review("a", text="甲"),
        a_review("a", text="乙"),
        a_review("b", text="丙"),
        a_review("b", text="丙"),
    ]
    reviews = of(rows)
    assert reviews.ids.to_list() == ["a", "b"]
    assert reviews.defects["repeated_id"] == 2
    assert reviews.defects["id_with_other_text"] == 1
    assert of(rows[::-1]).text.to_list() == reviews.text.to_list()


def test_row_without_id_is_counted_and_left_out():
    assert of([a_review("a"), a_review("b") | {"review_id": None}]).defects["without_id"] == 1


def test_purchase_after_the_review_says_nothing():
    reviews = of([a_review("a", bought_at=START + timedelta(days=3))])
    assert reviews.bought[0] == NO_TIME


def test_text_of_a_megabyte_is_cut_and_counted():
    result = judged(
        [*a_market(listings=3, each=10), a_review("big", text="长" * 500_000 + "好评返现" * 100_000)]
    )
    assert result.defects["text_too_long"] == 1


def test_hostile_characters_are_only_characters():
    texts = ["\ud800坏", "\x00\x01", "‮倒着写", "🇨🇳" * 50, "a" * 5, "", " \n\t", "𠀀𠀁𠀂𠀃𠀄𠀅"]
    rows = [a_review(f"h{i}", text=text.encode("utf-8", "replace").decode()) for i, text in enumerate(texts)]
    assert len(judged([*a_market(listings=3, each=10), *rows]).reviews) == 38


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_tiny_corpora_are_judged(count):
    frame = pl.DataFrame(
        [a_review(f"r{i}", text="很好用的东西") for i in range(3)], infer_schema_length=None
    ).head(count)
    assert judge(Memory.of(Reviews.of(frame))).reviews.height == count


def test_shop_with_no_review_is_in_no_table():
    result = judged(a_market(listings=3, each=10))
    assert set(result.shops["key"]) == {"S0"}


def _seconds(rows: list[dict]) -> float:
    frame = pl.DataFrame(rows, infer_schema_length=None)
    start = time.perf_counter()
    judge(Memory.of(Reviews.of(frame)))
    return time.perf_counter() - start


def same_texts(count):
    return [
        a_review(
            f"r{i}",
            listing=f"L{i % 7}",
            text="这个东西用起来真的非常顺手推荐",
            posted_at=START + timedelta(minutes=i),
        )
        for i in range(count)
    ]


def nearly_same_texts(count):
    chance = np.random.default_rng(1)
    base = "收到以后马上试用了一下觉得做工和手感都比想象中要好很多下次还会再来"
    return [
        a_review(
            f"r{i}", listing=f"L{i % 7}", text=base[:k] + chr(0x4E00 + int(chance.integers(3000))) + base[k:]
        )
        for i in range(count)
        for k in [int(chance.integers(30))]
    ]


def one_busy_user(count):
    return [
        a_review(
            f"r{i}",
            user="busy" if i % 2 else f"u{i % 900}",
            listing=f"L{i % 50}",
            posted_at=START + timedelta(minutes=i),
        )
        for i in range(count)
    ]


@pytest.mark.parametrize("rows", [same_texts, nearly_same_texts, one_busy_user])
def test_no_quadratic_blow_up(rows):
    _seconds(rows(500))
    small, large = _seconds(rows(4_000)), _seconds(rows(32_000))
    # Eight times the rows: linear is 8, quadratic 64; the rest is room for a busy machine and the fixed part.
    assert large < 24 * max(small, 0.3)
