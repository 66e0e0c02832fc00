"""The store's schema: its version, the migrations that lead to it, and every index.

An index matches its list's sort to the last key, ``_id`` included: a list then reads only what it shows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.database import Database
from pymongo.errors import OperationFailure

from domain.errors import StorageError
from storage.codec import Document

_UP, _DOWN = ASCENDING, DESCENDING
_DAY_S: Final = 24 * 3600
_QUEUE: Final = [("rank", _DOWN), ("_id", _UP)]

# Fields that a lease filters by follow its sort, so that it is answered from the index alone.
LEASE_INDEX = "lease"
COVERAGE_INDEX = "coverage"
PACE_INDEX = "pace"

INDEXES: dict[str, Sequence[IndexModel]] = {
    "targets": (
        IndexModel(
            [("run", _UP), ("state", _UP), ("position", _UP), ("_id", _UP), ("kind", _UP), ("host", _UP),
             ("due_at", _UP)],
            name=LEASE_INDEX,
        ),
        IndexModel(
            [("run", _UP), ("kind", _UP), ("platform", _UP), ("stratum", _UP), ("state", _UP),
             ("reason", _UP)],
            name=COVERAGE_INDEX,
        ),
        IndexModel([("run", _UP), ("owner", _UP), ("state", _UP), ("due_at", _UP)], name="owners"),
        IndexModel(
            [("run", _UP), ("settled_at", _UP), ("platform", _UP), ("stratum", _UP), ("host", _UP)],
            name=PACE_INDEX,
        ),
    ),
    "hosts": (IndexModel([("until", _UP)], name="cooling"),),
    "runs": (
        IndexModel([("sweep", _UP), ("_id", _DOWN)], name="of_sweep"),
        IndexModel([("state", _UP), ("_id", _DOWN)], name="active"),
        IndexModel([("started_at", _DOWN), ("_id", _DOWN)], name="by_time"),
    ),
    "sweeps": (IndexModel([("name", _UP), ("version", _DOWN)], name="versions"),),
    "frame": (
        IndexModel([("run", _UP), ("stratum", _UP), ("rank", _UP), ("_id", _UP)], name="of_run"),
        IndexModel([("run", _UP), ("shop", _UP), ("category", _UP)], name="of_shop"),
    ),
    "licences": (
        IndexModel([("shop", _UP), ("observed_at", _DOWN), ("_id", _UP)], name="of_shop"),
        IndexModel([("identity", _UP), ("shop", _UP)], name="of_operator"),
        IndexModel([("code", _UP), ("shop", _UP)], name="of_number"),
        IndexModel([("run", _UP), ("shop", _UP), ("_id", _UP)], name="of_run"),
    ),
    "operators": (
        IndexModel([("code", _UP), ("source", _DOWN), ("_id", _UP)], name="code"),
        IndexModel([("names", _UP), ("source", _DOWN), ("_id", _UP)], name="names"),
        IndexModel(
            [("old_number", _UP), ("source", _DOWN), ("_id", _UP)],
            name="old_number",
            partialFilterExpression={"old_number": {"$gt": ""}},
        ),
        IndexModel([("permit_numbers", _UP), ("source", _DOWN), ("_id", _UP)], name="permits"),
        IndexModel([("source", _UP)], name="source"),
    ),
    "permits": (
        IndexModel([("number", _UP), ("source", _DOWN), ("_id", _UP)], name="number"),
        IndexModel([("source", _UP)], name="source"),
    ),
    "register_imports": (IndexModel([("at", _DOWN), ("_id", _DOWN)], name="latest"),),
    "snapshots": (
        IndexModel([("target", _UP), ("_id", _UP)], name="of_target"),
        IndexModel([("run", _UP), ("_id", _UP)], name="of_run"),
        IndexModel([("run", _UP), ("superseded_by", _UP)], name="counting_in_run"),
    ),
    "observations": (
        IndexModel([("subject", _UP), ("observed_at", _UP), ("_id", _UP)], name="history"),
        IndexModel([("target", _UP), ("snapshot", _UP)], name="of_target"),
        IndexModel([("run", _UP), ("_id", _UP)], name="of_run"),
    ),
    "listings": (
        IndexModel([("runs", _UP), ("_id", _UP)], name="of_run"),
        IndexModel([("shop", _UP), ("_id", _UP)], name="of_shop"),
    ),
    "shops": (IndexModel([("runs", _UP), ("_id", _UP)], name="of_run"),),
    "reviews": (
        IndexModel([("runs", _UP), ("shop", _UP), ("_id", _UP)], name="of_run"),
        IndexModel([("listing", _UP), ("_id", _UP)], name="of_listing"),
        # Most platforms show no account; their reviews stay out.
        IndexModel(
            [("user", _UP), ("listing", _UP)], name="of_user", partialFilterExpression={"user": {"$gt": ""}}
        ),
    ),
    "findings": (
        IndexModel(_QUEUE, name="queue"),
        IndexModel([("runs", _UP), *_QUEUE], name="of_run"),
        IndexModel([("runs", _UP), ("rule", _UP), *_QUEUE], name="of_run_and_rule"),
        IndexModel([("rule", _UP), *_QUEUE], name="of_rule"),
        IndexModel([("subject", _UP), *_QUEUE], name="of_subject"),
        IndexModel([("shop", _UP), *_QUEUE], name="of_shop"),
        IndexModel([("number", _UP)], name="number"),
        IndexModel([("status", _UP), *_QUEUE], name="status"),
        # What a list is narrowed to besides is filtered by key, after the sort.
        IndexModel([("status", _UP), ("rule", _UP), *_QUEUE, ("severity", _UP)], name="status_and_rule"),
        IndexModel([("status", _UP), ("severity", _UP), *_QUEUE, ("rule", _UP)], name="status_and_severity"),
        IndexModel(
            [("status", _UP), ("runs", _UP), *_QUEUE, ("severity", _UP), ("rule", _UP)], name="status_and_run"
        ),
    ),
    "slots": (
        IndexModel([("sweep", _UP), ("at", _DOWN), ("_id", _DOWN)], name="of_sweep"),
        IndexModel([("at", _DOWN), ("_id", _DOWN)], name="latest"),
        IndexModel([("state", _UP), ("at", _UP), ("_id", _UP)], name="state"),
        IndexModel([("claimed_at", _DOWN)], name="claimed"),
    ),
    "revisits": (
        IndexModel([("run", _UP), ("listing", _UP)], name="of_run"),
        IndexModel([("listing", _UP), ("run", _DOWN)], name="of_listing"),
    ),
    "outbox": (
        IndexModel([("state", _UP), ("due_at", _UP), ("_id", _UP)], name="state"),
        IndexModel([("at", _DOWN)], name="latest"),
    ),
    "leads": (
        IndexModel([("campaign", _UP), ("shop", _UP), ("_id", _UP)], name="of_campaign"),
        IndexModel([("operator", _UP), ("campaign", _UP), ("_id", _UP)], name="of_operator"),
    ),
    "scores": (IndexModel([("kind", _UP), ("score", _DOWN), ("_id", _UP)], name="of_kind"),),
    "decisions": (
        IndexModel([("rule", _UP), ("subject", _UP), ("decided_at", _DOWN), ("_id", _DOWN)], name="latest"),
    ),
    "sessions": (
        IndexModel([("account", _UP)], name="of_account"),
        IndexModel([("began_at", _UP)], name="forgotten", expireAfterSeconds=_DAY_S),
    ),
    "sign_ins": (IndexModel([("at", _UP)], name="forgotten", expireAfterSeconds=_DAY_S),),
    "audit": (
        IndexModel([("actor", _UP), ("_id", _DOWN)], name="of_actor"),
        IndexModel([("action", _UP), ("_id", _DOWN)], name="of_action"),
    ),
}  # fmt: skip


def create_indexes(database: Database[Document]) -> None:
    """Creates what is missing, and anew what was redefined; an index that is there already costs nothing."""
    for name, indexes in INDEXES.items():
        collection = database[name]
        present = {index: dict(facts["key"]) for index, facts in collection.index_information().items()}
        for index in indexes:
            for old in _in_the_way(index, present):
                # Another process may be dropping it at the same time.
                with suppress(OperationFailure):
                    collection.drop_index(old)
        collection.create_indexes(list(indexes))


def _in_the_way(index: IndexModel, present: dict[str, dict[str, Any]]) -> list[str]:
    """Indexes with this one's name over other fields, or over its fields with another name."""
    name, key = index.document["name"], dict(index.document["key"])
    return [
        old for old, fields in present.items() if (old == name) != (list(fields.items()) == list(key.items()))
    ]


def mark_undecided(database: Database[Document]) -> None:
    """Findings stored before there was a review queue are new."""
    database["findings"].update_many({"status": None}, {"$set": {"status": "new"}})


Migration = Callable[[Database[Document]], None]

# In order; the store's version is the number of those done. Each may be cut short anywhere and run again.
MIGRATIONS: Sequence[Migration] = (create_indexes, mark_undecided)


def prepare(database: Database[Document], migrations: Sequence[Migration] = MIGRATIONS) -> int:
    """Brings the store to the newest schema and gives its version.

    Raises:
        StorageError: a newer release of the product wrote this store.
    """
    meta = database["meta"]
    found = (meta.find_one({"_id": "schema"}) or {}).get("version", 0)
    if found > len(migrations):
        raise StorageError(
            f"The store has schema {found}, this release knows {len(migrations)}: a newer release wrote it. "
            "Install that release, or point MONGO_URI or var/ at another store."
        )
    for version, migrate in enumerate(migrations[found:], start=found + 1):
        migrate(database)
        meta.update_one({"_id": "schema"}, {"$max": {"version": version}}, upsert=True)
    create_indexes(database)
    return len(migrations)
