"""The schema of a site profile 站点配置: what an officer writes in YAML so that a site is read without code.

``docs/adding-a-platform.md`` shows it by example. A typo is an error with file and line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

import yaml
from lxml.etree import Element
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

from crawlers.platforms.tree import Query, XPathError, css, xpath
from domain.errors import SiteProfileError
from domain.target import PageKind

_LARGEST_FILE = 1_000_000

Selector = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000)]
KeyPath = Annotated[str, StringConstraints(pattern=r"^[A-Za-z|]+(\.@?[A-Za-z][\w-]*)*$", max_length=300)]
ScriptPath = Annotated[str, StringConstraints(pattern=r"^\s*[^>\s][^>]* > \S+\s*$", max_length=300)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class _Written(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Kind(StrEnum):
    """How the text of a field becomes a value."""

    TEXT = "text"
    PRICE = "price"
    FEN = "fen"
    COUNT = "count"
    URL = "url"
    DATETIME = "datetime"
    AVAILABILITY = "availability"
    CURRENCY = "currency"


_PLACES = ("css", "xpath", "jsonld", "microdata", "meta", "script", "url", "const")


class Source(_Written):
    """One place to look for a field: exactly one of ``_PLACES``, and a regular expression over what is found
    there.
    """

    css: Selector | None = None
    xpath: Selector | None = None
    jsonld: KeyPath | None = None
    microdata: KeyPath | None = None
    meta: Selector | None = None
    script: ScriptPath | None = Field(
        default=None, description="data of the page's scripts: mark before the object > keys parted by dots"
    )
    url: Literal[True] | None = Field(default=None, description="the page's own address")
    const: str | None = None
    regex: str | None = Field(
        default=None, description="keeps group 1, or the whole match, of each text found"
    )
    values: dict[str, str] | None = Field(
        default=None, description="what each text stands for; a text that is not listed stands for nothing"
    )
    first: bool = Field(
        default=False, description="take the first of several values; otherwise several are none"
    )

    @model_validator(mode="after")
    def _one_place_that_parses(self) -> Self:
        given = [name for name in _PLACES if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"give exactly one of {', '.join(_PLACES)}; found {given}")
        _ = self.query, self.pattern
        return self

    @cached_property
    def place(self) -> str:
        """Layer and place, as provenance shows them."""
        given = tuple(name for name in _PLACES if name != "url")
        layers = {"css": "visible", "xpath": "visible", "jsonld": "json-ld"}
        return next(
            (
                f"{layers.get(name, name)}: {value}"
                for name in given
                if (value := getattr(self, name)) is not None
            ),
            "url",
        )

    @cached_property
    def query(self) -> Query | None:
        """The compiled query of a ``css`` or ``xpath`` source."""
        return _compiled(self.css, self.xpath)

    @cached_property
    def pattern(self) -> re.Pattern[str] | None:
        """The compiled ``regex``."""
        try:
            return re.compile(self.regex) if self.regex else None
        except re.error as error:
            raise ValueError(f"regex {self.regex!r}: {error}") from error


class FieldRule(_Written):
    """Where a field stands: alternatives in order, the first that yields a value counts."""

    sources: Annotated[tuple[Source, ...], Field(alias="from", min_length=1, max_length=50)]
    kind: Kind | None = None
    required: bool = False
    displayed: bool = Field(
        default=False, description="a price counts only if the page also shows it to a person"
    )
    agree: bool = Field(default=False, description="sources that contradict each other give nothing")

    @model_validator(mode="before")
    @classmethod
    def _a_list_is_its_sources(cls, written: Any) -> Any:
        return {"from": written} if isinstance(written, list) else written


class AttributeRows(_Written):
    """The attribute table 商品参数: its rows, and the name and value within each; a ``row`` may hold as many
    names as values, as ``dl`` does.
    """

    row: Selector
    name: tuple[Source, ...] = Field(min_length=1)
    value: tuple[Source, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _parses(self) -> Self:
        css(self.row)
        return self


ListingField = Literal[
    "item_id", "title", "description", "category_path", "brand", "price", "list_price", "list_price_label",
    "price_label", "promotion",
    "currency", "availability", "stock", "sales", "rating", "review_count", "shop_id", "shop_url",
    "shop_name", "services",
    "images", "reviews_url", "sku", "gtin", "mpn", "origin", "produced",
]  # fmt: skip
CardField = Literal[
    "url", "item_id", "title", "price", "shop_id", "shop_url", "shop_name", "sales", "review_count"
]
ShopField = Literal["shop_id", "name", "opened", "location", "rating", "listing_count"]
ReviewField = Literal[
    "review_id", "text", "stars", "posted_at", "purchased_at", "sku", "nickname", "user", "appended",
    "seller_reply", "image_count"
]  # fmt: skip

KINDS: dict[str, Kind] = {
    **dict.fromkeys(("price", "list_price"), Kind.PRICE),
    **dict.fromkeys(("stock", "sales", "review_count", "listing_count", "image_count"), Kind.COUNT),
    **dict.fromkeys(("url", "shop_url", "reviews_url", "images"), Kind.URL),
    **dict.fromkeys(("posted_at", "purchased_at"), Kind.DATETIME),
    "availability": Kind.AVAILABILITY,
    "currency": Kind.CURRENCY,
}
"""What a field is unless its rule says otherwise; all others are text."""

MANY = frozenset({"category_path", "services", "images"})
"""Fields that keep every value found."""


def _each_of_its_kind(fields: dict[str, FieldRule]) -> dict[str, FieldRule]:
    for name, rule in fields.items():
        kind = KINDS.get(name, Kind.TEXT)
        allowed = (Kind.PRICE, Kind.FEN) if kind is Kind.PRICE else (kind,)
        if rule.kind is not None and rule.kind not in allowed:
            raise ValueError(f"{name} is {' or '.join(allowed)}, not {rule.kind}")
    return fields


_KindsFit = AfterValidator(_each_of_its_kind)


class SearchRules(_Written):
    """A result list: where it is asked for, its cards, its next page, and how it says that there is
    nothing.
    """

    url: str
    charset: Literal["utf-8", "gb18030", "big5"] = Field(
        default="utf-8", description="in which the site takes its search words"
    )
    card: Selector
    fields: Annotated[dict[CardField, FieldRule], _KindsFit]
    next: tuple[Source, ...] = ()
    empty: tuple[Source, ...] = ()
    reported: tuple[Source, ...] = ()
    """Where the page says how many results there are 结果总数; the first number counts."""

    @field_validator("url")
    @classmethod
    def _takes_a_keyword(cls, url: str) -> str:
        if "{keyword}" not in url or re.sub(r"\{(keyword|page)\}", "", url).count("{"):
            raise ValueError("the url needs {keyword}, and may have {page}; no other braces")
        return url

    @model_validator(mode="after")
    def _cards_lead_somewhere(self) -> Self:
        css(self.card)
        if "url" not in self.fields:
            raise ValueError("fields: 'url' is missing: a card leads to its listing")
        return self


class ListingRules(_Written):
    """An item page. ``item_id_else: url`` takes a digest of the page's address where no id is found."""

    fields: Annotated[dict[ListingField, FieldRule], _KindsFit]
    item_id_else: Literal["url", "fail"] = "fail"
    attributes: AttributeRows | None = None

    @model_validator(mode="after")
    def _has_a_title(self) -> Self:
        if "title" not in self.fields:
            raise ValueError("fields: 'title' is missing")
        return self


