"""Claims on due times 排期: who runs what the calendar asks for, once, whatever number of schedulers look.

A claim's id is the slot's, so the second one to insert it is refused by the store. It names the run that it
is going to be before that run exists: whoever finds a claim without its run makes the very same run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pymongo.errors import DuplicateKeyError

from domain.notes import NoteOrText
from storage.codec import clean, decode, encode
from storage.faults import guarded
from storage.repository import SERVER_NOW, Repository


class ClaimState(StrEnum):
    """What became of a due time."""

    CLAIMED = "claimed"
    """Its run is about to be made."""
    STARTED = "started"
    """Its run is in the store, and ends or is resumed as any run."""
    MISSED = "missed"
    """Nobody looked before the sweep's window was over: nothing ran for it and nothing will."""
    FAILED = "failed"
    """Its run could not be made; ``error`` says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One due time of one sweep, taken."""

    sweep: str
    key: str
    """The slot's key; those of runs that a person asked for begin with ``now-``."""
    at: datetime
    run: str
    owner: str
    """Process that makes the run; empty where any scheduler may."""
    claimed_at: datetime
    state: ClaimState = ClaimState.CLAIMED
    missed: int = 0
    """Earlier due times that passed without a run and are made up for by this one 漏跑."""
    asked_by: str = ""
    """Who asked for a run outside the calendar."""
    error: NoteOrText = ""

    @property
    def id(self) -> str:
        """``sweep@key``."""
        return f"{self.sweep}@{self.key}"

    @property
    def is_alarm(self) -> bool:
        """Whether due times were missed, or a run could not be made."""
        return self.missed > 0 or self.state in (ClaimState.MISSED, ClaimState.FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class SchedulePause:
    """The whole schedule is held 全部暂停; or was, until ``until``."""

    is_on: bool
    by: str = ""
    since: datetime | None = None
    until: datetime | None = None


# Inside the class, ``list`` is a method.
Claims = list[Claim]


@guarded
class Slots(Repository):
    """Claims of all sweeps."""

    collection_name = "slots"

    def claim(self, claim: Claim) -> bool:
        """Takes a due time; whether this call got it."""
        try:
            self._collection.insert_one(encode(claim, _id=claim.id))
        except DuplicateKeyError:
            return False
        return True

    def take_over(self, claim: Claim, owner: str) -> bool:
        """Goes on with a claim whose owner is gone; whether this call got it."""
        taken = self._collection.update_one(
            {"_id": claim.id, "owner": claim.owner, "state": ClaimState.CLAIMED.value},
            {"$set": {"owner": owner}},
        )
        return taken.modified_count == 1

    def settle(self, claim_id: str, state: ClaimState, error: NoteOrText = "") -> None:
        """Records what became of a claim."""
        why = clean(error)[:1000] if isinstance(error, str) else encode(error)
        self._collection.update_one(
            {"_id": clean(claim_id), "state": ClaimState.CLAIMED.value},
            {"$set": {"state": state.value, "error": why}},
        )

    def get(self, claim_id: str) -> Claim | None:
        """The claim with this id."""
        found = self._collection.find_one({"_id": clean(claim_id)})
        return decode(Claim, found) if found else None

    def waiting(self) -> Claims:
        """Claims whose run is not made yet, oldest first."""
        found = self._collection.find({"state": ClaimState.CLAIMED.value}).sort([("at", 1), ("_id", 1)])
        return [decode(Claim, document) for document in found]

    def last_before(self, sweep: str, at: datetime) -> Claim | None:
        """The latest claim of a sweep on a due time before ``at``, without runs that people asked for."""
        query = {"sweep": clean(sweep), "at": {"$lt": at}, "asked_by": ""}
        found = self._collection.find_one(query, sort=[("at", -1)])
        return decode(Claim, found) if found else None

    def list(self, sweep: str | None = None, limit: int = 50) -> Claims:
        """Latest claims first, of all sweeps or of one."""
        query = {} if sweep is None else {"sweep": clean(sweep)}
        found = self._collection.find(query).sort([("at", -1), ("_id", -1)]).limit(limit)
        return [decode(Claim, document) for document in found]

    def alarms(self, since: datetime, limit: int = 200) -> Claims:
        """Claims made since a time with missed due times, or without the run they should have had."""
        lost = [ClaimState.MISSED.value, ClaimState.FAILED.value]
        query = {"claimed_at": {"$gte": since}, "$or": [{"missed": {"$gt": 0}}, {"state": {"$in": lost}}]}
        found = self._collection.find(query).sort("claimed_at", -1).limit(limit)
        return [decode(Claim, document) for document in found]

    def pause(self) -> SchedulePause:
        """Whether the whole schedule is held."""
        found = self._database["meta"].find_one({"_id": "schedule"})
        return decode(SchedulePause, found) if found else SchedulePause(is_on=False)

    def set_paused(self, *, paused: bool, by: str = "") -> SchedulePause:
        """Holds the whole schedule, or lets it go on; runs under way are not touched."""
        moment: Sequence[dict[str, object]] = [
            {
                "$set": {
                    "is_on": paused,
                    "by": {"$literal": clean(by)},
                    "since" if paused else "until": SERVER_NOW,
                }
            }
        ]
        self._database["meta"].update_one({"_id": "schedule"}, moment, upsert=True)
        return self.pause()
