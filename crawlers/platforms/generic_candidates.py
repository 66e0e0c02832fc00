"""Every candidate of every field on a page of an unknown shop, with what spoke for it 候选与理由."""

from __future__ import annotations

from crawlers.platforms.generic_page import GoodsPage
from crawlers.platforms.tree import place_in

Candidate = dict[str, object]

_MOST = 8
_LONGEST = 200
_TOLD_FIELDS = (
    "title", "brand", "sku", "product_id", "gtin", "mpn", "availability", "currency", "seller", "rating",
    "review_count", "stock",
)  # fmt: skip


def candidates_of(page: GoodsPage) -> dict[str, list[Candidate]]:
    """Candidates by field, the best first: value, place, and points with their reasons, if any."""
    found: dict[str, list[Candidate]] = {"price": _prices(page)}
    found["title"] = [
        {"value": text[:_LONGEST], "place": place_in(each)} for each, text in page.headings[:_MOST]
    ]
    for name in _TOLD_FIELDS:
        seen: list[Candidate] = [
            {"value": value[:_LONGEST], "place": f"visible: {label}"}
            for label, value in page.labelled.get(name, [])
        ]
        told: list[Candidate] = [
            {"value": fact.value[:_LONGEST], "place": fact.source} for fact in page.facts.of(name)
        ]
        found[name] = [*found.get(name, []), *seen[:_MOST], *told[:_MOST]]
    return {name: each for name, each in found.items() if each}


def _prices(page: GoodsPage) -> list[Candidate]:
    seen: list[Candidate] = [
        {
            "value": str(value),
            "shown": amount.text,
            "place": f"visible: {place_in(amount.element)}",
            "points": round(points, 2),
            "reasons": [f"{reason} {each:+.2g}" for reason, each in amount.reasons],
        }
        for value, (points, amount) in list(page.votes.items())[:_MOST]
    ]
    told: list[Candidate] = [
        {"value": fact.value[:_LONGEST], "place": fact.source}
        for name in ("price", "low_price", "high_price")
        for fact in page.facts.of(name)
    ]
    return [*seen, *told[:_MOST]]
