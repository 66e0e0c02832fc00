"""Review columns 评价数据列: what the store hands over, checked once, as arrays in one canonical order."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

NO_TIME = np.iinfo(np.int64).min
DAY = 86_400
BEIJING_OFFSET = 8 * 3_600
_LONGEST_TEXT = 2_000
_OPTIONAL = {
    "shop": pl.String,
    "user": pl.String,
    "address": pl.String,
    "stars": pl.Float64,
    "default_text": pl.Boolean,
    "seller_reply": pl.String,
}


@dataclass(frozen=True, slots=True)
class Reviews:
    """Reviews as arrays, sorted by listing, time and id within one frame, whatever its row order.

    Codes number the distinct keys of a column; -1 is "not given". Times are Unix seconds, ``NO_TIME`` if not
    given; stars 0 if not given. ``defects`` counts what was wrong with the rows as they came.
    """

    ids: pl.Series
    listing: Ints
    shop: Ints
    user: Ints
    address: Ints
    stars: NDArray[np.int8]
    posted: Longs
    bought: Longs
    default: Bools
    text: pl.Series
    reply: pl.Series
    listings: pl.Series
    shops: pl.Series
    users: pl.Series
    addresses: pl.Series
    defects: Counter[str] = field(default_factory=Counter)

    def __len__(self) -> int:
        return len(self.listing)

    @property
    def timed(self) -> Bools:
        """Rows with a usable time of posting."""
        found: Bools = self.posted != NO_TIME
        return found

    @property
    def day(self) -> Longs:
        """Beijing day number of each review; meaningless where ``timed`` is false."""
        days: Longs = (np.where(self.timed, self.posted, 0) + BEIJING_OFFSET) // DAY
        return days

    @property
    def calendar(self) -> Longs:
        """Row numbers by listing, then time; rows without a time are left out."""
        rows = np.flatnonzero(self.timed)
        found: Longs = rows[np.lexsort((self.posted[rows], self.listing[rows]))]
        return found

    def followed_by(self, later: Reviews) -> Reviews:
        """These rows, then those of ``later``: row numbers and codes of the first stay what they were."""
        merged: dict[str, Any] = {}
        for code, book in (
            ("listing", "listings"),
            ("shop", "shops"),
            ("user", "users"),
            ("address", "addresses"),
        ):
            codes, names = _recoded(getattr(self, book), getattr(later, book), getattr(later, code))
            merged[code], merged[book] = np.concatenate((getattr(self, code), codes)), names
        for name in ("stars", "posted", "bought", "default"):
            merged[name] = np.concatenate((getattr(self, name), getattr(later, name)))
        for name in ("ids", "text", "reply"):
            merged[name] = pl.concat((getattr(self, name), getattr(later, name)), rechunk=False)
        return Reviews(**merged, defects=self.defects + later.defects)

    @classmethod
    def of(cls, frame: pl.DataFrame, *, as_of: datetime | None = None) -> Reviews:
        """Checks and sorts ``frame``.

        Args:
            frame: one row a review, any order. ``review_id`` str and ``text`` str; where known ``listing``,
                ``shop``, ``user``, ``address`` str, ``stars`` number, ``posted_at`` and ``bought_at``
                datetime (without a zone: read as Beijing time, and counted), ``default_text`` bool,
                ``seller_reply`` str.
            as_of: aware; reviews dated more than a day later are from the future: kept, but without a time.
        """
        defects: Counter[str] = Counter()
        frame = _completed(frame)
        frame = _without_repeats(frame, defects)
        frame = _with_sound_values(frame, defects, as_of)
        frame = frame.sort("listing", "posted_at", "review_id", nulls_last=True)
        codes = {name: _coded(frame[name]) for name in ("listing", "shop", "user", "address")}
        stars = frame["stars"].fill_null(0).cast(pl.Int8).to_numpy()
        return cls(
            ids=frame["review_id"],
            listing=codes["listing"][0],
            shop=codes["shop"][0],
            user=codes["user"][0],
            address=codes["address"][0],
            stars=stars,
            posted=frame["posted_at"].fill_null(NO_TIME).to_numpy(),
            bought=frame["bought_at"].fill_null(NO_TIME).to_numpy(),
            default=frame["default_text"].to_numpy(),
            text=frame["text"],
            reply=frame["seller_reply"],
            listings=codes["listing"][1],
            shops=codes["shop"][1],
            users=codes["user"][1],
            addresses=codes["address"][1],
            defects=defects,
        )


def _completed(frame: pl.DataFrame) -> pl.DataFrame:
    absent = [
        pl.lit(None, dtype=kind).alias(name) for name, kind in _OPTIONAL.items() if name not in frame.columns
    ]
    never = pl.lit(None, dtype=pl.Datetime("us", "UTC"))
    absent += [never.alias(name) for name in ("posted_at", "bought_at") if name not in frame.columns]
    if "listing" not in frame.columns:
        absent.append(pl.lit("").alias("listing"))
    return frame.with_columns(absent).with_columns(
        pl.col("review_id").cast(pl.String),
        pl.col("text").cast(pl.String).fill_null(""),
        pl.col("listing").cast(pl.String).fill_null(""),
        pl.col("seller_reply").fill_null(""),
        pl.col("stars").cast(pl.Float64, strict=False),
        pl.col("default_text").fill_null(value=False),
        *(pl.col(name).cast(pl.String).replace("", None) for name in ("shop", "user", "address")),
    )


def _without_repeats(frame: pl.DataFrame, defects: Counter[str]) -> pl.DataFrame:
    # One id is one review. A second text under the same id is a change, which `vanished` looks at; here the
    # first in the order of the text counts, whatever the order of the rows.
    keyed = frame.filter(pl.col("review_id").is_not_null())
    defects["without_id"] += frame.height - keyed.height
    if keyed["review_id"].n_unique() == keyed.height:
        return keyed
    per_id = keyed.group_by("review_id").agg(pl.len(), pl.col("text").n_unique().alias("texts"))
    defects["repeated_id"] += keyed.height - per_id.height
    defects["id_with_other_text"] += per_id.filter(pl.col("texts") > 1).height
    return keyed.sort("review_id", "text", "posted_at").unique("review_id", keep="first", maintain_order=True)


def _with_sound_values(frame: pl.DataFrame, defects: Counter[str], as_of: datetime | None) -> pl.DataFrame:
    for name in ("posted_at", "bought_at"):
        kind = frame.schema[name]
        if isinstance(kind, pl.Datetime) and kind.time_zone is None:
            defects["time_without_zone"] += frame[name].count()
            frame = frame.with_columns(
                pl.col(name).dt.replace_time_zone("Asia/Shanghai", ambiguous="earliest", non_existent="null")
            )
        frame = frame.with_columns(pl.col(name).dt.epoch("s"))
    if as_of is not None:
        latest = int((as_of + timedelta(days=1)).timestamp())
        defects["from_the_future"] += int((frame["posted_at"] > latest).sum())
        frame = frame.with_columns(
            pl.when(pl.col("posted_at") <= latest).then(pl.col("posted_at")).alias("posted_at")
        )
    stars = frame["stars"]
    sound = stars.is_between(1, 5) & (stars == stars.round())
    defects["stars_out_of_range"] += int((~sound).sum())
    defects["text_too_long"] += int((frame["text"].str.len_chars() > _LONGEST_TEXT).sum())
    return frame.with_columns(
        pl.when(sound).then(stars).alias("stars"),
        pl.col("text").str.slice(0, _LONGEST_TEXT),
        pl.col("seller_reply").str.slice(0, _LONGEST_TEXT),
        # A purchase after its review says nothing about a delay.
        pl.when(pl.col("bought_at") <= pl.col("posted_at")).then(pl.col("bought_at")).alias("bought_at"),
    )


def _coded(column: pl.Series) -> tuple[Ints, pl.Series]:
    names = column.drop_nulls().unique().sort()
    if names.is_empty():
        return np.full(len(column), -1, dtype=np.int32), names
    numbered = pl.DataFrame({"key": names}).with_row_index("code")
    rows = pl.DataFrame({"key": column}).join(numbered, on="key", how="left", maintain_order="left")
    return rows["code"].cast(pl.Int32).fill_null(-1).to_numpy(), names


def codes_in(book: pl.Series, names: pl.Series) -> Ints:
    """Place of each of ``names`` in ``book``; -1 where it is not."""
    numbered = pl.DataFrame({"key": book}).with_row_index("code")
    place = pl.DataFrame({"key": names}).join(numbered, on="key", how="left", maintain_order="left")["code"]
    return place.cast(pl.Int32).fill_null(-1).to_numpy()


def _recoded(known: pl.Series, names: pl.Series, codes: Ints) -> tuple[Ints, pl.Series]:
    place = codes_in(known, names).copy()
    fresh = place < 0
    place[fresh] = len(known) + np.arange(int(fresh.sum()))
    table = np.append(place, np.int32(-1))
    return table[codes], pl.concat((known, names.filter(pl.Series(fresh))))


def counts_by(codes: Ints, size: int) -> Longs:
    """How often each code from 0 to ``size`` - 1 occurs; -1 is left out."""
    counted: Longs = np.bincount(codes[codes >= 0], minlength=size)
    return counted
