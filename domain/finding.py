"""Findings, leads and decisions: what is suspected, how it groups, and what a person said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.identity import digest_of
from domain.licence import LicenceProof


class Severity(StrEnum):
    """Weight of a breach if it is confirmed 严重程度, from the catalogue."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


SEVERITY_WEIGHT = {Severity.CRITICAL: 100, Severity.HIGH: 75, Severity.MEDIUM: 50, Severity.LOW: 25}


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalBasis:
    """Law and article 法律依据, in Chinese as promulgated, with the days on which that version counts."""

    law: str
    article: str
    valid_from: date | None = None
    valid_to: date | None = None
    check: str = ""
    """How the article number was checked; empty means not checked."""

    def holds_on(self, day: date) -> bool:
        """Whether this version of the law was in force on ``day``."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Half-open ``[start, end)`` in code points of ``field`` as stored; ``quote`` is what stands there."""

    field: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One measured thing that a corpus finding rests on 信号, so that a person can check it."""

    name: str
    """What was measured, such as ``burst_template.rush``; the guides say what it means."""
    value: float
    reference: tuple[float, ...] = ()
    """What the value is held against: of reviews the values that 50, 90 and 99 % of the ordinary ones do not
    exceed; of prices the lawful yardstick."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A suspected violation 违法疑点 of one rule by one subject, with the characters that show it."""

    rule: str
    subject: str
    subject_kind: str
    """``listing``, ``shop`` or ``review``."""
    snapshot: str
    observed_at: datetime
    """When the snapshot was taken: the only "now" that a detector knows."""
    spans: tuple[Span, ...] = ()
    evidence_ids: tuple[str, ...] = ()
    """Sorted ids of the reviews, prices or listings that show a corpus finding."""
    window: str = ""
    """Campaign window and family of a corpus finding, else ""."""
    signals: tuple[Signal, ...] = ()
    """What a corpus finding measured, the weightiest first."""
    basis: tuple[LegalBasis, ...] = ()
    severity: Severity = Severity.MEDIUM
    confidence: float = 1.0
    weak: bool = False
    """For a person to look at; alone it never makes a lead."""
    shop: str = ""
    """Key of the shop that answers for the subject; "" when not known."""
    reason: str = ""
    """One sentence in Chinese: what was seen. Facts only; 涉嫌 is the strongest word."""
    refuted_by: str = ""
    """What would show that this is no breach."""
    detector: str = ""
    rule_pack: str = ""
    licence: LicenceProof | None = None
    """What shows a fault of a licence display; ``None`` for findings of other kinds."""

    @property
    def id(self) -> str:
        """Stable key: the same fault on the same subject keeps it across snapshots."""
        proof = "\x1f".join(sorted({f"{span.field}={span.quote}" for span in self.spans})) or self.window
        return digest_of(self.rule, self.subject, proof)

    @property
    def rank(self) -> float:
        """Place in the queue before age and repetition are known: severity times confidence, 0..100."""
        return SEVERITY_WEIGHT[self.severity] * self.confidence * (0.5 if self.weak else 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """All findings on one shop in one campaign 线索, the unit that is handed over."""

    campaign: str
    shop: str
    findings: tuple[str, ...]
    rules: tuple[str, ...]
    severity: Severity
    operator: str = ""
    """Key of the operator that the shop was proved to be of 经营主体: leads with one are one case."""

    @property
    def id(self) -> str:
        """hash(campaign, shop)."""
        return digest_of(self.campaign, self.shop)


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorCase:
    """The leads on all shops of one operator in one campaign 主体案件, on whatever platforms."""

    campaign: str
    operator: str
    shops: tuple[str, ...]
    findings: tuple[str, ...]
    rules: tuple[str, ...]
    severity: Severity


def operator_cases(leads: Iterable[Lead]) -> list[OperatorCase]:
    """What leads come to per campaign and operator, by campaign; leads without an operator are left out."""
    grouped: dict[tuple[str, str], list[Lead]] = {}
    for lead in leads:
        if lead.operator:
            grouped.setdefault((lead.campaign, lead.operator), []).append(lead)
    return [
        OperatorCase(
            campaign=campaign,
            operator=operator,
            shops=tuple(sorted({lead.shop for lead in of_one})),
            findings=tuple(sorted({each for lead in of_one for each in lead.findings})),
            rules=tuple(sorted({each for lead in of_one for each in lead.rules})),
            severity=max((lead.severity for lead in of_one), key=SEVERITY_WEIGHT.__getitem__),
        )
        for (campaign, operator), of_one in sorted(grouped.items())
    ]


class Verdict(StrEnum):
    """What an analyst can say about a finding."""

    CONFIRM = "confirm"
    REJECT = "reject"
    UNSURE = "unsure"
    ESCALATE = "escalate"
    WITHDRAW = "withdraw"
    """Takes back the latest decision on the same finding 撤销; the one before it counts again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person decided 研判 about a rule on a subject: who, when, why."""

    rule: str
    subject: str
    finding: str
    verdict: Verdict
    decided_by: str
    decided_at: datetime
    reason: str = ""
    """Reason code of a rejection; the console blueprint lists them."""
    comment: str = ""
