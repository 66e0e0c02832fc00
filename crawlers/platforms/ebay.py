"""Reads eBay listings, in any of its countries: the desktop page. What its own marks do not hold is
read as on any shop's page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from crawlers.platforms.base import Adapter, Page, ParsedPage
from crawlers.platforms.marked_page import MarkedPage, Marks
from crawlers.platforms.marketplace import Marketplace
from crawlers.platforms.obstacles import Obstacles
from crawlers.platforms.tree import texts_of, tree_of, xpath
from domain.target import PageKind

PLATFORM = "ebay"
_COUNTRIES = (
    "com",
    "de",
    "fr",
    "it",
    "es",
    "co.uk",
    "ca",
    "ie",
    "com.au",
    "nl",
    "pl",
    "at",
    "ch",
    "be",
    "com.hk",
)
HOSTS = tuple(f"ebay.{country}" for country in _COUNTRIES)
SEEN = {"listing": "real: desktop HTML of .com, .ca, .ie and .fr, 2020"}


def adapter(base_url: str) -> Adapter:
    """The adapter for eBay."""
    return Marketplace(
        platform=PLATFORM,
        readers={PageKind.LISTING: _listing},
        obstacles=Obstacles(wanted=xpath("id('itemTitle') | //*[contains(@class, 'x-item-title')]")),
        html_listings=True,
    )


def _listing(page: Page) -> ParsedPage:
    shown = EbayPage(tree_of(page.text), page.url, marks=_MARKS, source=page.text)
    return shown.parsed(platform=PLATFORM, category=page.category)


@dataclass(frozen=True)
class EbayPage(MarkedPage):
    """One item page."""

    @cached_property
    def title(self) -> str:
        """Heading as displayed, without the words that only a screen reader says."""
        texts = texts_of(_TITLE, self.root)
        if len(texts) != 1:
            return super().title
        self._from("title", "visible: #itemTitle")
        return texts[0]

    @property
    def sku(self) -> str:
        """The item number."""
        numbers = texts_of(_NUMBER, self.root)
        if len(numbers) != 1:
            return super().sku
        self._from("sku", "visible: #descItemNumber")
        return numbers[0]

    @property
    def seller(self) -> str:
        """The member who sells."""
        names = set(texts_of(_SELLER, self.root))
        if len(names) != 1:
            return super().seller
        self._from("seller", "visible: .mbg-nw")
        return names.pop()


_TITLE = xpath("id('itemTitle')/text()")
_NUMBER = xpath("id('descItemNumber')")
_SELLER = xpath("//*[@class='mbg-nw']")
_MARKS = Marks(
    title=(xpath("//*[contains(@class, 'x-item-title__mainTitle')]"),),
    price=(xpath("//*[@class='x-price-primary']"),),
    seller=(xpath("//*[contains(@class, 'x-sellercard-atf__info__about-seller')]/@title"),),
    stock=(xpath("//*[contains(@class, 'd-statusmessage') or contains(@class, 'statusTitle')]"),),
    item_id=(re.compile(r"/itm/(?:[^/?]+/)?(\d{9,})"),),
)
