"""Findings 违法疑点: each stored once, with a short number for people and its place in the queue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import ReturnDocument, UpdateOne

from domain.finding import Finding
from storage.codec import Document, clean, decode, encode
from storage.faults import guarded
from storage.repository import ITERATE_BATCH, Repository, write_all

Cursor = tuple[float, str]
_GROWING = ("evidence_ids", "signals", "reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFinding:
    """A finding as first made, with what later runs added."""

    finding: Finding
    number: int
    """Running number, for people; gaps mean nothing."""
    rank: float
    """Place in the queue, greatest first."""
    first_seen: datetime
    last_seen: datetime
    first_run: str
    runs: tuple[str, ...]

    @property
    def cursor(self) -> Cursor:
        """Where a list goes on after this finding."""
        return (self.rank, self.finding.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCount:
    """What a run found by one rule on one kind of subject."""

    rule: str
    subject_kind: str
    subjects: int
    """Subjects with at least one finding."""
    findings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PastFindings:
    """Keys of listings and shops with earlier findings that no person rejected."""

    open_subjects: frozenset[str] = frozenset()
    confirmed_subjects: frozenset[str] = frozenset()
    open_shops: frozenset[str] = frozenset()
    confirmed_shops: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedListings:
    """Listings of a run by what persons made of their findings; in neither where all were rejected."""

    confirmed: frozenset[str]
    open: frozenset[str]
    """With a finding that is more than a weak hint and not decided, or of which a person is unsure."""


# Inside the class, ``list`` is a method.
Page = list[StoredFinding]
Found = list[Finding]
Counts = list[RuleCount]


@guarded
class Findings(Repository):
    """Identity comes from content, so that finding the same again moves ``last_seen`` and nothing else.

    Two take over more: a corpus finding what shows it now, since a campaign grows from visit to visit; and a
    weak finding, once it was made again as a full one, its weight, reason and place in the queue.
    """

    collection_name = "findings"

    def save(self, findings: Sequence[Finding], run: str) -> None:
        """Stores what a run found."""
        self.save_all([(finding, run) for finding in findings])

    def save_all(self, findings: Sequence[tuple[Finding, str]]) -> None:
        """Stores findings, each with the run that made it."""
        if not findings:
            return
        keyed = [(finding.id, finding, run) for finding, run in findings]
        ids = list(dict.fromkeys(key for key, _, _ in keyed))
        known = {found["_id"] for found in self._collection.find({"_id": {"$in": ids}}, {"_id": 1})}
        numbers = self._numbers([key for key in ids if key not in known])
        upserts = [_upsert(key, found, run, numbers) for key, found, run in keyed]
        firmed = [_firm(key, found) for key, found, _ in keyed if not found.weak and key in known]
        write_all(self._collection, upserts + firmed)

    def get(self, id_or_number: str | int) -> StoredFinding | None:
        """The finding with this id, or with this running number, given as digits or as a number."""
        is_number = isinstance(id_or_number, int) or (len(id_or_number) < 19 and id_or_number.isdecimal())
        key = "number" if is_number else "_id"
        found = self._collection.find_one({key: int(id_or_number) if is_number else clean(str(id_or_number))})
        return _stored(found) if found else None

    def list(
        self,
        run: str | None = None,
        rule: str | None = None,
        subject: str | None = None,
        shop: str | None = None,
        after: Cursor | None = None,
        limit: int = 50,
    ) -> Page:
        """One page of the queue, greatest rank first, then by id.

        Args:
            run: only what this run saw.
            rule: only this rule.
            subject: only this subject, by key.
            shop: only findings that this shop answers for, by key.
            after: ``cursor`` of the last finding of the page before.
            limit: length of the page.
        """
        asked = {"runs": run, "rule": rule, "subject": subject, "shop": shop}
        query: dict[str, Any] = {key: clean(value) for key, value in asked.items() if value is not None}
        if after is not None:
            rank, last = after
            # Each branch is a range of the same index and in its order, so that nothing is sorted or skipped.
            query = {"$or": [{**query, "rank": rank, "_id": {"$gt": last}}, {**query, "rank": {"$lt": rank}}]}
        found = self._collection.find(query).sort([("rank", -1), ("_id", 1)]).limit(limit)
        return [_stored(document) for document in found]

    def iterate(self, run: str) -> Iterator[StoredFinding]:
        """All that a run saw, in the order of the queue."""
        page = self.list(run=run, limit=ITERATE_BATCH)
        while page:
            yield from page
            page = self.list(run=run, after=page[-1].cursor, limit=ITERATE_BATCH)

    def of_run(self, run: str) -> Found:
        """All that a run saw, in the order of the queue."""
        return [stored.finding for stored in self.iterate(run)]

    def past(self, subjects: Sequence[str], shops: Sequence[str], *, before: str) -> PastFindings:
        """What earlier runs than ``before`` found on these subjects and shops, without what was rejected.

        A finding that is new, or of which a person is unsure, is open; weak ones count only once confirmed.
        """
        by_subject = self._standing("subject", subjects, before)
        by_shop = self._standing("shop", shops, before)
        return PastFindings(
            open_subjects=frozenset(by_subject[False]),
            confirmed_subjects=frozenset(by_subject[True]),
            open_shops=frozenset(by_shop[False]),
            confirmed_shops=frozenset(by_shop[True]),
        )

    def decided(self, run: str) -> DecidedListings:
        """How far a run's findings on listings are decided; one confirmed finding decides its listing."""
        mine = {"runs": clean(run), "subject_kind": "listing"}
        confirmed = frozenset(self._collection.distinct("subject", mine | {"status": "confirmed"}))
        is_open = {"status": {"$in": ["new", "unsure"]}, "weak": {"$ne": True}}
        return DecidedListings(
            confirmed=confirmed,
            open=frozenset(self._collection.distinct("subject", mine | is_open)) - confirmed,
        )

    def _standing(self, key: str, values: Sequence[str], before: str) -> dict[bool, set[str]]:
        """Values that have an open finding under ``False``, a confirmed one under ``True``."""
        found: dict[bool, set[str]] = {False: set(), True: set()}
        is_open = {"status": {"$in": ["new", "unsure"]}, "weak": {"$ne": True}}
        for start in range(0, len(values), ITERATE_BATCH):
            some = [clean(value) for value in values[start : start + ITERATE_BATCH]]
            known = {key: {"$in": some}, "first_run": {"$lt": clean(before)}}
            for confirmed, status in ((False, is_open), (True, {"status": "confirmed"})):
                found[confirmed].update(self._collection.distinct(key, known | status))
        return found

    def count_by_rule(self, run: str) -> Counts:
        """What a run found, one row per rule and kind of subject, sorted."""
        by_subject = {"rule": "$rule", "subject_kind": "$subject_kind", "subject": "$subject"}
        by_rule = {"rule": "$_id.rule", "subject_kind": "$_id.subject_kind"}
        groups = self._collection.aggregate(
            [
                {"$match": {"runs": run}},
                {"$group": {"_id": by_subject, "findings": {"$sum": 1}}},
                {"$group": {"_id": by_rule, "subjects": {"$sum": 1}, "findings": {"$sum": "$findings"}}},
            ]
        )
        found = [
            RuleCount(**group["_id"], subjects=group["subjects"], findings=group["findings"])
            for group in groups
        ]
        return sorted(found, key=lambda row: (row.rule, row.subject_kind))

    def _numbers(self, ids: Sequence[str]) -> dict[str, int]:
        if not ids:
            return {}
        before = self._database["counters"].find_one_and_update(
            {"_id": "findings"},
            {"$inc": {"last": len(ids)}},
            upsert=True,
            return_document=ReturnDocument.BEFORE,
        )
        first = (before["last"] if before else 0) + 1
        return dict(zip(ids, range(first, first + len(ids)), strict=True))


