"""Reviews against sales 销量与评价比例异常: more than sales can carry, or far from the trade's custom.

Basis: 反不正当竞争法 第九条 (catalogue, REVIEW-SALES-MISMATCH: "verified in a full copy"). Only a hint:
    customs differ
by category, so each listing is compared with its own category, and small categories are not observed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl

from detectors.base import BEIJING, FindingMaker, Sighting
from domain.finding import Finding, Signal
from rules.catalogue import Catalogue
from rules.packs import RulePacks

CODE = "REVIEW-SALES-MISMATCH"
LEAST_IN_CATEGORY = 20
_LEAST_SALES = 20
_FAR = 4.5
_LEAST_SPREAD = 0.25
_REVIEWED_WITHIN_DAYS = 15
"""Reviews of what was bought on a sale day come in for about so long after it."""
_LONGEST_PEAK_DAYS = 45
"""What lasts longer is a season, such as spring ploughing, and no sale day."""
_MOST_OPEN_SALES = 10
_REASONS = {
    "more_reviews_than_sales": "评价{reviews}条，多于页面所示销量上限{sales}，涉嫌虚构评价或混用评价",
    "too_many": (
        "评价{reviews}条，所示销量{sales}，每件销量的评价数为同类商品中位数的{times}倍，销量与评价不相称"
    ),
    "too_few": (
        "评价{reviews}条，所示销量{sales}，每件销量的评价数仅为同类商品中位数的{times}倍，"
        "销量与评价不相称，涉嫌虚构销量"
    ),
    "outgrown": (
        "{since}至{until}（已除去促销期及其后十五日）评价增加{reviews}条，同期所示销量至多增加{sales}，"
        "评价多于成交"
    ),
}


@dataclass(frozen=True, slots=True)
class SalesDetector:
    """The rule on reviews that do not fit the sales: counts in, findings out."""

    packs: RulePacks
    catalogue: Catalogue
    name: str = "sales/1"

    def findings(
        self,
        listings: pl.DataFrame,
        history: pl.DataFrame,
        *,
        peaks: Sequence[tuple[date, date]],
        seen: Mapping[str, Sighting],
    ) -> Iterator[Finding]:
        """At most one finding a listing and kind of mismatch, by listing.

        Args:
            listings: as for ``mismatches``.
            history: as for ``outgrown``.
            peaks: first and last day of each promotion.
            seen: the latest sighting of each listing.
        """
        rule = next((rule for rule in self.packs.reviews if rule.code == CODE and rule.runs), None)
        if rule is None:
            return
        least, most = int(rule.match.least_reviews.value), int(rule.match.most_evidence.value)
        refuted = "；".join(rule.falsepositives)
        maker = FindingMaker(catalogue=self.catalogue, detector=self.name)
        sightings = dict(history.group_by("listing").agg(pl.col("observation")).iter_rows())
        for row in (*_compared(listings, least), *_grown(history, peaks, least)):
            listing = row["listing"]
            if listing in seen:
                yield maker.make(
                    CODE,
                    seen[listing],
                    pack=self.packs.pack_of(CODE),
                    reason=_REASONS[row["state"]].format(**row),
                    refuted_by=refuted,
                    confidence=0.6 if row["state"] in ("more_reviews_than_sales", "outgrown") else 0.3,
                    evidence_ids=tuple(sorted(sightings.get(listing, [listing])))[:most],
                    window=row["state"],
                    signals=(
                        Signal(
                            name=f"sales.{row['state']}",
                            value=float(row["reviews"]),
                            reference=(float(row["sales"]),),
                        ),
                    ),
                )


def _compared(listings: pl.DataFrame, least: int) -> Iterator[dict[str, Any]]:
    found = mismatches(listings).join(listings, on="listing", maintain_order="left")
    odd = found.filter(
        pl.col("state").is_in(["more_reviews_than_sales", "too_many"]) & (pl.col("review_count") >= least)
        | (pl.col("state") == "too_few") & (pl.col("usual") * pl.col("sales_low") >= least)
    )
    for row in odd.sort("listing").iter_rows(named=True):
        above = row["state"] == "more_reviews_than_sales"
        times = row["ratio"] / row["usual"] if row["usual"] else 0
        yield {
            "listing": row["listing"],
            "state": row["state"],
            "reviews": row["review_count"],
            "sales": row["sales_high"] if above else row["sales_low"],
            "times": f"{times:.1f}" if times >= 1 else f"{times:.2f}",
        }


def _grown(history: pl.DataFrame, peaks: Sequence[tuple[date, date]], least: int) -> Iterator[dict[str, Any]]:
    for row in outgrown(history, peaks).iter_rows(named=True):
        if row["state"] == "outgrown" and row["reviews"] >= least:
            since, until = (row[name].astimezone(BEIJING).date() for name in ("since", "until"))
            yield {**row, "since": since, "until": until}


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


def outgrown(history: pl.DataFrame, peaks: Sequence[tuple[date, date]]) -> pl.DataFrame:
    """Whether a listing gained more reviews than it can have sold, sale days taken out.

    Args:
        history: ``listing``, ``observed_at``, ``sales_low`` and ``review_count``, a row a sighting. A count
            such as "1.2万+" is rounded down to its last digit shown, so a step of that digit is allowed for.
        peaks: first and last day of each promotion; time in them and in the fortnight after is left out,
            since reviews follow sales late.

    Returns:
        ``listing``, ``state`` (``outgrown``, ``usual`` or ``not_observed``: fewer than two sightings that can
        be compared), ``reviews`` gained, ``sales`` gained at most, ``since``, ``until``; by listing.
    """
    busy = pl.any_horizontal(
        pl.lit(value=False),
        *(
            pl.col("observed_at").is_between(_morning(first), _morning(last, 1 + _REVIEWED_WITHIN_DAYS))
            for first, last in peaks
            if (last - first).days <= _LONGEST_PEAK_DAYS
        ),
    )
    shown = history.filter(pl.col("sales_low").is_not_null() & pl.col("review_count").is_not_null())
    step = pl.max_horizontal(
        pl.when(pl.col("sales_low") % 10**power == 0).then(10**power).otherwise(1)
        for power in range(2, _MOST_OPEN_SALES)
    )
    pairs = (
        shown.sort("listing", "observed_at")
        .with_columns(
            busy.alias("busy"), pl.when(pl.col("sales_low") > 0).then(step).otherwise(1).alias("step")
        )
        .with_columns(
            pl.col("sales_low", "review_count", "observed_at", "busy")
            .shift(1)
            .over("listing")
            .name.suffix("_before")
        )
        .filter(pl.col("observed_at_before").is_not_null() & ~pl.col("busy") & ~pl.col("busy_before"))
    )
    gained = pairs.group_by("listing").agg(
        (pl.col("review_count") - pl.col("review_count_before")).sum().alias("reviews"),
        (pl.col("sales_low") - pl.col("sales_low_before")).sum().alias("gained"),
        pl.col("step").max(),
        pl.col("observed_at_before").min().alias("since"),
        pl.col("observed_at").max().alias("until"),
    )
    return (
        history.select("listing")
        .unique()
        .join(gained, on="listing", how="left")
        .with_columns((pl.col("gained") + pl.col("step")).alias("sales"))
        .select(
            "listing",
            pl.when(pl.col("reviews").is_null() | (pl.col("gained") < 0))
            .then(pl.lit("not_observed"))
            .when(pl.col("reviews") > pl.col("sales"))
            .then(pl.lit("outgrown"))
            .otherwise(pl.lit("usual"))
            .alias("state"),
            "reviews",
            "sales",
            "since",
            "until",
        )
        .sort("listing")
    )


def _morning(day: date, later: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=BEIJING) + timedelta(days=later)
