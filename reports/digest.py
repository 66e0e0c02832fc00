"""What a run, or the lack of one, has to tell those whom it concerns 监测简报: facts for mail and webhook."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.finding import Severity
from domain.run import Run
from domain.sweep import Sweep
from domain.target import Outcome, Reason
from reports.health import BLOCKED_SHARE, Health
from reports.labels import labeller, reason_name
from reports.notes import told
from reports.run_summary import RunSummary
from storage.outbox import Channel, Notice
from storage.slots import Claim, ClaimState
from storage.store import Store

LEAST_PAGES = 5
"""Fewer pages of a platform say nothing about it."""
BROKEN_SHARE = 0.1
SHOWN = 10


class FactKind(StrEnum):
    """What a fact is about."""

    BLOCKED = "blocked"
    BROKEN = "broken"
    COVERAGE = "coverage"
    CRITICAL = "critical"
    MISSED = "missed"
    ZERO = "zero"
    FAILED = "failed"
    STUCK = "stuck"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing that somebody should know, in one Chinese sentence."""

    kind: FactKind
    about: str
    sweep: str
    text: str


def facts_of_run(store: Store, summary: RunSummary, sweep: Sweep) -> list[Fact]:
    """Blocked platforms, broken adapters, coverage below the floor, and new critical findings of a run."""

    def fact(kind: FactKind, text: str) -> Fact:
        return Fact(kind=kind, about=f"run {summary.run.id}", sweep=sweep.name, text=text)

    found = (*_platform_facts(summary), *_field_facts(summary))
    facts = [fact(kind, text) for kind, text in found]
    if summary.coverage_rate < sweep.coverage_floor:
        floor = f"采集覆盖率 {summary.coverage_rate:.1%}，低于下限 {sweep.coverage_floor:.0%}"
        facts.append(fact(FactKind.COVERAGE, floor))
    critical = [
        stored
        for stored in store.findings.iterate(summary.run.id)
        if stored.first_run == summary.run.id and stored.finding.severity is Severity.CRITICAL
    ]
    if critical:
        shown = "、".join(f"{each.number} 号 {each.finding.rule}" for each in critical[:SHOWN])
        more = "等" if len(critical) > SHOWN else ""
        facts.append(fact(FactKind.CRITICAL, f"新增严重疑点 {len(critical)} 条：{shown}{more}"))
    return facts


def facts_of_claims(claims: Iterable[Claim]) -> list[Fact]:
    """Due times that were missed, and runs that could not be made."""
    return [
        Fact(
            kind=FactKind.FAILED if claim.state is ClaimState.FAILED else FactKind.MISSED,
            about=f"slot {claim.id}",
            sweep=claim.sweep,
            text=_claim_text(claim),
        )
        for claim in claims
        if claim.is_alarm
    ]


def facts_of_stuck(runs: Iterable[Run]) -> list[Fact]:
    """Runs that were taken up again and again and have not ended."""
    return [
        Fact(
            kind=FactKind.STUCK,
            about=f"run {run.id}",
            sweep=run.sweep,
            text=f"批次 {run.id} 已启动 {run.starts} 次仍未完成，需人工处理",
        )
        for run in runs
    ]


def notices(
    facts: Iterable[Fact],
    sweep: Sweep | None,
    now: datetime,
    *,
    mail: Iterable[str],
    webhooks: Iterable[object],
) -> Iterator[Notice]:
    """One notice per fact and address: the sweep's own, and those of the installation."""
    own = sweep.notify if sweep is not None else None
    addresses = {(Channel.MAIL, each) for each in (*mail, *(own.mail if own else ()))}
    hooks = map(str, (*webhooks, *(own.webhooks if own else ())))
    addresses |= {(Channel.WEBHOOK, each) for each in hooks}
    for fact in facts:
        for channel, address in sorted(addresses):
            yield Notice(
                channel=channel,
                address=address,
                about=fact.about,
                kind=fact.kind,
                sweep=fact.sweep,
                text=fact.text,
                at=now,
                due_at=now,
            )


def _platform_facts(summary: RunSummary) -> Iterator[tuple[FactKind, str]]:
    total: Counter[str] = Counter()
    blocked: Counter[str] = Counter()
    for row in summary.coverage:
        total[row.platform] += row.total
        blocked[row.platform] += row.blocked
    reasons: dict[str, list[str]] = defaultdict(list)
    unread: Counter[str] = Counter()
    for reason in summary.reasons:
        if reason.outcome is Outcome.BLOCKED:
            reasons[reason.platform].append(f"{reason_name('zh', reason.reason)} {reason.count}")
        if reason.reason == Reason.EXTRACTION:
            unread[reason.platform] += reason.count
    for platform, pages in sorted(total.items()):
        if pages < LEAST_PAGES:
            continue
        if blocked[platform] >= BLOCKED_SHARE * pages:
            why = "、".join(dict.fromkeys(reasons[platform]))
            yield FactKind.BLOCKED, f"平台 {platform} 拒绝访问 {blocked[platform]}/{pages} 页（{why}）"
        if unread[platform] >= BROKEN_SHARE * pages:
            yield FactKind.BROKEN, f"平台 {platform} 适配器失效：{unread[platform]}/{pages} 页无法解析"


def _field_facts(summary: RunSummary) -> Iterator[tuple[FactKind, str]]:
    words = labeller("zh")
    fields: dict[str, list[str]] = defaultdict(list)
    for alarm in summary.alarms:
        if alarm.health is Health.BROKEN:
            fields[alarm.platform].append(
                f"{words(alarm.kind)}“{words(alarm.field)}” {alarm.found}/{alarm.of}"
            )
        if alarm.health is Health.ZERO and alarm.is_alarm:
            yield (
                FactKind.ZERO,
                f"平台 {alarm.platform} 的搜索全部无结果（{alarm.of} 页），请核对检索词和适配器",
            )
    for platform, missing in sorted(fields.items()):
        yield FactKind.BROKEN, f"平台 {platform} 适配器字段缺失：{'、'.join(missing[:SHOWN])}"


def _claim_text(claim: Claim) -> str:
    at = f"{claim.at:%Y-%m-%d %H:%M}Z"
    if claim.state is ClaimState.FAILED:
        return f"{at} 的监测未能启动：{told('zh', claim.error)}"
    if claim.state is ClaimState.MISSED:
        return f"{at} 的监测漏跑且时段已过，共漏 {claim.missed + 1} 次"
    return f"{at} 之前漏跑 {claim.missed} 次，已合并补跑一次"
