"""What ends a run: corpus detectors over what it collected, then findings grouped into leads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from detectors.corpus import price_detector, review_detectors
from domain.finding import SEVERITY_WEIGHT, Finding, Lead
from domain.run import Run
from domain.sweep import Sweep
from pipelines.prices import judge_prices
from pipelines.review_corpus import ReviewHistory
from pipelines.reviews import judge_reviews
from rules.loader import load_catalogue, load_packs, load_promotions
from storage.store import Store


@dataclass(frozen=True, slots=True)
class Analysis:
    """Counts of what the analysis made."""

    findings: int
    leads: int


def analyse(store: Store, run: Run, sweep: Sweep, *, now: datetime, kept_in: Path | None = None) -> Analysis:
    """Judges the run's reviews and prices and builds its leads; doing it twice changes nothing.

    Args:
        store: where the run's items lie.
        run: the run, whose targets are all settled.
        sweep: the version of the sweep that the run started with.
        now: when the corpus is judged; it picks the version of the law.
        kept_in: directory of what earlier runs' reviews were digested to; without one all are judged anew.
    """
    catalogue = load_catalogue()
    packs, promotions = load_packs(catalogue), load_promotions()
    store.runs.amend(run.id, rule_packs=packs.digest)
    found = 0
    if reviews := review_detectors(packs, catalogue, sweep.detectors):
        history = ReviewHistory(store, kept_in)
        found += judge_reviews(store, run, sweep, reviews, promotions, now=now, history=history)
    if prices := price_detector(packs, catalogue, promotions, sweep.detectors):
        found += judge_prices(store, run.id, prices, now=now)
    findings = store.findings.of_run(run.id)
    operators = store.licences.operators({finding.shop for finding in findings if finding.shop})
    leads = leads_of(findings, sweep.campaign.code, operators)
    store.leads.save(leads)
    return Analysis(found, len(leads))


def leads_of(
    findings: list[Finding], campaign: str, operators: Mapping[str, str] | None = None
) -> list[Lead]:
    """Leads 线索: one per shop with at least one finding that is not weak.

    Args:
        findings: of one run.
        campaign: code of its campaign.
        operators: the number that each shop shows, where it shows one.
    """
    by_shop: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.shop:
            by_shop[finding.shop].append(finding)
    return [
        Lead(
            campaign=campaign,
            shop=shop,
            findings=tuple(sorted(finding.id for finding in of_shop)),
            rules=tuple(sorted({finding.rule for finding in of_shop})),
            severity=max((finding.severity for finding in of_shop), key=SEVERITY_WEIGHT.__getitem__),
            operator=(operators or {}).get(shop, ""),
        )
        for shop, of_shop in sorted(by_shop.items())
        if not all(finding.weak for finding in of_shop)
    ]
