"""What rule files are made of, once parsed: the catalogue, the rule packs, categories and promotions.

Pydantic models with ``extra="forbid"``: a typo in a rule file is an error, never a rule that silently does
nothing. Nothing here touches a file; ``rules.loader`` does.
"""

from __future__ import annotations

import difflib
import itertools
import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    model_validator,
)

from domain.errors import RulePackError, SweepError
from domain.finding import LegalBasis, Severity
from domain.problems import Problem as SweepProblem

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]
Term = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Weight = Annotated[float, Field(gt=0, lt=1)]
RuleCode = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]*(-[A-Z0-9]+)+$", max_length=40)]
Requirement = Annotated[str, StringConstraints(pattern=r"^R-\d{3}$")]
_ALTERNATIVES = re.compile(r"\(([^()]*)\)")
_MOST_SPELLINGS = 3000
MonthDay = Annotated[str, StringConstraints(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]


def expand(term: str, lists: Mapping[str, tuple[str, ...]] = MappingProxyType({})) -> list[str]:
    """Spellings that a term stands for: ``(a|b)c`` is ac and bc; ``@name`` is a list of ``rules/lists.yaml``.

    Raises:
        ValueError: brackets do not match, a list is unknown, or the spellings are too many.

    >>> expand("(代|帮)开(发|)票")
    ['代开发票', '代开票', '帮开发票', '帮开票']
    """
    if term.startswith("@"):
        if term[1:] not in lists:
            raise ValueError(f"no list {term!r} in rules/lists.yaml{near(term[1:], lists)}")
        return list(lists[term[1:]])
    if "(" not in term and ")" not in term:
        return [term]
    parts = _ALTERNATIVES.split(term)
    if any(bracket in part for part in parts[::2] for bracket in "()"):
        raise ValueError(f"brackets of {term!r} do not match")
    choices: list[list[str]] = []
    for at, part in enumerate(parts):
        options = part.split("|") if at % 2 else [part]
        choices.append(
            [word for option in options for word in (expand(option, lists) if "@" in option else [option])]
        )
        if math.prod(map(len, choices)) > _MOST_SPELLINGS:
            raise ValueError(f"{term!r} stands for more than {_MOST_SPELLINGS} spellings; use 'near'")
    return ["".join(chosen) for chosen in itertools.product(*choices)]


def _expanded(value: Any, info: ValidationInfo) -> Any:
    if not isinstance(value, list | tuple):
        return value
    found = [
        word
        for term in value
        for word in (expand(term, info.context or {}) if isinstance(term, str) else [term])
    ]
    if len(found) > len(value):
        return list(dict.fromkeys(found))
    return found


Terms = Annotated[tuple[Term, ...], BeforeValidator(_expanded)]
"""Terms as people write them; alternatives and lists are spelt out when they are read."""


class Written(BaseModel):
    """What people write: an unknown key is an error, and nothing changes after it was read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


# ---------------------------------------------------------------- catalogue


class Risk(StrEnum):
    """How often a match of the rule turns out to be innocent 误报风险."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Basis(Written):
    """One law with the articles a rule rests on 法律依据, and the days on which those numbers count."""

    law: Text
    article: Text
    valid_from: date | None = None
    valid_to: date | None = None
    check: Annotated[str, StringConstraints(pattern=r"^(verified|unverified)\b")]
    about: tuple[Text, ...] = ()
    """Beginnings of the permits' slots it is about; empty for all."""

    def speaks_of(self, slots: Collection[str]) -> bool:
        """Whether it says something on one of these permits; none given: on any."""
        return not (self.about and slots) or any(slot.startswith(self.about) for slot in slots)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValueError(f"valid_to {self.valid_to} lies before valid_from {self.valid_from}")
        return self

    @property
    def legal_basis(self) -> LegalBasis:
        """The same as a domain value, to be carried by findings."""
        return LegalBasis(
            law=self.law,
            article=self.article,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            check=self.check,
        )


class CatalogueRule(Written):
    """One code of the catalogue: what the law demands, where it says so, and how grave a breach is."""

    code: RuleCode
    name_zh: Text
    name_en: Text
    group: Text
    scope: Annotated[tuple[Text, ...], Field(min_length=1)]
    severity: Severity
    duty: Text
    basis: Annotated[tuple[Basis, ...], Field(min_length=1)]
    exceptions: tuple[Text, ...] = ()
    false_positive_risk: Risk = Risk.LOW
    transfer_to: str = ""
    """Authority to which such a lead is handed over 移送, where it is another one."""
    requirements: tuple[Requirement, ...] = ()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every rule code with its law 规则目录. Codes are permanent; ``as_of`` dates the state of the law."""

    as_of: date
    rules: Mapping[str, CatalogueRule]

    def __contains__(self, code: object) -> bool:
        return code in self.rules

    def __iter__(self) -> Iterator[CatalogueRule]:
        return iter(self.rules.values())

    def __len__(self) -> int:
        return len(self.rules)

    def get(self, code: str) -> CatalogueRule:
        """The rule of this code.

        Raises:
            RulePackError: there is none; the text names near matches.
        """
        try:
            return self.rules[code]
        except KeyError:
            raise RulePackError(f"no rule {code!r} in the catalogue{near(code, self.rules)}") from None

    def basis_on(self, code: str, day: date, slots: Collection[str] = ()) -> tuple[LegalBasis, ...]:
        """Laws and articles of ``code`` in force on ``day``; of those on permits, the ones on ``slots``."""
        bases = (basis.legal_basis for basis in self.get(code).basis if basis.speaks_of(slots))
        return tuple(basis for basis in bases if basis.holds_on(day))


# ---------------------------------------------------------------- rule packs


class Status(StrEnum):
    """Life of a rule; drafts and retired rules are checked but not run."""

    DRAFT = "draft"
    TEST = "test"
    STABLE = "stable"
    RETIRED = "retired"


class Flagged(Written):
    """A text that the rule flags, with the exact quotes in document order."""

    text: Annotated[str, StringConstraints(min_length=1)]
    quotes: tuple[Text, ...] = ()
    why: Text


class Clean(Written):
    """A near miss that the rule leaves alone, and why."""

    text: Annotated[str, StringConstraints(min_length=1)]
    why: Text


class Examples(Written):
    """The tests that a rule brings along."""

    flagged: Annotated[tuple[Flagged, ...], Field(min_length=1)]
    clean: Annotated[tuple[Clean, ...], Field(min_length=1)]


class PackRule(Written):
    """What every rule of a pack has, whatever engine runs it."""

    code: RuleCode
    status: Status
    falsepositives: Annotated[tuple[Text, ...], Field(min_length=1)]

    @property
    def runs(self) -> bool:
        """Whether detectors use it."""
        return self.status in (Status.TEST, Status.STABLE)


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
        never = set(_expanded(value["never"], info))
        lists = {
            name: [term for term in _expanded(value[name], info) if term not in never]
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


class AcceptedWord(Written):
    """A word that a person took into a rule 采纳新词: by whom and when."""

    term: Term
    rule: RuleCode
    kind: Annotated[str, StringConstraints(pattern=r"^(slang|terms)$")] = "slang"
    by: Text
    day: date
    note: str = ""


class RejectedWord(Written):
    """A word that a person looked at and left out, so that it is not proposed again 不予采纳."""

    term: Term
    by: Text
    day: date
    note: str = ""


class LocalWords(Written):
    """What people decided about new words at this installation: ``rules/local.yaml``."""

    accepted: tuple[AcceptedWord, ...] = ()
    rejected: tuple[RejectedWord, ...] = ()


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


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault in the rule files: where it is, what it is and what to do."""

    file: str
    line: int
    message: str
    code: str = ""

    def __str__(self) -> str:
        name = f"{self.code}: " if self.code else ""
        return f"{self.file}:{self.line}: {name}{self.message}"


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


TEXT_KINDS = ("prohibited", "advertising", "terms")
"""Folders under ``rules/`` whose rules run on the term engine."""


@dataclass(frozen=True, slots=True)
class RulePacks:
    """All rule packs of one version of ``rules/``."""

    prohibited: tuple[TermRule, ...] = ()
    advertising: tuple[TermRule, ...] = ()
    terms: tuple[TermRule, ...] = ()
    licence: tuple[LicenceRule, ...] = ()
    reviews: tuple[ReviewRule, ...] = ()
    pricing: tuple[PriceRule, ...] = ()
    contexts: Mapping[str, Contexts] = field(default_factory=lambda: MappingProxyType({}))
    """Folder to the innocent contexts that hold for every term rule in it."""
    disguises: Disguises = field(default_factory=lambda: Disguises())
    ordinary: OrdinaryWords = field(default_factory=lambda: OrdinaryWords())
    local: LocalWords = field(default_factory=lambda: LocalWords())
    """Words that people of this installation accepted, already in the rules, or rejected."""
    origins: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Rule code to ``file@digest``, the pack version that findings carry."""
    lines: Mapping[str, tuple[str, int]] = field(default_factory=lambda: MappingProxyType({}))
    """Rule code to file and line, for messages."""
    problems: tuple[Problem, ...] = ()
    """What was skipped, when loading was asked to skip."""
    digest: str = ""
    """SHA-256 over every pack file, in hex."""

    @property
    def every(self) -> tuple[PackRule, ...]:
        """All rules, in file order within a kind."""
        return (*self.texts(), *self.licence, *self.reviews, *self.pricing)

    def texts(self, kinds: Iterable[str] = TEXT_KINDS) -> tuple[TermRule, ...]:
        """Rules for the term engine, of these folders."""
        return tuple(rule for kind in kinds for rule in getattr(self, kind))

    def kind_of(self, code: str) -> str:
        """Folder that holds ``code``; "" for none."""
        return self.origins.get(code, "").partition("/")[0]

    def pack_of(self, code: str) -> str:
        """``file@digest`` of the pack that holds ``code``; "" for none."""
        return self.origins.get(code, "")


# ---------------------------------------------------------------- categories and promotions


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
                SweepProblem.CATEGORY_UNKNOWN, code=code, near=", ".join(nearest(code, self.categories))
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


class PromotionKind(StrEnum):
    """How a peak finds its dates."""

    SOLAR = "solar"
    LUNAR = "lunar"
    AD_HOC = "ad_hoc"


class PeakDays(Written):
    """Days of a promotion on which most is sold, both included; they may run over the turn of the year."""

    start: MonthDay
    end: MonthDay


class Promotion(Written):
    """A promotion peak 促销节点. Windows are planning defaults; a sweep's own dates override them."""

    code: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*$")]
    name_zh: Text
    kind: PromotionKind
    start: MonthDay | None = None
    end: MonthDay | None = None
    presale: MonthDay | None = None
    peak: tuple[PeakDays, ...] = ()
    """Peak days inside the window, in order; without them the whole window is the peak."""
    anchor: str = ""
    """Lunar festival that the window is counted from."""
    first_day: int = 0
    last_day: int = 0
    """Days from the anchor, both included."""
    baseline_days: Annotated[int, Field(ge=0, le=365)] = 0
    """Days before the window on which earlier prices are recorded."""
    after_days: Annotated[int, Field(ge=0, le=365)] = 0
    typical_goods: tuple[Text, ...] = ()
    note: str = ""

    @model_validator(mode="after")
    def _dates_fit_the_kind(self) -> Self:
        if self.kind is PromotionKind.SOLAR and not (self.start and self.end):
            raise ValueError("a solar peak needs start and end as MM-DD")
        if self.kind is PromotionKind.LUNAR and not (self.anchor and self.first_day <= self.last_day):
            raise ValueError("a lunar peak needs an anchor, and first_day up to last_day")
        return self


@dataclass(frozen=True, slots=True)
class Promotions:
    """Promotion peaks by code, and the lunar days they hang on, by year."""

    peaks: Mapping[str, Promotion]
    anchors: Mapping[int, Mapping[str, date]]

    def get(self, code: str) -> Promotion:
        """The peak of this code.

        Raises:
            SweepError: there is none; the text names near matches.
        """
        try:
            return self.peaks[code]
        except KeyError:
            raise SweepError(
                SweepProblem.PROMOTION_UNKNOWN, code=code, near=", ".join(nearest(code, self.peaks))
            ) from None

    def window(self, code: str, year: int) -> tuple[date, date]:
        """First and last day of the peak that starts in, or hangs on a festival of, ``year``.

        Raises:
            SweepError: the peak has no dates of its own, or the table has no lunar days for that year.
        """
        peak = self.get(code)
        if peak.kind is PromotionKind.LUNAR:
            anchor = self._anchor(peak, year)
            return anchor + timedelta(days=peak.first_day), anchor + timedelta(days=peak.last_day)
        if peak.start is None or peak.end is None:
            raise SweepError(SweepProblem.PROMOTION_DATELESS, code=code)
        # 元旦 runs over the turn of the year.
        last_year = year + (peak.end < peak.start)
        return date.fromisoformat(f"{year}-{peak.start}"), date.fromisoformat(f"{last_year}-{peak.end}")

    def peak_days(self, code: str, year: int) -> list[tuple[date, date]]:
        """First and last days of the peaks within the window that starts in ``year``.

        Raises:
            SweepError: as for ``window``.
        """
        first, last = self.window(code, year)

        def on(day: str) -> date:
            this_year = date.fromisoformat(f"{first.year}-{day}")
            return this_year if this_year >= first else date.fromisoformat(f"{first.year + 1}-{day}")

        named = [(on(days.start), on(days.end)) for days in self.get(code).peak]
        return named or [(first, last)]

    def _anchor(self, peak: Promotion, year: int) -> date:
        try:
            return self.anchors[year][peak.anchor]
        except KeyError:
            raise SweepError(SweepProblem.FESTIVAL_UNKNOWN, festival=peak.anchor, year=year) from None


def near(word: str, known: Mapping[str, object]) -> str:
    """Tail of a message: the known names that look like ``word``.

    >>> near("TOBACO", {"TOBACCO": 1})
    '; near matches: TOBACCO'
    """
    close = _close(word, known)
    return f"; near matches: {', '.join(close)}" if close else f"; known: {', '.join(list(known)[:12])} …"


def nearest(word: str, known: Mapping[str, object]) -> list[str]:
    """The known names that look like ``word``; the first dozen where none does."""
    return _close(word, known) or list(known)[:12]


def _close(word: str, known: Mapping[str, object]) -> list[str]:
    close = difflib.get_close_matches(word.upper(), list(known), n=3, cutoff=0.5)
    return close or sorted(name for name in known if word.upper() in name)[:3]
