"""Reads product pages and lists of any shop 通用适配器: what it tells machines is checked against what a
person sees.

The visible page wins for title, price and availability. A contradiction is kept as a fact of its own;
where neither side can
be preferred, the field is undecided and has no value.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from crawlers.platforms.base import Page, ParsedPage
from crawlers.platforms.generic_bidi import as_seen
from crawlers.platforms.generic_candidates import candidates_of
from crawlers.platforms.generic_list import ListPage
from crawlers.platforms.generic_page import GoodsPage
from crawlers.platforms.generic_seen import Thresholds
from crawlers.platforms.kept import kept
from crawlers.platforms.obstacles import Obstacles
from crawlers.platforms.profile import ProfileAdapter
from crawlers.platforms.site_profile import SiteProfile, WholeSite
from crawlers.platforms.tree import tree_of, xpath
from domain.errors import SweepError
from domain.target import PageKind, Reason


@dataclass(frozen=True)
class GenericAdapter:
    """Product, shop and licence pages of a shop that nobody described."""

    platform: str
    base_url: str
    thresholds: Thresholds = field(default_factory=Thresholds)

    def search_url(self, keyword: str) -> str:
        """Unknown for a shop that nobody described.

        Raises:
            SweepError: always.
        """
        raise SweepError("the generic adapter knows no search page: give start_urls, or write a site profile")

    def renders(self, kind: PageKind) -> bool:
        """Never by itself; a site profile may ask for it."""
        return False

    def obstacle(self, page: Page) -> Reason | None:
        """Why this is not the page that was asked for; ``None`` if it is."""
        return _OBSTACLES.on(page)

    def parse(self, page: Page) -> ParsedPage:
        """What the page says.

        Raises:
            ExtractionError: the page shows no title, or is of a kind that only a site profile can describe.
        """
        if page.kind is PageKind.SEARCH:
            root, _ = as_seen(tree_of(page.text), page.text)
            return ListPage(root, page.url, self.thresholds).parsed()
        if page.kind is not PageKind.LISTING:
            return self._site.parse(page)
        return self._goods(page).parsed(platform=self.platform, category=page.category)

    def candidates(self, page: Page) -> dict[str, list[dict[str, object]]]:
        """What could have been the value of each field, best first, with what spoke for and against it."""
        return candidates_of(self._goods(page)) if page.kind is PageKind.LISTING else {}

    def _goods(self, page: Page) -> GoodsPage:
        root, is_turned = as_seen(tree_of(page.text), page.text)
        return GoodsPage(root, page.url, self.thresholds, is_turned=is_turned)

    @kept
    def _site(self) -> ProfileAdapter:
        profile = SiteProfile(name="generic", whole_site=WholeSite())
        return ProfileAdapter(platform=self.platform, base_url=self.base_url, profile=profile)


_OBSTACLES = Obstacles(
    wanted=xpath(
        "//*[contains(@itemtype, 'schema.org/Product')]"
        " | //meta[@property='og:type'][contains(@content, 'product')]"
        " | //meta[starts-with(@property, 'product:price')]"
        " | //script[contains(@type, 'ld+json')][contains(., 'Product')]"
    )
)
