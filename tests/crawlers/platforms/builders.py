"""Builders for pages and adapters; the test states only what matters to it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawlers.platforms.base import Page, ParsedPage
from crawlers.platforms.profile import ProfileAdapter
from crawlers.platforms.registry import BUNDLED_PROFILES
from crawlers.platforms.site_profile import load_profile, parse_profile
from domain.subjects import Listing
from domain.target import PageKind

URL = "http://shop.example/goods/1.html"
OTHER_GOODS = (
    "<ul>"
    + "".join(f"<li><a href='/{n}.html'>茶杯{n}</a><b>￥{n}9.00</b></li>" for n in range(1, 6))
    + "</ul>"
)
"""A list of goods that a page shows beside its own."""


def a_page(
    text: str, *, kind: PageKind = PageKind.LISTING, url: str = URL, status: int = 200, subject: str = ""
) -> Page:
    when = datetime(2026, 11, 11, 2, 0, tzinfo=UTC)
    return Page(url=url, kind=kind, text=text, status=status, fetched_at=when, subject=subject)


def a_profile_adapter(profile: str) -> ProfileAdapter:
    return ProfileAdapter("shop", "http://shop.example/", parse_profile(profile, source="test.yaml"))


def a_bundled_adapter(name: str) -> ProfileAdapter:
    return ProfileAdapter(
        "shop", "http://shop.example/", load_profile(Path(BUNDLED_PROFILES / f"{name}.yaml"))
    )


def listing_in(parsed: ParsedPage) -> Listing:
    assert parsed.listing is not None
    return parsed.listing


def as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
