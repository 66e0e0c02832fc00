"""Reads the fields of one page, or of one card or row on it, by the rules of a site profile."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from crawlers.platforms.anchors import Anchors
from crawlers.platforms.embedded import Embedded
from crawlers.platforms.parse import (
    Count,
    availability_of,
    count_of,
    currency_of,
    decimal_of,
    moment_of,
    price_of,
    whole_number,
    yuan_of_fen,
)
from crawlers.platforms.payload import texts_after
from crawlers.platforms.site_profile import FieldRule, Kind, Source
from crawlers.platforms.tree import Element, link_of, squash, text_of, visible_text
from domain.errors import ExtractionError
from domain.subjects import Availability

T = TypeVar("T")

_LONGEST_MATCHED = 20_000
"""Characters of a text that a profile's regular expression gets to see."""
_MOST_VALUES = 500
_NUMBERS = re.compile(r"\d[\d.,'\u00a0\u202f ]*\d|\d")


@dataclass(frozen=True)
class PageParts:
    """What all fields of one page share."""

    root: Element
    url: str
    currency: str
    zone: ZoneInfo
    source: str = ""
    """The page as it was sent, where scripts keep their data."""

    @cached_property
    def embedded(self) -> Embedded:
        """The page's machine-readable facts."""
        return Embedded(self.root)

    @cached_property
    def anchors(self) -> Anchors:
        """The page's classes and ids."""
        return Anchors(self.root)

    @cached_property
    def text(self) -> str:
        """The page's visible text."""
        return visible_text(self.root)

    def displays(self, amount: Decimal) -> bool:
        """Whether a person can read this price on the page; a zero somewhere confirms nothing."""
        digits = f"{amount:.2f}".replace(".", "")
        return bool(amount) and (amount in self._numbers[0] or digits in self._numbers[1])

    @cached_property
    def _numbers(self) -> tuple[frozenset[Decimal], frozenset[str]]:
        # Many shops set the cents in small type without a point: then 173.34 reads as 17334.
        shown = _NUMBERS.findall(self.text)
        amounts = {decimal_of(number, currency=self.currency) for number in shown} - {None}
        return frozenset(filter(None, amounts)), frozenset(number for number in shown if number.isdecimal())


@dataclass(frozen=True)
class Fields:
    """The fields that ``rules`` describe, found in ``element``; ``missing`` collects the optional ones that
    are not there.

    Every reading method raises ExtractionError when its rule says ``required`` and nothing was found.
    """

    page: PageParts
    element: Element
    rules: Mapping[Any, FieldRule]
    missing: list[str] = field(default_factory=list)
    where: dict[str, str] = field(default_factory=dict)
    """Field to the source that gave its value."""

    def text(self, name: str) -> str:
        """A text; "" when not found."""
        return self._first(name, lambda text: text or None) or ""

    def many(self, name: str) -> tuple[str, ...]:
        """All texts of the first source that finds any, once each."""
        rule = self.rules.get(name)
        if rule is None:
            return ()
        for source in rule.sources:
            texts = self.texts(source)
            if rule.kind is Kind.URL or name == "images":
                texts = [link for link in (link_of(self.page.url, text) for text in texts) if link]
            if texts:
                self.where[name] = source.place
                return tuple(dict.fromkeys(texts))
        self._not_found(name, rule)
        return ()

    def price(self, name: str, *, currency: str) -> Decimal | None:
        """An amount; ``None`` when not found, or when the page allows two readings."""
        rule = self.rules.get(name)

        def read(text: str) -> Decimal | None:
            if rule is not None and rule.kind is Kind.FEN:
                return (
                    yuan_of_fen(int(text)) if text.isascii() and text.isdigit() and len(text) < 19 else None
                )
            amount = price_of(text, currency=currency)
            if rule is not None and rule.displayed and amount is not None and not self.page.displays(amount):
                return None
            return amount

        return self._first(name, read, of=lambda text: any(map(str.isdigit, text)))

    def currency(self, name: str) -> str:
        """ISO 4217 code; "" when not found."""
        return self._first(name, currency_of, of=lambda text: bool(currency_of(text))) or ""

    def number(self, name: str) -> Decimal | None:
        """A plain number such as a rating."""
        return self._first(name, lambda text: decimal_of(text.split()[0].split("/")[0]))

    def count(self, name: str) -> Count | None:
        """A count with its bounds."""
        return self._first(name, lambda text: count if (count := count_of(text)).low is not None else None)

    def whole(self, name: str) -> int | None:
        """A count that the page gives exactly."""
        return self._first(name, whole_number)

    def link(self, name: str) -> str:
        """An absolute address; "" when not found."""
        return self._first(name, lambda text: link_of(self.page.url, text) or None) or ""

    def moment(self, name: str) -> datetime | None:
        """A time, aware, UTC."""
        return self._first(name, lambda text: moment_of(text, zone=self.page.zone))

    def availability(self, name: str) -> Availability:
        """What the page says about stock."""
        found = self._first(
            name, lambda text: value if (value := availability_of(text)) is not Availability.UNKNOWN else None
        )
        return found or Availability.UNKNOWN

    def texts(self, source: Source) -> list[str]:
        """Squashed texts at one source, after its regular expression, without empty ones."""
        found = self._raw(source)
        if len(found) > _MOST_VALUES:
            found = found[:_MOST_VALUES]
        if source.pattern is not None:
            matches = [source.pattern.search(text[:_LONGEST_MATCHED]) for text in found]
            found = [(match[1] if match.re.groups else match[0]) or "" for match in matches if match]
        # What a query finds is squashed already.
        is_squashed = source.query is not None and source.pattern is None
        texts = [text for text in (found if is_squashed else map(squash, found)) if text]
        if source.values is not None:
            texts = [source.values[text] for text in texts if text in source.values]
        return texts[:1] if source.first else texts

    def _raw(self, source: Source) -> list[str]:
        if source.query is not None:
            is_page = self.element is self.page.root
            query = source.query
            found = self.page.anchors.find(query) if is_page else query(self.element)
            return [text_of(each) for each in found[:_MOST_VALUES]]
        if source.jsonld is not None:
            return self.page.embedded.jsonld(source.jsonld)
        if source.microdata is not None:
            return self.page.embedded.microdata(source.microdata)
        if source.meta is not None:
            return self.page.embedded.meta(source.meta)
        if source.script is not None:
            mark, _, path = source.script.partition(" > ")
            return texts_after(self.page.source, mark.strip(), path.strip())
        return [self.page.url if source.const is None else source.const]

    def _first(
        self, name: str, read: Callable[[str], T | None], *, of: Callable[[str], bool] = bool
    ) -> T | None:
        """The value of the first source that has exactly one; two different values are none."""
        rule = self.rules.get(name)
        if rule is None:
            return None
        decided: set[T] = set()
        for source in rule.sources:
            values = {read(text) for text in self.texts(source) if of(text)}
            if len(values) == 1 and (value := values.pop()) is not None:
                self.where.setdefault(name, source.place)
                if not rule.agree:
                    return value
                decided.add(value)
        if len(decided) == 1:
            return decided.pop()
        self.where.pop(name, None)
        self._not_found(name, rule)
        return None

    def _not_found(self, name: str, rule: FieldRule) -> None:
        if rule.required:
            why = f"none of {len(rule.sources)} sources gives exactly one value"
            raise ExtractionError(name, url=self.page.url, why=why)
        self.missing.append(name)
