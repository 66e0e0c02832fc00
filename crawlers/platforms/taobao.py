"""Reads Taobao 淘宝: detail responses, item pages, and the result list in ``g_page_config``."""

from __future__ import annotations

import re
from typing import Any

from crawlers.platforms.base import Adapter, Card, Page, ParsedPage
from crawlers.platforms.marked_page import Marks
from crawlers.platforms.marketplace import Marketplace, listing_page, sku_prices, stocked
from crawlers.platforms.mtop import mtop_listing, obstacles
from crawlers.platforms.parse import price_of, whole_number
from crawlers.platforms.payload import Payload, attributes_in, is_json, object_after, payload_of
from crawlers.platforms.tree import link_of, squash, xpath
from domain.errors import ExtractionError
from domain.target import PageKind

PLATFORM = "taobao"
HOSTS = ("taobao.com",)
SEEN = {"search": "real: script state in desktop HTML, 2018", "listing": "real: JSON detail response, 2020"}
_STATE = "g_page_config"
_ITEM = "https://item.taobao.com/item.htm?id="
_WANTED = xpath(
    "//script[contains(., 'g_page_config')] | id('J_StrPrice') | id('J_Title')"
    " | //*[@class='tb-main-title'] | //script[contains(., '__ICE_APP_CONTEXT__')]"
)
_MARKS = Marks(
    currency="CNY",
    title=(
        xpath("//*[@class='tb-main-title']/@data-title"),
        xpath("//*[@class='tb-main-title']"),
        xpath("//*[@class='tb-detail-hd']/h3"),
    ),
    price=(xpath("id('J_PromoPrice')"), xpath("id('J_PromoPriceNum')"), xpath("id('J_StrPrice')")),
    struck=(xpath("id('J_StrPrice')"),),
    seller=(
        xpath("//*[@class='tb-shop-name']//a/@title"),
        xpath("//*[@class='tb-shop-name']//a"),
        xpath("//a[contains(@class, 'shop-name-link')]"),
        xpath("//*[@class='tb-seller-name']"),
    ),
    reviews=(xpath("id('J_RateCounter')"),),
    stock=(xpath("//*[contains(@class, 'tb-off-sale') or contains(@class, 'error-notice')]"),),
    item_id=(re.compile(r"[?&](?:id|item_id|itemId)=(\d{6,})"),),
    item_id_told=(re.compile(r"\bitemId\s*:\s*['\"](\d{6,})"),),
    shop_id=(re.compile(r"\bshopId\s*:\s*['\"](\d+)"),),
)


def adapter(base_url: str) -> Adapter:
    """The adapter for Taobao; its addresses are Taobao's own."""
    return Marketplace(
        platform=PLATFORM,
        readers={PageKind.SEARCH: _search, PageKind.LISTING: _listing},
        obstacles=obstacles(_WANTED),
        html_listings=True,
        item_url=f"{_ITEM}{{id}}",
        marks=_MARKS,
        search="https://s.taobao.com/search?q={keyword}",
    )


def _listing(page: Page) -> ParsedPage:
    if not is_json(page.text):
        return _since_2023(page)
    source = payload_of(page.text, page.url)
    if source.at("data.apiStack", "data.itemInfoModel", "data.skuCore"):
        return mtop_listing(source.value, page, platform=PLATFORM, url=_ITEM)
    return partner_listing(source, page, platform=PLATFORM, url=_ITEM)


