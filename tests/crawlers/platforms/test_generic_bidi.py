"""Text that a page turns around is read as a person sees it, or not at all."""

from __future__ import annotations

from decimal import Decimal

import pytest

from crawlers.platforms.base import ParsedPage
from crawlers.platforms.generic import GenericAdapter
from crawlers.platforms.generic_bidi import as_seen
from crawlers.platforms.tree import text_of, tree_of
from domain.target import PageKind
from tests.crawlers.platforms.builders import a_page, listing_in


def _read(price: str, *, style: str = "") -> ParsedPage:
    told = (
        '{"@type":"Product","name":"蓝色水壶","offers":{"@type":"Offer","price":"821","priceCurrency":"CNY"}}'
    )
    head = f"<title>蓝色水壶</title><style>{style}</style><script type='application/ld+json'>{told}</script>"
    body = f'<h1>蓝色水壶</h1><p class="price">￥{price}</p><button>加入购物车</button>'
    text = f'<html lang="zh-CN"><head>{head}</head><body>{body}</body></html>'
    return GenericAdapter("shop", "https://shop.example/").parse(a_page(text))


@pytest.mark.parametrize(
    "price",
    [
        "&#x202e;00.821&#x202c;",
        "\u202e00.821\u202c",
        "<bdo dir=rtl>00.821</bdo>",
        "<BDO DIR=RTL><b>00.821</b></BDO>",
        '<i style="unicode-bidi:bidi-override; direction:rtl">00.821</i>',
        '<i class="back">00.821</i>',
        "\u202d128.00\u202c",
        "<bdo dir=ltr>128.00</bdo>",
        "\u200e128.00\u200f",
        "\u202b128.00\u202c",
    ],
)
def test_price_is_read_in_the_order_in_which_it_is_seen(price: str) -> None:
    parsed = _read(price, style=".back{unicode-bidi:bidi-override;direction:rtl}")
    assert listing_in(parsed).price == Decimal("128.00")


@pytest.mark.parametrize(
    "price",
    [
        "<bdo dir=rtl>00.<bdo dir=ltr>128</bdo></bdo>",
        "\u202e00.\u202d128\u202c\u202c",
        "<bdo dir=rtl>00.<bdi>128</bdi></bdo>",
        "<bdo dir=rtl><i>00.</i><b>821</b></bdo>",
        "<bdo dir=rtl><div>821</div></bdo>",
    ],
)
def test_directions_within_one_another_leave_the_price_undecided(price: str) -> None:
    parsed = _read(price)
    assert listing_in(parsed).price is None
    assert "price" in parsed.undecided


@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        ("<p>a\u202ecb</p><p>de</p>", "abcde"),
        ("<p>a <bdo dir=rtl>(b)c</bdo> d</p>", "a c(b) d"),
        ("<div dir=rtl><bdo>ba</bdo></div>", "ab"),
        ("<p>a<!-- x -->\u202ec<!-- y -->b\u202cd</p>", "abcd"),
        ("<p>\u202c\u2069a\u200eb</p>", "ab"),
    ],
)
def test_only_what_is_turned_is_turned_back(markup: str, shown: str) -> None:
    source = f"<html><body>{markup}</body></html>"
    root, is_turned = as_seen(tree_of(source), source)
    assert text_of(root).replace("\n", "") == shown
    assert not is_turned


def test_the_tree_of_the_page_is_not_changed() -> None:
    source = "<html><body><p><bdo dir=rtl>ba</bdo></p></body></html>"
    root = tree_of(source)
    assert text_of(as_seen(root, source)[0]) == "ab"
    assert text_of(root) == "ba"
    plain = tree_of("<p>ab</p>")
    assert as_seen(plain, "<p>ab</p>")[0] is plain


def test_turned_prices_of_a_list_are_read_as_seen() -> None:
    cards = "".join(
        f'<li><a href="/p/{n}">Kettle {n} l</a> <b>$<bdo dir="rtl">00.{n}2</bdo></b></li>'
        for n in range(1, 5)
    )
    page = a_page(f"<html><body><ul>{cards}</ul></body></html>", kind=PageKind.SEARCH)
    found = GenericAdapter("shop", "https://shop.example/").parse(page).cards
    assert [card.price for card in found] == [Decimal(f"2{n}.00") for n in range(1, 5)]


def test_thousands_of_marks_that_never_end_cost_nothing_to_speak_of() -> None:
    source = f"<html><body><p>{'a' + chr(0x202E) * 3}</p><p>{chr(0x202E) * 50_000}ba</p></body></html>"
    root, _ = as_seen(tree_of(source), source)
    assert text_of(root).endswith("ab")
