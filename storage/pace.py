"""How fast a run moves 采集速度: pages settled lately per platform, stratum and host; which hosts rest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.target import OPEN_STATES
from storage.codec import decode
from storage.faults import guarded
from storage.repository import SERVER_NOW, Repository, milliseconds
from storage.schema import LEASE_INDEX, PACE_INDEX


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """Targets of one stratum on one host that came to their end within the span that was asked for."""

    platform: str
    stratum: str
    host: str
    count: int


@guarded
class Pace(Repository):
    """Counts over the frontier, by the server's clock; every query is answered from an index."""

    collection_name = "targets"

    def settled(self, run: str, within: timedelta) -> list[Settled]:
        """What was settled in the last ``within``."""
        since = {"$subtract": [SERVER_NOW, milliseconds(within)]}
        keys = ("platform", "stratum", "host")
        groups = self._collection.aggregate(
            [
                {"$match": {"run": run, "$expr": {"$gt": ["$settled_at", since]}}},
                {"$group": {"_id": {key: f"${key}" for key in keys}, "count": {"$sum": 1}}},
            ],
            hint=PACE_INDEX,
        )
        found = [decode(Settled, {**group["_id"], "count": group["count"]}) for group in groups]
        return sorted(found, key=lambda row: (row.platform, row.stratum, row.host))

    def open_by_host(self, run: str) -> dict[str, int]:
        """Targets of a run that are left, per host, sorted."""
        groups = self._collection.aggregate(
            [
                {"$match": {"run": run, "state": {"$in": list(OPEN_STATES)}}},
                {"$group": {"_id": "$host", "count": {"$sum": 1}}},
            ],
            hint=LEASE_INDEX,
        )
        return dict(sorted((group["_id"], group["count"]) for group in groups))

    def resting(self) -> dict[str, datetime]:
        """Hosts that every crawl process leaves alone for now, and until when."""
        found = self._database["hosts"].find({"$expr": {"$gt": ["$until", SERVER_NOW]}})
        return {host["_id"]: host["until"] for host in found}
