"""Reads JD 京东: the detail response of a mobile or partner interface, item pages, the desktop results.

Prices are yuan as text; -1 stands for none. The heading of a result card is its ``em``: the link's
``title`` carries an advertising line instead.
"""

from __future__ import annotations

import re

from crawlers.platforms.base import Adapter, Card, Page, ParsedPage
from crawlers.platforms.marked_page import Marks
from crawlers.platforms.marketplace import Marketplace, listing_page, sku_prices
from crawlers.platforms.obstacles import Obstacles
from crawlers.platforms.parse import price_of
from crawlers.platforms.payload import Payload, attributes_in, is_json, object_after, payload_of
from crawlers.platforms.tree import Element, link_of, squash, texts_of, tree_of, xpath
from domain.errors import ExtractionError
from domain.subjects import Availability
from domain.target import PageKind, Reason

PLATFORM = "jd"
HOSTS = ("jd.com", "jd.hk", "3.cn")
SEEN = {"search": "real: desktop HTML, 2024", "listing": "real: JSON detail response, 2020"}


def adapter(base_url: str) -> Adapter:
    """The adapter for JD; its addresses are JD's own."""
    return Marketplace(
        platform=PLATFORM,
        readers={PageKind.SEARCH: _search, PageKind.LISTING: _listing},
        obstacles=_OBSTACLES,
        html_listings=True,
        item_url="https://item.jd.com/{id}.html",
        marks=_MARKS,
        search="https://search.jd.com/Search?keyword={keyword}&enc=utf-8",
    )


def _listing(page: Page) -> ParsedPage:
    if not is_json(page.text):
        return _mobile(page)
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


def _mobile(page: Page) -> ParsedPage:
    """An item page of m.jd.com, which keeps the goods and what may change about them in two states."""
    source = object_after(page.text, "_itemOnly", page.url, layer="script _itemOnly")
    if source is None:
        raise ExtractionError("state", url=page.url, why="no _itemOnly with a JSON object")
    live = object_after(page.text, "_itemInfo", page.url, layer="script _itemInfo") or Payload({}, page.url)
    live.provenance = source.provenance
    price, original = live.yuan("price", "price.p"), live.yuan("list_price", "price.op")
    state = live.whole("availability", "stock.StockState")
    item_id = source.required("item_id", "item.skuId", "item.wareId")
    is_reduced = price is not None and original is not None and original > price
    return listing_page(
        source,
        platform=PLATFORM,
        page=page,
        item_id=item_id,
        sku=item_id,
        url=f"https://item.jd.com/{item_id}.html",
        title=source.required("title", "item.skuName", "item.name"),
        brand=source.text("brand", "item.brandName"),
        price=price,
        list_price=original if is_reduced else None,
        availability=_STOCK_STATES.get(state if state is not None else -1, Availability.UNKNOWN),
        shop_id=source.text("shop_id", "item.shopId", "item.venderID") or live.text("shop_id", "stock.D.id"),
        shop_name=live.text("seller", "stock.self_D.vender", "stock.D.vender", "shopInfo.shop.name"),
        images=source.links("images", "item.image"),
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
    item_id = next(iter(texts_of(_CARD_ID, card)), "")
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


_STOCK_STATES = {
    **dict.fromkeys((33, 39, 40), Availability.IN_STOCK),
    **dict.fromkeys((0, 34), Availability.OUT_OF_STOCK),
}
"""现货, 在途, 可配货; 下柜, 无货. 36 采购中 can be ordered and is not there: undecided."""
_CARDS = xpath(
    "(id('J_goodsList') | id('plist'))//li[contains(concat(' ', @class, ' '), ' gl-item ') or @sku]"
)
_CARD_ID = xpath("@data-sku | @sku | .//*[contains(@class, 'j-sku-item')]/@data-sku")
_CARD_TITLE = xpath(
    ".//div[contains(@class, 'p-name')]//em | .//div[contains(@class, 'p-name')]/a[not(.//em)]"
)
_CARD_PRICE = xpath(".//div[@class='p-price']//i | .//div[@class='p-price']//strong[not(.//i)]")
_CARD_SHOP = xpath(
    ".//div[contains(@class, 'p-shop')]//a[contains(@class, 'hd-shopname') or contains(@class, 'curr-shop')]"
)
_CARD_SHOP_LINK = xpath(".//div[contains(@class, 'p-shop')]//a/@href")
_CARD_REVIEWS = xpath(".//div[contains(@class, 'p-commit')]//a")
_EMPTY = xpath("//*[contains(@class, 'check-error') or contains(@class, 'nf-content')]")
_OBSTACLES = Obstacles(
    more={Reason.LOGIN: ("欢迎登录",), Reason.CAPTCHA: ("京东验证", "快速验证")},
    wanted=xpath("id('J_goodsList') | id('plist') | //*[contains(@class, 'sku-name')] | id('itemInfo')"),
)
_MARKS = Marks(
    currency="CNY",
    title=(xpath("//*[@class='sku-name']"), xpath("id('name')/h1"), xpath("id('itemName')")),
    price=(
        xpath("//*[contains(@class, 'summary-price')]//*[contains(@class, 'p-price')]"),
        xpath("//*[starts-with(@class, 'price J-p-')]"),
        xpath("id('jd-price')"),
        xpath("id('jdPrice') | id('priceSale')"),
    ),
    struck=(xpath("id('page_maprice') | id('page_opprice') | id('page_origin_price') | id('priceMarket')"),),
    brand=(xpath("id('parameter-brand')/li/@title"), xpath("id('parameter-brand')//a")),
    seller=(
        xpath("//*[contains(@class, 'J-hove-wrap')]//*[@class='name']/a/@title"),
        xpath("//*[contains(@class, 'J-hove-wrap')]//*[@class='name']/a"),
        xpath("//*[contains(@class, 'popbox-inner')]//h3/a"),
        xpath("//*[contains(@class, 'seller-infor')]/a"),
    ),
    reviews=(
        xpath("id('comment-count')/a"),
        xpath("//*[@class='comment-count']//*[contains(@class, 'count')]"),
    ),
    stock=(
        xpath("//*[contains(@class, 'itemover-tip')]"),
        xpath("id('store-prompt')"),
    ),
    item_id=(re.compile(r"item(?:\.m)?\.jd\.(?:com|hk)/(?:product/)?(\d{5,})"),),
    item_id_told=(re.compile(r"\bskuid\s*:\s*['\"]?(\d{5,})"),),
    shop_id=(re.compile(r"\bshopId\s*:\s*['\"](\d+)"),),
)
