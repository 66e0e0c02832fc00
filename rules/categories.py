"""Targeted categories 重点品类, once parsed: how goods are found, what they must show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, StringConstraints

from domain.errors import SweepError
from domain.problems import Problem
from rules.written import RuleCode, Term, Text, Written, nearest


class Permit(Written):
    """A permit 行政许可 that a category asks for. Formats that were not compared with a number warn only."""

    name_zh: Text
    issuer: str = ""
    number_format: str = ""
    basis: str = ""
    exemption: str = ""
    check: Annotated[str, StringConstraints(pattern=r"^(verified|unverified)\b")]


class Category(Written):
    """A targeted category 重点品类: how to find it, what raises or lowers suspicion, what it must show."""

    code: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*$")]
    name_zh: Text
    name_en: Text
    parent: str = ""
    keywords: Annotated[tuple[Term, ...], Field(min_length=1)]
    risk_words: tuple[Term, ...] = ()
    negative_words: tuple[Term, ...] = ()
    permits: tuple[Permit, ...] = ()
    rules: tuple[RuleCode, ...] = ()
    campaign_years: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class CategoryTree:
    """The categories by code; a parent comes before its children."""

    categories: Mapping[str, Category]

    def __iter__(self) -> Iterator[Category]:
        return iter(self.categories.values())

    def __len__(self) -> int:
        return len(self.categories)

    def get(self, code: str) -> Category:
        """The category of this code.

        Raises:
            SweepError: there is none; the text names near matches.
        """
        try:
            return self.categories[code]
        except KeyError:
            raise SweepError(
                Problem.CATEGORY_UNKNOWN, code=code, near=", ".join(nearest(code, self.categories))
            ) from None

    def keywords(self, code: str) -> tuple[str, ...]:
        """Search words that find the category."""
        return self.get(code).keywords

    def descendants(self, code: str) -> tuple[Category, ...]:
        """Categories below ``code``, parents first, without itself."""
        above = {self.get(code).code}
        found = []
        for category in self:
            if category.parent in above:
                above.add(category.code)
                found.append(category)
        return tuple(found)
