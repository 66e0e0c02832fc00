"""Listings 商品信息 and shops 网店: the latest state of each, when it was seen, and in which runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from pymongo import UpdateOne

from domain.subjects import Listing, Shop
from storage.codec import clean, decode, encode
from storage.faults import guarded
from storage.repository import ITERATE_BATCH, Repository, write_all

Subject = TypeVar("Subject", Listing, Shop)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """Where and when something was read."""

    run: str
    snapshot: str
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen(Generic[Subject]):
    """A subject as last read, with its first and last sighting."""

    subject: Subject
    first_seen: datetime
    last_seen: datetime
    last_snapshot: str
    runs: tuple[str, ...]


@guarded
class _Subjects(Repository, Generic[Subject]):
    kind: type[Subject]

    def save(self, subjects: Iterable[tuple[Subject, Sighting]]) -> None:
        """Stores subjects as read; what was stored before gives way."""
        write_all(self._collection, (_replacing(subject, sighting) for subject, sighting in subjects))

    def get(self, key: str) -> Subject | None:
        """The subject with this key, as last read."""
        seen = self.seen(key)
        return seen.subject if seen else None

    def seen(self, key: str) -> Seen[Subject] | None:
        """The subject with this key and when it was read."""
        found = self._collection.find_one({"_id": clean(key)})
        return self._seen(found) if found else None

    def count(self, run: str) -> int:
        """Subjects that a run read."""
        return self._collection.count_documents({"runs": run})

    def of_run(self, run: str) -> Iterator[Seen[Subject]]:
        """Subjects that a run read, by key, each as it was last read in any run."""
        # A new query per page: a slow reader would outlive a cursor.
        last = ""
        while page := list(
            self._collection.find({"runs": run, "_id": {"$gt": last}}).sort("_id", 1).limit(ITERATE_BATCH)
        ):
            yield from map(self._seen, page)
            last = page[-1]["_id"]

    def _seen(self, document: dict[str, Any]) -> Seen[Subject]:
        return Seen(
            subject=decode(self.kind, document),
            first_seen=document["first_seen"],
            last_seen=document["last_seen"],
            last_snapshot=document["last_snapshot"],
            runs=tuple(document["runs"]),
        )


class Listings(_Subjects[Listing]):
    """The latest state of every listing."""

    collection_name = "listings"
    kind = Listing

    def shops_among(self, shops: Sequence[str]) -> set[str]:
        """Which of these shops have a listing that was read in any run."""
        known: set[str] = set()
        for start in range(0, len(shops), ITERATE_BATCH):
            some = [clean(shop) for shop in shops[start : start + ITERATE_BATCH]]
            known.update(self._collection.distinct("shop", {"shop": {"$in": some}}))
        return known


class Shops(_Subjects[Shop]):
    """The latest state of every shop."""

    collection_name = "shops"
    kind = Shop

    def opened(self, shops: Sequence[str]) -> dict[str, str]:
        """Opening date as shown 开店时间 of those of these shops that were visited and show one."""
        found: dict[str, str] = {}
        for start in range(0, len(shops), ITERATE_BATCH):
            some = [clean(shop) for shop in shops[start : start + ITERATE_BATCH]]
            rows = self._collection.find({"_id": {"$in": some}, "opened": {"$gt": ""}}, {"opened": 1})
            found |= {row["_id"]: row["opened"] for row in rows}
        return found


def _replacing(subject: Listing | Shop, sighting: Sighting) -> UpdateOne:
    document = encode(subject, _id=subject.key, last_snapshot=sighting.snapshot)
    key = document.pop("_id")
    # Where nothing had to be mended this time, the remark of last time goes.
    document.setdefault("mended", [])
    return UpdateOne(
        {"_id": key},
        {
            "$set": document,
            "$setOnInsert": {"first_seen": sighting.seen_at},
            "$max": {"last_seen": sighting.seen_at},
            "$addToSet": {"runs": sighting.run},
        },
        upsert=True,
    )
