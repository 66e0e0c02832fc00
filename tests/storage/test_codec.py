"""Documents: what goes in comes out, and nothing that strangers wrote stops a write."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import bson
import pytest
from bson.decimal128 import Decimal128
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.finding import Finding
from domain.subjects import Availability, Listing, Observation, Review, Shop
from domain.target import Target
from storage.codec import MAX_DOCUMENT_BYTES, clean, decode, encode, fitting
from tests.storage.builders import a_finding, a_listing, a_review, a_shop, a_snapshot, a_target

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)


@pytest.mark.parametrize(
    "subject",
    [
        a_target(),
        a_snapshot(a_target()),
        a_listing(list_price=None, availability=Availability.IN_STOCK, stock=3),
        a_shop(rating=Decimal("4.90")),
        a_review(posted_at=None),
        a_finding(),
    ],
    ids=lambda subject: type(subject).__name__,
)
def test_subject_comes_back_as_it_was(subject: object) -> None:
    assert decode(type(subject), bson.decode(bson.encode(encode(subject)), TZ_AWARE)) == subject


TZ_AWARE: bson.CodecOptions[Mapping[str, Any]] = bson.CodecOptions(tz_aware=True, tzinfo=UTC)


def test_money_is_exact_and_a_day_is_text() -> None:
    assert encode(a_listing(price=Decimal("0.10")))["price"] == Decimal128("0.10")
    assert encode(a_finding())["basis"][0]["valid_from"] == "2026-06-18"
    assert decode(Finding, encode(a_finding())).basis[0].valid_from == date(2026, 6, 18)


@pytest.mark.parametrize("price", ["1." + "1" * 60, "1e9999", "-1e-9999", "NaN", "Infinity"])
def test_odd_money_is_stored(price: str) -> None:
    document = encode(a_listing(price=Decimal(price)))
    assert isinstance(document["price"], Decimal128)
    bson.encode(document)


@settings(max_examples=60, deadline=None)
@given(title=ANY_TEXT, name=ANY_TEXT, stock=st.integers())
def test_any_text_and_any_number_is_stored(title: str, name: str, stock: int) -> None:
    listing = a_listing(title=title, attributes=((name, title),), stock=stock)
    found = decode(Listing, bson.decode(bson.encode(encode(listing))))
    assert found.title == clean(title)
    assert len(found.title) == len(title)
    assert found.attributes == ((clean(name), clean(title)),)
    assert found.stock == max(-(2**63 - 1), min(2**63 - 1, stock)) or stock == -(2**63)


def test_ordinary_text_is_untouched_and_carries_no_remark() -> None:
    text = "$where: {a.b: 1} \x00 最佳😀\u202e"
    document = encode(a_review(text=text))
    assert document["text"] == text
    assert "mended" not in document


def test_mending_is_told_where() -> None:
    document = encode(a_listing(title="a\ud800b", stock=10**30))
    assert document["title"] == "a\ufffdb"
    assert sorted(document["mended"]) == ["stock: number beyond 64 bits", "title: lone surrogates"]


def test_keys_that_bson_refuses_are_mended() -> None:
    document = fitting({"summary": {"a\x00b": 1, "c\udc00": [10**40]}})
    assert document["summary"] == {"a\ufffdb": 1, "c\ufffd": [2**63 - 1]}
    bson.encode(document)


def test_a_megabyte_is_kept_whole() -> None:
    text = "网" * 350_000
    assert decode(Review, encode(a_review(text=text))).text == text


@pytest.mark.parametrize(
    "shop",
    [
        a_shop(page_text="长" * 9_000_000),
        a_shop(name="长" * 9_000_000, page_text="a" * 9_000_000),
    ],
    ids=["one text", "two texts"],
)
def test_document_beyond_the_limit_is_cut_and_says_so(shop: Shop) -> None:
    document = encode(shop, _id=shop.key)
    assert len(bson.encode(document)) <= MAX_DOCUMENT_BYTES
    assert document["_id"] == shop.key
    assert document["mended"][-1].startswith("cut: longest")
    assert shop.page_text.startswith(decode(Shop, document).page_text)


def test_a_million_pictures_are_cut() -> None:
    document = encode(a_listing(images=("http://shop.example/1.jpg",) * 1_000_000))
    assert len(bson.encode(document)) <= MAX_DOCUMENT_BYTES
    assert 0 < len(document["images"]) < 1_000_000


def test_field_of_a_later_release_is_left_aside() -> None:
    assert decode(Target, {**encode(a_target()), "later": 1}) == a_target()


def test_observation_keeps_milliseconds_of_its_time() -> None:
    at = datetime(2026, 6, 18, 1, 2, 3, 456_789, tzinfo=UTC)
    sighting = Observation.of(a_listing(), snapshot="s", target="t", observed_at=at)
    found = decode(Observation, bson.decode(bson.encode(encode(sighting)), TZ_AWARE))
    assert found.observed_at == at.replace(microsecond=456_000)
