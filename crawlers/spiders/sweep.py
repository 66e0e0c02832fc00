"""The spider: leases the targets of one run, fetches them, and hands on what their adapter reads.

What an answer means is said in ``crawlers.outcomes``, what a page yields in ``crawlers.visits``, and which
target comes next in ``crawlers.leasing``.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any, Self

from loguru import logger
from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from crawlers.displays import DisplayObserver
from crawlers.middlewares.capture import latest_snapshot, snapshots_of
from crawlers.outcomes import Ending, ending_of_failure
from crawlers.platforms.base import Adapter
from crawlers.platforms.registry import adapter_for
from crawlers.processes import owner_name
from crawlers.reading import Opened, open_page
from crawlers.rendering.names import HANDLERS
from crawlers.visits import visit_of
from crawlers.work import Work
from detectors.licensing.decide import LicenceJudge
from domain.errors import EvidenceError, StorageError, UsageError
from domain.run import Run
from domain.snapshot import Snapshot
from domain.sweep import Budget, Sweep
from domain.target import PageKind, Reason, Target
from domain.visit import Visit
from evidence.warc import WarcArchive
from rules.licensing import load_licensing
from storage.store import Store

# Going on without one of these would give wrong output.
_FATAL = (EvidenceError, StorageError)


class SweepSpider(Spider):
    """Visits one run of a sweep 专项监测; any number of processes may visit the same run.

    Pipelines find ``store``, ``archive``, ``run`` and ``sweep`` on it.
    """

    name = "sweep"
    custom_settings: dict[str, Any] | None = {  # noqa: RUF012 - declared by Scrapy, read off the class
        # The callbacks judge every status, and a cut body is preserved before it is tried again.
        "HTTPERROR_ALLOW_ALL": True,
        "DOWNLOAD_FAIL_ON_DATALOSS": False,
        "RETRY_ENABLED": False,
        # A page that reloads itself is a page, not a redirect.
        "METAREFRESH_ENABLED": False,
        # Behind a proxy nobody here would see which address a name leads to.
        "HTTPPROXY_ENABLED": False,
        "ROBOTSTXT_USER_AGENT": "NetSword",
    }

    store: Store
    archive: WarcArchive
    run: Run
    sweep: Sweep

    def __init__(self, owner: str = "", **arguments: Any) -> None:
        super().__init__(**arguments)
        self.owner = owner or owner_name()
        self.fault = ""
        """What ended the crawl before its time: the process then ends with a code that is not 0."""
        self.adapters: dict[str, Adapter] = {}
        self.sites: tuple[str, ...] = ()
        self.private_hosts: tuple[str, ...] = ()
        self._work: Work | None = None
        self._observers: dict[str, DisplayObserver] = {}
        self._closing: asyncio.Task[None] | None = None
        self._callbacks = {
            PageKind.SEARCH: self.parse_search,
            PageKind.LISTING: self.parse_listing,
            PageKind.SHOP: self.parse_shop,
            PageKind.REVIEWS: self.parse_reviews,
        }

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Put our robots.txt middleware in the place of Scrapy's."""
        super().update_settings(settings)
        middlewares = settings.getdict("DOWNLOADER_MIDDLEWARES") | {
            "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
            "crawlers.middlewares.robots.Robots": 100,
        }
        settings.set("DOWNLOADER_MIDDLEWARES", middlewares, priority="spider")

    @classmethod
    def from_crawler(
        cls, crawler: Crawler, run: str = "", workers: str = "1", only_frame: str = "0", **arguments: Any
    ) -> Self:
        """Open the run, and put its sweep's politeness into the crawl's settings.

        Raises:
            UsageError: no run is named, or there is no such run.
        """
        spider = super().from_crawler(crawler, **arguments)
        if run:
            spider._take(
                Work.begin(
                    run,
                    spider.owner,
                    crawler.settings,
                    workers=int(workers),
                    only_frame=bool(int(only_frame)),
                )
            )
            for handler, signal in (
                (spider._close, signals.spider_closed),
                (spider._item_through, signals.item_scraped),
                (spider._item_through, signals.item_dropped),
                (spider._item_failed, signals.item_error),
            ):
                crawler.signals.connect(handler, signal=signal)
        # ``scrapy check`` puts a start of its own in place of ours, and needs no run.
        elif cls.start is _START:
            raise UsageError("name a run: scrapy crawl sweep -a run=RUN; 'netsword run list' shows the runs")
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """Requests for targets, as they can be leased."""
        work = self._working()
        work.keep_alive()
        try:
            async for target in work.leases.targets():
                try:
                    request = self._request(target)
                except ValueError as error:
                    await self._settle(target, Ending(reason=Reason.FAULT, detail=f"no web address: {error}"))
                else:
                    yield request
            if await work.leases.is_paused():
                self._close_soon("paused")
        except _FATAL as error:
            raise self._stop(error) from error

    async def parse_search(self, response: Response) -> AsyncIterator[Visit]:
        """A result page gives units of the frame and the next result page.

        @recorded_page lingang/search-first search
        @reads frame targets
        """
        async for visit in self._read(response):
            yield visit

    async def parse_listing(self, response: Response) -> AsyncIterator[Visit]:
        """An item page gives a listing, and leads to its shop and its reviews.

        @recorded_page lingang/listing-plain listing
        @reads listings targets
        """
        async for visit in self._read(response):
            yield visit

    async def parse_shop(self, response: Response) -> AsyncIterator[Visit]:
        """A shop page gives the shop, with the pages that may display its licence 亮照.

        @recorded_page lingang/shop-licence-link shop
        @reads shops
        """
        async for visit in self._read(response):
            yield visit

    async def parse_reviews(self, response: Response) -> AsyncIterator[Visit]:
        """A review page gives reviews, and leads to the next one.

        @recorded_page lingang/reviews-first reviews
        @reads reviews
        """
        async for visit in self._read(response):
            yield visit

    async def failed(self, failure: Failure) -> None:
        """A request that came to no response, or was refused on the way."""
        request: Request = failure.request  # type: ignore[attr-defined]
        await self._end(request, failure.value or RuntimeError("a failure without a cause"))

    def _take(self, work: Work) -> None:
        self._work = work
        self.store, self.archive, self.run, self.sweep = work.store, work.archive, work.run, work.sweep
        self.adapters = {scope.platform: adapter_for(scope) for scope in self.sweep.platforms}
        judge = LicenceJudge(load_licensing())
        has_browser = any(adapter.renders(kind) for adapter in self.adapters.values() for kind in PageKind)
        show = self._show if has_browser else None
        self._observers = {
            scope.platform: DisplayObserver(
                scope, self.adapters[scope.platform], judge, self._download, self._render, show
            )
            for scope in self.sweep.platforms
        }
        self.sites = tuple(scope.base_url.host or "" for scope in self.sweep.platforms)
        self.private_hosts = self.sweep.private_hosts
        if has_browser:
            self.settings.set("DOWNLOAD_HANDLERS", HANDLERS, priority="spider")

    async def _close(self) -> None:
        """Nothing of ours is left behind: endings are written, leases given back, files on disk."""
        try:
            await self._working().aclose()
        except _FATAL as error:
            logger.bind(run=self.run.id, error=str(error)).error("the crawl's end could not be stored")
            self.fault = str(error)

    def _request(self, target: Target) -> Request:
        return Request(
            target.url,
            callback=self._callbacks[target.kind],
            errback=self.failed,
            meta={"target": target},
            dont_filter=True,
        )

    async def _read(self, response: Response) -> AsyncIterator[Visit]:
        request = response.request
        if request is None:
            return
        try:
            visit = await self._visit(response, request)
        except CloseSpider:
            raise
        except Exception as error:  # noqa: BLE001 - one page's fault is recorded and costs that page only
            await self._end(request, error)
        else:
            if visit is not None:
                yield visit

    async def _visit(self, response: Response, request: Request) -> Visit | None:
        target: Target = request.meta["target"]
        adapter = self.adapters[target.platform]
        opened = open_page(response, target, latest_snapshot(request), adapter)
        if isinstance(opened, Ending):
            await self._settle(target, opened, snapshots_of(request))
            return None
        if self._work is None:
            return visit_of(target, adapter.parse(opened.page), [opened.snapshot], budget=Budget())
        shown = await self._render(opened, response)
        if isinstance(shown, Ending):
            await self._settle(target, shown, snapshots_of(request))
            return None
        parsed = adapter.parse(shown.page)
        budget, negative = self.sweep.budget, self.sweep.negative_words.get(target.category, ())
        if parsed.shop is None:
            snapshots = [shown.snapshot, *shown.pictures]
            return visit_of(target, parsed, snapshots, budget=budget, negative_words=negative)
        seen = await self._observers[target.platform].observe(target, parsed.shop, parsed, shown, response)
        visit = visit_of(
            target, parsed, seen.snapshots, budget=budget, linked=seen.linked, negative_words=negative
        )
        visit.displays = (seen.capture,)
        return visit

    async def _render(self, opened: Opened, response: Response) -> Opened | Ending:
        """The page as a browser shows it, where its adapter asks for that, else as it came."""
        target = _target_of(response)
        if not self.adapters[target.platform].renders(opened.page.kind):
            return opened
        return await self._show(opened, response)

    async def _show(self, opened: Opened, response: Response) -> Opened | Ending:
        """The page as a browser shows it."""
        # Imported here: a crawl that shows no page to a browser does not load what drives one.
        from crawlers.rendering.render import render

        target = _target_of(response)
        adapter = self.adapters[target.platform]
        return await render(
            opened, response, target, adapter=adapter, download=self._download, archive=self.archive
        )

    async def _download(self, request: Request) -> Response:
        engine = self.crawler.engine
        assert engine is not None  # noqa: S101 - a response cannot come without one
        return await engine.download_async(request)

    async def _end(self, request: Request, error: BaseException) -> None:
        """End a try that raised: as what the error means, or with the whole crawl."""
        if isinstance(error, _FATAL):
            raise self._stop(error) from error
        target: Target = request.meta["target"]
        ending = ending_of_failure(error)
        if ending.reason is Reason.FAULT:
            logger.bind(url=request.url).opt(exception=error).error("page could not be handled")
        await self._settle(target, ending, snapshots_of(request))

    async def _settle(self, target: Target, ending: Ending, snapshots: Sequence[Snapshot] = ()) -> None:
        work = self._working()
        try:
            await work.settler.end(target, ending, snapshots)
        except _FATAL as error:
            raise self._stop(error) from error
        if self.crawler.stats is not None:
            self.crawler.stats.inc_value(f"netsword/endings/{ending.reason}")
        work.leases.done(target)

    def _stop(self, error: Exception) -> CloseSpider:
        logger.bind(error=str(error)).error("the crawl cannot go on")
        self.fault = str(error)
        return CloseSpider(type(error).__name__)

    def _item_through(self, item: Visit) -> None:
        self._working().leases.done(item.target)

    async def _item_failed(self, item: Visit, failure: Failure) -> None:
        """A pipeline raised: what it could not store or judge is failed, and not silently left leased."""
        error = failure.value
        if isinstance(error, _FATAL):
            self._close_soon(self._stop(error).reason)
            return
        ending = Ending(reason=Reason.FAULT, detail=f"{type(error).__name__}: {error}"[:500])
        await self._settle(item.target, ending, item.snapshots)

    def _close_soon(self, reason: str) -> None:
        """Lets the pages that are being fetched come to their end, and drops those that only wait."""
        engine = self.crawler.engine
        if engine is not None:
            # In a task of its own: closing waits for the very call that asks for it.
            self._closing = asyncio.create_task(engine.close_spider_async(reason=reason))

    def _working(self) -> Work:
        if self._work is None:
            raise UsageError("there is no run to work on: scrapy crawl sweep -a run=RUN")
        return self._work


def _target_of(response: Response) -> Target:
    assert response.request is not None  # noqa: S101 - it was opened, so it was asked for
    target: Target = response.request.meta["target"]
    return target


_START = SweepSpider.start
