"""Reads Tmall 天猫 listings: the desktop page with ``TShop.Setup``, and mobile page states of two ages."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

from crawlers.platforms.base import Adapter, Page, ParsedPage
from crawlers.platforms.marked_page import Marks
from crawlers.platforms.marketplace import (
    Marketplace,
    buyer_review,
    listing_page,
    mobile_sku_prices,
    sku_prices,
)
from crawlers.platforms.mtop import mtop_listing, obstacles
from crawlers.platforms.parse import whole_number
from crawlers.platforms.payload import Payload, attributes_in, is_json, object_after, payload_of
from crawlers.platforms.taobao import partner_listing
from crawlers.platforms.tree import Element, Query, only, place_of, texts_of, tree_of, xpath
from domain.errors import ExtractionError
from domain.identity import subject_key
from domain.subjects import Availability, Review
from domain.target import PageKind

PLATFORM = "tmall"
HOSTS = ("tmall.com", "tmall.hk")
SEEN = {
    "listing": "real: desktop HTML in GBK, 2020; mobile page state, 2015 and 2018",
    "reviews": "real: one review inside each mobile page state of 2018",
}
_STATE = "TShop.Setup("
_ITEM = "https://detail.tmall.com/item.htm?id="


def adapter(base_url: str) -> Adapter:
    """The adapter for Tmall; its addresses are Tmall's own."""
    return Marketplace(
        platform=PLATFORM,
        readers={PageKind.LISTING: _listing, PageKind.REVIEWS: _reviews},
        obstacles=obstacles(xpath("id('J_DetailMeta') | //script[contains(., '_DATA_Detail')]")),
        html_listings=True,
        item_url=f"{_ITEM}{{id}}",
        marks=_MARKS,
    )


def _listing(page: Page) -> ParsedPage:
    if not is_json(page.text):
        return _mobile_page(page) or _desktop(page)
    source = payload_of(page.text, page.url)
    if source.at("itemDO.itemId"):
        return _mobile_2015(source, page)
    if source.at("item.itemId"):
        return _mobile_2018(source, page)
    if source.at("data.apiStack", "data.skuCore", "data.itemInfoModel"):
        return mtop_listing(source.value, page, platform=PLATFORM, url=_ITEM)
    if source.at("data.item.itemId"):
        return partner_listing(source, page, platform=PLATFORM, url=_ITEM)
    raise ExtractionError("item_id", url=page.url, why="neither itemDO.itemId nor item.itemId")


def _mobile_page(page: Page) -> ParsedPage | None:
    """A page that keeps a mobile state, or the state of 2023, in a script; ``None`` for others."""
    detail = object_after(page.text, "_DATA_Detail", page.url, layer="script _DATA_Detail")
    if detail is not None:
        live = object_after(page.text, "_DATA_Mdskip", page.url, layer="")
        source = Payload({**detail.value, **(live.value if live else {})}, page.url, detail.layer)
        if source.at("itemDO.itemId"):
            return _mobile_2015(source, page)
        if source.at("item.itemId"):
            return _mobile_2018(source, page)
    state = object_after(page.text, "__ICE_APP_CONTEXT__", page.url, layer="")
    value = state.at("loaderData.home.data.res") if state else None
    if isinstance(value, dict) and Payload(value, page.url).at("item.itemId"):
        return mtop_listing(value, page, platform=PLATFORM, url=_ITEM, layer="script __ICE_APP_CONTEXT__")
    return None


def _desktop(page: Page) -> ParsedPage:
    root = tree_of(page.text)
    source = object_after(page.text, _STATE, page.url, layer=f"script {_STATE})")
    if source is None:
        raise ExtractionError("state", url=page.url, why=f"no {_STATE} with a JSON object")
    item_id = source.required("item_id", "itemDO.itemId")
    seen = texts_of(_PRICE, root)
    shown = Payload({"price": seen[0]} if len(seen) == 1 else {}, page.url)
    low, high = shown.span("price", "price")
    list_price = source.yuan("list_price", "itemDO.reservePrice")
    counts, names = _shown(source, root, "review_count", _REVIEWS), _shown(source, root, "seller", _SHOP)
    for name, query in (("price", _PRICE), ("title", _TITLE)):
        _shown(source, root, name, query)
    return listing_page(
        source,
        platform=PLATFORM,
        page=page,
        item_id=item_id,
        url=f"https://detail.tmall.com/item.htm?id={item_id}",
        title=only("title", texts_of(_TITLE, root), url=page.url),
        brand=source.text("brand", "itemDO.brand"),
        **_prices(low, high),
        price_label=next(iter(_shown(source, root, "price_label", _PRICE_LABEL)), ""),
        prices=_sku_prices(source),
        list_price=list_price,
        promotion=" ".join(_shown(source, root, "promotion", _PROMOTION)),
        stock=source.whole("stock", "itemDO.quantity"),
        availability=_availability(source, "itemDO.isOnline", "itemDO.quantity"),
        review_count=whole_number(counts[0]) if counts else None,
        shop_id=source.text("shop_id", "rstShopId", "itemDO.userId"),
        shop_name=names[0] if names else unquote(source.text("seller", "itemDO.sellerNickName")),
        services=tuple(_shown(source, root, "services", _SERVICES)),
        attributes=_table(source, root),
        images=source.links("images", "propertyPics.default"),
    )


def _shown(source: Payload, root: Element, name: str, query: Query) -> list[str]:
    """Visible texts, with their place noted under ``name``."""
    found = texts_of(query, root)
    if found:
        source.provenance[name] = f"visible: {place_of(query)}"
    return found


