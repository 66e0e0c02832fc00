"""The documents of the frontier: what a lease is, and the updates that move a target from state to state.

A lease is a random token and the id of its target, so that it is found by ``_id`` and needs no index. An
update in pipeline form sees the server's clock; what strangers or callers wrote goes into it as a literal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo import UpdateOne

from domain.snapshot import Snapshot
from domain.target import OPEN_STATES, PageKind, Reason, Target, TargetState
from domain.visit import Visit
from storage.codec import Document, clean, encode, fitting
from storage.repository import SERVER_NOW, literal, milliseconds, server_time_after

TAKEN = (TargetState.LEASED, TargetState.PARSED)
# What a host says when it does not want us; the rest of the reasons are faults of page, network or program.
REFUSALS = frozenset(
    {
        Reason.ROBOTS,
        Reason.CAPTCHA,
        Reason.LOGIN,
        Reason.RATE_LIMITED,
        Reason.FORBIDDEN,
        Reason.PRIVATE_ADDRESS,
    }
)
MAX_DETAIL = 2_000
# The server's clock is not at hand in an insert; a time that has surely come serves.
AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
# A page that ends every process that takes it would otherwise be taken for ever.
MAX_LEASES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """The end of a target that was not read: ``failed`` or ``blocked``, why, and what was preserved of it."""

    target: Target
    state: TargetState
    reason: Reason
    detail: str = ""
    snapshots: tuple[Snapshot, ...] = ()


def taking(token: str, owner: str, duration: timedelta) -> list[Document]:
    """Update: targets belong to ``owner`` under ``token``, or end where they were taken too often."""
    is_hopeless = {"$gte": [{"$ifNull": ["$lease_count", 0]}, MAX_LEASES]}
    told = f"taken {MAX_LEASES} times, never finished"
    return [
        {
            "$set": {
                "state": {"$cond": [is_hopeless, TargetState.FAILED.value, TargetState.LEASED.value]},
                "reason": {"$cond": [is_hopeless, Reason.FAULT.value, ""]},
                "detail": {"$cond": [is_hopeless, told, ""]},
                "settled_at": {"$cond": [is_hopeless, SERVER_NOW, "$$REMOVE"]},
                "lease": {"$concat": [token, ":", "$_id"]},
                "owner": {"$cond": [is_hopeless, "", literal(owner)]},
                "due_at": server_time_after(duration),
                "lease_ms": milliseconds(duration),
                "lease_count": {"$add": [{"$ifNull": ["$lease_count", 0]}, 1]},
            }
        }
    ]


def putting_back(
    reason: Reason, detail: str, after: timedelta, max_attempts: int, snapshot: str
) -> list[Document]:
    """Update: a target waits for another try, or ends where its tries are used up."""
    final = TargetState.BLOCKED if reason in REFUSALS else TargetState.FAILED
    is_last = {"$gte": [{"$add": ["$attempts", 1]}, max_attempts]}
    return [
        {
            "$set": {
                "state": {"$cond": [is_last, final.value, TargetState.PLANNED.value]},
                "reason": {"$cond": [is_last, reason.value, ""]},
                "detail": {"$cond": [is_last, literal(_bounded(detail)), ""]},
                "settled_at": {"$cond": [is_last, SERVER_NOW, "$$REMOVE"]},
                "last_error": literal(_bounded(f"{reason.value}: {detail}")),
                "snapshot": literal(snapshot),
                "due_at": server_time_after(after),
                "attempts": {"$add": ["$attempts", 1]},
                "owner": "",
            }
        }
    ]


def planting(key: str, target: Target) -> Document:
    """Document of a target that is free at once."""
    return encode(target, _id=key, owner="", detail="", lease_count=0, due_at=AT_ONCE)


def settling(result: Settlement) -> UpdateOne:
    """Update: a target ends without having been read."""
    return UpdateOne(
        held([result.target.lease]),
        {
            "$set": {
                "state": result.state.value,
                "reason": result.reason.value,
                "detail": _bounded(result.detail),
                "last_error": _bounded(f"{result.reason.value}: {result.detail}"),
                "snapshot": result.snapshots[0].id if result.snapshots else "",
                "owner": "",
            },
            "$currentDate": {"settled_at": True},
        },
    )


def finishing(visit: Visit) -> UpdateOne:
    """Update: a stored visit's target is done."""
    listings = [listing.key for listing in visit.listings]
    shops = [shop.key for shop in visit.shops]
    told: Document = {
        "state": TargetState.DONE.value,
        "subjects": shops if visit.target.kind is PageKind.SHOP else listings,
        "reason": visit.reason,
        "snapshot": visit.snapshots[0].id if visit.snapshots else "",
        "missing_fields": visit.missing_fields,
        "dropped": visit.dropped,
        "not_judged": sorted(set(visit.not_judged)),
        "owner": "",
    }
    if visit.target.kind is PageKind.SEARCH:
        told |= {"cards": visit.cards, "reported": visit.reported}
    return UpdateOne(
        {**held([visit.target.lease]), "state": TargetState.PARSED.value},
        {"$set": fitting(told), "$currentDate": {"settled_at": True}},
    )


def _bounded(detail: str) -> str:
    return clean(detail[:MAX_DETAIL])


def open_targets(run: str, kinds: Sequence[PageKind] | None) -> dict[str, Any]:
    """Query: what is left of a run."""
    query: dict[str, Any] = {"run": run, "state": {"$in": list(OPEN_STATES)}}
    if kinds is not None:
        query["kind"] = {"$in": list(kinds)}
    return query


def held(leases: Sequence[str]) -> dict[str, Any]:
    """Query: targets that are taken under one of these leases."""
    return {
        "_id": {"$in": ids_of(leases)},
        "lease": {"$in": list(leases)},
        "state": {"$in": list(TAKEN)},
    }


def ids_of(leases: Sequence[str]) -> list[str]:
    """Ids of the targets that leases were given for."""
    return [lease.partition(":")[2] for lease in leases]
