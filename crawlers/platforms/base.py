"""What every adapter promises: preserved text in, domain objects out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from domain.subjects import Listing, Review, Shop
from domain.target import PageKind, Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One preserved page, decoded; all that an adapter may know."""

    url: str
    """Where the page was in the end, after redirects."""
    kind: PageKind
    text: str
    status: int
    fetched_at: datetime
    category: str = ""
    subject: str = ""
    """Key of the subject, where the target knew it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One result card of a search page: what the frame knows about a unit before it is drawn."""

    url: str
    item_id: str
    title: str
    price: Decimal | None = None
    shop_id: str = ""
    shop_url: str = ""
    shop_name: str = ""
    sales_text: str = ""
    """Sales count as shown, such as ``1.2万+人付款``."""
    reviews_text: str = ""
    """Number of reviews as shown, such as ``50万+``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedPage:
    """What an adapter read. ``empty`` says that the page itself declares that there is nothing."""

    listing: Listing | None = None
    shop: Shop | None = None
    reviews: tuple[Review, ...] = ()
    cards: tuple[Card, ...] = ()
    reported: int | None = None
    """Results that a search page says there are; ``None``: it does not say."""
    empty: bool = False
    next_url: str = ""
    """The next page of the same list; "" on the last one."""
    reviews_url: str = ""
    shop_url: str = ""
    licence_links: tuple[tuple[str, str], ...] = ()
    """(URL, label) of pages one link away that may display the licence 亮照链接."""
    text: str = ""
    """Visible text of a licence page, without the platform's own header and footer."""
    in_pictures: bool = False
    """The page shows its licence as a picture, so its text alone says nothing about what is displayed."""
    missing_fields: tuple[str, ...] = ()
    """Optional fields that were looked for and not found."""
    provenance: tuple[tuple[str, str], ...] = ()
    """(field, layer and place) of values that were found 取值出处, such as ``("price", "visible:
    /html/body/…")``."""
    contradictions: tuple[tuple[str, str], ...] = ()
    """(field, what the machine-readable layer says against what a person sees) 数据矛盾: a fact of its
    own."""
    undecided: tuple[str, ...] = ()
    """Fields whose sources contradict each other so that none can be preferred; their value is not given."""

    @property
    def not_found(self) -> tuple[str, ...]:
        """What field coverage 字段覆盖率 counts as not found: the missing fields, and what most cards lack.

        Sold-out goods show no price, so one card without one says nothing; a lost selector loses them all.
        """
        told: dict[str, list[object]] = {
            "title": [card.title for card in self.cards],
            "price": [card.price for card in self.cards],
        }
        lost = (name for name, values in told.items() if sum(not value for value in values) * 2 > len(values))
        return tuple(dict.fromkeys((*self.missing_fields, *lost)))


class Adapter(Protocol):
    """Reads the pages of one platform."""

    @property
    def platform(self) -> str:
        """Code of the platform, the first half of every key."""
        ...

    def search_url(self, keyword: str) -> str:
        """First result page for a search word."""
        ...

    def renders(self, kind: PageKind) -> bool:
        """Whether pages of this kind show nothing without a browser, so that they are rendered 浏览器渲染."""
        ...

    def obstacle(self, page: Page) -> Reason | None:
        """Why this is not the page that was asked for: CAPTCHA, login wall, taken down; ``None`` if it is."""
        ...

    def parse(self, page: Page) -> ParsedPage:
        """What the page says.

        Raises:
            ExtractionError: a mandatory field is not where this adapter looks for it.
        """
        ...
