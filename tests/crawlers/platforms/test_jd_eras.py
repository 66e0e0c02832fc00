"""JD's pages of other years 京东: written by us after their structure, with goods of our own."""

from __future__ import annotations

from decimal import Decimal

import pytest

from crawlers.platforms import jd
from domain.subjects import Availability
from domain.target import PageKind
from tests.crawlers.platforms.builders import OTHER_GOODS, a_page, as_json, listing_in


def jd_item(*, heading: str, price: str, more: str = "") -> str:
    return f"""<html><head><title>【图】搪瓷水壶</title></head><body>{heading}{price}{more}
      <div class="p-parameter"><ul id="parameter-brand"><li title="东篱">品牌： <a>东篱</a></li></ul></div>
      {OTHER_GOODS}
      <script>var pageConfig = {{product: {{skuid: 7712345, name: 'x',
      venderId:1, shopId:'4455'}}}};</script></body></html>"""


@pytest.mark.parametrize(
    ("heading", "price"),
    [
        (
            '<div class="sku-name"> 搪瓷水壶 2.5L </div>',
            '<div class="summary-price"><span class="p-price"><span>￥</span>'
            '<span class="price J-p-7712345">49.90</span></span></div>',
        ),
        (
            '<div id="name"><h1>搪瓷水壶 2.5L</h1></div>',
            '<strong class="p-price" id="jd-price">￥49.90</strong>',
        ),
        ('<div id="itemName">搪瓷水壶 2.5L</div>', '<span id="jdPrice">¥49.90</span>'),
        ("<h1>搪瓷水壶 2.5L</h1>", '<p class="price">¥49.90</p>'),
    ],
    ids=["2016", "2014", "mobile", "unknown"],
)
def test_jd_item_pages_of_every_year_give_title_price_and_shop(heading: str, price: str) -> None:
    page = a_page(jd_item(heading=heading, price=price), url="https://item.jd.com/7712345.html")
    listing = listing_in(jd.adapter("").parse(page))
    assert (listing.title, listing.price) == ("搪瓷水壶 2.5L", Decimal("49.90"))
    assert (listing.item_id, listing.brand, listing.shop) == ("7712345", "东篱", "jd:4455")


def test_price_that_a_script_fills_in_is_not_taken_from_other_goods() -> None:
    place = '<span class="price J-p-7712345"></span>'
    empty = f'<div class="summary-price"><span class="p-price">￥{place}</span></div>'
    text = jd_item(heading='<div class="sku-name">搪瓷水壶</div>', price=empty)
    parsed = jd.adapter("").parse(a_page(text, url="https://item.jd.com/7712345.html"))
    assert listing_in(parsed).price is None


@pytest.mark.parametrize(
    ("notice", "expected"),
    [
        ('<div class="itemover-tip">该商品已下柜，欢迎挑选其他商品！</div>', Availability.OUT_OF_STOCK),
        ('<div id="store-prompt"><strong>无货</strong></div>', Availability.OUT_OF_STOCK),
        ('<div id="store-prompt"><strong>有货</strong></div>', Availability.IN_STOCK),
    ],
)
def test_jd_goods_off_the_shelf_are_out_of_stock_and_their_page_is_read(
    notice: str, expected: Availability
) -> None:
    text = jd_item(heading='<div class="sku-name">搪瓷水壶</div>', price="", more=notice)
    page = a_page(text, url="https://item.jd.com/7712345.html")
    adapter = jd.adapter("")
    assert (adapter.obstacle(page), listing_in(adapter.parse(page)).availability) == (None, expected)


@pytest.mark.parametrize(
    ("state", "price", "expected"),
    [
        (33, "49.90", Availability.IN_STOCK),
        (34, "49.90", Availability.OUT_OF_STOCK),
        (36, "-1.00", Availability.UNKNOWN),
    ],
)
def test_jd_mobile_page_joins_its_two_states(state: int, price: str, expected: Availability) -> None:
    item = {
        "item": {
            "skuId": "7712345",
            "skuName": "搪瓷水壶",
            "brandName": "东篱",
            "venderID": "4455",
            "image": [],
        }
    }
    live = {"price": {"p": price, "op": "59.90"}, "stock": {"StockState": state}}
    text = f"<script>window._itemOnly = ({as_json(item)}); window._itemInfo = ({as_json(live)});</script>"
    listing = listing_in(jd.adapter("").parse(a_page(text)))
    known = price != "-1.00"
    assert (listing.price, listing.list_price) == (
        (Decimal("49.90"), Decimal("59.90")) if known else (None, None)
    )
    assert (listing.availability, listing.brand, listing.shop) == (expected, "东篱", "jd:4455")


def test_jd_list_of_2014_has_its_number_inside_the_card() -> None:
    card = """<li class="gl-item"><div class="gl-i-wrap j-sku-item" data-sku="9001">
      <div class="p-price"><strong class="J_price">￥12.00</strong></div>
      <div class="p-name"><a href="//item.jd.com/9001.html">竹筷</a></div></div></li>"""
    (found,) = (
        jd.adapter("").parse(a_page(f"<div id='plist'><ul>{card}</ul></div>", kind=PageKind.SEARCH)).cards
    )
    assert (found.item_id, found.title, found.price) == ("9001", "竹筷", Decimal("12.00"))


def test_price_that_is_a_picture_is_undecided_and_its_picture_is_kept() -> None:
    text = """<div id="name"><h1>搪瓷水壶</h1></div><div>京东价：<strong class="p-price" id="jd-price">
      <img src="/price/77.png" class="price-img"></strong></div><a id="InitCartUrl">加入购物车</a>"""
    parsed = jd.adapter("").parse(a_page(text, url="https://item.jd.com/7712345.html"))
    assert (listing_in(parsed).price, parsed.undecided) == (None, ("price",))
    assert listing_in(parsed).images == ("https://item.jd.com/price/77.png",)


def test_prices_of_cards_that_moved_are_found_and_still_count_as_missing() -> None:
    cards = "".join(
        f"""<li class="gl-item" data-sku="900{n}"><a href="//item.jd.com/900{n}.html"><div class="p-name"><em>
        竹筷 {n} 双装</em></div></a><div class="cost">￥1{n}.00</div></li>"""
        for n in range(1, 6)
    )
    page = a_page(f"<div id='J_goodsList'><ul>{cards}</ul></div>", kind=PageKind.SEARCH)
    parsed = jd.adapter("").parse(page)
    assert [card.price for card in parsed.cards] == [Decimal(10 + n) for n in range(1, 6)]
    assert (parsed.cards[0].item_id, parsed.missing_fields) == ("9001", ("price",))


def test_currency_of_a_platform_that_has_one_is_known_without_a_price() -> None:
    text = "<div class='sku-name'>搪瓷水壶</div><div class='summary-price'><i class='p-price'></i></div>"
    parsed = jd.adapter("").parse(a_page(text))
    assert (listing_in(parsed).price, listing_in(parsed).currency) == (None, "CNY")
    assert "currency" not in parsed.missing_fields
