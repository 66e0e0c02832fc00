"""One Chromium per crawl process, begun for the first page that needs it, and the watch on its memory."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, ClassVar

import psutil
from loguru import logger
from playwright.async_api import Browser, BrowserContext, Playwright, async_playwright
from playwright.async_api import Error as PlaywrightError

from domain.errors import RenderError
from domain.target import Reason

_CLOSE_LIMIT_S = 10.0


class OneBrowser:
    """scrapy-playwright's browser provider; its handlers for http and https share one browser.

    Nothing is started before the first page needs it: a crawl without rendered pages costs no browser.
    """

    _playwright: ClassVar[Playwright | None] = None
    _browser: ClassVar[Browser | None] = None
    _starting: ClassVar[asyncio.Lock] = asyncio.Lock()

    def __init__(self, config: Any) -> None:
        self._options: dict[str, Any] = config.launch_options

    async def start(self) -> None:
        """Nothing yet."""

    async def launch_browser(self) -> Browser:
        """The browser of this process, running.

        Raises:
            RenderError: there is no Chromium, or it does not start.
        """
        async with OneBrowser._starting:
            if OneBrowser._browser is None or not OneBrowser._browser.is_connected():
                OneBrowser._browser = await self._launch()
            return OneBrowser._browser

    async def launch_persistent_context(self, context_kwargs: dict[str, Any]) -> BrowserContext:
        """Never: every page gets a context of its own that leaves nothing behind."""
        raise RuntimeError("rendered pages keep nothing between visits")

    async def close(self) -> None:
        """End the browser; the second handler to ask finds it ended."""
        browser, playwright = OneBrowser._browser, OneBrowser._playwright
        OneBrowser._browser = OneBrowser._playwright = None
        with suppress(PlaywrightError, TimeoutError):
            if browser is not None:
                await asyncio.wait_for(browser.close(), _CLOSE_LIMIT_S)
        if playwright is not None:
            await playwright.stop()

    async def _launch(self) -> Browser:
        if not self._options.get("executable_path"):
            raise RenderError(
                Reason.NO_BROWSER, "no Chromium was found; install it, then 'netsword doctor' names it"
            )
        try:
            if OneBrowser._playwright is None:
                OneBrowser._playwright = await async_playwright().start()
            return await OneBrowser._playwright.chromium.launch(**self._options)
        except (PlaywrightError, OSError) as error:
            words = str(error).strip().split("\n", 1)[0]
            raise RenderError(
                Reason.NO_BROWSER, f"Chromium does not start: {words[:200]}; 'netsword doctor' tells more"
            ) from error


class MemoryWatch:
    """Ends a renderer process that grows past its limit; pages share none, so that costs one page.

    V8's own limit would not do: pictures and typed arrays live outside its heap.
    """

    def __init__(self, limit_bytes: int, *, every_s: float = 0.25) -> None:
        self._limit = limit_bytes
        self._every_s = every_s
        self._open = 0
        self._task: asyncio.Task[None] | None = None
        self._ended_at = float("-inf")

    def __enter__(self) -> MemoryWatch:
        self._open += 1
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        return self

    def __exit__(self, *_: object) -> None:
        self._open -= 1
        if not self._open and self._task is not None:
            self._task.cancel()
            self._task = None

    @property
    def just_ended_one(self) -> bool:
        """Whether a renderer was ended in the last seconds: a crash now is that one's."""
        return time.monotonic() - self._ended_at < 3

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._every_s)
            for renderer in await asyncio.to_thread(self._too_large):
                self._ended_at = time.monotonic()
                logger.bind(pid=renderer.pid).warning("rendered page ended: too much memory")
                with suppress(psutil.NoSuchProcess):
                    renderer.kill()

    def _too_large(self) -> list[psutil.Process]:
        return list(_renderers_above(self._limit))


def _renderers_above(limit_bytes: int) -> Iterator[psutil.Process]:
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            if process.memory_info().rss > limit_bytes and "--type=renderer" in process.cmdline():
                yield process
