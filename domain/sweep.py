"""A sweep 专项监测, as an officer writes it: one schema for YAML, console form and command line."""

from __future__ import annotations

from datetime import date, datetime, time
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AnyHttpUrl, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from domain.cadence import AnyCadence, Cadence, DaySpan, PeakCadence
from domain.problems import Problem

__all__ = ["Cadence", "DaySpan", "PeakCadence"]

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
CODE_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"
Code = Annotated[str, StringConstraints(pattern=CODE_PATTERN)]
Keyword = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]


class _Written(BaseModel):
    """What people write: a typo is an error, and nothing changes after it was read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class DesignKind(StrEnum):
    """Sampling designs 抽样设计 that can be asked for; ``docs/sampling.md`` says which one when."""

    CENSUS = "census"
    SIMPLE_RANDOM = "simple_random"
    SYSTEMATIC = "systematic"
    STRATIFIED = "stratified"
    TWO_STAGE = "two_stage"
    PPS = "pps"
    POISSON = "poisson"
    RISK_BANDS = "risk_bands"
    ADAPTIVE = "adaptive"


class Allocation(StrEnum):
    """How a stratified sample is shared out among strata 样本分配."""

    PROPORTIONAL = "proportional"
    EQUAL = "equal"
    NEYMAN = "neyman"


class Cut(StrEnum):
    """What strata are divided by besides platform and category 分层变量."""

    PRICE = "price"
    SHOP_SIZE = "shop_size"
    SELLER_AGE = "seller_age"
    """As far as earlier visits know it."""


Rate = Annotated[float, Field(ge=0, le=1)]


class SamplingDesign(_Written):
    """How units are drawn from the frame; the seed makes the draw repeatable."""

    kind: DesignKind = DesignKind.STRATIFIED
    size: int = Field(default=600, ge=1, le=1_000_000)
    allocation: Allocation = Allocation.PROPORTIONAL
    seed: int = Field(default=1, ge=0, lt=2**63)
    cuts: tuple[Cut, ...] = Field(default=(), description="finer strata, for 'stratified' and 'adaptive'")
    prior_rates: dict[str, Rate] = Field(
        default_factory=dict, description="violation rate expected per stratum, for 'neyman'"
    )
    per_shop: int = Field(default=5, ge=1, le=1000, description="listings a shop, for 'two_stage' and 'pps'")
    floor: float = Field(
        default=0.3, gt=0, le=1, description="share of the sample that is spread evenly, whatever the risk"
    )
    score_auc: float = Field(
        default=0.85,
        ge=0.5,
        lt=1,
        description="how well the risk score separates, for 'poisson', 'risk_bands'",
    )
    pilot: float = Field(default=0.5, gt=0, lt=1, description="share of the first wave, for 'adaptive'")

    @model_validator(mode="after")
    def _neyman_needs_rates(self) -> Self:
        stratified = self.kind is DesignKind.STRATIFIED
        if stratified and self.allocation is Allocation.NEYMAN and not self.prior_rates:
            raise Problem.NEYMAN_WITHOUT_RATES.in_schema()
        return self


class Phase(DaySpan):
    """A phase of a campaign 行动阶段, such as 动员部署, 集中检查, 督查总结; phases may overlap."""

    name: Name


class Campaign(_Written):
    """The campaign 专项行动 that a sweep belongs to; every figure can be cut by it."""

    code: Code
    name: Name
    document_number: str = Field(default="", max_length=200)
    region: str = Field(default="", max_length=200)
    year: int | None = Field(default=None, ge=2000, le=2100)
    start: date | None = None
    end: date | None = None
    deadline: date | None = Field(default=None, description="day on which the report 总结 is due")
    phases: tuple[Phase, ...] = Field(default=(), max_length=20)

    @model_validator(mode="after")
    def _dates_agree(self) -> Self:
        if self.start and self.end and self.end < self.start:
            raise Problem.CAMPAIGN_BACKWARDS.in_schema(end=self.end, start=self.start)
        for phase in self.phases:
            if (self.start and phase.start < self.start) or (self.end and phase.end > self.end):
                raise Problem.PHASE_OUTSIDE.in_schema(phase=phase.name, start=phase.start, end=phase.end)
        names = [phase.name for phase in self.phases]
        if twice := [name for name in names if names.count(name) > 1]:
            raise Problem.PHASE_TWICE.in_schema(phase=twice[0])
        if self.deadline and self.start and self.deadline < self.start:
            raise Problem.DEADLINE_EARLY.in_schema(deadline=self.deadline, start=self.start)
        return self

    def phases_on(self, day: date) -> tuple[str, ...]:
        """Names of the phases that a day lies in, in the order they are written."""
        return tuple(phase.name for phase in self.phases if day in phase)


class LocalCategory(_Written):
    """A category of a region's own 各地特点商品, beside those of the category tree."""

    code: Code
    name: Name
    keywords: Annotated[tuple[Keyword, ...], Field(min_length=1, max_length=100)]


