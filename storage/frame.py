"""The sampling frame 抽样框 as search pages showed it."""

from __future__ import annotations

from collections.abc import Iterable

from domain.target import FrameUnit
from storage.codec import decode, encode
from storage.faults import guarded
from storage.repository import Repository, insert_once, write_all


@guarded
class Frame(Repository):
    """Units of all runs; one that several searches found is there once."""

    collection_name = "frame"

    def save(self, units: Iterable[FrameUnit]) -> None:
        """Adds units that are not there yet."""
        write_all(self._collection, (insert_once(encode(unit, _id=unit.id)) for unit in units))

    def units(self, run: str) -> list[FrameUnit]:
        """All units of a run, by stratum, place in the result list and id: the same order every time."""
        found = self._collection.find({"run": run}).sort([("stratum", 1), ("rank", 1), ("_id", 1)])
        return [decode(FrameUnit, document) for document in found]

    def count_by_stratum(self, run: str) -> dict[str, int]:
        """Units of a run per stratum, sorted."""
        groups = self._collection.aggregate(
            [{"$match": {"run": run}}, {"$group": {"_id": "$stratum", "count": {"$sum": 1}}}]
        )
        return dict(sorted((group["_id"], group["count"]) for group in groups))

    def count(self, run: str) -> int:
        """Units of a run."""
        return self._collection.count_documents({"run": run})
