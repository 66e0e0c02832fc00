"""Single signals, each against a table worked by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from detectors.campaigns.bursts import poisson_tail, share_tail
from detectors.campaigns.inducements import inducements
from detectors.campaigns.sales import mismatches
from detectors.campaigns.segments import Segments
from detectors.campaigns.texts import Texts
from detectors.campaigns.vanished import cleaned_listings, vanished

START = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "offers"),
    [
        ("很好！好评返现5元", ["made"]),
        ("好 评 返*现，加客服领取", ["made", "made"]),
        ("五星截图领红包啦", ["made"]),
        ("好評返現", ["made"]),
        ("晒单送话费券", ["made"]),
        ("店家发了红包让好评", ["made"]),
        ("说好评返现五元，到现在没收到，骗人", ["broken"]),
        ("没有好评返现，纯自己写的", []),
        ("好评，送货很快", []),
        ("物流快，好评！返厂维修也方便", []),
        ("送了很多小样，喜欢", []),
        ("五分钟就领到优惠券了，五星好评", []),
        ("国家补贴后很便宜，好评", []),
        ("双十一红包雨买的，很划算", []),
        ("", []),
    ],
)
def test_inducement(text, offers):
    found = inducements(text)
    assert [one.offer.value for one in found] == offers
    assert all(text[one.start : one.end] == one.quote for one in found)


@pytest.mark.parametrize(
    ("count", "expected", "digits"), [(0, 1.0, 0), (1, 1.0, 0), (10, 1.0, 6.95), (100, 1.0, 158.4)]
)
def test_poisson_tail_against_the_exact_sum(count, expected, digits):
    assert poisson_tail(np.array([count]), np.array([expected]))[0] == pytest.approx(digits, abs=0.1)


@pytest.mark.parametrize(
    ("count", "of", "usual", "digits"), [(0, 0, 0.5, 0), (5, 10, 0.5, 0), (10, 10, 0.1, 10), (3, 10, 0.5, 0)]
)
def test_share_tail(count, of, usual, digits):
    assert share_tail(np.array([count]), np.array([of]), np.array([usual]))[0] == pytest.approx(digits)


def test_folding_of_a_column_is_that_of_each_text():
    texts = Texts.of(pl.Series(["Ａb　槍！！哈哈哈哈", "", "第12次，第３4次"]))
    assert [texts.string(row) for row in range(3)] == ["ab枪哈哈", "", "第00次第00次"]
    assert texts.of_rows(np.array([2, 0])).string(1) == "ab枪哈哈"


def test_equal_texts_share_a_digest_and_others_do_not():
    digests = Texts.of(pl.Series(["很好！", "很 好", "好很", "很好好"])).digests()
    assert digests[0] == digests[1]
    assert len(set(digests.tolist())) == 3


def test_segments_count_over_nights():
    known = Segments.of(np.array([5, 3, 3, 9], dtype=np.uint64))
    grown = known.followed_by(Segments.of(np.array([3, 7], dtype=np.uint64)))
    assert grown.counts_of(np.array([3, 5, 7, 8], dtype=np.uint64)).tolist() == [3, 1, 1, 0]


def a_page(ids, **changed):
    return pl.DataFrame(
        [
            {
                "review_id": one,
                "listing": "L",
                "text": changed.get(one, f"文{one}"),
                "stars": 1.0 if one.startswith("low") else 5.0,
                "posted_at": START + timedelta(days=place),
            }
            for place, one in enumerate(ids)
        ],
        schema_overrides={"posted_at": pl.Datetime("us", "UTC")},
    )


def visits(*, complete, oldest=None):
    return pl.DataFrame(
        {"listing": ["L"], "complete": [complete], "oldest": [oldest]},
        schema_overrides={"oldest": pl.Datetime("us", "UTC")},
    )


def test_review_that_is_gone_from_a_complete_visit():
    changes = vanished(a_page(["a", "low1", "b"]), a_page(["a", "b"], b="改了"), visits(complete=True))
    assert changes.select("review_id", "state").rows() == [("b", "text_changed"), ("low1", "gone")]


def test_review_beyond_what_the_visit_read_is_not_observed():
    earlier = a_page(["old", "new"])
    changes = vanished(
        earlier, a_page(["a"]).head(0), visits(complete=False, oldest=START + timedelta(hours=12))
    )
    assert changes.select("review_id", "state").rows() == [("new", "gone"), ("old", "not_observed")]


def test_listing_that_was_not_visited_again_is_not_observed():
    changes = vanished(a_page(["a"]), a_page(["a"]).head(0), visits(complete=True).head(0))
    assert changes["state"].to_list() == ["not_observed"]


def test_listing_that_loses_only_low_stars_is_surprising():
    ids = [f"low{i}" for i in range(10)] + [f"r{i}" for i in range(90)]
    changes = vanished(a_page(ids), a_page(ids[8:]), visits(complete=True))
    found = cleaned_listings(a_page(ids), changes)
    assert found.select("listing", "gone", "gone_low").rows() == [("L", 8, 8)]
    assert found["surprise"][0] == pytest.approx(8.0)


def test_sales_mismatch_needs_a_category_to_compare_with():
    rows = [
        {"listing": f"L{i}", "category": "c", "sales_low": 1_000, "sales_high": None, "review_count": 90 + i}
        for i in range(25)
    ]
    rows += [
        {"listing": "many", "category": "c", "sales_low": 1_000, "sales_high": None, "review_count": 990},
        {"listing": "more", "category": "c", "sales_low": 100, "sales_high": 200, "review_count": 900},
        {"listing": "alone", "category": "d", "sales_low": 1_000, "sales_high": None, "review_count": 990},
        {"listing": "few", "category": "c", "sales_low": 1_000_000, "sales_high": None, "review_count": 3},
    ]
    states = dict(mismatches(pl.DataFrame(rows, infer_schema_length=None)).select("listing", "state").rows())
    assert states["many"] == "too_many"
    assert states["more"] == "more_reviews_than_sales"
    assert states["alone"] == "not_observed"
    assert states["few"] == "too_few"
    assert states["L3"] == "usual"
