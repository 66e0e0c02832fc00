"""Accounts 账号 of the console, their sessions, and failed sign-ins."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pymongo.errors import DuplicateKeyError

from domain.account import Account
from storage.codec import Document, clean, decode, encode
from storage.faults import guarded
from storage.repository import Repository

# Inside the class, ``list`` is a method.
Listed = list[Account]


@guarded
class Accounts(Repository):
    """One document per person, found by the name that signs in."""

    collection_name = "accounts"

    def add(self, account: Account) -> bool:
        """Adds an account; whether the name was free."""
        try:
            self._collection.insert_one(encode(account, _id=clean(account.name)))
        except DuplicateKeyError:
            return False
        return True

    def get(self, name: str) -> Account | None:
        """The account of this name, closed ones too."""
        found = self._collection.find_one({"_id": clean(name)})
        return decode(Account, found) if found else None

    def list(self) -> Listed:
        """All accounts, by name."""
        return [decode(Account, found) for found in self._collection.find().sort("_id", 1)]

    def change(self, name: str, **fields: str | bool) -> Account | None:
        """Sets fields of an account; the account as it was before."""
        found = self._collection.find_one_and_update({"_id": clean(name)}, {"$set": fields})
        return decode(Account, found) if found else None

    def secret(self) -> bytes:
        """A key of this store, made once; console processes that share the store share it."""
        fresh = {"key": secrets.token_bytes(32)}
        meta = self._database["meta"]
        meta.update_one({"_id": "console"}, {"$setOnInsert": fresh}, upsert=True)
        stored: Document = meta.find_one({"_id": "console"}) or fresh
        return bytes(stored["key"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A signed-in browser. ``id`` is a digest of its cookie, so that reading the store signs nobody in."""

    id: str
    account: str
    csrf: str
    began_at: datetime
    seen_at: datetime
    notice: dict[str, Any] = field(default_factory=dict)
    """What the next page tells, once."""


@guarded
class Sessions(Repository):
    """Sign-in state 登录状态 lives here, so that it can be ended from here."""

    collection_name = "sessions"

    def add(self, session: Session) -> None:
        """Stores a session that has just begun."""
        self._collection.insert_one(encode(session, _id=session.id))

    def get(self, session_id: str) -> Session | None:
        """The session of this id, however old."""
        found = self._collection.find_one({"_id": clean(session_id)})
        return decode(Session, found) if found else None

    def touch(self, session_id: str, seen_at: datetime) -> None:
        """Moves the idle limit on."""
        self._collection.update_one({"_id": session_id}, {"$set": {"seen_at": seen_at}})

    def leave_notice(self, session_id: str, notice: dict[str, Any]) -> None:
        """Leaves something that the next page tells; it takes the place of what was not told yet."""
        self._collection.update_one({"_id": session_id}, {"$set": {"notice": notice}})

    def take_notice(self, session_id: str) -> dict[str, Any]:
        """What the next page tells; gone afterwards."""
        found = self._collection.find_one_and_update({"_id": session_id}, {"$set": {"notice": {}}})
        return dict(found["notice"]) if found else {}

    def end(self, session_id: str) -> None:
        """Ends one session."""
        self._collection.delete_one({"_id": clean(session_id)})

    def end_all(self, account: str, *, but: str = "") -> int:
        """Ends an account's sessions, such as after a new password; how many."""
        ended = self._collection.delete_many({"account": clean(account), "_id": {"$ne": but}})
        return ended.deleted_count


@guarded
class SignIns(Repository):
    """Failed sign-ins per name, whether the name exists or not; forgotten after a day."""

    collection_name = "sign_ins"

    def failures(self, name: str) -> tuple[int, datetime | None]:
        """How often this name failed in a row, and when last."""
        found = self._collection.find_one({"_id": clean(name)}) or {}
        return found.get("failures", 0), found.get("at")

    def failed(self, name: str, at: datetime) -> None:
        """Counts a failure."""
        self._collection.update_one(
            {"_id": clean(name)}, {"$inc": {"failures": 1}, "$set": {"at": at}}, upsert=True
        )

    def succeeded(self, name: str) -> None:
        """Forgets the failures of a name."""
        self._collection.delete_one({"_id": clean(name)})
