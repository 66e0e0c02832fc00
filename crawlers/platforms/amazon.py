"""Reads Amazon listings, in any of its countries: the desktop page, whose parts have kept their ids for
years.

What these ids do not hold is read as on any shop's page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from crawlers.platforms.base import Adapter, Page, ParsedPage
from crawlers.platforms.generic_amounts import Amount
from crawlers.platforms.generic_stock_words import SOLD_OUT
from crawlers.platforms.marked_page import MarkedPage, Marks
from crawlers.platforms.marketplace import Marketplace
from crawlers.platforms.obstacles import Obstacles
from crawlers.platforms.parse import decimal_of, whole_number
from crawlers.platforms.tree import Element, texts_of, tree_of, xpath
from domain.subjects import Availability
from domain.target import PageKind

PLATFORM = "amazon"
_COUNTRIES = (
    "com",
    "de",
    "fr",
    "it",
    "es",
    "co.uk",
    "ca",
    "cn",
    "co.jp",
    "nl",
    "se",
    "pl",
    "in",
    "com.au",
    "com.br",
    "com.mx",
    "sg",
    "ae",
    "sa",
)
HOSTS = tuple(f"amazon.{country}" for country in _COUNTRIES)
SEEN = {"listing": "real: desktop HTML of .com, .de, .fr and .it, 2020"}


def adapter(base_url: str) -> Adapter:
    """The adapter for Amazon."""
    return Marketplace(
        platform=PLATFORM,
        readers={PageKind.LISTING: _listing},
        obstacles=Obstacles(wanted=xpath("id('productTitle')")),
        html_listings=True,
    )


def _listing(page: Page) -> ParsedPage:
    shown = AmazonPage(tree_of(page.text), page.url, marks=_MARKS, source=page.text)
    return shown.parsed(platform=PLATFORM, category=page.category)


@dataclass(frozen=True)
class AmazonPage(MarkedPage):
    """One item page."""

    def _at(self, name: str, query: Any, source: str) -> str:
        texts = texts_of(query, self.root)
        if not texts:
            return ""
        self._from(name, f"visible: {source}")
        return texts[0]

    @cached_property
    def title(self) -> str:
        """Heading as displayed."""
        return self._at("title", _TITLE, "#productTitle") or super().title

    @cached_property
    def amounts(self) -> list[Amount]:
        """Where the page has its price block, only the amounts there and those struck through beside it."""
        found = super().amounts
        blocks = set(_PRICE(self.root))
        seen_in = {id(each): self.view.runs[each.place].element for each in found}
        own = [each for each in found if _within(seen_in[id(each)], blocks)]
        if own:
            struck_blocks = set(_STRUCK(self.root))
            struck = [each for each in found if _within(seen_in[id(each)], struck_blocks)]
            for each in struck:
                each.is_list_price = True
                each.add(-5, "struck through")
            for each in own:
                each.add(8, "price block")
            return own + [each for each in struck if each not in own]
        # Without a price block the page sells nothing itself: amounts on it are of other goods or other
        # sellers.
        return []

    @cached_property
    def availability(self) -> Availability:
        """What the availability line and the button say."""
        line = self._at("availability", _AVAILABILITY, "#availability")
        if SOLD_OUT.search(line.lower()):
            return Availability.OUT_OF_STOCK
        if _CART(self.root):
            self._from("availability", "visible: #add-to-cart-button")
            return Availability.IN_STOCK
        return super().availability

    @cached_property
    def brand(self) -> str:
        """As labelled in the by-line, else as in the table of details."""
        byline = self._at("brand", _BYLINE, "#bylineInfo")
        label, mark, name = byline.partition(":")
        return name.strip() if mark and len(label) < 20 else super().brand

    @property
    def sku(self) -> str:
        """The ASIN."""
        in_url = _ASIN_IN_URL.search(self.url)
        return self._at("sku", _ASIN, "input#ASIN") or (in_url[1] if in_url else super().sku)

    @property
    def seller(self) -> str:
        """The seller in the buy box; empty where Amazon itself sells."""
        return self._at("seller", _SELLER, "#sellerProfileTriggerId")

    @property
    def rating(self) -> Any:
        """Mean of the stars, of five."""
        shown = self._at("rating", _STARS, "#acrPopover")
        number = re.search(r"\d[.,]?\d*", shown)
        return decimal_of(number[0]) if number else None

    @property
    def review_count(self) -> int | None:
        """Number of ratings."""
        shown = self._at("review_count", _RATINGS, "#acrCustomerReviewText")
        return whole_number(re.sub(r"(?<=\d)[.\s\u00a0\u202f](?=\d{3}\b)", "", shown)) if shown else None


def _within(element: Element, blocks: set[Element]) -> bool:
    return any(each in blocks for each in (element, *element.iterancestors()))


_TITLE = xpath("id('productTitle')")
_PRICE = xpath(
    "id('priceblock_ourprice') | id('priceblock_dealprice') | id('priceblock_saleprice')"
    " | id('price_inside_buybox')"
    " | id('priceblock_pospromoprice') | id('newBuyBoxPrice')"
    " | id('corePrice_feature_div')//*[contains(@class, 'a-price')][1]"
    " | id('kindle-price') | id('color_price_block_0')"
    " | id('corePriceDisplay_desktop_feature_div')//*[contains(@class, 'priceToPay')]"
    " | id('tp_price_block_total_price_ww')"
)
_STRUCK = xpath(
    "//*[contains(@class, 'priceBlockStrikePriceString')] | id('listPrice')"
    " | id('corePriceDisplay_desktop_feature_div')//*[contains(@class, 'basisPrice')]"
)
_AVAILABILITY = xpath("id('availability')")
_CART = xpath("id('add-to-cart-button')[not(@disabled)] | id('buy-now-button')[not(@disabled)]")
_BYLINE = xpath("id('bylineInfo')")
_ASIN = xpath("id('ASIN')/@value")
_ASIN_IN_URL = re.compile(r"/(?:dp|gp/product)/([A-Z0-9]{10})(?:[/?]|$)")
_SELLER = xpath("id('sellerProfileTriggerId')")
_STARS = xpath("id('acrPopover')/@title")
_RATINGS = xpath("id('acrCustomerReviewText')")
_MARKS = Marks(
    shop_id=(re.compile(r"id=['\"]sellerProfileTriggerId['\"][^>]{0,300}?seller=([A-Z0-9]{8,20})"),)
)
