"""The adapter for sites that a profile describes: YAML in, the same domain objects out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from typing import TypeVar
from urllib.parse import quote_plus, urljoin
from zoneinfo import ZoneInfo

from crawlers.platforms.base import Card, Page, ParsedPage
from crawlers.platforms.fields import Fields, PageParts
from crawlers.platforms.obstacles import Obstacles
from crawlers.platforms.parse import count_of, masked, masked_nickname
from crawlers.platforms.site_profile import AttributeRows, SiteProfile, Source
from crawlers.platforms.told import told_by
from crawlers.platforms.tree import (
    XPathError,
    css,
    licence_links_in,
    link_of,
    same_site,
    tree_of,
    visible_text,
)
from domain.errors import ExtractionError, SweepError
from domain.identity import canonical_url, digest_of, subject_key
from domain.subjects import Listing, Review, Shop
from domain.target import PageKind, Reason

T = TypeVar("T")


@dataclass(frozen=True)
class ProfileAdapter:
    """Reads the pages of one site by its profile."""

    platform: str
    base_url: str
    profile: SiteProfile

    def search_url(self, keyword: str) -> str:
        """First result page for a search word.

        Raises:
            SweepError: the profile describes no search.
        """
        rules = self.profile.search
        if rules is None:
            raise SweepError(f"site profile {self.profile.name} describes no search: give start_urls instead")
        word = quote_plus(keyword, encoding=rules.charset, errors="replace")
        path = rules.url.replace("{page}", "1").replace("{keyword}", word)
        return urljoin(self.base_url, path)

    def renders(self, kind: PageKind) -> bool:
        """Whether the profile asks for a browser for this kind of page."""
        return kind in self.profile.render

    def obstacle(self, page: Page) -> Reason | None:
        """Why this is not the page that was asked for; ``None`` if it is."""
        return self._obstacles.on(page)

    def parse(self, page: Page) -> ParsedPage:
        """What the page says.

        Raises:
            ExtractionError: a required field is not where the profile looks for it.
        """
        reader = {
            PageKind.SEARCH: self._search,
            PageKind.LISTING: self._listing,
            PageKind.SHOP: self._shop,
            PageKind.REVIEWS: self._reviews,
            PageKind.LICENCE: self._licence,
        }[page.kind]
        zone = ZoneInfo(self.profile.zone)
        parts = PageParts(tree_of(page.text), page.url, self.profile.currency, zone, page.text)
        try:
            return reader(page, parts)
        except XPathError as error:
            raise ExtractionError(
                "page", url=page.url, why=f"a query of the profile fails: {error}"
            ) from error

    @cached_property
    def _obstacles(self) -> Obstacles:
        words = self.profile.obstacles
        more = {Reason.CAPTCHA: words.captcha, Reason.LOGIN: words.login, Reason.GONE: words.gone}
        return Obstacles(
            more=more,
            notice=css(words.notice) if words.notice else None,
            wanted=css(words.wanted) if words.wanted else None,
        )

    def _search(self, page: Page, parts: PageParts) -> ParsedPage:
        rules = self._described(self.profile.search, page)
        top = Fields(parts, parts.root, {})
        lacking: Counter[str] = Counter()
        cards = [
            self._card(Fields(parts, each, rules.fields), lacking) for each in css(rules.card)(parts.root)
        ]
        empty = not cards and _says(top, rules.empty)
        if not cards and not empty:
            raise ExtractionError(
                "cards", url=page.url, why=f"no {rules.card!r}, and no sign that nothing was found"
            )
        return ParsedPage(
            cards=tuple(cards),
            empty=empty,
            reported=_reported(top, rules.reported),
            next_url=self._next(parts, rules.next),
            # As on every list: what a few cards lack, such as the price of sold-out goods, is not missing.
            missing_fields=tuple(name for name, count in lacking.items() if count * 2 > len(cards)),
        )

    def _card(self, fields: Fields, lacking: Counter[str]) -> Card:
        url = fields.link("url")
        if not url:
            raise ExtractionError("cards.url", url=fields.page.url, why="a result card without a link")
        own = replace(fields, page=replace(fields.page, url=url))
        sales, reviews = fields.count("sales"), fields.count("review_count")
        card = Card(
            url=url,
            item_id=own.text("item_id") or _id_of(url),
            title=fields.text("title"),
            price=fields.price("price", currency=self.profile.currency),
            shop_id=fields.text("shop_id") or self._site_shop_id,
            shop_url=fields.link("shop_url"),
            shop_name=fields.text("shop_name"),
            sales_text=sales.text if sales else "",
            reviews_text=reviews.text if reviews else "",
        )
        lacking.update(set(fields.missing))
        return card

    def _listing(self, page: Page, parts: PageParts) -> ParsedPage:
        rules = self._described(self.profile.listing, page)
        fields = Fields(parts, parts.root, rules.fields)
        shop_id = fields.text("shop_id") or self._site_shop_id
        shop_url = fields.link("shop_url") or (self.base_url if self.profile.whole_site else "")
        currency = fields.currency("currency") or self.profile.currency
        sales = fields.count("sales")
        item_id = fields.text("item_id")
        if not item_id and rules.item_id_else == "fail":
            raise ExtractionError("item_id", url=page.url, why="no source of the profile gives exactly one")
        title, attributes = fields.text("title"), _attributes(parts, rules.attributes)
        where = f"visible: {rules.attributes.row}" if rules.attributes else ""
        told, places = told_by(title, attributes, table=where)
        for name in ("brand", "origin", "produced", "mpn"):
            told[name] = fields.text(name) or told[name]
        listing = Listing(
            platform=self.platform,
            item_id=item_id or _id_of(page.url),
            url=page.url,
            title=title,
            description=fields.text("description"),
            category=page.category,
            category_path=fields.many("category_path"),
            price=fields.price("price", currency=currency),
            list_price=fields.price("list_price", currency=currency),
            list_price_label=fields.text("list_price_label"),
            price_label=fields.text("price_label"),
            promotion=fields.text("promotion"),
            currency=currency,
            availability=fields.availability("availability"),
            stock=fields.whole("stock"),
            sales_text=sales.text if sales else "",
            sales_low=sales.low if sales else None,
            sales_high=sales.high if sales else None,
            rating=fields.number("rating"),
            review_count=fields.whole("review_count"),
            shop=subject_key(self.platform, shop_id) if shop_id else "",
            shop_name=fields.text("shop_name")
            or (self.profile.whole_site.name if self.profile.whole_site else ""),
            attributes=attributes,
            services=fields.many("services"),
            images=fields.many("images"),
            sku=fields.text("sku"),
            gtin=fields.text("gtin"),
            **told,
        )
        if not listing.title:
            raise ExtractionError("title", url=page.url, why="no source of the profile gives exactly one")
        reviews_url = fields.link("reviews_url")
        table = rules.attributes
        rows = {"attributes": where} if attributes else {}
        missing = [*fields.missing, *(["attributes"] if table and not attributes else [])]
        return ParsedPage(
            listing=listing,
            reviews_url=reviews_url,
            shop_url=shop_url,
            missing_fields=tuple(name for name in _once(missing) if not told.get(name)),
            provenance=tuple((places | fields.where | rows).items()),
        )

    def _shop(self, page: Page, parts: PageParts) -> ParsedPage:
        rules = self.profile.shop
        site = self.profile.whole_site
        if rules is None and site is None:
            raise ExtractionError(
                "shop", url=page.url, why=f"profile {self.profile.name} describes no shop page"
            )
        fields = Fields(parts, parts.root, rules.fields if rules else {})
        unwanted = {found for each in (rules.leave_out if rules else ()) for found in css(each)(parts.root)}
        shop_id = fields.text("shop_id") or self._site_shop_id or page.subject.partition(":")[2]
        if not shop_id:
            raise ExtractionError("shop_id", url=page.url, why="no source of the profile gives exactly one")
        page_text = visible_text(parts.root, leave_out=unwanted.__contains__)
        if not page_text:
            raise ExtractionError("page_text", url=page.url, why="the page shows no text at all")
        shop = Shop(
            platform=self.platform,
            shop_id=shop_id,
            url=page.url,
            name=fields.text("name") or (site.name if site else ""),
            page_text=page_text,
            opened=fields.text("opened"),
            location=fields.text("location"),
            rating=fields.number("rating"),
            listing_count=fields.whole("listing_count"),
        )
        return ParsedPage(
            shop=shop,
            licence_links=licence_links_in(parts.root, page.url, leave_out=unwanted),
            missing_fields=_once(fields.missing),
        )

    def _reviews(self, page: Page, parts: PageParts) -> ParsedPage:
        rules = self._described(self.profile.reviews, page)
        top = Fields(parts, parts.root, {})
        item_id = _first_text(top, rules.item_id)
        listing = subject_key(self.platform, item_id) if item_id else page.subject
        if not listing:
            raise ExtractionError(
                "listing", url=page.url, why="the page does not say which listing its reviews are about"
            )
        missing: list[str] = []
        rows = [Fields(parts, row, rules.fields, missing) for row in css(rules.row)(parts.root)]
        empty = not rows and _says(top, rules.empty)
        if not rows and not empty:
            raise ExtractionError(
                "reviews", url=page.url, why=f"no {rules.row!r}, and no sign that there are none"
            )
        return ParsedPage(
            reviews=tuple(self._review(row, listing) for row in rows),
            empty=empty,
            next_url=self._next(parts, rules.next),
            missing_fields=_once(missing),
        )

    def _review(self, fields: Fields, listing: str) -> Review:
        text, posted_at, nickname = (
            masked(fields.text("text")),
            fields.moment("posted_at"),
            masked_nickname(fields.text("nickname")),
        )
        stars = fields.number("stars")
        # Two buyers may write the same words on one day; the same row read twice is one review.
        review_id = fields.text("review_id") or digest_of(listing, text, str(posted_at), nickname)[:32]
        shop_id = self._site_shop_id
        return Review(
            platform=self.platform,
            review_id=review_id,
            listing=listing,
            shop=subject_key(self.platform, shop_id) if shop_id else "",
            text=text,
            stars=int(stars) if stars is not None and 0 <= stars <= 5 else None,
            posted_at=posted_at,
            purchased_at=fields.moment("purchased_at"),
            sku=fields.text("sku"),
            nickname=nickname,
            user=fields.text("user"),
            appended=masked(fields.text("appended")),
            seller_reply=masked(fields.text("seller_reply")),
            image_count=fields.whole("image_count") or 0,
            default_text=self.profile.reviews is not None and text in self.profile.reviews.default_texts,
        )

    def _licence(self, page: Page, parts: PageParts) -> ParsedPage:
        if not parts.text:
            raise ExtractionError("text", url=page.url, why="the page shows no text at all")
        return ParsedPage(text=parts.text)

    @property
    def _site_shop_id(self) -> str:
        return self.profile.whole_site.shop_id if self.profile.whole_site else ""

    def _next(self, parts: PageParts, sources: Sequence[Source]) -> str:
        found = Fields(parts, parts.root, {})
        links = (link_of(parts.url, _first_text(found, [source])) for source in sources)
        return next((link for link in links if link and same_site(link, parts.url) and link != parts.url), "")

    def _described(self, rules: T | None, page: Page) -> T:
        if rules is None:
            raise ExtractionError(
                page.kind, url=page.url, why=f"profile {self.profile.name} describes no such page"
            )
        return rules


def _first_text(fields: Fields, sources: Sequence[Source]) -> str:
    """The text of the first source that has exactly one."""
    return _single(map(fields.texts, sources))


def _single(found: Iterable[list[str]]) -> str:
    return next((texts[0] for texts in found if texts and texts.count(texts[0]) == len(texts)), "")


def _attributes(parts: PageParts, rules: AttributeRows | None) -> tuple[tuple[str, str], ...]:
    if rules is None:
        return ()
    rows = [Fields(parts, row, {}) for row in css(rules.row)(parts.root)]
    pairs = [pair for row in rows for pair in _pairs(row, rules)]
    return tuple((name.rstrip("：:"), value) for name, value in pairs if name and value)


def _pairs(row: Fields, rules: AttributeRows) -> list[tuple[str, str]]:
    """The name and value of a row, or of each pair in a list of them (``dl``) whose counts agree."""
    names = [row.texts(each) for each in rules.name]
    values: Iterable[list[str]] = map(row.texts, rules.value)
    if any(len(each) > 1 for each in names):
        values = list(values)
        for some, theirs in product(names, values):
            if len(some) > 1 and len(some) == len(theirs):
                return list(zip(some, theirs, strict=True))
    return [(_single(names), _single(values))]


def _says(fields: Fields, sources: Sequence[Source]) -> bool:
    return any(fields.texts(source) for source in sources)


def _reported(fields: Fields, sources: Sequence[Source]) -> int | None:
    counts = (count_of(text).low for source in sources for text in fields.texts(source))
    return next((count for count in counts if count is not None), None)


def _id_of(url: str) -> str:
    return digest_of(canonical_url(url))[:24]


def _once(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
