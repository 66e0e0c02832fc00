"""What people have to be told 通知, kept until it was: what cannot be sent is a fact, not lost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ulid import ULID

from domain.identity import digest_of
from storage.codec import clean, decode, encode
from storage.faults import guarded
from storage.repository import Repository, insert_once, write_all

MOST_TRIES = 8
FIRST_PAUSE = timedelta(minutes=5)
_SENDING = timedelta(minutes=10)


class NoticeState(StrEnum):
    """Whether a notice has reached its address."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    """All tries are used up; ``netsword digest --retry`` begins anew."""


class Channel(StrEnum):
    """How a notice travels."""

    MAIL = "mail"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One fact for one address."""

    channel: Channel
    address: str
    about: str
    """What it is about: a run, a due time."""
    kind: str
    sweep: str
    text: str
    at: datetime
    due_at: datetime
    """When it may be tried next."""
    state: NoticeState = NoticeState.WAITING
    tries: int = 0
    error: str = ""
    taken_by: str = ""

    @property
    def id(self) -> str:
        """hash(channel, address, about, kind, text): the same fact is told once."""
        return digest_of(self.channel, self.address, self.about, self.kind, self.text)


# Inside the class, ``list`` is a method.
Notices = list[Notice]


@guarded
class Outbox(Repository):
    """Notices of all sweeps."""

    collection_name = "outbox"

    def put(self, notices: Iterable[Notice]) -> int:
        """Adds what is not there yet; how many are new."""
        return write_all(self._collection, (insert_once(encode(notice, _id=notice.id)) for notice in notices))

    def take(self, now: datetime, limit: int = 500) -> Notices:
        """Notices whose time has come, for this caller alone for some minutes, oldest first."""
        query = {"state": NoticeState.WAITING.value, "due_at": {"$lte": now}}
        found = self._collection.find(query, {"_id": 1}).sort([("due_at", 1), ("_id", 1)]).limit(limit)
        token = str(ULID())
        self._collection.update_many(
            {"_id": {"$in": [each["_id"] for each in found]}, **query},
            {"$set": {"taken_by": token, "due_at": now + _SENDING}},
        )
        taken = self._collection.find({"state": NoticeState.WAITING.value, "taken_by": token})
        return sorted((decode(Notice, each) for each in taken), key=lambda notice: (notice.at, notice.id))

    def sent(self, notices: Sequence[Notice]) -> None:
        """Records that notices have arrived."""
        self._collection.update_many(
            {"_id": {"$in": [notice.id for notice in notices]}},
            {"$set": {"state": NoticeState.SENT.value, "error": ""}, "$inc": {"tries": 1}},
        )

    def failed(self, notices: Sequence[Notice], error: str, now: datetime) -> None:
        """Records a try that came to nothing; the next comes after a pause that doubles, up to the last."""
        for notice in notices:
            tries = notice.tries + 1
            state = NoticeState.FAILED if tries >= MOST_TRIES else NoticeState.WAITING
            due_at = now + FIRST_PAUSE * 2**notice.tries
            change = {"state": state.value, "tries": tries, "error": clean(error)[:500], "due_at": due_at}
            self._collection.update_one({"_id": notice.id}, {"$set": change})

    def retry(self, now: datetime) -> int:
        """Begins anew with everything that has not arrived; how many notices."""
        states = [NoticeState.WAITING.value, NoticeState.FAILED.value]
        again = self._collection.update_many(
            {"state": {"$in": states}},
            {"$set": {"state": NoticeState.WAITING.value, "tries": 0, "due_at": now}},
        )
        return again.matched_count

    def list(self, limit: int = 50) -> Notices:
        """Latest notices first."""
        return [decode(Notice, each) for each in self._collection.find().sort("at", -1).limit(limit)]

    def counts(self) -> dict[str, int]:
        """How many notices are in each state, sorted."""
        groups = self._collection.aggregate([{"$group": {"_id": "$state", "count": {"$sum": 1}}}])
        return dict(sorted((group["_id"], group["count"]) for group in groups))
