"""The large platforms' pages of other years: written by us after their structure, with goods of our own."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from crawlers.platforms import alibaba1688, amazon, jd, juhuasuan, pinduoduo, taobao, tmall
from crawlers.platforms.payload import payload_of
from crawlers.platforms.payload_goods import cards_in
from domain.errors import ExtractionError
from domain.subjects import Availability
from domain.target import PageKind, Reason
from tests.crawlers.platforms.builders import a_page, listing_in

_PLATFORMS = (jd, taobao, tmall, pinduoduo, alibaba1688)
_OTHERS = (
    "<ul>"
    + "".join(f"<li><a href='/{n}.html'>茶杯{n}</a><b>￥{n}9.00</b></li>" for n in range(1, 6))
    + "</ul>"
)


def body(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def jd_item(*, heading: str, price: str, more: str = "") -> str:
    return f"""<html><head><title>【图】搪瓷水壶</title></head><body>{heading}{price}{more}
      <div class="p-parameter"><ul id="parameter-brand"><li title="东篱">品牌： <a>东篱</a></li></ul></div>
      {_OTHERS}
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
    text = f"<script>window._itemOnly = ({body(item)}); window._itemInfo = ({body(live)});</script>"
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


def taobao_item(price: str, more: str = "") -> str:
    return f"""<html><head><title>陶土花盆-淘宝网</title></head><body>
      <h3 class="tb-main-title" data-title="陶土花盆 大号">
      陶土花盆 大号</h3>{price}{more}
      <div class="tb-shop-name"><a title="野渡花房" href="//shop1.taobao.com">野渡花房</a></div>
      {_OTHERS}<script>var g_config = {{itemId:'556677889', sellerId:'3', shopId:'3344'}};</script>
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
    data = {"item": item, "seller": seller, "props": props, "apiStack": [{"name": "esi", "value": body(now)}]}
    return {"api": "mtop.taobao.detail.getdetail", "ret": ["SUCCESS::调用成功"], "data": data}


@pytest.mark.parametrize("adapter", [taobao.adapter(""), tmall.adapter("")], ids=["taobao", "tmall"])
def test_mtop_response_keeps_its_prices_in_a_text_of_json(adapter: Any) -> None:
    parsed = adapter.parse(a_page(f"mtopjsonp2({body(mtop())})"))
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
    listing = listing_in(taobao.adapter("").parse(a_page(body(mtop(**changes)))))
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
    assert taobao.adapter("").obstacle(a_page(body({"api": "x", "ret": [ret], "data": {}}))) is reason


def test_page_of_2023_keeps_the_same_parts_in_its_context() -> None:
    state = {
        "item": {"itemId": "556677889", "title": "陶土花盆"},
        "componentsVO": {"priceVO": {"price": {"priceText": "39"}, "extraPrice": {"priceText": "59"}}},
        "seller": {"shopName": "野渡花房", "shopId": "3344"},
    }
    context = {"loaderData": {"home": {"data": {"res": state}}}}
    for adapter in (taobao.adapter(""), tmall.adapter("")):
        listing = listing_in(
            adapter.parse(a_page(f"<script>window.__ICE_APP_CONTEXT__={body(context)};</script>"))
        )
        assert (listing.price, listing.list_price, listing.shop_name) == (
            Decimal(39),
            Decimal(59),
            "野渡花房",
        )


def test_tmall_mobile_page_joins_what_is_shown_with_what_is_live() -> None:
    detail = {"item": {"itemId": "5", "title": "竹席"}, "seller": {"shopName": "山房", "shopId": "8"}}
    live = {"price": {"price": {"priceText": "128.00"}}, "trade": {"buyEnable": True}}
    text = (
        f"<script>var _DATA_Detail = {body(detail)};</script><script>var _DATA_Mdskip = {body(live)}</script>"
    )
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
      <a class="slogo-shopname">山房旗舰店</a><strong class="sold-out-tit">此商品已下架</strong>{_OTHERS}"""
    page = a_page(text, url="https://detail.tmall.com/item.htm?id=600700800")
    listing = listing_in(tmall.adapter("").parse(page))
    assert (listing.title, listing.item_id, listing.shop_name) == ("竹席 1.8m", "600700800", "山房旗舰店")
    assert listing.availability is Availability.OUT_OF_STOCK


