"""What exists only while a run is crawled: the open store and archive, and who works on them."""

from __future__ import annotations

import asyncio
import re
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Self

from scrapy.settings import BaseSettings
from ulid import ULID

import settings as product
from crawlers.leasing import Leases, Plan
from crawlers.settling import Settler
from domain.errors import UsageError
from domain.run import Run
from domain.sweep import Sweep
from evidence.warc import WarcArchive
from storage.store import Store, open_store

_FEWEST_IN_FLIGHT, _MOST_IN_FLIGHT = 8, 128


@dataclass(slots=True)
class Work:
    """One crawl process's hold on a run; opened before the crawl, closed after its last item."""

    store: Store
    archive: WarcArchive
    run: Run
    sweep: Sweep
    settler: Settler
    leases: Leases
    _open: ExitStack
    _renewing: asyncio.Task[None] | None = field(default=None, init=False)

    @classmethod
    def begin(
        cls, run_id: str, owner: str, scrapy_settings: BaseSettings, *, workers: int, only_frame: bool
    ) -> Self:
        """Open the store and a WARC file for ``run_id``, and put its sweep's politeness into the settings.

        Raises:
            UsageError: there is no such run.
        """
        ours = product.load()
        with ExitStack() as stack:
            store = stack.enter_context(
                open_store(
                    uri=ours.mongo_uri,
                    var_dir=ours.var_dir,
                    database=ours.mongo_database,
                    user_salt=ours.user_salt,
                )
            )
            run, sweep = _find(store, run_id)
            concurrency = _be_polite(scrapy_settings, sweep, workers)
            archive = stack.enter_context(_begin_archive(run, sweep, owner, scrapy_settings))
            plan = Plan(
                run=run_id,
                sweep=sweep,
                owner=owner,
                lease=timedelta(seconds=ours.lease_s),
                in_flight=_in_flight(concurrency * len(sweep.platforms)),
                only_frame=only_frame,
            )
            settler = Settler(store, archive)
            leases = Leases(store, settler, plan)
            return cls(store, archive, run, sweep, settler, leases, stack.pop_all())

    def keep_alive(self) -> None:
        """Renew leases from now on, in the background."""
        self._renewing = asyncio.create_task(self.leases.keep_alive())

    async def aclose(self) -> None:
        """Write what is left, give back what was not finished, and close what was opened."""
        if self._renewing is not None:
            self._renewing.cancel()
        try:
            await self.settler.aclose()
            await self.leases.release()
        finally:
            await asyncio.to_thread(self._open.close)


def _find(store: Store, run_id: str) -> tuple[Run, Sweep]:
    run = store.runs.get(run_id)
    if run is None:
        raise UsageError(f"there is no run {run_id}; 'netsword run list' shows the runs")
    stored = store.sweeps.get(run.sweep, run.sweep_version)
    if stored is None:
        raise UsageError(f"run {run_id} is of sweep {run.sweep}@{run.sweep_version}, which is not stored")
    return run, stored.sweep


def _begin_archive(run: Run, sweep: Sweep, owner: str, scrapy_settings: BaseSettings) -> WarcArchive:
    ours = product.load()
    obeys = scrapy_settings.getbool("ROBOTSTXT_OBEY")
    return WarcArchive(
        ours.evidence_dir,
        run.id,
        writer_id=f"{_slug(owner.partition('/')[0])}-{ULID()}",
        software=product.software(),
        facts={
            "operator": ours.contact,
            "robots": "obey" if obeys else f"ignore: {sweep.politeness.robots_authority}",
            "http-header-user-agent": scrapy_settings["USER_AGENT"],
            "isPartOf": f"{sweep.campaign.code}/{sweep.name}@{run.sweep_version}",
        },
    )


def _be_polite(scrapy_settings: BaseSettings, sweep: Sweep, workers: int) -> int:
    """Limits per host 访问频率, shared out among the crawl processes; requests at a time for this one."""
    politeness = sweep.politeness
    concurrency = max(1, politeness.concurrency // workers)
    for name, value in {
        "DOWNLOAD_DELAY": politeness.delay_s * workers,
        "CONCURRENT_REQUESTS_PER_DOMAIN": concurrency,
        "CRAWL_WORKERS": workers,
        "ROBOTSTXT_OBEY": politeness.obey_robots,
        "USER_AGENT": f"{product.software()} (+{product.load().contact})",
    }.items():
        scrapy_settings.set(name, value, priority="spider")
    return concurrency


def _in_flight(at_a_time: int) -> int:
    # Pages wait a moment for their batch after they were fetched, so more are held than are being fetched.
    return min(max(4 * at_a_time, _FEWEST_IN_FLIGHT), _MOST_IN_FLIGHT)


def _slug(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9-]+", "-", text)[:40] or "host"
