"""The review queue 研判队列: findings by what became of them, decided by compare-and-set, and undone.

What was decided lies on the finding itself, beside ``status``, so that a list is one range of one index.
Every decision has a token of its own; a form carries the token that its reader saw, so a second reader who
decides on an old page changes nothing. Undoing puts the earlier state back with its earlier token.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from pymongo import ReturnDocument
from ulid import ULID

from domain.finding import Severity, Span
from storage.codec import Document, clean, decode, encode
from storage.faults import guarded
from storage.findings import Cursor
from storage.repository import Repository

UNDO_DEPTH = 10
QUERY_LIMIT_MS = 2_000
COUNT_LIMIT = 10_000
NAMES_OF = {"listing": "title", "shop": "name", "review": "text"}


class Status(StrEnum):
    """What became of a finding 研判状态."""

    NEW = "new"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """How a finding stands. ``token`` is "" as long as nobody has decided."""

    status: Status = Status.NEW
    token: str = ""
    by: str = ""
    at: datetime | None = None
    reason: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFilter:
    """What a list is narrowed to; an empty tuple or text narrows nothing."""

    statuses: tuple[Status, ...] = ()
    rules: tuple[str, ...] = ()
    severities: tuple[Severity, ...] = ()
    run: str = ""
    shop: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """What a list shows of a finding; no page text."""

    id: str
    number: int
    rank: float
    rule: str
    severity: Severity
    confidence: float
    weak: bool
    subject: str
    subject_kind: str
    shop: str
    spans: tuple[Span, ...]
    reason: str
    observed_at: datetime
    first_seen: datetime

    @property
    def cursor(self) -> Cursor:
        """Where a list goes on after this row."""
        return (self.rank, self.id)


Rows = list[tuple[QueueRow, Review]]
_SHOWN = dict.fromkeys(
    (
        *("number", "rank", "rule", "severity", "confidence", "weak", "subject", "subject_kind", "shop"),
        *("reason", "observed_at", "first_seen", "status", "review", "spans"),
    ),
    1,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What undoing came to: ``conflict`` when somebody changed the finding since, and nothing was undone."""

    finding: str
    withdrawn: Review
    restored: Review
    conflict: bool = False