def test_pinduoduo_page_keeps_its_goods_in_the_state_of_its_store() -> None:
    goods = {
        "goodsID": 8, "goodsName": "苹果 10斤", "minGroupPrice": 19.9, "maxGroupPrice": 29.9,
        "linePrice": "59", "sideSalesTip": "已拼1.2万件", "isOnSale": True,
        "skus": [{"skuID": 1, "quantity": 7, "groupPrice": "19.9"}],
    }  # fmt: skip
    state = {"store": {"initDataObj": {"goods": goods, "mall": {"mallName": "果农直供", "mallID": 21}}}}
    parsed = pinduoduo.adapter("").parse(a_page(f"<script>window.rawData= {body(state)};</script>"))
    listing = listing_in(parsed)
    assert (listing.price_low, listing.price_high, listing.list_price) == (
        Decimal("19.9"),
        Decimal("29.9"),
        Decimal(59),
    )
    assert (listing.stock, listing.sales_low, listing.shop, listing.shop_name) == (
        7,
        12000,
        "pinduoduo:21",
        "果农直供",
    )
    gone = {"store": {"initDataObj": {"goods": goods | {"isOnSale": False}}}}
    found = pinduoduo.adapter("").parse(a_page(f"<script>window.rawData={body(gone)}</script>"))
    assert listing_in(found).availability is Availability.OUT_OF_STOCK


def test_pinduoduo_interface_in_snake_case_counts_in_fen() -> None:
    goods = {
        "goods_id": 8, "goods_name": "苹果 10斤", "market_price": 5900, "mall_id": 21,
        "sales_tip": "已拼300件",
        "sku": [{"group_price": 1990, "quantity": 3}, {"group_price": 1990, "quantity": 4}],
    }  # fmt: skip
    listing = listing_in(pinduoduo.adapter("").parse(a_page(body(goods))))
    assert (listing.price, listing.list_price, listing.stock) == (Decimal("19.90"), Decimal("59.00"), 7)


def test_1688_item_page_says_its_price_by_the_number_of_pieces() -> None:
    model = {
        "offerId": 71234567,
        "offerTitle": "帆布袋 定制",
        "companyName": "远川布艺厂",
        "sellerMemberId": "b2b-1",
    }
    skus = {
        "skuPriceScale": "￥1.20-￥1.80",
        "skuInfoMap": {"白": {"canBookCount": 400}, "黑": {"canBookCount": 0}},
    }
    text = (
        f"<script>window.__INIT_DATA={body({'globalData': {'tempModel': model, 'skuModel': skus}})};</script>"
    )
    listing = listing_in(alibaba1688.adapter("").parse(a_page(text)))
    assert (listing.title, listing.item_id, listing.shop_name) == ("帆布袋 定制", "71234567", "远川布艺厂")
    assert (listing.price_low, listing.price_high, listing.stock) == (Decimal("1.20"), Decimal("1.80"), 400)


