"""Near-duplicate reviews 评价雷同: groups of reviews of one shop that say the same thing in the same words.

Candidates come from MinHash bands over character shingles, computed on columns; every candidate pair is
scored again exactly. Within a band a review is compared with the first of its bucket and with its neighbour,
never with all, so that a million copies of one text cost no more than a million different ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

import polars as pl
import xxhash
from rapidfuzz import fuzz

from detectors.base import FindingMaker, Sighting
from detectors.folding import fold
from domain.finding import Finding
from domain.identity import digest_of
from rules.models import Catalogue, ReviewMatch, ReviewRule, RulePacks

CODE = "REVIEW-DUPLICATE"
COLUMNS = {
    "review_id": pl.String,
    "shop": pl.String,
    "listing": pl.String,
    "text": pl.String,
    "default_text": pl.Boolean,
    "snapshot": pl.String,
}
"""Columns that are read; ``stars`` and ``posted_at`` may come along."""

# 16 bands of 3 rows: a pair that shares 60 % of its shingles meets in a band with probability 0.98, one that
# shares 20 % with 0.12 (1 - (1 - j^3)^16; Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, 3.4).
_BANDS = 16
_ROWS = 3
_SHINGLE = 3
# Enough to tell two reviews apart, and a bound on what a hostile one can cost.
_MOST_CHARACTERS = 500
_CHUNK = 20_000


@dataclass(frozen=True, slots=True)
class ReviewGroup:
    """Reviews of one shop that say the same."""

    shop: str
    review_ids: tuple[str, ...]
    """Sorted."""
    snapshots: tuple[str, ...]
    listings: int
    """How many listings they stand under."""
    text: str
    """Text of the review with the smallest id."""


@dataclass(frozen=True, slots=True)
class DuplicateDetector:
    """The near-duplicate rule with its law: reviews in, one finding a shop out."""

    packs: RulePacks
    catalogue: Catalogue
    name: str = "reviews/1"

    def findings(self, reviews: pl.DataFrame, *, observed_at: datetime) -> Iterator[Finding]:
        """Findings of every running duplicate rule; see ``duplicate_findings``."""
        for rule in self.packs.reviews:
            if rule.code == CODE and rule.runs:
                yield from duplicate_findings(
                    reviews,
                    rule=rule,
                    catalogue=self.catalogue,
                    pack=self.packs.pack_of(rule.code),
                    observed_at=observed_at,
                    detector=self.name,
                )


def duplicate_findings(
    reviews: pl.DataFrame,
    *,
    rule: ReviewRule,
    catalogue: Catalogue,
    pack: str,
    observed_at: datetime,
    detector: str = "reviews/1",
) -> Iterator[Finding]:
    """Shops with groups of near-duplicate reviews, in order of their keys.

    Args:
        reviews: one row a review, any order; columns ``review_id`` str, ``shop`` str, ``listing`` str,
            ``text`` str, ``default_text`` bool, ``snapshot`` str; ``stars`` i8 and ``posted_at``
            datetime[μs, UTC] may be there and are not needed. Rows without a shop are left out.
        rule: thresholds and default texts.
        catalogue: holds the law for the rule's code.
        pack: ``file@digest`` of the rule.
        observed_at: when the last of the reviews was seen; picks the version of the law.
        detector: ``name/version``.

    Raises:
        ValueError: a column is missing.
    """
    maker = FindingMaker(catalogue=catalogue, detector=detector)
    rows = _rows(reviews)
    totals = dict(rows.group_by("shop").len().iter_rows())
    by_shop: dict[str, list[ReviewGroup]] = defaultdict(list)
    for group in duplicate_groups(rows, rule.match):
        by_shop[group.shop].append(group)
    for shop in sorted(by_shop):
        yield _finding(maker, rule, pack, observed_at, by_shop[shop], totals[shop])


def duplicate_groups(reviews: pl.DataFrame, match: ReviewMatch) -> list[ReviewGroup]:
    """Groups of at least ``least_group`` near-duplicates, by shop, the largest first."""
    rows = _telling_rows(_rows(reviews), match)
    units = (
        rows.group_by("shop", "folded")
        .agg(pl.col("review_id").sort(), pl.col("snapshot").unique(), pl.col("listing").unique())
        .sort("shop", "folded")
        .with_row_index("unit")
    )
    texts = units["folded"].to_list()
    groups = _Unions(len(texts))
    for a, b in _candidate_pairs(units).iter_rows():
        if groups.find(a) != groups.find(b) and _is_alike(texts[a], texts[b], match.similarity.value):
            groups.join(a, b)
    return _groups(units, rows, groups.members(), int(match.least_group.value))


def _rows(reviews: pl.DataFrame) -> pl.DataFrame:
    missing = [name for name in COLUMNS if name not in reviews.columns]
    if missing:
        raise ValueError(f"reviews lack the columns {missing}; found {reviews.columns}")
    return (
        reviews.select(pl.col(name).cast(kind) for name, kind in COLUMNS.items())
        .filter(pl.col("shop").is_not_null() & (pl.col("shop") != ""))
        .sort("review_id", "snapshot")
        .unique("review_id", keep="first", maintain_order=True)
    )


def _telling_rows(rows: pl.DataFrame, match: ReviewMatch) -> pl.DataFrame:
    """Rows whose text says enough to be a copy: no default text, no short one, no boilerplate."""
    distinct = rows["text"].drop_nulls().unique()
    folded = {text: fold(text[:_MOST_CHARACTERS]) for text in distinct}
    barred = {fold(text) for text in match.default_texts}
    told = rows.filter(~pl.col("default_text").fill_null(value=False)).with_columns(
        folded=pl.col("text").replace_strict(folded, default="", return_dtype=pl.String)
    )
    told = told.filter(
        (pl.col("folded").str.len_chars() >= int(match.least_length.value))
        & ~pl.col("folded").is_in(sorted(barred))
    )
    shops = pl.col("shop").n_unique().over("folded")
    return told.filter(shops < int(match.common_shops.value))


def _is_alike(a: str, b: str, similarity: float) -> bool:
    return fuzz.ratio(a, b, score_cutoff=100 * similarity) > 0


def _candidate_pairs(units: pl.DataFrame) -> pl.DataFrame:
    """Pairs of units that meet in a band: each with the first of its bucket and with the one before it."""
    chunks = [_signatures(units[start : start + _CHUNK]) for start in range(0, max(units.height, 1), _CHUNK)]
    signed = pl.concat(chunks)
    pairs = [
        pl.DataFrame(schema={"a": pl.UInt32, "b": pl.UInt32}),
        *(_band_pairs(signed, band) for band in range(_BANDS)),
    ]
    return pl.concat(pairs).unique().sort("a", "b")


def _band_pairs(signed: pl.DataFrame, band: int) -> pl.DataFrame:
    keys = ["shop", *(f"m{band * _ROWS + row}" for row in range(_ROWS))]
    met = signed.select("unit", *keys).sort(*keys, "unit")
    unit = pl.col("unit")
    with_first = met.select(a=unit.first().over(keys), b=unit)
    with_previous = met.select(a=unit.shift(1).over(keys), b=unit).drop_nulls()
    return pl.concat([with_first, with_previous]).filter(pl.col("a") != pl.col("b"))


def _signatures(units: pl.DataFrame) -> pl.DataFrame:
    """MinHash signature of each unit: for each multiplier the least hash over the unit's shingles."""
    shingles = pl.concat(
        [
            units.select(
                "unit",
                shingle=pl.col("folded").str.slice(offset).str.extract_all(f"(?s).{{{_SHINGLE}}}"),
            )
            for offset in range(_SHINGLE)
        ]
    ).explode("shingle", empty_as_null=True)
    shingles = shingles.drop_nulls().unique()
    # Each distinct shingle is hashed once, with a hash that stays the same from release to release.
    distinct = shingles["shingle"].unique()
    hashes = pl.DataFrame(
        {"shingle": distinct, "hash": [xxhash.xxh3_64_intdigest(text.encode()) for text in distinct]},
        schema={"shingle": pl.String, "hash": pl.UInt64},
    )
    hashed = shingles.join(hashes, on="shingle")
    minima = hashed.group_by("unit").agg(
        (pl.col("hash") * pl.lit(factor, dtype=pl.UInt64)).min().alias(f"m{index}")
        for index, factor in enumerate(_factors())
    )
    return units.select("unit", "shop").join(minima, on="unit")


