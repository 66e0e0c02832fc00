"""Reviews for tests: a market of ordinary listings, and campaigns planted into it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl

from detectors.campaigns.columns import Reviews
from detectors.campaigns.judge import Judgement, judge
from detectors.campaigns.memory import Memory

START = datetime(2026, 1, 1, tzinfo=UTC)
_LETTERS = [chr(point) for point in range(0x4E00, 0x4E00 + 1_500)]
STOCK = ("质量很好", "物流很快", "包装不错", "客服热情", "性价比高", "值得购买")

Row = dict[str, Any]


def a_review(review_id: str, **given: Any) -> Row:
    """One review of listing L0; a test states what matters to it."""
    return {
        "review_id": review_id,
        "listing": "L0",
        "shop": "S0",
        "user": f"u-{review_id}",
        "stars": 5.0,
        "posted_at": START,
        "bought_at": None,
        "text": "",
        **given,
    }


def words(chance: np.random.Generator, count: int = 24) -> str:
    """A text that nobody else writes, but for two stock phrases."""
    own = "".join(chance.choice(_LETTERS, count))
    return (
        own[: count // 2]
        + "，"
        + str(chance.choice(STOCK))
        + "，"
        + own[count // 2 :]
        + "。"
        + str(chance.choice(STOCK))
    )


def a_market(*, listings: int = 30, each: int = 60, days: int = 300, seed: int = 1) -> list[Row]:
    """Ordinary reviews spread over ``days``: a tenth default-good, a fifth by people who review often."""
    chance = np.random.default_rng(seed)
    rows = []
    for listing in range(listings):
        for place in range(each):
            posted = START + timedelta(days=float(chance.random() * days))
            regular = chance.random() < 0.2
            rows.append(
                a_review(
                    f"m{listing}-{place}",
                    listing=f"L{listing}",
                    shop=f"S{listing // 3}",
                    user=f"regular{chance.integers(listings * each // 15)}"
                    if regular
                    else f"u{listing}-{place}",
                    stars=float(chance.choice([1, 2, 3, 4, 5], p=[0.05, 0.05, 0.1, 0.2, 0.6])),
                    posted_at=posted,
                    bought_at=posted - timedelta(days=float(2 + chance.exponential(6))),
                    text="此用户未填写评价内容" if chance.random() < 0.1 else words(chance),
                )
            )
    return rows


def at(day: float) -> datetime:
    """A moment, in days from the market's start."""
    return START + timedelta(days=day)


def judged(rows: list[Row]) -> Judgement:
    """The judgement over ``rows``."""
    return judge(Memory.of(Reviews.of(pl.DataFrame(rows, infer_schema_length=None))))


def scores(judgement: Judgement, prefix: str, family: str = "") -> np.ndarray[Any, np.dtype[np.float64]]:
    """Scores of the reviews whose id starts with ``prefix``."""
    column = f"family:{family}" if family else "score"
    return judgement.reviews.filter(pl.col("review_id").str.starts_with(prefix))[column].to_numpy()
