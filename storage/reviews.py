"""Reviews 评价: the latest text of each, its earlier ones, and columns for the corpus detectors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b
from itertools import islice
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
_LISTINGS_AT_ONCE = 500

SCHEMA = pl.Schema(
    {
        "review_id": pl.String(),
        "listing": pl.String(),
        "shop": pl.String(),
        "user": pl.String(),
        "text": pl.String(),
        "stars": pl.Int8(),
        "posted_at": pl.Datetime("us", "UTC"),
        "bought_at": pl.Datetime("us", "UTC"),
        "default_text": pl.Boolean(),
        "seller_reply": pl.String(),
        "snapshot": pl.String(),
        "seen_at": pl.Datetime("us", "UTC"),
    }
)
_STORED_AS = {
    "review_id": "_id",
    "bought_at": "purchased_at",
    "snapshot": "last_snapshot",
    "seen_at": "last_seen",
}
_FIELDS = [_STORED_AS.get(name, name) for name in SCHEMA]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewVisits:
    """A review as it stands now, as it stood before its last change, and the runs that read it, in order."""

    review_id: str
    listing: str
    shop: str
    text: str
    stars: int | None
    posted_at: datetime | None
    runs: tuple[str, ...]
    snapshot: str
    earlier_text: str | None
    earlier_stars: int | None
    changed_after: datetime | None
    """When the earlier state was last seen; ``None`` where nothing ever changed."""


@guarded
class Reviews(Repository):
    """Every review once; a changed text or star leaves what stood there in ``versions``."""

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

    def listings_of(self, run: str) -> list[str]:
        """Keys of the listings whose reviews a run read, sorted."""
        groups: list[Document] = [{"$match": {"runs": run}}, {"$group": {"_id": "$listing"}}]
        return sorted(found["_id"] for found in self._collection.aggregate(groups))

    def visits_of(self, listings: Sequence[str]) -> Iterator[ReviewVisits]:
        """Every review of the listings with the runs that read it, by listing and key."""
        fields = dict.fromkeys(("listing", "shop", "text", "stars", "posted_at", "runs", "last_snapshot"), 1)
        latest = {"$last": {"$ifNull": ["$versions", []]}}
        for first in range(0, len(listings), _LISTINGS_AT_ONCE):
            some = [clean(listing) for listing in listings[first : first + _LISTINGS_AT_ONCE]]
            steps: list[Document] = [
                {"$match": {"listing": {"$in": some}}},
                {"$sort": {"listing": 1, "_id": 1}},
                {"$project": {**fields, "version": latest}},
            ]
            for found in self._collection.aggregate(steps, batchSize=ITERATE_BATCH):
                version = found.get("version") or {}
                yield ReviewVisits(
                    review_id=found["_id"],
                    listing=found["listing"],
                    shop=found["shop"],
                    text=found["text"],
                    stars=found["stars"],
                    posted_at=found["posted_at"],
                    runs=tuple(sorted(found["runs"])),
                    snapshot=found["last_snapshot"],
                    earlier_text=version.get("text"),
                    earlier_stars=version.get("stars"),
                    changed_after=version.get("last_seen"),
                )

    def columns(self, listings: Sequence[str]) -> Iterator[pl.DataFrame]:
        """Reviews of listings, of every run, as columns.

        Yields:
            Frames of at most ``MAX_BATCH_ROWS`` rows, in order of listing and key, with the columns of
            ``SCHEMA``: keys, the account's hash, texts and times; null where the page showed nothing.
        """
        yield from _frames(self._of_listings(listings))

    def columns_of_runs(self, runs: Sequence[str]) -> Iterator[pl.DataFrame]:
        """Reviews that any of these runs read, as ``columns``, in no order; each review once."""
        yield from _frames(self._found({"runs": {"$in": [clean(run) for run in runs]}}))

    def all_columns(self) -> Iterator[pl.DataFrame]:
        """Every review there is, as ``columns``, in no order."""
        yield from _frames(self._found({}))

    def size(self) -> int:
        """About how many reviews there are."""
        return self._collection.estimated_document_count()

    def holds(self, keys: Sequence[str]) -> bool:
        """Whether each of these keys, all different, is stored."""
        return self._collection.count_documents({"_id": {"$in": list(keys)}}) == len(keys)

    @property
    def corpus(self) -> str:
        """Names this store's reviews among those of other stores, without telling the salt."""
        named = f"{self._salt}\x1f{self._database.name}".encode("utf-8", "replace")
        return blake2b(named, digest_size=16).hexdigest()

    def _of_listings(self, listings: Sequence[str]) -> Iterator[Document]:
        for first in range(0, len(listings), _LISTINGS_AT_ONCE):
            some = [clean(listing) for listing in listings[first : first + _LISTINGS_AT_ONCE]]
            yield from self._found({"listing": {"$in": some}}, [("listing", 1), ("_id", 1)])

    def _found(self, query: Document, order: Sequence[tuple[str, int]] = ()) -> Iterator[Document]:
        found = self._collection.find(query, dict.fromkeys(_FIELDS, 1), sort=list(order) or None)
        with found.batch_size(ITERATE_BATCH) as cursor:
            yield from cursor


def _frames(found: Iterable[Document]) -> Iterator[pl.DataFrame]:
    reviews = iter(found)
    while rows := [tuple(review.get(name) for name in _FIELDS) for review in islice(reviews, MAX_BATCH_ROWS)]:
        yield _frame(rows)


def _frame(rows: list[tuple[Any, ...]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=SCHEMA, orient="row", strict=False)


def _replacing(review: Review, sighting: Sighting) -> UpdateOne:
    document: Document = encode(review, _id=review.key, last_snapshot=sighting.snapshot)
    document.setdefault("mended", [])
    key = document["_id"]
    differs = [{"$ne": [f"${name}", literal(document[name])]} for name in ("text", "stars")]
    is_changed = {"$and": [{"$ne": [{"$type": "$text"}, "missing"]}, {"$or": differs}]}
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
