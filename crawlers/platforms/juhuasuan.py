"""Reads Juhuasuan 聚划算 listings: the page state of an activity, whose prices are integers in fen 分."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from crawlers.platforms.base import Adapter, Page, ParsedPage
from crawlers.platforms.marked_page import Marks
from crawlers.platforms.marketplace import (
    Marketplace,
    buyer_review,
    listing_page,
    mobile_sku_prices,
    stocked,
)
from crawlers.platforms.mtop import obstacles
from crawlers.platforms.parse import SHANGHAI, masked
from crawlers.platforms.payload import Payload, attributes_in, payload_of
from crawlers.platforms.tree import xpath
from domain.subjects import Review
from domain.target import PageKind

PLATFORM = "juhuasuan"
HOSTS = ("ju.taobao.com", "juhuasuan.com")
SEEN = {"listing": "real: JSON page state, 2017", "reviews": "real: inside the listing's page state, 2017"}
_SHOWN = "detailInfo.data.apiStack.[].value"
"""The part of the state that the page draws the offer from."""
_ITEM = "baseInfo.item"
_TITLE = xpath("//*[@class='main-box J_mainBox']//*[@class='title'] | //*[@class='detail-main']//h2")
_PRICE = (xpath("//*[contains(@class, 'J_actPrice')]"), xpath("//*[contains(@class, 'currentPrice')]"))
_STRUCK = (xpath("//*[contains(@class, 'originPrice')]"),)
_SOLD_OUT = (xpath("//*[contains(@class, 'soldout') or contains(@class, 'itemSoldout')]"),)
_NUMBER = (re.compile(r"[?&]item_?[iI]d=(\d{6,})"),)
_STOCKS = (f"{_ITEM}.currentStock", f"{_SHOWN}.skuCore.sku2info.0.quantity")


def adapter(base_url: str) -> Adapter:
    """The adapter for Juhuasuan; its addresses are its own."""
    return Marketplace(
        platform=PLATFORM,
        readers={PageKind.LISTING: _listing, PageKind.REVIEWS: _reviews},
        obstacles=obstacles(_TITLE),
        marks=Marks(
            currency="CNY", title=(_TITLE,), price=_PRICE, struck=_STRUCK, stock=_SOLD_OUT, item_id=_NUMBER
        ),
        fen=True,
    )


def _listing(page: Page) -> ParsedPage:
    source = payload_of(page.text, page.url)
    sold = source.whole("sales", f"{_ITEM}.soldCount")
    item_id = source.required("item_id", f"{_ITEM}.itemId")
    stocks = {path: source.whole("stock", path) for path in _STOCKS if source.at(path) is not None}
    agreed = len(set(stocks.values())) == 1
    stock = next(iter(stocks.values())) if agreed else None
    reviews = _reviews_in(source, item_id, page.url)
    read = listing_page(
        source,
        platform=PLATFORM,
        page=page,
        item_id=item_id,
        url=f"https://detail.ju.taobao.com/home.htm?item_id={item_id}",
        title=source.required("title", f"{_ITEM}.shortName", "detailInfo.data.itemInfoModel.title"),
        price=source.fen("price", f"{_ITEM}.activityPrice")
        or source.yuan("price", f"{_SHOWN}.price.price.priceText"),
        price_label=source.text("price_label", f"{_SHOWN}.price.priceTag.[].text") or "聚划算",
        prices=mobile_sku_prices(source, f"{_SHOWN}.skuCore.sku2info"),
        list_price=source.fen("list_price", f"{_ITEM}.originalPrice"),
        list_price_label=source.text("list_price_label", f"{_SHOWN}.price.extraPrices.[].priceTitle"),
        promotion=_promotion(source),
        stock=stock,
        availability=stocked(stock),
        sales_text="" if sold is None else str(sold),
        sales_low=sold,
        sales_high=sold,
        review_count=source.whole("review_count", "rated.data.total", "detailInfo.data.rateInfo.rateCounts"),
        shop_id=source.text("shop_id", "detailInfo.data.seller.shopId", f"{_ITEM}.sellerId"),
        shop_name=source.text("seller", "detailInfo.data.seller.shopTitle", f"{_ITEM}.sellerNick"),
        services=tuple(_services(source)),
        attributes=attributes_in(source.at("detailInfo.data.props", name="attributes")),
        images=source.links("images", "detailInfo.data.itemInfoModel.picsPath"),
    )
    read = replace(read, reviews=reviews)
    if agreed or not stocks:
        return read
    told = ", ".join(f"{path} {count}" for path, count in stocks.items())
    return replace(read, undecided=("stock", "availability"), contradictions=(("stock", told),))


def _promotion(source: Payload) -> str:
    """Limits as shown and the window 活动时间, in Beijing time."""
    limits = source.text("promotion", f"{_SHOWN}.item.limitInfo.title")
    begins, ends = (_moment(source.at(f"{_ITEM}.{name}")) for name in ("onlineStartTime", "onlineEndTime"))
    if begins and ends:
        source.provenance["promotion"] = f"json: {_ITEM}.onlineStartTime, {_ITEM}.onlineEndTime"
    return " ".join(filter(None, (limits, f"{begins} 至 {ends}" if begins and ends else "")))


def _moment(milliseconds: object) -> str:
    if not isinstance(milliseconds, int) or not 0 < milliseconds < 10**13:
        return ""
    moment = datetime.fromtimestamp(milliseconds / 1000, UTC).astimezone(SHANGHAI)
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def _services(source: Payload) -> Iterator[str]:
    tags = source.texts("services", f"{_ITEM}.showTagNames")
    rows = source.rows(f"{_SHOWN}.consumerProtection.items")
    promises = (Payload(row, source.url).text("services", "desc", "title") for row in rows)
    return iter(dict.fromkeys((*tags, *filter(None, promises))))


def _reviews(page: Page) -> ParsedPage:
    source = payload_of(page.text, page.url)
    reviews = _reviews_in(source, source.required("item_id", f"{_ITEM}.itemId"), page.url)
    return ParsedPage(
        reviews=reviews,
        empty=not reviews and source.at("rated.data.total") == 0,
        provenance=tuple(source.provenance.items()),
    )


def _reviews_in(source: Payload, item_id: str, url: str) -> tuple[Review, ...]:
    """Reviews by their number, each once: the state repeats those of the pages that were scrolled through."""
    rows = [Payload(row, url) for row in source.rows("rated.data.rateList", name="reviews")]
    found = [_review(row, item_id) for row in rows]
    return tuple({review.review_id: review for review in found}.values())


def _review(row: Payload, item_id: str) -> Review:
    """One review; ``userStar`` is the buyer's credit level 买家信用等级, not the stars given."""
    sku = row.at("skuMap")
    return buyer_review(
        platform=PLATFORM,
        item_id=item_id,
        review_id=row.text("review_id", "id"),
        text=row.text("text", "feedback"),
        posted=row.text("posted_at", "feedbackDate"),
        nickname=row.text("nickname", "userNick"),
        sku="；".join(f"{name}：{value}" for name, value in sku.items()) if isinstance(sku, dict) else "",
        appended=masked(row.text("appended", "appendedFeed.appendedFeedback")),
        seller_reply=masked(row.text("seller_reply", "reply")),
        image_count=len(row.texts("images", "feedPicPathList")),
    )
