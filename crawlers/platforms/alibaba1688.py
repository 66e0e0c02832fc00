"""Reads 1688 阿里巴巴批发网: result lists as the browser rendered them, and item pages.

The price of goods sold wholesale depends on the number of pieces: it is kept as a range.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from crawlers.platforms.base import Adapter, Card, Page, ParsedPage
from crawlers.platforms.marked_page import Marks
from crawlers.platforms.marketplace import Marketplace, listing_page, stocked
from crawlers.platforms.obstacles import Obstacles
from crawlers.platforms.parse import price_of
from crawlers.platforms.payload import is_json, object_after, payload_of
from crawlers.platforms.tree import Element, link_of, texts_of, tree_of, xpath
from domain.errors import ExtractionError
from domain.target import PageKind

PLATFORM = "alibaba1688"
HOSTS = ("1688.com",)
SEEN = {"search": "real: rendered desktop HTML, 2024"}
_PIECES = re.compile(r"^销.*件")
"""Pieces sold; the same place may show turnover in yuan 成交…元 instead, which is no sales count."""
_OFFER = re.compile(r"object_id@(\d+)|offer/(\d+)\.html|offerId=(\d+)")

_OFFER_PAGE = re.compile(r"offer/(\d{6,})\.html")


def adapter(base_url: str) -> Adapter:
    """The adapter for 1688; its addresses are its own."""
    return Marketplace(
        platform=PLATFORM,
        readers={PageKind.SEARCH: _search, PageKind.LISTING: _listing},
        obstacles=_OBSTACLES,
        html_listings=True,
        item_url="https://detail.1688.com/offer/{id}.html",
        marks=_MARKS,
        search="https://s.1688.com/selloffer/offer_search.htm?keywords={keyword}",
        keyword_charset="gb18030",
    )


def _listing(page: Page) -> ParsedPage:
    source = payload_of(page.text, page.url) if is_json(page.text) else None
    for mark in ("__INIT_DATA", "__INIT_DATA__", "__GLOBAL_DATA"):
        source = source or object_after(page.text, mark, page.url, layer=f"script {mark}")
    if source is None:
        raise ExtractionError("state", url=page.url, why="no __INIT_DATA with a JSON object")
    where = "globalData.tempModel", "tempModel", "data.tempModel"
    skus = "globalData.skuModel", "skuModel", "data.skuModel"
    item_id = source.required("item_id", *(f"{each}.offerId" for each in where))
    low, high = source.span("price", *(f"{each}.skuPriceScale" for each in skus))
    stocks = source.at(*(f"{each}.skuInfoMap" for each in skus), name="stock")
    left = (
        [row.get("canBookCount") for row in stocks.values() if isinstance(row, dict)]
        if isinstance(stocks, dict)
        else []
    )
    counts = [count for count in left if isinstance(count, int)]
    stock = sum(counts) if counts else None
    return listing_page(
        source,
        platform=PLATFORM,
        page=page,
        item_id=item_id,
        url=f"https://detail.1688.com/offer/{item_id}.html",
        title=source.required("title", *(f"{each}.offerTitle" for each in where)),
        price=None if low != high else low,
        price_low=low if low != high else None,
        price_high=high if low != high else None,
        stock=stock,
        availability=stocked(stock),
        shop_id=source.text("shop_id", *(f"{each}.sellerMemberId" for each in where)),
        shop_name=source.text("seller", *(f"{each}.companyName" for each in where)),
        images=source.links("images", "globalData.images", "images"),
    )


def _search(page: Page) -> ParsedPage:
    cards = tuple(_card(each, page.url) for each in _CARDS(tree_of(page.text)))
    if not cards:
        raise ExtractionError(
            "cards", url=page.url, why="no offer_item; what an empty list looks like was never seen"
        )
    return ParsedPage(cards=cards)


def _card(card: Element, url: str) -> Card:
    titles, links = texts_of(_TITLE, card), texts_of(_LINK, card)
    where = " ".join((*texts_of(_REPORT, card), *links))
    offer = _OFFER.search(where)
    if not titles or not (offer or links):
        raise ExtractionError("cards", url=url, why="an offer without heading, number and link")
    item_id = next(filter(None, offer.groups()), "") if offer else ""
    prices = texts_of(_PRICE, card)
    return Card(
        url=f"https://detail.1688.com/offer/{item_id}.html" if item_id else link_of(url, links[0]),
        item_id=item_id,
        title=titles[0],
        price=price_of(prices[0]) if prices else None,
        shop_name=unquote(next(iter(texts_of(_SELLER, card)), "")),
        sales_text=next((text for text in texts_of(_SOLD, card) if _PIECES.search(text)), ""),
    )


_CARDS = xpath(
    "//div[contains(concat(' ', @class, ' '), ' offer_item ')]"
    " | //*[contains(concat(' ', @class, ' '), ' sm-offer-item ')]"
)
_TITLE = xpath(
    ".//*[@class='subject']/@title | .//*[@class='subject'][not(@title)]"
    " | .//a[contains(@class, 'sm-offer-title')]/@title | .//*[contains(@class, 'sm-offer-title')]//a/@title"
)
_PRICE = xpath(".//*[@class='price_num'] | .//*[contains(@class, 'sm-offer-priceNum')]")
_SOLD = xpath(".//*[@class='location'] | .//*[contains(@class, 'sm-offer-tradeBt')]")
_LINK = xpath(
    ".//a[.//*[@class='subject']]/@href | self::*/ancestor::a[1]/@href"
    " | .//a[contains(@href, 'offer/')]/@href"
)
_SELLER = xpath(
    ".//*[contains(@class, 'J_WangWang')]/@data-nick | .//*[contains(@class, 'sm-offer-companyName')]"
)
_REPORT = xpath("ancestor-or-self::*[@data-aplus-report][1]/@data-aplus-report")
_OBSTACLES = Obstacles(
    wanted=xpath(
        "//*[contains(@class, 'offer_item') or contains(@class, 'sm-offer-item')]"
        " | //*[contains(@class, 'd-title')] | id('mod-detail-title') | //script[contains(., '__INIT_DATA')]"
    )
)
_MARKS = Marks(
    currency="CNY",
    title=(
        xpath("//*[contains(@class, 'title-text')]"),
        xpath("id('mod-detail-title')//h1"),
        xpath("//h1[contains(@class, 'd-title')]"),
    ),
    price=(
        xpath("//*[contains(@class, 'od-pc-offer-price')]"),
        xpath("//*[contains(@class, 'price-now') or contains(@class, 'price-content')]"),
        xpath("id('mod-detail-price')//tr[contains(@class, 'price')]"),
    ),
    seller=(
        xpath("//a[@class='company-name']"),
        xpath("//*[contains(@class, 'shop-company-name')]"),
        xpath("//*[@class='base-info']//a/@title"),
    ),
    stock=(xpath("//*[contains(@class, 'mod-detail-offline') or contains(@class, 'offline-notice')]"),),
    item_id=(_OFFER_PAGE,),
    item_id_told=(re.compile(r"['\"]?offerid['\"]?\s*[:=]\s*['\"]?(\d{6,})", re.IGNORECASE),),
)
