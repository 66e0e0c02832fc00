"""What repositories share: a collection, the server's clock in pipelines, upserts that may run twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from pymongo import UpdateOne
from pymongo.collection import Collection
from pymongo.database import Database

from storage.codec import Document

# Deadlines use the server's time: the clocks of crawl nodes differ.
SERVER_NOW = "$$NOW"
ITERATE_BATCH = 1_000


class Repository:
    """One collection of the store."""

    collection_name: str

    def __init__(self, database: Database[Document]) -> None:
        self._database = database
        self._collection: Collection[Document] = database[self.collection_name]


def server_time_after(duration: timedelta) -> Document:
    """Pipeline expression: the server's time plus ``duration``."""
    return {"$add": [SERVER_NOW, milliseconds(duration)]}


def milliseconds(duration: timedelta) -> int:
    """Whole milliseconds, the unit in which the server counts time."""
    return round(duration / timedelta(milliseconds=1))


def literal(value: Any) -> Document:
    """Pipeline expression for a value as it is: a text of strangers may begin with a dollar sign."""
    return {"$literal": value}


def insert_once(document: Document) -> UpdateOne:
    """Writes ``document`` unless one with its ``_id`` is there already."""
    rest = {key: value for key, value in document.items() if key != "_id"}
    return UpdateOne({"_id": document["_id"]}, {"$setOnInsert": rest}, upsert=True)


def write_all(collection: Collection[Document], operations: Iterable[UpdateOne]) -> int:
    """Sends operations that may run in any order as one batch; how many documents are new."""
    batch: Sequence[UpdateOne] = list(operations)
    if not batch:
        return 0
    return collection.bulk_write(batch, ordered=False).upserted_count
