"""A sweep 专项监测, as an officer writes it: one schema for YAML, console form and command line."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AnyHttpUrl, BaseModel, ConfigDict, Field, StringConstraints, model_validator

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
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
            raise ValueError("allocation: neyman needs prior_rates: the violation rate expected per stratum")
        return self


class Campaign(_Written):
    """The campaign 专项行动 that a sweep belongs to; every figure can be cut by it."""

    code: Code
    name: Name
    document_number: str = ""
    region: str = ""


class PlatformScope(_Written):
    """A platform or site to visit, and where it is reached."""

    platform: Code
    base_url: AnyHttpUrl
    adapter: Code = Field(default="profile", description="adapter module, or 'profile' for a site profile")
    profile: str = Field(default="", description="name of a bundled site profile, or path of a YAML file")

    @model_validator(mode="after")
    def _a_profile_adapter_needs_a_profile(self) -> Self:
        if self.adapter == "profile" and not self.profile:
            raise ValueError("name an adapter, or give a site profile with 'profile: …'")
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
            raise ValueError("obey_robots: false needs robots_authority: the document that allows it")
        return self


class Window(_Written):
    """The days on which a sweep may run, both included."""

    start: date
    end: date
    promotion: str = Field(default="", description="code of the promotion peak, such as DOUBLE11")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end < self.start:
            raise ValueError(f"the window ends ({self.end}) before it starts ({self.start})")
        return self


class Budget(_Written):
    """Upper bounds of one run."""

    pages: int = Field(default=5_000, ge=1, le=10_000_000)
    search_pages: int = Field(default=500, ge=1, le=1_000_000)
    review_pages: int = Field(default=1, ge=0, le=100, description="review pages per listing")


class Cadence(StrEnum):
    """How often a sweep is due within its window."""

    ONCE = "once"
    DAILY = "daily"
    WEEKLY = "weekly"


class Sweep(_Written):
    """What an officer asks for: platforms, categories, design, budget, window, detectors, politeness."""

    name: Code
    title: Name
    campaign: Campaign
    platforms: Annotated[tuple[PlatformScope, ...], Field(min_length=1, max_length=100)]
    categories: Annotated[tuple[Code, ...], Field(default=(), max_length=100)]
    keywords: dict[Code, tuple[Keyword, ...]] = Field(
        default_factory=dict, description="search words per category, in place of those of the category tree"
    )
    start_urls: tuple[AnyHttpUrl, ...] = Field(default=(), description="listing pages to visit as they are")
    design: SamplingDesign = SamplingDesign()
    budget: Budget = Budget()
    window: Window | None = None
    cadence: Cadence = Cadence.ONCE
    detectors: tuple[Code, ...] = ("licence", "prohibited", "advertising", "terms", "reviews")
    politeness: Politeness = Politeness()
    private_hosts: tuple[str, ...] = Field(
        default=(), description="hosts on private or loopback addresses that this sweep may visit"
    )
    coverage_floor: float = Field(default=0.8, ge=0, le=1)
    owner: str = ""

    @model_validator(mode="after")
    def _something_to_look_for(self) -> Self:
        if not self.categories and not self.start_urls:
            raise ValueError("nothing to look for: name categories, or start_urls")
        unknown = set(self.keywords) - set(self.categories)
        if unknown:
            raise ValueError(f"keywords for categories the sweep does not name: {sorted(unknown)}")
        return self


class StoredSweep(BaseModel):
    """A version of a sweep in the store; a run keeps the version it started with."""

    model_config = ConfigDict(frozen=True)

    sweep: Sweep
    version: int
    saved_at: datetime
    paused: bool = False