def test_1688_list_of_2016() -> None:
    card = """<li class="sm-offer-item"><a class="sm-offer-titleLink sm-offer-title" title="帆布袋"
      href="https://detail.1688.com/offer/71234567.html">帆布袋</a>
      <span class="sm-offer-priceNum">¥1.20</span><a class="sm-offer-companyName">远川布艺厂</a></li>"""
    (found,) = alibaba1688.adapter("").parse(a_page(card, kind=PageKind.SEARCH)).cards
    assert (found.item_id, found.title, found.price, found.shop_name) == (
        "71234567", "帆布袋", Decimal("1.20"), "远川布艺厂",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "fen", "expected"),
    [
        ([{"item_id": "1", "title": "杯", "price": "9.90"}, {"item_id": "2", "title": "碗", "price": "8"}],
         False, [("1", Decimal("9.90")), ("2", Decimal(8))]),
        ([{"goods_id": 1, "goods_name": "杯", "price": 990},
          {"goods_id": 2, "goods_name": "碗", "price": 800}],
         True, [("1", Decimal("9.9")), ("2", Decimal(8))]),
        ([{"item_id": "1", "title": "杯"}, {"item_id": "2", "title": "碗"}], False, []),
        ([{"item_id": "1", "title": "杯", "price": "9.90"}], False, []),
    ],
    ids=["yuan", "fen", "no-price", "one-is-no-list"],
)  # fmt: skip
def test_list_of_unknown_shape_is_read_by_what_its_keys_are_called(
    rows: list[dict[str, Any]], fen: bool, expected: list[tuple[str, Decimal]]
) -> None:
    wrapped = {"ok": 1, "data": body({"result": {"banner": {"title": "大促", "id": 1}, "list": rows}})}
    item_url = "http://shop.example/{id}"
    cards, path = cards_in(payload_of(body(wrapped), ""), "http://shop.example/", item_url=item_url, fen=fen)
    assert [(card.item_id, card.price) for card in cards] == expected
    assert path == ("data.result.list.[]" if expected else "")
    assert [card.url for card in cards] == [f"http://shop.example/{item_id}" for item_id, _ in expected]


def test_goods_that_lead_nowhere_are_no_cards() -> None:
    rows = [{"item_id": n, "title": "杯", "price": "9.90"} for n in (1, 2)]
    assert cards_in(payload_of(body({"list": rows}), ""), "http://shop.example/")[0] == ()


def test_juhuasuan_says_that_goods_are_sold_out_and_tells_no_price_in_fen_as_yuan() -> None:
    item = {"itemId": "3", "shortName": "开衫", "activityPrice": 4500, "currentStock": 0}
    listing = listing_in(juhuasuan.adapter("").parse(a_page(body({"baseInfo": {"item": item}}))))
    assert (listing.price, listing.availability) == (Decimal("45.00"), Availability.OUT_OF_STOCK)
    other = {"result": {"itemId": "3", "title": "开衫", "activityPrice": 4500}}
    assert listing_in(juhuasuan.adapter("").parse(a_page(body(other)))).price == Decimal("45.00")


def test_price_that_is_a_picture_is_undecided_and_its_picture_is_kept() -> None:
    text = """<div id="name"><h1>搪瓷水壶</h1></div><div>京东价：<strong class="p-price" id="jd-price">
      <img src="/price/77.png" class="price-img"></strong></div><a id="InitCartUrl">加入购物车</a>"""
    parsed = jd.adapter("").parse(a_page(text, url="https://item.jd.com/7712345.html"))
    assert (listing_in(parsed).price, parsed.undecided) == (None, ("price",))
    assert listing_in(parsed).images == ("https://item.jd.com/price/77.png",)


def test_range_in_a_response_of_unknown_shape_has_two_ends() -> None:
    value = {"offerId": 71234567, "subject": "帆布袋", "displayPrice": "￥1.20-￥1.80"}
    parsed = alibaba1688.adapter("").parse(a_page(body(value)))
    listing = listing_in(parsed)
    assert (listing.price, listing.price_low, listing.price_high) == (None, Decimal("1.20"), Decimal("1.80"))
    assert "price" not in parsed.missing_fields


def test_partner_response_of_tmall_is_that_of_taobao() -> None:
    item = {"itemId": "9", "title": "竹席", "priceRange": "98-128", "sku": [{"skuId": "0", "quantity": "4"}]}
    value = {"data": {"item": item, "seller": {"shopId": "8", "shopName": "山房"}}}
    listing = listing_in(tmall.adapter("").parse(a_page(body(value))))
    assert (listing.key, listing.price_low, listing.stock) == ("tmall:9", Decimal(98), 4)
    assert listing.url == "https://detail.tmall.com/item.htm?id=9"


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