def _upsert(key: str, finding: Finding, run: str, numbers: dict[str, int]) -> UpdateOne:
    update: Document = {"$max": {"last_seen": finding.observed_at}, "$addToSet": {"runs": run}}
    if key in numbers:
        facts = encode(
            finding,
            number=numbers[key],
            rank=float(finding.rank),
            first_seen=finding.observed_at,
            first_run=run,
            status="new",
        )
        return UpdateOne({"_id": key}, {"$setOnInsert": facts, **update}, upsert=True)
    if finding.evidence_ids:
        # A campaign goes on: more reviews or prices show the same finding.
        grown = encode(finding)
        update["$set"] = {name: grown[name] for name in _GROWING}
    return UpdateOne({"_id": key}, update)


def _firm(key: str, finding: Finding) -> UpdateOne:
    """What was a hint only, such as a licence not seen on one day, and has now been confirmed."""
    made = encode(finding)
    weight = {name: made[name] for name in ("weak", "confidence", "reason", "severity")}
    return UpdateOne({"_id": key, "weak": True}, {"$set": {**weight, "rank": float(finding.rank)}})


def _stored(document: Document) -> StoredFinding:
    return StoredFinding(
        finding=decode(Finding, document),
        number=document["number"],
        rank=document["rank"],
        first_seen=document["first_seen"],
        last_seen=document["last_seen"],
        first_run=document["first_run"],
        runs=tuple(document["runs"]),
    )
