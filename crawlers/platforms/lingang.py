"""Reads the pages of Lingang 临港集市: server-rendered, with the facts of an item once more in
``window.__ITEM__``.

What a person sees wins: title, price, sales and availability are read from the page as displayed, and only
what is the
same either way (ids, counts) from the embedded state, which is cheaper than further queries.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any
from urllib.parse import quote_plus, urljoin

from crawlers.platforms.base import Adapter, Card, Page, ParsedPage
from crawlers.platforms.obstacles import Obstacles
from crawlers.platforms.parse import (
    count_of,
    decimal_of,
    masked,
    masked_nickname,
    moment_of,
    price_of,
    whole_number,
)
from crawlers.platforms.tree import (
    Element,
    at_most_one,
    json_of,
    licence_links_in,
    link_of,
    only,
    place_of,
    texts_of,
    tree_of,
    visible_text,
    xpath,
)
from domain.errors import ExtractionError
from domain.identity import subject_key
from domain.subjects import Availability, Listing, Review, Shop
from domain.target import PageKind, Reason

PLATFORM = "lingang"
SEEN = dict.fromkeys(map(str, PageKind), "demo: the bundled sample marketplace")
_STATE = "window.__ITEM__="
_DEFAULT_TEXTS = frozenset({"此用户没有填写评价。", "该用户未填写评价内容"})


def adapter(base_url: str) -> Adapter:
    """The adapter for Lingang at ``base_url``."""
    return Lingang(base_url)


@dataclass(frozen=True, slots=True)
class Lingang:
    """Search, item, shop, licence and review pages of Lingang."""

    base_url: str

    @property
    def platform(self) -> str:
        """``lingang``."""
        return PLATFORM

    def search_url(self, keyword: str) -> str:
        """First result page for a search word."""
        return urljoin(self.base_url, f"/search?q={quote_plus(keyword)}")

    def renders(self, kind: PageKind) -> bool:
        """Never: the server renders every page."""
        return False

    def obstacle(self, page: Page) -> Reason | None:
        """Why this is not the page that was asked for; ``None`` if it is."""
        return _OBSTACLES.on(page)

    def parse(self, page: Page) -> ParsedPage:
        """What the page says.

        Raises:
            ExtractionError: a mandatory field is not where this adapter looks for it.
        """
        return _READERS[page.kind](page)


@dataclass(frozen=True)
class ListingPage:
    """One item page. A property per field, so a broken query breaks one test."""

    root: Element
    url: str

    @cached_property
    def state(self) -> dict[str, Any]:
        """The facts that the page carries for its own scripts; mandatory."""
        scripts = [text.strip() for text in _SCRIPTS(self.root) if text.lstrip().startswith(_STATE)]
        text = only("state", scripts, url=self.url).removeprefix(_STATE)
        state = json_of(text.partition("\n")[0].rstrip().rstrip(";"))
        if not isinstance(state, dict):
            raise ExtractionError("state", url=self.url, why=f"{_STATE} holds no JSON object")
        return state

    @cached_property
    def info(self) -> Element:
        """The block with heading, price and stock; mandatory, and alone."""
        return _part("info", _INFO, self.root, self.url)

    @cached_property
    def shop_card(self) -> Element:
        """The block that names the shop; mandatory, and alone."""
        return _part("shop", _SHOP_CARD, self.root, self.url)

    @property
    def item_id(self) -> str:
        """Number of the item; mandatory."""
        return self._id("itemId")

    @property
    def shop_id(self) -> str:
        """Number of the shop; mandatory."""
        return self._id("shopId")

    @property
    def title(self) -> str:
        """Heading as displayed, spaces squashed; mandatory."""
        return only("title", texts_of(_TITLE, self.info), url=self.url)

    @property
    def is_sold_out(self) -> bool:
        """Whether the page shows the notice in place of a price."""
        return bool(_SOLD_OUT(self.info))

    @property
    def price(self) -> Decimal | None:
        """Yuan as displayed; ``None`` on a sold-out page, which shows no price."""
        if self.is_sold_out:
            return None
        return _yuan("price", only("price", texts_of(_PRICE, self.info), url=self.url), self.url)

    @property
    def list_price(self) -> Decimal | None:
        """Struck-through price 划线价; many listings have none."""
        shown = at_most_one("list_price", texts_of(_LINE_PRICE, self.info), url=self.url)
        return _yuan("list_price", shown, self.url) if shown else None

    @property
    def list_price_label(self) -> str:
        """What the struck-through price calls itself."""
        return at_most_one("list_price_label", texts_of(_LINE_LABEL, self.info), url=self.url)

    @property
    def promotion(self) -> str:
        """Name of the promotion price and its window, as shown."""
        return " ".join(texts_of(_PROMOTION, self.info))

    @property
    def availability(self) -> Availability:
        """In stock when it can be bought, as displayed."""
        if self.is_sold_out:
            return Availability.OUT_OF_STOCK
        return Availability.IN_STOCK if _BUY(self.info) else Availability.UNKNOWN

    @property
    def stock(self) -> int | None:
        """Pieces left, as displayed; none are left on a sold-out page."""
        if self.is_sold_out:
            return 0
        shown = at_most_one("stock", texts_of(_STOCK, self.info), url=self.url)
        return whole_number(shown) if shown else None

    @property
    def sales_text(self) -> str:
        """Sales count as displayed; mandatory."""
        return only("sales_text", texts_of(_SALES, self.info), url=self.url)

    @property
    def review_count(self) -> int | None:
        """Number of reviews."""
        count = self.state.get("commentCount")
        return count if isinstance(count, int) and count >= 0 else None

    @property
    def description(self) -> str:
        """The seller's text, a paragraph a line; a listing may have none."""
        blocks = _DESCRIPTION(self.root)
        return visible_text(blocks[0]) if blocks else ""

    @property
    def attributes(self) -> tuple[tuple[str, str], ...]:
        """The attribute table 商品参数, in order."""
        rows = [(texts_of(_KEY, row), texts_of(_VALUE, row)) for row in _ATTRIBUTES(self.root)]
        return tuple((key[0], value[0]) for key, value in rows if key and value)

    @property
    def images(self) -> tuple[str, ...]:
        """Pictures of the goods and of the description; the page loads most of them late."""
        sources = (link_of(self.url, source) for source in _IMAGES(self.root))
        return tuple(dict.fromkeys(source for source in sources if source))

    @property
    def shop_name(self) -> str:
        """Name of the shop as displayed; mandatory."""
        return only("shop_name", texts_of(_SHOP_NAME, self.shop_card), url=self.url)

    @property
    def shop_url(self) -> str:
        """Address of the shop; mandatory."""
        return link_of(self.url, only("shop_url", texts_of(_SHOP_LINK, self.shop_card), url=self.url))

    @property
    def reviews_url(self) -> str:
        """First page of the reviews."""
        found = texts_of(_REVIEWS_LINK, self.info)
        return link_of(self.url, found[0]) if found else ""

    def listing(self, *, category: str) -> Listing:
        """All fields as one listing."""
        sales = count_of(self.sales_text)
        attributes = self.attributes
        return Listing(
            platform=PLATFORM,
            item_id=self.item_id,
            url=self.url,
            title=self.title,
            description=self.description,
            category=category,
            category_path=tuple(texts_of(_CRUMBS, self.root)),
            brand=dict(attributes).get("品牌", ""),
            price=self.price,
            list_price=self.list_price,
            list_price_label=self.list_price_label,
            promotion=self.promotion,
            availability=self.availability,
            stock=self.stock,
            sales_text=sales.text,
            sales_low=sales.low,
            sales_high=sales.high,
            review_count=self.review_count,
            shop=subject_key(PLATFORM, self.shop_id),
            shop_name=self.shop_name,
            attributes=attributes,
            services=tuple(texts_of(_SERVICES, self.info)),
            images=self.images,
        )

    def parsed(self, *, category: str) -> ParsedPage:
        """The listing, where it leads, and what it does not show."""
        listing = self.listing(category=category)
        looked_for = {
            "description": listing.description,
            "brand": listing.brand,
            "stock": listing.stock is not None,
            "review_count": listing.review_count is not None,
            "attributes": listing.attributes,
            "images": listing.images,
        }
        return ParsedPage(
            listing=listing,
            reviews_url=self.reviews_url,
            shop_url=self.shop_url,
            missing_fields=tuple(name for name, found in looked_for.items() if not found),
            provenance=tuple(
                (name, place)
                for name, place in _PLACES.items()
                if getattr(listing, name) not in ("", None, ())
            ),
        )

    def _id(self, key: str) -> str:
        value = self.state.get(key)
        if not isinstance(value, str) or not value.isalnum():
            raise ExtractionError(key, url=self.url, why=f"expected an id in {_STATE}, found {value!r}"[:300])
        return value


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of results."""

    root: Element
    url: str

    @property
    def cards(self) -> tuple[Card, ...]:
        """Result cards in the order of the page; none only where the page says that nothing was found."""
        cards = tuple(self._card(item) for item in _CARDS(self.root))
        if not cards and not self.is_empty:
            raise ExtractionError(
                "cards", url=self.url, why="neither result cards nor the notice that there are none"
            )
        return cards

    @property
    def is_empty(self) -> bool:
        """Whether the page says that nothing was found."""
        return bool(_NOTHING_FOUND(self.root))

    @property
    def reported(self) -> int | None:
        """Results that the page says there are, at least; ``None`` where it does not say."""
        shown = texts_of(_RESULT_COUNT, self.root)
        return count_of(shown[0]).low if shown else None

    @property
    def next_url(self) -> str:
        """The next page; "" on the last one."""
        return _next(self.root, self.url)

    def _card(self, item: Element) -> Card:
        shop_url = link_of(self.url, at_most_one("cards.shop_url", texts_of(_CARD_SHOP, item), url=self.url))
        price = at_most_one("cards.price", texts_of(_CARD_PRICE, item), url=self.url)
        return Card(
            url=link_of(self.url, only("cards.url", texts_of(_CARD_LINK, item), url=self.url)),
            item_id=only("cards.item_id", [item.get("data-nid") or ""], url=self.url),
            title=only("cards.title", texts_of(_CARD_TITLE, item), url=self.url),
            price=price_of(price),
            shop_id=_shop_id_in(shop_url),
            shop_url=shop_url,
        )


@dataclass(frozen=True)
class ShopPage:
    """A shop's own page; what the platform puts around every page is not the shop's."""

    root: Element
    url: str

    @cached_property
    def part(self) -> Element:
        """The shop's own part of the page; mandatory, and alone."""
        return _part("shop", _SHOP_PART, self.root, self.url)

    @property
    def shop_id(self) -> str:
        """Number of the shop; mandatory."""
        return only("shop_id", [self.part.get("data-shopid") or ""], url=self.url)

    @property
    def name(self) -> str:
        """Name as displayed; mandatory."""
        return only("name", texts_of(_NAME, self.part), url=self.url)

    @property
    def page_text(self) -> str:
        """Visible text of the shop's own part, a block a line."""
        return visible_text(self.part)

    @property
    def licence_links(self) -> tuple[tuple[str, str], ...]:
        """Links in the shop's own part that promise its licence 亮照链接."""
        return licence_links_in(self.part, self.url)

    def shop(self) -> Shop:
        """All fields as one shop."""
        rating = at_most_one("rating", texts_of(_SCORE, self.part), url=self.url)
        count = at_most_one("listing_count", texts_of(_ON_SALE, self.part), url=self.url)
        return Shop(
            platform=PLATFORM,
            shop_id=self.shop_id,
            url=self.url,
            name=self.name,
            page_text=self.page_text,
            opened=at_most_one("opened", texts_of(_OPENED, self.part), url=self.url),
            location=at_most_one("location", texts_of(_PLACE, self.part), url=self.url),
            rating=decimal_of(rating) if rating else None,
            listing_count=whole_number(count) if count else None,
        )

    def parsed(self) -> ParsedPage:
        """The shop, its licence links, and what it does not show."""
        shop = self.shop()
        shown = {"opened": shop.opened, "location": shop.location, "rating": shop.rating is not None}
        missing = tuple(name for name, found in shown.items() if not found)
        return ParsedPage(shop=shop, licence_links=self.licence_links, missing_fields=missing)


