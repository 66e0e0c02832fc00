"""Observations: every sighting of a listing, so that prices and sales have a history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from domain.subjects import Observation
from storage.codec import clean, decode, encode
from storage.faults import guarded
from storage.repository import Repository, insert_once, write_all


@guarded
class Observations(Repository):
    """Append-only; the same sighting is stored once."""

    collection_name = "observations"

    def save(self, observations: Iterable[tuple[Observation, str]]) -> None:
        """Adds sightings, each with the run that it was made in."""
        write_all(
            self._collection,
            (
                insert_once(encode(observation, _id=observation.id, run=run))
                for observation, run in observations
            ),
        )

    def of_run(self, run: str) -> Iterator[Observation]:
        """All sightings that a run made, by id."""
        for document in self._collection.find({"run": run}).sort("_id", 1):
            yield decode(Observation, document)

    def history(self, subject: str) -> list[Observation]:
        """All sightings of a subject, oldest first."""
        found = self._collection.find({"subject": clean(subject)}).sort([("observed_at", 1), ("_id", 1)])
        return [decode(Observation, document) for document in found]
