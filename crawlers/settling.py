"""Ends tries that came to no page: as failed or blocked, or back in the frontier for another try."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from crawlers.outcomes import MAX_ATTEMPTS, Ending, backoff
from domain.snapshot import Snapshot
from domain.target import Target, TargetState
from evidence.warc import WarcArchive
from storage.batch import Batcher
from storage.frontier import Settlement
from storage.store import Store


class Settler:
    """Writes endings in batches, after what was preserved of them is safe on disk."""

    def __init__(self, store: Store, archive: WarcArchive) -> None:
        self._store = store
        self._archive = archive
        self._batcher: Batcher[Settlement, bool] = Batcher(self._settle)

    async def end(self, target: Target, ending: Ending, snapshots: Sequence[Snapshot] = ()) -> TargetState:
        """The target's state after this try; ``snapshots`` latest first."""
        if ending.retry:
            return await asyncio.to_thread(self._retry, target, ending, snapshots)
        await self._batcher.submit(
            Settlement(
                target=target,
                state=ending.state,
                reason=ending.reason,
                detail=ending.detail,
                snapshots=tuple(snapshots),
            )
        )
        return ending.state

    async def aclose(self) -> None:
        """Writes what is left."""
        await self._batcher.aclose()

    def _settle(self, settlements: Sequence[Settlement]) -> Sequence[bool]:
        self._archive.sync()
        return self._store.frontier.settle(settlements)

    def _retry(self, target: Target, ending: Ending, snapshots: Sequence[Snapshot]) -> TargetState:
        pause = ending.pause or backoff(target.attempts)
        self._archive.sync()
        if ending.cool:
            self._store.frontier.cool(target.host, pause)
        return self._store.frontier.retry_later(
            target,
            reason=ending.reason,
            detail=ending.detail,
            after=pause,
            max_attempts=MAX_ATTEMPTS,
            snapshots=tuple(snapshots),
        )
