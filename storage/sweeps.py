"""Sweeps 专项监测 as officers wrote them, every version."""

from __future__ import annotations

from datetime import datetime

from pymongo.errors import DuplicateKeyError

from domain.errors import SweepError
from domain.sweep import StoredSweep, Sweep
from storage.codec import Document, clean
from storage.faults import guarded
from storage.repository import SERVER_NOW, Repository


@guarded
class Sweeps(Repository):
    """A version is never changed, since runs point at it; only the latest can be paused."""

    collection_name = "sweeps"

    def save(self, sweep: Sweep, saved_at: datetime, *, paused: bool | None = None) -> StoredSweep:
        """The stored version: a new one if ``sweep`` says something else than the latest, else that one.

        A new version is paused as the latest was, unless ``paused`` says otherwise.
        """
        while True:
            latest = self.get(sweep.name)
            if latest is not None and latest.sweep == sweep:
                return latest
            version = latest.version + 1 if latest else 1
            is_paused = paused if paused is not None else latest is not None and latest.paused
            stored = StoredSweep(sweep=sweep, version=version, saved_at=saved_at, paused=is_paused)
            try:
                self._collection.insert_one(_document(stored))
            except DuplicateKeyError:
                # Somebody else saved this version in between: compare with theirs.
                continue
            return stored

    def get(self, name: str, version: int | None = None) -> StoredSweep | None:
        """The latest version of a sweep, or the one asked for."""
        query: dict[str, str | int] = {"name": clean(name)}
        if version is not None:
            query["version"] = version
        found = self._collection.find_one(query, sort=[("version", -1)])
        return _stored(found) if found else None

    def versions(self, name: str) -> list[StoredSweep]:
        """Every version of a sweep, oldest first; none where there is no such sweep."""
        found = self._collection.find({"name": clean(name)}).sort("version", 1)
        return [_stored(document) for document in found]

    def list(self) -> list[StoredSweep]:
        """The latest version of every sweep, by name."""
        found = self._collection.aggregate(
            [
                {"$sort": {"name": 1, "version": -1}},
                {"$group": {"_id": "$name", "latest": {"$first": "$$ROOT"}}},
            ]
        )
        return sorted((_stored(group["latest"]) for group in found), key=lambda stored: stored.sweep.name)

    def set_paused(self, name: str, paused: bool) -> StoredSweep:
        """Keeps a sweep from being started by the calendar, or lets it start again.

        Raises:
            SweepError: there is no such sweep.
        """
        latest = self.get(name)
        if latest is None:
            raise SweepError(f"no sweep {name!r} is stored: 'netsword sweep list' shows those there are")
        change: Document = {"paused": paused}
        if latest.paused and not paused:
            change["resumed_at"] = SERVER_NOW
        self._collection.update_one({"name": clean(name), "version": latest.version}, [{"$set": change}])
        return self.get(name) or latest


def _document(stored: StoredSweep) -> Document:
    return {
        "_id": f"{stored.sweep.name}@{stored.version}",
        "name": stored.sweep.name,
        # As text: what officers write may hold any key.
        "sweep": stored.sweep.model_dump_json(),
        "version": stored.version,
        "saved_at": stored.saved_at,
        "paused": stored.paused,
    }


def _stored(document: Document) -> StoredSweep:
    return StoredSweep(
        sweep=Sweep.model_validate_json(document["sweep"]),
        version=document["version"],
        saved_at=document["saved_at"],
        paused=document["paused"],
        resumed_at=document.get("resumed_at"),
    )
