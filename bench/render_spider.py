"""The measured crawl of ``bench.render``: fetches, preserves and renders shop pages; prints its figures.

The first page warms up, so that starting Python and Chromium is in no figure.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response
from scrapy.settings import Settings

from crawlers.middlewares.capture import latest_snapshot
from crawlers.platforms.base import Page
from crawlers.platforms.yunfan import Yunfan
from crawlers.reading import Opened
from crawlers.rendering.names import HANDLERS
from crawlers.rendering.render import render
from domain.target import PageKind, Target
from evidence.warc import WarcArchive

_EVERY_S = 0.5


class RenderSpider(Spider):
    """``kind`` is plain, blocked (pictures are no evidence) or all (they are)."""

    name = "bench-render"

    def __init__(self, listed: str, kind: str, root: str, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.urls = Path(listed).read_text(encoding="utf-8").split()
        self.kind = kind
        parts = urlsplit(self.urls[0])
        self.sites, self.private_hosts = (parts.hostname,), (parts.netloc,)
        self.adapter = Yunfan(f"{parts.scheme}://{parts.netloc}")
        self.archive = WarcArchive(Path(root), "bench", writer_id="bench", software="bench")
        self.pages = 0
        self.peak = 0.0
        self._warm = asyncio.Event()
        self._before = (0.0, 0.0, 0)
        self._watching: asyncio.Task[None] | None = None

    async def start(self) -> AsyncIterator[Request]:
        """The first page, then all others at once."""
        self._watching = asyncio.create_task(self._watch())
        yield self._request(self.urls[0])
        await self._warm.wait()
        self._before = (*_cpu_s(), self._requests())
        for url in self.urls[1:]:
            yield self._request(url)

    async def parse(self, response: Response, **_: Any) -> None:
        """Count the page, after it was rendered if that is measured."""
        assert response.request is not None  # noqa: S101 - it came for one
        engine = self.crawler.engine
        assert engine is not None  # noqa: S101 - likewise
        if self.kind != "plain":
            snapshot = latest_snapshot(response.request)
            # A licence page's pictures are evidence, so they are loaded; else the pages are the same.
            kind = PageKind.LICENCE if self.kind == "all" else PageKind.SHOP
            page = Page(url=response.url, kind=kind, text="", status=200, fetched_at=snapshot.fetched_at)
            target: Target = response.request.meta["target"]
            shown = await render(
                Opened(page, snapshot),
                response,
                target,
                adapter=self.adapter,
                download=engine.download_async,
                archive=self.archive,
            )
            if not isinstance(shown, Opened):
                raise TypeError(f"not rendered: {shown}")
        self.pages += 1
        self._warm.set()
        if self.pages == len(self.urls):
            self._print()

    def _request(self, url: str) -> Request:
        host = urlsplit(url).netloc
        target = Target(run="bench", url=url, kind=PageKind.SHOP, platform="yunfan", host=host)
        return Request(url, meta={"target": target})

    def _requests(self) -> int:
        stats = self.crawler.stats
        return int(stats.get_value("downloader/request_count", 0)) if stats is not None else 0

    async def _watch(self) -> None:
        while True:
            self.peak = max(self.peak, await asyncio.to_thread(_memory_mb))
            await asyncio.sleep(_EVERY_S)

    def _print(self) -> None:
        measured = self.pages - 1
        own, below = (now - before for now, before in zip(_cpu_s(), self._before[:2], strict=True))
        figures = {
            "pages": measured,
            "cpu_ms": 1000 * (own + below) / measured,
            "browser_ms": 1000 * below / measured,
            "peak_mb": max(self.peak, _memory_mb()),
            "requests": (self._requests() - self._before[2]) / measured,
        }
        print(json.dumps(figures), flush=True)


def _cpu_s() -> tuple[float, float]:
    """CPU seconds of this process, and of all below it, those that ended included."""
    me = psutil.Process()
    times = me.cpu_times()
    below = 0.0
    for process in me.children(recursive=True):
        with suppress(psutil.Error):
            spent = process.cpu_times()
            below += spent.user + spent.system + spent.children_user + spent.children_system
    return times.user + times.system, below


def _memory_mb() -> float:
    """Proportional memory of the process tree."""
    total = 0
    for process in (psutil.Process(), *psutil.Process().children(recursive=True)):
        with suppress(psutil.Error):
            total += process.memory_full_info().pss
    return total / (1 << 20)


def main() -> None:
    """Run one crawl over the URLs in a file."""
    settings = Settings()
    settings.setmodule("settings", priority="project")
    settings.update(
        {
            "DOWNLOAD_HANDLERS": HANDLERS,
            "DOWNLOAD_DELAY": 0,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
            "ITEM_PIPELINES": {},
            "LOG_LEVEL": "ERROR",
            "TWISTED_DNS_RESOLVER": "crawlers.resolver.GuardedResolver",
        },
        priority="cmdline",
    )
    process = AsyncCrawlerProcess(settings)
    process.crawl(RenderSpider, *sys.argv[1:])
    process.start()


if __name__ == "__main__":
    main()
