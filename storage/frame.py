"""The sampling frame 抽样框 as search pages showed it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from pymongo import UpdateOne

from domain.target import FrameUnit
from storage.codec import clean, decode, encode
from storage.faults import guarded
from storage.repository import Repository, insert_once, write_all


@guarded
class Frame(Repository):
    """Units of all runs; one that several searches found is there once."""

    collection_name = "frame"

    def save(self, units: Iterable[FrameUnit]) -> None:
        """Adds units that are not there yet."""
        write_all(self._collection, (insert_once(encode(unit, _id=unit.id)) for unit in units))

    def units(self, run: str) -> list[FrameUnit]:
        """All units of a run, by stratum and place in the result list.

        A listing that searches of several strata found belongs to the first of them by name, whichever search
        came first, so that the frame is the same every time.
        """
        # Frames stored before there were negative words do not have the field.
        query = {"run": run, "excluded_by": {"$in": ["", None]}}
        found = self._collection.find(query).sort([("stratum", 1), ("rank", 1), ("_id", 1)])
        units: dict[str, FrameUnit] = {}
        for document in found:
            unit = decode(FrameUnit, document)
            units.setdefault(unit.key, unit)
        return list(units.values())

    def keep_risk(self, run: str, scores: Mapping[str, float]) -> None:
        """Gives units, by key, their risk score where they have none yet; the first score given stays.

        So two processes that score the same frame at different moments draw from the same scores, and the
        draw can be repeated when findings have changed what a score would be today.
        """
        found = self._collection.find({"run": clean(run), "risk": None})
        units = [decode(FrameUnit, document) for document in found]
        write_all(
            self._collection,
            (
                UpdateOne({"_id": unit.id, "risk": None}, {"$set": {"risk": scores[unit.key]}})
                for unit in units
                if unit.key in scores
            ),
        )

    def keep_seller_ages(self, run: str, ages: Mapping[str, str]) -> None:
        """Gives units, by shop, the class of their seller's age where they have none yet; the first stays."""
        blank = {"seller_age": {"$in": ["", None]}}
        found = self._collection.find({"run": clean(run)} | blank)
        units = [decode(FrameUnit, document) for document in found]
        write_all(
            self._collection,
            (
                UpdateOne({"_id": unit.id} | blank, {"$set": {"seller_age": ages[unit.shop]}})
                for unit in units
                if unit.shop in ages
            ),
        )

    def categories_of(self, run: str, shop: str) -> tuple[str, ...]:
        """Categories under which a run's searches found goods of this shop, sorted."""
        found = self._collection.distinct("category", {"run": run, "shop": clean(shop)})
        return tuple(sorted(each for each in found if each))

    def count_by_stratum(self, run: str) -> dict[str, int]:
        """Units of a run per stratum, sorted."""
        return dict(sorted(Counter(unit.stratum for unit in self.units(run)).items()))

    def excluded(self, run: str) -> dict[tuple[str, str], int]:
        """Units that negative words 排除词 keep out of a run's frame, counted per stratum and word."""
        groups = self._collection.aggregate(
            [
                {"$match": {"run": run, "excluded_by": {"$gt": ""}}},
                {"$group": {"_id": {"stratum": "$stratum", "word": "$excluded_by"}, "count": {"$sum": 1}}},
            ]
        )
        return dict(sorted(((g["_id"]["stratum"], g["_id"]["word"]), g["count"]) for g in groups))

    def count(self, run: str) -> int:
        """Units of a run."""
        return len(self.units(run))
