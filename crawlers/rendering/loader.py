"""What a rendered page may load 资源加载: decided one by one, and fetched by Scrapy, never by Chromium."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from loguru import logger
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page, Route
from playwright.async_api import Request as PageRequest
from scrapy import Request
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawlers.middlewares.address import RESOURCE
from crawlers.middlewares.capture import snapshots_of
from crawlers.outcomes import ending_of_failure
from crawlers.rendering.names import RESOURCES
from domain.errors import EvidenceError, StorageError
from domain.snapshot import Snapshot
from domain.target import Target

Fetch = Callable[[Request], Awaitable[Response]]

AT_A_TIME = 6
"""Requests of one page under way, as browsers have it for a host."""

MOST_REQUESTS = 200
MOST_BYTES = 30_000_000

_NEVER = frozenset({"websocket", "eventsource", "ping", "manifest", "texttrack"})
_PICTURES = frozenset({"image", "media", "font"})
_METHODS = frozenset({"GET", "HEAD", "POST"})
# Scrapy says these itself: who asks, what it can decode, how long a body is.
_OURS = frozenset({"user-agent", "accept-encoding", "host", "connection", "content-length"})
_NOT_OF_THE_BODY = frozenset({"content-encoding", "content-length", "transfer-encoding", "connection"})


class Loader:
    """Answers the requests of one page: the document from its preserved bytes, the rest through ``fetch``.

    ``gaps`` says what was kept from the page; ``pictures`` are snapshots of the pictures it showed, where
    pictures are evidence.
    """

    def __init__(self, document: Response, target: Target, fetch: Fetch, *, with_pictures: bool) -> None:
        self.document = document
        self.pictures: list[Snapshot] = []
        self.bodies: dict[str, tuple[Snapshot, bytes]] = {}
        self.last_change = 0.0
        self.in_flight = 0
        self.fatal: Exception | None = None
        self._target = target
        self._fetch = fetch
        self._barred = _NEVER | (_PICTURES - {"image"} if with_pictures else _PICTURES)
        self._with_pictures = with_pictures
        self._turns = asyncio.Semaphore(AT_A_TIME)
        self._is_shown = False
        self._requests = 0
        self._bytes = 0
        self._kept_away: Counter[str] = Counter()

    @property
    def gaps(self) -> Iterator[str]:
        """What the page asked for and did not get."""
        for what, count in sorted(self._kept_away.items()):
            yield f"render: {what}" + (f" ({count})" if count > 1 else "")

    def note(self, what: str) -> None:
        """One more thing that the page did not get."""
        self._kept_away[what[:300]] += 1

    async def answer(self, route: Route, request: PageRequest) -> None:
        """Answer one request of the page; whatever happens, it gets an answer."""
        self.in_flight += 1
        self._changed()
        try:
            await self._answer(route, request)
        except PlaywrightError as error:
            # The page is gone; nobody waits for the answer.
            logger.bind(url=request.url[:200], error=str(error)[:200]).debug("page request not answered")
        finally:
            self.in_flight -= 1
            self._changed()

    async def _answer(self, route: Route, request: PageRequest) -> None:
        if _leaves_the_page(request):
            if self._is_shown:
                self.note(f"the page wanted to go to {request.url[:150]}")
                await route.fulfill(status=204)
                return
            self._is_shown = True
            await _fulfil(route, self.document)
            return
        barred = self._why_barred(request)
        if barred:
            self.note(barred)
            await route.abort("blockedbyclient")
            return
        async with self._turns:
            response = await self._fetched(request)
        if response is None:
            await route.abort("failed")
        else:
            await _fulfil(route, response)

    def _why_barred(self, request: PageRequest) -> str:
        if request.resource_type in self._barred:
            return f"not loaded: {request.resource_type}"
        if request.method not in _METHODS:
            return f"not sent: {request.method[:20]} request"
        if self._requests >= MOST_REQUESTS or self._bytes >= MOST_BYTES:
            return f"not loaded: past {MOST_REQUESTS} requests or {MOST_BYTES} bytes"
        self._requests += 1
        return ""

    async def _fetched(self, request: PageRequest) -> Response | None:
        is_evidence = self._with_pictures and request.resource_type == "image"
        try:
            response = await self._fetch(
                Request(
                    request.url,
                    method=request.method,
                    headers=_headers(await request.all_headers()),
                    body=request.post_data_buffer or b"",
                    meta={RESOURCE: True, "download_slot": RESOURCES}
                    | ({"target": self._target} if is_evidence else {}),
                    dont_filter=True,
                    callback=NO_CALLBACK,
                )
            )
        except PlaywrightError:
            raise
        except (EvidenceError, StorageError) as error:
            self.fatal = error
            return None
        except Exception as error:  # noqa: BLE001 - whatever it was, the page does without, and that is recorded
            self.note(f"not loaded, {ending_of_failure(error).reason}: {request.url[:150]}")
            return None
        self._bytes += len(response.body)
        if is_evidence and response.request is not None:
            for snapshot in snapshots_of(response.request)[:1]:
                self.pictures.append(snapshot)
                self.bodies[request.url] = (snapshot, response.body)
        return response

    def _changed(self) -> None:
        self.last_change = asyncio.get_running_loop().time()


async def begin(page: Page, loader: Loader) -> None:
    """Put ``loader`` between the page and everything that it asks for, and close what it opens."""
    await page.route("**/*", loader.answer)

    def dismiss(dialog: Any) -> Awaitable[None]:
        loader.note("dialog dismissed")
        return _quietly(dialog.dismiss())

    def close(popup: Page) -> Awaitable[None]:
        loader.note("window closed that the page opened")
        return _quietly(popup.close())

    def cancel(download: Any) -> Awaitable[None]:
        loader.note("download refused")
        return _quietly(download.cancel())

    page.on("dialog", dismiss)
    page.on("popup", close)
    page.on("download", cancel)


async def _quietly(answer: Awaitable[None]) -> None:
    try:
        await answer
    except PlaywrightError as error:
        logger.bind(error=str(error)[:200]).debug("the page was gone before it was answered")


def _leaves_the_page(request: PageRequest) -> bool:
    return request.is_navigation_request() and request.frame.parent_frame is None


async def _fulfil(route: Route, response: Response) -> None:
    headers = {
        name.decode("latin-1").lower(): b"\n".join(values).decode("latin-1")
        for name, values in response.headers.items()
    }
    plain = {name: value for name, value in headers.items() if name not in _NOT_OF_THE_BODY}
    await route.fulfill(status=response.status, headers=plain, body=response.body)


def _headers(sent: dict[str, str]) -> dict[str, str]:
    return {
        name: value for name, value in sent.items() if name.lower() not in _OURS and not name.startswith(":")
    }
