"""Pages of Pinduoduo, 1688 and Juhuasuan of other years 拼多多、聚划算: our own, after their structure."""

from __future__ import annotations

from decimal import Decimal

from crawlers.platforms import alibaba1688, juhuasuan, pinduoduo
from domain.subjects import Availability
from domain.target import PageKind
from tests.crawlers.platforms.builders import a_page, as_json, listing_in


def test_pinduoduo_page_keeps_its_goods_in_the_state_of_its_store() -> None:
    goods = {
        "goodsID": 8, "goodsName": "苹果 10斤", "minGroupPrice": 19.9, "maxGroupPrice": 29.9,
        "linePrice": "59", "sideSalesTip": "已拼1.2万件", "isOnSale": True,
        "skus": [{"skuID": 1, "quantity": 7, "groupPrice": "19.9"}],
    }  # fmt: skip
    state = {"store": {"initDataObj": {"goods": goods, "mall": {"mallName": "果农直供", "mallID": 21}}}}
    parsed = pinduoduo.adapter("").parse(a_page(f"<script>window.rawData= {as_json(state)};</script>"))
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
    found = pinduoduo.adapter("").parse(a_page(f"<script>window.rawData={as_json(gone)}</script>"))
    assert listing_in(found).availability is Availability.OUT_OF_STOCK


def test_pinduoduo_interface_in_snake_case_counts_in_fen() -> None:
    goods = {
        "goods_id": 8, "goods_name": "苹果 10斤", "market_price": 5900, "mall_id": 21,
        "sales_tip": "已拼300件",
        "sku": [{"group_price": 1990, "quantity": 3}, {"group_price": 1990, "quantity": 4}],
    }  # fmt: skip
    listing = listing_in(pinduoduo.adapter("").parse(a_page(as_json(goods))))
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
    state = {"globalData": {"tempModel": model, "skuModel": skus}}
    page = a_page(f"<script>window.__INIT_DATA={as_json(state)};</script>")
    listing = listing_in(alibaba1688.adapter("").parse(page))
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


def test_range_in_a_response_of_unknown_shape_has_two_ends() -> None:
    value = {"offerId": 71234567, "subject": "帆布袋", "displayPrice": "￥1.20-￥1.80"}
    parsed = alibaba1688.adapter("").parse(a_page(as_json(value)))
    listing = listing_in(parsed)
    assert (listing.price, listing.price_low, listing.price_high) == (None, Decimal("1.20"), Decimal("1.80"))
    assert "price" not in parsed.missing_fields


def test_juhuasuan_says_that_goods_are_sold_out_and_tells_no_price_in_fen_as_yuan() -> None:
    item = {"itemId": "3", "shortName": "开衫", "activityPrice": 4500, "currentStock": 0}
    listing = listing_in(juhuasuan.adapter("").parse(a_page(as_json({"baseInfo": {"item": item}}))))
    assert (listing.price, listing.availability) == (Decimal("45.00"), Availability.OUT_OF_STOCK)
    other = {"result": {"itemId": "3", "title": "开衫", "activityPrice": 4500}}
    assert listing_in(juhuasuan.adapter("").parse(a_page(as_json(other)))).price == Decimal("45.00")
