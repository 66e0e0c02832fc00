"""One product page of an unknown shop: every field decided from all layers, with where its value stood."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from crawlers.platforms.base import ParsedPage
from crawlers.platforms.generic_cards import is_in
from crawlers.platforms.generic_counts import pieces_in, rating_in, reviews_in, shop_reviews_in
from crawlers.platforms.generic_labels import fields_of
from crawlers.platforms.generic_offer import OfferedPage
from crawlers.platforms.generic_review_blocks import blocks_of, completed
from crawlers.platforms.generic_reviews import reviews_of, shown_in
from crawlers.platforms.generic_rows import Rows
from crawlers.platforms.generic_seen import leads_home
from crawlers.platforms.generic_seller import only_one, seller_in
from crawlers.platforms.generic_surroundings import pictures_beside, trail_of
from crawlers.platforms.generic_view import chain
from crawlers.platforms.generic_words import PERMIT, STANDARD
from crawlers.platforms.parse import decimal_of, whole_number
from crawlers.platforms.phrases import Lines, Phrases
from crawlers.platforms.tree import Element, link_of, squash, text_of
from domain.errors import ExtractionError
from domain.identity import canonical_url, digest_of, subject_key
from domain.subjects import Availability, Listing

_LONG_NUMBER = re.compile(r"^[^\n\d]*+(?:\d{1,2}+(?!\d)[^\n\d]*+)*+\d{3}.*", re.MULTILINE)
"""A line with one, as standard and permit numbers have."""
_IN_NUMBERS = re.compile(r"[A-Z国妆械]")
"""And a capital letter, or one of these characters."""
_MOST = 20
_MOST_SPOKEN, _MOST_CALLED = 300, 50
_DATE = re.compile(r"\b20\d\d[-/.年]\s?\d{1,2}[-/.月]")
_GROUPED = re.compile(r"\d{1,3}(?:[ .,]\d{3})+(?!\d)|\d+")
"""A number, its thousands set apart or not."""
_HAS_DIGIT = re.compile(r"\d")
_NOT_A_NAME = re.compile(
    r"购物车|首页|客服|联系客服|收藏|店铺|关注|分享|搜索|全部|全部商品|进店|cart|home|menu|search|login"
    r"|help|contact|account|shop"
)
_INTO_SHOP = Phrases(
    r"^进店逛逛|^进入店铺|^进店看看|^进店$|^访问店铺|^进入商店|^逛逛店铺|^進入賣場|^查看賣場"
    r""
    r"|^follow$|^ikuti$|^kunjungi toko|^xem shop|^theo dõi$|^mağazaya git|^takip et$|^follow store"
    r"|^ดูร้านค้า|^สโตร์ไปที่ร้าน"
)
_BESIDE_SELLER = re.compile(
    r"(?:\s+(?:进店(?:逛逛|看看)?|进入店铺|访问店铺|关注(?:店铺)?|收藏(?:店铺)?|\+关注|(?:联系)?客服|联系(?:卖家|商家)"
    r"|visit (?:the )?(?:store|shop)|follow|contact(?: seller)?))+$",
    re.IGNORECASE,
)
"""Links that stand on the seller's line, behind the name."""
_LONGEST_LABELLED = 60


