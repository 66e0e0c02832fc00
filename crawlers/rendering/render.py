"""From a page that was opened to the same page as a browser shows it."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from scrapy import Request
from scrapy.http import HtmlResponse, Response
from scrapy.http.request import NO_CALLBACK

from crawlers.middlewares.capture import SNAPSHOTS
from crawlers.outcomes import Ending, ending_of_failure, ending_of_obstacle
from crawlers.platforms.base import Adapter
from crawlers.reading import Opened
from crawlers.rendering.handler import LOADER, SHOWN
from crawlers.rendering.loader import Fetch, Loader
from crawlers.rendering.names import PAGES
from crawlers.rendering.page import Shown
from domain.errors import EvidenceError, StorageError
from domain.snapshot import Snapshot
from domain.target import PageKind, Reason, Target
from evidence.warc import Resource, WarcArchive


async def render(
    opened: Opened,
    response: Response,
    target: Target,
    *,
    adapter: Adapter,
    download: Fetch,
    archive: WarcArchive,
) -> Opened | Ending:
    """The page as Chromium shows it, or why it could not be shown.

    The final DOM and the picture are preserved, and named by the page's snapshot, in the request's meta too.
    Pictures are loaded where they are evidence: on licence pages 亮照页.
    """
    if not _is_html(response):
        kind = (response.headers.get("Content-Type") or b"").decode("latin-1")
        return Ending(reason=Reason.NOT_HTML, detail=f"a file to save, of type {kind[:100] or 'unknown'}")
    loader = Loader(response, target, download, with_pictures=opened.page.kind is PageKind.LICENCE)
    request = Request(
        opened.page.url,
        meta={LOADER: loader, "download_slot": PAGES, "dont_obey_robotstxt": True},
        dont_filter=True,
        callback=NO_CALLBACK,
    )
    try:
        await download(request)
    except (EvidenceError, StorageError):
        raise
    except Exception as error:  # noqa: BLE001 - whatever it was, the page was not shown, and that is recorded
        return ending_of_failure(error)
    shown: Shown = request.meta[SHOWN]
    snapshot = await asyncio.to_thread(_preserved, opened.snapshot, shown, tuple(loader.gaps), archive)
    if response.request is not None:
        earlier: Sequence[Snapshot] = response.request.meta[SNAPSHOTS][:-1]
        response.request.meta[SNAPSHOTS] = (*earlier, snapshot)
    page = replace(opened.page, text=shown.dom)
    obstacle = adapter.obstacle(page)
    if obstacle is not None:
        return ending_of_obstacle(obstacle, detail=f"rendered, {page.url}")
    return Opened(page, snapshot, tuple(loader.pictures), loader.bodies)


def _is_html(response: Response) -> bool:
    """Whether a browser would show this, and not save it as a file."""
    disposition = (response.headers.get("Content-Disposition") or b"").lstrip().lower()
    return isinstance(response, HtmlResponse) and not disposition.startswith(b"attachment")


def _preserved(snapshot: Snapshot, shown: Shown, gaps: Sequence[str], archive: WarcArchive) -> Snapshot:
    now, url = datetime.now(UTC), snapshot.final_url
    dom = shown.dom.encode("utf-8", "replace")
    made = replace(
        snapshot,
        dom=archive.write_resource(
            Resource(uri=f"urn:dom:{url}", content_type="text/html; charset=utf-8", body=dom, made_at=now)
        ),
        dom_digest=hashlib.sha256(dom).hexdigest(),
        gaps=(*snapshot.gaps, *gaps),
    )
    if not shown.screenshot:
        return made
    picture = Resource(
        uri=f"urn:screenshot:fullPage:{url}", content_type="image/png", body=shown.screenshot, made_at=now
    )
    return replace(
        made,
        screenshot=archive.write_resource(picture),
        screenshot_digest=hashlib.sha256(shown.screenshot).hexdigest(),
    )