class ShopRules(_Written):
    """A shop page; ``leave_out`` names parts that belong to the platform, such as its footer."""

    fields: Annotated[dict[ShopField, FieldRule], _KindsFit]
    leave_out: tuple[Selector, ...] = ()

    @field_validator("leave_out")
    @classmethod
    def _parse(cls, selectors: tuple[str, ...]) -> tuple[str, ...]:
        for selector in selectors:
            css(selector)
        return selectors


class ReviewRules(_Written):
    """A page of reviews: rows, the fields in each, and the listing they are about."""

    row: Selector
    fields: Annotated[dict[ReviewField, FieldRule], _KindsFit]
    item_id: tuple[Source, ...] = ()
    next: tuple[Source, ...] = ()
    empty: tuple[Source, ...] = ()
    default_texts: tuple[Words, ...] = Field(
        default=(), description="what the site writes for buyers who wrote nothing 默认好评"
    )

    @model_validator(mode="after")
    def _reviews_say_something(self) -> Self:
        css(self.row)
        if "text" not in self.fields:
            raise ValueError("fields: 'text' is missing")
        return self


class WholeSite(_Written):
    """A site that is one shop 自建网站: its pages are the shop's own, footer included."""

    shop_id: Annotated[str, StringConstraints(pattern=r"^[\w.-]{1,64}$")] = "site"
    name: str = ""