@dataclass(frozen=True)
class GoodsPage(OfferedPage):
    """One product page of an unknown shop."""

    @property
    def seller(self) -> str:
        """Who sells it, as labelled, else as told."""
        for label, shown in self.labelled.get("seller", []):
            value = _BESIDE_SELLER.sub("", shown)
            if 0 < len(value) <= 60 and not _NOT_A_NAME.fullmatch(value.lower()):
                self._from("seller", f"visible: {label}")
                return value
        if name := seller_in(self._main_lower, self._main_lines):
            self._from("seller", "visible: who sends the goods")
            return name
        if name := self._name_in_shop_card:
            self._from("seller", "visible: beside the link into the shop")
            return name
        if name := self._called_seller:
            self._from("seller", "visible: called the name of a shop")
            return name
        for fact in self.facts.of("seller"):
            if 0 < len(fact.value) <= 80:
                self._from("seller", fact.source)
                return fact.value
        self.notes.missing["seller"] = None
        return ""

    @property
    def _called_seller(self) -> str:
        """What markup calls the name of a shop outside other goods' cards, if it is not the site's own."""
        called = [
            each
            for each in self.view.parts.sellers[:_MOST_CALLED]
            if not (is_in(each, self.cards) or self.view.is_aside(each) or leads_home(each))
        ]
        name = only_one(_BESIDE_SELLER.sub("", text_of(each)) for each in called)
        return "" if self._is_site_name(name) or _NOT_A_NAME.fullmatch(name.lower()) else name

    @property
    def _name_in_shop_card(self) -> str:
        """The first text of the part around a link into the shop 进店逛逛."""
        for place in self.view.runs_like(_INTO_SHOP):
            around = list(chain(self.view.runs[place].element, 4))[1:]
            name = next(
                (
                    text
                    for each in around
                    if (text := _first_text(each)) != self.view.runs[place].text.strip()
                ),
                "",
            )
            if 1 < len(name) <= 40 and not _NOT_A_NAME.fullmatch(name.lower()):
                return name
        return ""

    @property
    def rating(self) -> Decimal | None:
        """The mean of the ratings: as shown beside the heading, else as told, else as stars are described."""
        shown = self._counted(rating_in)
        told = ((_mean(fact.value), fact) for fact in self.facts.of("rating"))
        value, fact = next(((mean, fact) for mean, fact in told if mean is not None), (None, None))
        if fact and value is not None and (shown is None or shown == value):
            self._from("rating", fact.source)
            return value
        if shown is None:
            shown = rating_in(self._main_lower) or rating_in(Lines(self._spoken))
        if shown is None:
            self.notes.missing["rating"] = None
            return None
        if fact:
            self.notes.contradictions["rating"] = f"{fact.layer} says {value}; a person sees {shown}"
        self._from("rating", "visible: beside the heading")
        return shown

    @property
    def _spoken(self) -> list[str]:
        """What stands for pictures and stars for those who cannot see them, outside other goods' cards."""
        parts = self.view.parts
        words = (
            (each, each.get("aria-label") or each.get("alt") or each.get("title"))
            for each in (*parts.spoken[:_MOST_SPOKEN], *parts.pictures[:_MOST_SPOKEN])
        )
        said = dict.fromkeys(
            squash(text).lower()
            for each, text in words
            if text and _HAS_DIGIT.search(text) and not is_in(each, self.cards) and not _is_dated(each)
        )
        return list(said)

    @property
    def review_count(self) -> int | None:
        """The number of reviews as told, of ratings where reviews are not counted.

        A number that only machines are told gives way to the one in sight.
        """
        labelled = (pieces_in(value) for _, value in self.labelled.get("review_count", []))
        shown = next((count for count in labelled if count is not None), None)
        if shown is None:
            shown = self._counted(reviews_in)
        facts = [fact for name in ("review_count", "rating_count") for fact in self.facts.of(name)]
        told = next(
            ((count, fact) for fact in facts if (count := whole_number(fact.value)) is not None), None
        )
        if of_shop := shop_reviews_in(self._first_lower):
            # Marketplaces tell machines what is said of the shop as if it were said of the goods.
            shown = None if shown in of_shop else shown
            told = None if told and told[0] in of_shop else told
        if told and (shown is None or told[0] == shown or self._is_counted(told[0])):
            self._from("review_count", told[1].source)
            return told[0]
        if shown is None:
            self.notes.missing["review_count"] = None
            return None
        if told:
            self.notes.contradictions["review_count"] = (
                f"{told[1].layer} says {told[0]}; a person sees {shown}"
            )
        self._from("review_count", "visible: line beside the heading")
        return shown

    def _is_counted(self, count: int) -> bool:
        """Whether the number stands in one of the lines beside the heading."""
        return any(
            str(count) in (re.sub(r"\D", "", each) for each in _GROUPED.findall(line))
            for line in self._first_lower.lines
        )

    @property
    def category_path(self) -> tuple[str, ...]:
        """Breadcrumbs 面包屑 as told, else as shown before the heading."""
        crumbs = self.facts.values("crumb")
        if crumbs:
            self._from("category_path", self.facts.of("crumb")[0].source)
            return tuple(crumbs[:10])
        parts = self.view.parts
        said = (each for each in parts.spoken if "crumb" in (each.get("aria-label") or "").lower())
        shown = trail_of([*parts.trails, *said], self.view.lines[: self._main_part.start], self.title)
        if shown:
            self._from("category_path", "visible: trail before the heading")
        return shown

    @property
    def images(self) -> tuple[str, ...]:
        """Pictures as told, else those beside the heading."""
        links = [link_of(self.url, value) for value in self.facts.values("image")]
        if links:
            self._from("images", self.facts.of("image")[0].source)
        elif self.title_place is not None:
            heading = self.view.runs[self.title_place].element
            links = [*pictures_beside(self.view.parts.pictures, heading, self.url)]
            if links:
                self._from("images", "visible: pictures beside the heading")
        pictures = [self.price_picture] if "price" in self.notes.undecided else []
        return tuple(dict.fromkeys(link for link in (*pictures, *links) if link))[:50]

    def parsed(self, *, platform: str, category: str = "") -> ParsedPage:
        """All fields as one page.

        Raises:
            ExtractionError: the page has no title at all.
        """
        if not self.title:
            raise ExtractionError("title", url=self.url, why="no heading, and no name in any layer")
        price, seller, sku, sales, attributes = self.price, self.seller, self.sku, self.sales, self.attributes
        if self.software:
            self._from("software", self.software)
        rows = _by_field(attributes)
        is_range = price.high is not None and price.high != price.value
        lines = _LONG_NUMBER.findall("\n".join(self.view.lines))
        text = "\n".join(each for each in lines if _IN_NUMBERS.search(each))
        listing = Listing(
            platform=platform,
            item_id=sku or digest_of(canonical_url(self.url))[:24],
            url=self.url,
            title=self.title,
            description=next(iter(self.facts.values("description")), ""),
            category=category,
            category_path=self.category_path,
            brand=self.brand,
            price=None if is_range else price.value,
            price_low=price.value if is_range else None,
            price_high=price.high if is_range else None,
            price_label=self.price_label,
            prices=self.labelled_prices,
            deposit=self.deposit,
            promotion=self.promotion,
            list_price=price.list_price,
            list_price_label=self.list_price_label,
            currency=price.currency,
            availability=self._availability_with_stock,
            stock=self.stock,
            sales_text=sales.text if sales else "",
            sales_low=sales.low if sales else None,
            sales_high=sales.high if sales else None,
            rating=self.rating,
            review_count=self.review_count,
            shop=subject_key(platform, "site"),
            shop_name=seller,
            attributes=attributes,
            services=self.services,
            images=self.images,
            sku=sku,
            gtin=self.gtin,
            mpn=self.mpn,
            origin=self._first_labelled("origin", rows),
            produced=self._first_labelled("produced", rows),
            standards=numbers_of(STANDARD, text),
            permits=numbers_of(PERMIT, text),
        )
        reviews = reviews_of(self.embedded, platform=platform, listing=listing.key, shop=listing.shop)
        blocks = blocks_of(self.view.parts.reviews, platform=platform, listing=listing.key, shop=listing.shop)
        if reviews:
            reviews = completed(reviews, blocks.reviews)
            self._from("reviews", "json-ld or microdata: Review")
            shown = shown_in(reviews, self.view.folded[0])
            if not shown:
                self.notes.contradictions["reviews"] = (
                    f"machine-readable layers hold {len(reviews)} reviews; a person sees none of them"
                )
        else:
            reviews = blocks.reviews
            if blocks.undecided:
                self.notes.undecided["reviews"] = None
            if reviews:
                self._from("reviews", blocks.source)
        return ParsedPage(
            listing=listing,
            reviews=reviews,
            missing_fields=tuple(self.notes.missing),
            provenance=tuple(self.notes.provenance.items()),
            contradictions=tuple(self.notes.contradictions.items()),
            undecided=tuple(self.notes.undecided),
        )

    def _first_labelled(self, name: str, rows: dict[str, list[tuple[str, str]]]) -> str:
        for label, value in [*self.labelled.get(name, []), *rows.get(name, [])]:
            if len(value) <= _LONGEST_LABELLED:
                self._from(name, f"visible: {label}")
                return value
        return ""

    @property
    def _availability_with_stock(self) -> Availability:
        """A count of zero beside an offer, or of some beside a notice, is a contradiction."""
        found, stock = self.availability, self.stock
        if stock == 0 and found is Availability.IN_STOCK:
            self.notes.contradictions["stock"] = "the page shows 0 pieces left, and offers the goods"
            self.notes.undecided["availability"] = None
            return Availability.UNKNOWN
        return Availability.OUT_OF_STOCK if stock == 0 else found


