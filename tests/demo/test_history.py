"""The price watch's notebook: every visit is in it, and the detector finds from it what was planted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from demo.history import VISITS, history_rows
from demo.market import Market, build_market
from detectors.base import Sighting
from detectors.pricing.detector import PriceDetector
from rules.loader import load_catalogue, load_packs, load_promotions

SEED, CLOCK = 7, datetime(2027, 3, 1, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def market() -> Market:
    return build_market(SEED, shops=40, listings=700)


@pytest.fixture(scope="module")
def rows(market: Market) -> list[dict]:
    return list(history_rows(market, "lingang", now=market.vocabulary.world.now, clock=CLOCK))


def test_every_listing_was_looked_at_on_every_visit(market: Market, rows: list[dict]) -> None:
    assert len(rows) == len(market.listings) * len(VISITS)
    ages = {CLOCK - datetime.fromisoformat(row["observed_at"]) for row in rows}
    world = market.vocabulary.world
    assert ages == {world.now - world.promotion.starts - visit for visit in VISITS}
    assert min(ages) > timedelta(0)


def test_categories_narrow_it(market: Market) -> None:
    some = history_rows(
        market, "lingang", now=market.vocabulary.world.now, clock=CLOCK, categories=["HEALTHFOOD"]
    )
    wanted = market.within("HEALTHFOOD")
    keys = {f"lingang:{one.id}" for one in market.listings.values() if one.category in wanted}
    assert {row["listing"] for row in some} == keys


def test_prices_alone_find_what_was_planted_and_no_lookalike(market: Market, rows: list[dict]) -> None:
    catalogue = load_catalogue()
    detector = PriceDetector(load_packs(catalogue), catalogue, load_promotions())
    frame = pl.DataFrame(
        [row | {"observation_id": f"o{place}"} for place, row in enumerate(rows)], infer_schema_length=None
    ).with_columns(pl.col("observed_at").str.to_datetime(time_zone="UTC"))
    judged = detector.judge(frame, as_of=CLOCK)

    def seen(key: str) -> Sighting:
        return Sighting(subject=key, kind="listing", snapshot="s", observed_at=CLOCK)

    found = detector.findings(judged, seen=seen)
    flagged = {(one.rule, one.subject.removeprefix("lingang:")) for one in found}
    sold_out = {one.id for one in market.listings.values() if not one.stock}
    planted = {
        (plant.rule, plant.subject)
        for plant in market.plants
        if plant.rule.startswith("PRICE-") and not plant.lookalike and plant.subject not in sold_out
    }
    assert len(planted) > 30
    assert flagged == planted
