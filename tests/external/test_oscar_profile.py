"""The django-oscar profile against a running shop; ``serve.py`` writes its address to
``var/external/oscar-url``."""

from __future__ import annotations

import urllib.request
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from urllib.error import HTTPError

import pytest

from crawlers.platforms.base import Adapter, Page, ParsedPage
from crawlers.platforms.registry import adapter_for
from domain.subjects import Availability, Listing
from domain.sweep import PlatformScope
from domain.target import PageKind, Reason
from tests.external.oscar.catalogue import SALES, reviews, rows

pytestmark = pytest.mark.slow

_URL_FILE = Path(__file__).parents[2] / "var/external/oscar-url"
_ROWS = {str(place): row for place, row in enumerate(rows(), start=1)}
"""Catalogue rows by the number that the shop gives them, which counts from one."""


@pytest.fixture(scope="module")
def base_url() -> str:
    if not _URL_FILE.is_file():
        pytest.skip(f"no test shop: start tests/external/oscar/serve.py --url-file {_URL_FILE.name}")
    return _URL_FILE.read_text(encoding="ascii").strip()


@pytest.fixture(scope="module")
def adapter(base_url: str) -> Adapter:
    scope = {"platform": "dongli", "base_url": base_url, "profile": "django-oscar"}
    return adapter_for(PlatformScope.model_validate(scope))


def a_visit(adapter: Adapter, url: str, kind: PageKind) -> ParsedPage:
    page = fetched(url, kind)
    assert adapter.obstacle(page) is None
    return adapter.parse(page)


def fetched(url: str, kind: PageKind) -> Page:
    try:
        with urllib.request.urlopen(url, timeout=30) as response:  # noqa: S310 - loopback
            text, status, final = response.read().decode(), response.status, response.geturl()
    except HTTPError as error:
        text, status, final = error.read().decode(), error.code, url
    return Page(url=final, kind=kind, text=text, status=status, fetched_at=datetime(2026, 11, 11, tzinfo=UTC))


def test_search_finds_every_listing_of_its_kind(adapter: Adapter) -> None:
    parsed = a_visit(adapter, adapter.search_url("四件套"), PageKind.SEARCH)
    wanted = {item_id: row[3] for item_id, row in _ROWS.items() if "四件套" in row[3]}
    assert {card.item_id: card.title for card in parsed.cards} == wanted
    assert {card.item_id: card.price for card in parsed.cards} == {
        key: Decimal(_ROWS[key][7]) for key in wanted
    }


def test_search_says_when_there_is_nothing(adapter: Adapter) -> None:
    parsed = a_visit(adapter, adapter.search_url("zzzz"), PageKind.SEARCH)
    assert (parsed.empty, parsed.cards) == (True, ())


def test_pages_of_a_list_lead_to_every_listing_once(adapter: Adapter, base_url: str) -> None:
    url, seen = f"{base_url}catalogue/", []
    while url:
        parsed = a_visit(adapter, url, PageKind.SEARCH)
        seen += [card.item_id for card in parsed.cards]
        url = parsed.next_url
    assert sorted(seen, key=int) == list(_ROWS)


@pytest.mark.parametrize("place", ["1", "29", "58", "163", "321", "326"])
def test_listing_is_read_as_it_was_put_in(adapter: Adapter, base_url: str, place: str) -> None:
    _, shelf, upc, title, text, _, _, price, stock = _ROWS[place]
    parsed = a_visit(adapter, f"{base_url}catalogue/x_{place}/", PageKind.LISTING)
    listing = _listing(parsed)
    assert (listing.item_id, listing.title, listing.description) == (place, title, text)
    assert (listing.price, listing.currency, listing.shop) == (Decimal(price), "CNY", "dongli:site")
    assert listing.availability is (Availability.OUT_OF_STOCK if stock == "0" else Availability.IN_STOCK)
    assert " > ".join(listing.category_path) == shelf
    assert upc in dict(listing.attributes).values()


def test_reviews_are_read_and_masked(adapter: Adapter, base_url: str) -> None:
    place = next(key for key, row in _ROWS.items() if len(list(reviews(row[2]))) >= 5)
    listing = a_visit(adapter, f"{base_url}catalogue/x_{place}/", PageKind.LISTING)
    parsed = a_visit(adapter, listing.reviews_url, PageKind.REVIEWS)
    written = list(reviews(_ROWS[place][2]))
    assert sorted((each.stars, each.text) for each in parsed.reviews) == sorted(
        (each[0], each[2]) for each in written
    )
    assert all("*" in each.nickname for each in parsed.reviews)
    assert _listing(listing).review_count == len(written)


def test_goods_that_may_not_be_sold_are_in_the_shop(adapter: Adapter) -> None:
    for _, title, _, _ in SALES:
        parsed = a_visit(adapter, adapter.search_url(title), PageKind.SEARCH)
        assert title in [card.title for card in parsed.cards]


def test_listing_that_is_gone_is_told(adapter: Adapter, base_url: str) -> None:
    assert adapter.obstacle(fetched(f"{base_url}catalogue/x_99999/", PageKind.LISTING)) is Reason.GONE


def _listing(parsed: ParsedPage) -> Listing:
    assert parsed.listing is not None
    return parsed.listing
