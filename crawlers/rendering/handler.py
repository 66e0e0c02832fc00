"""The download handler of rendered pages: scrapy-playwright's, with limits of time and memory."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any, ClassVar

import psutil
from loguru import logger
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

from crawlers.rendering.browser import MemoryWatch
from crawlers.rendering.loader import Loader, begin
from crawlers.rendering.page import WIDTH_PX, observe
from domain.errors import FetchError, FetchTransient, RenderError
from domain.target import Reason

LOADER = "page_loader"
"""Key in ``request.meta``: the loader of a page that is to be rendered."""

SHOWN = "page_shown"
"""Key in ``request.meta``: what the browser showed."""

_CLOSE_LIMIT_S = 15.0


class RenderingHandler(ScrapyPlaywrightDownloadHandler):  # type: ignore[misc] # it has no types
    """Renders requests that carry a loader; all others are fetched as ever.

    A page that hangs, crashes or wants too much memory costs itself: its renderer ends, or at worst the
    browser, which the next page starts anew.
    """

    # The base class prepares itself when the engine starts, and so has to be there by then.
    lazy = False

    # One for http and https. Scrapy's slots would not do: those that come in one turn of the loop all pass.
    _turns: ClassVar[asyncio.Semaphore | None] = None

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        settings = crawler.settings
        # A page whose browser died is tried again by the frontier, which remembers how often.
        self.config.target_closed_max_retries = 0
        if RenderingHandler._turns is None:
            RenderingHandler._turns = asyncio.Semaphore(settings.getint("RENDER_CONCURRENCY"))
        self._at_a_time = RenderingHandler._turns
        self._limit_s = settings.getfloat("RENDER_TIMEOUT_S")
        self._most_characters = settings.getint("DOWNLOAD_MAXSIZE")
        self._context = {
            "user_agent": settings["USER_AGENT"],
            "locale": "zh-CN",
            "timezone_id": "Asia/Shanghai",
            "viewport": {"width": WIDTH_PX, "height": 1024},
            "accept_downloads": False,
            "service_workers": "block",
        }
        self._watch = MemoryWatch(settings.getint("RENDER_MEMORY_MB") << 20)

    async def download_request(self, request: Request) -> Response:
        """The final DOM of a page that is to be rendered, the plain response of any other.

        Raises:
            FetchError: the page could not be rendered; the reason says why.
        """
        loader: Loader | None = request.meta.get(LOADER)
        if loader is None:
            response: Response = await super().download_request(request)
            return response
        async with self._at_a_time:
            return await self._within_limits(request, loader)

    async def _within_limits(self, request: Request, loader: Loader) -> Response:
        loop = asyncio.get_running_loop()
        broken: asyncio.Future[FetchError] = loop.create_future()
        opened: list[Page] = []

        def on_crash(*_: object) -> None:
            if not broken.done():
                broken.set_result(self._crash())

        def on_close(*_: object) -> None:
            if not broken.done():
                broken.set_result(FetchTransient(Reason.CRASHED, "the browser ended"))

        async def on_open(page: Page, _: Request) -> None:
            opened.append(page)
            page.on("crash", on_crash)
            page.on("close", on_close)
            await begin(page, loader)

        request.meta.update(self._wishes(on_open))
        work = asyncio.ensure_future(self._rendered(request, loader))
        ends: set[asyncio.Future[Any]] = {work, broken}
        try:
            with self._watch:
                await asyncio.wait(ends, timeout=self._limit_s, return_when=asyncio.FIRST_COMPLETED)
            if broken.done():
                raise broken.result()
            if work.done():
                return work.result()
            raise FetchTransient(Reason.TIMEOUT, f"not rendered within {self._limit_s:g} s")
        except PlaywrightError as error:
            raise FetchTransient(Reason.CRASHED, str(error).splitlines()[0][:200]) from error
        finally:
            await _end(work)
            for page in opened:
                await _close(page)

    def _crash(self) -> FetchError:
        if self._watch.just_ended_one:
            return RenderError(Reason.MEMORY, "the page wanted more memory than a rendered page gets")
        return FetchTransient(Reason.CRASHED, "the browser gave up on the page")

    async def _rendered(self, request: Request, loader: Loader) -> Response:
        # scrapy-playwright raises it for a download that the page began, and that was refused.
        with suppress(RuntimeError):
            await super().download_request(request)
        page: Page = request.meta.pop("playwright_page")
        shown = await observe(page, loader, most_characters=self._most_characters)
        if loader.fatal is not None:
            raise loader.fatal
        request.meta[SHOWN] = shown
        return loader.document.replace(body=shown.dom.encode("utf-8", "replace"), encoding="utf-8")

    def _wishes(self, on_open: Any) -> dict[str, Any]:
        """scrapy-playwright's keys: a context of its own, so that no page leaves anything to the next."""
        return {
            "playwright": True,
            "playwright_include_page": True,
            "playwright_context": f"page-{id(on_open)}",
            "playwright_context_kwargs": dict(self._context),
            "playwright_page_init_callback": on_open,
            "playwright_page_goto_kwargs": {"wait_until": "commit", "timeout": 1000 * self._limit_s},
        }


async def _end(work: asyncio.Future[Response]) -> None:
    work.cancel()
    with suppress(asyncio.CancelledError, Exception):
        await work


async def _close(page: Page) -> None:
    """Close the page and all it left; where it does not let go, its browser ends."""
    try:
        await asyncio.wait_for(page.context.close(), _CLOSE_LIMIT_S)
    except PlaywrightError as error:
        logger.bind(error=str(error)[:200]).debug("the page was closed already")
    except TimeoutError:
        logger.warning("a rendered page does not close; its browser is ended")
        for process in psutil.Process().children(recursive=True):
            with suppress(psutil.Error):
                if "--headless" in (line := process.cmdline()) and not any("--type=" in w for w in line):
                    process.kill()
