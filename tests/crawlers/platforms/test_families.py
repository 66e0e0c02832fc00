"""Shop software by family: pages written after its documented markup, and states that lie or break."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from crawlers.platforms.base import ParsedPage
from crawlers.platforms.generic import GenericAdapter
from crawlers.platforms.generic_families import FAMILIES, SEEN
from crawlers.platforms.generic_software import KNOWN
from tests.crawlers.platforms.builders import a_page, listing_in

_FILE = Path(__file__).parent / "families.yaml"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "field" in metafunc.fixturenames:
        cases = [(name, field) for name, page in _pages().items() for field in page["expected"]]
        metafunc.parametrize(("name", "field"), cases)


def test_field_of_the_family_is_read(name: str, field: str) -> None:
    parsed, expected = _read(name), _pages()[name]["expected"][field]
    listing = listing_in(parsed)
    if field == "contradicts":
        assert "state" in dict(parsed.contradictions)[expected]
    elif field == "attribute":
        assert tuple(expected) in listing.attributes
    elif field == "variant":
        assert (expected[0], Decimal(expected[1])) in listing.prices
    else:
        found = getattr(listing, field)
        assert (str(found) if isinstance(found, Decimal) else found) == expected


def test_every_family_is_recognised_and_has_a_page() -> None:
    assert set(FAMILIES) == set(KNOWN) == {page["software"] for page in _pages().values()}
    assert all(
        dict(_read(name).provenance)["software"] == page["software"] for name, page in _pages().items()
    )
    assert set(SEEN) <= set(FAMILIES)


@pytest.mark.parametrize(
    "state",
    [
        "{",
        "[]",
        "null",
        '{"variants": 7}',
        '{"price": "12"}',
        '{"price": -1}',
        '{"title": {"a": 1}}',
        "{" * 30_000,
    ],
)
def test_a_broken_state_changes_nothing(state: str) -> None:
    goods = '<h1>Linen apron</h1><span class="price">$24.50</span><button>Add to cart</button>'
    body = f"{goods}<script>var meta = {state}</script>"
    text = f'<html><head><script src="//cdn.shopify.com/a.js"></script></head><body>{body}</body></html>'
    assert listing_in(GenericAdapter("shop", "https://a.example/").parse(a_page(text))).price == Decimal(
        "24.50"
    )


@lru_cache(maxsize=1)
def _pages() -> dict[str, dict[str, Any]]:
    return {page["name"]: page for page in yaml.safe_load(_FILE.read_text(encoding="utf-8"))}


@lru_cache(maxsize=100)
def _read(name: str) -> ParsedPage:
    page = _pages()[name]
    text = f"<html><head><title>Shop</title>{page['head']}</head><body>{page['body']}</body></html>"
    url = "https://shop.example/p/1"
    return GenericAdapter("shop", url).parse(a_page(text, url=url))