def _by_field(attributes: Rows) -> dict[str, list[tuple[str, str]]]:
    """Rows whose label is a known word, by field."""
    rows: dict[str, list[tuple[str, str]]] = {}
    for label, value in attributes:
        for name in fields_of(label.lower()):
            rows.setdefault(name, []).append((label, value))
    return rows


def _first_text(element: Element) -> str:
    return next(
        (text for each in element.iter() if isinstance(each.tag, str) and (text := squash(each.text or ""))),
        "",
    )


def numbers_of(pattern: re.Pattern[str], text: str) -> tuple[str, ...]:
    """What a pattern of standard or permit numbers finds, once each."""
    return tuple(islice(dict.fromkeys(match[0] for match in pattern.finditer(text)), _MOST))


def _mean(text: str) -> Decimal | None:
    """A mean as machines are told it, however many decimals; ``None`` above 100."""
    if re.fullmatch(r"\d+(?:[.,]\d{1,2})?", text):
        value = decimal_of(text)
    else:
        value = Decimal(text) if re.fullmatch(r"\d{1,3}\.\d{1,20}", text) else None
    return value if value is not None and value <= 100 else None


def _is_dated(element: Element) -> bool:
    """Whether a date stands beside: then the stars are those of one review, not of the goods."""
    parent = element.getparent()
    return parent is not None and (
        next(parent.iterdescendants("time"), None) is not None
        or _DATE.search(text_of(parent)[:300]) is not None
    )
