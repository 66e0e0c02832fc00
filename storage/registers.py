"""The operator and permit registers 经济户口 as imported: look-up for those who compare, import in batches.

A row belongs to the import that brought it, and counts once that import has come to its end: sources grow
from import to import, one import runs at a time, and a look-up sees rows up to the newest finished one; of
rows with one number the newest. So an import that is killed changes nothing, and the next one takes its rows
away. What an import does not name stays, unless it says that it is the whole register.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from typing import Any

from pymongo import DeleteOne, ReplaceOne, ReturnDocument
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import OperationFailure

from domain.cover import WHOLE, Cover
from domain.errors import StorageError
from domain.register import OperatorRow, PermitRow, normal_name, normal_permit
from storage.codec import Document, clean, decode, encode
from storage.faults import guarded
from storage.schema import INDEXES

_MOST_FOUND = 50
_MOST_VERSIONS = 4 * _MOST_FOUND
_BATCH = 1_000
_NEWEST: list[tuple[str, int]] = [("source", -1), ("_id", 1)]
_MOST_IMPORTS = 200
_LOOK_UPS = ("code", "names", "old_number")
"""Indexes of operators that only look-ups use, not the import itself."""
Repeated = list[tuple[OperatorRow, OperatorRow]]
"""Rows whose number an earlier row of the same import has, each with that row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterImport:
    """One import that came to its end 登记数据导入."""

    id: str
    file: str
    digest: str
    """SHA-256 (hex) of the file."""
    kind: str
    """``operators`` or ``permits``."""
    rows: int
    rejected: int
    at: datetime
    by: str = ""
    snapshot_date: date | None = None
    cover: Cover = WHOLE
    warned: int = 0
    whole: bool = False
    """It took the place of every earlier import."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counting:
    """The sources whose rows count, of one kind of import; no row does while none has come to its end."""

    first: str = ""
    last: str = ""

    @property
    def query(self) -> Document:
        return {"source": {"$gte": self.first, "$lte": self.last}}


@guarded
class StoredRegister:
    """Look-up in the store; implements ``domain.register.Register``."""

    def __init__(
        self,
        database: Database[Document],
        snapshot_date: date | None,
        covers: tuple[Cover, ...],
        operators: _Counting,
        permits: _Counting,
    ) -> None:
        self._operators: Collection[Document] = database["operators"]
        self._permits: Collection[Document] = database["permits"]
        self._counting, self._counting_permits = operators, permits
        self.snapshot_date = snapshot_date
        self.covers = covers

    def by_code(self, code: str) -> OperatorRow | None:
        """The operator with this 统一社会信用代码."""
        asked = {"code": clean(code), **self._counting.query}
        found = self._operators.find_one(asked, sort=_NEWEST) if code else None
        return decode(OperatorRow, found) if found else None

    def by_old_number(self, number: str) -> OperatorRow | None:
        """The operator that had this 工商注册号; of several one with a code, the first by code."""
        rows = self._rows({"old_number": clean(number)}) if number else []
        return min(rows, key=lambda row: (not row.code, row.code), default=None)

    def by_name(self, name: str) -> tuple[OperatorRow, ...]:
        """Operators that have or had this name, fifty at most."""
        wanted = clean(normal_name(name))
        return tuple(self._rows({"names": wanted})) if wanted else ()

    def by_beginning(self, name: str) -> tuple[OperatorRow, ...]:
        """Operators of which a name, or a former one, begins so; fifty at most, for people who look about."""
        wanted = clean(normal_name(name))
        asked = {"names": {"$regex": f"^{re.escape(wanted)}"}}
        # In the order of the index: sorting would read every name that begins so.
        return tuple(self._rows(asked, order=None)) if wanted else ()

    def by_permit(self, number: str) -> tuple[tuple[OperatorRow, PermitRow], ...]:
        """Holders of this permit number, from both registers."""
        wanted = clean(normal_permit(number))
        if not wanted:
            return ()
        held = [
            (row, permit)
            for row in self._rows({"permit_numbers": wanted})
            for permit in row.permits
            if normal_permit(permit.number) == wanted
        ]
        asked = {"number": wanted, **self._counting_permits.query}
        newest: dict[str, Document] = {}
        for each in self._permits.find(asked).sort(_NEWEST).limit(_MOST_VERSIONS):
            newest.setdefault(_held_by(each), each)
        for each in list(newest.values())[:_MOST_FOUND]:
            holder = decode(OperatorRow, each["holder"])
            row = self.by_code(holder.code) or holder
            held.append((row, decode(PermitRow, each["permit"])))
        return tuple(held)

    def _rows(self, asked: Document, order: list[tuple[str, int]] | None = _NEWEST) -> list[OperatorRow]:
        """Rows that answer, by code; what a newer row of the same number replaced answers no more."""
        counting = {**asked, **self._counting.query}
        found = list(self._operators.find(counting, sort=order, limit=_MOST_VERSIONS))
        newest = self._newest("code", [each["code"] for each in found if each["code"]])
        old = self._newest("old_number", [each["old_number"] for each in found if not each["code"]])
        rows = [
            decode(OperatorRow, each)
            for each in found
            if each["source"] == (newest[each["code"]] if each["code"] else old[each["old_number"]])
        ]
        return sorted(rows, key=lambda row: (row.code, row.old_number))[:_MOST_FOUND]

    def _newest(self, field: str, values: Sequence[str]) -> dict[str, str]:
        if not values:
            return {}
        asked: Document = {field: {"$in": list(dict.fromkeys(values))}, **self._counting.query}
        if field == "old_number":
            asked["code"] = ""
        newest: dict[str, str] = {}
        for each in self._operators.find(asked, {field: 1, "source": 1}):
            newest[each[field]] = max(newest.get(each[field], ""), each["source"])
        return newest


@guarded
class Registers:
    """Imports of registers, and the register that they make together."""

    def __init__(self, database: Database[Document]) -> None:
        self._database = database
        self._imports: Collection[Document] = database["register_imports"]

    def register(self) -> StoredRegister | None:
        """The operator register; ``None`` while no import of operators has come to its end."""
        made = self._finished("operators")
        if not made:
            return None
        # What came before an import of the whole register is gone.
        last = next((at for at, each in enumerate(made) if each.whole), len(made) - 1)
        covers = tuple(dict.fromkeys(each.cover for each in made[: last + 1]))
        permits = _counting(self._finished("permits"))
        return StoredRegister(self._database, made[0].snapshot_date, covers, _counting(made), permits)

    def imports(self, limit: int = 20) -> list[RegisterImport]:
        """Imports that came to their end, newest first."""
        found = self._imports.find().sort([("at", -1), ("_id", -1)]).limit(limit)
        return [decode(RegisterImport, {**each, "id": each["_id"]}) for each in found]

    def begin(self, kind: str) -> tuple[str, int]:
        """Starts an import, alone: the source of its rows, and how many rows of unfinished ones went.

        The caller sees to it that no other import runs. Of a first one the indexes that only look-ups use are
        made once its rows are there, which is less work than row by row; a store that is opened after a crash
        in between makes them too.
        """
        counted = self._database["counters"].find_one_and_update(
            {"_id": "register_imports"},
            {"$inc": {"last": 1}},
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
        last = _counting(self._finished(kind)).last
        left = self._database[kind].delete_many({"source": {"$gt": last}}).deleted_count
        if kind == "operators" and self._database[kind].find_one({}, {"_id": 1}) is None:
            for name in _LOOK_UPS:
                with suppress(OperationFailure):
                    self._database[kind].drop_index(name)
        return _source(counted["last"] if counted else 0), left

    def give_up(self, kind: str, source: str) -> None:
        """Takes away the rows of an import that will not come to its end."""
        self._database[kind].delete_many({"source": source})
        self._database[kind].create_indexes(list(INDEXES[kind]))

    def add_operators(self, rows: Sequence[OperatorRow], source: str) -> Repeated:
        """Stores operators of one import; gives the repeated ones."""
        keyed = [(row.code or f"old:{row.old_number}", row) for row in rows]
        return self._add("operators", keyed, source, _operator)

    def add_permits(self, rows: Sequence[OperatorRow], source: str) -> Repeated:
        """Stores permits, each with its holder; gives the repeated ones."""
        keyed = [
            (
                f"{normal_permit(permit.number)}|{row.code or normal_name(row.name)}",
                replace(row, permits=(permit,)),
            )
            for row in rows
            for permit in row.permits
        ]
        return self._add("permits", keyed, source, _permit)

    def other_holders(
        self, kind: str, rows: Sequence[OperatorRow], source: str
    ) -> Iterator[tuple[OperatorRow, str, OperatorRow]]:
        """Rows with a permit number that another operator of the same import has: row, number, that one."""
        held = [
            (clean(normal_permit(permit.number)), permit.number, row)
            for row in rows
            for permit in row.permits
        ]
        if not held:
            return
        known: dict[str, OperatorRow] = {}
        wanted = list(dict.fromkeys(number for number, _, _ in held))
        field = "permit_numbers" if kind == "operators" else "number"
        for each in self._database[kind].find({field: {"$in": wanted}, "source": source}):
            row = decode(OperatorRow, each.get("holder") or each)
            known |= {clean(normal_permit(permit.number)): row for permit in row.permits}
        for number, shown, row in held:
            first = known.setdefault(number, row)
            if _is_other(row, first):
                yield row, shown, first

    def finish(self, made: RegisterImport, *, whole: bool = False) -> int:
        """Makes an import count, all at once; gives how many older rows went, replaced ones left out.

        Args:
            made: the import; its ``id`` is the ``source`` of its rows.
            whole: the file is the whole register, so rows of earlier imports go.

        Raises:
            StorageError: another import began since, and took this one for dead.
        """
        counted = self._database["counters"].find_one({"_id": "register_imports"}) or {"last": 0}
        if made.id < _source(counted["last"]) and made.id.startswith(_source(0)[0]):
            raise StorageError("Another import began while this one stood still; start this one again.")
        made = replace(made, whole=whole)
        self._database[made.kind].create_indexes(list(INDEXES[made.kind]))
        self._imports.replace_one({"_id": made.id}, encode(made, _id=made.id), upsert=True)
        # From here on the older rows are out of sight; taking them away only saves room.
        older = {"source": {"$lt": made.id}}
        if self._database[made.kind].find_one(older) is not None:
            self._drop_replaced(made.kind, made.id)
        return self._database[made.kind].delete_many(older).deleted_count if whole else 0

    def count(self) -> int:
        """Operators in the register, about."""
        return self._database["operators"].estimated_document_count() - self.unfinished("operators")

    def unfinished(self, kind: str) -> int:
        """Rows of an import that is running or was cut short; no look-up sees them."""
        last = _counting(self._finished(kind)).last
        return self._database[kind].count_documents({"source": {"$gt": last}})

    def _finished(self, kind: str) -> list[RegisterImport]:
        found = self._imports.find({"kind": kind}).sort([("at", -1), ("_id", -1)]).limit(_MOST_IMPORTS)
        return [decode(RegisterImport, {**each, "id": each["_id"]}) for each in found]

    def _drop_replaced(self, name: str, source: str) -> None:
        collection = self._database[name]
        field = "number" if name == "permits" else "code"
        rows = collection.find(
            {"source": source}, {field: 1, "old_number": 1, "holder": 1}, batch_size=_BATCH
        )
        while batch := list(islice(rows, _BATCH)):
            mine = {_key(name, each) for each in batch}
            asked: Document = {field: {"$in": [each[field] for each in batch if each[field]]}}
            if old := [each["old_number"] for each in batch if not each[field] and each.get("old_number")]:
                asked = {"$or": [asked, {"old_number": {"$in": old}, "code": ""}]}
            older = collection.find(
                {**asked, "source": {"$lt": source}}, {field: 1, "old_number": 1, "holder": 1}
            )
            gone = [DeleteOne({"_id": each["_id"]}) for each in older if _key(name, each) in mine]
            if gone:
                collection.bulk_write(gone, ordered=False)

    def _add(self, name: str, keyed: Iterable[tuple[str, OperatorRow]], source: str, shape: Any) -> Repeated:
        collection = self._database[name]
        first: dict[str, OperatorRow] = {}
        repeated = []
        pairs = [(f"{source}:{clean(key)}", row) for key, row in keyed]
        keys = list({key for key, _ in pairs})
        known = {
            each["_id"]: decode(OperatorRow, each.get("holder") or each)
            for each in collection.find({"_id": {"$in": keys}})
        }
        for key, row in pairs:
            earlier = known.get(key) or first.get(key)
            if earlier is None:
                first[key] = row
            else:
                repeated.append((row, earlier))
        writes = [
            ReplaceOne({"_id": key}, {**shape(row), "source": source}, upsert=True)
            for key, row in first.items()
        ]
        if writes:
            collection.bulk_write(writes, ordered=False)
        return repeated


def _source(number: int) -> str:
    # After every source of earlier releases, which begin with a digit.
    return f"i{number:010d}"


def _counting(finished: Sequence[RegisterImport]) -> _Counting:
    whole = max((each.id for each in finished if each.whole), default="")
    return _Counting(first=whole, last=max((each.id for each in finished), default=""))


def _key(name: str, document: Document) -> str:
    if name == "permits":
        return f"{document['number']}|{_held_by(document)}"
    return document["code"] or f"old:{document.get('old_number')}"


def _held_by(permit: Document) -> str:
    holder = permit["holder"]
    return holder["code"] or clean(normal_name(holder["name"]))


def _is_other(row: OperatorRow, first: OperatorRow) -> bool:
    if row.code and first.code:
        return row.code != first.code
    return normal_name(row.name) != normal_name(first.name)


def _operator(row: OperatorRow) -> Document:
    names = sorted({normal_name(each) for each in (row.name, *row.former_names)})
    numbers = sorted({normal_permit(permit.number) for permit in row.permits})
    document = encode(row, names=names, permit_numbers=numbers)
    if not row.old_number:
        # A sparse index leaves out what is not there, and only that.
        del document["old_number"]
    return document


def _permit(row: OperatorRow) -> Document:
    [permit] = row.permits
    return {"number": normal_permit(permit.number), "permit": encode(permit), "holder": encode(row)}
