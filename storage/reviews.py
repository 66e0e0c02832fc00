"""Reviews 评价: the latest text of each, its earlier ones, and columns for the corpus detectors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import polars as pl
from pymongo import UpdateOne
from pymongo.database import Database

from domain.subjects import Review
from storage.buyers import hashed_account
from storage.codec import Document, clean, decode, encode
from storage.faults import guarded
from storage.repository import ITERATE_BATCH, Repository, literal, write_all
from storage.subjects import Sighting

# Texts that a review had before; older ones are still in the preserved pages.
MAX_VERSIONS = 20
MAX_BATCH_ROWS = 200_000

SCHEMA = pl.Schema(
    {
        "review_id": pl.String(),
        "shop": pl.String(),
        "listing": pl.String(),
        "text": pl.String(),
        "stars": pl.Int8(),
        "posted_at": pl.Datetime("us", "UTC"),
        "default_text": pl.Boolean(),
        "snapshot": pl.String(),
    }
)
_COLUMNS = ("_id", "shop", "listing", "text", "stars", "posted_at", "default_text", "last_snapshot")


@guarded
class Reviews(Repository):
    """Every review once; a changed text leaves the earlier one in ``versions``."""

    collection_name = "reviews"

    def __init__(self, database: Database[Document], *, user_salt: str) -> None:
        super().__init__(database)
        self._salt = user_salt

    def save(self, reviews: Iterable[tuple[Review, Sighting]]) -> None:
        """Stores reviews as read, the buyer's account as its salted hash."""
        write_all(
            self._collection, (_replacing(self._hidden(review), sighting) for review, sighting in reviews)
        )

    def _hidden(self, review: Review) -> Review:
        return replace(review, user=hashed_account(review.platform, review.user, self._salt))

    def get(self, key: str) -> Review | None:
        """The review with this key, as last read."""
        found = self._collection.find_one({"_id": clean(key)})
        return decode(Review, found) if found else None

    def versions(self, key: str) -> list[str]:
        """Texts that a review had before it was changed, oldest first."""
        found = self._collection.find_one({"_id": clean(key)}, {"versions.text": 1}) or {}
        return [version["text"] for version in found.get("versions", [])]

    def of_listing(self, listing: str, *, limit: int = 100) -> list[Review]:
        """Reviews of a listing, by key."""
        found = self._collection.find({"listing": clean(listing)}).sort("_id", 1).limit(limit)
        return [decode(Review, document) for document in found]

    def count(self, run: str) -> int:
        """Reviews that a run read."""
        return self._collection.count_documents({"runs": run})

    def frames(self, run: str, batch_shops: int = 200) -> Iterator[pl.DataFrame]:
        """A run's reviews in bounded frames, every shop whole and in one frame.

        Yields:
            Frames of at most ``batch_shops`` shops, sorted by shop and key; columns ``review_id`` (the key),
            ``shop`` (its key), ``listing`` (its key), ``text``, ``snapshot`` str; ``stars`` i8 or null;
            ``posted_at`` datetime[μs, UTC] or null; ``default_text`` bool.
        """
        query: dict[str, Any] = {"runs": run}
        while rows := self._whole_shops(query, batch_shops):
            yield pl.DataFrame(rows, schema=SCHEMA, orient="row", strict=False)
            # A new query per frame: a slow detector would outlive a cursor.
            query["shop"] = {"$gt": rows[-1][1]}

    def _whole_shops(self, query: dict[str, Any], most: int) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = []
        shops = 0
        found = self._collection.find(query, dict.fromkeys(_COLUMNS, 1)).sort([("shop", 1), ("_id", 1)])
        with found.batch_size(ITERATE_BATCH) as cursor:
            for review in cursor:
                if not rows or review["shop"] != rows[-1][1]:
                    if rows and (shops >= most or len(rows) >= MAX_BATCH_ROWS):
                        break
                    shops += 1
                rows.append(tuple(review[name] for name in _COLUMNS))
        return rows


def _replacing(review: Review, sighting: Sighting) -> UpdateOne:
    document: Document = encode(review, _id=review.key, last_snapshot=sighting.snapshot)
    document.setdefault("mended", [])
    key = document["_id"]
    is_changed = {
        "$and": [{"$ne": [{"$type": "$text"}, "missing"]}, {"$ne": ["$text", literal(document["text"])]}]
    }
    earlier = {
        "text": "$text",
        "stars": "$stars",
        "seller_reply": "$seller_reply",
        "last_seen": "$last_seen",
        "snapshot": "$last_snapshot",
    }
    versions = {"$ifNull": ["$versions", []]}
    return UpdateOne(
        {"_id": key},
        [
            {
                "$replaceWith": {
                    "$mergeObjects": [
                        "$$ROOT",
                        literal(document),
                        {
                            "versions": {
                                "$cond": [
                                    is_changed,
                                    {"$slice": [{"$concatArrays": [versions, [earlier]]}, -MAX_VERSIONS]},
                                    versions,
                                ]
                            },
                            "first_seen": {"$ifNull": ["$first_seen", sighting.seen_at]},
                            "last_seen": {"$max": ["$last_seen", sighting.seen_at]},
                            "runs": {"$setUnion": [{"$ifNull": ["$runs", []]}, [literal(sighting.run)]]},
                        },
                    ]
                }
            }
        ],
        upsert=True,
    )