def partner_listing(source: Payload, page: Page, *, platform: str, url: str) -> ParsedPage:
    """A listing of the detail response of a partner interface, which 淘宝 and 天猫 share.

    Args:
        source: the response.
        page: where it came from.
        platform: code of the platform.
        url: address of the item page up to the item's number.

    Raises:
        ExtractionError: it has no number or no title of an item.
    """
    low, high = source.span(
        "price", "data.item.priceRange", "data.item.price", "data.item.transmitPrice.priceText"
    )
    is_range = low != high
    sales = source.count("sales", "data.item.sellCount", "data.item.vagueSellCount")
    item_id = source.required("item_id", "data.item.itemId")
    skus = source.rows("data.item.sku", name="prices")
    stock = _stock(source, skus)
    return listing_page(
        source,
        platform=platform,
        page=page,
        item_id=item_id,
        url=f"{url}{item_id}",
        title=source.required("title", "data.item.title"),
        price=None if is_range else low,
        price_low=low if is_range else None,
        price_high=high if is_range else None,
        prices=sku_prices((row.get("skuId"), row.get("price")) for row in skus if not _is_total(row)),
        list_price=source.yuan("list_price", "data.item.marketPriceRange"),
        stock=stock,
        availability=stocked(stock),
        sales_text=sales.text,
        sales_low=sales.low,
        sales_high=sales.high,
        review_count=source.whole("review_count", "data.item.commentCount"),
        shop_id=source.text("shop_id", "data.seller.shopId"),
        shop_name=source.text("seller", "data.seller.shopName"),
        services=_services(source),
        attributes=attributes_in(source.at("data.item.groupProps", name="attributes")),
        images=source.links("images", "data.item.images"),
    )


def _since_2023(page: Page) -> ParsedPage:
    source = object_after(page.text, "__ICE_APP_CONTEXT__", page.url, layer="script __ICE_APP_CONTEXT__")
    state = source.at("loaderData.home.data.res") if source else None
    if not isinstance(state, dict):
        raise ExtractionError("state", url=page.url, why="no __ICE_APP_CONTEXT__ with an item")
    return mtop_listing(state, page, platform=PLATFORM, url=_ITEM, layer="script __ICE_APP_CONTEXT__")


def _is_total(row: dict[str, Any]) -> bool:
    """The row that stands for the whole listing: its variant number is 0."""
    return str(row.get("skuId")) == "0"


def _stock(source: Payload, skus: list[dict[str, Any]]) -> int | None:
    total = next((str(row.get("quantity")) for row in skus if _is_total(row)), "")
    if not total:
        return None
    source.provenance["stock"] = "json: data.item.sku, skuId 0: quantity"
    return whole_number(total)


def _services(source: Payload) -> tuple[str, ...]:
    rows = source.rows("data.item.consumerProtection.items", name="services")
    return tuple(dict.fromkeys(str(row.get("desc") or row.get("title") or "") for row in rows))


def _search(page: Page) -> ParsedPage:
    source: Payload | None = (
        payload_of(page.text, page.url)
        if is_json(page.text)
        else object_after(page.text, _STATE, page.url, layer=f"script {_STATE}")
    )
    if source is None:
        raise ExtractionError("cards", url=page.url, why=f"no {_STATE} with a JSON object")
    rows = source.rows("mods.itemlist.data.auctions")
    is_empty = not rows and source.at("mods.noresult.status") == "show"
    if not rows and not is_empty:
        raise ExtractionError(
            "cards", url=page.url, why="no mods.itemlist.data.auctions, and no mods.noresult shown"
        )
    return ParsedPage(
        cards=tuple(_card(row, page.url) for row in rows),
        reported=source.whole("reported", "mods.pager.data.totalCount"),
        empty=is_empty,
        provenance=(("cards", f"{source.layer}: mods.itemlist.data.auctions"),) if rows else (),
    )


def _card(row: dict[str, Any], url: str) -> Card:
    item_id, title = str(row.get("nid") or ""), squash(str(row.get("raw_title") or ""))
    if not item_id or not title:
        raise ExtractionError("cards", url=url, why="an auction without nid or raw_title")
    return Card(
        url=link_of(url, str(row.get("detail_url") or "")) or f"{_ITEM}{item_id}",
        item_id=item_id,
        title=title,
        price=price_of(str(row.get("view_price") or "")),
        shop_id=str(row.get("user_id") or ""),
        shop_url=link_of(url, str(row.get("shopLink") or "")),
        shop_name=squash(str(row.get("nick") or "")),
        sales_text=squash(str(row.get("view_sales") or "")),
        reviews_text=squash(str(row.get("comment_count") or "")),
    )
