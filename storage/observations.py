"""Observations: every sighting of a listing, so that prices and sales have a history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby, islice
from typing import Any

import polars as pl
from bson.decimal128 import Decimal128

from domain.subjects import Availability, Observation
from storage.codec import Document, clean, decode, encode
from storage.faults import guarded
from storage.repository import ITERATE_BATCH, Repository, insert_once, write_all

MOST_SIGHTINGS = 1_000
"""Sightings of one listing in a frame, the latest ones: daily visits of nearly three years."""
MOST_SKUS = 50
MOST_ROWS = 200_000
"""A frame ends with the listing that reaches it."""
SKU_LABEL = "SKU "

SCHEMA = pl.Schema(
    {
        "observation_id": pl.String(),
        "listing": pl.String(),
        "sku": pl.String(),
        "observed_at": pl.Datetime("us", "UTC"),
        "title": pl.String(),
        "price": pl.Float64(),
        "has_range": pl.Boolean(),
        "price_label": pl.String(),
        "list_price": pl.Float64(),
        "list_price_label": pl.String(),
        "promotion": pl.String(),
        "deposit": pl.String(),
        "sales_low": pl.Int64(),
        "stock": pl.Int64(),
        "available": pl.Boolean(),
        "snapshot": pl.String(),
        "target": pl.String(),
        "source": pl.String(),
    }
)

COUNTS = pl.Schema(
    {
        "listing": pl.String(),
        "observed_at": pl.Datetime("us", "UTC"),
        "sales_low": pl.Int64(),
        "review_count": pl.Int64(),
        "observation": pl.String(),
    }
)


@guarded
class Observations(Repository):
    """Append-only; the same sighting is stored once."""

    collection_name = "observations"

    def save(self, observations: Iterable[tuple[Observation, str]]) -> int:
        """Adds sightings, each with the run that it was made in ("" for none); how many are new."""
        return write_all(
            self._collection,
            (
                insert_once(encode(observation, _id=observation.id, run=run))
                for observation, run in observations
            ),
        )

    def of_run(self, run: str) -> Iterator[Observation]:
        """All sightings that a run made, by id."""
        for document in self._collection.find({"run": run}).sort("_id", 1):
            yield decode(Observation, document)

    def counts(self, listings: Sequence[str]) -> pl.DataFrame:
        """Sales and review counts of listings as seen over time.

        Returns:
            ``listing``, ``observed_at``, ``sales_low``, ``review_count`` (null where not shown) and
            ``observation``, its id; by listing and time.
        """
        rows: list[tuple[Any, ...]] = []
        fields = dict.fromkeys(("subject", "observed_at", "sales_low", "review_count"), 1)
        for first in range(0, len(listings), ITERATE_BATCH):
            some = [clean(listing) for listing in listings[first : first + ITERATE_BATCH]]
            found = self._collection.find({"subject": {"$in": some}}, fields)
            ordered = found.sort([("subject", 1), ("observed_at", 1), ("_id", 1)])
            rows += ((*(seen.get(name) for name in fields), seen["_id"]) for seen in ordered)
        return pl.DataFrame(rows, schema=COUNTS, orient="row", strict=False)

    def history(self, subject: str) -> list[Observation]:
        """Sightings of a subject, the latest ``MOST_SIGHTINGS``, oldest first."""
        found = self._collection.find({"subject": clean(subject)})
        latest = found.sort([("observed_at", -1), ("_id", -1)]).limit(MOST_SIGHTINGS)
        return [decode(Observation, document) for document in latest][::-1]

    def frame(self, subject: str) -> pl.DataFrame:
        """The latest ``MOST_SIGHTINGS`` sightings of one subject, as ``frames`` gives them."""
        found = self._collection.find({"subject": clean(subject)})
        latest = found.sort([("observed_at", -1), ("_id", -1)]).limit(MOST_SIGHTINGS)
        rows = [row for document in latest for row in rows_of(document)]
        return pl.DataFrame(rows, schema=SCHEMA, orient="row", strict=False)

    def frames(self, run: str, *, since: datetime, batch_listings: int = 500) -> Iterator[pl.DataFrame]:
        """Histories of the listings that a run saw, every listing whole and in one frame.

        A run costs what it saw, however much the store holds.

        Args:
            run: id of the run.
            since: aware; earlier sightings are left out.
            batch_listings: listings in a frame, at most; fewer where they have many sightings.

        Yields:
            Frames in ``SCHEMA``, in no order: a row a sighting and variant, times in UTC, money in yuan;
            ``has_range`` where the page shows a range of prices in place of one. Of one listing at most
            ``MOST_SIGHTINGS`` sightings, of one sighting at most ``MOST_SKUS`` variants.
        """
        for subjects in self._subjects(run, batch_listings):
            rows: list[tuple[Any, ...]] = []
            for sightings in self._latest(subjects, since):
                rows += (row for document in sightings for row in rows_of(document))
                if len(rows) >= MOST_ROWS:
                    yield pl.DataFrame(rows, schema=SCHEMA, orient="row", strict=False)
                    rows = []
            yield pl.DataFrame(rows, schema=SCHEMA, orient="row", strict=False)

    def _subjects(self, run: str, most: int) -> Iterator[list[str]]:
        # Ids begin with the subject, so that a subject's sightings lie together.
        last, batch = "", list[str]()
        while page := list(
            self._collection.find({"run": run, "_id": {"$gt": last}}, {"subject": 1})
            .sort("_id", 1)
            .limit(ITERATE_BATCH)
        ):
            last = page[-1]["_id"]
            for document in page:
                if batch[-1:] != [document["subject"]]:
                    if len(batch) >= most:
                        yield batch
                        batch = []
                    batch.append(document["subject"])
        if batch:
            yield batch

    def _latest(self, subjects: list[str], since: datetime) -> Iterator[Iterator[Document]]:
        query = {"subject": {"$in": subjects}, "observed_at": {"$gte": since}}
        found = self._collection.find(query).sort([("subject", -1), ("observed_at", -1), ("_id", -1)])
        for _, of_one in groupby(found, key=lambda document: document["subject"]):
            yield islice(of_one, MOST_SIGHTINGS)


def rows_of(document: Document) -> Iterator[tuple[Any, ...]]:
    """Rows in ``SCHEMA`` of a stored sighting: its own price, then those of the other variants it shows."""
    own = str(document.get("sku", ""))
    yield _row(document, own, _yuan(document["price"]), _yuan(document["list_price"]))
    # Sightings that an earlier release stored know neither variants nor labels.
    variants = [pair for pair in document.get("prices", ()) if pair[0].startswith(SKU_LABEL)]
    for label, price in variants[:MOST_SKUS]:
        if (sku := label.removeprefix(SKU_LABEL)) != own:
            yield _row(document, sku, _yuan(price), None)


def _row(document: Document, sku: str, price: float | None, list_price: float | None) -> tuple[Any, ...]:
    return (
        document["_id"],
        document["subject"],
        sku,
        document["observed_at"],
        document.get("title", ""),
        price,
        document.get("price_low") is not None,
        document.get("price_label", ""),
        list_price,
        document.get("list_price_label", ""),
        document["promotion"],
        document.get("deposit", ""),
        document["sales_low"],
        document["stock"],
        document["availability"] != Availability.OUT_OF_STOCK,
        document["snapshot"],
        document["target"],
        document.get("source", ""),
    )


def _yuan(value: Decimal128 | None) -> float | None:
    return None if value is None else float(value.to_decimal())
