"""Item pages of a large platform in HTML: its marks of several years 各年代版式, else the generic reader.

A platform renames its elements every few years, so each fact has a query per era; the first era that is there
counts. Where the price block is there and empty, a script fills it: then the page as sent has no price, and
amounts elsewhere on it are of other goods.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from crawlers.platforms.base import ParsedPage
from crawlers.platforms.generic_amounts import Amount
from crawlers.platforms.generic_page import GoodsPage
from crawlers.platforms.parse import count_of
from crawlers.platforms.tree import Element, Query, place_of, squash, texts_of
from domain.identity import subject_key
from domain.subjects import Availability

_SOLD_OUT = re.compile(
    r"下架|下柜|售完|售罄|卖光|已抢光|无货|缺货|失效|不存在|找不到|删除"
    r"|sold out|out of stock|unavailable|no longer available|has ended|beendet"
)
_FOR_SALE = re.compile(r"有货|现货|可配货|库存\s*[1-9]|in stock")
_OWN, _STRUCK = 8, -5
"""Points of an amount in the price block, and of one struck through beside it."""

Eras = tuple[Query, ...]


@dataclass(frozen=True, kw_only=True)
class Marks:
    """Where a platform shows its facts; each a query per era, newest first."""

    title: Eras = ()
    price: Eras = ()
    struck: Eras = ()
    brand: Eras = ()
    seller: Eras = ()
    reviews: Eras = ()
    stock: Eras = ()
    """Texts that say whether the goods can be had, or that they are off the shelf 下架."""
    item_id: tuple[re.Pattern[str], ...] = ()
    """In the page's address."""
    item_id_told: tuple[re.Pattern[str], ...] = ()
    """In the page's source, where it speaks of its own goods only."""
    shop_id: tuple[re.Pattern[str], ...] = ()
    """In the page's source."""
    currency: str = ""
    """Of every price there, where the platform has one only."""


@dataclass(frozen=True)
class MarkedPage(GoodsPage):
    """One item page of a platform whose marks are known."""

    marks: Marks = field(default_factory=Marks)
    source: str = ""
    """The page as it was sent."""

    def _shown(self, name: str, eras: Eras) -> str:
        """The text of the first era that has exactly one; "" else."""
        for query in eras:
            texts = set(texts_of(query, self.root))
            if len(texts) == 1:
                self._from(name, f"visible: {place_of(query)}")
                return squash(texts.pop())
        return ""

    def _numbered(self, name: str, patterns: Sequence[re.Pattern[str]], text: str) -> str:
        for pattern in patterns:
            if match := pattern.search(text):
                self._from(name, f"pattern: {pattern.pattern}")
                return match[1]
        return ""

    @cached_property
    def title(self) -> str:
        """Heading as displayed."""
        return self._shown("title", self.marks.title) or super().title

    @cached_property
    def amounts(self) -> list[Amount]:
        """The amounts of the price block, and those struck through; all of the page where no era has one."""
        found = super().amounts
        element_of = {id(each): self.view.runs[each.place].element for each in found}

        def within(blocks: Sequence[Any]) -> list[Amount]:
            inside = set(blocks)
            return [each for each in found if _is_within(element_of[id(each)], inside)]

        blocks = [blocks for query in self.marks.price if (blocks := query(self.root))]
        own: list[Amount] = next(filter(None, map(within, blocks)), [])
        if not own:
            return [] if blocks else found
        struck = [each for query in self.marks.struck for each in within(query(self.root)) if each not in own]
        for each in struck:
            each.is_list_price = True
            each.add(_STRUCK, "struck through")
        for each in own:
            each.add(_OWN, "price block")
        return [*own, *struck]

    @cached_property
    def availability(self) -> Availability:
        """What the platform's own notice says, else as on any page."""
        for query in self.marks.stock:
            line = " ".join(texts_of(query, self.root)).lower()
            told = _SOLD_OUT.search(line), _FOR_SALE.search(line)
            if any(told) and not all(told):
                self._from("availability", f"visible: {place_of(query)}")
                return Availability.OUT_OF_STOCK if told[0] else Availability.IN_STOCK
        return super().availability

    @cached_property
    def brand(self) -> str:
        """As marked, else as on any page."""
        shown = self._shown("brand", self.marks.brand)
        return re.sub(r"^品牌\s*[：:]\s*", "", shown) or super().brand

    @property
    def seller(self) -> str:
        """The shop as marked, else as on any page."""
        return self._shown("seller", self.marks.seller) or super().seller

    @property
    def sku(self) -> str:
        """The platform's number of the goods."""
        return (
            self._numbered("sku", self.marks.item_id, self.url)
            or self._numbered("sku", self.marks.item_id_told, self.source)
            or super().sku
        )

    @property
    def review_count(self) -> int | None:
        """The number of reviews where it is marked and exact, else as on any page."""
        shown = self._shown("review_count", self.marks.reviews)
        if not shown:
            return super().review_count
        count = count_of(shown)
        return count.low if count.low == count.high else None

    def parsed(self, *, platform: str, category: str = "") -> ParsedPage:
        """All fields; the shop by its own number, none where the page tells no number.

        Raises:
            ExtractionError: the page has no title at all.
        """
        read = super().parsed(platform=platform, category=category)
        if read.listing is None:
            return read
        number = self._numbered("shop_id", self.marks.shop_id, self.source)
        shop = subject_key(platform, number) if number else ""
        currency = read.listing.currency or self.marks.currency
        known = ("currency",) if currency else ()
        return replace(
            read,
            listing=replace(read.listing, shop=shop, currency=currency),
            missing_fields=tuple(name for name in read.missing_fields if name not in known),
            undecided=tuple(name for name in read.undecided if name not in known),
            reviews=tuple(replace(review, shop=shop) for review in read.reviews),
            provenance=tuple(self.notes.provenance.items()),
        )


def _is_within(element: Element, blocks: set[Any]) -> bool:
    return any(each in blocks for each in (element, *element.iterancestors()))
