"""Pages and responses of Taobao and Tmall of other years 淘宝、天猫: written by us after their structure."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from crawlers.platforms import taobao, tmall
from domain.subjects import Availability
from domain.target import Reason
from tests.crawlers.platforms.builders import OTHER_GOODS, a_page, as_json, listing_in


def taobao_item(price: str, more: str = "") -> str:
    return f"""<html><head><title>陶土花盆-淘宝网</title></head><body>
      <h3 class="tb-main-title" data-title="陶土花盆 大号">
      陶土花盆 大号</h3>{price}{more}
      <div class="tb-shop-name"><a title="野渡花房" href="//shop1.taobao.com">野渡花房</a></div>
      {OTHER_GOODS}<script>var g_config = {{itemId:'556677889', sellerId:'3', shopId:'3344'}};</script>
      </body></html>"""


@pytest.mark.parametrize(
    ("shown", "price", "low", "struck"),
    [
        ('<strong id="J_StrPrice"><em>¥</em><em class="tb-rmb-num">39.00</em></strong>', "39.00", None, None),
        ('<strong id="J_StrPrice"><em class="tb-rmb-num">¥39.00 - 59.00</em></strong>', None, "39.00", None),
        (
            '<strong id="J_StrPrice"><em class="tb-rmb-num">¥59.00</em></strong>'
            '<div id="J_PromoPrice"><em class="tb-rmb-num">¥39.00</em></div>',
            "39.00", None, "59.00",
        ),
        (
            '<strong id="J_StrPrice"><em class="tb-rmb-num">¥59.00</em></strong>'
            '<div id="J_PromoPrice"></div>',
            "59.00", None, None,
        ),
    ],
    ids=["plain", "range", "promotion", "promotion-not-filled"],
)  # fmt: skip
def test_taobao_item_pages(shown: str, price: str | None, low: str | None, struck: str | None) -> None:
    page = a_page(taobao_item(shown), url="https://item.taobao.com/item.htm?id=556677889")
    listing = listing_in(taobao.adapter("").parse(page))
    amounts = [None if each is None else Decimal(each) for each in (price, low, struck)]
    assert [listing.price, listing.price_low, listing.list_price] == amounts
    assert (listing.title, listing.item_id) == ("陶土花盆 大号", "556677889")
    assert (listing.shop, listing.shop_name) == ("taobao:3344", "野渡花房")


def test_taobao_goods_taken_down_are_out_of_stock() -> None:
    price = '<strong id="J_StrPrice"><em class="tb-rmb-num">¥39.00</em></strong>'
    text = taobao_item(price, '<div class="tb-off-sale">此宝贝已下架</div>')
    page = a_page(text, url="https://item.taobao.com/item.htm?id=556677889")
    assert listing_in(taobao.adapter("").parse(page)).availability is Availability.OUT_OF_STOCK


def mtop(**changes: Any) -> dict[str, Any]:
    now = {
        "price": {"price": {"priceText": "39-59"}, "extraPrices": [{"priceText": "88"}]},
        "skuCore": {"sku2info": {"0": {"quantity": "12"}, "901": {"price": {"priceText": "39"}}}},
        "trade": {"buyEnable": "true"},
        "item": {"vagueSellCount": "300+"},
    } | changes
    item = {"itemId": "556677889", "title": "陶土花盆", "images": ["//img.example/1.jpg"]}
    seller = {"shopId": "3344", "shopName": "野渡花房"}
    props = {"groupProps": [{"基本信息": [{"品牌": "野渡"}]}]}
    data = {
        "item": item,
        "seller": seller,
        "props": props,
        "apiStack": [{"name": "esi", "value": as_json(now)}],
    }
    return {"api": "mtop.taobao.detail.getdetail", "ret": ["SUCCESS::调用成功"], "data": data}


@pytest.mark.parametrize("adapter", [taobao.adapter(""), tmall.adapter("")], ids=["taobao", "tmall"])
def test_mtop_response_keeps_its_prices_in_a_text_of_json(adapter: Any) -> None:
    parsed = adapter.parse(a_page(f"mtopjsonp2({as_json(mtop())})"))
    listing = listing_in(parsed)
    assert (listing.price_low, listing.price_high, listing.list_price) == (
        Decimal(39),
        Decimal(59),
        Decimal(88),
    )
    assert (listing.stock, listing.availability, listing.sales_low) == (12, Availability.IN_STOCK, 300)
    assert (listing.brand, listing.shop_name, listing.prices) == (
        "野渡",
        "野渡花房",
        (("SKU 901", Decimal(39)),),
    )
    assert dict(parsed.provenance)["price"] == "json: apiStack.[].value.price.price.priceText"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"trade": {"buyEnable": "false"}}, Availability.OUT_OF_STOCK),
        ({"skuCore": {"sku2info": {"0": {"quantity": "0"}}}}, Availability.OUT_OF_STOCK),
        ({"trade": {}}, Availability.UNKNOWN),
    ],
)
def test_mtop_says_whether_the_goods_can_be_bought(changes: dict[str, Any], expected: Availability) -> None:
    listing = listing_in(taobao.adapter("").parse(a_page(as_json(mtop(**changes)))))
    assert listing.availability is expected


@pytest.mark.parametrize(
    ("ret", "reason"),
    [
        ("RGV587_ERROR::SM::哎哟喂,被挤爆啦,请稍后重试", Reason.CAPTCHA),
        ("FAIL_SYS_SESSION_EXPIRED::Session过期", Reason.LOGIN),
        ("ERRCODE_QUERY_DETAIL_FAIL::宝贝不存在", Reason.GONE),
    ],
)
def test_refusals_of_mtop_are_obstacles(ret: str, reason: Reason) -> None:
    assert taobao.adapter("").obstacle(a_page(as_json({"api": "x", "ret": [ret], "data": {}}))) is reason


def test_page_of_2023_keeps_the_same_parts_in_its_context() -> None:
    state = {
        "item": {"itemId": "556677889", "title": "陶土花盆"},
        "componentsVO": {"priceVO": {"price": {"priceText": "39"}, "extraPrice": {"priceText": "59"}}},
        "seller": {"shopName": "野渡花房", "shopId": "3344"},
    }
    context = {"loaderData": {"home": {"data": {"res": state}}}}
    for adapter in (taobao.adapter(""), tmall.adapter("")):
        listing = listing_in(
            adapter.parse(a_page(f"<script>window.__ICE_APP_CONTEXT__={as_json(context)};</script>"))
        )
        assert (listing.price, listing.list_price, listing.shop_name) == (
            Decimal(39),
            Decimal(59),
            "野渡花房",
        )


def test_tmall_mobile_page_joins_what_is_shown_with_what_is_live() -> None:
    detail = {"item": {"itemId": "5", "title": "竹席"}, "seller": {"shopName": "山房", "shopId": "8"}}
    live = {"price": {"price": {"priceText": "128.00"}}, "trade": {"buyEnable": True}}
    text = f"<script>var _DATA_Detail = {as_json(detail)};</script>"
    text += f"<script>var _DATA_Mdskip = {as_json(live)}</script>"
    listing = listing_in(tmall.adapter("").parse(a_page(text)))
    assert (listing.title, listing.price, listing.availability) == (
        "竹席",
        Decimal("128.00"),
        Availability.IN_STOCK,
    )


def test_tmall_desktop_page_without_its_state_is_read_by_what_it_shows() -> None:
    text = f"""<div class="tb-detail-hd"><h1>竹席 1.8m</h1></div><div id="J_StrPriceModBox"><dt>价格</dt>
      <span class="tm-price">198.00</span></div>
      <div id="J_PromoPrice"><span class="tm-price">128.00</span></div>
      <a class="slogo-shopname">山房旗舰店</a><strong class="sold-out-tit">此商品已下架</strong>
      {OTHER_GOODS}"""
    page = a_page(text, url="https://detail.tmall.com/item.htm?id=600700800")
    listing = listing_in(tmall.adapter("").parse(page))
    assert (listing.title, listing.item_id, listing.shop_name) == ("竹席 1.8m", "600700800", "山房旗舰店")
    assert listing.availability is Availability.OUT_OF_STOCK


def test_partner_response_of_tmall_is_that_of_taobao() -> None:
    item = {"itemId": "9", "title": "竹席", "priceRange": "98-128", "sku": [{"skuId": "0", "quantity": "4"}]}
    value = {"data": {"item": item, "seller": {"shopId": "8", "shopName": "山房"}}}
    listing = listing_in(tmall.adapter("").parse(a_page(as_json(value))))
    assert (listing.key, listing.price_low, listing.stock) == ("tmall:9", Decimal(98), 4)
    assert listing.url == "https://detail.tmall.com/item.htm?id=9"
