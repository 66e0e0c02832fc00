"""Looks at a page in the browser: waits until it rests, then takes its final DOM and a full-page picture."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page
from playwright.async_api import TimeoutError as PlaywrightTimeout

from crawlers.rendering.loader import Loader
from domain.errors import RenderError
from domain.target import Reason

QUIET_S = 0.4
"""A page rests when it has asked for nothing for so long."""

REST_LIMIT_S = 8.0
"""A page that never rests is looked at as it is by then."""

TALLEST_PX = 16_000
"""Taller pages are cut in the picture: Chromium paints no larger surface (evidence standard E-14)."""

WIDTH_PX = 1280
_PICTURE_LIMIT_MS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A page as the browser showed it; ``screenshot`` is empty where no picture could be taken."""

    dom: str
    screenshot: bytes = b""


async def observe(page: Page, loader: Loader, *, most_characters: int) -> Shown:
    """The page's final DOM and picture.

    Raises:
        RenderError: the DOM is too large, or the page is no longer the one that was asked for.
    """
    await _at_rest(page, loader)
    _refuse_another(page, loader)
    try:
        length: int = await page.evaluate("document.documentElement.innerHTML.length")
        if length > most_characters:
            raise RenderError(Reason.TOO_LARGE, f"the DOM has {length} characters")
        dom = await page.content()
    except PlaywrightError:
        if not page.is_closed():
            # It may have gone while it was looked at.
            _refuse_another(page, loader)
        raise
    return Shown(dom=dom, screenshot=await _picture(page, loader))


async def _at_rest(page: Page, loader: Loader) -> None:
    clock = asyncio.get_running_loop().time
    deadline = clock() + REST_LIMIT_S
    with suppress(PlaywrightTimeout):
        # A page that reloads itself while it is read never gets there.
        await page.wait_for_load_state("domcontentloaded", timeout=1000 * REST_LIMIT_S)
    while clock() < deadline:
        if not loader.in_flight and clock() - loader.last_change >= QUIET_S:
            return
        await asyncio.sleep(0.05)
    loader.note(f"the page did not come to rest within {REST_LIMIT_S:.0f} s")


async def _picture(page: Page, loader: Loader) -> bytes:
    try:
        height: int = await page.evaluate("Math.ceil(document.documentElement.scrollHeight)")
        if height > TALLEST_PX:
            loader.note(f"the picture is cut after {TALLEST_PX} of {height} pixels")
            await page.set_viewport_size({"width": WIDTH_PX, "height": TALLEST_PX})
        return await page.screenshot(
            full_page=height <= TALLEST_PX, type="png", animations="disabled", timeout=_PICTURE_LIMIT_MS
        )
    except PlaywrightError as error:
        if page.is_closed():
            raise
        loader.note(f"no picture could be taken: {str(error).splitlines()[0][:150]}")
        return b""


def _refuse_another(page: Page, loader: Loader) -> None:
    if _origin(page.url) != _origin(loader.document.url):
        raise RenderError(Reason.EXTRACTION, f"the page replaced itself by {page.url[:150]}")


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.lower()
