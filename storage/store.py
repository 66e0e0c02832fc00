"""Opens the store: the server of ``MONGO_URI``, else the embedded one, by one code path."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.database import Database
from pymongo.uri_parser import parse_uri

from domain.errors import StorageError
from storage.accounts import Accounts, Sessions, SignIns
from storage.audit import AuditLog
from storage.buyers import kept_salt
from storage.codec import Document
from storage.decisions import Decisions
from storage.faults import guarded, reported
from storage.findings import Findings
from storage.frame import Frame
from storage.frontier import Frontier
from storage.holds import Holds
from storage.leads import Leads
from storage.licences import Licences
from storage.observations import Observations
from storage.outbox import Outbox
from storage.pace import Pace
from storage.page_counts import PageCounts
from storage.registers import Registers
from storage.review_evidence import ReviewEvidence
from storage.review_queue import ReviewQueue
from storage.reviews import Reviews
from storage.revisits import Revisits
from storage.runs import Runs
from storage.schema import prepare
from storage.scores import Scores
from storage.server import embedded_server
from storage.slots import Slots
from storage.snapshots import Snapshots
from storage.subjects import Listings, Shops
from storage.sweeps import Sweeps
from storage.visits import Visits

SELECTION_TIMEOUT_MS = 5_000
OLDEST_SERVER = (6, 0)


@guarded
@dataclass(frozen=True, slots=True)
class Store:
    """The repositories, one per collection. Made by :func:`open_store`."""

    database: Database[Document] = field(repr=False)
    is_embedded: bool
    server_version: str
    schema_version: int
    sweeps: Sweeps
    runs: Runs
    frontier: Frontier
    pace: Pace
    slots: Slots
    holds: Holds
    revisits: Revisits
    outbox: Outbox
    frame: Frame
    visits: Visits
    pages: PageCounts
    snapshots: Snapshots
    listings: Listings
    shops: Shops
    reviews: Reviews
    observations: Observations
    findings: Findings
    leads: Leads
    scores: Scores
    licences: Licences
    registers: Registers
    decisions: Decisions
    review_queue: ReviewQueue
    review_evidence: ReviewEvidence
    accounts: Accounts
    sessions: Sessions
    sign_ins: SignIns
    audit: AuditLog

    def check(self) -> dict[str, Any]:
        """Facts for ``netsword doctor``: server, schema, latency, clock and room."""
        began = time.monotonic()
        self.database.command("ping")
        ping_ms = (time.monotonic() - began) * 1000
        hello = self.database.command("hello", codec_options=self.database.codec_options)
        server_time: datetime = hello["localTime"]
        began = time.monotonic()
        self.database["meta"].update_one(
            {"_id": "doctor"}, {"$set": {"checked_at": server_time}}, upsert=True
        )
        write_ms = (time.monotonic() - began) * 1000
        room = self.database.command("dbStats")
        return {
            "server": "embedded" if self.is_embedded else "MONGO_URI",
            "server_version": self.server_version,
            "database": self.database.name,
            "schema_version": self.schema_version,
            "ping_ms": round(ping_ms, 2),
            "journaled_write_ms": round(write_ms, 2),
            "clock_difference_s": round((datetime.now(UTC) - server_time).total_seconds(), 1),
            "stored_mb": round(room.get("totalSize", 0) / 2**20, 1),
            # A cluster's router knows no file system.
            "free_mb": round((room["fsTotalSize"] - room["fsUsedSize"]) / 2**20)
            if "fsTotalSize" in room
            else None,
            "documents": {
                name: self.database[name].estimated_document_count()
                for name in sorted(self.database.list_collection_names())
                if not name.startswith("system.")
            },
        }


@contextmanager
def open_store(
    *, uri: str | None, var_dir: Path, database: str = "netsword", user_salt: str = ""
) -> Iterator[Store]:
    """The store, as long as the context lasts.

    Args:
        uri: the server of ``MONGO_URI``; ``None`` starts or adopts the embedded one.
        var_dir: the product's own directory, where the embedded server keeps its files.
        database: name of the database.
        user_salt: for hashing buyers' account ids; "" takes the random one that this store keeps.

    Raises:
        StorageError: no server can be reached or started, or a newer release wrote this store.
    """
    with ExitStack() as stack:
        address = uri if uri is not None else stack.enter_context(embedded_server(var_dir))
        with reported():
            client = stack.enter_context(_client(address))
            opened = _open(client[database], is_embedded=uri is None, user_salt=user_salt)
        yield opened


def _client(uri: str) -> MongoClient[Document]:
    # What is acknowledged is journaled, unless the address of a replica set asks for something else.
    try:
        asked = parse_uri(uri)["options"]
    except ValueError as error:
        raise StorageError("MONGO_URI cannot be read: write mongodb://host:port, as in the guide") from error
    concern: dict[str, Any] = {} if "w" in asked else {"w": 1, "journal": True}
    return MongoClient(
        uri,
        tz_aware=True,
        tzinfo=UTC,
        appname="netsword",
        serverSelectionTimeoutMS=SELECTION_TIMEOUT_MS,
        **concern,
    )


def _open(database: Database[Document], *, is_embedded: bool, user_salt: str) -> Store:
    version = str(database.client.server_info()["version"])
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST_SERVER:
        raise StorageError(
            f"MongoDB {version} is too old: 6.0 or later is needed. Upgrade the server of MONGO_URI."
        )
    schema_version = prepare(database)
    reviews = Reviews(database, user_salt=user_salt or kept_salt(database))
    return Store(
        database=database,
        is_embedded=is_embedded,
        server_version=version,
        schema_version=schema_version,
        sweeps=Sweeps(database),
        runs=Runs(database),
        frontier=Frontier(database),
        pace=Pace(database),
        slots=Slots(database),
        holds=Holds(database),
        revisits=Revisits(database),
        outbox=Outbox(database),
        frame=Frame(database),
        visits=Visits(database, reviews),
        pages=PageCounts(database),
        snapshots=Snapshots(database),
        listings=Listings(database),
        shops=Shops(database),
        reviews=reviews,
        observations=Observations(database),
        findings=Findings(database),
        leads=Leads(database),
        scores=Scores(database),
        licences=Licences(database),
        registers=Registers(database),
        decisions=Decisions(database),
        review_queue=ReviewQueue(database),
        review_evidence=ReviewEvidence(database),
        accounts=Accounts(database),
        sessions=Sessions(database),
        sign_ins=SignIns(database),
        audit=AuditLog(database),
    )
