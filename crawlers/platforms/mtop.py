"""Detail responses of mtop, the interface behind the mobile pages of 淘宝 and 天猫, since 2023 all of them.

The parts that change with every promotion stand in ``apiStack``, a JSON text inside the response; what is
shown before it arrives stands in ``mockData``. Flags are written as texts.
"""

from __future__ import annotations

from typing import Any

from crawlers.platforms.base import Page, ParsedPage
from crawlers.platforms.marketplace import listing_page, mobile_sku_prices
from crawlers.platforms.obstacles import Obstacles
from crawlers.platforms.payload import Payload, attributes_in
from crawlers.platforms.tree import Query
from domain.subjects import Availability
from domain.target import Reason

_NOW, _OLD = "apiStack.[].value", "apiStack.[].value.data"
_PRICES = (
    f"{_NOW}.price.price.priceText",
    "price.price.priceText",
    "componentsVO.priceVO.price.priceText",
    f"{_NOW}.skuCore.sku2info.0.price.priceText",
    "skuCore.sku2info.0.price.priceText",
    f"{_OLD}.itemInfoModel.priceUnits.[].price",
    "itemInfoModel.priceUnits.[].price",
    "mockData.price.price.priceText",
)
_STRUCK = (
    f"{_NOW}.price.extraPrices.[].priceText",
    "price.extraPrices.[].priceText",
    "componentsVO.priceVO.extraPrice.priceText",
)
_QUANTITIES = (
    f"{_NOW}.skuCore.sku2info.0.quantity",
    "skuCore.sku2info.0.quantity",
    f"{_OLD}.itemInfoModel.quantity",
    "itemInfoModel.quantity",
)
_CAN_BUY = (f"{_NOW}.trade.buyEnable", "trade.buyEnable", f"{_OLD}.itemControl.unitControl.buySupport")
_SALES = (
    f"{_NOW}.item.sellCount",
    f"{_NOW}.item.vagueSellCount",
    "item.sellCount",
    "item.vagueSellCount",
)
_RATES = ("rate.totalCount", "item.commentCount", "rateInfo.rateCounts")
_SELLERS = ("seller.shopName", "seller.shopTitle", "seller.sellerNick", "seller.nick")
_VARIANTS = (f"{_NOW}.skuCore.sku2info", "skuCore.sku2info")
_REFUSALS = {
    Reason.CAPTCHA: ("rgv587_error", "fail_sys_user_validate", "被挤爆啦", "验证码拦截"),
    Reason.LOGIN: ("fail_sys_session_expired", "fail_sys_token_exoired", "session过期"),
    Reason.GONE: ("您查看的宝贝不存在", "您查看的商品找不到了", "errcode_query_detail_fail"),
}


def obstacles(wanted: Query) -> Obstacles:
    """Pages in the way on these platforms, refusals of the interface included."""
    return Obstacles(more=_REFUSALS, wanted=wanted)


def mtop_listing(value: Any, page: Page, *, platform: str, url: str, layer: str = "json") -> ParsedPage:
    """A listing of a detail response.

    Args:
        value: the response, or the part of it that holds ``item``.
        page: where it came from.
        platform: code of the platform.
        url: address of the item page up to the item's number.
        layer: what provenance calls the source.

    Raises:
        ExtractionError: it names no item.
    """
    inner = value.get("data") if isinstance(value, dict) else None
    source = Payload(inner if isinstance(inner, dict) else value, page.url, layer)
    item_id = source.required("item_id", "item.itemId", "itemInfoModel.itemId")
    low, high = source.span("price", *_PRICES)
    struck = source.yuan("list_price", *_STRUCK)
    stock = source.whole("stock", *_QUANTITIES)
    sales = source.count(
        "sales",
        f"{_NOW}.item.sellCount",
        f"{_NOW}.item.vagueSellCount",
        "item.sellCount",
        "item.vagueSellCount",
    )
    is_range = low != high
    variants = next((path for path in _VARIANTS if source.at(path)), _VARIANTS[0])
    return listing_page(
        source,
        platform=platform,
        page=page,
        item_id=item_id,
        url=f"{url}{item_id}",
        title=source.required("title", "item.title", "itemInfoModel.title"),
        price=None if is_range else low,
        price_low=low if is_range else None,
        price_high=high if is_range else None,
        prices=mobile_sku_prices(source, variants),
        list_price=struck if struck is not None and high is not None and struck > high else None,
        stock=stock,
        availability=_availability(source, stock),
        sales_text=sales.text,
        sales_low=sales.low,
        sales_high=sales.high,
        review_count=source.whole("review_count", *_RATES),
        shop_id=source.text("shop_id", "seller.shopId"),
        shop_name=source.text("seller", *_SELLERS),
        attributes=attributes_in(source.at("props.groupProps", "props", name="attributes")),
        images=source.links("images", "item.images", "itemInfoModel.picsPath"),
    )


def _availability(source: Payload, stock: int | None) -> Availability:
    can_buy = source.text("availability", *_CAN_BUY).lower()
    if can_buy == "false" or stock == 0:
        return Availability.OUT_OF_STOCK
    return Availability.IN_STOCK if can_buy == "true" and stock != 0 else Availability.UNKNOWN
