"""What strangers wrote comes out inside its bounds, and what was taken out is named."""

import asyncio
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.errors import EvidenceError
from domain.visit import Visit
from pipelines.preserve import Preserve
from pipelines.validate import MAX_ROWS, MAX_TEXT, MAX_TITLE, Validate
from tests.builders import NOW, a_listing, a_review, a_shop, a_snapshot, a_visit


def validated(**parts: Any) -> Visit:
    return asyncio.run(Validate().process_item(a_visit(**parts)))


@pytest.mark.parametrize(
    ("price", "kept"),
    [("0", True), ("9.90", True), ("999999999999", True), ("-1", False), ("1e12", False), ("NaN", False)],
)
def test_impossible_price_is_taken_out_and_named(price, kept):
    visit = validated(listings=(a_listing(price=Decimal(price)),))
    assert visit.listings[0].price == (Decimal(price) if kept else None)
    assert bool(visit.dropped) is not kept


@pytest.mark.parametrize(
    ("length", "cut"), [(MAX_TITLE - 1, False), (MAX_TITLE, False), (MAX_TITLE + 1, True)]
)
def test_long_title_is_cut_and_named(length, cut):
    visit = validated(listings=(a_listing(title="题" * length),))
    assert len(visit.listings[0].title) == min(length, MAX_TITLE)
    assert visit.dropped == ([f"p:1 title: cut after {MAX_TITLE} characters"] if cut else [])


def test_long_tables_and_texts_are_cut():
    rows = tuple((str(n), "x") for n in range(MAX_ROWS + 5))
    visit = validated(
        listings=(a_listing(attributes=rows),), shops=(a_shop(page_text="长" * (MAX_TEXT + 1)),)
    )
    assert len(visit.listings[0].attributes) == MAX_ROWS
    assert len(visit.shops[0].page_text) == MAX_TEXT
    assert len(visit.dropped) == 2


@pytest.mark.parametrize(("stars", "kept"), [(0, None), (1, 1), (5, 5), (6, None), (None, None)])
def test_stars_outside_one_to_five_are_taken_out(stars, kept):
    assert validated(reviews=(a_review(stars=stars),)).reviews[0].stars == kept


@pytest.mark.parametrize(
    ("ahead", "kept"), [(timedelta(), True), (timedelta(hours=23), True), (timedelta(days=2), False)]
)
def test_review_from_the_future_loses_its_time(ahead, kept):
    posted = NOW + ahead
    review = validated(reviews=(a_review(posted_at=posted),)).reviews[0]
    assert review.posted_at == (posted if kept else None)


def test_listing_becomes_a_sighting_of_its_snapshot():
    visit = asyncio.run(Preserve().process_item(a_visit(listings=(a_listing(price=Decimal(5)),))))
    sighting = visit.observations[0]
    assert (sighting.subject, sighting.snapshot, sighting.price) == ("p:1", a_snapshot().id, Decimal(5))
    assert sighting.observed_at == NOW


def test_visit_without_preserved_bytes_goes_no_further():
    with pytest.raises(EvidenceError, match="no snapshot"):
        asyncio.run(Preserve().process_item(a_visit(snapshots=())))
