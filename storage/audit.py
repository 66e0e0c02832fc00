"""The audit log 审计日志: every change of state that a person made, append-only."""

from __future__ import annotations

from ulid import ULID

from domain.account import AuditEntry
from storage.codec import clean, decode, encode
from storage.faults import guarded
from storage.repository import Repository

# Inside the class, ``list`` is a method.
Page = list[tuple[str, AuditEntry]]


@guarded
class AuditLog(Repository):
    """Entries carry ULIDs, so their ids sort by time."""

    collection_name = "audit"

    def add(self, entry: AuditEntry) -> None:
        """Appends an entry."""
        self._collection.insert_one(encode(entry, _id=str(ULID.from_datetime(entry.at))))

    def list(self, *, actor: str = "", action: str = "", after: str = "", limit: int = 50) -> Page:
        """Entries with their ids, latest first.

        Args:
            actor: only what this account did.
            action: only this action.
            after: id of the last entry of the page before.
            limit: length of the page.
        """
        query: dict[str, object] = {
            key: clean(value) for key, value in {"actor": actor, "action": action}.items() if value
        }
        if after:
            query["_id"] = {"$lt": clean(after)}
        found = self._collection.find(query).sort("_id", -1).limit(limit)
        return [(document["_id"], decode(AuditEntry, document)) for document in found]
