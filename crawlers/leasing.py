"""Hands out a run's targets to one crawl process, keeps their leases alive, and moves the run on.

Every call of the store happens in a thread; nothing here knows Scrapy.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from loguru import logger

from crawlers.drawing import framed_units, plant_first, plant_second
from crawlers.outcomes import Ending
from crawlers.planning import first_targets
from crawlers.settling import Settler
from crawlers.visits import search_pages_per_chain
from domain.errors import StorageError
from domain.notes import NoteCode, note
from domain.run import RunState
from domain.sweep import Sweep
from domain.target import FINAL_STATES, PageKind, Reason, Target
from storage.store import Store

IDLE_S = 0.5
"""Pause before looking again when what is left is waiting, or held by another process."""

_COUNT_EVERY_S = 5.0
_CRAWLING = (RunState.FRAMING, RunState.VISITING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a crawl process works on, and how much of it at a time."""

    run: str
    sweep: Sweep
    owner: str
    lease: timedelta
    in_flight: int
    """Targets held at a time; more is begun when half of them are through."""
    only_frame: bool = False
    """End when the sampling frame 抽样框 is complete."""


class Leases:
    """Targets of one run, leased in batches as room for them comes free."""

    def __init__(self, store: Store, settler: Settler, plan: Plan) -> None:
        self._store = store
        self._settler = settler
        self._plan = plan
        self._held: dict[str, Target] = {}
        self._moved = asyncio.Event()
        self._begun: set[str] = set()
        self._settled = 0
        self._counted_at = float("-inf")
        self._first = first_targets(plan.sweep, plan.run)
        chains = sum(target.kind is PageKind.SEARCH for target in self._first)
        self._pages_per_chain = search_pages_per_chain(chains, plan.sweep.budget)

    async def targets(self) -> AsyncIterator[Target]:
        """Targets to fetch, until nothing of the run is left to do."""
        await asyncio.to_thread(self._begin)
        while await self._goes_on():
            if len(self._held) > self._plan.in_flight // 2:
                await self._wait()
                continue
            batch = await asyncio.to_thread(self._lease)
            self._held.update((target.id, target) for target in batch)
            for target in batch:
                if await self._is_within_budget(target):
                    yield target
            if not batch and not await self._go_on():
                return

    def done(self, target: Target) -> None:
        """The target is through: stored, settled, or lost to another process."""
        self._held.pop(target.id, None)
        self._moved.set()

    async def keep_alive(self) -> None:
        """Renews what is held, three times per lease; runs until it is cancelled."""
        while True:
            await asyncio.sleep(self._plan.lease.total_seconds() / 3)
            tokens = [target.lease for target in self._held.values()]
            try:
                await asyncio.to_thread(self._store.frontier.renew, tokens, self._plan.lease)
            except StorageError as error:
                # Two more tries fit into a lease; if they fail too, another process takes the targets.
                logger.bind(run=self._plan.run, error=str(error)).warning("leases could not be renewed")

    async def release(self) -> None:
        """Gives back at once what this process still holds."""
        await asyncio.to_thread(self._store.frontier.release, self._plan.run, [self._plan.owner])
        self._held.clear()

    def _begin(self) -> None:
        """Plant a run's first targets where whoever made it was cut short; else nothing changes."""
        run = self._store.runs.get(self._plan.run)
        if run is not None and run.state is RunState.PLANNED:
            self._store.frontier.plant(self._first)
            self._store.runs.advance(self._plan.run, RunState.PLANNED, RunState.FRAMING)

    async def _wait(self) -> None:
        """Until a target is through, or a moment has passed: a cancelled run ends though its pages hang."""
        self._moved.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._moved.wait(), IDLE_S)

    async def is_paused(self) -> bool:
        """Whether somebody holds the run 暂停: then what is not being fetched yet is to be given back."""
        run = await asyncio.to_thread(self._store.runs.get, self._plan.run)
        return run is not None and run.is_paused

    async def _goes_on(self) -> bool:
        run = await asyncio.to_thread(self._store.runs.get, self._plan.run)
        return run is not None and run.state in _CRAWLING and not run.is_paused

    async def _state(self) -> RunState:
        run = await asyncio.to_thread(self._store.runs.get, self._plan.run)
        return run.state if run is not None else RunState.CANCELLED

    def _lease(self) -> list[Target]:
        return self._store.frontier.lease(
            self._plan.run,
            owner=self._plan.owner,
            limit=self._plan.in_flight - len(self._held),
            duration=self._plan.lease,
            kinds=[PageKind.SEARCH] if self._plan.only_frame else None,
        )

    async def _is_within_budget(self, target: Target) -> bool:
        pages = self._plan.sweep.budget.pages
        if target.kind is PageKind.SEARCH and target.position >= self._pages_per_chain:
            detail = f"the frame is cut: each search may turn {self._pages_per_chain} pages"
            cut = note(NoteCode.FRAME_CUT, pages=self._pages_per_chain)
            await asyncio.to_thread(self._store.runs.note, self._plan.run, cut)
        elif await self._pages_begun() >= pages:
            detail = f"the {pages} pages of this run are used up"
        else:
            self._begun.add(target.id)
            return True
        await self._settler.end(target, Ending(reason=Reason.BUDGET, detail=detail))
        self.done(target)
        return False

    async def _pages_begun(self) -> int:
        """Targets of this run that were fetched by any process, or begun by this one.

        The store is asked now and then, and what other processes are fetching is not seen, so several
        processes may overrun a budget by what they hold.
        """
        now = asyncio.get_running_loop().time()
        if now - self._counted_at > _COUNT_EVERY_S:
            self._counted_at = now
            self._begun &= self._held.keys()
            counts = await asyncio.to_thread(self._store.frontier.counts, self._plan.run)
            self._settled = sum(
                cell.count for cell in counts if cell.state in FINAL_STATES and cell.reason != Reason.BUDGET
            )
        return self._settled + len(self._begun)

    async def _go_on(self) -> bool:
        """Whether more is to come when nothing could be leased; moves the run on when its phase is over."""
        if self._held:
            await self._wait()
            return True
        framing = await self._state() is RunState.FRAMING
        kinds = [PageKind.SEARCH] if framing or self._plan.only_frame else None
        left = await asyncio.to_thread(self._store.frontier.open_count, self._plan.run, kinds)
        if left.total:
            await asyncio.sleep(IDLE_S)
            return True
        if self._plan.only_frame:
            if framing:
                await asyncio.to_thread(framed_units, self._store, self._plan.sweep, self._plan.run)
            return False
        if framing:
            await asyncio.to_thread(plant_first, self._store, self._plan.sweep, self._plan.run)
            return True
        return await asyncio.to_thread(plant_second, self._store, self._plan.sweep, self._plan.run) > 0
