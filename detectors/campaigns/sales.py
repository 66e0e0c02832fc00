"""Reviews against sales 销量与评价比例异常: more than sales can carry, or far from the trade's custom.

Basis: 反不正当竞争法 第九条 (catalogue, REVIEW-SALES-MISMATCH: "verified in a full copy"). Only a hint:
    customs differ
by category, so each listing is compared with its own category, and small categories are not observed.
"""

from __future__ import annotations

import numpy as np
import polars as pl

LEAST_IN_CATEGORY = 20
_LEAST_SALES = 20
_FAR = 4.5
_LEAST_SPREAD = 0.25


def mismatches(listings: pl.DataFrame) -> pl.DataFrame:
    """How each listing's reviews stand to its sales.

    Args:
        listings: one row a listing: ``listing`` str, ``category`` str, ``sales_low`` int and ``sales_high``
            int (bounds of the count as shown, null above an open end), ``review_count`` int,
            ``default_share`` float or null.

    Returns:
        ``listing``, ``state`` (``more_reviews_than_sales``, ``too_many``, ``too_few``, ``usual`` or
        ``not_observed``), ``ratio`` (reviews per sale), ``usual`` (median of the category) and ``distance``
        in robust standard deviations (1.4826 times the median absolute deviation; Hampel, 1974, JASA 69) of
        the logarithm.
    """
    known = listings.with_columns(
        (pl.col("review_count") + 1).log().sub((pl.col("sales_low") + 1).log()).alias("log"),
    ).with_columns(
        pl.when((pl.col("sales_low") >= _LEAST_SALES) & pl.col("review_count").is_not_null())
        .then(pl.col("log"))
        .alias("log")
    )
    judged = (
        known.with_columns(
            pl.col("log").median().over("category").alias("middle"),
            pl.col("log").count().over("category").alias("peers"),
        )
        .with_columns((pl.col("log") - pl.col("middle")).abs().median().over("category").alias("spread"))
        .with_columns(
            (pl.col("log") - pl.col("middle"))
            .truediv(pl.max_horizontal(1.4826 * pl.col("spread"), pl.lit(_LEAST_SPREAD)))
            .alias("distance")
        )
    )
    impossible = pl.col("review_count") > pl.col("sales_high")
    unknown = pl.col("log").is_null() | (pl.col("peers") < LEAST_IN_CATEGORY)
    return judged.select(
        "listing",
        pl.when(impossible)
        .then(pl.lit("more_reviews_than_sales"))
        .when(unknown)
        .then(pl.lit("not_observed"))
        .when(pl.col("distance") >= _FAR)
        .then(pl.lit("too_many"))
        .when(pl.col("distance") <= -_FAR)
        .then(pl.lit("too_few"))
        .otherwise(pl.lit("usual"))
        .alias("state"),
        pl.col("log").exp().alias("ratio"),
        pl.col("middle").exp().alias("usual"),
        pl.col("distance").fill_null(np.nan),
    )