@guarded
class ReviewQueue(Repository):
    """Lists of findings by status, and the moves between statuses."""

    collection_name = "findings"

    def page(self, asked: QueueFilter, *, after: Cursor | None = None, limit: int = 50) -> Rows:
        """One page of a list, greatest rank first, then by id."""
        query = _query(asked)
        if after is None:
            return self._rows(query, limit)
        rank, last = after
        # Two ranges one after the other, each a range of one index: nothing is sorted or skipped.
        ties = self._rows({**query, "rank": rank, "_id": {"$gt": clean(last)}}, limit)
        if len(ties) == limit:
            return ties
        return ties + self._rows({**query, "rank": {"$lt": rank}}, limit - len(ties))

    def count(self, asked: QueueFilter) -> int:
        """How many there are; counting stops just above ``COUNT_LIMIT``."""
        # Without a condition the planner would read documents; their keys are enough.
        query = _query(asked) or {"rank": {"$gte": 0}}
        return self._collection.count_documents(query, limit=COUNT_LIMIT + 1, maxTimeMS=QUERY_LIMIT_MS)

    def review(self, finding: str) -> Review:
        """How a finding stands."""
        found = self._collection.find_one({"_id": clean(finding)}, {"status": 1, "review": 1})
        return _review(found or {})

    def names(self, rows: Sequence[QueueRow]) -> dict[str, tuple[str, str]]:
        """Per subject its title and the name of its shop, as last read."""
        found: dict[str, tuple[str, str]] = {}
        for kind, field in NAMES_OF.items():
            keys = sorted({row.subject for row in rows if row.subject_kind == kind})
            if not keys:
                continue
            shown = {field: 1, "shop_name": 1}
            for document in self._database[f"{kind}s"].find({"_id": {"$in": keys}}, shown):
                found[document["_id"]] = (document.get(field, ""), document.get("shop_name", ""))
        return found

    def decide(self, finding: str, *, seen: str, review: Review) -> Review | None:
        """Replaces how a finding stands, if it still stands as its reader saw it.

        Args:
            finding: its id.
            seen: token of the review that the reader saw.
            review: what stands from now on; its token is given here.

        Returns:
            How it stood before, or ``None`` when somebody else was first or there is no such finding.
        """
        token = str(ULID())
        before = self._swap(finding, seen, {"status": review.status.value, "review": _facts(review, token)})
        if before is None:
            return None
        step = {"finding": finding, "token": token, "before": before}
        self._database["undo_steps"].update_one(
            {"_id": clean(review.by)},
            {"$push": {"steps": {"$each": [step], "$slice": -UNDO_DEPTH}}},
            upsert=True,
        )
        return _review(before)

    def undo(self, account: str) -> Undone | None:
        """Takes back the last decision of an account, ten deep; ``None`` when there is none left."""
        found = self._database["undo_steps"].find_one_and_update(
            {"_id": clean(account)}, {"$pop": {"steps": 1}}, return_document=ReturnDocument.BEFORE
        )
        if not found or not found["steps"]:
            return None
        step = found["steps"][-1]
        earlier = step["before"]
        state = {"status": earlier.get("status", Status.NEW.value), "review": earlier.get("review")}
        withdrawn = self._swap(step["finding"], step["token"], state)
        return Undone(
            finding=step["finding"],
            withdrawn=_review(withdrawn or {}),
            restored=_review(earlier),
            conflict=withdrawn is None,
        )

    def undo_depth(self, account: str) -> int:
        """How many decisions of an account can be taken back."""
        found = self._database["undo_steps"].find_one({"_id": clean(account)}) or {}
        return len(found.get("steps", ()))

    def verdicts(self) -> dict[str, dict[Status, int]]:
        """Per rule how many findings were confirmed, rejected or left unsure; new ones are not counted."""
        decided = [status.value for status in Status if status is not Status.NEW]
        groups = self._collection.aggregate(
            [
                {"$match": {"status": {"$in": decided}}},
                {"$group": {"_id": {"rule": "$rule", "status": "$status"}, "count": {"$sum": 1}}},
            ],
            hint="status_and_rule",
            maxTimeMS=QUERY_LIMIT_MS,
        )
        table: dict[str, dict[Status, int]] = {}
        for group in groups:
            table.setdefault(group["_id"]["rule"], {})[Status(group["_id"]["status"])] = group["count"]
        return table

    def _swap(self, finding: str, seen: str, state: Mapping[str, Any]) -> Document | None:
        """Sets ``state`` where the token is the one that was seen; the status and review from before."""
        # ``None`` also stands for a finding that never had a review.
        token = clean(seen) or None
        return self._collection.find_one_and_update(
            {"_id": clean(finding), "review.token": token},
            {"$set": dict(state)},
            projection={"_id": 0, "status": 1, "review": 1},
            return_document=ReturnDocument.BEFORE,
        )

    def _rows(self, query: Document, limit: int) -> Rows:
        found = self._collection.find(query, _SHOWN).sort([("rank", -1), ("_id", 1)])
        return [_row(document) for document in found.limit(limit).max_time_ms(QUERY_LIMIT_MS)]


def _query(asked: QueueFilter) -> Document:
    several = {"status": asked.statuses, "rule": asked.rules, "severity": asked.severities}
    single = {"runs": asked.run, "shop": asked.shop, "subject": asked.subject}
    query: Document = {key: clean(value) for key, value in single.items() if value}
    for key, values in several.items():
        if values:
            query[key] = clean(values[0]) if len(values) == 1 else {"$in": [clean(value) for value in values]}
    return query


def _row(document: Document) -> tuple[QueueRow, Review]:
    return decode(QueueRow, {**document, "id": document["_id"]}), _review(document)


def _facts(review: Review, token: str) -> Document:
    facts = encode(review)
    return {key: facts[key] for key in ("by", "at", "reason", "comment")} | {"token": token}


def _review(document: Mapping[str, Any]) -> Review:
    review = document.get("review") or {}
    return Review(status=Status(document.get("status", Status.NEW.value)), **review)
