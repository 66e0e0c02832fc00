"""Visits: everything a fetched target yielded, stored and acknowledged as a whole.

First the lease is turned into ``parsed``; only its holder goes on. All that follows are upserts by content,
so a process that is killed between two of them costs a second visit and doubles nothing: the next holder
writes the same documents, and what only the earlier visit had is superseded.
"""

from __future__ import annotations

from collections.abc import Sequence

from pymongo.database import Database

from domain.visit import Visit
from storage.codec import Document
from storage.faults import guarded
from storage.findings import Findings
from storage.frame import Frame
from storage.frontier import Frontier
from storage.licences import Licences
from storage.observations import Observations
from storage.reviews import Reviews
from storage.snapshots import Snapshots
from storage.subjects import Listings, Shops, Sighting


@guarded
class Visits:
    """Writes visits in batches; each method is a few round trips whatever the number of visits."""

    def __init__(self, database: Database[Document], reviews: Reviews) -> None:
        self._frontier = Frontier(database)
        self._snapshots = Snapshots(database)
        self._observations = Observations(database)
        self._frame = Frame(database)
        self._listings = Listings(database)
        self._shops = Shops(database)
        self._reviews = reviews
        self._findings = Findings(database)
        self._licences = Licences(database)

    def store(self, visits: Sequence[Visit]) -> list[bool]:
        """Stores what visits yielded; for each whether its lease still held and it was stored.

        Raises:
            ValueError: a visit has no snapshot, so nothing proves what it says.
        """
        for visit in visits:
            if not visit.snapshots:
                raise ValueError(f"visit of {visit.target.url} has no snapshot: preserve before storing")
        held = self._frontier.mark_parsed([visit.target.lease for visit in visits])
        winners = [visit for visit in visits if visit.target.lease in held]
        self._write(winners)
        again = [visit for visit in winners if held[visit.target.lease] > 1]
        self._snapshots.supersede(
            {visit.target.id: [snapshot.id for snapshot in visit.snapshots] for visit in again}
        )
        return [visit.target.lease in held for visit in visits]

    def judge(self, visits: Sequence[Visit]) -> None:
        """Stores the findings of visits that were stored, then ends their targets as ``done``."""
        self._findings.save_all([(found, visit.target.run) for visit in visits for found in visit.findings])
        self._licences.save(record for visit in visits for record in visit.licences)
        self._frontier.finish(visits)

    def _write(self, visits: Sequence[Visit]) -> None:
        seen = [(visit, _sighting(visit)) for visit in visits]
        self._snapshots.save(snapshot for visit in visits for snapshot in visit.snapshots)
        self._listings.save((listing, sighting) for visit, sighting in seen for listing in visit.listings)
        self._shops.save((shop, sighting) for visit, sighting in seen for shop in visit.shops)
        self._reviews.save((review, sighting) for visit, sighting in seen for review in visit.reviews)
        self._observations.save(
            (observation, visit.target.run) for visit in visits for observation in visit.observations
        )
        self._frame.save(unit for visit in visits for unit in visit.frame)
        self._frontier.plant([target for visit in visits for target in visit.targets])


def _sighting(visit: Visit) -> Sighting:
    page = visit.snapshots[0]
    return Sighting(run=visit.target.run, snapshot=page.id, seen_at=page.fetched_at)
