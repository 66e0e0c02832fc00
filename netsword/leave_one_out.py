"""Leave-one-site-out 留一站点法: the generic adapter on sites that had no say in its thresholds.

For every site the thresholds are chosen anew on the pages of all other sites, and its own pages are scored
with them. The words and weights of the adapter were written by people who saw the visible captures, so even
these figures are a little kind; what they rule out is a threshold fitted to single sites.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crawlers.platforms.base import Adapter, Page
from crawlers.platforms.generic import GenericAdapter
from crawlers.platforms.generic_seen import Thresholds
from netsword.extract import predict

Capture = Mapping[str, Any]
Prediction = Mapping[str, Any]
Scored = Callable[[Sequence[Capture], Iterable[Prediction]], dict[str, Any]]

_COST_OF_WRONG = 4
"""A wrong value weighs as much as four right ones: it misleads, an undecided one costs a look."""
GRID: tuple[Thresholds, ...] = (
    Thresholds(),
    *(
        Thresholds(score=score, against_told=told, margin=margin)
        for score, told, margin in product((3.5, 4.5, 5.5), (6.0, 8.0), (0.5, 1.0))
    ),
)
"""The ones in use come first: they win a tie."""


def generic_reader(page: Page, thresholds: Thresholds | None = None) -> Adapter:
    """The generic adapter, whatever platform the page is from."""
    host = urlsplit(page.url).hostname or "unknown"
    return GenericAdapter("generic", f"https://{host}/", thresholds or Thresholds())


def leave_one_site_out(gold: Path, captures: Sequence[Capture], score: Scored) -> dict[str, Any]:
    """Figures of ``score`` with thresholds that no page of the scored site had a say in."""
    pages = [each for each in captures if each["kind"] == "product"]
    runs = [
        [predict(gold, each, partial(generic_reader, thresholds=limits)).prediction for each in pages]
        for limits in GRID
    ]
    gains = [[_gain(score([page], [found])) for page, found in zip(pages, run, strict=True)] for run in runs]
    chosen: Counter[int] = Counter()
    predicted = []
    for place, page in enumerate(pages):
        others = [number for number, each in enumerate(pages) if each["host"] != page["host"]]
        totals = [sum(gain[number] for number in others) for gain in gains]
        best = totals.index(max(totals))
        chosen[best] += 1
        predicted.append(runs[best][place])
    figures = score(pages, predicted)
    return figures | {
        "sites": len({page["host"] for page in pages}),
        "thresholds": [
            {
                "score": GRID[n].score,
                "against_told": GRID[n].against_told,
                "margin": GRID[n].margin,
                "pages": times,
            }
            for n, times in chosen.most_common()
        ],
    }


def _gain(figures: Mapping[str, Any]) -> int:
    return sum(
        int(counted["right"]) - _COST_OF_WRONG * int(counted["wrong"])
        for counted in figures["fields"].values()
    )
