"""Reads the result list of 1688 阿里巴巴批发网: desktop HTML as the browser rendered it."""

from __future__ import annotations

import re
from urllib.parse import unquote

from crawlers.platforms.base import Adapter, Card, Page, ParsedPage
from crawlers.platforms.marketplace import Marketplace
from crawlers.platforms.obstacles import Obstacles
from crawlers.platforms.parse import price_of
from crawlers.platforms.tree import Element, link_of, texts_of, tree_of, xpath
from domain.errors import ExtractionError
from domain.target import PageKind

PLATFORM = "alibaba1688"
HOSTS = ("1688.com",)
SEEN = {"search": "real: rendered desktop HTML, 2024"}
_PIECES = re.compile(r"^销.*件")
"""Pieces sold; the same place may show turnover in yuan 成交…元 instead, which is no sales count."""
_OFFER = re.compile(r"object_id@(\d+)|offer/(\d+)\.html|offerId=(\d+)")


def adapter(base_url: str) -> Adapter:
    """The adapter for 1688; its addresses are its own."""
    return Marketplace(
        platform=PLATFORM,
        readers={PageKind.SEARCH: _search},
        obstacles=_OBSTACLES,
        search="https://s.1688.com/selloffer/offer_search.htm?keywords={keyword}",
        keyword_charset="gb18030",
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


_CARDS = xpath("//div[contains(concat(' ', @class, ' '), ' offer_item ')]")
_TITLE = xpath(".//*[@class='subject']/@title | .//*[@class='subject'][not(@title)]")
_PRICE = xpath(".//*[@class='price_num']")
_SOLD = xpath(".//*[@class='location']")
_LINK = xpath(".//a[.//*[@class='subject']]/@href | self::*/ancestor::a[1]/@href")
_SELLER = xpath(".//*[contains(@class, 'J_WangWang')]/@data-nick")
_REPORT = xpath("ancestor-or-self::*[@data-aplus-report][1]/@data-aplus-report")
_OBSTACLES = Obstacles(wanted=xpath("//div[contains(@class, 'offer_item')]"))
