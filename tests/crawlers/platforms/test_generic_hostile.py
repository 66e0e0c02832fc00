"""Pages that were made to break a reader: no crash, no unbounded time."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawlers.platforms import jd, juhuasuan, pinduoduo, taobao, tmall
from crawlers.platforms.generic import GenericAdapter
from crawlers.platforms.generic_amounts import money_places
from crawlers.platforms.generic_locale import locale_of
from crawlers.platforms.generic_view import view_of
from crawlers.platforms.generic_weigh import amounts_of
from crawlers.platforms.tree import tree_of
from domain.errors import ExtractionError
from tests.crawlers.platforms.builders import a_page

_LIMIT_S = 3.0
_ADAPTERS = (
    GenericAdapter("shop", "https://shop.example/"),
    *(module.adapter("") for module in (jd, taobao, tmall, pinduoduo, juhuasuan)),
)
_HOSTILE = {
    "empty": "",
    "deep": "<div>" * 20_000 + "$1.00",
    "deep json": "[" * 20_000,
    "deep object": '{"data":' * 20_000,
    "open script": "<h1>x</h1><script>" + "a" * 500_000,
    "long attribute": f'<h1>x</h1><p class="{"price " * 170_000}">$1.00</p>',
    "nul": "<h1>a\x00b</h1><p class=price>$1\x00.00</p>",
    "right to left": "<h1>\u202ex\u202d</h1><p class=price>\u202e00.1$</p>",
    "turned over and over": "<h1>x</h1><p class=price>$1.00 " + "\u202e1" * 100_000,
    "turned elements": "<h1>x</h1>" + "<bdo>1</bdo>" * 20_000,
    "chinese number": "<h1>水壶</h1><p class=price>壹佰贰拾元</p>",
    "many amounts": "<h1>x</h1>" + "<p class=price>$1.00</p>" * 20_000,
    "one long line of amounts": "<h1>x</h1><p>" + "$1.00 " * 50_000,
    "digits": "<h1>x</h1><p class=price>$" + "9" * 200_000,
    "spaced digits": "<h1>x</h1><p class=price>$" + "1 " * 100_000,
    "labels": "<h1>x</h1>" + "<p>SKU:</p>" * 20_000,
    "huge number in json": '{"data": {"item": {"itemId": ' + "9" * 100_000 + "}}}",
    "json in html in json": '{"data": "<script>{\\"data\\": \\"<h1>x</h1>\\"}</script>"}',
}


@pytest.mark.parametrize("name", _HOSTILE)
def test_hostile_page_is_read_or_refused_in_time(name: str) -> None:
    started = time.process_time()
    for adapter in _ADAPTERS:
        try:
            adapter.parse(a_page(_HOSTILE[name]))
        except ExtractionError:
            continue
    assert time.process_time() - started < _LIMIT_S * len(_ADAPTERS)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(alphabet="$€¥0123456789.,-–/ kgRMB元万从<>p", max_size=80))
def test_any_price_text_gives_amounts_that_are_finite_and_not_negative(text: str) -> None:
    root = tree_of(f"<h1>x</h1><p class=price>{text}</p>")
    view = view_of(root)
    found = amounts_of(
        view,
        places=money_places(view),
        locale=locale_of(root, ""),
        currency="CNY",
        url="",
        title_place=0,
        buy_places=[],
    )
    assert all(each.value.is_finite() and each.value >= 0 for each in found)
