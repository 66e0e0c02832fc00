"""Reads Pinduoduo 拼多多 listings: the detail response, and the state of its mobile page.

Older responses of its own interface give whole numbers in fen 分, with names in snake case. The
group price 拼团价 is the price; buying alone costs more.
"""

from __future__ import annotations

from decimal import Decimal

from crawlers.platforms.base import Adapter, Page, ParsedPage
from crawlers.platforms.marked_page import Marks
from crawlers.platforms.marketplace import Marketplace, listing_page, sku_prices, stocked
from crawlers.platforms.obstacles import Obstacles
from crawlers.platforms.payload import Payload, attributes_in, is_json, object_after, payload_of
from crawlers.platforms.tree import squash, xpath
from domain.errors import ExtractionError
from domain.subjects import Availability
from domain.target import PageKind, Reason

PLATFORM = "pinduoduo"
HOSTS = ("yangkeduo.com", "pinduoduo.com")
_ITEM = "https://mobile.yangkeduo.com/goods.html?goods_id="
SEEN = {"listing": "real: JSON detail response, 2020"}
_LABELS = {
    "拼团价": ("data.item.minGroupPrice", "goods.minGroupPrice"),
    "拼团价（最高）": ("data.item.maxGroupPrice", "goods.maxGroupPrice"),
    "单独购买价": ("data.item.minNormalPrice", "goods.minNormalPrice"),
    "单独购买价（最高）": ("data.item.maxNormalPrice", "goods.maxNormalPrice"),
}


def adapter(base_url: str) -> Adapter:
    """The adapter for Pinduoduo; its addresses are its own."""
    return Marketplace(
        platform=PLATFORM,
        readers={PageKind.LISTING: _listing},
        obstacles=_OBSTACLES,
        html_listings=True,
        item_url=f"{_ITEM}{{id}}",
        marks=Marks(currency="CNY"),
        fen=True,
    )


def _listing(page: Page) -> ParsedPage:
    source = payload_of(page.text, page.url) if is_json(page.text) else _state(page)
    if source.at("goods_name", "goods.goods_name"):
        return _in_fen(source, page)
    low = source.yuan("price", *_LABELS["拼团价"], "goods.minOnSaleGroupPrice")
    high = source.yuan("price_high", *_LABELS["拼团价（最高）"], "goods.maxOnSaleGroupPrice")
    high = low if high is None else high
    sales = source.count("sales", "data.item.salesTip", "goods.sideSalesTip", "goods.salesTip")
    item_id = source.required("item_id", "data.item.goodsId", "goods.goodsID", "goods.goodsId")
    stock = _stock(source)
    return listing_page(
        source,
        platform=PLATFORM,
        page=page,
        item_id=item_id,
        url=f"{_ITEM}{item_id}",
        title=source.required("title", "data.item.goodsName", "goods.goodsName"),
        description=source.text("description", "data.item.goodsDesc", "goods.goodsDesc"),
        price=None if low != high else low,
        price_low=low if low != high else None,
        price_high=high if low != high else None,
        price_label="拼团价",
        prices=_prices(source),
        list_price=source.yuan("list_price", "data.item.marketPrice", "goods.linePrice", "goods.marketPrice"),
        stock=stock,
        availability=_availability(source, stock),
        sales_text=sales.text,
        sales_low=sales.low,
        sales_high=sales.high,
        shop_id=source.text("shop_id", "data.seller.shopId", "mall.mallID", "mall.mallId"),
        shop_name=source.text("seller", "data.seller.shopName", "mall.mallName"),
        services=tuple(
            squash(str(row.get("desc") or row.get("type") or ""))
            for row in source.rows("data.item.service_promise", "goods.servicePromise", name="services")
        ),
        attributes=attributes_in(
            source.at("data.item.goodsProperty", "goods.goodsProperty", name="attributes")
        ),
        images=source.links("images", "data.item.banner", "goods.topGallery"),
    )


def _state(page: Page) -> Payload:
    """What the mobile page keeps for its scripts: ``initDataObj``, in whatever it is wrapped."""
    for mark in ("window.rawData", "__NEXT_DATA__"):
        found = object_after(page.text, mark, page.url, layer=f"script {mark}")
        inner = found and found.at(
            "store.initDataObj", "initDataObj", "props.pageProps.initDataObj", "stores.store.initDataObj"
        )
        if found and isinstance(inner, dict) and "goods" in inner:
            return Payload(inner, page.url, f"script {mark}: initDataObj")
    raise ExtractionError("state", url=page.url, why="no rawData with initDataObj.goods")


def _in_fen(source: Payload, page: Page) -> ParsedPage:
    """A response of the older interface: the cheapest and dearest variant, every amount in fen."""
    goods = Payload(source.at("goods") or source.value, page.url, source.layer)
    skus = [Payload(row, page.url) for row in goods.rows("sku", "skus", name="price")]
    amounts = [amount for sku in skus if (amount := sku.fen("price", "group_price")) is not None]
    alone = goods.fen("price", "min_group_price", "min_on_sale_group_price")
    low, high = (min(amounts), max(amounts)) if amounts else (alone, alone)
    left = [count for sku in skus if (count := sku.whole("stock", "quantity")) is not None]
    stock = sum(left) if left else None
    sales = goods.count("sales", "sales_tip", "sales")
    item_id = goods.required("item_id", "goods_id")
    return listing_page(
        goods,
        platform=PLATFORM,
        page=page,
        item_id=item_id,
        url=f"{_ITEM}{item_id}",
        title=goods.required("title", "goods_name"),
        price=None if low != high else low,
        price_low=low if low != high else None,
        price_high=high if low != high else None,
        price_label="拼团价",
        list_price=goods.fen("list_price", "market_price"),
        stock=stock,
        availability=_availability(goods, stock),
        sales_text=sales.text,
        sales_low=sales.low,
        sales_high=sales.high,
        shop_id=goods.text("shop_id", "mall_id"),
        shop_name=source.text("seller", "mall_name", "mall.mall_name"),
        images=goods.links("images", "gallery"),
    )


def _availability(source: Payload, stock: int | None) -> Availability:
    """Off the shelf 已下架 whatever is left, else as counted."""
    is_on_sale = source.at("goods.isOnSale", "data.item.isOnSale", "is_onsale")
    gone = is_on_sale in (0, False) and is_on_sale is not None
    return Availability.OUT_OF_STOCK if gone else stocked(stock)


def _prices(source: Payload) -> tuple[tuple[str, Decimal], ...]:
    known = ((label, source.yuan(label, *paths)) for label, paths in _LABELS.items())
    skus = source.rows("data.item.skus", "goods.skus", name="prices")
    return (
        *((label, amount) for label, amount in known if amount is not None),
        *sku_prices((row.get("skuID"), row.get("groupPrice")) for row in skus),
    )


def _stock(source: Payload) -> int | None:
    rows = source.rows("data.item.skus", "goods.skus", name="stock")
    left = [row.get("quantity") for row in rows if row.get("isOnSale") not in (0, False)]
    counts = [count for count in left if isinstance(count, int)]
    return sum(counts) if counts else None


_OBSTACLES = Obstacles(
    more={Reason.LOGIN: ("手机登录", "请使用拼多多app"), Reason.GONE: ("商品已售罄，去看看", "该商品已下架")},
    wanted=xpath("//script[contains(., 'initDataObj')]"),
)
