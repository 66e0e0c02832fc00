"""Runs 批次: where each stands, and what it came to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from domain.errors import StorageError
from domain.notes import Note
from domain.run import Run, RunState
from storage.codec import Document, clean, decode, encode, fitting
from storage.faults import guarded
from storage.repository import Repository

ENDED = (RunState.FINISHED, RunState.CANCELLED)
# Inside the class, ``list`` is a method.
Listed = list[Run]
ACTIVE = tuple(state for state in RunState if state not in ENDED)


@guarded
class Runs(Repository):
    """A run's state moves by compare-and-set, so that two processes never take the same step."""

    collection_name = "runs"

    def create(self, run: Run) -> None:
        """Adds a run.

        Raises:
            StorageError: there is one with this id.
        """
        try:
            self._collection.insert_one(encode(run, _id=run.id))
        except DuplicateKeyError as error:
            raise StorageError(f"run {run.id} is stored already; a new run gets a new id") from error

    def get(self, run_id: str) -> Run | None:
        """The run with this id."""
        found = self._collection.find_one({"_id": clean(run_id)})
        return decode(Run, found) if found else None

    def list(self, limit: int = 50, *, sweep: str | None = None) -> Listed:
        """Runs, latest first."""
        return self._latest({} if sweep is None else {"sweep": clean(sweep)}, limit)

    def between(self, start: datetime, end: datetime, limit: int = 1000) -> Listed:
        """Runs that began from ``start`` on and before ``end``, latest first, at most ``limit``."""
        query = {"started_at": {"$gte": start, "$lt": end}}
        found = self._collection.find(query).sort([("started_at", -1), ("_id", -1)]).limit(limit)
        return [decode(Run, document) for document in found]

    def latest(self, sweep: str) -> Run | None:
        """The latest run of a sweep."""
        found = self._latest({"sweep": clean(sweep)}, 1)
        return found[0] if found else None

    def active(self) -> Listed:
        """Runs that have not ended, latest first."""
        return self._latest({"state": {"$in": list(ACTIVE)}}, 0)

    def advance(self, run_id: str, from_state: RunState, to_state: RunState) -> bool:
        """Moves a run on if it stands at ``from_state``; whether it was this call that did."""
        moved = self._collection.update_one(
            {"_id": run_id, "state": from_state.value}, {"$set": {"state": to_state.value}}
        )
        return moved.modified_count == 1

    def taken_up(self, run_id: str) -> int:
        """Counts that a scheduler takes a run up; how often it was."""
        found = self._collection.find_one_and_update(
            {"_id": clean(run_id)}, {"$inc": {"starts": 1}}, return_document=ReturnDocument.AFTER
        )
        return int(found["starts"]) if found else 0

    def set_paused(self, run_id: str, *, paused: bool) -> bool:
        """Holds a run that has not ended, or lets it go on; whether this call changed it.

        The state stays as it is: a run goes on where it was held. Crawl processes look at it about twice a
        second, finish the pages they are fetching, give the rest of their leases back and end.
        """
        changed = self._collection.update_one(
            {"_id": clean(run_id), "state": {"$in": list(ACTIVE)}, "is_paused": {"$ne": paused}},
            {"$set": {"is_paused": paused}},
        )
        return changed.modified_count == 1

    def finish(self, run_id: str, finished_at: datetime, summary: Mapping[str, Any]) -> None:
        """Records a run's end and its figures; a cancelled run stays cancelled."""
        end = {"finished_at": finished_at, **fitting({"summary": dict(summary)})}
        self._collection.update_one({"_id": run_id}, {"$set": end})
        self._collection.update_one(
            {"_id": run_id, "state": {"$ne": RunState.CANCELLED.value}},
            {"$set": {"state": RunState.FINISHED.value}},
        )

    def summary(self, run_id: str) -> dict[str, Any]:
        """The figures recorded at a run's end; empty before."""
        found: Document = self._collection.find_one({"_id": clean(run_id)}, {"summary": 1}) or {}
        return dict(found.get("summary", {}))

    def note(self, run_id: str, note: Note) -> None:
        """Adds a fact that qualifies the run's figures; the same one twice is one."""
        self._collection.update_one({"_id": run_id}, {"$addToSet": {"notes": encode(note)}})

    def record_second_wave(self, run_id: str, sizes: Mapping[str, int]) -> None:
        """Keeps the units per stratum of an adaptive run's second wave 第二波; the first record stays."""
        pairs = [[clean(stratum), size] for stratum, size in sorted(sizes.items())]
        self._collection.update_one(
            {"_id": clean(run_id), "second_wave": None}, {"$set": {"second_wave": pairs}}
        )

    def second_wave(self, run_id: str) -> dict[str, int] | None:
        """Units per stratum of a run's second wave; ``None`` as long as none was decided on."""
        found: Document = self._collection.find_one({"_id": clean(run_id)}, {"second_wave": 1}) or {}
        pairs = found.get("second_wave")
        return None if pairs is None else dict(pairs)

    def amend(self, run_id: str, *, rule_packs: str) -> None:
        """Records the digest over the rule packs that judge this run."""
        self._collection.update_one({"_id": run_id}, {"$set": {"rule_packs": rule_packs}})

    def _latest(self, query: dict[str, Any], limit: int) -> Listed:
        return [decode(Run, found) for found in self._collection.find(query).sort("_id", -1).limit(limit)]
