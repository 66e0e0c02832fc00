"""Reviews that disappeared or changed between two visits 评价消失或被改动.

A platform must not delete what consumers wrote about goods (电子商务法 第三十九条; catalogue,
PLATFORM-REVIEW-SYSTEM). A review counts as gone only if the later visit looked where it stood: the listing's
reviews were read to the end, or back past the review's date. Anything else is "not observed".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from detectors.base import FindingMaker, Sighting
from detectors.campaigns.bursts import share_tail
from domain.finding import Finding, Signal
from rules.catalogue import Catalogue
from rules.packs import RulePacks

CODE = "PLATFORM-REVIEW-SYSTEM"
_LOW_STARS = 2
_SURPRISING = 2.0
"""One in a hundred: below that the finding is weak, since buyers take reviews back too."""
_STATES = ("gone", "text_changed", "stars_changed")


@dataclass(frozen=True, slots=True)
class ChangeDetector:
    """The rule on deleted reviews 删评: two full visits of a listing in, findings out."""

    packs: RulePacks
    catalogue: Catalogue
    name: str = "vanished/1"

    def findings(
        self,
        earlier: pl.DataFrame,
        later: pl.DataFrame,
        visits: pl.DataFrame,
        *,
        seen: Mapping[str, Sighting],
    ) -> Iterator[Finding]:
        """One finding a listing and earlier visit; columns as in ``vanished``.

        Args:
            earlier: reviews of the earlier visit.
            later: reviews of the later one.
            visits: with the column ``since`` too, the day of the earlier visit, ``YYYY-MM-DD``.
            seen: the later sighting of each listing. The platform answers for what it shows, not the shop.
        """
        rule = next((rule for rule in self.packs.reviews if rule.code == CODE and rule.runs), None)
        if rule is None:
            return
        changes = vanished(earlier, later, visits).filter(pl.col("state").is_in(_STATES))
        surprise = dict(cleaned_listings(earlier, changes).select("listing", "surprise").iter_rows())
        since = dict(visits.select("listing", "since").iter_rows())
        total = dict(earlier.group_by("listing").len().iter_rows())
        low = dict(earlier.filter(pl.col("stars") <= _LOW_STARS).group_by("listing").len().iter_rows())
        maker = FindingMaker(catalogue=self.catalogue, detector=self.name)
        for part in changes.partition_by("listing", maintain_order=True):
            listing = part[0, "listing"]
            if listing not in seen or part.height < rule.match.least_reviews.value:
                continue
            gone = part.filter(pl.col("state") == "gone")
            low_gone = gone.filter(pl.col("stars") <= _LOW_STARS).height
            odd = float(surprise.get(listing, 0.0))
            made = maker.make(
                CODE,
                replace(seen[listing], shop=""),
                pack=self.packs.pack_of(CODE),
                reason=(
                    f"两次均读完该商品全部评价：{since[listing]}所见{total[listing]}条中，{gone.height}条已不再展示"
                    f"（其中一、二星{low_gone}条，当时共{low.get(listing, 0)}条），"
                    f"{part.height - gone.height}条文字或星级被改动，涉嫌删除或改动评价"
                ),
                refuted_by="；".join(rule.falsepositives),
                confidence=round(min(0.3 + 0.15 * odd, 0.9), 3),
                evidence_ids=tuple(part["review_id"].sort().to_list())[: int(rule.match.most_evidence.value)],
                window=f"changed@{since[listing]}",
                signals=(
                    _signal("gone", gone.height, total[listing]),
                    _signal("gone_low", low_gone, low.get(listing, 0)),
                    _signal("changed", part.height - gone.height, total[listing]),
                    _signal("surprise", round(odd, 2), _SURPRISING),
                ),
            )
            yield made if odd >= _SURPRISING else replace(made, weak=True)


def _signal(name: str, value: float, reference: float) -> Signal:
    return Signal(name=f"vanished.{name}", value=float(value), reference=(float(reference),))


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
