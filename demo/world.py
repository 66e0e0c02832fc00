"""The facts of a market 集市: shops, listings, prices, reviews, and what was planted in them.

Nothing here knows how a platform looks. Values are frozen; times are aware; money is ``Decimal`` yuan.
"""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from demo.numbers import Place

NO_BRAND = "无品牌"


class Display(StrEnum):
    """How a shop shows its licence 亮照; the values are the keys under ``display`` in ``world.yaml``."""

    NOTHING = "nothing"
    PLATFORM_ONLY = "platform_only"
    DEAD_LINK = "dead_link"
    ARTICLE_MENTION = "article_mention"
    INVOICE_MENTION = "invoice_mention"
    FOOTER_TEXT = "footer_text"
    LINK_LICENCE = "link_licence"
    LINK_BADGE = "link_badge"
    LINK_OPERATOR = "link_operator"
    FOOTER_UNUSUAL = "footer_unusual"
    EXEMPT = "exempt"


class Flaw(StrEnum):
    """What is wrong with a licence that is shown; values are keys under ``licences`` in ``world.yaml``."""

    HIDDEN = "hidden"
    INVALID_NUMBER = "invalid_number"
    NOT_IN_REGISTRY = "not_in_registry"
    NAME = "name"
    STATUS = "status"
    PERMIT_EXPIRED = "permit_expired"
    PERMIT_INVALID = "permit_invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """Who stands behind a shop 经营者; ``code`` is empty for a person exempt from registration."""

    name: str
    code: str
    form: str
    person: str
    address: str
    capital: str
    since: date
    scope: str
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """One shop; ``permits`` are pairs of permit name and number."""

    id: str
    name: str
    categories: tuple[str, ...]
    place: Place
    opened: date
    score: Decimal
    followers: int
    operator: Operator
    display: Display
    permits: tuple[tuple[str, str], ...]
    notice: str
    flaw: Flaw | None = None
    registered: Operator | None = None
    """The operator as the register has it, where that is not as shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What a buyer sees from ``since`` on: the price asked, and the struck-through one 划线价 if any."""

    since: datetime
    asked: Decimal
    struck: Decimal | None = None
    label: str = ""
    promotion: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One listing: ``prices`` in order of time, description in ``paragraphs``, mean reviews in ``pace``."""

    id: str
    shop_id: str
    category: str
    leaf: str
    noun: str
    title: str
    brand: str
    prices: tuple[Price, ...]
    discount: str
    stock: int
    sold: int
    skus: tuple[str, ...]
    attributes: tuple[tuple[str, str], ...]
    paragraphs: tuple[str, ...]
    promises: tuple[str, ...]
    search_text: str
    pace: float

    def price_at(self, now: datetime) -> Price:
        """The price in force at ``now``; the first one before that."""
        return self.prices[max(bisect_right(self.prices, now, key=lambda price: price.since) - 1, 0)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One review; ``campaign`` names the plant it belongs to and is never shown."""

    id: str
    listing_id: str
    nickname: str
    stars: int
    posted_at: datetime
    sku: str
    text: str
    append: str = ""
    append_days: int = 0
    reply: str = ""
    campaign: str = ""
    user: str = ""
    """The buyer's account as the platform numbers it; "" for one who wrote anonymously."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """What the world knows to be true: a violation of ``rule``, or an innocent text that resembles one.

    ``quote`` is the text on the page that shows it, empty where something is absent; ``evidence_ids`` name
    reviews.
    """

    rule: str
    subject: str
    kind: str
    field: str = ""
    quote: str = ""
    lookalike: bool = False
    evidence_ids: tuple[str, ...] = ()
