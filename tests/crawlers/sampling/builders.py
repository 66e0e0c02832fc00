"""Frames and visited samples for tests, with defaults for what a test does not care about."""

from __future__ import annotations

import numpy as np

from crawlers.sampling.estimators import Estimate, Sampled
from crawlers.sampling.layouts import Columns, GroupLayout
from domain.sweep import Sweep
from domain.target import FrameUnit


def a_frame(strata: dict[str, int], shops: int = 7, price: str = "", title: str = "") -> list[FrameUnit]:
    return [
        FrameUnit(
            run="r",
            url=f"http://h/{stratum}/{n}",
            platform="p",
            stratum=stratum,
            category=stratum,
            subject=f"p:{stratum}{n}",
            shop=f"p:s{n % shops}",
            shop_url=f"http://h/s{n % shops}",
            rank=n + 1,
            price=price,
            title=title,
        )
        for stratum, total in strata.items()
        for n in range(total)
    ]


def a_sweep(**design) -> Sweep:
    return Sweep.model_validate(
        {
            "name": "s",
            "title": "t",
            "campaign": {"code": "c", "name": "c"},
            "platforms": [{"platform": "p", "base_url": "http://h", "adapter": "p"}],
            "categories": ["FOOD"],
            "design": design,
        }
    )


def some_columns(
    shops: list[int], strata: list[int] | None = None, rates: list[float] | None = None
) -> Columns:
    total = len(shops)
    return Columns(
        strata=np.array(strata or [0] * total),
        shops=np.array(shops),
        places=np.arange(total),
        rates=np.array(rates or [1.0] * total),
        stratum_names=tuple(f"s{code}" for code in range(max(strata or [0]) + 1)),
    )


def a_visit(rows, violating, judged=None, classes=None) -> Sampled:
    rows = np.array(rows, dtype=np.int64)
    return Sampled(
        rows=rows,
        judged=np.ones(rows.size, dtype=bool) if judged is None else np.array(judged, dtype=bool),
        violating=np.array(violating, dtype=bool),
        classes=np.zeros(rows.size, dtype=np.int64) if classes is None else np.array(classes),
    )


def strata_visited(totals: list[int], drawn: list[int], hits: list[int]) -> tuple[GroupLayout, Sampled]:
    """Strata of which so many units were drawn and judged, and so many of those violate."""
    groups = np.repeat(np.arange(len(totals)), totals)
    layout = GroupLayout.of(groups, drawn)
    rows = np.concatenate([members[:n] for members, n in zip(layout.members, drawn, strict=True)])
    violating = np.concatenate([np.arange(n) < x for n, x in zip(drawn, hits, strict=True)])
    return layout, a_visit(rows, violating, classes=groups[rows])


def an_estimate(hits: int, n: int, low: float, high: float) -> Estimate:
    return Estimate(
        prevalence=hits / n,
        low=low,
        high=high,
        standard_error=0.0,
        hajek=hits / n,
        frame=10**9,
        drawn=n,
        judged=n,
        hits=hits,
        effective_size=n,
        uncovered=0.0,
    )
