"""Reads Yunfan 云帆商城: a JSON API for goods and reviews, and pages that only a browser shows for shops.

Keys are taken out of an answer as they are read; what is left over is reported as ``new:KEY``, so that a key
which the platform adds shows up in coverage.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, TypeVar
from urllib.parse import quote_plus, urljoin

from crawlers.platforms.base import Adapter, Card, Page, ParsedPage
from crawlers.platforms.obstacles import Obstacles
from crawlers.platforms.parse import count_of, decimal_of, masked, masked_nickname, whole_number, yuan_of_fen
from crawlers.platforms.tree import (
    Element,
    at_most_one,
    json_of,
    licence_links_in,
    link_of,
    only,
    texts_of,
    tree_of,
    visible_text,
    xpath,
)
from domain.errors import ExtractionError
from domain.identity import subject_key
from domain.subjects import Availability, Listing, Review, Shop
from domain.target import PageKind, Reason

PLATFORM = "yunfan"
SEEN = dict.fromkeys(map(str, PageKind), "demo: the bundled sample marketplace")
_API = "/api/v1"
_DEFAULT_TEXTS = frozenset({"此用户没有填写评价。", "该用户未填写评价内容"})
_LATEST_MS = 4_102_444_800_000
"""The year 2100: a later time is none."""

T = TypeVar("T")


def adapter(base_url: str) -> Adapter:
    """The adapter for Yunfan at ``base_url``."""
    return Yunfan(base_url)


@dataclass(frozen=True, slots=True)
class Yunfan:
    """Search, item and review answers, and rendered shop and licence pages, of Yunfan."""

    base_url: str

    @property
    def platform(self) -> str:
        """``yunfan``."""
        return PLATFORM

    def search_url(self, keyword: str) -> str:
        """First answer for a search word."""
        return urljoin(self.base_url, f"{_API}/search?q={quote_plus(keyword)}&page=1")

    def renders(self, kind: PageKind) -> bool:
        """Shop and licence pages: the API tells about shops only to the page's own script."""
        return kind in (PageKind.SHOP, PageKind.LICENCE)

    def obstacle(self, page: Page) -> Reason | None:
        """Why this is not what was asked for: the API says so by a code, a page in words."""
        answer = json_of(page.text) if page.text.lstrip().startswith("{") else None
        if not isinstance(answer, dict):
            return _OBSTACLES.on(page)
        code = answer.get("code")
        return _REASONS.get(code) if isinstance(code, int) and code else _STATUS.get(page.status)

    def parse(self, page: Page) -> ParsedPage:
        """What the answer or the page says.

        Raises:
            ExtractionError: a mandatory field is not where this adapter looks for it.
        """
        return _READERS[page.kind](page)


_KEYS = {
    "item_id": "goodsId", "title": "title", "description": "desc", "category_path": "category",
    "brand": "brand", "price": "priceCent", "list_price": "linePriceCent", "list_price_label": "lineLabel",
    "promotion": "promotion", "availability": "stock", "stock": "stock", "sales_text": "soldText",
    "review_count": "commentCount", "shop": "shop.id", "shop_name": "shop.name", "attributes": "attrs",
    "services": "services", "images": "images",
}  # fmt: skip
"""Keys of an item answer, by field."""
_REASONS = {
    40100: Reason.LOGIN,
    40301: Reason.CAPTCHA,
    40400: Reason.GONE,
    40410: Reason.GONE,
    42900: Reason.RATE_LIMITED,
    50000: Reason.HTTP_ERROR,
}
_STATUS = {401: Reason.LOGIN, 404: Reason.GONE, 410: Reason.GONE}


@dataclass(slots=True)
class Facts:
    """One object of an answer; what is taken is gone, so that the rest can be reported."""

    left: dict[str, Any]
    url: str
    where: str = ""
    missing: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, page: Page) -> Facts:
        """The ``data`` of an answer.

        Raises:
            ExtractionError: the answer holds none.
        """
        answer = json_of(page.text)
        data = answer.get("data") if isinstance(answer, dict) else None
        if not isinstance(data, dict):
            raise ExtractionError("data", url=page.url, why="the answer holds no data")
        return cls(dict(data), page.url)

    def one(self, name: str, kind: type[T]) -> T:
        """A mandatory value.

        Raises:
            ExtractionError: it is not there, or of another kind.
        """
        value = self.left.pop(name, None)
        if not isinstance(value, kind) or isinstance(value, bool):
            raise ExtractionError(
                self.where + name, url=self.url, why=f"expected {kind.__name__}, found {str(value)[:60]!r}"
            )
        return value

    def perhaps(self, name: str, kind: type[T], *, empty: bool = False) -> T | None:
        """A value that may be absent; ``empty`` says that its absence means something, and is not missed."""
        value = self.left.pop(name, None)
        if isinstance(value, kind) and not isinstance(value, bool):
            return value
        if not (empty and value is None):
            self.missing.append(self.where + name)
        return None

    def part(self, name: str) -> Facts:
        """A mandatory object within this one."""
        return Facts(dict(self.one(name, dict)), self.url, f"{self.where}{name}.", self.missing)

    def rows(self, name: str) -> list[Facts]:
        """The objects of a mandatory list."""
        where = f"{self.where}{name}."
        return [
            Facts(dict(row), self.url, where, self.missing)
            for row in self.one(name, list)
            if isinstance(row, dict)
        ]

    def texts(self, name: str) -> tuple[str, ...]:
        """The texts of a list that may be absent."""
        return tuple(text for text in self.perhaps(name, list) or () if isinstance(text, str))

    def report(self) -> tuple[str, ...]:
        """What was missed, and what nobody asked for."""
        return (*dict.fromkeys(self.missing), *(f"new:{name[:40]}" for name in self.left))


