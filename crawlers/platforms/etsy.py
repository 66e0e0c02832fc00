"""Reads Etsy listings: the shop's name from its own mark, everything else as on any shop's page."""

from __future__ import annotations

from dataclasses import dataclass

from crawlers.platforms.base import Adapter, Page, ParsedPage
from crawlers.platforms.marked_page import MarkedPage, Marks
from crawlers.platforms.marketplace import Marketplace
from crawlers.platforms.obstacles import Obstacles
from crawlers.platforms.tree import texts_of, tree_of, xpath
from domain.target import PageKind

PLATFORM = "etsy"
HOSTS = ("etsy.com",)
SEEN = {"listing": "real: desktop HTML, 2016"}


def adapter(base_url: str) -> Adapter:
    """The adapter for Etsy."""
    return Marketplace(
        platform=PLATFORM,
        readers={PageKind.LISTING: _listing},
        obstacles=Obstacles(
            wanted=xpath("//meta[@property='etsymarketplace:shop'] | //*[@data-buy-box-listing-title]")
        ),
        html_listings=True,
    )


def _listing(page: Page) -> ParsedPage:
    shown = EtsyPage(tree_of(page.text), page.url, marks=_MARKS, source=page.text)
    return shown.parsed(platform=PLATFORM, category=page.category)


@dataclass(frozen=True)
class EtsyPage(MarkedPage):
    """One item page."""

    @property
    def seller(self) -> str:
        """Name of the shop."""
        names = set(texts_of(_SHOP, self.root))
        if len(names) != 1:
            return super().seller
        self._from("seller", "visible: .shop-name")
        return names.pop()


_SHOP = xpath(
    "//*[@class='shop-name']//a[starts-with(@href, 'https://www.etsy.com/shop/')]/span"
    " | //*[@class='shop-name']/a"
)
_MARKS = Marks(
    title=(xpath("//h1[@data-buy-box-listing-title]"),),
    price=(xpath("//*[@data-buy-box-region='price']"),),
    seller=(xpath("//*[@data-buy-box-region]//a[contains(@href, '/shop/')]/span"),),
    stock=(xpath("//*[contains(@class, 'listing-unavailable')]"),),
)