@dataclass(frozen=True, slots=True)
class ReviewsPage:
    """One page of a listing's reviews, newest first."""

    root: Element
    url: str

    @property
    def listing(self) -> str:
        """Key of the listing; mandatory."""
        return subject_key(PLATFORM, only("listing", texts_of(_REVIEWED, self.root), url=self.url))

    @property
    def reviews(self) -> tuple[Review, ...]:
        """Reviews in the order of the page; none only where the page says so."""
        listing = self.listing
        reviews = tuple(self._review(row, listing) for row in _REVIEWS(self.root))
        if not reviews and not self.is_empty:
            raise ExtractionError(
                "reviews", url=self.url, why="neither reviews nor the notice that there are none"
            )
        return reviews

    @property
    def is_empty(self) -> bool:
        """Whether the page says that there are no reviews, or no more."""
        return bool(_NO_REVIEWS(self.root))

    @property
    def next_url(self) -> str:
        """The next page; "" on the last one."""
        return _next(self.root, self.url)

    def _review(self, row: Element, listing: str) -> Review:
        def shown(field: str, *, mandatory: bool = False) -> str:
            found = texts_of(_REVIEW_FIELDS[field], row)
            return (only if mandatory else at_most_one)(f"reviews.{field}", found, url=self.url)

        stars, text = whole_number(shown("stars")), shown("text", mandatory=True)
        return Review(
            platform=PLATFORM,
            review_id=only("reviews.review_id", [row.get("data-rid") or ""], url=self.url),
            listing=listing,
            shop="",
            text=masked(text),
            stars=stars if stars is not None and 1 <= stars <= 5 else None,
            posted_at=moment_of(shown("posted_at")),
            sku=shown("sku"),
            nickname=masked_nickname(shown("nickname")),
            user=shown("user"),
            appended=masked(shown("appended")),
            seller_reply=masked(shown("seller_reply")),
            default_text=text in _DEFAULT_TEXTS,
        )


