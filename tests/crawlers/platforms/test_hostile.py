"""Whatever a page holds, an adapter answers with values or an ExtractionError, and soon."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawlers.platforms.base import Adapter
from crawlers.platforms.lingang import adapter as lingang
from domain.errors import ExtractionError
from domain.target import PageKind
from netsword.recorded import recorded_page
from tests.crawlers.platforms.builders import a_bundled_adapter, a_page
from tests.crawlers.platforms.recorded import PAGES

_LIMIT_S = 5.0
_HOSTILE = {
    "empty": "",
    "blank": " \n\t",
    "nul": "<h1>a\0b</h1>\0<p>\0",
    "deep": "<div>" * 20_000 + "x",
    "deep-tables": "<table><tr><td>" * 20_000,
    "deep-items": "<i itemscope itemprop=x itemtype=Product>" * 20_000 + "x",
    "wide": "<i itemprop=price class=price>1</i>" * 50_000,
    "attribute": f"<h1 title='{'x' * 2_000_000}'>t</h1>",
    "text": "<h1>" + "9" * 2_000_000 + "</h1>",
    "prices": "<h1>t</h1><p class=price>" + "1.1," * 500_000,
    "spaces": "<h1>t</h1><p class=price>1" + " " * 1_000_000 + "2",
    "brackets": "<" * 500_000,
    "entities": "&#x110000;&#0;&#55296;&bogus;" * 1_000,
    "surrogate": "<h1>\ud800</h1>",
    "declaration": '<?xml version="1.0" encoding="utf-16"?><h1>t</h1>',
    "json": "<h1>t</h1><script type=application/ld+json>" + '{"offers":' * 50_000,
    "number": '<h1>t</h1><script type=application/ld+json>{"@type":"Product","offers":{"price":'
    + "9" * 100_000
    + "}}",
    "state": "<body><script>window.__ITEM__=" + "[" * 100_000 + "</script>",
}


def _adapters() -> list[Adapter]:
    return [lingang("http://a.example/"), a_bundled_adapter("schema-org"), a_bundled_adapter("django-oscar")]


def _try(adapter: Adapter, text: str, kind: PageKind) -> None:
    page = a_page(text, kind=kind, url="http://a.example/goods_1/", subject="shop:1")
    adapter.obstacle(page)
    try:
        adapter.parse(page)
    except ExtractionError as error:
        assert error.field  # noqa: PT017 - either answer is right


@pytest.mark.parametrize("name", _HOSTILE)
def test_hostile_page_is_answered_in_time(name: str) -> None:
    started = time.process_time()
    for adapter in _adapters():
        for kind in PageKind:
            _try(adapter, _HOSTILE[name], kind)
    assert time.process_time() - started < _LIMIT_S * 3


@pytest.mark.parametrize("kind", [PageKind.SHOP, PageKind.LICENCE])
def test_half_a_page_does_not_pass_for_a_whole_one(kind: PageKind) -> None:
    html = "<h1>店</h1>" + "<div>" * 20_000 + "</div>" * 20_000 + "<p>营业执照</p>"
    with pytest.raises(ExtractionError):
        a_bundled_adapter("django-oscar").parse(a_page(html, kind=kind))


@pytest.mark.parametrize("folder", sorted(path.parent.name for path in PAGES.glob("lingang/*/page.html")))
def test_page_of_another_kind_or_platform_is_no_surprise(folder: str) -> None:
    page, _ = recorded_page(PAGES / "lingang" / folder)
    for adapter in _adapters():
        for kind in PageKind:
            _try(adapter, page.text, kind)


@pytest.mark.parametrize(
    "folder", ["listing-promotion", "search-first", "shop-licence-text", "reviews-first"]
)
def test_mutilated_page_is_no_surprise(folder: str) -> None:
    page, _ = recorded_page(PAGES / "lingang" / folder)
    chance = random.Random(20261111)
    for _ in range(40):
        text = page.text
        for _ in range(chance.randint(1, 6)):
            start = chance.randrange(len(text))
            end = start + chance.choice((1, 1, 5, 80, 3000))
            text = (
                text[:start]
                + chance.choice(("", "<", ">", '"', "\0", "</div>", "</html>", text[start:end] * 2))
                + text[end:]
            )
        for adapter in _adapters()[:2]:
            _try(adapter, text, page.kind)


_PIECES = st.sampled_from(
    ["<h1>", "</h1>", "<div itemscope itemtype=Product>", "<b itemprop=price>", "<p class=price>", "</p>",
    "¥1.299", "39.90",
     "<script type=application/ld+json>", '{"@type":"Product","offers":', '{"price":', "}", "]", "[",
     "</script>", "\0", "茶",
     "<meta property=og:title content='", "'>", "<form id=J_FrmBid>", "<body><div class='itemInfo'>",
     "window.__ITEM__={"]
)  # fmt: skip


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_PIECES | st.text(max_size=8), max_size=30), st.sampled_from(list(PageKind)))
def test_any_heap_of_pieces_is_no_surprise(pieces: list[str], kind: PageKind) -> None:
    for adapter in _adapters():
        _try(adapter, "".join(pieces), kind)
