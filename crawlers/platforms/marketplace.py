"""What the adapters of large platforms share: a reader per page kind that was seen on a real page, no
other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from crawlers.platforms.base import Page, ParsedPage
from crawlers.platforms.generic_page import GoodsPage
from crawlers.platforms.generic_words import PERMIT, STANDARD
from crawlers.platforms.obstacles import Obstacles
from crawlers.platforms.payload import Payload, is_json, value_of
from crawlers.platforms.tree import tree_of
from domain.errors import ExtractionError, SweepError
from domain.identity import subject_key
from domain.subjects import Availability, Listing
from domain.target import PageKind, Reason

Reader = Callable[[Page], ParsedPage]


@dataclass(frozen=True, kw_only=True)
class Marketplace:
    """The adapter of a platform whose page kinds are read by ``readers``."""

    platform: str
    readers: Mapping[PageKind, Reader]
    obstacles: Obstacles
    search: str = ""
    """Address of a result list, with ``{keyword}``; "" where none was seen."""
    keyword_charset: str = "utf-8"
    html_listings: bool = False
    """Whether item pages in HTML were seen; others are read like those of any shop."""

    def search_url(self, keyword: str) -> str:
        """First result page for a search word.

        Raises:
            SweepError: no result list of this platform was ever seen.
        """
        if not self.search:
            raise SweepError(f"no search page of {self.platform} was seen yet: give start_urls")
        return self.search.replace(
            "{keyword}", quote(keyword, encoding=self.keyword_charset, errors="replace")
        )

    def renders(self, kind: PageKind) -> bool:
        """Never by itself: what was seen is in the HTML or in a response of its own."""
        return False

    def obstacle(self, page: Page) -> Reason | None:
        """Why this is not the page that was asked for; ``None`` if it is."""
        return self.obstacles.on(page)

    def parse(self, page: Page) -> ParsedPage:
        """What the page says.

        Raises:
            ExtractionError: a mandatory field is not where it was on the pages seen, or the kind never
            was seen.
        """
        if page.kind is PageKind.LISTING and not self.html_listings and not is_json(page.text):
            return GoodsPage(tree_of(page.text), page.url).parsed(
                platform=self.platform, category=page.category
            )
        if page.kind not in self.readers:
            raise ExtractionError(
                page.kind, url=page.url, why=f"no such page of {self.platform} was ever seen"
            )
        return self.readers[page.kind](page)


def listing_page(
    source: Payload,
    *,
    platform: str,
    page: Page,
    attributes: tuple[tuple[str, str], ...] = (),
    availability: Availability = Availability.UNKNOWN,
    shop_id: str = "",
    **fields: Any,
) -> ParsedPage:
    """A parsed listing whose attributes also give brand, origin, production date, standards and permits."""
    text = "\n".join((fields["title"], *(f"{name}：{value}" for name, value in attributes)))
    listing = Listing(
        platform=platform,
        category=page.category,
        url=fields.pop("url", "") or page.url,
        brand=fields.pop("brand", "") or value_of(attributes, "品牌", "品牌名称"),
        attributes=attributes,
        availability=availability,
        shop=subject_key(platform, shop_id) if shop_id else "",
        origin=value_of(attributes, "产地", "商品产地", "原产地", "原产国/地区"),
        produced=value_of(attributes, "生产日期", "生产日期范围"),
        standards=tuple(dict.fromkeys(match[0] for match in STANDARD.finditer(text))),
        permits=tuple(dict.fromkeys(match[0] for match in PERMIT.finditer(text))),
        mpn=value_of(attributes, "货号", "型号", "款号"),
        **fields,
    )
    return ParsedPage(
        listing=listing,
        missing_fields=tuple(source.missing),
        provenance=tuple(source.provenance.items()),
    )
