"""Who works on a run, and which run has a host 站点 to itself, so that two runs never visit one at a time."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from pymongo.errors import DuplicateKeyError

from storage.codec import clean, decode
from storage.faults import guarded
from storage.repository import SERVER_NOW, Repository, literal, server_time_after


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """What is held, for which run, by which process."""

    what: str
    run: str
    owner: str


@guarded
class Holds(Repository):
    """Leases on names, by the server's clock; one that runs out is free."""

    collection_name = "holds"

    def acquire(self, hold: Hold, duration: timedelta, *, exclusive: bool) -> bool:
        """Takes ``hold.what`` for ``duration``, or prolongs it; whether it is held now as asked.

        Args:
            hold: what, for which run, by whom.
            duration: how long, unless it is taken again before.
            exclusive: no other process of the same run may hold it either.
        """
        fields = {
            "what": literal(clean(hold.what)),
            "run": literal(hold.run),
            "owner": literal(hold.owner),
            "until": server_time_after(duration),
        }
        mine = {"owner": hold.owner} if exclusive else {"run": hold.run}
        free = {"$or": [mine, {"$expr": {"$lte": ["$until", SERVER_NOW]}}]}
        key = clean(hold.what)
        # A filter that asks for the server's time cannot insert: the document is there first, and free.
        with suppress(DuplicateKeyError):
            self._collection.insert_one({"_id": key, "owner": "", "run": "", "until": None})
        taken = self._collection.update_one({"_id": key, "$or": [{"until": None}, free]}, [{"$set": fields}])
        return taken.matched_count == 1

    def release(self, what: Iterable[str], owner: str) -> None:
        """Frees what a process holds."""
        self._collection.delete_many({"_id": {"$in": [clean(each) for each in what]}, "owner": owner})

    def list(self) -> list[Hold]:
        """What is held now, sorted."""
        found = self._collection.find({"$expr": {"$gt": ["$until", SERVER_NOW]}}).sort("_id", 1)
        return [decode(Hold, document) for document in found]