def _factors() -> Iterable[int]:
    # Multiplying by an odd number modulo 2^64 permutes the hashes.
    return [xxhash.xxh3_64_intdigest(b"minhash %d" % index) | 1 for index in range(_BANDS * _ROWS)]


class _Unions:
    """Union-find 并查集 over unit numbers."""

    def __init__(self, size: int) -> None:
        self._above = list(range(size))

    def find(self, unit: int) -> int:
        while self._above[unit] != unit:
            self._above[unit] = self._above[self._above[unit]]
            unit = self._above[unit]
        return unit

    def join(self, a: int, b: int) -> None:
        low, high = sorted((self.find(a), self.find(b)))
        self._above[high] = low

    def members(self) -> list[int]:
        return [self.find(unit) for unit in range(len(self._above))]


def _groups(units: pl.DataFrame, rows: pl.DataFrame, members: list[int], least: int) -> list[ReviewGroup]:
    counted = (
        units.with_columns(group=pl.Series(members, dtype=pl.UInt32))
        .group_by("group")
        .agg(
            pl.col("shop").first(),
            pl.col("review_id").explode().sort(),
            pl.col("snapshot").explode().unique().sort(),
            pl.col("listing").explode().n_unique(),
        )
        .filter(pl.col("review_id").list.len() >= least)
    )
    leaders = counted["review_id"].list.first().to_list()
    texts = dict(rows.filter(pl.col("review_id").is_in(leaders)).select("review_id", "text").iter_rows())
    found = [
        ReviewGroup(shop, tuple(ids), tuple(snapshots), listings, texts[ids[0]])
        for _, shop, ids, snapshots, listings in counted.iter_rows()
    ]
    return sorted(found, key=lambda group: (group.shop, -len(group.review_ids), group.review_ids))


