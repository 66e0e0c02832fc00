"""Scores 可疑度 of listings, shops and buyers' accounts: the latest judgement of reviews on each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import polars as pl
from pymongo import ReplaceOne

from storage.codec import clean
from storage.faults import guarded
from storage.repository import Repository

_LEAST = 0.5
"""Scores below the line are not kept: they say nothing about anybody."""
_BATCH = 1_000


@guarded
class Scores(Repository):
    """One document a subject that stood over the line; a later judgement replaces it."""

    collection_name = "scores"

    def save(self, table: pl.DataFrame, kind: str, judged_at: datetime) -> None:
        """Keeps what stands over the line, and takes away what fell below it.

        Args:
            table: ``key``, ``score`` 0..1, ``flagged`` and ``reviews``, one row a subject.
            kind: ``listing``, ``shop`` or ``user``.
            judged_at: aware; when they were judged.
        """
        rows = table.select("key", "score", "flagged", "reviews")
        over = rows.filter((pl.col("score") >= _LEAST) & (pl.col("flagged") > 0))
        below = rows.join(over, on="key", how="anti")["key"].to_list()
        for first in range(0, len(below), _BATCH):
            some = [f"{kind}/{clean(key)}" for key in below[first : first + _BATCH]]
            self._collection.delete_many({"_id": {"$in": some}})
        writes = [
            ReplaceOne(
                {"_id": f"{kind}/{clean(row['key'])}"},
                {**row, "key": clean(row["key"]), "kind": kind, "judged_at": judged_at},
                upsert=True,
            )
            for row in over.iter_rows(named=True)
        ]
        for first in range(0, len(writes), _BATCH):
            self._collection.bulk_write(writes[first : first + _BATCH], ordered=False)

    def of(self, kind: str, key: str) -> dict[str, Any] | None:
        """``score``, ``flagged``, ``reviews`` and ``judged_at`` of a subject; ``None`` below the line."""
        return self._collection.find_one({"_id": f"{kind}/{clean(key)}"}, {"_id": 0})

    def top(self, kind: str, limit: int = 50) -> list[dict[str, Any]]:
        """The highest scores of a kind, then by key."""
        found = self._collection.find({"kind": kind}, {"_id": 0}).sort([("score", -1), ("_id", 1)])
        return list(found.limit(limit))
