"""Reads JD 京东: the detail response of a mobile or partner interface, and the desktop result list.

Prices are yuan as text. The heading of a result card is its ``em``: the link's ``title`` carries an
advertising line instead.
"""

from __future__ import annotations

from crawlers.platforms.base import Adapter, Card, Page, ParsedPage
from crawlers.platforms.marketplace import Marketplace, listing_page, sku_prices
from crawlers.platforms.obstacles import Obstacles
from crawlers.platforms.parse import price_of
from crawlers.platforms.payload import Payload, attributes_in, payload_of
from crawlers.platforms.tree import Element, link_of, squash, texts_of, tree_of, xpath
from domain.errors import ExtractionError
from domain.target import PageKind

PLATFORM = "jd"
HOSTS = ("jd.com", "jd.hk", "3.cn")
SEEN = {"search": "real: desktop HTML, 2024", "listing": "real: JSON detail response, 2020"}


def adapter(base_url: str) -> Adapter:
    """The adapter for JD; its addresses are JD's own."""
    return Marketplace(
        platform=PLATFORM,
        readers={PageKind.SEARCH: _search, PageKind.LISTING: _listing},
        obstacles=_OBSTACLES,
        search="https://search.jd.com/Search?keyword={keyword}&enc=utf-8",
    )


def _listing(page: Page) -> ParsedPage:
    source = payload_of(page.text, page.url)
    brief = attributes_in(source.at("data.item.pcAttributes", name="attributes"))
    full = attributes_in(source.at("data.item.attributes.propGroups"))
    price = source.yuan("price", "data.item.price")
    original = source.yuan("list_price", "data.item.originalPrice")
    skus = source.rows("data.item.sku", name="prices")
    item_id = source.required("item_id", "data.item.itemId")
    return listing_page(
        source,
        platform=PLATFORM,
        page=page,
        item_id=item_id,
        sku=item_id,
        url=f"https://item.jd.com/{item_id}.html",
        title=source.required("title", "data.item.name"),
        brand=source.text("brand", "data.item.brandName"),
        price=price,
        list_price=original if original is not None and price is not None and original > price else None,
        prices=sku_prices((row.get("skuId"), row.get("price")) for row in skus),
        promotion=_coupons(source),
        shop_id=source.text("shop_id", "data.seller.shopId", "data.seller.sellerId"),
        shop_name=source.text("seller", "data.seller.shopName"),
        attributes=tuple(dict.fromkeys((*brief, *full))),
        images=source.links("images", "data.item.images"),
    )


def _coupons(source: Payload) -> str:
    """Coupons 优惠券 with their threshold and window, one a line: 满4000减400 … 2020.06.01 - 2020.06.05."""
    lines = []
    for row in source.rows("data.item.coupons", name="promotion"):
        quota, discount = row.get("quota"), row.get("discount")
        terms = f"满{quota}减{discount}" if quota and discount else ""
        lines.append(squash(f"{terms} {row.get('name') or ''} {row.get('timeDesc') or ''}"))
    return "\n".join(line for line in lines if line)


def _search(page: Page) -> ParsedPage:
    root = tree_of(page.text)
    cards = tuple(_card(each, page.url) for each in _CARDS(root))
    is_empty = not cards and bool(_EMPTY(root))
    if not cards and not is_empty:
        raise ExtractionError("cards", url=page.url, why="no li.gl-item, and no sign that nothing was found")
    return ParsedPage(cards=cards, empty=is_empty)


def _card(card: Element, url: str) -> Card:
    item_id = card.get("data-sku") or ""
    titles = texts_of(_CARD_TITLE, card)
    if not item_id or not titles:
        raise ExtractionError("cards", url=url, why="a card without data-sku or heading")
    shop_links = texts_of(_CARD_SHOP_LINK, card)
    shop_url = link_of(url, shop_links[0]) if shop_links else ""
    prices = texts_of(_CARD_PRICE, card)
    return Card(
        url=f"https://item.jd.com/{item_id}.html",
        item_id=item_id,
        title=titles[0],
        price=price_of(prices[0]) if prices else None,
        shop_id=shop_url.partition("index-")[2].partition(".")[0],
        shop_url=shop_url,
        shop_name=next(iter(texts_of(_CARD_SHOP, card)), ""),
        reviews_text=next(iter(texts_of(_CARD_REVIEWS, card)), ""),
    )


_CARDS = xpath("id('J_goodsList')//li[contains(concat(' ', @class, ' '), ' gl-item ')]")
_CARD_TITLE = xpath(".//div[contains(@class, 'p-name')]//em")
_CARD_PRICE = xpath(".//div[@class='p-price']//i")
_CARD_SHOP = xpath(
    ".//div[contains(@class, 'p-shop')]//a[contains(@class, 'hd-shopname') or contains(@class, 'curr-shop')]"
)
_CARD_SHOP_LINK = xpath(".//div[contains(@class, 'p-shop')]//a/@href")
_CARD_REVIEWS = xpath(".//div[contains(@class, 'p-commit')]//a")
_EMPTY = xpath("//*[contains(@class, 'check-error') or contains(@class, 'nf-content')]")
_OBSTACLES = Obstacles(wanted=xpath("id('J_goodsList') | //*[contains(@class, 'sku-name')]"))