def _finding(
    maker: FindingMaker,
    rule: ReviewRule,
    pack: str,
    observed_at: datetime,
    groups: list[ReviewGroup],
    total: int,
) -> Finding:
    largest = groups[0]
    count = sum(len(group.review_ids) for group in groups)
    listed = sorted(review for group in groups for review in group.review_ids)
    share = count / total
    excess = len(largest.review_ids) / rule.match.least_group.value
    return maker.make(
        rule.code,
        Sighting(
            subject=largest.shop,
            kind="shop",
            snapshot=largest.snapshots[0],
            observed_at=observed_at,
            shop=largest.shop,
        ),
        pack=pack,
        reason=(
            f"该店{total}条评价中，有{count}条分属{len(groups)}组雷同文本，"
            f"最大一组{len(largest.review_ids)}条，涉及{largest.listings}件商品，如“{largest.text[:40]}”；涉嫌虚假评价。"
        ),
        refuted_by="；".join((*maker.catalogue.get(rule.code).exceptions, *rule.falsepositives)),
        # An order for the queue, not a probability: grows with the largest group and the share of copies.
        confidence=round(min(0.9, 0.3 + 0.1 * min(excess, 3.0) + 0.3 * share), 3),
        evidence_ids=tuple(listed[: int(rule.match.most_evidence.value)]),
        window=f"{rule.code}:{_family(largest)}",
    )


def _family(group: ReviewGroup) -> str:
    """Stable name of what is repeated: the text of the group's first review."""
    return digest_of(fold(group.text[:_MOST_CHARACTERS]))[:16]
