"""Reads Tmall 天猫 listings: the desktop page with ``TShop.Setup``, and mobile page states of two ages."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import unquote

from crawlers.platforms.base import Adapter, Page, ParsedPage
from crawlers.platforms.marketplace import Marketplace, listing_page
from crawlers.platforms.obstacles import Obstacles
from crawlers.platforms.parse import decimal_of, whole_number
from crawlers.platforms.payload import Payload, attributes_in, is_json, object_after, payload_of
from crawlers.platforms.tree import Element, only, texts_of, tree_of, xpath
from domain.errors import ExtractionError
from domain.subjects import Availability
from domain.target import PageKind

PLATFORM = "tmall"
HOSTS = ("tmall.com", "tmall.hk")
SEEN = {"listing": "real: desktop HTML in GBK, 2020; mobile page state, 2015 and 2018"}
_STATE = "TShop.Setup("


def adapter(base_url: str) -> Adapter:
    """The adapter for Tmall; its addresses are Tmall's own."""
    return Marketplace(
        platform=PLATFORM,
        readers={PageKind.LISTING: _listing},
        obstacles=Obstacles(wanted=xpath("id('J_DetailMeta')")),
        html_listings=True,
    )


def _listing(page: Page) -> ParsedPage:
    if not is_json(page.text):
        return _desktop(page)
    source = payload_of(page.text, page.url)
    if source.at("itemDO.itemId"):
        return _mobile_2015(source, page)
    if source.at("item.itemId"):
        return _mobile_2018(source, page)
    raise ExtractionError("item_id", url=page.url, why="neither itemDO.itemId nor item.itemId")


def _desktop(page: Page) -> ParsedPage:
    root = tree_of(page.text)
    source = object_after(page.text, _STATE, page.url, layer=f"script {_STATE})")
    if source is None:
        raise ExtractionError("state", url=page.url, why=f"no {_STATE} with a JSON object")
    item_id = source.required("item_id", "itemDO.itemId")
    seen = texts_of(_PRICE, root)
    shown = Payload({"price": seen[0]} if len(seen) == 1 else {}, page.url)
    low, high = shown.span("price", "price")
    source.provenance["price"] = "visible: #J_StrPriceModBox .tm-price"
    source.provenance["title"] = "visible: .tb-detail-hd h1"
    list_price = source.yuan("list_price", "itemDO.reservePrice")
    reviews = texts_of(_REVIEWS, root)
    return listing_page(
        source,
        platform=PLATFORM,
        page=page,
        item_id=item_id,
        url=f"https://detail.tmall.com/item.htm?id={item_id}",
        title=only("title", texts_of(_TITLE, root), url=page.url),
        brand=source.text("brand", "itemDO.brand"),
        **_prices(low, high),
        list_price=list_price,
        stock=source.whole("stock", "itemDO.quantity"),
        availability=_availability(source, "itemDO.isOnline", "itemDO.quantity"),
        review_count=whole_number(reviews[0]) if reviews else None,
        shop_id=source.text("shop_id", "rstShopId", "itemDO.userId"),
        shop_name=_shop_name(source, root),
        attributes=attributes_in(texts_of(_ATTRIBUTES, root)),
    )


def _shop_name(source: Payload, root: Element) -> str:
    names = texts_of(_SHOP, root)
    return names[0] if names else unquote(source.text("seller", "itemDO.sellerNickName"))


def _mobile_2015(source: Payload, page: Page) -> ParsedPage:
    skus = [row for row in (source.at("valItemInfo.skuMap") or {}).values() if isinstance(row, dict)]
    told = ((f"SKU {row.get('skuId')}", decimal_of(str(row.get("price") or ""))) for row in skus)
    prices = tuple((sku, amount) for sku, amount in told if amount is not None)
    amounts = [amount for _, amount in prices]
    reserve = source.yuan("price", "itemDO.reservePrice", "detail.defaultItemPrice")
    low, high = (min(amounts), max(amounts)) if amounts else (reserve, reserve)
    item_id = source.required("item_id", "itemDO.itemId")
    return listing_page(
        source,
        platform=PLATFORM,
        page=page,
        item_id=item_id,
        url=f"https://detail.tmall.com/item.htm?id={item_id}",
        title=source.required("title", "itemDO.title"),
        brand=source.text("brand", "itemDO.brand"),
        **_prices(low, high),
        prices=prices[:200],
        promotion=source.text("promotion", "itemDO.newAttraction"),
        stock=source.whole("stock", "itemDO.quantity"),
        availability=_availability(source, "itemDO.isOnline", "itemDO.quantity"),
        shop_id=source.text("shop_id", "rstShopId", "itemDO.userId"),
        shop_name=unquote(source.text("seller", "itemDO.sellerNickName")),
        images=source.links("images", "itemDO.attachImgUrl"),
    )


def _mobile_2018(source: Payload, page: Page) -> ParsedPage:
    low, high = source.span("price", "price.price.priceText", "mock.price.price.priceText")
    item_id = source.required("item_id", "item.itemId")
    return listing_page(
        source,
        platform=PLATFORM,
        page=page,
        item_id=item_id,
        url=f"https://detail.tmall.com/item.htm?id={item_id}",
        title=source.required("title", "item.title"),
        **_prices(low, high),
        stock=source.whole("stock", "mock.skuCore.sku2info.0.quantity"),
        availability=_availability(source, "trade.buyEnable", "trade.buyEnable"),
        review_count=source.whole("review_count", "item.commentCount", "rate.totalCount"),
        shop_id=source.text("shop_id", "seller.shopId"),
        shop_name=source.text("seller", "seller.shopName"),
        attributes=attributes_in(source.at("props.groupProps")),
        images=source.links("images", "item.images"),
    )


def _prices(low: Decimal | None, high: Decimal | None) -> dict[str, Any]:
    is_range = low != high
    return {
        "price": None if is_range else low,
        "price_low": low if is_range else None,
        "price_high": high if is_range else None,
    }


def _availability(source: Payload, flag: str, quantity: str) -> Availability:
    """On sale and with stock; the flag of the page state alone says only that the page is up."""
    can_buy, left = source.at(flag), source.at(quantity)
    if can_buy is False or left == 0:
        return Availability.OUT_OF_STOCK
    return Availability.IN_STOCK if can_buy is True and left else Availability.UNKNOWN


_TITLE = xpath("//div[@class='tb-detail-hd']/h1")
_PRICE = xpath("id('J_StrPriceModBox')//*[@class='tm-price']")
_REVIEWS = xpath("id('J_ItemRates')//*[@class='tm-count']")
_SHOP = xpath("//a[contains(@class, 'slogo-shopname')]")
_ATTRIBUTES = xpath("id('J_AttrUL')/li")
