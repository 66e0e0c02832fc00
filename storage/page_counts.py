"""What the pages of a run showed, counted: results per search, and fields that were found or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.target import PageKind, Reason, TargetState
from storage.faults import guarded
from storage.repository import Repository
from storage.schema import COVERAGE_INDEX


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchCount:
    """What the searches of one stratum showed, a listing that two of them show counting twice."""

    stratum: str
    searches: int
    """Searches whose first page was read …"""
    saying: int
    """… and those among them that say how many results there are …"""
    reported: int
    """… and how many these say, together."""
    cards: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldCounts:
    """How many pages of one kind on one platform were had, and what was not found on them."""

    platform: str
    kind: PageKind
    read: int
    """Pages that were read, those that say themselves that there is nothing included."""
    blocked: int
    missing: Mapping[str, int]
    """Optional fields by the pages read on which they were not found."""
    unreadable: Mapping[str, int]
    """Mandatory fields by the pages that could not be read for want of them."""
    empty: int = 0
    """Of ``read``: pages that say that there is nothing 页面声明无结果."""


@guarded
class PageCounts(Repository):
    """Counts over the targets of a run."""

    collection_name = "targets"

    def searches(self, run: str) -> list[SearchCount]:
        """What the searches of a run showed, one row per stratum, sorted."""
        is_first = {"$eq": ["$position", 0]}
        says = {"$and": [is_first, {"$gt": ["$reported", None]}]}
        group = {
            "_id": "$stratum",
            "cards": {"$sum": {"$ifNull": ["$cards", 0]}},
            "searches": {"$sum": {"$cond": [is_first, 1, 0]}},
            "saying": {"$sum": {"$cond": [says, 1, 0]}},
            "reported": {"$sum": {"$cond": [says, "$reported", 0]}},
        }
        query = {"run": run, "kind": PageKind.SEARCH.value, "state": TargetState.DONE.value}
        groups = self._collection.aggregate([{"$match": query}, {"$group": group}], hint=COVERAGE_INDEX)
        found = [SearchCount(stratum=row.pop("_id"), **row) for row in groups]
        return sorted(found, key=lambda row: row.stratum)

    def fields(self, run: str) -> list[FieldCounts]:
        """What was found on a run's pages, one row per platform and page kind, sorted."""
        missing = self._by_field({"state": TargetState.DONE.value}, "$missing_fields")
        broken = {"state": TargetState.FAILED.value, "reason": Reason.EXTRACTION.value}
        # The detail of such a failure begins with the name of the field.
        unreadable = self._by_field(broken, {"$slice": [{"$split": ["$detail", ": "]}, 1]})
        totals = self._totals(run)
        absent, unread = (self._named(run, pipeline) for pipeline in (missing, unreadable))
        return [
            FieldCounts(
                platform=platform,
                kind=PageKind(kind),
                **totals[platform, kind],
                missing=absent.get((platform, kind), {}),
                unreadable=unread.get((platform, kind), {}),
            )
            for platform, kind in sorted(totals)
        ]

    def _totals(self, run: str) -> dict[tuple[str, str], dict[str, int]]:
        def count(**asked: str) -> dict[str, Any]:
            tests = [{"$eq": [f"${name}", value]} for name, value in asked.items()]
            return {"$sum": {"$cond": [{"$and": tests}, 1, 0]}}

        done = TargetState.DONE.value
        group = {
            "_id": {"platform": "$platform", "kind": "$kind"},
            "read": count(state=done),
            "empty": count(state=done, reason=Reason.EMPTY.value),
            "blocked": count(state=TargetState.BLOCKED.value),
        }
        groups = self._collection.aggregate(
            [{"$match": {"run": run}}, {"$group": group}], hint=COVERAGE_INDEX
        )
        return {
            (row["_id"]["platform"], row["_id"]["kind"]): {
                name: row[name] for name in ("read", "empty", "blocked")
            }
            for row in groups
        }

    def _by_field(self, asked: dict[str, Any], names: Any) -> list[dict[str, Any]]:
        key = {"platform": "$platform", "kind": "$kind", "field": "$names"}
        return [
            {"$match": asked},
            {"$project": {"platform": 1, "kind": 1, "names": names}},
            {"$unwind": "$names"},
            {"$group": {"_id": key, "count": {"$sum": 1}}},
        ]

    def _named(self, run: str, pipeline: list[dict[str, Any]]) -> dict[tuple[str, str], dict[str, int]]:
        found: dict[tuple[str, str], dict[str, int]] = {}
        match = {"$match": {"run": run}}
        for row in self._collection.aggregate([match, *pipeline], hint=COVERAGE_INDEX):
            key = row["_id"]
            found.setdefault((key["platform"], key["kind"]), {})[key["field"]] = row["count"]
        return found
