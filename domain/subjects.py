"""Listing, shop and review: one subject as one platform showed it, and one sighting of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from domain.identity import subject_key


class Availability(StrEnum):
    """What the page says about stock 库存状态; the values are schema.org's."""

    IN_STOCK = "InStock"
    OUT_OF_STOCK = "OutOfStock"
    UNKNOWN = "Unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """An offer 商品信息 as its page showed it. Money is ``Decimal`` yuan; ``None`` is "not shown"."""

    platform: str
    item_id: str
    url: str
    title: str
    description: str = ""
    category: str = ""
    """Code in the category tree under which a sweep looked for it; "" when found otherwise."""
    category_path: tuple[str, ...] = ()
    brand: str = ""
    price: Decimal | None = None
    list_price: Decimal | None = None
    """Struck-through price 划线价."""
    list_price_label: str = ""
    price_label: str = ""
    """What the price calls itself, such as 到手价 or 拼团价."""
    price_low: Decimal | None = None
    price_high: Decimal | None = None
    """Ends of a range of prices 价格区间; then ``price`` is ``None``."""
    prices: tuple[tuple[str, Decimal], ...] = ()
    """Every price shown with its label: promotion, group 拼团, member 会员, single purchase 单独购买; a label
    ``SKU …`` names a variant 规格."""
    deposit: str = ""
    """Deposit terms 定金/订金 as shown."""
    promotion: str = ""
    """Promotion text as shown, its window included."""
    currency: str = "CNY"
    availability: Availability = Availability.UNKNOWN
    stock: int | None = None
    sales_text: str = ""
    """Sales count as shown, such as ``1.2万+人付款``."""
    sales_low: int | None = None
    sales_high: int | None = None
    """Bounds of the count; ``None`` above an open "+"."""
    rating: Decimal | None = None
    review_count: int | None = None
    shop: str = ""
    """Key of the shop, ``platform:id``; "" when the page names none."""
    shop_name: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    services: tuple[str, ...] = ()
    """Service promises and return policy 服务承诺, as shown."""
    images: tuple[str, ...] = ()
    sku: str = ""
    gtin: str = ""
    """Global trade item number 商品条码, digits."""
    mpn: str = ""
    """The maker's number of the part or model 型号."""
    origin: str = ""
    """Place of origin 产地, as shown."""
    produced: str = ""
    """Production date or its range 生产日期, as shown."""
    standards: tuple[str, ...] = ()
    """Standard numbers 执行标准 in the text, such as GB/T 18186."""
    permits: tuple[str, ...] = ()
    """Permit and registration numbers 许可证、批准文号 in the text, such as SC10633011800011."""
    sources: tuple[tuple[str, str], ...] = ()
    """(field, layer and place) of the values that were read 取值出处, such as ``("price", "visible:
    /html/body/p")``: a selector, an XPath or a path of keys, for a person who doubts the value."""
    contradictions: tuple[tuple[str, str], ...] = ()
    """(field, what the page tells machines against what a person sees) 数据矛盾: a fact of its own."""
    undecided: tuple[str, ...] = ()
    """Fields whose value is not given since the page can be read in two ways 未定; not the same as "not
    shown"."""

    @property
    def key(self) -> str:
        """``platform:item_id``."""
        return subject_key(self.platform, self.item_id)

    @property
    def attributes_text(self) -> str:
        """The attribute table as one text, a row a line, so that spans can point into it."""
        return "\n".join(f"{name}：{value}" for name, value in self.attributes)


class LinkedPageState(StrEnum):
    """What became of a page one link away."""

    FETCHED = "fetched"
    DEAD = "dead"
    """The server said that there is no such page: a dead link displays nothing."""
    NOT_OBSERVED = "not_observed"
    """Blocked or failed: nothing can be said about what it shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedPage:
    """A page one link away from a shop page that may display its licence 亮照链接."""

    url: str
    label: str
    state: LinkedPageState
    text: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A shop 网店 as its page showed it."""

    platform: str
    shop_id: str
    url: str
    name: str
    page_text: str = ""
    """Visible text of the shop page, one block a line, without the platform's own footer where known."""
    licence_pages: tuple[LinkedPage, ...] = ()
    opened: str = ""
    """Opening date as shown."""
    location: str = ""
    rating: Decimal | None = None
    listing_count: int | None = None

    @property
    def key(self) -> str:
        """``platform:shop_id``."""
        return subject_key(self.platform, self.shop_id)

    @property
    def licence_text(self) -> str:
        """Texts of the licence pages that were fetched, one after another, so that spans can point there."""
        return "\n".join(page.text for page in self.licence_pages if page.state is LinkedPageState.FETCHED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A buyer's review 评价. The nickname is masked before it is made; times are aware UTC."""

    platform: str
    review_id: str
    listing: str
    """Key of the listing."""
    shop: str
    """Key of the shop; "" when not known."""
    text: str
    stars: int | None = None
    posted_at: datetime | None = None
    purchased_at: datetime | None = None
    sku: str = ""
    nickname: str = ""
    user: str = ""
    """The buyer's account: as read the platform's own id of it, as stored its salted hash; "" where the page
    shows none (a masked nickname is no id)."""
    appended: str = ""
    seller_reply: str = ""
    image_count: int = 0
    default_text: bool = False
    """The platform's own placeholder 默认好评, not something a buyer wrote."""

    @property
    def key(self) -> str:
        """``platform:review_id``."""
        return subject_key(self.platform, self.review_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One sighting of a listing at a time; append-only, so that prices and sales have a history."""

    subject: str
    snapshot: str
    """Id of the snapshot; of an imported sighting the line it came from, ``import:DIGEST:LINE``."""
    target: str
    observed_at: datetime
    title: str = ""
    sku: str = ""
    """The variant 规格 that ``price`` is of; "" when the page does not say."""
    price: Decimal | None = None
    price_low: Decimal | None = None
    """Lower end of a range of prices; then ``price`` is ``None``."""
    price_label: str = ""
    prices: tuple[tuple[str, Decimal], ...] = ()
    """Every price with its label, as on the listing; ``SKU …`` labels give the prices of variants."""
    list_price: Decimal | None = None
    list_price_label: str = ""
    promotion: str = ""
    deposit: str = ""
    sales_low: int | None = None
    stock: int | None = None
    review_count: int | None = None
    availability: Availability = Availability.UNKNOWN
    source: str = ""
    """Who saw it, for a sighting that was imported; "" for a visit of ours."""

    @property
    def id(self) -> str:
        """``subject@snapshot``: the same sighting is stored once."""
        return f"{self.subject}@{self.snapshot}"

    @classmethod
    def of(cls, listing: Listing, *, snapshot: str, target: str, observed_at: datetime) -> Observation:
        """The sighting that ``listing`` is."""
        return cls(
            subject=listing.key,
            snapshot=snapshot,
            target=target,
            observed_at=observed_at,
            title=listing.title,
            sku=listing.sku,
            price=listing.price,
            price_low=listing.price_low,
            price_label=listing.price_label,
            prices=listing.prices,
            list_price=listing.list_price,
            list_price_label=listing.list_price_label,
            promotion=listing.promotion,
            deposit=listing.deposit,
            sales_low=listing.sales_low,
            stock=listing.stock,
            review_count=listing.review_count,
            availability=listing.availability,
        )
