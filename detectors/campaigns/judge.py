"""A corpus of reviews judged 刷单炒信研判: scores per review, user, listing, shop and group."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import polars as pl

from detectors.campaigns import families
from detectors.campaigns.columns import Floats, Ints, Reviews
from detectors.campaigns.families import Family
from detectors.campaigns.memory import Memory
from detectors.campaigns.signals import Signals, Standards, measure, measure_night

_TOP = 5
"""Reviews that carry the score of a listing or shop: one odd review makes no campaign."""
TOP_OF_USER = 2


@dataclass(frozen=True, slots=True)
class Judgement:
    """Scores 0..1 of everything that was judged; 0.5 is the line.

    ``reviews``: review_id, listing, shop, user, points, score, family, and one column ``family:NAME`` (score)
    a family. ``listings``/``shops``/``users``: key, score, flagged (reviews over the line), reviews.
    ``groups``: group, users, listings, reviews, first, last (Unix seconds), review_ids. Rows of ``reviews``
    are ``signals.rows`` of ``memory``.
    """

    memory: Memory
    standards: Standards
    signals: Signals
    points: dict[Family, dict[str, Floats]]
    reviews: pl.DataFrame
    listings: pl.DataFrame
    shops: pl.DataFrame
    users: pl.DataFrame
    groups: pl.DataFrame

    @property
    def defects(self) -> Counter[str]:
        """What was wrong with the rows as they came, by kind."""
        return self.memory.reviews.defects

    def signals_of(self, row: int) -> dict[str, float]:
        """Points of every signal of a review, ``family.signal``; zeros are left out."""
        return {
            f"{family}.{name}": round(float(values[row]), 3)
            for family, parts in self.points.items()
            for name, values in parts.items()
            if values[row] >= 0.0005
        }


def judge(memory: Memory) -> Judgement:
    """Judges all rows of ``memory``."""
    standards = Standards.of(memory)
    return judged_by(memory, standards, measure(memory, standards))


def judge_night(memory: Memory, *, since: int, standards: Standards) -> Judgement:
    """Judges the rows from ``since`` on, and the earlier ones that they bear on, by known standards.

    Scores of all other rows stay what they were.
    """
    signals, grown = measure_night(memory, standards, since)
    return judged_by(memory, grown, signals)


def points_of(signals: Signals) -> Floats:
    """Points of each review that was measured, all families together."""
    totals = families.totals(families.family_points(signals))
    return families.overall(totals, families.profile(signals))


def judged_by(memory: Memory, standards: Standards, signals: Signals) -> Judgement:
    """The judgement on the rows that ``signals`` are of."""
    points = families.family_points(signals)
    totals = families.totals(points)
    overall = families.overall(totals, families.profile(signals))
    reviews, rows = memory.reviews, signals.rows
    stacked = np.stack([totals[family] for family in Family])
    names = np.array([family.value for family in Family])
    table = pl.DataFrame(
        {
            "review_id": reviews.ids.gather(rows),
            "listing": _named(reviews.listing[rows], reviews.listings),
            "shop": _named(reviews.shop[rows], reviews.shops),
            "user": _named(reviews.user[rows], reviews.users),
            "points": overall,
            "score": families.score(overall),
            "family": np.where(stacked.max(axis=0) > 0, names[stacked.argmax(axis=0)], ""),
        }
    ).with_columns(pl.Series(f"family:{family}", families.score(totals[family])) for family in Family)
    return Judgement(
        memory=memory,
        standards=standards,
        signals=signals,
        points=points,
        reviews=table,
        listings=level(reviews.listing[rows], reviews.listings, overall),
        shops=level(reviews.shop[rows], reviews.shops, overall),
        users=level(reviews.user[rows], reviews.users, overall, top=TOP_OF_USER),
        groups=_groups(reviews, signals),
    )


def _named(codes: Ints, names: pl.Series) -> pl.Series:
    if names.is_empty():
        return pl.Series([None] * len(codes), dtype=pl.String)
    return names.gather(pl.Series(codes.astype(np.int64)).replace(-1, None))


def level(codes: Ints, names: pl.Series, points: Floats, *, top: int = _TOP) -> pl.DataFrame:
    """Scores of subjects: the mean of each one's strongest reviews, highest first.

    Args:
        codes: subject of each review, -1 for none.
        names: key of each code.
        points: of each review.
        top: reviews that carry a score.
    """
    scored = (
        pl.LazyFrame({"code": codes, "points": points})
        .filter(pl.col("code") >= 0)
        .group_by("code")
        .agg(
            pl.col("points").top_k(top).sort().mean(),
            (pl.col("points") >= families.LINE).sum().alias("flagged"),
            pl.len().alias("reviews"),
        )
        .with_columns((1 - 2 ** (-pl.col("points") / families.LINE)).alias("score"))
        .collect()
    )
    keyed = scored.with_columns(names.gather(scored["code"]).alias("key"))
    return keyed.select("key", "points", "flagged", "reviews", "score").sort(
        ["points", "key"], descending=[True, False]
    )


def _groups(reviews: Reviews, signals: Signals) -> pl.DataFrame:
    chosen = np.flatnonzero(signals.company.partners >= 2)
    rows = signals.rows[chosen]
    return (
        pl.DataFrame(
            {
                "group": signals.company.group[chosen],
                "user": reviews.user[rows],
                "listing": reviews.listing[rows],
                "posted": reviews.posted[rows],
                "review_id": reviews.ids.gather(rows),
            }
        )
        .group_by("group")
        .agg(
            pl.col("user").n_unique().alias("users"),
            pl.col("listing").n_unique().alias("listings"),
            pl.len().alias("reviews"),
            pl.col("posted").min().alias("first"),
            pl.col("posted").max().alias("last"),
            pl.col("review_id").sort().alias("review_ids"),
        )
        .filter(pl.col("users") >= 3)
        .sort(["reviews", "first"], descending=[True, False])
    )
