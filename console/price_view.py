"""The price history behind a finding 价格走势: what was asked before, during and after a promotion."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from console.desk import Desk
from detectors.pricing.cases import Case, Promotion
from detectors.pricing.history import Comparison, History, Sight, histories
from detectors.pricing.windows import promotions_in
from domain.finding import Finding

MOST_ROWS = 60
"""Rows of the table, the latest ones; the chart has them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceView:
    """What the price section shows."""

    rows: tuple[Sight, ...]
    """Latest first."""
    total: int
    evidence: frozenset[str]
    sku: str
    promotion: Promotion | None
    reference: Decimal | None
    why_no_reference: str
    compared: Comparison | None
    left_out: tuple[tuple[str, int], ...]
    imported: int
    chart: str
    """JSON: ``t`` and ``band`` in Unix seconds; ``price``, ``list`` and ``reference`` in yuan or null."""


def price_view(desk: Desk, finding: Finding) -> PriceView | None:
    """The prices of the listing that ``finding`` is about; ``None`` where it does not rest on prices."""
    evidence = frozenset(finding.evidence_ids)
    if not evidence or not finding.detector.startswith("pricing/"):
        return None
    known = list(histories(desk.store.observations.frame(finding.subject)))
    if not known:
        return None
    history = max(known, key=lambda one: (sum(sight.id in evidence for sight in one.sights), one.sku == ""))
    name = finding.window.partition("@")[2]
    promotions = [one for one in promotions_in(history, desk.promotions) if name and one.name == name]
    promotion = promotions[0] if promotions else None
    case = Case.of(history, promotion) if promotion else None
    return PriceView(
        rows=history.sights[: -MOST_ROWS - 1 : -1],
        total=len(history.sights),
        evidence=evidence,
        sku=history.sku,
        promotion=promotion,
        reference=case.reference.price if case else None,
        why_no_reference=case.reference.why_not if case else "",
        compared=case.compared if case else None,
        left_out=tuple(sorted(history.defects.items())),
        imported=sum(bool(sight.source) for sight in history.sights),
        chart=json.dumps(_chart(history, promotion, case.reference.price if case else None)),
    )


def _chart(history: History, promotion: Promotion | None, reference: Decimal | None) -> dict[str, object]:
    sights = history.sights
    return {
        "t": [int(sight.at.timestamp()) for sight in sights],
        "price": [_number(sight.real_price if sight.available else None) for sight in sights],
        "list": [_number(sight.list_price) for sight in sights],
        "reference": _number(reference),
        "band": [_second(promotion.start), _second(promotion.end)] if promotion else None,
    }


def _number(price: Decimal | None) -> float | None:
    return None if price is None else float(price)


def _second(moment: datetime) -> int:
    return int(moment.timestamp())
