"""Reads Pinduoduo 拼多多 listings: the detail response.

The group price 拼团价 is the price; buying alone costs more.
"""

from __future__ import annotations

from decimal import Decimal

from crawlers.platforms.base import Adapter, Page, ParsedPage
from crawlers.platforms.marketplace import Marketplace, listing_page, sku_prices, stocked
from crawlers.platforms.obstacles import Obstacles
from crawlers.platforms.payload import Payload, attributes_in, payload_of
from crawlers.platforms.tree import squash
from domain.target import PageKind

PLATFORM = "pinduoduo"
HOSTS = ("yangkeduo.com", "pinduoduo.com")
SEEN = {"listing": "real: JSON detail response, 2020"}
_LABELS = {
    "拼团价": "data.item.minGroupPrice",
    "拼团价（最高）": "data.item.maxGroupPrice",
    "单独购买价": "data.item.minNormalPrice",
    "单独购买价（最高）": "data.item.maxNormalPrice",
}


def adapter(base_url: str) -> Adapter:
    """The adapter for Pinduoduo; its addresses are its own."""
    return Marketplace(platform=PLATFORM, readers={PageKind.LISTING: _listing}, obstacles=Obstacles())


def _listing(page: Page) -> ParsedPage:
    source = payload_of(page.text, page.url)
    low = source.yuan("price", "data.item.minGroupPrice")
    high = source.yuan("price_high", "data.item.maxGroupPrice")
    sales = source.count("sales", "data.item.salesTip")
    item_id = source.required("item_id", "data.item.goodsId")
    stock = _stock(source)
    return listing_page(
        source,
        platform=PLATFORM,
        page=page,
        item_id=item_id,
        url=f"https://mobile.yangkeduo.com/goods.html?goods_id={item_id}",
        title=source.required("title", "data.item.goodsName"),
        description=source.text("description", "data.item.goodsDesc"),
        price=None if low != high else low,
        price_low=low if low != high else None,
        price_high=high if low != high else None,
        price_label="拼团价",
        prices=_prices(source),
        list_price=source.yuan("list_price", "data.item.marketPrice"),
        stock=stock,
        availability=stocked(stock),
        sales_text=sales.text,
        sales_low=sales.low,
        sales_high=sales.high,
        shop_id=source.text("shop_id", "data.seller.shopId"),
        shop_name=source.text("seller", "data.seller.shopName"),
        services=tuple(
            squash(str(row.get("desc") or row.get("type") or ""))
            for row in source.rows("data.item.service_promise", name="services")
        ),
        attributes=attributes_in(source.at("data.item.goodsProperty", name="attributes")),
        images=source.links("images", "data.item.banner"),
    )


def _prices(source: Payload) -> tuple[tuple[str, Decimal], ...]:
    known = ((label, source.yuan(label, path)) for label, path in _LABELS.items())
    skus = source.rows("data.item.skus", name="prices")
    return (
        *((label, amount) for label, amount in known if amount is not None),
        *sku_prices((row.get("skuID"), row.get("groupPrice")) for row in skus),
    )


def _stock(source: Payload) -> int | None:
    rows = source.rows("data.item.skus", name="stock")
    left = [row.get("quantity") for row in rows if row.get("isOnSale") not in (0, False)]
    counts = [count for count in left if isinstance(count, int)]
    return sum(counts) if counts else None