class ObstacleWords(_Written):
    """A site's own words for pages in the way."""

    captcha: tuple[Words, ...] = ()
    login: tuple[Words, ...] = ()
    gone: tuple[Words, ...] = ()
    notice: Selector | None = None
    wanted: Selector | None = None


class SiteProfile(_Written):
    """How the pages of one site, or of one shop system, are read."""

    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][\w-]{0,63}$")]
    title: str = ""
    hosts: tuple[Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]*$")], ...] = Field(
        default=(), description="whose recorded pages are read by this profile; their subdomains too"
    )
    seen: dict[PageKind, Words] = Field(
        default_factory=dict, description="which page kinds were seen, where and when; others are not claimed"
    )
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = "CNY"
    zone: str = "Asia/Shanghai"
    whole_site: WholeSite | None = None
    render: tuple[PageKind, ...] = Field(
        default=(), description="kinds of pages that show nothing without a browser"
    )
    obstacles: ObstacleWords = ObstacleWords()
    search: SearchRules | None = None
    listing: ListingRules | None = None
    shop: ShopRules | None = None
    reviews: ReviewRules | None = None

    @field_validator("zone")
    @classmethod
    def _is_a_zone(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"unknown time zone {zone!r}, such as Asia/Shanghai") from error
        return zone


@lru_cache(maxsize=256)
def load_profile(path: Path) -> SiteProfile:
    """The profile in a YAML file.

    Raises:
        SiteProfileError: the file cannot be read or does not parse; the text names file, line and field.
    """
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise SiteProfileError(f"{path}: larger than {_LARGEST_FILE} bytes")
        return parse_profile(path.read_text(encoding="utf-8"), source=str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise SiteProfileError(f"{path}: cannot be read: {error}") from error


def parse_profile(text: str, *, source: str) -> SiteProfile:
    """The profile in ``text``; ``source`` names it in errors.

    Raises:
        SiteProfileError: it does not parse.
    """
    try:
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        written = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise SiteProfileError(f"{source}: {error}") from error
    doubled = next(_doubled_keys(tree), None) if tree is not None else None
    if doubled:
        raise SiteProfileError(f"{source}:{doubled.start_mark.line + 1}: {doubled.value!r} is given twice")
    try:
        return SiteProfile.model_validate(written)
    except ValidationError as error:
        faults = [
            f"{source}:{_line_of(tree, where)}: {'.'.join(map(str, where)) or 'profile'}: {fault['msg']}"
            for fault in error.errors(include_url=False, include_input=False)
            for where in [fault["loc"]]
        ]
        raise SiteProfileError("\n".join(faults)) from error


def _doubled_keys(top: yaml.Node) -> Iterator[yaml.ScalarNode]:
    # YAML would take the last of two equal keys in silence. An alias points to a node that was seen already.
    waiting, seen = [top], {id(top)}
    while waiting:
        node = waiting.pop()
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        keys = [key for key, _ in pairs if isinstance(key, yaml.ScalarNode)]
        yield from (
            key for place, key in enumerate(keys) if any(key.value == other.value for other in keys[:place])
        )
        inner = node.value if isinstance(node, yaml.SequenceNode) else [value for _, value in pairs]
        waiting.extend(each for each in inner if id(each) not in seen)
        seen.update(map(id, inner))


def _line_of(node: yaml.Node | None, where: tuple[int | str, ...]) -> int:
    """Line of the innermost written thing on the way to ``where``; steps that a short form leaves out are
    skipped.
    """
    line = 1 if node is None else node.start_mark.line + 1
    for step in where:
        if isinstance(node, yaml.MappingNode):
            found = [(key, value) for key, value in node.value if key.value == str(step)]
            if found:
                line, node = found[0][0].start_mark.line + 1, found[0][1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
    return line


def _compiled(css_selector: str | None, expression: str | None) -> Query | None:
    if css_selector is not None:
        return css(css_selector)
    if expression is None:
        return None
    try:
        query = xpath(expression)
        is_computed = not isinstance(query(Element("html")), list)
    except XPathError as error:
        raise ValueError(f"XPath {expression!r}: {error}") from error
    # substring-before() and the like give one text, which a caller must not take for a list of letters.
    return (lambda element: [query(element)]) if is_computed else query
