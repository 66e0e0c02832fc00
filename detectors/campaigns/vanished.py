"""Reviews that disappeared or changed between two visits 评价消失或被改动.

A platform must not delete what consumers wrote about goods (电子商务法 第三十九条; catalogue,
PLATFORM-REVIEW-SYSTEM). A review counts as gone only if the later visit looked where it stood: the listing's
reviews were read to the end, or back past the review's date. Anything else is "not observed".
"""

from __future__ import annotations

import numpy as np
import polars as pl

from detectors.campaigns.bursts import share_tail

_LOW_STARS = 2


def vanished(earlier: pl.DataFrame, later: pl.DataFrame, visits: pl.DataFrame) -> pl.DataFrame:
    """Each review of the earlier visit that is gone or different in the later one.

    Args:
        earlier: ``review_id``, ``listing``, ``text``, ``stars``, ``posted_at`` as first seen.
        later: the same columns at the later visit.
        visits: one row a listing that was visited again: ``listing``, ``complete`` (all reviews were read)
            and ``oldest`` (date of the oldest review that was read, null if none carries a date).

    Returns:
        ``review_id``, ``listing``, ``stars``, ``state``: ``gone``, ``text_changed``, ``stars_changed`` or
        ``not_observed``; reviews that stayed as they were are left out.
    """
    again = later.select(
        "review_id", pl.col("text").alias("text_later"), pl.col("stars").alias("stars_later")
    )
    seen = earlier.join(
        again.with_columns(pl.lit(value=True).alias("there")), on="review_id", how="left"
    ).join(visits, on="listing", how="left")
    looked = pl.col("complete").fill_null(value=False) | (pl.col("posted_at") > pl.col("oldest")).fill_null(
        value=False
    )
    state = (
        pl.when(pl.col("there").is_null() & ~looked)
        .then(pl.lit("not_observed"))
        .when(pl.col("there").is_null())
        .then(pl.lit("gone"))
        .when(pl.col("text") != pl.col("text_later"))
        .then(pl.lit("text_changed"))
        .when(pl.col("stars") != pl.col("stars_later"))
        .then(pl.lit("stars_changed"))
    )
    return (
        seen.with_columns(state.alias("state"))
        .filter(pl.col("state").is_not_null())
        .select("review_id", "listing", "stars", "state")
        .sort("listing", "review_id")
    )


def cleaned_listings(earlier: pl.DataFrame, changes: pl.DataFrame) -> pl.DataFrame:
    """Listings that lost low-star reviews out of proportion.

    Returns:
        ``listing``, ``gone``, ``gone_low`` (one or two stars), ``low_share`` before, and ``surprise``: -log10
        of the bound on losing so many low ones by chance. Reviews vanish for honest reasons too (a buyer
        takes one back, spam is removed), but those do not choose by stars.
    """
    rated = earlier.filter(pl.col("stars").is_not_null())
    before = rated.group_by("listing").agg((pl.col("stars") <= _LOW_STARS).mean().alias("low_share"))
    gone = (
        changes.filter((pl.col("state") == "gone") & pl.col("stars").is_not_null())
        .group_by("listing")
        .agg(pl.len().alias("gone"), (pl.col("stars") <= _LOW_STARS).sum().alias("gone_low"))
    )
    table = gone.join(before, on="listing").sort("listing")
    surprise = share_tail(
        table["gone_low"].to_numpy().astype(np.int64),
        table["gone"].to_numpy().astype(np.int64),
        np.asarray(table["low_share"].to_numpy(), dtype=float),
    )
    return table.with_columns(pl.Series("surprise", surprise)).sort(
        ["surprise", "listing"], descending=[True, False]
    )