def _listing(page: Page) -> ParsedPage:
    facts = Facts.of(page)
    item_id, cents = _id(facts, "goodsId"), facts.perhaps("priceCent", int, empty=True)
    stock, sales = facts.perhaps("stock", int), count_of(facts.one("soldText", str))
    struck = facts.perhaps("linePriceCent", int, empty=True)
    shop = facts.part("shop")
    shop_id, shop_name = _id(shop, "id"), shop.one("name", str)
    attributes = tuple((row.one("k", str), row.one("v", str)) for row in facts.rows("attrs"))
    facts.left.pop("skus", None)
    listing = Listing(
        platform=PLATFORM,
        item_id=item_id,
        url=urljoin(page.url, f"/goods/{item_id}"),
        title=_text(facts, "title"),
        description="\n".join(facts.texts("desc")),
        category=page.category,
        category_path=facts.texts("category"),
        brand=facts.perhaps("brand", str) or "",
        price=None if cents is None else yuan_of_fen(cents),
        list_price=None if struck is None else yuan_of_fen(struck),
        list_price_label=facts.perhaps("lineLabel", str) or "",
        promotion=_promotion(facts.perhaps("promotion", dict, empty=True)),
        availability=_AVAILABILITY[bool(stock)] if stock is not None else Availability.UNKNOWN,
        stock=stock,
        sales_text=sales.text,
        sales_low=sales.low,
        sales_high=sales.high,
        review_count=facts.perhaps("commentCount", int),
        shop=subject_key(PLATFORM, shop_id),
        shop_name=shop_name,
        attributes=attributes,
        services=facts.texts("services"),
        images=tuple(link for image in facts.texts("images") if (link := link_of(page.url, image))),
    )
    return ParsedPage(
        listing=listing,
        reviews_url=urljoin(page.url, f"{_API}/goods/{item_id}/comments?page=1"),
        shop_url=_shop_url(page.url, shop_id),
        missing_fields=facts.report(),
        provenance=tuple(
            (name, f"json: data.{key}")
            for name, key in _KEYS.items()
            if getattr(listing, name) not in ("", None, ())
        ),
    )


def _search(page: Page) -> ParsedPage:
    facts = Facts.of(page)
    number, pages, total = facts.one("page", int), facts.one("pages", int), facts.one("total", int)
    cards = tuple(_card(row) for row in facts.rows("list"))
    if not cards and total and number <= pages:
        raise ExtractionError("list", url=page.url, why=f"no results where {total} are announced")
    turn = number < pages
    return ParsedPage(
        cards=cards,
        reported=max(total, 0),
        empty=not cards,
        next_url=page.url.rpartition("page=")[0] + f"page={number + 1}" if turn else "",
        missing_fields=facts.report(),
    )


def _card(row: Facts) -> Card:
    item_id, shop_id, cents = (
        _id(row, "goodsId"),
        _id(row, "shopId"),
        row.perhaps("priceCent", int, empty=True),
    )
    return Card(
        url=urljoin(row.url, f"{_API}/goods/{item_id}"),
        item_id=item_id,
        title=_text(row, "title"),
        price=None if cents is None else yuan_of_fen(cents),
        shop_id=shop_id,
        shop_url=_shop_url(row.url, shop_id),
    )


def _reviews(page: Page) -> ParsedPage:
    facts = Facts.of(page)
    listing = subject_key(PLATFORM, _id(facts, "goodsId"))
    number, pages, total = facts.one("page", int), facts.one("pages", int), facts.one("total", int)
    reviews = tuple(_review(row, listing) for row in facts.rows("list"))
    if not reviews and total and number <= pages:
        raise ExtractionError("list", url=page.url, why=f"no reviews where {total} are announced")
    address = page.url.partition("?")[0]
    return ParsedPage(
        reviews=reviews,
        empty=not reviews,
        next_url=f"{address}?page={number + 1}" if number < pages else "",
        missing_fields=facts.report(),
    )


