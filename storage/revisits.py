"""Cohorts 跟踪对象: which listings were flagged, and what became of each when it was visited again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.revisit import Fate, Revisit
from domain.target import PageKind, TargetState
from storage.codec import clean, decode, encode
from storage.faults import guarded
from storage.repository import Repository, insert_once, write_all
from storage.schema import COVERAGE_INDEX


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingTarget:
    """How the visit to a listing ended."""

    id: str
    subject: str
    state: TargetState
    reason: str = ""


@guarded
class Revisits(Repository):
    """Facts, one per run and listing; recording them again changes nothing."""

    collection_name = "revisits"

    def save(self, revisits: Iterable[Revisit]) -> int:
        """Adds what is not there yet; how many are new."""
        write = (insert_once(encode(revisit, _id=revisit.id)) for revisit in revisits)
        return write_all(self._collection, write)

    def of_run(self, run: str) -> list[Revisit]:
        """All that a run recorded, by listing."""
        found = self._collection.find({"run": clean(run)}).sort("listing", 1)
        return [decode(Revisit, document) for document in found]

    def of_listing(self, listing: str) -> list[Revisit]:
        """All visits to a listing of a cohort, latest run first."""
        found = self._collection.find({"listing": clean(listing)}).sort("run", -1)
        return [decode(Revisit, document) for document in found]

    def was_gone(self, run: str, listing: str) -> bool:
        """Whether a listing was gone when it was last read before ``run``."""
        query = {"listing": clean(listing), "run": {"$lt": run}, "fate": {"$ne": Fate.UNREAD.value}}
        found = self._collection.find_one(query, sort=[("run", -1)])
        return found is not None and found["fate"] == Fate.GONE.value

    def flagged(
        self, of: str, *, statuses: Sequence[str], rules: Sequence[str] = (), limit: int
    ) -> list[str]:
        """Keys of listings with findings in the runs of a sweep or a campaign, latest flagged first.

        Args:
            of: name of the sweep, or code of the campaign.
            statuses: what the findings' reviews came to.
            rules: only findings of these; all, where there are none.
            limit: listings at most.
        """
        runs = self._database["runs"].find({"$or": [{"sweep": of}, {"campaign": of}]}, {"_id": 1})
        query: dict[str, Any] = {
            "runs": {"$in": [run["_id"] for run in runs]},
            "subject_kind": "listing",
            "status": {"$in": list(statuses)},
        }
        if rules:
            query["rule"] = {"$in": list(rules)}
        groups = self._database["findings"].aggregate(
            [
                {"$match": query},
                {"$group": {"_id": "$subject", "seen": {"$max": "$last_seen"}}},
                {"$sort": {"seen": -1, "_id": 1}},
                {"$limit": limit},
            ]
        )
        return [group["_id"] for group in groups]

    def targets(self, run: str) -> list[ListingTarget]:
        """How the visits to a run's listings ended, by id."""
        query = {"run": run, "kind": PageKind.LISTING.value}
        found = self._database["targets"].find(query).hint(COVERAGE_INDEX)
        decoded = [
            ListingTarget(
                id=each["_id"],
                subject=each["subject"],
                state=TargetState(each["state"]),
                reason=each.get("reason", ""),
            )
            for each in found
        ]
        return sorted(decoded, key=lambda target: target.id)

    def namesakes(self, shop: str, title: str, *, since: datetime, besides: str) -> tuple[str, ...]:
        """Listings of a shop under exactly this title that were first seen after a time."""
        if not shop or not title:
            return ()
        query = {
            "shop": clean(shop),
            "title": clean(title),
            "first_seen": {"$gt": since},
            "_id": {"$ne": clean(besides)},
        }
        found = self._database["listings"].find(query, {"_id": 1}).sort("_id", 1).limit(20)
        return tuple(each["_id"] for each in found)
