"""Reads Juhuasuan 聚划算 listings: the page state of an activity, whose prices are integers in fen 分."""

from __future__ import annotations

from crawlers.platforms.base import Adapter, Page, ParsedPage
from crawlers.platforms.marketplace import Marketplace, listing_page
from crawlers.platforms.obstacles import Obstacles
from crawlers.platforms.parse import masked, masked_nickname, moment_of
from crawlers.platforms.payload import Payload, attributes_in, payload_of
from domain.identity import subject_key
from domain.subjects import Review
from domain.target import PageKind

PLATFORM = "juhuasuan"
HOSTS = ("ju.taobao.com", "juhuasuan.com")
SEEN = {"listing": "real: JSON page state, 2017", "reviews": "real: inside the listing's page state, 2017"}


def adapter(base_url: str) -> Adapter:
    """The adapter for Juhuasuan; its addresses are its own."""
    readers = {PageKind.LISTING: _listing, PageKind.REVIEWS: _reviews}
    return Marketplace(platform=PLATFORM, readers=readers, obstacles=Obstacles())


def _listing(page: Page) -> ParsedPage:
    source = payload_of(page.text, page.url)
    sold = source.whole("sales", "baseInfo.item.soldCount")
    item_id = source.required("item_id", "baseInfo.item.itemId")
    return listing_page(
        source,
        platform=PLATFORM,
        page=page,
        item_id=item_id,
        url=f"https://detail.ju.taobao.com/home.htm?item_id={item_id}",
        title=source.required("title", "baseInfo.item.shortName", "detailInfo.data.itemInfoModel.title"),
        price=source.fen("price", "baseInfo.item.activityPrice"),
        price_label="聚划算",
        list_price=source.fen("list_price", "baseInfo.item.originalPrice"),
        sales_text="" if sold is None else str(sold),
        sales_low=sold,
        sales_high=sold,
        review_count=source.whole("review_count", "rated.data.total", "detailInfo.data.rateInfo.rateCounts"),
        shop_id=source.text("shop_id", "detailInfo.data.seller.shopId", "baseInfo.item.sellerId"),
        shop_name=source.text("seller", "detailInfo.data.seller.shopTitle", "baseInfo.item.sellerNick"),
        services=source.texts("services", "baseInfo.item.showTagNames"),
        attributes=attributes_in(source.at("detailInfo.data.props")),
        images=source.links("images", "detailInfo.data.itemInfoModel.picsPath"),
    )


def _reviews(page: Page) -> ParsedPage:
    source = payload_of(page.text, page.url)
    item_id = source.required("item_id", "baseInfo.item.itemId")
    rows = [Payload(row, page.url) for row in source.rows("rated.data.rateList")]
    reviews = tuple(_review(row, item_id) for row in rows)
    return ParsedPage(reviews=reviews, empty=not reviews and source.at("rated.data.total") == 0)


def _review(row: Payload, item_id: str) -> Review:
    sku = row.at("skuMap")
    return Review(
        platform=PLATFORM,
        review_id=row.required("review_id", "id"),
        listing=subject_key(PLATFORM, item_id),
        shop="",
        text=masked(row.text("text", "feedback")),
        posted_at=moment_of(row.text("posted_at", "feedbackDate")),
        sku="；".join(f"{name}：{value}" for name, value in sku.items()) if isinstance(sku, dict) else "",
        nickname=masked_nickname(row.text("nickname", "userNick")),
        appended=masked(row.text("appended", "appendedFeed.appendedFeedback")),
        seller_reply=masked(row.text("seller_reply", "reply")),
        image_count=len(row.texts("images", "feedPicPathList")),
        default_text=row.text("text", "feedback") in ("此用户没有填写评价。", "此用户没有填写评论!"),
    )
