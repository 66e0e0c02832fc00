"""The demo's campaigns against the detectors: planted ones are found, look-alikes are not."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest

from demo.market import Market, build_market
from detectors.campaigns.columns import Reviews
from detectors.campaigns.findings import CampaignDetector
from detectors.campaigns.judge import Judgement, judge
from detectors.campaigns.memory import Memory
from tests.shipped import catalogue, packs


@pytest.fixture(scope="module")
def whole() -> Market:
    return build_market(7, shops=60, listings=1_200)


@pytest.fixture(scope="module")
def judged(whole: Market) -> Judgement:
    rows = [
        {
            "review_id": review.id,
            "listing": listing.id,
            "shop": listing.shop_id,
            "user": review.user,
            "stars": float(review.stars),
            "posted_at": review.posted_at.astimezone(UTC),
            "text": review.text,
            "seller_reply": review.reply,
        }
        for listing in whole.listings.values()
        for review in whole.reviews_of(listing, whole.vocabulary.world.now)
    ]
    return judge(Memory.of(Reviews.of(pl.DataFrame(rows))))


@pytest.fixture(scope="module")
def flagged(judged: Judgement) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    detector = CampaignDetector(packs(), catalogue())
    for finding in detector.findings(judged, seen={}, as_of=datetime(2026, 11, 11, tzinfo=UTC)):
        found.setdefault(finding.rule, set()).add(finding.subject)
    return found


@pytest.mark.parametrize(
    ("rule", "least"),
    [("REVIEW-BURST", 0.8), ("REVIEW-DUPLICATE", 0.8), ("REVIEW-GROUP", 0.8), ("REVIEW-INDUCEMENT", 0.5)],
)
def test_planted_campaigns_are_found(
    whole: Market, flagged: dict[str, set[str]], rule: str, least: float
) -> None:
    planted = {plant.subject for plant in whole.plants if plant.rule == rule and not plant.lookalike}
    assert len(flagged[rule] & planted) >= least * len(planted)


def test_listings_without_a_campaign_are_hardly_ever_flagged(
    whole: Market, flagged: dict[str, set[str]]
) -> None:
    guilty = {
        plant.subject for plant in whole.plants if plant.rule.startswith("REVIEW-") and not plant.lookalike
    }
    innocent = {subject for subjects in flagged.values() for subject in subjects} - guilty
    assert len(innocent) <= 2


@pytest.mark.parametrize("rule", ["REVIEW-DUPLICATE", "REVIEW-GROUP"])
def test_verbose_buyers_habits_and_couples_stay_below_the_line(
    whole: Market, flagged: dict[str, set[str]], rule: str
) -> None:
    lookalikes = {plant.subject for plant in whole.plants if plant.rule == rule and plant.lookalike}
    assert lookalikes
    assert flagged[rule] & lookalikes == set()


def test_sale_days_flag_nobody(whole: Market, judged: Judgement) -> None:
    start = whole.vocabulary.world.promotion.starts.timestamp()
    reviews = judged.memory.reviews
    on_sale = reviews.posted[judged.signals.rows] >= start
    ordered = {review.id for of_one in whole.ordered_reviews.values() for review in of_one if review.campaign}
    honest = ~judged.reviews["review_id"].is_in(list(ordered)).to_numpy()
    over = (judged.reviews["score"] >= 0.5).to_numpy()
    assert (on_sale & honest).sum() > 1_000
    assert (over & on_sale & honest).sum() <= 0.005 * (on_sale & honest).sum()
