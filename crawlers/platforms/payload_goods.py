"""Goods in a JSON response of unknown shape 未知接口数据: by what its keys are called, not where they stand.

Platforms wrap the same words differently every year. Number, name and price are taken from one object only.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from crawlers.platforms.base import Card
from crawlers.platforms.parse import price_of
from crawlers.platforms.payload import Payload, inner_of
from crawlers.platforms.tree import link_of, squash

_MOST_OBJECTS = 20_000
_MOST_CARDS = 500
_LEAST_CARDS = 2

TITLES = (
    "raw_title", "goodsName", "goods_name", "skuName", "wareName", "warename", "wname", "subject",
    "shortName", "itemTitle", "offerTitle", "title", "name",
)  # fmt: skip
IDS = (
    "nid", "itemId", "item_id", "itemid", "num_iid", "goodsId", "goodsID", "goods_id", "wareId", "wareid",
    "skuId", "skuid", "sku_id", "offerId", "offerid", "id",
)  # fmt: skip
PRICES = (
    "view_price", "priceText", "promotionPrice", "promotion_price", "jdPrice", "jd_price", "dredisprice",
    "minGroupPrice", "min_group_price", "groupPrice", "group_price", "activityPrice",
    "salePrice", "price", "priceRange", "displayPrice", "priceDisplay", "p",
)  # fmt: skip
STRUCK = (
    "originalPrice", "original_price", "orginal_price", "marketPrice", "market_price", "linePrice",
    "reservePrice",
)  # fmt: skip
BRANDS = ("brandName", "brand_name", "brand")
_SHOPS = ("shopName", "shop_name", "shopTitle", "mallName", "mall_name", "sellerNick", "nick", "companyName")
_SHOP_IDS = ("shopId", "shop_id", "mallId", "mall_id", "venderId", "sellerId", "user_id", "userId")
_SALES = ("view_sales", "salesTip", "sales_tip", "sold", "sellCount", "soldCount", "realSales", "sales")
_REVIEWS = ("comment_count", "commentCount", "totalCount", "good_comment_count")
_LINKS = ("detail_url", "item_loc", "itemUrl", "item_url", "link_url", "href", "url", "auctionURL")


@dataclass(frozen=True)
class Goods:
    """One object that names goods; ``path`` as provenance shows it."""

    row: dict[str, Any]
    path: str

    def first(self, names: tuple[str, ...]) -> tuple[str, str]:
        """The first text or number under one of ``names``, and the name; two "" without one."""
        for name in names:
            value = self.row.get(name)
            text = squash(str(value)) if isinstance(value, str | int | float) and value is not True else ""
            if text and value is not False:
                return text, name
        return "", ""

    def price(self, *, fen: bool, names: tuple[str, ...] = PRICES) -> tuple[Decimal | None, str]:
        """The amount in yuan, and its key; with ``fen`` whole numbers are fen 分."""
        text, name = self.first(names)
        amount = price_of(text) if text else None
        is_whole = text.isdigit() and not isinstance(self.row.get(name), str)
        return (amount / 100 if amount is not None and fen and is_whole else amount), name


def goods_in(source: Payload) -> Iterator[Goods]:
    """Objects that have both a title and a number or an amount, outermost first."""
    waiting: deque[tuple[str, Any]] = deque([("", source.value)])
    left = _MOST_OBJECTS
    while waiting and left:
        left -= 1
        path, value = waiting.popleft()
        value = inner_of(value)
        if isinstance(value, dict):
            goods = Goods(value, path)
            if goods.first(TITLES)[0] and (goods.first(IDS)[0] or goods.first(PRICES)[0]):
                yield goods
            waiting.extend((f"{path}.{key}".lstrip("."), each) for key, each in value.items() if _opens(each))
        elif isinstance(value, list):
            waiting.extend((f"{path}.[]".lstrip("."), each) for each in value if _opens(each))


def cards_in(
    source: Payload, url: str, *, item_url: str = "", fen: bool = False
) -> tuple[tuple[Card, ...], str]:
    """The longest list of goods as result cards, and its path; none where nothing repeats with a price.

    Args:
        source: a response, or the state of a page.
        url: where it came from.
        item_url: address of an item page with ``{id}``, for goods without a link of their own.
        fen: whether whole numbers are amounts in fen 分.
    """
    found = [goods for goods in goods_in(source) if goods.path.endswith("[]")]
    priced = [goods for goods in found if goods.first(IDS)[0] and goods.price(fen=fen)[0] is not None]
    counts = Counter(goods.path for goods in priced)
    path, most = counts.most_common(1)[0] if counts else ("", 0)
    if most < _LEAST_CARDS:
        return (), ""
    rows = [goods for goods in found if goods.path == path and goods.first(IDS)[0]]
    cards = (_card(goods, url, item_url, fen=fen) for goods in rows[:_MOST_CARDS])
    return tuple(card for card in cards if card.url), path


def _card(goods: Goods, url: str, item_url: str, *, fen: bool) -> Card:
    item_id, link = goods.first(IDS)[0], goods.first(_LINKS)[0]
    return Card(
        url=link_of(url, link) if link else item_url.replace("{id}", quote(item_id, safe="")),
        item_id=item_id,
        title=goods.first(TITLES)[0],
        price=goods.price(fen=fen)[0],
        shop_id=goods.first(_SHOP_IDS)[0],
        shop_name=goods.first(_SHOPS)[0],
        sales_text=goods.first(_SALES)[0],
        reviews_text=goods.first(_REVIEWS)[0],
    )


def text_in(source: Payload, names: tuple[str, ...]) -> tuple[str, str]:
    """The outermost text under one of ``names`` anywhere, and its path; two "" where there is none."""
    waiting: deque[tuple[str, Any]] = deque([("", source.value)])
    left = _MOST_OBJECTS
    while waiting and left:
        left -= 1
        path, value = waiting.popleft()
        value = inner_of(value)
        if isinstance(value, dict):
            text, name = Goods(value, path).first(names)
            if text:
                return text, f"{path}.{name}".lstrip(".")
            waiting.extend((f"{path}.{key}".lstrip("."), each) for key, each in value.items() if _opens(each))
    return "", ""


def shop_in(source: Payload) -> tuple[str, str]:
    """Name and number of the shop, as the outermost object that names one has them."""
    name, where = text_in(source, _SHOPS)
    number, place = text_in(source, _SHOP_IDS)
    for field, path in (("seller", where), ("shop_id", place)):
        if path:
            source.provenance[field] = f"{source.layer}: {path}"
    return name, number


def _opens(value: Any) -> bool:
    return isinstance(value, dict | list) or (isinstance(value, str) and value[:1] in "{[" and len(value) > 2)