def _table(source: Payload, root: Element) -> tuple[tuple[str, str], ...]:
    """Attributes 产品参数 above the description and in the table of specifications 规格参数."""
    lines = [*_shown(source, root, "attributes", _ATTRIBUTES)]
    rows = [("".join(texts_of(_NAME, row)), "".join(texts_of(_VALUE, row))) for row in _ROWS(root)]
    return attributes_in([*lines, *(f"{name}：{value}" for name, value in rows if name and value)])


def _sku_prices(source: Payload) -> tuple[tuple[str, Decimal], ...]:
    """Prices of variants in either page state that has ``valItemInfo``."""
    skus = source.at("valItemInfo.skuMap", name="prices")
    rows = skus.values() if isinstance(skus, dict) else ()
    return sku_prices((row.get("skuId"), row.get("price")) for row in rows if isinstance(row, dict))


def _mobile_2015(source: Payload, page: Page) -> ParsedPage:
    prices = _sku_prices(source)
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
        prices=prices,
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
    # Where the state says that the quantity is hidden, the number in it is a round placeholder.
    is_hidden = source.at("mock.skuCore.skuItem.hideQuantity") is True
    reviews = _reviews_in(source, item_id, page.url)
    read = listing_page(
        source,
        platform=PLATFORM,
        page=page,
        item_id=item_id,
        url=f"https://detail.tmall.com/item.htm?id={item_id}",
        title=source.required("title", "item.title"),
        **_prices(low, high),
        price_label=source.text("price_label", "mock.skuCore.sku2info.0.price.priceTitle"),
        prices=mobile_sku_prices(source, "mock.skuCore.sku2info"),
        stock=None if is_hidden else source.whole("stock", "mock.skuCore.sku2info.0.quantity"),
        availability=_availability(source, "trade.buyEnable", "trade.buyEnable"),
        review_count=source.whole("review_count", "item.commentCount", "rate.totalCount"),
        shop_id=source.text("shop_id", "seller.shopId"),
        shop_name=source.text("seller", "seller.shopName"),
        attributes=attributes_in(source.at("props.groupProps", name="attributes")),
        images=source.links("images", "item.images"),
    )
    return replace(read, reviews=reviews)


def _reviews(page: Page) -> ParsedPage:
    source = payload_of(page.text, page.url)
    item_id = source.required("item_id", "item.itemId")
    reviews = _reviews_in(source, item_id, page.url)
    if not reviews and source.at("rate.totalCount") != 0:
        raise ExtractionError("reviews", url=page.url, why="no rate.rateList, and rate.totalCount is not 0")
    return ParsedPage(reviews=reviews, empty=not reviews, provenance=tuple(source.provenance.items()))


def _reviews_in(source: Payload, item_id: str, url: str) -> tuple[Review, ...]:
    """The few reviews that the page state itself shows; they carry no number and no stars."""
    shop_id = source.text("shop_id", "seller.shopId")
    rows = [Payload(row, url) for row in source.rows("rate.rateList", name="reviews")]
    found = [
        buyer_review(
            platform=PLATFORM,
            item_id=item_id,
            shop=subject_key(PLATFORM, shop_id) if shop_id else "",
            text=row.text("text", "content"),
            posted=row.text("posted_at", "dateTime"),
            nickname=row.text("nickname", "userName"),
            sku=row.text("sku", "skuInfo"),
            image_count=len(row.texts("images", "images")),
        )
        for row in rows
        if row.at("content")
    ]
    return tuple({review.review_id: review for review in found}.values())


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
_PRICE_LABEL = xpath("id('J_StrPriceModBox')/dt")
_PROMOTION = xpath("//div[@class='tb-detail-hd']/p[@class='newp']")
_SERVICES = xpath("//ul[@class='tb-serPromise']/li")
_REVIEWS = xpath("id('J_ItemRates')//*[@class='tm-count']")
_SHOP = xpath("//a[contains(@class, 'slogo-shopname')]")
_ATTRIBUTES = xpath("id('J_AttrUL')/li")
_ROWS = xpath("(id('J_Attrs')//table)[1]//tr[th][td]")
_NAME, _VALUE = xpath("./th"), xpath("./td")
_MARKS = Marks(
    currency="CNY",
    title=(_TITLE, xpath("//*[contains(@class, 'ItemHeader--mainTitle')]")),
    price=(
        xpath("id('J_PromoPrice')"),
        xpath("id('J_StrPriceModBox')"),
        xpath("id('J_StrPrice')"),
        xpath("//*[contains(@class, 'Price--priceText')]"),
    ),
    struck=(xpath("id('J_StrPriceModBox') | id('J_StrPrice')"),),
    brand=(xpath("id('J_BrandAttr')//b"),),
    seller=(
        _SHOP,
        xpath("//*[contains(@class, 'ShopHeader--title')]"),
        xpath("//input[@name='seller_nickname']/@value"),
    ),
    reviews=(_REVIEWS,),
    stock=(
        xpath("//*[contains(@class, 'sold-out-tit') or contains(@class, 'sold-out-info')]"),
        xpath("id('J_EmStock')"),
    ),
    item_id=(re.compile(r"[?&](?:id|item_id|itemId)=(\d{6,})"),),
    item_id_told=(re.compile(r"[\"']?itemId[\"']?\s*:\s*[\"']?(\d{6,})"),),
    shop_id=(re.compile(r"[\"']?(?:rstShopId|shopId)[\"']?\s*[:=]\s*[\"']?(\d+)"),),
)
