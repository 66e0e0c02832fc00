"""Earlier prices 历史价格: what somebody saw who looked at the market before its pretended now.

One crawl sees one moment. A price watch that began a month before the promotion has seen more; this is its
notebook, in the format of ``netsword observations import``. Its times are on this machine's clock: the
pretended now is the real one, so that the notebook ends when the crawl begins.
"""

import json
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from demo.market import Market
from demo.world import Listing

VISITS = tuple(timedelta(days=day) for day in (-36, -30, -24, -6.5, -4, -2, -0.5, 1.5, 6))
"""When it was looked, from the start of the promotion."""


def history_rows(
    market: Market, platform: str, *, now: datetime, clock: datetime, categories: Collection[str] = ()
) -> Iterator[dict[str, Any]]:
    """One row a visit to a listing of ``categories``, which are all if none is given."""
    wanted = frozenset(code for each in categories for code in market.within(each))
    starts = market.vocabulary.world.promotion.starts
    moments = [starts + visit for visit in VISITS if starts + visit < now]
    for listing in market.listings.values():
        if not wanted or listing.category in wanted:
            for moment in moments:
                seen = {
                    "listing": f"{platform}:{listing.id}",
                    "observed_at": (clock - (now - moment)).isoformat(),
                }
                yield seen | _shown(listing, moment)


def _shown(listing: Listing, moment: datetime) -> dict[str, Any]:
    if not listing.stock:
        return {"title": listing.title, "available": False}
    price = listing.price_at(moment)
    shown: dict[str, Any] = {"title": listing.title, "price": str(price.asked)}
    if price.struck:
        shown |= {"list_price": str(price.struck), "list_price_label": price.label}
    return shown | ({"promotion": price.promotion} if price.promotion else {})


def write_history(rows: Iterator[dict[str, Any]], path: Path) -> None:
    """Writes the rows to ``path``, one JSON object a line."""
    with path.open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
