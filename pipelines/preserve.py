"""Second pipeline: binds what was read to the snapshot 固证 that it was read from."""

from __future__ import annotations

from domain.errors import EvidenceError
from domain.subjects import Observation
from domain.visit import Visit


class Preserve:
    """Every listing becomes a sighting of its snapshot; a visit without preserved bytes goes no further."""

    async def process_item(self, item: Visit) -> Visit:
        """The visit with its observations.

        Raises:
            EvidenceError: nothing was preserved, so nothing may be stored or judged.
        """
        if not item.snapshots:
            raise EvidenceError(
                f"{item.target.url}: no snapshot stands behind this page, so it is not stored"
            )
        snapshot = item.snapshots[0]
        item.observations = tuple(
            Observation.of(
                listing, snapshot=snapshot.id, target=item.target.id, observed_at=snapshot.fetched_at
            )
            for listing in item.listings
        )
        return item