def _listing(page: Page) -> ParsedPage:
    return ListingPage(tree_of(page.text), page.url).parsed(category=page.category)


def _search(page: Page) -> ParsedPage:
    search = SearchPage(tree_of(page.text), page.url)
    return ParsedPage(
        cards=search.cards, empty=search.is_empty, reported=search.reported, next_url=search.next_url
    )


def _shop(page: Page) -> ParsedPage:
    return ShopPage(tree_of(page.text), page.url).parsed()


def _reviews(page: Page) -> ParsedPage:
    reviews = ReviewsPage(tree_of(page.text), page.url)
    return ParsedPage(reviews=reviews.reviews, empty=reviews.is_empty, next_url=reviews.next_url)


def _licence(page: Page) -> ParsedPage:
    return ParsedPage(text=visible_text(_part("licence", _SHOP_PART, tree_of(page.text), page.url)))


_READERS: dict[PageKind, Callable[[Page], ParsedPage]] = {
    PageKind.LISTING: _listing,
    PageKind.SEARCH: _search,
    PageKind.SHOP: _shop,
    PageKind.REVIEWS: _reviews,
    PageKind.LICENCE: _licence,
}


def _part(field: str, query: Callable[[Element], list[Any]], root: Element, url: str) -> Element:
    found = query(root)
    if len(found) != 1:
        raise ExtractionError(field, url=url, why=f"expected exactly one such block, found {len(found)}")
    part: Element = found[0]
    return part


