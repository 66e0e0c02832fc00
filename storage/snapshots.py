"""Snapshots 页面固定: which bytes were preserved for which target, and which of them still count."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pymongo import DeleteMany, UpdateMany

from domain.snapshot import Snapshot
from storage.codec import clean, decode, encode
from storage.faults import guarded
from storage.repository import ITERATE_BATCH, Repository, insert_once, write_all


@guarded
class Snapshots(Repository):
    """Written once, never changed; a visit that replaced another marks the older one ``superseded_by``."""

    collection_name = "snapshots"

    def save(self, snapshots: Iterable[Snapshot]) -> None:
        """Adds what is not there yet."""
        write_all(
            self._collection, (insert_once(encode(snapshot, _id=snapshot.id)) for snapshot in snapshots)
        )

    def supersede(self, kept: Mapping[str, Sequence[str]]) -> None:
        """Leaves one visit per target: other snapshots are marked, other sightings removed.

        Args:
            kept: per target id the snapshots of the visit that counts, its own page first.
        """
        if not kept:
            return
        marks: list[UpdateMany] = []
        for target, ids in kept.items():
            others = {"target": target, "_id": {"$nin": list(ids)}}
            marks.append(UpdateMany(others, {"$set": {"superseded_by": ids[0] if ids else ""}}))
            marks.append(UpdateMany({"_id": {"$in": list(ids)}}, {"$unset": {"superseded_by": ""}}))
        self._collection.bulk_write(marks, ordered=False)
        self._database["observations"].bulk_write(
            [DeleteMany({"target": target, "snapshot": {"$nin": list(ids)}}) for target, ids in kept.items()],
            ordered=False,
        )

    def get(self, snapshot_id: str) -> Snapshot | None:
        """The snapshot with this id."""
        found = self._collection.find_one({"_id": clean(snapshot_id)})
        return decode(Snapshot, found) if found else None

    def beginning(self, start: str) -> Snapshot | None:
        """The one snapshot whose id begins so, eight characters at the least; ``None`` for none or more."""
        if not re.fullmatch(r"[0-9a-f]{8,64}", start):
            return None
        found = list(self._collection.find({"_id": {"$gte": start, "$lt": f"{start}g"}}).limit(2))
        return decode(Snapshot, found[0]) if len(found) == 1 else None

    def of_target(self, target: str) -> list[Snapshot]:
        """What counts for a target, in order of id."""
        found = self._collection.find({"target": target, "superseded_by": {"$exists": False}}).sort("_id", 1)
        return [decode(Snapshot, document) for document in found]

    def of_run(self, run: str) -> Iterator[Snapshot]:
        """All snapshots of a run by id, superseded ones too: what was preserved stays evidence."""
        last = ""
        while page := list(
            self._collection.find({"run": run, "_id": {"$gt": last}}).sort("_id", 1).limit(ITERATE_BATCH)
        ):
            for document in page:
                yield decode(Snapshot, document)
            last = page[-1]["_id"]

    def count(self, run: str) -> int:
        """Snapshots of a run that count."""
        return self._collection.count_documents({"run": run, "superseded_by": None})