def test_list_that_only_a_script_holds_is_found_under_another_name() -> None:
    rows = [
        {"nid": str(n), "raw_title": f"竹筷 {n}", "view_price": f"{n}.00", "pad": "x" * 200}
        for n in range(1, 5)
    ]
    state = body({"mods": {"itemlist": {"rows": rows}}})
    page = a_page(f"<script>var other_config = {state};</script>", kind=PageKind.SEARCH)
    parsed = taobao.adapter("").parse(page)
    assert [(card.item_id, card.price) for card in parsed.cards] == [
        (str(n), Decimal(n)) for n in range(1, 5)
    ]
    assert parsed.missing_fields == ("layout",)


def test_currency_of_a_platform_that_has_one_is_known_without_a_price() -> None:
    text = "<div class='sku-name'>搪瓷水壶</div><div class='summary-price'><i class='p-price'></i></div>"
    parsed = jd.adapter("").parse(a_page(text))
    assert (listing_in(parsed).price, listing_in(parsed).currency) == (None, "CNY")
    assert "currency" not in parsed.missing_fields


def test_layout_that_is_read_by_other_means_counts_as_missing_and_says_why() -> None:
    shown = "<div class='tb-detail-hd'><h1>竹席</h1></div><p class=price>¥9.00</p>"
    state = {"itemDO": {"itemId": "5", "isOnline": True}}
    known = tmall.adapter("").parse(a_page(f"{shown}<script>TShop.Setup({body(state)});</script>"))
    other = tmall.adapter("").parse(a_page(shown))
    assert ("layout" in known.missing_fields, "layout" in other.missing_fields) == (False, True)
    assert "TShop.Setup" in dict(other.provenance)["layout"]
    cards = "".join(f"<li><a href='/{n}'>竹席{n}号</a><b>￥{n}9.00</b></li>" for n in range(1, 6))
    listed = jd.adapter("").parse(a_page(f"<ul>{cards}</ul>", kind=PageKind.SEARCH))
    assert (len(listed.cards), listed.not_found) == (5, ("layout",))


def test_response_of_unknown_shape_gives_what_one_object_says_of_itself() -> None:
    props = [{"name": "产地", "value": "安吉"}]
    goods = {
        "num_iid": "77",
        "title": "竹筷",
        "price": "12.50",
        "nick": "山房",
        "brand": "121",
        "props": props,
    }
    goods["orginal_price"] = "19.00"
    parsed = taobao.adapter("").parse(a_page(body({"code": 0, "result": {"detail": goods}})))
    listing = listing_in(parsed)
    assert (listing.item_id, listing.title, listing.shop_name) == ("77", "竹筷", "山房")
    assert (listing.price, listing.list_price) == (Decimal("12.50"), Decimal("19.00"))
    assert (listing.brand, listing.origin) == ("", "安吉")
    assert dict(parsed.provenance)["price"] == "json: result.detail.price"


@pytest.mark.parametrize(
    "adapter", [jd, taobao, tmall, pinduoduo, alibaba1688], ids=lambda module: module.PLATFORM
)
@pytest.mark.parametrize("text", ['{"code": 601, "msg": "x"}', "{}", "[]", "<p></p>", "", "jsonp({"])
def test_response_without_goods_is_broken_and_not_empty(adapter: Any, text: str) -> None:
    with pytest.raises(ExtractionError):
        adapter.adapter("").parse(a_page(text))


@pytest.mark.parametrize(
    "adapter", [jd, taobao, tmall, pinduoduo, alibaba1688, amazon], ids=lambda module: module.PLATFORM
)
def test_page_of_another_shop_at_a_platforms_address_is_read_as_what_it_is(adapter: Any) -> None:
    text = """<html><body><h1>Blue kettle</h1><p class="price">€25.00</p><button>Add to cart</button>
      <script type="application/ld+json">{"@type": "Product", "name": "Blue kettle"}</script></body></html>"""
    listing = listing_in(adapter.adapter("").parse(a_page(text)))
    assert (listing.title, listing.shop) == ("Blue kettle", "")
