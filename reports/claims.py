"""What the platforms say they have 平台报告的结果数, for each stratum of a run's frame."""

from __future__ import annotations

from crawlers.sampling.frame import Claim
from storage.store import Store


def claims_of(store: Store, run: str) -> dict[str, Claim | None]:
    """By stratum the results reported and shown; ``None`` unless every search of it says a number."""
    return {
        row.stratum: Claim(reported=row.reported, shown=row.cards) if 0 < row.searches == row.saying else None
        for row in store.pages.searches(run)
    }
