"""What the adapters of large platforms share: a reader per page kind that was seen on a real page, no
other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from crawlers.platforms.base import Page, ParsedPage
from crawlers.platforms.generic_candidates import candidates_of
from crawlers.platforms.generic_list import ListPage
from crawlers.platforms.marked_page import MarkedPage, Marks
from crawlers.platforms.obstacles import Obstacles
from crawlers.platforms.parse import decimal_of, masked, masked_nickname, moment_of
from crawlers.platforms.payload import Payload, attributes_in, is_json, payload_of, states_in
from crawlers.platforms.payload_goods import BRANDS, IDS, STRUCK, TITLES, cards_in, goods_in, shop_in
from crawlers.platforms.told import told_by
from crawlers.platforms.tree import tree_of
from domain.errors import ExtractionError, SweepError
from domain.identity import digest_of, subject_key
from domain.subjects import Availability, Listing, Review
from domain.target import PageKind, Reason

Reader = Callable[[Page], ParsedPage]

_DEFAULT_TEXTS = frozenset(("此用户没有填写评价。", "此用户没有填写评论!"))
_MOST_SKUS = 200
LAYOUT = "layout"
"""The known layout of a page, as if it were a field: missing on pages that other means have read."""


@dataclass(frozen=True, kw_only=True)
class Marketplace:
    """The adapter of a platform whose page kinds are read by ``readers``."""

    platform: str
    readers: Mapping[PageKind, Reader]
    obstacles: Obstacles
    search: str = ""
    """Address of a result list, with ``{keyword}``; "" where none was seen."""
    keyword_charset: str = "utf-8"
    item_url: str = ""
    """Address of an item page with ``{id}``."""
    html_listings: bool = False
    """Whether the reader of listings takes HTML; else HTML is read by ``marks``."""
    marks: Marks = field(default_factory=Marks)
    """Where item pages in HTML show their facts."""
    fen: bool = False
    """Whether whole numbers in responses of unknown shape are amounts in fen 分."""

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
        if page.kind is PageKind.LISTING:
            return self._listing(page)
        if page.kind is PageKind.SEARCH:
            return self._search(page)
        return self._reader(page)(page)

    def candidates(self, page: Page) -> dict[str, list[dict[str, object]]]:
        """What could have been the value of each field of an item page in HTML, with what spoke for it."""
        if page.kind is not PageKind.LISTING or is_json(page.text):
            return {}
        return candidates_of(self._marked(page))

    def _marked(self, page: Page) -> MarkedPage:
        return MarkedPage(tree_of(page.text), page.url, marks=self.marks, source=page.text)

    def _reader(self, page: Page) -> Reader:
        if page.kind not in self.readers:
            why = f"no such page of {self.platform} was ever seen"
            raise ExtractionError(page.kind, url=page.url, why=why)
        return self.readers[page.kind]

    def _listing(self, page: Page) -> ParsedPage:
        refused: ExtractionError | None = None
        if self.html_listings or is_json(page.text):
            try:
                return self._reader(page)(page)
            except ExtractionError as error:
                refused = error
        # A page of another year: what it calls things and what a person sees is read instead.
        try:
            if is_json(page.text):
                read = named_goods(page, platform=self.platform, fen=self.fen)
            else:
                read = self._marked(page).parsed(platform=self.platform, category=page.category)
        except ExtractionError as error:
            raise refused or error from error
        return _of_another_layout(read, refused) if refused else read

    def _search(self, page: Page) -> ParsedPage:
        try:
            read = self._reader(page)(page)
        except ExtractionError as refused:
            # Only cards count here: that nothing was found, a page has to say where it used to.
            cards = self._other_cards(page)
            if not cards.cards:
                raise refused from None
            return _of_another_layout(cards, refused)
        return self._with_prices(read, page) if "price" in read.not_found else read

    def _with_prices(self, read: ParsedPage, page: Page) -> ParsedPage:
        """Prices from elsewhere for cards under the same title; they still count as missing."""
        other = {card.title: card.price for card in self._other_cards(page).cards}
        cards = tuple(replace(card, price=card.price or other.get(card.title)) for card in read.cards)
        return replace(read, cards=cards, missing_fields=read.not_found)

    def _other_cards(self, page: Page) -> ParsedPage:
        if is_json(page.text):
            source = payload_of(page.text, page.url)
            cards, path = cards_in(source, page.url, item_url=self.item_url, fen=self.fen)
            return ParsedPage(cards=cards, provenance=(("cards", f"json: {path}"),) if cards else ())
        try:
            return replace(ListPage(tree_of(page.text), page.url).parsed(), empty=False)
        except ExtractionError:
            sources = states_in(page.text, page.url)
        found = (cards_in(source, page.url, item_url=self.item_url, fen=self.fen) for source in sources)
        cards, path = max(found, key=lambda pair: len(pair[0]), default=((), ""))
        return ParsedPage(cards=cards, provenance=(("cards", f"script: {path}"),) if cards else ())


def _of_another_layout(read: ParsedPage, refused: ExtractionError) -> ParsedPage:
    """Counted as a field that was not found: where the known layout was before, its loss is an alarm."""
    return replace(
        read,
        missing_fields=(*read.missing_fields, LAYOUT),
        provenance=(*read.provenance, (LAYOUT, f"another than known: {refused}")),
    )


def named_goods(page: Page, *, platform: str, fen: bool) -> ParsedPage:
    """A listing by what a response calls its parts, where no known shape fits.

    Raises:
        ExtractionError: nothing in it has both a name and a number or an amount.
    """
    source = payload_of(page.text, page.url)
    goods = next(goods_in(source), None)
    item_id = goods.first(IDS)[0] if goods else ""
    if goods is None or not item_id:
        raise ExtractionError("item_id", url=page.url, why="no object with a name and a number of goods")
    title, title_key = goods.first(TITLES)
    price, price_key = goods.price(fen=fen)
    low, high = (
        Payload(goods.row, page.url).span("price", price_key) if price is None and price_key else (None, None)
    )
    struck, _ = goods.price(fen=fen, names=STRUCK)
    brand, _ = goods.first(BRANDS)
    source.provenance["title"] = f"json: {goods.path}.{title_key}".replace(": .", ": ")
    if price is None and low is None:
        source.missing["price"] = None
    else:
        source.provenance["price"] = f"json: {goods.path}.{price_key}".replace(": .", ": ")
    shop_name, shop_id = shop_in(source)
    return listing_page(
        source,
        platform=platform,
        page=page,
        item_id=item_id,
        title=title,
        brand="" if brand.isdigit() else brand,
        price=price,
        price_low=low,
        price_high=high,
        list_price=struck if price is not None and struck is not None and struck > price else None,
        attributes=attributes_in(goods.row.get("props")),
        shop_id=shop_id,
        shop_name=shop_name,
    )


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
