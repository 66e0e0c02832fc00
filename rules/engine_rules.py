"""Rules for the licence, campaign and price engines, once parsed: a code, its thresholds and its examples."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import Field, StringConstraints

from rules.pack_rule import PackRule
from rules.written import Text, Written


class LicenceExample(Written):
    """A page, as markup or as plain text, with what else its judgement rests on."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
    why: Text
    categories: tuple[Text, ...] = ()
    standalone: bool = False
    registered: tuple[dict[str, str], ...] = ()
    """Rows of the register under the headings that an import takes; without any, nothing is compared."""


class LicenceExamples(Written):
    """The tests that a licence rule brings along."""

    flagged: Annotated[tuple[LicenceExample, ...], Field(min_length=1)]
    clean: Annotated[tuple[LicenceExample, ...], Field(min_length=1)]


class LicenceRule(PackRule):
    """A rule that the licence engine judges; its words and numbers lie in ``rules/licensing/``."""

    examples: LicenceExamples


class Reason(Written):
    """A number that decides, with the reason for it."""

    value: float
    why: Text


class ReviewMatch(Written):
    """When scores of the campaign engine become a finding; each threshold with its reason."""

    least_reviews: Reason
    """Reviews over the line that make a finding; fewer are scores only."""
    most_evidence: Reason
    """Reviews listed in a finding, at most."""


class ReviewSet(Written):
    """Reviews put among ordinary ones, and why they are or are not a campaign."""

    texts: tuple[Text, ...] = ()
    """In turn; none: each review has words of its own."""
    count: Annotated[int, Field(ge=1, le=200)]
    days: Annotated[float, Field(gt=0, le=365)]
    people: Annotated[int, Field(ge=0, le=200)] = 0
    """Accounts that write on every listing; 0: every review comes from another account."""
    listings: Annotated[int, Field(ge=1, le=20)] = 1
    stars: Annotated[int, Field(ge=0, le=5)] = 5
    """0: as ordinary buyers give them."""
    why: Text


class ReviewExamples(Written):
    """The tests that a review rule brings along."""

    flagged: Annotated[tuple[ReviewSet, ...], Field(min_length=1)]
    clean: Annotated[tuple[ReviewSet, ...], Field(min_length=1)]


class ReviewRule(PackRule):
    """A rule for the campaign engine."""

    match: ReviewMatch
    examples: ReviewExamples | None = None
    """``None`` where counts or two visits show it, which no set of reviews can."""


class PriceSeen(Written):
    """One sighting of an example: ``day`` counts from the start of the promotion."""

    day: float
    price: Decimal | None = None
    list_price: Decimal | None = None
    list_price_label: str = ""
    promotion: str = ""


class PriceSeries(Written):
    """Sightings of one listing, and why they are or are not a breach."""

    seen: Annotated[tuple[PriceSeen, ...], Field(min_length=1)]
    why: Text


class PriceExamples(Written):
    """The tests that a price rule brings along."""

    flagged: Annotated[tuple[PriceSeries, ...], Field(min_length=1)]
    clean: Annotated[tuple[PriceSeries, ...], Field(min_length=1)]


class PriceRule(PackRule):
    """A rule for the price engine, whose figures are the law's and stand beside the articles in its code."""

    examples: PriceExamples
