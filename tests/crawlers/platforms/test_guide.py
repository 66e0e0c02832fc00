"""What "Add a platform" shows as profile and as adapter is one, and reads a page."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from crawlers.platforms.profile import ProfileAdapter
from crawlers.platforms.site_profile import parse_profile
from domain.errors import ExtractionError
from domain.subjects import Availability
from domain.target import PageKind, Reason
from tests.crawlers.platforms.builders import a_page, listing_in

_GUIDE = Path(__file__).parents[3] / "docs" / "adding-a-platform.md"


def _shown(language: str, mark: str) -> str:
    blocks = re.findall(rf"```{language}\n(.*?)```", _GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    (found,) = [block for block in blocks if mark in block]
    return str(found)


@pytest.fixture
def profiled() -> ProfileAdapter:
    profile = parse_profile(_shown("yaml", "name: dongli"), source="the guide")
    return ProfileAdapter(platform="dongli", base_url="https://dongli.example/", profile=profile)


@pytest.fixture
def adapter() -> Any:
    names: dict[str, Any] = {"__name__": "dongli"}
    exec(compile(_shown("python", "PLATFORM ="), "the guide", "exec"), names)  # noqa: S102 - our own text
    return names["adapter"]("https://dongli.example/")


def test_profile_of_the_guide_reads_an_item_page(profiled: ProfileAdapter) -> None:
    html = """<h1 class="title">竹筷</h1><p class="price-now">¥12.50</p><p class="buy">立即抢购</p>
      <table class="spec"><tr><th>产地</th><td>安吉</td></tr></table>
      <script>var PAGE_STATE = {"goods": {"left": 0}};</script>"""
    listing = listing_in(profiled.parse(a_page(html, url="https://dongli.example/goods/7.html")))
    assert (listing.item_id, listing.title, listing.price) == ("7", "竹筷", Decimal("12.50"))
    assert (listing.stock, listing.origin) == (0, "安吉")
    assert listing.availability is Availability.IN_STOCK


def test_profile_of_the_guide_asks_in_the_charset_it_names(profiled: ProfileAdapter) -> None:
    assert profiled.search_url("碗") == "https://dongli.example/search?q=%CD%EB&p=1"


def test_adapter_of_the_guide_reads_a_state_in_fen(adapter: Any) -> None:
    state = '{"goods": {"no": 7, "name": "竹筷", "price": 1250, "left": 3}, "seller": {"name": "东篱"}}'
    listing = listing_in(adapter.parse(a_page(f"<script>PAGE_STATE = {state}</script>")))
    assert (listing.key, listing.price, listing.shop_name) == ("dongli:7", Decimal("12.50"), "东篱")
    assert adapter.obstacle(a_page("<p>这双竹筷已经离开货架</p>")) is Reason.GONE


def test_adapter_of_the_guide_claims_no_list(adapter: Any) -> None:
    with pytest.raises(ExtractionError, match="ever seen"):
        adapter.parse(a_page("<p>x</p>", kind=PageKind.SEARCH))
