"""Licence records 亮照记录: what each visit made of a shop's display, and who stands behind which shops."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from pymongo import ReplaceOne

from domain.licence import LicenceRecord
from storage.codec import Document, clean, decode, encode
from storage.faults import guarded
from storage.repository import Repository

_MOST_RECORDS = 5_000


_TOLD = ("code", "identity", "name", "registered_name", "rules", "state", "observed_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorShops:
    """One operator, its shops, and shops that show its number without being proved to be its."""

    identity: str
    """Its number, or ``declared-…`` for one without."""
    name: str
    shops: tuple[str, ...]
    rules: tuple[str, ...]
    """Rules that any of the shops breaks as last seen."""
    claims: tuple[str, ...] = ()
    """Shops that claim to be its 自称."""


def _operator_shops(row: Document, claims: Sequence[str]) -> OperatorShops:
    return OperatorShops(
        identity=row["_id"],
        name=next(filter(None, [*sorted(row["registered"]), *sorted(row["shown"])]), ""),
        shops=tuple(row["shops"]),
        rules=tuple(sorted({rule for rules in row["rules"] for rule in rules})),
        claims=tuple(claims),
    )


@guarded
class Licences(Repository):
    """One record per visit of a shop; visiting the same target again replaces its record."""

    collection_name = "licences"

    def save(self, records: Iterable[LicenceRecord]) -> None:
        """Stores records."""
        writes = [
            ReplaceOne({"_id": record.target}, encode(record, _id=record.target), upsert=True)
            for record in records
        ]
        if writes:
            self._collection.bulk_write(writes, ordered=False)

    def latest(self, shop: str) -> LicenceRecord | None:
        """The newest record of a shop."""
        found = self._collection.find_one({"shop": clean(shop)}, sort=[("observed_at", -1), ("_id", 1)])
        return decode(LicenceRecord, found) if found else None

    def of_shop(self, shop: str, *, limit: int = 10) -> list[LicenceRecord]:
        """Records of a shop, the newest first."""
        found = self._collection.find({"shop": clean(shop)}).sort([("observed_at", -1), ("_id", 1)])
        return [decode(LicenceRecord, each) for each in found.limit(limit)]

    def broken_before(self, shop: str, moment: datetime) -> frozenset[str]:
        """Rules that records of this shop from before ``moment`` say it breaks."""
        query = {"shop": clean(shop), "observed_at": {"$lt": moment}}
        found = self._collection.find(query, {"rules": 1}).sort([("observed_at", -1), ("_id", 1)]).limit(50)
        return frozenset(rule for record in found for rule in record["rules"])

    def shops_of(self, identity: str) -> list[LicenceRecord]:
        """The newest record of each shop of an operator 同一主体网店, by shop."""
        return self._standing("identity", identity)

    def claiming(self, *numbers: str) -> list[LicenceRecord]:
        """The newest record of each shop that shows one of an operator's numbers, unproved 自称, by shop."""
        known = [number for number in numbers if number]
        return [record for record in self._standing("code", *known) if record.identity not in known]

    def operators(self, shops: Iterable[str]) -> dict[str, str]:
        """The operator that each of these shops was last proved to be of; others are left out."""
        wanted = [clean(shop) for shop in shops]
        found: dict[str, str] = {}
        rows = self._collection.find({"shop": {"$in": wanted}}, {"shop": 1, "identity": 1})
        for row in rows.sort([("shop", 1), ("observed_at", -1), ("_id", 1)]):
            found.setdefault(row["shop"], row.get("identity", ""))
        return {shop: identity for shop, identity in found.items() if identity}

    def several(self, *, least: int = 2, limit: int = 100) -> list[OperatorShops]:
        """Operators that stand behind several shops, on whatever platforms 一主体多店, most shops first."""
        rows = self._collection.aggregate(
            [
                {"$sort": {"shop": 1, "observed_at": -1, "_id": 1}},
                {"$group": {"_id": "$shop", **{name: {"$first": f"${name}"} for name in _TOLD}}},
                {"$match": {"identity": {"$nin": ["", None]}}},
                {"$sort": {"_id": 1}},
                {
                    "$group": {
                        "_id": "$identity",
                        "registered": {"$addToSet": "$registered_name"},
                        "shown": {"$addToSet": "$name"},
                        "shops": {"$push": "$_id"},
                        "rules": {"$push": "$rules"},
                    }
                },
                {"$match": {f"shops.{least - 1}": {"$exists": True}}},
                {"$addFields": {"many": {"$size": "$shops"}}},
                {"$sort": {"many": -1, "_id": 1}},
                {"$limit": limit},
            ],
            allowDiskUse=True,
        )
        return [
            _operator_shops(row, [record.shop for record in self.claiming(row["_id"])]) for row in list(rows)
        ]

    def _standing(self, field: str, *values: str) -> list[LicenceRecord]:
        """Newest records that hold one of these values, of shops that have a record with it."""
        wanted = [clean(value) for value in values if value]
        rows = self._collection.find({field: {"$in": wanted}}, {"shop": 1, "_id": 0}) if wanted else ()
        shops = sorted({str(each["shop"]) for each in islice(rows, _MOST_RECORDS)})
        newest: dict[str, Document] = {}
        records = self._collection.find({"shop": {"$in": shops}})
        for each in records.sort([("shop", 1), ("observed_at", -1), ("_id", 1)]):
            newest.setdefault(each["shop"], each)
        return [decode(LicenceRecord, each) for each in newest.values() if each.get(field) in wanted]

    def of_run(self, run: str, *, state: str = "", after: int = 0, limit: int = 0) -> list[LicenceRecord]:
        """Records of a run, by shop: those of ``state`` where it is given, without the first ``after``,
        ``limit`` at most unless 0.
        """
        query = {"run": run} | ({"state": clean(state)} if state else {})
        found = self._collection.find(query).sort([("shop", 1), ("_id", 1)])
        return [decode(LicenceRecord, each) for each in found.skip(after).limit(limit)]

    def states_of_run(self, run: str) -> dict[str, int]:
        """How many displays a run saw in each state, most first."""
        counted: list[Document] = [
            {"$match": {"run": run}},
            {"$group": {"_id": "$state", "count": {"$sum": 1}}},
        ]
        rows = sorted(self._collection.aggregate(counted), key=lambda row: (-row["count"], row["_id"]))
        return {row["_id"]: row["count"] for row in rows}