def _yuan(field: str, shown: str, url: str) -> Decimal:
    amount = price_of(shown)
    if amount is None:
        raise ExtractionError(field, url=url, why=f"not one amount: {shown[:60]!r}")
    return amount


def _next(root: Element, url: str) -> str:
    found = _NEXT(root)
    return link_of(url, found[0]) if found else ""


def _shop_id_in(url: str) -> str:
    return url.rpartition("/")[2].removesuffix(".html")


def _class(name: str) -> str:
    return f"contains(concat(' ', normalize-space(@class), ' '), ' {name} ')"


_SCRIPTS = xpath("/html/body//script/text()")
_INFO = xpath(f"/html/body//div[{_class('itemInfo')}]")
_TITLE = xpath("./h1")
_SOLD_OUT = xpath(".//*[@class='sold-out-tip']")
_PRICE = xpath("./dl/dd[@class='price-now']/*[@class='price']")
_LINE_PRICE = xpath("./dl/dd[@class='price-line']/del")
_LINE_LABEL = xpath("./dl/dt[@class='line-label']")
_PROMOTION = xpath("./dl/dt/span[@class='tm-promo-label'] | ./dl/dd[@class='promo-window']")
_BUY = xpath("./div[@class='buy']/a[@id='J_LinkBuy']")
_STOCK = xpath("./dl/dd/em[@class='stock']")
_SALES = xpath("./ul/li[@class='ind-sell']/span[@class='count']")
_REVIEWS_LINK = xpath("./ul/li[@class='ind-comment']/a/@href")
_SERVICES = xpath("./p[@class='serPromise']/a")
_SHOP_CARD = xpath(f"/html/body//div[{_class('shop-card')}]")
_SHOP_NAME = xpath("./h3/a")
_SHOP_LINK = xpath("./h3/a/@href")
_DESCRIPTION = xpath("id('description')")
_ATTRIBUTES = xpath("id('J_AttrUL')/li")
_KEY, _VALUE = xpath("./span[@class='k']"), xpath("./span[@class='v']")
_IMAGES = xpath(
    "id('J_ImgBooth')/@src | /html/body//ul[@class='thumbs']/li/img/@data-lazy"
    " | id('description')//img/@data-lazy"
)
_CRUMBS = xpath("/html/body/div/div[@class='crumb']/a[position() > 1]")
_PLACES = {
    "title": f"visible: {place_of(_TITLE, _INFO)}",
    "price": f"visible: {place_of(_PRICE, _INFO)}",
    "list_price": f"visible: {place_of(_LINE_PRICE, _INFO)}",
    "list_price_label": f"visible: {place_of(_LINE_LABEL, _INFO)}",
    "promotion": f"visible: {place_of(_PROMOTION, _INFO)}",
    "availability": f"visible: {place_of(_BUY, _INFO)}, or {place_of(_SOLD_OUT, _INFO)}",
    "stock": f"visible: {place_of(_STOCK, _INFO)}",
    "sales_text": f"visible: {place_of(_SALES, _INFO)}",
    "review_count": f"script {_STATE[:-1]}: commentCount",
    "item_id": f"script {_STATE[:-1]}: itemId",
    "shop": f"script {_STATE[:-1]}: shopId",
    "shop_name": f"visible: {place_of(_SHOP_NAME, _SHOP_CARD)}",
    "description": f"visible: {place_of(_DESCRIPTION)}",
    "attributes": f"visible: {place_of(_ATTRIBUTES)}",
    "category_path": f"visible: {place_of(_CRUMBS)}",
    "services": f"visible: {place_of(_SERVICES, _INFO)}",
    "images": f"visible: {place_of(_IMAGES)}",
}

