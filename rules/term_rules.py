"""Rules for the term engine 违法用语, once parsed: words, their contexts, exceptions and disguises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import Field, ValidationInfo, model_validator

from rules.pack_rule import Examples, PackRule
from rules.written import Term, Terms, Text, Weight, Written, spelt_out


class TermField(StrEnum):
    """Texts of a listing that terms are looked for in."""

    TITLE = "title"
    DESCRIPTION = "description"
    ATTRIBUTES = "attributes_text"


class Companions(Written):
    """Weak terms, which count only where one of the companions stands in the same listing."""

    terms: Annotated[Terms, Field(min_length=1)]
    companions: Annotated[Terms, Field(min_length=1)]
    weight: Weight = 0.7


class Near(Written):
    """Two words that say nothing alone and all together when they stand close: 治疗 … 糖尿病.

    The words of ``then`` follow those of ``first`` within ``gap`` characters of the same clause; with
    ``either_order`` they may also stand before.
    """

    first: Annotated[Terms, Field(min_length=1)]
    then: Annotated[Terms, Field(min_length=1)]
    gap: Annotated[int, Field(ge=0, le=40)] = 6
    either_order: bool = False
    weight: Weight = 0.8


class Contexts(Written):
    """Words that show an innocent use 语境.

    A term does not count where one of these stands: ``before``, shortly before it in the same clause
    (谨防, 严禁); ``prefix`` and ``suffix``, directly at it (仿象牙, 手枪钻). Words in the ``title`` that say
    that the goods are another thing (图书, 玩具), and words ``anywhere`` that show a lawful sale, lower
    the score.
    """

    before: Terms = ()
    prefix: Terms = ()
    suffix: Terms = ()
    title: Terms = ()
    anywhere: Terms = ()
    categories: Terms = ()
    """Names of categories, or parts of them, whose goods are about the thing and not the thing."""

    @property
    def words(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The lists that are looked for in texts, each under its name."""
        names = ("before", "prefix", "suffix", "title", "anywhere")
        return tuple((name, getattr(self, name)) for name in names)


class LegalException(Written):
    """A named exception of the law 法定例外: its words, its source, how near to a term it must stand."""

    name: Text
    source: Text
    words: Annotated[Terms, Field(min_length=1)]
    reach: Annotated[int, Field(ge=0, le=400)] = 0
    """Characters between the words and a term, at most; 0: anywhere in the listing."""
    clean: Text
    """A listing that the exception covers."""


class Prior(Written):
    """Categories in which a term means more, or less; the effect is capped, since sellers misfile."""

    raised: tuple[Term, ...] = ()
    lowered: tuple[Term, ...] = ()


class PriceBand(Written):
    """Prices in yuan at which the terms mean what they say: dog food costs less than an air gun's 狗粮."""

    above: Annotated[float, Field(ge=0)] = 0
    below: Annotated[float, Field(gt=0)] = 1e12


class TermMatch(Written):
    """Where a term rule looks, for what, and what it leaves alone.

    ``sure`` terms mean one thing in every context but a warning; ``terms`` count alone; ``weak`` terms count
    together, three of them or with other signs; ``requires`` and ``near`` are combinations.
    """

    fields: Annotated[tuple[TermField, ...], Field(min_length=1)] = tuple(TermField)
    sure: Terms = ()
    terms: Terms = ()
    slang: Terms = ()
    """Code words 暗语, which change soonest; they count like terms."""
    foreign: Terms = ()
    """The same in English, for sellers who write it so that a Chinese word list does not see it."""
    weak: Terms = ()
    never: Terms = ()
    """Spellings that alternatives make and that mean something else; taken out of the lists above."""
    allowed: Terms = ()
    """Longer phrases that contain a term and are innocent; the longest one wins."""
    requires: tuple[Companions, ...] = ()
    near: tuple[Near, ...] = ()
    excluded: Contexts = Contexts()
    exceptions: tuple[LegalException, ...] = ()
    prior: Prior = Prior()
    price: PriceBand | None = None
    threshold: Weight = 0.6
    disguised: bool = True
    """Whether terms are also looked for by sound and behind emoji and split characters."""

    @model_validator(mode="before")
    @classmethod
    def _without_never(cls, value: Any, info: ValidationInfo) -> Any:
        if not isinstance(value, dict) or not value.get("never"):
            return value
        never = set(spelt_out(value["never"], info))
        lists = {
            name: [term for term in spelt_out(value[name], info) if term not in never]
            for name in ("sure", "terms", "slang", "foreign", "weak")
            if isinstance(value.get(name), list)
        }
        return value | lists

    @model_validator(mode="after")
    def _something_to_match(self) -> Self:
        if not any((self.sure, self.terms, self.slang, self.foreign, self.weak, self.requires, self.near)):
            raise ValueError("nothing to match: give terms, or requires with terms and companions")
        return self

    @property
    def every_term(self) -> tuple[str, ...]:
        """Whatever may be quoted."""
        groups = [group.terms for group in self.requires]
        pairs = [words for group in self.near for words in (group.first, group.then)]
        lists = (self.sure, self.terms, self.slang, self.foreign, self.weak, *groups, *pairs)
        return tuple(term for words in lists for term in words)


class TermRule(PackRule):
    """A rule for the term engine: words of a listing that show a breach 违法用语."""

    match: TermMatch
    examples: Examples


class Disguises(Written):
    """Ways to write a word without its characters 变体: each key stands for the value where it makes a term.

    ``pictures``: emoji to what they are called, most usual first. ``apart``: components side by side to the
    character taken apart 拆字. ``shapes``: characters to the one that they are mistaken for 形近字.
    """

    pictures: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    apart: Mapping[str, str] = Field(default_factory=dict)
    shapes: Mapping[str, str] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OrdinaryWords:
    """Words of ordinary text, by which a homophone is told from a word that only sounds like a term."""

    words: frozenset[str] = frozenset()
    alone: frozenset[str] = frozenset()
    """Characters that are words by themselves."""
