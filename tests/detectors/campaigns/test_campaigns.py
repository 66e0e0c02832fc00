"""Whole judgements: campaigns stand out, honest look-alikes stay below the line."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from detectors.campaigns.columns import Reviews
from detectors.campaigns.evidence import evidence
from detectors.campaigns.judge import judge, judge_night
from detectors.campaigns.memory import Memory
from tests.detectors.campaigns.builders import a_market, a_review, at, judged, scores, words

SLOTS = ("上手很轻巧", "颜色比图上正", "闺女特别中意", "用了两周没毛病", "回头给爸妈带", "比专柜便宜不少")


def a_burst(
    prefix: str, *, count: int = 25, texts: list[str], listing: str = "L3", day: float = 150, **given
):
    return [
        a_review(
            f"{prefix}{i}",
            listing=listing,
            posted_at=at(day + i * 2 / count),
            text=texts[i % len(texts)],
            **given,
        )
        for i in range(count)
    ]


def slot_texts(seed: int, count: int) -> list[str]:
    chance = np.random.default_rng(seed)
    return ["，".join(chance.choice(SLOTS, 4, replace=False)) for _ in range(count)]


def test_template_burst_is_over_the_line_and_named():
    result = judged(a_market() + a_burst("fake", texts=slot_texts(2, 25)))
    assert (scores(result, "fake") >= 0.5).mean() > 0.9
    assert set(result.reviews.filter(pl.col("review_id").str.starts_with("fake"))["family"]) == {
        "burst_template"
    }
    assert (scores(result, "m") >= 0.5).mean() < 0.01
    assert result.listings[0, "key"] == "L3"


def test_viral_honest_product_stays_below_the_line():
    chance = np.random.default_rng(3)
    rows = [
        a_review(
            f"viral{i}",
            listing="L3",
            posted_at=at(150 + i / 30),
            stars=float(chance.choice([1, 2, 3, 4, 5], p=[0.05, 0.05, 0.1, 0.2, 0.6])),
            text=words(chance),
        )
        for i in range(60)
    ]
    assert (scores(judged(a_market() + rows), "viral") < 0.5).all()


def test_sale_day_on_all_listings_is_no_burst():
    chance = np.random.default_rng(4)
    rows = [
        a_review(
            f"sale{listing}-{i}",
            listing=f"L{listing}",
            posted_at=at(200 + chance.random()),
            text=words(chance),
        )
        for listing in range(30)
        for i in range(10)
    ]
    result = judged(a_market() + rows)
    assert (scores(result, "sale") < 0.4).all()


def test_verbose_honest_buyer_who_repeats_himself_stays_below_the_line():
    chance = np.random.default_rng(5)
    own = words(chance, 40)
    rows = [
        a_review(
            f"verbose{i}",
            listing=f"L{i % 30}",
            user="verbose",
            posted_at=at(5 * i),
            text=own if i % 2 else words(chance),
        )
        for i in range(50)
    ]
    assert (scores(judged(a_market() + rows), "verbose") < 0.5).all()


def test_slow_copies_on_one_listing_are_found_without_a_burst():
    chance = np.random.default_rng(6)
    bases = [words(chance, 40) for _ in range(3)]
    rows = []
    for i in range(21):
        text = [c for c in bases[i % 3] if chance.random() > 0.06]
        rows.append(a_review(f"drip{i}", listing="L7", posted_at=at(100 + 4 * i), text="".join(text)))
    result = judged(a_market() + rows)
    assert (scores(result, "drip", "slow_drip_copy") >= 0.5).mean() > 0.8


def test_group_that_reviews_the_same_listings_is_found_and_its_camouflage_is_not():
    chance = np.random.default_rng(7)
    rows = []
    for member in range(10):
        for place, listing in enumerate(("L2", "L11", "L20", "L26")):
            rows.append(
                a_review(
                    f"group{member}-{place}",
                    listing=listing,
                    shop=f"S{listing}",
                    user=f"member{member}",
                    posted_at=at(60 + 40 * place + chance.random() * 3),
                    text=words(chance),
                )
            )
        rows.extend(
            a_review(
                f"cover{member}-{cover}",
                listing=f"L{chance.integers(30)}",
                user=f"member{member}",
                posted_at=at(chance.random() * 300),
                text=words(chance),
            )
            for cover in range(3)
        )
    result = judged(a_market() + rows)
    assert (scores(result, "group", "collusion_group") >= 0.5).all()
    assert (scores(result, "cover") < 0.5).all()
    assert result.groups[0, "users"] == 10
    assert result.groups[0, "listings"] == 4
    assert set(result.groups[0, "review_ids"]) == {f"group{m}-{p}" for m in range(10) for p in range(4)}


def test_group_is_found_where_hardly_anybody_else_comes_back():
    chance = np.random.default_rng(9)
    market = [row | {"user": f"once-{row['review_id']}"} for row in a_market(listings=10, each=20)]
    group = [
        a_review(
            f"group{member}-{place}",
            listing=listing,
            shop=f"S{listing}",
            user=f"member{member}",
            posted_at=at(60 + 70 * place + chance.random() * 2),
            text=words(chance),
        )
        for member in range(9)
        for place, listing in enumerate(("L2", "L5"))
    ]
    result = judged(market + group)
    assert (scores(result, "group", "collusion_group") >= 0.5).all()
    assert (scores(result, "m") < 0.5).all()


def test_default_good_burst_is_judged_as_a_burst_and_not_as_duplicates():
    rows = a_burst("silent", texts=["此用户未填写评价内容"], count=30)
    result = judged(a_market() + rows)
    assert (scores(result, "silent", "default_good_burst") >= 0.5).all()
    assert (scores(result, "silent", "slow_drip_copy") == 0).all()


def test_cashback_marks_the_reviews_that_share_the_offers_wording():
    texts = [text + ("，好评返现五元找客服领" if i % 2 else "") for i, text in enumerate(slot_texts(8, 16))]
    rows = [
        a_review(f"cash{i}", listing="L9", posted_at=at(10 + 15 * i), text=text)
        for i, text in enumerate(texts)
    ]
    result = judged(a_market() + rows)
    assert (scores(result, "cash", "cashback") >= 0.5).mean() > 0.7
    assert (scores(result, "m", "cashback") < 0.5).all()


def test_negative_attack_is_named_by_its_stars():
    texts = ["掉漆严重，客服不理", "客服不理，退货拖着", "退货拖着，货不对板", "货不对板，掉漆严重"]
    rows = a_burst("attack", texts=texts, stars=1.0, count=16)
    result = judged(a_market() + rows)
    assert (scores(result, "attack", "negative_attack") >= 0.5).all()


@pytest.mark.parametrize("column", ["user", "stars", "posted_at", "bought_at", "shop", "listing"])
def test_missing_column_only_switches_signals_off(column):
    rows = a_market(listings=8, each=30) + a_burst("fake", texts=slot_texts(2, 25))
    frame = pl.DataFrame(rows, infer_schema_length=None).drop(column)
    result = judge(Memory.of(Reviews.of(frame)))
    found = result.reviews["score"].to_numpy()
    assert len(found) == len(rows)
    assert np.isfinite(found).all()
    assert ((found >= 0) & (found <= 1)).all()


def test_order_of_rows_changes_nothing():
    frame = pl.DataFrame(
        a_market(listings=8, each=30) + a_burst("fake", texts=slot_texts(2, 25)), infer_schema_length=None
    )
    one = judge(Memory.of(Reviews.of(frame))).reviews.sort("review_id")
    other = judge(Memory.of(Reviews.of(frame.sample(fraction=1.0, shuffle=True, seed=9)))).reviews.sort(
        "review_id"
    )
    assert one.equals(other)


def test_night_finds_what_the_whole_judgement_finds():
    market = a_market(listings=12)
    fakes = a_burst("fake", texts=slot_texts(2, 25), day=299.5)
    known = Memory.of(Reviews.of(pl.DataFrame(market, infer_schema_length=None)))
    standards = judge(known).standards
    fresh = Memory.of(Reviews.of(pl.DataFrame(fakes, infer_schema_length=None)), after=known)
    night = judge_night(known.followed_by(fresh), since=len(known), standards=standards)
    whole = judged(market + fakes)
    both = night.reviews.join(whole.reviews, on="review_id", suffix="_whole").filter(
        pl.col("review_id").str.starts_with("fake")
    )
    assert both.height == 25
    assert np.abs(both["score"].to_numpy() - both["score_whole"].to_numpy()).max() < 0.05
    assert night.reviews.height < len(market) / 2


def test_night_joins_new_copies_to_known_ones():
    chance = np.random.default_rng(11)
    base = words(chance, 40)
    copies = [
        a_review(f"copy{i}", listing="L1", posted_at=at(100 + 3 * i), text=base[:i] + base[i + 1 :])
        for i in range(12)
    ]
    market = a_market(listings=12) + copies[:8]
    known = Memory.of(Reviews.of(pl.DataFrame(market, infer_schema_length=None)))
    standards = judge(known).standards
    fresh = Memory.of(Reviews.of(pl.DataFrame(copies[8:], infer_schema_length=None)), after=known)
    night = judge_night(known.followed_by(fresh), since=len(known), standards=standards)
    assert set(night.reviews["review_id"]) >= {f"copy{i}" for i in range(12)}
    assert (scores(night, "copy", "slow_drip_copy") >= 0.5).all()


def test_partition_of_shops_joins_to_the_same_peers():
    rows = a_market(listings=12) + a_burst("fake", texts=slot_texts(2, 25))
    frame = pl.DataFrame(rows, infer_schema_length=None)
    first = frame.filter(pl.col("shop") == "S0")
    rest = frame.filter(pl.col("shop") != "S0")
    joined = judge(Memory.of(Reviews.of(first)).followed_by(Memory.of(Reviews.of(rest)))).reviews.sort(
        "review_id"
    )
    whole = judge(Memory.of(Reviews.of(frame))).reviews.sort("review_id")
    difference = np.abs(joined["score"].to_numpy() - whole["score"].to_numpy())
    assert difference.max() < 0.05


def test_undated_market_has_no_bursts():
    rows = [row | {"posted_at": None} for row in a_market(listings=6, each=20)]
    frame = pl.DataFrame(rows, infer_schema_length=None).with_columns(
        pl.col("posted_at").cast(pl.Datetime("us", "UTC"))
    )
    result = judge(Memory.of(Reviews.of(frame)))
    assert (result.signals.rush.surprise == 0).all()
    assert result.groups.is_empty()


def test_window_and_span_point_at_the_burst():
    result = judged(a_market() + a_burst("fake", texts=slot_texts(2, 25)))
    row = result.reviews.with_row_index("place").filter(pl.col("review_id") == "fake10")["place"][0]
    first, last = result.signals.rush.first[row], result.signals.rush.last[row]
    assert at(150).timestamp() <= first + 86_400
    assert last <= (at(152) + timedelta(days=1)).timestamp()
    assert result.signals_of(row)["burst_template.rush"] > 1


def test_evidence_names_peers_window_and_what_is_usual():
    chance = np.random.default_rng(7)
    rows = a_burst("fake", texts=slot_texts(2, 25))
    rows += [
        a_review(
            f"group{m}-{p}",
            listing=listing,
            shop=f"S{listing}",
            user=f"member{m}",
            posted_at=at(60 + 40 * p),
            text=words(chance),
        )
        for m in range(6)
        for p, listing in enumerate(("L2", "L11", "L20"))
    ]
    rows += [
        a_review(f"cash{i}", listing="L9", posted_at=at(10 + 15 * i), text=text + "好评返现五元")
        for i, text in enumerate(slot_texts(8, 9))
    ]
    result = judged(a_market() + rows)
    places = {review: place for place, review in enumerate(result.reviews["review_id"])}
    burst = {one.signal: one for one in evidence(result, places["fake10"])}
    assert burst["burst_template.lift"].peers[0].startswith("fake")
    assert burst["burst_template.lift"].value > burst["burst_template.lift"].usual[2]
    window = burst["burst_template.rush"].window
    assert window is not None
    first, last = window
    assert at(150).timestamp() <= last <= at(152.1).timestamp()
    assert first <= at(151).timestamp()
    group = {one.signal: one for one in evidence(result, places["group2-1"])}
    assert set(group["collusion_group.company"].peers) == {f"group{m}-1" for m in range(6) if m != 2}
    offer = {one.signal: one for one in evidence(result, places["cash4"])}["cashback.offer"]
    assert [span.quote for span in offer.spans] == ["好评返现"]
