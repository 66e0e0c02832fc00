"""Targets: the units that a run visits, and what can become of them.

State machine, moved by compare-and-set in the store::

    planned ──lease──> leased ──items stored──> parsed ──judged──> done
       ^                 │  │
       └──retry later────┘  └──> failed(reason) | blocked(reason)

A lease that expires, in ``leased`` or in ``parsed``, may be taken by any crawl process. The fetch itself has
no state of its own in the store: until its items are stored, a fetched page has to be fetched again after a
crash anyway.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.identity import canonical_url, digest_of


class PageKind(StrEnum):
    """What a page is, and so which method of an adapter reads it."""

    SEARCH = "search"
    LISTING = "listing"
    SHOP = "shop"
    REVIEWS = "reviews"
    LICENCE = "licence"


class TargetState(StrEnum):
    """See the module docstring."""

    PLANNED = "planned"
    LEASED = "leased"
    PARSED = "parsed"
    DONE = "done"
    FAILED = "failed"
    BLOCKED = "blocked"


OPEN_STATES = (TargetState.PLANNED, TargetState.LEASED, TargetState.PARSED)
FINAL_STATES = (TargetState.DONE, TargetState.FAILED, TargetState.BLOCKED)


class Outcome(StrEnum):
    """What a visit came to 采集结果, as coverage counts it. Blocked, broken, gone, empty: four things."""

    READ = "read"
    EMPTY = "empty"
    GONE = "gone"
    BROKEN = "broken"
    BLOCKED = "blocked"
    UNREACHED = "unreached"
    """The run's page budget was used up before 未及采集."""
    PENDING = "pending"


class Reason(StrEnum):
    """Why a target was not read; the word that coverage shows."""

    EMPTY = "empty"
    GONE = "gone"
    ROBOTS = "robots"
    CAPTCHA = "captcha"
    LOGIN = "login"
    RATE_LIMITED = "rate_limited"
    FORBIDDEN = "forbidden"
    PRIVATE_ADDRESS = "private_address"
    OFF_SITE = "off_site"
    REDIRECTS = "redirects"
    HTTP_ERROR = "http_error"
    TIMEOUT = "timeout"
    CONNECTION = "connection"
    TRUNCATED = "truncated"
    TOO_LARGE = "too_large"
    NOT_HTML = "not_html"
    EXTRACTION = "extraction"
    NO_BROWSER = "no_browser"
    """The page has to be rendered, and there is no Chromium that starts."""
    CRASHED = "crashed"
    """The browser gave up on the page while it was rendered."""
    MEMORY = "memory"
    """The page wanted more memory than a rendered page gets."""
    BUDGET = "budget"
    CANCELLED = "cancelled"
    FAULT = "fault"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One unit to visit 采集目标, with its place in the sample.

    ``inclusion_probability`` is the chance that the design had of drawing this unit (0 < p <= 1); ``None``
    for pages that the design does not sample, such as search pages, and where the frame could not say.
    """

    run: str
    url: str
    kind: PageKind
    platform: str
    host: str
    stratum: str = ""
    inclusion_probability: float | None = None
    seed: int | None = None
    """Seed of the draw that put this target into the sample."""
    subject: str = ""
    """Key of the subject that the page is about, where known before the visit."""
    shop: str = ""
    """Key of the shop that the page belongs to, where known: a review page need not name it."""
    category: str = ""
    position: int = 0
    """Order of leasing: smaller first."""
    state: TargetState = TargetState.PLANNED
    reason: str = ""
    attempts: int = 0
    """Recorded tries that ended in a retry; a lease that a crash cut short is not one."""
    lease: str = ""
    snapshot: str = ""

    @property
    def id(self) -> str:
        """hash(run, canonical URL, page kind)."""
        return digest_of(self.run, canonical_url(self.url), self.kind)

    @property
    def outcome(self) -> Outcome:
        """What the visit came to, as coverage counts it."""
        return outcome_of(self.state, self.reason)


_FAILURES: dict[str, Outcome] = {Reason.GONE: Outcome.GONE, Reason.BUDGET: Outcome.UNREACHED}


def outcome_of(state: TargetState, reason: str) -> Outcome:
    """What a state and its reason count as in coverage.

    >>> outcome_of(TargetState.FAILED, Reason.GONE)
    <Outcome.GONE: 'gone'>
    """
    if state is TargetState.DONE:
        return Outcome.EMPTY if reason == Reason.EMPTY else Outcome.READ
    if state is TargetState.BLOCKED:
        return Outcome.BLOCKED
    if state is TargetState.FAILED:
        return _FAILURES.get(reason, Outcome.BROKEN)
    return Outcome.PENDING


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameUnit:
    """One result card: a unit of the sampling frame 抽样框, before it is drawn or not."""

    run: str
    url: str
    platform: str
    stratum: str
    category: str
    subject: str
    title: str = ""
    price: str = ""
    shop: str = ""
    shop_url: str = ""
    rank: int = 0
    """Place in the result list, 1 first."""
    seen_at: datetime | None = None
    excluded_by: str = ""
    """Negative word 排除词 of the sweep in the title, for which the unit is out of the frame."""
    seller_age: str = ""
    """Class of the seller's age 开店时间, given once when the frame is complete; "": none is needed."""
    risk: float | None = None
    """Risk score 风险评分 of the card, given once when the frame is complete; ``None``: none is needed."""

    @property
    def key(self) -> str:
        """The unit whatever the run: the same frame and seed give the same sample in every run."""
        return self.subject or canonical_url(self.url)

    @property
    def id(self) -> str:
        """hash(run, stratum, subject or canonical URL): what two searches of a stratum found is one unit."""
        return digest_of(self.run, self.stratum, self.key)
