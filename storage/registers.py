"""The operator and permit registers 经济户口 as imported: look-up for those who compare, import in batches.

A row belongs to the import that brought it. A later import replaces the rows it has; what it does not name
stays, unless the import says that it is the whole register.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from pymongo import ReplaceOne
from pymongo.collection import Collection
from pymongo.database import Database

from domain.cover import WHOLE, Cover
from domain.register import OperatorRow, PermitRow, normal_name, normal_permit
from storage.codec import Document, clean, decode, encode
from storage.faults import guarded

_MOST_FOUND = 50
_MOST_IMPORTS = 200
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
    whole: bool = False
    """It took the place of every earlier import."""


@guarded
class StoredRegister:
    """Look-up in the store; implements ``domain.register.Register``."""

    def __init__(
        self,
        database: Database[Document],
        snapshot_date: date | None,
        covers: tuple[Cover, ...] = (WHOLE,),
    ) -> None:
        self._operators: Collection[Document] = database["operators"]
        self._permits: Collection[Document] = database["permits"]
        self.snapshot_date = snapshot_date
        self.covers = covers

    def by_code(self, code: str) -> OperatorRow | None:
        """The operator with this 统一社会信用代码."""
        found = self._operators.find_one({"_id": clean(code)}) if code else None
        return decode(OperatorRow, found) if found else None

    def by_old_number(self, number: str) -> OperatorRow | None:
        """The operator that had this 工商注册号; of several the first by code."""
        if not number:
            return None
        found = self._operators.find_one({"old_number": clean(number)})
        return decode(OperatorRow, found) if found else None

    def by_name(self, name: str) -> tuple[OperatorRow, ...]:
        """Operators that have or had this name, fifty at most."""
        wanted = clean(normal_name(name))
        found = self._operators.find({"names": wanted}).limit(_MOST_FOUND) if wanted else ()
        return tuple(sorted((decode(OperatorRow, each) for each in found), key=lambda row: row.code))

    def by_permit(self, number: str) -> tuple[tuple[OperatorRow, PermitRow], ...]:
        """Holders of this permit number, from both registers."""
        wanted = clean(normal_permit(number))
        if not wanted:
            return ()
        rows = self._operators.find({"permit_numbers": wanted}).limit(_MOST_FOUND)
        held = [
            (row, permit)
            for row in (decode(OperatorRow, each) for each in rows)
            for permit in row.permits
            if normal_permit(permit.number) == wanted
        ]
        alone = self._permits.find({"number": wanted}).sort([("number", 1), ("_id", 1)]).limit(_MOST_FOUND)
        for each in alone:
            holder = decode(OperatorRow, each["holder"])
            row = self.by_code(holder.code) or holder
            held.append((row, decode(PermitRow, each["permit"])))
        return tuple(held)


@guarded
class Registers:
    """Imports of registers, and the register that they make together."""

    def __init__(self, database: Database[Document]) -> None:
        self._database = database
        self._imports: Collection[Document] = database["register_imports"]

    def register(self) -> StoredRegister | None:
        """The operator register; ``None`` while no import of operators has come to its end."""
        found = self._imports.find({"kind": "operators"}).sort([("at", -1), ("_id", -1)]).limit(_MOST_IMPORTS)
        made = [decode(RegisterImport, {**each, "id": each["_id"]}) for each in found]
        if not made:
            return None
        # What came before an import of the whole register is gone.
        last = next((at for at, each in enumerate(made) if each.whole), len(made) - 1)
        covers = tuple(dict.fromkeys(each.cover for each in made[: last + 1]))
        return StoredRegister(self._database, made[0].snapshot_date, covers)

    def imports(self, limit: int = 20) -> list[RegisterImport]:
        """Imports that came to their end, newest first."""
        found = self._imports.find().sort([("at", -1), ("_id", -1)]).limit(limit)
        return [decode(RegisterImport, {**each, "id": each["_id"]}) for each in found]

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

    def finish(self, made: RegisterImport, *, whole: bool = False) -> int:
        """Makes an import count; gives how many older rows were removed.

        Args:
            made: the import; its ``id`` is the ``source`` of its rows.
            whole: the file is the whole register, so rows of earlier imports go.
        """
        made = replace(made, whole=whole)
        self._imports.replace_one({"_id": made.id}, encode(made, _id=made.id), upsert=True)
        if not whole:
            return 0
        collection = self._database[made.kind]
        return collection.delete_many({"source": {"$ne": made.id}}).deleted_count

    def count(self) -> int:
        """Operators in the register, about."""
        return self._database["operators"].estimated_document_count()

    def _add(self, name: str, keyed: Iterable[tuple[str, OperatorRow]], source: str, shape: Any) -> Repeated:
        collection = self._database[name]
        first: dict[str, OperatorRow] = {}
        repeated = []
        pairs = [(clean(key), row) for key, row in keyed]
        keys = list({key for key, _ in pairs})
        known = {
            each["_id"]: decode(OperatorRow, each.get("holder") or each)
            for each in collection.find({"_id": {"$in": keys}, "source": source})
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
