"""The large platforms' adapters on payloads written after the real ones."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from crawlers.platforms import alibaba1688, jd, juhuasuan, pinduoduo, taobao, tmall
from crawlers.platforms.payload import attributes_in, payload_of
from crawlers.platforms.recognise import reader_for
from domain.errors import ExtractionError, SweepError
from domain.subjects import Availability
from domain.target import PageKind
from tests.crawlers.platforms.builders import a_page, listing_in


def body(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def test_jd_detail_reads_price_brand_and_attributes() -> None:
    item = {
        "itemId": "1001",
        "name": "搪瓷水壶",
        "brandName": "东篱",
        "price": "49.90",
        "originalPrice": "59.90",
        "pcAttributes": ["品牌：东篱", "商品产地：中国"],
        "sku": [{"skuId": "1002", "price": "55.00"}],
    }
    seller = {"shopId": "7", "shopName": "东篱旗舰店"}
    parsed = jd.adapter("").parse(a_page(body({"data": {"item": item, "seller": seller}})))
    listing = listing_in(parsed)
    assert (listing.price, listing.list_price) == (Decimal("49.90"), Decimal("59.90"))
    assert (listing.brand, listing.origin, listing.shop) == ("东篱", "中国", "jd:7")
    assert listing.prices == (("SKU 1002", Decimal("55.00")),)
    assert dict(parsed.provenance)["price"] == "json: data.item.price"


def test_jd_cards_take_the_heading_and_not_the_advertising_line() -> None:
    card = (
        '<li class="gl-item" data-sku="1001">'
        '<div class="p-price"><strong><em>￥</em><i>49.90</i></strong></div>'
        '<div class="p-name p-name-type-2"><a title="满减"><em>搪瓷<font>水壶</font></em></a></div>'
        '<div class="p-shop"><a class="curr-shop hd-shopname" href="//mall.jd.com/index-7.html">东篱店</a>'
        "</div></li>"
    )
    parsed = jd.adapter("").parse(
        a_page(f'<div id="J_goodsList"><ul>{card}</ul></div>', kind=PageKind.SEARCH)
    )
    (found,) = parsed.cards
    assert (found.item_id, found.title, found.price) == ("1001", "搪瓷水壶", Decimal("49.90"))
    assert (found.shop_id, found.shop_name) == ("7", "东篱店")


def test_a_result_list_without_cards_is_broken_and_not_empty() -> None:
    with pytest.raises(ExtractionError, match="cards"):
        jd.adapter("").parse(a_page("<p>新版页面</p>", kind=PageKind.SEARCH))
    with pytest.raises(ExtractionError, match="cards"):
        alibaba1688.adapter("").parse(a_page("<p>新版页面</p>", kind=PageKind.SEARCH))


def test_taobao_cards_come_from_the_page_state() -> None:
    row = {
        "nid": "9",
        "raw_title": "搪瓷水壶",
        "view_price": "99.00",
        "detail_url": "//item.taobao.com/item.htm?id=9",
        "nick": "小店",
    }
    state = {"mods": {"itemlist": {"data": {"auctions": [row]}}}}
    text = f"<script>g_page_config = {body(state)};</script>"
    (found,) = taobao.adapter("").parse(a_page(text, kind=PageKind.SEARCH)).cards
    assert (found.item_id, found.price, found.shop_name) == ("9", Decimal("99.00"), "小店")


def test_taobao_says_itself_that_nothing_was_found() -> None:
    text = f"<script>g_page_config = {body({'mods': {'noresult': {'status': 'show'}}})};</script>"
    assert taobao.adapter("").parse(a_page(text, kind=PageKind.SEARCH)).empty


def test_taobao_range_of_prices_has_two_ends() -> None:
    item = {"itemId": "9", "title": "书架", "priceRange": "1998-4390", "commentCount": "243"}
    listing = listing_in(taobao.adapter("").parse(a_page(body({"data": {"item": item, "seller": {}}}))))
    assert (listing.price, listing.price_low, listing.price_high) == (None, Decimal(1998), Decimal(4390))
    assert listing.review_count == 243


def test_tmall_desktop_shows_a_range_and_carries_the_list_price() -> None:
    state = {
        "itemDO": {"itemId": "5", "reservePrice": "5999.00", "quantity": 3, "isOnline": True, "brand": "东篱"}
    }
    text = (
        f"<div class='tb-detail-hd'><h1>搪瓷水壶</h1></div><div id='J_StrPriceModBox'><span class='tm-price'>"
        f"5499.00-6799.00</span></div><script>TShop.Setup(\n{body(state)});</script>"
    )
    listing = listing_in(tmall.adapter("").parse(a_page(text)))
    assert (listing.price_low, listing.price_high, listing.list_price) == (
        Decimal("5499.00"),
        Decimal("6799.00"),
        Decimal("5999.00"),
    )
    assert (listing.stock, listing.availability) == (3, Availability.IN_STOCK)


def test_juhuasuan_prices_are_in_fen() -> None:
    item = {
        "itemId": "3",
        "shortName": "开衫",
        "activityPrice": 4500,
        "originalPrice": 56000,
        "soldCount": 6399,
    }
    listing = listing_in(juhuasuan.adapter("").parse(a_page(body({"baseInfo": {"item": item}}))))
    assert (listing.price, listing.list_price, listing.sales_low) == (
        Decimal("45.00"),
        Decimal("560.00"),
        6399,
    )


def test_juhuasuan_reviews_mask_buyers_and_keep_the_variant() -> None:
    row = {
        "id": "1",
        "feedback": "好",
        "feedbackDate": "2017-03-21",
        "userNick": "快乐的小猫",
        "skuMap": {"尺码": "XL"},
    }
    state = {"baseInfo": {"item": {"itemId": "3"}}, "rated": {"data": {"rateList": [row], "total": 1}}}
    (review,) = juhuasuan.adapter("").parse(a_page(body(state), kind=PageKind.REVIEWS)).reviews
    assert (review.nickname, review.sku, review.listing) == ("快***猫", "尺码：XL", "juhuasuan:3")


def test_pinduoduo_keeps_group_single_and_market_price_apart() -> None:
    item = {
        "goodsId": 8,
        "goodsName": "手机",
        "minGroupPrice": "2998",
        "maxGroupPrice": "2998",
        "minNormalPrice": "2999",
        "marketPrice": "4298.01",
    }
    listing = listing_in(pinduoduo.adapter("").parse(a_page(body({"data": {"item": item, "seller": {}}}))))
    assert (listing.price, listing.price_label, listing.list_price) == (
        Decimal(2998),
        "拼团价",
        Decimal("4298.01"),
    )
    assert dict(listing.prices)["单独购买价"] == Decimal(2999)


def test_1688_card_joins_a_price_that_is_split() -> None:
    card = (
        '<div data-aplus-report="object_type@offer^object_id@77"><div class="smart_ui_offer offer_item">'
        '<span class="subject"'
        ' title="数据线">数据线</span><span class="price_num">1<!-- x -->.74</span>'
        '<span class="location">成交2.4万+元</span></div></div>'
    )
    (found,) = alibaba1688.adapter("").parse(a_page(card, kind=PageKind.SEARCH)).cards
    # Turnover in yuan is no count of sales.
    assert (found.item_id, found.price, found.sales_text) == ("77", Decimal("1.74"), "")


def test_a_kind_of_page_that_was_never_seen_is_not_claimed() -> None:
    with pytest.raises(ExtractionError, match="ever seen"):
        pinduoduo.adapter("").parse(a_page("<p>店铺</p>", kind=PageKind.SHOP))
    with pytest.raises(SweepError, match="start_urls"):
        tmall.adapter("").search_url("水壶")


@pytest.mark.parametrize(
    ("url", "platform"),
    [
        ("https://item.jd.com/1.html", "jd"),
        ("https://ju.taobao.com/x", "juhuasuan"),
        ("https://detail.m.tmall.com/item.htm?id=1", "tmall"),
        ("https://www.amazon.co.uk/dp/B000000001", "amazon"),
        ("https://notjd.com/1.html", "notjd-com"),
    ],
)
def test_the_adapter_is_chosen_by_the_host(url: str, platform: str) -> None:
    assert reader_for(a_page("", url=url)).platform == platform


def test_jsonp_is_json() -> None:
    assert payload_of('callback123({"a": 1});', "").value == {"a": 1}


def test_attribute_groups_of_three_shapes_give_the_same_rows() -> None:
    rows = (("品牌", "东篱"),)
    assert attributes_in([{"基本信息": [{"品牌": "东篱"}]}]) == rows
    assert attributes_in([{"key": "品牌", "values": ["东篱"]}]) == rows
    assert attributes_in(["品牌：东篱"]) == rows