_CARDS = xpath("id('J_goodsList')/li")
_CARD_LINK, _CARD_TITLE = xpath("./div[@class='p-name']/a/@href"), xpath("./div[@class='p-name']/a/@title")
_CARD_PRICE = xpath("./div[@class='p-price']/*[@class='price']")
_CARD_SHOP = xpath("./div[@class='p-shop']/a/@href")
_NOTHING_FOUND = xpath("/html/body//div[@class='search-none']")
_RESULT_COUNT = xpath("/html/body//em[@id='J_total']")
_NEXT = xpath("/html/body//a[@rel='next']/@href")

_SHOP_PART = xpath("/html/body/div[@data-shopid]")
_NAME = xpath(".//h2[@class='shop-nm']")
_SCORE, _PLACE = xpath("./div/p/span/em[@class='shop-score']"), xpath("./div/p/span/em[@class='locus']")
_OPENED, _ON_SALE = xpath("./div/p/span/em[@class='open-date']"), xpath("./div/p/span/em[@class='onsale']")

_REVIEWED = xpath("/html/body/div/@data-itemid")
_REVIEWS = xpath(f"id('J_Comments')/div[{_class('comment-item')}]")
_NO_REVIEWS = xpath("id('J_Comments')/p[@class='empty']")
_REVIEW_FIELDS = {
    "nickname": xpath("./div[@class='user']/span[@class='nick']"),
    "user": xpath("./div[@class='user']/span[@class='nick']/@data-uid"),
    "stars": xpath("./div[@class='con']/span/@title"),
    "text": xpath("./div[@class='con']/p[@class='comment-con']"),
    "sku": xpath("./div[@class='con']/div/span[@class='sku']"),
    "posted_at": xpath("./div[@class='con']/div/span[@class='date']"),
    "appended": xpath("./div[@class='con']/div/p[@class='append-con']"),
    "seller_reply": xpath("./div[@class='con']/div/span[@class='reply-con']"),
}

_OBSTACLES = Obstacles(
    notice=xpath(f"/html/body/div[{_class('notice-box')}]"),
    wanted=xpath(
        "id('J_FrmBid') | id('J_goodsList') | id('J_Comments') | /html/body/div[@data-shopid]"
        " | /html/body//div[@class='search-none']"
    ),
)
