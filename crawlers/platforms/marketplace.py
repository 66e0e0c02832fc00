"""What the adapters of large platforms share: a reader per page kind that was seen on a real page, no
other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from crawlers.platforms.base import Page, ParsedPage
from crawlers.platforms.generic_page import GoodsPage
from crawlers.platforms.obstacles import Obstacles
from crawlers.platforms.parse import decimal_of, masked, masked_nickname, moment_of
from crawlers.platforms.payload import Payload, is_json
from crawlers.platforms.told import told_by
from crawlers.platforms.tree import tree_of
from domain.errors import ExtractionError, SweepError
from domain.identity import digest_of, subject_key
from domain.subjects import Availability, Listing, Review
from domain.target import PageKind, Reason

Reader = Callable[[Page], ParsedPage]

_DEFAULT_TEXTS = frozenset(("此用户没有填写评价。", "此用户没有填写评论!"))
_MOST_SKUS = 200


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
    table = source.provenance.get("attributes", "attributes")
    told, places = told_by(fields["title"], attributes, table=table)
    for name, place in places.items():
        source.provenance.setdefault(name, place)
    told["brand"] = fields.pop("brand", "") or told["brand"]
    listing = Listing(
        platform=platform,
        category=page.category,
        url=fields.pop("url", "") or page.url,
        attributes=attributes,
        availability=availability,
        shop=subject_key(platform, shop_id) if shop_id else "",
        **told,
        **fields,
    )
    return ParsedPage(
        listing=listing,
        missing_fields=tuple(source.missing),
        provenance=tuple(source.provenance.items()),
    )


def sku_prices(rows: Iterable[tuple[object, object]]) -> tuple[tuple[str, Decimal], ...]:
    """Prices of variants 规格, of (number, yuan as written); what is no amount is left out."""
    told = ((f"SKU {number}", decimal_of(str(written or ""))) for number, written in rows if number)
    return tuple((label, amount) for label, amount in told if amount is not None)[:_MOST_SKUS]


def mobile_sku_prices(source: Payload, path: str) -> tuple[tuple[str, Decimal], ...]:
    """Prices of variants in ``sku2info`` of the mobile pages of 天猫 and 聚划算; row 0 is the total."""
    skus = source.at(path, name="prices")
    rows = skus.items() if isinstance(skus, dict) else ()
    return sku_prices(
        (key, Payload(row, source.url).at("price.priceText")) for key, row in rows if key != "0"
    )


def stocked(stock: int | None) -> Availability:
    """What a count of pieces left says; nothing when none is given."""
    if stock is None:
        return Availability.UNKNOWN
    return Availability.IN_STOCK if stock else Availability.OUT_OF_STOCK


def buyer_review(
    *, platform: str, item_id: str, text: str, posted: str, nickname: str, review_id: str = "", **fields: Any
) -> Review:
    """A buyer's review, masked 去标识化; where the page gives it no number, one is made of what it says."""
    listing, nickname = subject_key(platform, item_id), masked_nickname(nickname)
    return Review(
        platform=platform,
        review_id=review_id or digest_of(listing, masked(text), posted, nickname)[:32],
        listing=listing,
        text=masked(text),
        posted_at=moment_of(posted),
        nickname=nickname,
        default_text=text in _DEFAULT_TEXTS,
        **{"shop": "", **fields},
    )
