"""Reviewer groups 刷评团伙: users who keep turning up together on the same listings in the same days.

Two users meet when both review a listing within ``TOGETHER_DAYS``; meetings in one shop within one week count
once, since a basket bought together is reviewed together. How often a pair would meet by chance follows from
the number of reviews of each (a degree-preserving null); the surprise is the Poisson tail. One pair is two
friends; a group is a user with several such partners. Each review looks at a bounded number of neighbours in
time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from detectors.campaigns.bursts import Calendar, poisson_tail
from detectors.campaigns.columns import DAY, Bools, Floats, Longs, Reviews, counts_by
from detectors.campaigns.copies import joined

TOGETHER_DAYS = 5.0
_NEIGHBOURS = 24
_STRONG = 3.0
_MEETINGS = {"one": pl.Int32, "other": pl.Int32, "one_row": pl.Int64, "other_row": pl.Int64}


@dataclass(frozen=True, slots=True)
class Companions:
    """Per review: ``partners`` that are met elsewhere too, their mean ``surprise``, ``group`` or -1."""

    partners: Longs
    surprise: Floats
    group: Longs

    def of_rows(self, rows: Longs) -> Companions:
        """The same for ``rows`` only."""
        return Companions(self.partners[rows], self.surprise[rows], self.group[rows])


def companions(reviews: Reviews, calendar: Calendar, *, scope: Bools | None = None) -> Companions:
    """Partners of every review, or of the reviews in ``scope``."""
    size = len(reviews)
    partners, surprise, group = (
        np.zeros(size, dtype=np.int64),
        np.zeros(size),
        np.full(size, -1, dtype=np.int64),
    )
    met, chance = _meetings(reviews, calendar, scope)
    if met.is_empty():
        return Companions(partners, surprise, group)
    strong = _strong_pairs(reviews, met, chance)
    met = met.join(strong, on=["one", "other"], how="inner")
    if met.is_empty():
        return Companions(partners, surprise, group)
    seen = pl.concat(
        [
            met.select(pl.col("one_row").alias("row"), pl.col("other").alias("partner"), "surprise"),
            met.select(pl.col("other_row").alias("row"), pl.col("one").alias("partner"), "surprise"),
        ]
    )
    per_row = seen.group_by("row").agg(pl.col("partner").n_unique(), pl.col("surprise").mean()).sort("row")
    rows = per_row["row"].to_numpy()
    partners[rows], surprise[rows] = per_row["partner"].to_numpy(), per_row["surprise"].to_numpy()
    group[rows] = _groups(reviews, strong)[reviews.user[rows]]
    return Companions(partners, surprise, group)


def _meetings(reviews: Reviews, calendar: Calendar, scope: Bools | None) -> tuple[pl.DataFrame, float]:
    # Users with one review meet nobody twice, so only the others are looked at.
    busy = np.append(counts_by(reviews.user, len(reviews.users)) >= 2, False)
    order = calendar.rows
    known = (reviews.user[order] >= 0) & busy[reviews.user[order]]
    rows, key = order[known], calendar.key[known]
    user = reviews.user[rows]
    if scope is not None:
        marked = np.zeros(len(reviews.users), dtype=bool)
        marked[reviews.user[scope & (reviews.user >= 0)]] = True
        wanted = marked[user]
    ones, others = [], []
    window = round(TOGETHER_DAYS * DAY)
    left = np.arange(len(rows))
    for step in range(1, _NEIGHBOURS + 1):
        left = left[left + step < len(rows)]
        left = left[key[left + step] - key[left] <= window]
        if not len(left):
            break
        pick = left if scope is None else left[wanted[left] | wanted[left + step]]
        pick = pick[user[pick] != user[pick + step]]
        ones.append(rows[pick])
        others.append(rows[pick + step])
    if not ones:
        return pl.DataFrame(schema=_MEETINGS), 0.0
    one, other = np.concatenate(ones), np.concatenate(others)
    swap = reviews.user[one] > reviews.user[other]
    one, other = np.where(swap, other, one), np.where(swap, one, other)
    met = pl.DataFrame(
        {"one": reviews.user[one], "other": reviews.user[other], "one_row": one, "other_row": other}
    )
    looked = len(rows) if scope is None else max(int(wanted.sum()), 1)
    among_busy = 2 * len(one) / (looked * max(len(rows), 1))
    return met, min(among_busy, _chance_of_all(calendar, window))


def _chance_of_all(calendar: Calendar, window: int) -> float:
    # Share of all pairs of reviews that lie together: in a small corpus a group is most of those who come
    # back, and would pass for chance among them.
    key = calendar.key
    pairs = np.searchsorted(key, key + window, side="right") - np.arange(len(key)) - 1
    return float(2 * pairs.sum() / max(len(key), 1) ** 2)


def _strong_pairs(reviews: Reviews, met: pl.DataFrame, chance: float) -> pl.DataFrame:
    row = met["one_row"].to_numpy()
    occasion = reviews.shop[row].astype(np.int64)
    occasion = np.where(occasion >= 0, occasion, -1 - reviews.listing[row].astype(np.int64))
    counted = (
        met.select(
            "one",
            "other",
            pl.Series("listing", reviews.listing[row]),
            pl.struct(pl.Series("shop", occasion), pl.Series("week", reviews.day[row] // 7)).alias(
                "occasion"
            ),
        )
        .filter(pl.len().over("one", "other") >= 2)
        .group_by("one", "other")
        .agg(pl.min_horizontal(pl.col("occasion").n_unique(), pl.col("listing").n_unique()).alias("times"))
        .filter(pl.col("times") >= 2)
        .sort("one", "other")
    )
    degree = counts_by(reviews.user, len(reviews.users))
    expected = degree[counted["one"].to_numpy()] * degree[counted["other"].to_numpy()] * chance
    surprise = poisson_tail(counted["times"].to_numpy().astype(np.int64), expected)
    return counted.with_columns(pl.Series("surprise", surprise)).filter(pl.col("surprise") >= _STRONG)


def _groups(reviews: Reviews, strong: pl.DataFrame) -> Longs:
    one, other = (strong[end].to_numpy().astype(np.int64) for end in ("one", "other"))
    component = joined(one, other, len(reviews.users))
    # A group goes by its first user, whichever part of the corpus was looked at.
    named: Longs = np.unique(component, return_index=True)[1].astype(np.int64)[component]
    return named
