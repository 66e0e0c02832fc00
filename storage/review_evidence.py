"""Reviews as evidence 评价证据: those that a finding lists, counts by day, and where their users wrote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.subjects import Review
from storage.codec import Document, clean, decode
from storage.faults import guarded
from storage.repository import Repository

MOST_COUNTED = 100_000
"""Reviews that are counted by day, at most: a page has to come up, whatever a listing holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCounts:
    """Reviews by Beijing day, in order; ``is_cut`` where there were more than could be counted."""

    days: tuple[tuple[date, int], ...]
    undated: int
    is_cut: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """How many reviews an account wrote under a listing."""

    user: str
    listing: str
    reviews: int


@guarded
class ReviewEvidence(Repository):
    """Reads the reviews' collection for pages that show a finding; every answer is bounded."""

    collection_name = "reviews"

    def some(self, keys: Sequence[str]) -> list[Review]:
        """The reviews of these keys that are stored, in order of time and key, those without a time first."""
        found = self._collection.find({"_id": {"$in": [clean(key) for key in keys]}})
        reviews = [decode(Review, document) for document in found]
        return sorted(reviews, key=lambda one: (one.posted_at.timestamp() if one.posted_at else 0.0, one.key))

    def per_day(self, listings: Sequence[str], *, most: int = MOST_COUNTED) -> DayCounts:
        """How many reviews the listings got on each day."""
        day = {"$dateToString": {"date": "$posted_at", "format": "%Y-%m-%d", "timezone": "+08:00"}}
        steps: list[Document] = [
            {"$match": {"listing": {"$in": [clean(listing) for listing in listings]}}},
            {"$limit": most},
            {"$group": {"_id": day, "reviews": {"$sum": 1}}},
        ]
        counts = {found["_id"]: found["reviews"] for found in self._collection.aggregate(steps)}
        undated = counts.pop(None, 0)
        days = sorted((date.fromisoformat(name), count) for name, count in counts.items())
        total = undated + sum(count for _, count in days)
        return DayCounts(days=tuple(days), undated=undated, is_cut=total >= most)

    def by_users(self, users: Sequence[str], *, most: int = 2_000) -> list[Written]:
        """Where these accounts wrote reviews, by account and listing."""
        wanted = {"$in": [clean(user) for user in users if user], "$gt": ""}
        steps: list[Document] = [
            {"$match": {"user": wanted}},
            {"$limit": most},
            {"$group": {"_id": {"user": "$user", "listing": "$listing"}, "reviews": {"$sum": 1}}},
        ]
        found = [
            Written(user=row["_id"]["user"], listing=row["_id"]["listing"], reviews=row["reviews"])
            for row in self._collection.aggregate(steps)
        ]
        return sorted(found, key=lambda one: (one.user, one.listing))
