"""Shop pages in layouts and languages of many kinds, written here: what the generic reader makes of each.

``layouts.yaml``, ``layouts_world.yaml``, ``layouts_market.yaml`` and ``brands.yaml`` hold them. Every page
has something that misleads; a field that ``expected`` does not name is not judged.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from crawlers.platforms.generic import GenericAdapter
from domain.subjects import Listing
from tests.crawlers.platforms.builders import a_page, listing_in

_NAMES = ("layouts.yaml", "layouts_world.yaml", "layouts_market.yaml", "brands.yaml")
_FILES = [Path(__file__).parent / name for name in _NAMES]
_AMOUNTS = ("price", "list_price", "price_low", "price_high", "rating")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    cases = [(name, field) for name, page in _pages().items() for field in page["expected"]]
    metafunc.parametrize(("name", "field"), cases)


def test_field_is_read_in_any_layout(name: str, field: str) -> None:
    listing, contradictions, undecided, places = _read(name)
    expected = _pages()[name]["expected"][field]
    if field == "contradicts":
        assert expected in contradictions
    elif field == "undecided":
        assert expected in undecided
    elif field == "picture":
        assert expected in listing.images
        assert places["price"] == f"picture: {expected}"
    elif field == "attribute":
        assert tuple(expected) in listing.attributes
    elif field == "price_any_of":
        assert _number(listing.price) in {_number(each) for each in expected}
    elif field in _AMOUNTS:
        assert _number(getattr(listing, field)) == _number(expected)
    else:
        found = getattr(listing, field)
        assert (list(found) if isinstance(found, tuple) else found) == expected


@lru_cache(maxsize=1)
def _pages() -> dict[str, dict[str, Any]]:
    pages = [page for file in _FILES for page in yaml.safe_load(file.read_text(encoding="utf-8"))]
    return {page["name"]: page for page in pages}


@lru_cache(maxsize=200)
def _read(name: str) -> tuple[Listing, dict[str, str], tuple[str, ...], dict[str, str]]:
    page = _pages()[name]
    text = (
        f'<html lang="{page["language"]}"><head>{page.get("head", "<title>shop</title>")}</head>'
        f"<body>{page['body']}</body></html>"
    )
    parsed = GenericAdapter("shop", page["url"]).parse(a_page(text, url=page["url"]))
    return listing_in(parsed), dict(parsed.contradictions), parsed.undecided, dict(parsed.provenance)


def _number(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value)
