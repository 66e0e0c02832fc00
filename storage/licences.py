"""Licence records 亮照记录: what each visit made of a shop's display, and who stands behind which shops."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pymongo import ReplaceOne

from domain.licence import LicenceRecord
from storage.codec import Document, clean, decode, encode
from storage.faults import guarded
from storage.repository import Repository

_MOST_RECORDS = 5_000


_TOLD = ("code", "name", "registered_name", "rules")


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorShops:
    """One operator and the shops that show its number."""

    code: str
    name: str
    shops: tuple[str, ...]
    rules: tuple[str, ...]
    """Rules that any of the shops breaks as last seen."""


def _operator_shops(row: Document) -> OperatorShops:
    return OperatorShops(
        code=row["_id"],
        name=next(filter(None, [*sorted(row["registered"]), *sorted(row["shown"])]), ""),
        shops=tuple(row["shops"]),
        rules=tuple(sorted({rule for rules in row["rules"] for rule in rules})),
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

    def broken_before(self, shop: str, moment: datetime) -> frozenset[str]:
        """Rules that records of this shop from before ``moment`` say it breaks."""
        query = {"shop": clean(shop), "observed_at": {"$lt": moment}}
        found = self._collection.find(query, {"rules": 1}).sort([("observed_at", -1), ("_id", 1)]).limit(50)
        return frozenset(rule for record in found for rule in record["rules"])

    def shops_of(self, code: str) -> Sequence[str]:
        """Keys of the shops whose display shows this number 同一主体网店, sorted."""
        if not code:
            return ()
        rows = self._collection.find({"code": clean(code)}, {"shop": 1, "_id": 0})
        found = rows.sort([("code", 1), ("shop", 1)]).limit(_MOST_RECORDS)
        return tuple(dict.fromkeys(str(each["shop"]) for each in found))

    def operators(self, shops: Iterable[str]) -> dict[str, str]:
        """The number that each of these shops showed last; shops that show none are left out."""
        wanted = [clean(shop) for shop in shops]
        found: dict[str, str] = {}
        rows = self._collection.find({"shop": {"$in": wanted}}, {"shop": 1, "code": 1})
        for row in rows.sort([("shop", 1), ("observed_at", -1), ("_id", 1)]):
            found.setdefault(row["shop"], row["code"])
        return {shop: code for shop, code in found.items() if code}

    def several(self, *, least: int = 2, limit: int = 100) -> list[OperatorShops]:
        """Operators that stand behind several shops, on whatever platforms 一主体多店, most shops first."""
        rows = self._collection.aggregate(
            [
                {"$sort": {"shop": 1, "observed_at": -1, "_id": 1}},
                {"$group": {"_id": "$shop", **{name: {"$first": f"${name}"} for name in _TOLD}}},
                {"$match": {"code": {"$nin": ["", None]}}},
                {"$sort": {"_id": 1}},
                {
                    "$group": {
                        "_id": "$code",
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
        return [_operator_shops(row) for row in rows]

    def of_run(self, run: str) -> list[LicenceRecord]:
        """Every record of a run, by shop."""
        found = self._collection.find({"run": run}).sort([("shop", 1), ("_id", 1)])
        return [decode(LicenceRecord, each) for each in found]