def _review(row: Facts, listing: str) -> Review:
    text, stars = row.one("content", str), row.perhaps("star", int)
    later = row.perhaps("append", dict, empty=True) or {}
    return Review(
        platform=PLATFORM,
        review_id=_id(row, "id"),
        listing=listing,
        shop="",
        text=masked(text),
        stars=stars if stars is not None and 1 <= stars <= 5 else None,
        posted_at=_moment(row.perhaps("time", int)),
        sku=row.perhaps("sku", str) or "",
        nickname=masked_nickname(row.perhaps("nick", str) or ""),
        user=row.perhaps("uid", str, empty=True) or "",
        appended=masked(str(later.get("content", ""))),
        seller_reply=masked(row.perhaps("reply", str, empty=True) or ""),
        default_text=text in _DEFAULT_TEXTS,
    )


def _shop(page: Page) -> ParsedPage:
    part = _part("store", _STORE, page)
    facts = {
        name: at_most_one(name, texts_of(query, part), url=page.url) for name, query in _SHOP_FACTS.items()
    }
    rating, on_sale = facts["rating"], facts["listing_count"]
    shop = Shop(
        platform=PLATFORM,
        shop_id=only("shop_id", [part.get("data-store") or ""], url=page.url),
        url=page.url,
        name=only("name", texts_of(_NAME, part), url=page.url),
        page_text=visible_text(part),
        opened=facts["opened"],
        location=facts["location"],
        rating=decimal_of(rating) if rating else None,
        listing_count=whole_number(on_sale) if on_sale else None,
    )
    missing = tuple(name for name, found in facts.items() if not found)
    return ParsedPage(shop=shop, licence_links=licence_links_in(part, page.url), missing_fields=missing)


def _licence(page: Page) -> ParsedPage:
    part = _part("qualification", _QUALIFICATION, page)
    return ParsedPage(text=visible_text(part), in_pictures=bool(_LICENCE_PICTURE(part)))


_READERS: Mapping[PageKind, Callable[[Page], ParsedPage]] = MappingProxyType(
    {
        PageKind.LISTING: _listing,
        PageKind.SEARCH: _search,
        PageKind.SHOP: _shop,
        PageKind.REVIEWS: _reviews,
        PageKind.LICENCE: _licence,
    }
)
_AVAILABILITY = {True: Availability.IN_STOCK, False: Availability.OUT_OF_STOCK}


def _part(name: str, query: Callable[[Element], list[Any]], page: Page) -> Element:
    found = query(tree_of(page.text))
    if len(found) != 1:
        raise ExtractionError(name, url=page.url, why=f"expected exactly one such block, found {len(found)}")
    part: Element = found[0]
    return part


def _id(facts: Facts, name: str) -> str:
    value = facts.one(name, str)
    if not value.isalnum() or not value.isascii() or len(value) > 64:
        raise ExtractionError(facts.where + name, url=facts.url, why=f"no id: {value[:60]!r}")
    return value


def _text(facts: Facts, name: str) -> str:
    return only(facts.where + name, [" ".join(facts.one(name, str).split())], url=facts.url)


def _shop_url(url: str, shop_id: str) -> str:
    return urljoin(url, f"/store/{shop_id}")


def _promotion(window: dict[str, Any] | None) -> str:
    if window is None:
        return ""
    ends = [moment.isoformat() for key in ("start", "end") if (moment := _moment(window.get(key)))]
    return " ".join([str(window.get("name", "")), *ends]).strip()


def _moment(millis: object) -> datetime | None:
    if not isinstance(millis, int) or not 0 < millis < _LATEST_MS:
        return None
    return datetime.fromtimestamp(millis / 1000, UTC)


_STORE, _QUALIFICATION = xpath("//article[@id='store']"), xpath("//article[@id='qualification']")
_NAME = xpath(".//h1")
_SHOP_FACTS = {
    "rating": xpath(".//dd[@data-fact='综合评分']"),
    "opened": xpath(".//dd[@data-fact='开店时间']"),
    "location": xpath(".//dd[@data-fact='所在地']"),
    "listing_count": xpath(".//dd[@data-fact='在售商品']"),
}
_LICENCE_PICTURE = xpath(".//img[@class='licence' and @src]")
_OBSTACLES = Obstacles(
    notice=xpath("//div[@class='notice-box']"),
    wanted=xpath("//article[@id='store'] | //article[@id='qualification'] | id('app')/p[@class='loading']"),
)