class CohortFindings(StrEnum):
    """Which findings put a listing into a cohort."""

    CONFIRMED = "confirmed"
    OPEN = "open"
    """Not decided yet, or decided as unsure or escalated."""
    ANY = "any"
    """All but the rejected ones."""


class Cohort(_Written):
    """Flagged listings of earlier runs, visited again 定向跟踪: still up, gone, put up again, price moved."""

    of: Code = Field(description="name of a sweep, or code of a campaign")
    findings: CohortFindings = CohortFindings.CONFIRMED
    rules: tuple[Code, ...] = Field(default=(), max_length=100, description="only these rules")
    size: int = Field(default=1_000, ge=1, le=100_000, description="listings at most, latest flagged first")


MailAddress = Annotated[
    str,
    StringConstraints(
        pattern=r"^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*$", max_length=254
    ),
]


class Notify(_Written):
    """Whom the digest 监测简报 of a sweep concerns."""

    mail: tuple[MailAddress, ...] = Field(default=(), max_length=20)
    webhooks: tuple[AnyHttpUrl, ...] = Field(default=(), max_length=10)


class PlatformScope(_Written):
    """A platform or site to visit, and where it is reached."""

    platform: Code
    base_url: AnyHttpUrl
    adapter: Code = Field(default="profile", description="adapter module, or 'profile' for a site profile")
    profile: str = Field(default="", description="name of a bundled site profile, or path of a YAML file")
    operator_name: str = Field(
        default="", max_length=200, description="who runs the platform: its licence is not a shop's"
    )
    operator_code: str = Field(default="", max_length=30, description="its unified social credit code")

    @model_validator(mode="after")
    def _a_profile_adapter_needs_a_profile(self) -> Self:
        if self.adapter == "profile" and not self.profile:
            raise Problem.PROFILE_MISSING.in_schema()
        return self


class Politeness(_Written):
    """Limits per host. ``robots_authority`` records the authority under which robots.txt is not obeyed."""

    delay_s: float = Field(default=1.0, ge=0, le=3600)
    concurrency: int = Field(default=2, ge=1, le=64)
    obey_robots: bool = True
    robots_authority: str = ""

    @model_validator(mode="after")
    def _robots_needs_authority(self) -> Self:
        if not self.obey_robots and not self.robots_authority:
            raise Problem.ROBOTS_WITHOUT_AUTHORITY.in_schema()
        return self


