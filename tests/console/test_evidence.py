"""Evidence drawn on a finding's page: what is counted, masked, bounded, and stays escaped."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape

import pytest

from console import review_view
from console.desk import Desk
from console.review_view import group, pairs, shared, timeline
from domain.account import Role
from rules.loader import load_promotions
from storage.review_evidence import DayCounts, Written
from storage.subjects import Sighting
from tests.console.people import Person, plant
from tests.console.planted import TEXTS, a_campaign, a_price_finding, price_history
from tests.storage.builders import DAY, RUN, a_listing, a_review

HOSTILE = "</script><script>alert(1)</script>"
SignIn = Callable[..., Person]


def test_price_page_shows_before_during_and_the_reference(desk: Desk, sign_in: SignIn) -> None:
    a_price_finding(desk)
    page = sign_in(Role.ANALYST).get("/findings/1").text
    tiles = re.findall(r"<dt>(.*?)</dt><dd>(¥[0-9.]+|—)</dd>", page)
    assert [value for _, value in tiles] == ["¥100", "¥160", "¥99", "—"]
    chart = json.loads(unescape(re.findall(r'data-chart="([^"]*)"', page)[0]))
    assert chart["price"] == [100, 100, 100, 160, 160, 160, 160, 99, 99]
    assert chart["reference"] == 160
    assert chart["band"][0] == chart["t"][-2]
    assert page.count('class="proof"') == 9
    assert "价格台账" in page
    assert "促销前提至" in page


def test_a_finding_on_words_has_no_chart(desk: Desk, sign_in: SignIn) -> None:
    plant(desk.store, 1)
    page = sign_in(Role.ANALYST).get("/findings/1").text
    assert not re.search(r"data-chart|uplot|<svg", page)


def test_hostile_labels_and_reviews_stay_text(desk: Desk, sign_in: SignIn) -> None:
    a_price_finding(desk)
    ids = price_history(desk, list_price_label=HOSTILE, promotion=HOSTILE, title=HOSTILE)
    assert ids
    page = sign_in(Role.ANALYST).get("/findings/1").text
    assert HOSTILE not in page
    for name in desk.store.database.list_collection_names():
        if name in ("findings", "observations", "decisions"):
            desk.store.database[name].delete_many({})
    a_campaign(desk, [f"{HOSTILE} {text}" for text in TEXTS], nickname=HOSTILE)
    page = sign_in(Role.ANALYST, "second").get("/findings/2").text
    assert "&lt;/script&gt;" in page
    assert HOSTILE not in page


def test_campaign_page_masks_reviewers_and_marks_differences(desk: Desk, sign_in: SignIn) -> None:
    a_campaign(desk, TEXTS)
    page = sign_in(Role.ANALYST).get("/findings/1").text
    assert "快乐的小猫" not in page
    assert "快***" in page
    assert len(re.findall(r'<mark class="differs">[一二三四五六]</mark>', page)) == 6
    assert page.count('<circle class="user"') == 6
    assert "第二件商品" in page
    assert page.count('<rect class="marked"') == 1


def test_values_name_their_places_and_contradictions(desk: Desk, sign_in: SignIn) -> None:
    plant(desk.store, 1)
    told = {"sources": (("price", f"visible: {HOSTILE}"),), "contradictions": (("price", "19.90 / 9.90"),)}
    listing = a_listing(1, undecided=("brand",), **told)
    desk.store.listings.save([(listing, Sighting(run=RUN, snapshot="s", seen_at=DAY))])
    page = sign_in(Role.ANALYST).get("/findings/1").text
    assert "取值出处" in page
    assert "19.90 / 9.90" in page
    assert "visible: &lt;/script&gt;" in page
    assert HOSTILE not in page


@pytest.mark.mongo
def test_lookups_use_an_index_and_are_bounded(desk: Desk) -> None:
    a_campaign(desk, TEXTS)
    evidence, database = desk.store.review_evidence, desk.store.database
    database.command({"profile": 2})
    users = [one.user for one in evidence.some(["lingang:0", "lingang:1"])]
    assert {one.listing for one in evidence.by_users(users)} == {"lingang:1", "lingang:2"}
    counts = evidence.per_day(["lingang:1"], most=5)
    assert counts.is_cut
    assert sum(count for _, count in counts.days) == 5
    database.command({"profile": 0})
    plans = [one["planSummary"] for one in database["system.profile"].find({"ns": {"$regex": "reviews$"}})]
    assert len(plans) == 3
    assert not [plan for plan in plans if "COLLSCAN" in plan]


def test_days_far_from_the_campaign_are_left_out_and_sale_days_marked() -> None:
    first = date(2026, 11, 1)
    days = [(date(2024, 1, 1), 9), *((first + timedelta(days=n), 2) for n in range(20))]
    counts = DayCounts(days=tuple(days), undated=3, is_cut=False)
    moment = DAY.replace(month=11, day=20)
    reviews = [a_review(n, posted_at=moment) for n in range(2)]
    line = timeline(counts, reviews, load_promotions())
    assert line
    assert (len(line.bars), line.days_a_bar, line.most, line.undated) == (34, 1, 2, 3)
    assert (line.bars[0].first, line.bars[-1].first) == (date(2026, 10, 21), date(2026, 11, 23))
    assert [bar.first.day for bar in line.bars if bar.marked] == [20]
    assert line.usual == pytest.approx(38 / 33)
    assert 11 in {bar.first.day for bar in line.bars if bar.is_sale}
    assert 20 not in {bar.first.day for bar in line.bars if bar.is_sale}


def test_years_of_reviews_make_no_more_bars_than_fit() -> None:
    days = tuple((date(2020, 1, 1) + timedelta(days=n), 1) for n in range(2_000))
    reviews = [a_review(n, posted_at=DAY.replace(year=2020 + n)) for n in range(6)]
    line = timeline(DayCounts(days=days, undated=0, is_cut=False), reviews, load_promotions())
    assert line
    assert len(line.bars) <= review_view.MOST_BARS
    # Thirty days before the first that is listed, and no more.
    assert sum(bar.reviews for bar in line.bars) == 2_000 - 139


def test_no_date_no_timeline() -> None:
    counts = DayCounts(days=((date(2026, 1, 1), 1),), undated=1, is_cut=False)
    assert timeline(counts, [a_review(posted_at=None)], load_promotions()) is None


def test_pairs_prefer_small_differences_and_use_each_review_once() -> None:
    texts = [
        "面料柔软孩子穿上很喜欢",
        "面料柔软孩子穿上很喜欢",
        "面料柔软宝宝穿上很喜欢",
        "颜色偏深尺码偏小",
        " ",
    ]
    found = pairs([a_review(place, text=text) for place, text in enumerate(texts)])
    assert len(found) == 1
    assert {found[0].left.review_id, found[0].right.review_id} in ({"0", "2"}, {"1", "2"})
    assert [piece.text for piece in found[0].right_pieces if piece.is_marked] == ["宝宝"]


def test_many_long_reviews_are_cut_before_they_are_compared() -> None:
    found = pairs([a_review(place, text=f"{place}" + "好" * 100_000) for place in range(200)])
    assert len(found) == review_view.MOST_PAIRS
    assert max(len(piece.text) for pair in found for piece in pair.left_pieces) <= review_view.MOST_CHARACTERS


def test_company_is_two_listings_with_somebody_else() -> None:
    written = [
        Written(user=user, listing=listing, reviews=1)
        for user, listing in (("a", "x"), ("a", "y"), ("b", "x"), ("b", "y"), ("c", "x"), ("d", "z"))
    ]
    kept = shared(written)
    assert {one.user for one in kept} == {"a", "b"}
    drawn = group(kept, {"a": "甲乙"}, {"x": "商品"}, "x")
    assert drawn
    assert [dot.label for dot in drawn.users] == ["甲***", "—"]
    assert [dot.key for dot in drawn.listings if dot.is_subject] == ["x"]
    assert len(drawn.edges) == 4


def test_a_crowd_is_drawn_in_part_and_says_so() -> None:
    written = [Written(user=f"u{n:03}", listing=key, reviews=1) for n in range(100) for key in ("x", "y")]
    drawn = group(written, {}, {}, "x")
    assert drawn
    assert (len(drawn.users), drawn.users_left_out) == (review_view.MOST_USERS, 100 - review_view.MOST_USERS)
