"""``netsword detect reviews``: campaigns of fake reviews in a file; nothing is fetched or stored."""

from __future__ import annotations

import time
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer

from detectors.campaigns.columns import Reviews
from detectors.campaigns.families import LINE, Family
from detectors.campaigns.findings import CampaignDetector
from detectors.campaigns.judge import Judgement, judge
from detectors.campaigns.memory import Memory
from domain.errors import UsageError
from domain.finding import Finding
from netsword.output import emit, out, percent, say, table
from netsword.review_files import (
    ALIASES,
    columns_of,
    dropped_names,
    read_rows,
    review_lines,
    sources_of,
    write_lines,
)
from rules.loader import load_catalogue, load_packs

_SWITCHED_OFF = {
    "listing": "everything that compares one listing with others",
    "shop": "campaigns spread over a shop's listings",
    "user": "groups, one-off accounts",
    "address": "shared addresses",
    "stars": "shifts of stars, attacks",
    "posted_at": "bursts, groups",
    "bought_at": "delay from purchase to review",
    "seller_reply": "offers in replies",
}


def reviews(
    source: Annotated[
        Path, typer.Argument(metavar="IN", help="Reviews: CSV, CSV.gz or JSON lines; columns told by name.")
    ],
    target: Annotated[
        Path | None, typer.Option("--out", help="Where findings go, one JSON line each.")
    ] = None,
    scores: Annotated[
        Path | None, typer.Option(help="One JSON line a review: score, families, signals.")
    ] = None,
    drop: Annotated[list[str] | None, typer.Option(help="Column to leave out, such as ip.")] = None,
    day: Annotated[str, typer.Option(help="Day of judgement, YYYY-MM-DD; today if not given.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="The summary as JSON on stdout.")] = False,
) -> None:
    """Judges reviews together. Example: netsword detect reviews reviews.csv.gz --out findings.jsonl."""
    began = time.monotonic()
    moment = moment_of(day)
    rows = read_rows(source)
    dropped = dropped_names(drop or ())
    columns = columns_of(rows, dropped)
    say(f"{rows.height} rows read in {time.monotonic() - began:.1f} s; judging …")
    judged = judge(Memory.of(Reviews.of(columns, as_of=moment)))
    catalogue = load_catalogue()
    detector = CampaignDetector(load_packs(catalogue), catalogue)
    findings = list(detector.findings(judged, seen={}, as_of=moment))
    lines = [_shown(finding) for finding in findings]
    write_lines(scores, review_lines(judged))
    if target is not None:
        write_lines(target, lines)
    elif not as_json:
        for line in lines:
            emit(line)
    known = {*sources_of(rows)} - {*dropped}
    off = {name: why for name, why in _SWITCHED_OFF.items() if name not in known and name in ALIASES}
    summary = {**_summary(judged, findings), "not_given": off}
    if as_json:
        emit(summary)
    else:
        _print(summary)
    say(
        f"{judged.reviews.height} reviews judged, {len(findings)} findings, {time.monotonic() - began:.1f} s."
    )


def _summary(judged: Judgement, findings: list[Finding]) -> dict[str, Any]:
    over = judged.reviews.filter(pl.col("points") >= LINE)
    families = {}
    for family in Family:
        own = over.filter(pl.col("family") == family.value)
        families[family.value] = {
            "reviews": own.height,
            "listings": own["listing"].n_unique() if own.height else 0,
            "findings": sum(finding.window.startswith(f"{family.value}@") for finding in findings),
        }
    return {
        "reviews": judged.reviews.height,
        "over_the_line": over.height,
        "listings": judged.listings.height,
        "shops": judged.shops.height,
        "users": judged.users.height,
        "groups": judged.groups.height,
        "families": families,
        "defects": {name: count for name, count in sorted(judged.defects.items()) if count},
    }


def _print(summary: dict[str, Any]) -> None:
    numbers = ("reviews", "listings", "findings")
    shown = table("Campaigns 刷单炒信", "family", *numbers, right=numbers)
    for family, counts in summary["families"].items():
        shown.add_row(family, *(str(counts[name]) for name in numbers))
    out.print(shown)
    share = percent(summary["over_the_line"] / max(summary["reviews"], 1))
    say(
        f"{summary['over_the_line']} reviews over the line ({share}), {summary['groups']} groups of accounts."
    )
    for defect, count in summary["defects"].items():
        say(f"  {defect}: {count}")
    for name, why in summary["not_given"].items():
        say(f"  no {name}: nothing can be said about {why}")


def _shown(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "subject": finding.subject,
        "kind": finding.subject_kind,
        "shop": finding.shop,
        "window": finding.window,
        "confidence": finding.confidence,
        "weak": finding.weak,
        "severity": finding.severity,
        "reason": finding.reason,
        "refuted_by": finding.refuted_by,
        "basis": [f"{basis.law} {basis.article}" for basis in finding.basis],
        "evidence_ids": list(finding.evidence_ids),
        "signals": [asdict(signal) for signal in finding.signals],
        "detector": finding.detector,
        "rule_pack": finding.rule_pack,
    }


def moment_of(day: str) -> datetime:
    """Noon in China of the day whose law applies, written YYYY-MM-DD; now if none is given.

    Raises:
        UsageError: it is no day.
    """
    if not day:
        return datetime.now(UTC)
    try:
        return datetime.fromisoformat(f"{day}T12:00:00+08:00")
    except ValueError as error:
        raise UsageError(f"--day {day!r}: expected YYYY-MM-DD") from error