class Window(_Written):
    """The days on which a sweep may run, both included."""

    start: date
    end: date
    promotion: str = Field(
        default="", max_length=64, description="code of the promotion peak, such as DOUBLE11"
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end < self.start:
            raise Problem.WINDOW_BACKWARDS.in_schema(end=self.end, start=self.start)
        return self


class Budget(_Written):
    """Upper bounds of one run."""

    pages: int = Field(default=5_000, ge=1, le=10_000_000)
    search_pages: int = Field(default=500, ge=1, le=1_000_000)
    review_pages: int = Field(default=1, ge=0, le=100, description="review pages per listing")
    hours: float | None = Field(
        default=None, gt=0, le=240, description="wall time of a crawl; else the setting crawl_timeout_s"
    )


class Sweep(_Written):
    """What an officer asks for: platforms, categories, design, budget, window, detectors, politeness.

    What is looked for is the pack 品类包 of a campaign year (``category_pack``: every category of
    ``rules/categories.yaml`` that the year's notice names), with ``categories`` of the tree and
    ``local_categories`` added. A sweep with a ``cohort`` visits that instead, without a frame or a draw.
    """

    name: Code
    title: Name
    campaign: Campaign
    platforms: Annotated[tuple[PlatformScope, ...], Field(min_length=1, max_length=100)]
    categories: Annotated[tuple[Code, ...], Field(default=(), max_length=100)]
    category_pack: int | None = Field(
        default=None, ge=2000, le=2100, description="campaign year whose categories are all swept"
    )
    local_categories: tuple[LocalCategory, ...] = Field(default=(), max_length=50)
    keywords: dict[Code, tuple[Keyword, ...]] = Field(
        default_factory=dict, description="search words per category, in place of those of the category tree"
    )
    variants: dict[Keyword, tuple[Keyword, ...]] = Field(
        default_factory=dict, description="other spellings of a search word, searched for beside it"
    )
    negative_words: dict[Code, tuple[Keyword, ...]] = Field(
        default_factory=dict,
        description="per category: a result whose title has one of them is out of the frame, and counted",
    )
    start_urls: tuple[AnyHttpUrl, ...] = Field(default=(), description="listing pages to visit as they are")
    design: SamplingDesign = SamplingDesign()
    budget: Budget = Budget()
    window: Window | None = None
    cadence: AnyCadence = Cadence.ONCE
    time_of_day: time = Field(default=time(0), description="when it is due, Asia/Shanghai")
    working_days_only: bool = Field(
        default=False, description="not on holidays and free days; a weekly or later run moves to the next"
    )
    cohort: Cohort | None = None
    detectors: tuple[Code, ...] = ("licence", "prohibited", "advertising", "terms", "reviews", "pricing")
    politeness: Politeness = Politeness()
    private_hosts: tuple[str, ...] = Field(
        default=(), description="hosts on private or loopback addresses that this sweep may visit"
    )
    coverage_floor: float = Field(default=0.8, ge=0, le=1)
    owner: str = Field(default="", max_length=200)
    notify: Notify = Notify()

    @model_validator(mode="after")
    def _something_to_look_for(self) -> Self:
        asked = self.categories or self.category_pack or self.local_categories or self.start_urls
        if self.cohort and asked:
            raise Problem.COHORT_NOT_ALONE.in_schema()
        if not asked and not self.cohort:
            raise Problem.NOTHING_TO_LOOK_FOR.in_schema()
        return self

    @model_validator(mode="after")
    def _words_have_a_category(self) -> Self:
        local = [category.code for category in self.local_categories]
        if len(local) != len(set(local)) or set(local) & set(self.categories):
            raise Problem.CODE_TWICE.in_schema()
        # Which categories a year's pack has is known to the category tree: the planner checks them.
        if self.category_pack is None:
            for problem, words in (
                (Problem.KEYWORDS_WITHOUT_CATEGORY, self.keywords),
                (Problem.NEGATIVE_WITHOUT_CATEGORY, self.negative_words),
            ):
                unknown = set(words) - {*self.categories, *local}
                if unknown:
                    raise problem.in_schema(codes=", ".join(sorted(unknown)))
        return self

    @model_validator(mode="after")
    def _a_time_without_a_zone(self) -> Self:
        if self.time_of_day.tzinfo is not None:
            raise Problem.TIME_WITH_ZONE.in_schema()
        if isinstance(self.cadence, PeakCadence) and not self.promotion:
            raise Problem.PEAK_WITHOUT_PROMOTION.in_schema()
        return self

    @property
    def usual_cadence(self) -> Cadence:
        """The cadence away from any peak."""
        return self.cadence.usual if isinstance(self.cadence, PeakCadence) else self.cadence

    @property
    def promotion(self) -> str:
        """Code of the promotion peak that the cadence follows or the window is named after; may be empty."""
        of_window = self.window.promotion if self.window else ""
        return (isinstance(self.cadence, PeakCadence) and self.cadence.promotion) or of_window


class StoredSweep(BaseModel):
    """A version of a sweep in the store; a run keeps the version it started with."""

    model_config = ConfigDict(frozen=True)

    sweep: Sweep
    version: int
    saved_at: datetime
    paused: bool = False
    resumed_at: datetime | None = None
    """When a pause last ended: due times before it were not missed but left out."""
