"""The truth file 真值: what was planted where, one JSON object a line; only an evaluation reads it.

    {"rule": "PG-SPY", "subject": "lingang:610000396", "kind": "listing", "field": "title", "quote": "…"}
    {"lookalike_of": "PG-SPY", "subject": "lingang:610000533", "kind": "listing", "field": "title", …}

``field`` is ``title``, ``description`` or empty (a shop, its reviews, its prices); ``quote`` is text that the
page shows, or empty where something is absent. Two keys come only where they apply: ``evidence_ids``, the
reviews that show it, and ``fault``, the planned fault that keeps a crawler from the subject's page.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from demo.faults import Fault, FaultPlan
from demo.market import Market
from demo.world import Plant


def truth_rows(market: Market, platform: str, plan: FaultPlan) -> Iterator[dict[str, Any]]:
    """One row per plant, in the order of planting."""
    for plant in market.plants:
        row: dict[str, Any] = {
            "lookalike_of" if plant.lookalike else "rule": plant.rule,
            "subject": f"{platform}:{plant.subject}",
            "kind": plant.kind,
            "field": plant.field,
            "quote": plant.quote,
        }
        if plant.evidence_ids:
            row["evidence_ids"] = list(plant.evidence_ids)
        fault = _hidden_by(plant, plan)
        yield row | ({"fault": str(fault)} if fault else {})


def _hidden_by(plant: Plant, plan: FaultPlan) -> Fault | None:
    if plant.kind == "listing":
        return plan.of_listing(plant.subject)
    fault = plan.shops.get(plant.subject)
    # A login wall stands before a shop's items and their reviews; the shop's own page stays open.
    return fault if fault is Fault.ERROR or plant.evidence_ids else None


def write_truth(rows: Iterable[dict[str, Any]], path: Path) -> None:
    """Writes the rows to ``path``."""
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_text("".join(lines), encoding="utf-8")
