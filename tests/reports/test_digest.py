"""A digest tells what somebody has to do something about, and nothing else."""

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.finding import Finding, Severity
from domain.run import Run, RunState
from domain.target import Outcome, PageKind
from reports.digest import FactKind, facts_of_claims, facts_of_run, notices
from reports.health import RESULTS, FieldHealth, Health
from reports.run_summary import CoverageRow, ReasonRow, RunSummary
from storage.outbox import Channel
from storage.slots import Claim, ClaimState
from storage.store import Store
from tests.builders import a_sweep

pytestmark = pytest.mark.mongo

NOW = datetime(2026, 11, 11, 15, 0, tzinfo=UTC)
RUN = Run(
    id="R1", sweep="weekly", sweep_version=1, campaign="c", state=RunState.FINISHED, seed=1, started_at=NOW
)
NONE = {"read": 0, "empty": 0, "gone": 0, "broken": 0, "blocked": 0, "unreached": 0, "pending": 0}


def a_summary(*reasons: ReasonRow, alarms: tuple[FieldHealth, ...] = (), **outcomes: int) -> RunSummary:
    row = CoverageRow(platform="lingang", kind=PageKind.LISTING, **NONE | outcomes)
    return RunSummary(
        run=RUN, coverage=(row,), reasons=reasons, rules=(), strata=(), alarms=alarms, snapshots=0, leads=0
    )


def a_reason(outcome: Outcome, reason: str, count: int) -> ReasonRow:
    return ReasonRow(platform="lingang", kind=PageKind.LISTING, outcome=outcome, reason=reason, count=count)


@pytest.mark.parametrize(
    ("outcomes", "reasons", "kinds"),
    [
        ({"read": 100}, [], []),
        ({"read": 81, "blocked": 19}, [(Outcome.BLOCKED, "captcha", 19)], []),
        ({"read": 80, "blocked": 20}, [(Outcome.BLOCKED, "captcha", 20)], [FactKind.BLOCKED]),
        ({"read": 91, "broken": 9}, [(Outcome.BROKEN, "extraction", 9)], []),
        ({"read": 90, "broken": 10}, [(Outcome.BROKEN, "extraction", 10)], [FactKind.BROKEN]),
        ({"read": 90, "broken": 10}, [(Outcome.BROKEN, "timeout", 10)], []),
        ({"read": 79, "broken": 21}, [(Outcome.BROKEN, "timeout", 21)], [FactKind.COVERAGE]),
        ({"blocked": 4, "read": 16}, [(Outcome.BLOCKED, "robots", 4)], [FactKind.BLOCKED]),
    ],
)
def test_platforms_and_coverage(store: Store, outcomes, reasons, kinds):
    summary = a_summary(*(a_reason(*reason) for reason in reasons), **outcomes)
    facts = facts_of_run(store, summary, a_sweep())
    assert [fact.kind for fact in facts] == kinds


def test_field_that_an_adapter_no_longer_finds_is_told(store: Store) -> None:
    def a_field(name: str, health: Health) -> FieldHealth:
        return FieldHealth(
            platform="lingang",
            kind=PageKind.LISTING,
            field=name,
            found=1,
            of=50,
            expected=0.9,
            blocked=0,
            health=health,
        )

    fields = (a_field("price", Health.BROKEN), a_field("brand", Health.ZERO))
    [fact] = facts_of_run(store, a_summary(read=50, alarms=fields), a_sweep())
    assert fact.kind is FactKind.BROKEN
    assert "商品信息“价格” 1/50" in fact.text


def test_searches_that_bring_up_nothing_any_more_are_told(store: Store) -> None:
    nothing = FieldHealth(
        platform="lingang",
        kind=PageKind.SEARCH,
        field=RESULTS,
        found=0,
        of=6,
        expected=1.0,
        blocked=0,
        health=Health.ZERO,
    )
    [fact] = facts_of_run(store, a_summary(empty=6, alarms=(nothing,)), a_sweep())
    assert (fact.kind, "6 页" in fact.text) == (FactKind.ZERO, True)


def test_only_critical_findings_that_are_new_are_told(store: Store) -> None:
    def a_finding(subject: str, severity: Severity) -> Finding:
        return Finding(
            rule="PG-1", subject=subject, subject_kind="listing", snapshot="s", observed_at=NOW,
            window="w", severity=severity,
        )  # fmt: skip

    store.findings.save([a_finding("p:old", Severity.CRITICAL)], "R0")
    store.findings.save([a_finding("p:old", Severity.CRITICAL), a_finding("p:new", Severity.CRITICAL)], "R1")
    store.findings.save([a_finding("p:low", Severity.LOW)], "R1")
    [fact] = facts_of_run(store, a_summary(read=10), a_sweep())
    assert fact.kind is FactKind.CRITICAL
    assert "1 条：2 号 PG-1" in fact.text


def test_missed_due_times_are_told_to_everybody_once(store: Store) -> None:
    def a_claim(key: str, **changes: Any) -> Claim:
        return Claim(sweep="weekly", key=key, at=NOW, run="R1", owner="", claimed_at=NOW, **changes)

    claims = [a_claim("a"), a_claim("b", missed=3), a_claim("c", state=ClaimState.MISSED)]
    facts = facts_of_claims(claims)
    assert [(fact.kind, fact.about) for fact in facts] == [
        (FactKind.MISSED, "slot weekly@b"),
        (FactKind.MISSED, "slot weekly@c"),
    ]
    sweep = a_sweep(notify={"mail": ["a@example.org"], "webhooks": ["https://hook.example.org/x"]})
    told = list(notices(facts, sweep, NOW, mail=["ops@example.org", "a@example.org"], webhooks=[]))
    assert [(each.channel, each.address) for each in told[:3]] == [
        (Channel.MAIL, "a@example.org"),
        (Channel.MAIL, "ops@example.org"),
        (Channel.WEBHOOK, "https://hook.example.org/x"),
    ]
    assert store.outbox.put(told) == 6
    assert store.outbox.put(told) == 0
