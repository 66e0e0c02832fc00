"""The durable frontier: targets are leased, settled and given back by compare-and-set.

Beside the fields of ``Target`` a document keeps ``due_at``: when a planned target may be taken, and when the
lease of a taken one ends. So a target is free exactly if its state is open and ``due_at`` has come, by the
server's clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from pymongo import ReturnDocument, UpdateOne
from ulid import ULID

from domain.snapshot import Snapshot
from domain.target import OPEN_STATES, PageKind, Reason, Target, TargetState
from domain.visit import Visit
from storage.codec import clean, decode
from storage.faults import guarded
from storage.leases import (
    TAKEN,
    Settlement,
    finishing,
    held,
    ids_of,
    open_targets,
    planting,
    putting_back,
    settling,
    taking,
)
from storage.repository import (
    SERVER_NOW,
    Repository,
    insert_once,
    milliseconds,
    server_time_after,
    write_all,
)
from storage.schema import COVERAGE_INDEX, LEASE_INDEX
from storage.snapshots import Snapshots

__all__ = ["Frontier", "OpenCount", "Settlement", "TargetCount"]

# Another process may take the same candidates first; then the next ones are tried.
LEASE_ROUNDS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetCount:
    """One cell of the coverage table 采集覆盖情况."""

    kind: PageKind
    platform: str
    stratum: str
    state: TargetState
    reason: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCount:
    """What is left of a run: free to take, taken, and waiting for its time or for a host that cools."""

    planned: int = 0
    leased: int = 0
    waiting: int = 0

    @property
    def total(self) -> int:
        """All that is left."""
        return self.planned + self.leased + self.waiting


@guarded
class Frontier(Repository):
    """Targets 采集目标 of all runs, shared by any number of crawl processes on any number of machines."""

    collection_name = "targets"

    def plant(self, targets: Sequence[Target]) -> int:
        """Adds targets that are not there yet; how many are new."""
        documents = {target.id: target for target in targets}
        return write_all(
            self._collection, (insert_once(planting(key, target)) for key, target in documents.items())
        )

    def lease(
        self,
        run: str,
        *,
        owner: str,
        limit: int,
        duration: timedelta,
        kinds: Sequence[PageKind] | None = None,
    ) -> list[Target]:
        """Up to ``limit`` free targets for ``owner`` alone, smallest position first.

        Free are planned targets whose time has come and taken ones whose lease ran out; targets of hosts that
        cool are left. No two callers get the same target.
        """
        leased: list[Target] = []
        for _ in range(LEASE_ROUNDS):
            wanted = limit - len(leased)
            candidates = self._candidates(run, wanted, kinds)
            leased += self._take(candidates, owner, duration)
            if len(leased) >= limit or len(candidates) < wanted:
                break
        return sorted(leased, key=lambda target: (target.position, target.id))

    def renew(self, leases: Sequence[str], duration: timedelta) -> int:
        """Moves the deadlines of leases that still hold to ``duration`` from now; how many hold."""
        renewed = self._collection.update_many(
            held(leases),
            [{"$set": {"due_at": server_time_after(duration), "lease_ms": milliseconds(duration)}}],
        )
        return renewed.matched_count

    def release(self, run: str, owners: Sequence[str]) -> int:
        """Gives back at once what owners hold that no longer live; how many targets that are."""
        released = self._collection.update_many(
            {"run": run, "owner": {"$in": list(owners)}, "state": {"$in": list(TAKEN)}},
            [{"$set": {"state": TargetState.PLANNED.value, "due_at": SERVER_NOW, "owner": "", "lease": ""}}],
        )
        return released.modified_count

    def owners(self, run: str) -> list[str]:
        """Who holds leases that have not run out, sorted."""
        groups = self._collection.aggregate(
            [
                {
                    "$match": {
                        "run": run,
                        "owner": {"$gt": ""},
                        "state": {"$in": list(TAKEN)},
                        "$expr": {"$gt": ["$due_at", SERVER_NOW]},
                    }
                },
                {"$group": {"_id": "$owner"}},
            ],
            hint="owners",
        )
        return sorted(group["_id"] for group in groups)

    def settle(self, results: Sequence[Settlement]) -> list[bool]:
        """Ends targets that were not read; for each whether its lease still held.

        What was preserved is stored first: a page that says 404 is evidence too.
        """
        leases = [result.target.lease for result in results]
        times_taken = self._holders(leases)
        winners = [result for result in results if result.target.lease in times_taken]
        snapshots = Snapshots(self._database)
        snapshots.save([snapshot for result in winners for snapshot in result.snapshots])
        write_all(self._collection, (settling(result) for result in winners))
        snapshots.supersede(
            {
                result.target.id: [snapshot.id for snapshot in result.snapshots]
                for result in winners
                if times_taken[result.target.lease] > 1
            }
        )
        states = self._states(leases)
        return [states.get(result.target.lease) == result.state for result in results]

    def mark_parsed(self, leases: Sequence[str]) -> dict[str, int]:
        """Moves ``leased`` to ``parsed``, and the deadline on.

        Returns:
            Leases that held, each with how often its target was taken.
        """
        self._collection.update_many(
            held(leases),
            [
                {
                    "$set": {
                        "state": TargetState.PARSED.value,
                        "due_at": {"$add": [SERVER_NOW, "$lease_ms"]},
                    }
                }
            ],
        )
        return self._holders(leases)

    def finish(self, visits: Sequence[Visit]) -> None:
        """Moves ``parsed`` to ``done`` where the lease still holds, with what coverage needs to know."""
        write_all(self._collection, (finishing(visit) for visit in visits))

    def retry_later(
        self,
        target: Target,
        *,
        reason: Reason,
        detail: str,
        after: timedelta,
        max_attempts: int,
        snapshots: Sequence[Snapshot] = (),
    ) -> TargetState:
        """Puts a target back for another try; its state now.

        It waits ``after`` from the server's time on; once ``max_attempts`` tries are used up it ends as
        blocked where the host refused, else as failed. Where the lease was lost, nothing changes.
        """
        Snapshots(self._database).save(snapshots)
        changed = self._collection.find_one_and_update(
            held([target.lease]),
            putting_back(reason, detail, after, max_attempts, snapshots[0].id if snapshots else ""),
            projection={"state": 1},
            return_document=ReturnDocument.AFTER,
        )
        found = changed or self._collection.find_one({"_id": target.id}, {"state": 1}) or {}
        return TargetState(found.get("state", target.state))

    def cool(self, host: str, duration: timedelta) -> None:
        """Keeps every crawl process off a host for ``duration``; a longer pause that is on stays."""
        self._database["hosts"].update_one(
            {"_id": clean(host)},
            [{"$set": {"until": {"$max": ["$until", server_time_after(duration)]}}}],
            upsert=True,
        )

    def get(self, target_id: str) -> Target | None:
        """The target with this id."""
        found = self._collection.find_one({"_id": target_id})
        return decode(Target, found) if found else None

    def counts(self, run: str) -> list[TargetCount]:
        """The coverage table of a run, sorted."""
        keys = ("kind", "platform", "stratum", "state", "reason")
        groups = self._collection.aggregate(
            [
                {"$match": {"run": run}},
                {"$group": {"_id": {key: f"${key}" for key in keys}, "count": {"$sum": 1}}},
            ],
            hint=COVERAGE_INDEX,
        )
        found = [decode(TargetCount, {**group["_id"], "count": group["count"]}) for group in groups]
        return sorted(found, key=lambda cell: tuple(str(getattr(cell, key)) for key in keys))

    def open_count(self, run: str, kinds: Sequence[PageKind] | None = None) -> OpenCount:
        """What is left of a run, by what keeps it open."""
        is_taken = {"$in": ["$state", [state.value for state in TAKEN]]}
        is_waiting = {"$or": [{"$gt": ["$due_at", SERVER_NOW]}, {"$in": ["$host", self._cooling()]}]}
        group = {"$cond": [is_taken, "leased", {"$cond": [is_waiting, "waiting", "planned"]}]}
        groups = self._collection.aggregate(
            [{"$match": open_targets(run, kinds)}, {"$group": {"_id": group, "count": {"$sum": 1}}}],
            hint=LEASE_INDEX,
        )
        return OpenCount(**{group["_id"]: group["count"] for group in groups})

    def cancel_open(self, run: str, reason: Reason) -> int:
        """Ends all that is left of a run as failed, what is being fetched too; how many targets."""
        cancelled = self._collection.update_many(
            open_targets(run, None),
            [
                {
                    "$set": {
                        "state": TargetState.FAILED.value,
                        "reason": reason.value,
                        "settled_at": SERVER_NOW,
                        "owner": "",
                    }
                }
            ],
        )
        return cancelled.modified_count

    def not_judged(self, run: str) -> dict[str, int]:
        """Per rule how many targets of a run were read without that rule being judged."""
        groups = self._collection.aggregate(
            [
                {"$match": {"run": run, "not_judged": {"$exists": True}}},
                {"$unwind": "$not_judged"},
                {
                    "$group": {
                        "_id": {"target": "$_id", "rule": {"$first": {"$split": ["$not_judged", ": "]}}}
                    }
                },
                {"$group": {"_id": "$_id.rule", "count": {"$sum": 1}}},
            ],
            hint=COVERAGE_INDEX,
        )
        return dict(sorted((group["_id"], group["count"]) for group in groups))

    def abstain(self, reasons: Mapping[str, Iterable[str]]) -> None:
        """Adds ``RULE: reason`` of what could not be judged after all to targets, by their ids."""
        write_all(
            self._collection,
            (
                UpdateOne({"_id": clean(target)}, {"$addToSet": {"not_judged": {"$each": sorted(told)}}})
                for target, told in reasons.items()
            ),
        )

    def read_subjects(self, run: str, kind: PageKind) -> set[str]:
        """Keys of the subjects that pages of a kind showed: listings, or shops for shop pages."""
        query = {"run": run, "kind": kind.value, "state": TargetState.DONE.value}
        groups = self._collection.aggregate(
            [{"$match": query}, {"$unwind": "$subjects"}, {"$group": {"_id": "$subjects"}}],
            hint=COVERAGE_INDEX,
        )
        return {group["_id"] for group in groups}

    def read_through(self, run: str, kind: PageKind, most: int) -> set[str]:
        """Subjects whose pages of a kind were all read, and fewer than ``most``, where a budget would cut."""
        undone = {"$sum": {"$cond": [{"$eq": ["$state", TargetState.DONE.value]}, 0, 1]}}
        groups = self._collection.aggregate(
            [
                {"$match": {"run": run, "kind": kind.value}},
                {"$group": {"_id": "$subject", "pages": {"$sum": 1}, "undone": undone}},
                {"$match": {"undone": 0, "pages": {"$lt": most}}},
            ],
            hint=COVERAGE_INDEX,
        )
        return {group["_id"] for group in groups}

    def _cooling(self) -> list[str]:
        hosts = self._database["hosts"].find({"$expr": {"$gt": ["$until", SERVER_NOW]}}, {"_id": 1})
        return [host["_id"] for host in hosts]

    def _candidates(self, run: str, limit: int, kinds: Sequence[PageKind] | None) -> list[str]:
        query = {**open_targets(run, kinds), "$expr": {"$lte": ["$due_at", SERVER_NOW]}}
        cooling = self._cooling()
        if cooling:
            query["host"] = {"$nin": cooling}
        found = self._collection.find(query, {"_id": 1}).sort([("position", 1), ("_id", 1)]).hint(LEASE_INDEX)
        return [target["_id"] for target in found.limit(limit)]

    def _take(self, ids: Sequence[str], owner: str, duration: timedelta) -> list[Target]:
        if not ids:
            return []
        token = str(ULID())
        self._collection.update_many(
            {
                "_id": {"$in": ids},
                "state": {"$in": list(OPEN_STATES)},
                "$expr": {"$lte": ["$due_at", SERVER_NOW]},
            },
            taking(token, owner, duration),
        )
        taken = self._collection.find(held([f"{token}:{target}" for target in ids]))
        return [decode(Target, document) for document in taken]

    def _holders(self, leases: Sequence[str]) -> dict[str, int]:
        """Leases that still hold, each with how often its target was taken."""
        found = self._collection.find(held(leases), {"lease": 1, "lease_count": 1})
        return {target["lease"]: target["lease_count"] for target in found}

    def _states(self, leases: Sequence[str]) -> dict[str, str]:
        found = self._collection.find(
            {"_id": {"$in": ids_of(leases)}, "lease": {"$in": list(leases)}}, {"lease": 1, "state": 1}
        )
        return {target["lease"]: target["state"] for target in found}
