"""The large platforms' adapters on the captures beside the checkout: what each page really holds, by eye."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from crawlers.platforms.base import ParsedPage
from domain.subjects import Availability
from netsword.extract import predict, read_captures
from tests.crawlers.platforms.builders import listing_in
from tests.shared_data import shared

_WANTED = (
    "jd-item-iphonexr",
    "jd-search-2024",
    "taobao-item-mumo",
    "taobao-search-2018",
    "tmall-item-iphone11",
    "tmall-m-item-0",
    "tmall-m-item-2",
    "pdd-item-vivo",
    "juhuasuan-item-cardigan",
    "1688-search-2024",
)


@pytest.fixture(scope="module")
def pages() -> dict[str, ParsedPage]:
    folder = shared("data/pages")
    wanted = (each for each in read_captures(folder) if each["id"] in _WANTED)
    read = {each["id"]: predict(folder, each).parsed for each in wanted}
    return {name: parsed for name, parsed in read.items() if parsed is not None}


def test_every_capture_is_read(pages: dict[str, ParsedPage]) -> None:
    assert set(pages) == set(_WANTED)


def test_jd_coupon_says_its_terms_and_window(pages: dict[str, ParsedPage]) -> None:
    listing = listing_in(pages["jd-item-iphonexr"])
    assert listing.promotion == "满4000减400 仅可购买指定iPhone XR商品 2020.06.01 - 2020.06.05"
    assert ("SKU 100010822364", Decimal("5398.00")) in listing.prices
    assert len(listing.prices) == 68
    assert (listing.origin, dict(listing.attributes)["入网型号"]) == ("中国", "A2108")


def test_jd_and_taobao_cards_tell_reviews_from_sales(pages: dict[str, ParsedPage]) -> None:
    jd, taobao = pages["jd-search-2024"].cards[0], pages["taobao-search-2018"].cards[0]
    assert (jd.sales_text, jd.reviews_text) == ("", "1万+")
    assert (taobao.sales_text, taobao.reviews_text) == ("11623人付款", "85")
    assert pages["taobao-search-2018"].reported == 30744


def test_taobao_stock_is_the_row_that_stands_for_all_variants(pages: dict[str, ParsedPage]) -> None:
    listing = listing_in(pages["taobao-item-mumo"])
    assert (listing.stock, listing.availability) == (106, Availability.IN_STOCK)
    assert len(listing.prices) == 9
    assert ("SKU 3732556385857", Decimal(4390)) in listing.prices
    assert listing.services[0] == "15天退货，退货邮费卖家承担"


def test_tmall_desktop_shows_services_label_and_table(pages: dict[str, ParsedPage]) -> None:
    page = pages["tmall-item-iphone11"]
    listing = listing_in(page)
    assert listing.services == ("正品保证", "极速退款", "七天无理由退换")
    assert (listing.price_label, listing.promotion) == ("价格", "原封国行 苏宁直发 火热抢购中")
    assert dict(listing.attributes)["Apple型号"] == "iPhone 11"
    assert dict(listing.attributes)["网络类型"] == "无需合约版"
    assert (len(listing.prices), len(listing.images)) == (18, 5)
    assert dict(page.provenance)["services"] == "visible: //ul[@class='tb-serPromise']/li"


def test_tmall_mobile_state_shows_one_review_and_hides_the_stock(pages: dict[str, ParsedPage]) -> None:
    page = pages["tmall-m-item-0"]
    listing, (review,) = listing_in(page), page.reviews
    assert (listing.stock, listing.availability) == (None, Availability.IN_STOCK)
    assert ("SKU 4115504778405", Decimal("258.00")) in listing.prices
    assert (review.nickname, review.sku, review.image_count) == ("q**9", "颜色分类:红色（如图）;尺码:M", 2)
    assert (review.posted_at, review.stars) == (datetime(2019, 1, 28, 16, tzinfo=UTC), None)
    assert review.shop == listing.shop


def test_pinduoduo_variants_have_group_prices(pages: dict[str, ParsedPage]) -> None:
    page = pages["pdd-item-vivo"]
    listing = listing_in(page)
    assert ("SKU 549236196055", Decimal(3697)) in listing.prices
    assert ("单独购买价", Decimal(2999)) in listing.prices
    assert (listing.stock, listing.sales_low) == (59, 5895)
    assert dict(page.provenance)["attributes"] == "json: data.item.goodsProperty"


def test_juhuasuan_counts_of_stock_contradict_each_other(pages: dict[str, ParsedPage]) -> None:
    page = pages["juhuasuan-item-cardigan"]
    listing = listing_in(page)
    assert (listing.stock, listing.availability) == (None, Availability.UNKNOWN)
    assert set(page.undecided) == {"stock", "availability"}
    assert dict(page.contradictions)["stock"].startswith("baseInfo.item.currentStock 0, ")
    assert listing.promotion.endswith("2017-03-19 10:00:00 至 2017-03-22 08:59:59")
    assert (listing.price_label, listing.list_price_label) == ("聚划算", "价格")


def test_juhuasuan_reviews_are_read_once_each(pages: dict[str, ParsedPage]) -> None:
    reviews = pages["juhuasuan-item-cardigan"].reviews
    assert len(reviews) == len({review.review_id for review in reviews}) == 26
    assert [review.appended for review in reviews if review.appended] == [
        "这个价格超值，每个颜色都想来一件哈哈",
        "再有活动，打算还买一件",
    ]
    assert all("*" in review.nickname for review in reviews)
    # userStar is the buyer's credit level, and the page shows no stars.
    assert {review.stars for review in reviews} == {None}


def test_1688_turnover_in_yuan_is_no_sales_count(pages: dict[str, ParsedPage]) -> None:
    cards = pages["1688-search-2024"].cards
    assert [card.sales_text for card in cards if card.sales_text] == [
        "销30+件", "销3.8万件", "销1000+件", "销700+件", "销9700+件"
    ]  # fmt: skip
    assert cards[0].shop_name == "荣亮达电子"
