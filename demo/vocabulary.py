"""The YAML under ``data/`` as checked models: sizes, rates, places, categories, shops, reviews, violations.

A misspelt key is an error at start, since every model forbids extra fields.
"""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field

from demo.numbers import Place
from demo.world import Flaw

DATA = Path(__file__).parent / "data"


class Model(BaseModel):
    """Frozen, and strict about names."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Promotion(Model):
    """The promotion peak 促销节点 around which prices move."""

    name: str
    raised_from: date
    starts: datetime
    ends: datetime
    shares: dict[str, float]


class DisplayShares(Model):
    """How often each way of licence display occurs among shops."""

    violations: dict[str, float]
    honest: dict[str, float]


class ReviewRates(Model):
    """How many reviews there are, and of what kinds."""

    mean: float
    most: int
    default_text: float
    short_text: float
    append: float
    reply: float
    repeat_buyers: int
    repeat_share: float
    odd_shops: float
    since: date
    promotion_share: float


class ReviewCampaign(Model):
    """One kind of ordered reviews 刷评, or of honest ones that look like it.

    Without ``texts`` its reviews say what honest buyers say. Where ``people`` are given, each of them writes
    on every one of ``together`` listings, and on ``cover`` others to look like anybody else.
    """

    name: str
    rule: str
    lookalike: bool = False
    share: float
    reviews: tuple[int, int] = (0, 0)
    days: float
    stars: tuple[int, int, int, int, int] = (96, 4, 0, 0, 0)
    silent: bool = False
    texts: list[str] = []
    kinds_of_text: tuple[int, int] = (99, 99)
    slots: dict[str, list[str]] = {}
    edited: float = 0
    together: int = 1
    people: tuple[int, int] = (0, 0)
    cover: tuple[int, int] = (0, 0)


class Slow(Model):
    """Pages that answer late."""

    share: float
    seconds: tuple[float, float]


class Throttled(Model):
    """Pages that answer 429 to their first requests."""

    share: float
    times: tuple[int, int]
    retry_after: int


class FaultRates(Model):
    """How often pages misbehave; see the comments in ``world.yaml``."""

    slow: Slow
    throttled: Throttled
    item: dict[str, float]
    items_metadata_redirect: int
    shop: dict[str, float]
    links: dict[str, float]


class MarketSettings(Model):
    """Size of one platform's market; without ``categories`` all of them are sold there.

    The last three are for a market that is one shop of that name.
    """

    shops: int
    listings: int
    categories: list[str] = []
    shop_id: str = ""
    shop_name: str = ""
    display: str = ""


class LicenceRates(Model):
    """How often a licence that is shown is hidden or not true, and shops of one operator; shares of shops."""

    flaws: dict[Flaw, float]
    same_operator: float
    same_operator_elsewhere: float


class WorldSettings(Model):
    """Sizes, rates and dates; ``world.yaml``."""

    markets: dict[str, MarketSettings]
    now: datetime
    first_item: int
    item_step: int
    promotion: Promotion
    display: DisplayShares
    licences: LicenceRates
    reviews: ReviewRates
    faults: FaultRates


class Leaf(Model):
    """A kind of goods in a category, prices in yuan; its own praise and blame replace its category's."""

    name: str
    nouns: list[str]
    specs: list[str]
    price: tuple[float, float]
    features: list[str]
    attributes: dict[str, list[str]] = {}
    praise: list[str] = []
    blame: list[str] = []


class Category(Model):
    """A category 类目 with the words its listings are made of.

    ``permits`` are pairs of permit name and number kind that honest shops show; attribute values that start
    with ``@`` are numbers or dates of that kind.
    """

    code: str
    name: str
    parent: str | None = None
    weight: float
    search_words: list[str]
    permits: list[tuple[str, str]] = []
    scope: str
    brands: list[str]
    titles: list[str]
    leaves: list[Leaf]
    attributes: dict[str, list[str]]
    sentences: list[str]
    promises: list[str]
    shop_words: list[str]
    praise: list[str]
    blame: list[str]


class CommonTexts(Model):
    """Sentences that suit any goods; ``common.yaml``."""

    slots: dict[str, list[str]]
    sentences: list[str]
    attributes: dict[str, list[str]]
    promises: list[str]


class ShopTexts(Model):
    """Shop and operator names, notices; ``shops.yaml``."""

    fancy: list[str]
    endings: list[str]
    company_words: list[str]
    company_endings: list[str]
    business_endings: list[str]
    surnames: str
    given: str
    roads: list[str]
    notices: list[str]
    capitals: list[str]


class ReviewTexts(Model):
    """What buyers write; ``reviews.yaml``."""

    default: str
    short: list[str]
    praise: list[str]
    middling: list[str]
    blame: list[str]
    long_winded: list[str]
    append_good: list[str]
    append_bad: list[str]
    replies: list[str]
    slots: dict[str, list[str]]
    campaigns: list[ReviewCampaign]


class PlantText(Model):
    """A text with its tell-tale part in ``[[…]]``, and the goods it sells where it replaces a title."""

    text: str
    noun: str = "这款"
    price: tuple[float, float] = (20, 200)
    sentences: list[str] = []
    attributes: dict[str, list[str]] = {}
    disguise: bool = True


class Violation(Model):
    """Where and how often one rule is broken, and what merely looks like it.

    ``prevalence`` is a share of the category's listings, ``disguised`` the share of plants with an obfuscated
    quote, ``lookalike_share`` the number of look-alikes per violation.
    """

    rule: str
    field: str
    prevalence: dict[str, float]
    disguised: float = 0
    texts: list[PlantText]
    lookalikes: list[PlantText] = []
    lookalike_share: float = 0.5


class Vocabulary(Model):
    """Everything under ``data/``."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, arbitrary_types_allowed=True, ignored_types=(cached_property,)
    )

    world: WorldSettings
    places: list[Place]
    categories: list[Category]
    common: CommonTexts
    shops: ShopTexts
    reviews: ReviewTexts
    violations: list[Violation] = Field(min_length=1)
    innocent: list[str]
    traditional: dict[str, str]

    @cached_property
    def by_code(self) -> Mapping[str, Category]:
        """Categories by code."""
        return {category.code: category for category in self.categories}


def load_vocabulary(folder: Path = DATA) -> Vocabulary:
    """The vocabulary in ``folder``.

    Raises:
        pydantic.ValidationError: a file has a key or a value that its model does not know.
    """
    return Vocabulary(
        world=_yaml(folder / "world.yaml"),
        places=[Place(*row) for row in _yaml(folder / "places.yaml")["places"]],
        categories=[_yaml(path) for path in sorted(folder.glob("categories/*.yaml"))],
        common=_yaml(folder / "common.yaml"),
        shops=_yaml(folder / "shops.yaml"),
        reviews=_yaml(folder / "reviews.yaml"),
        **_yaml(folder / "violations.yaml"),
    )


def _yaml(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
