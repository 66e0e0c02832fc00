"""Pages one link away from a shop that may display its licence 亮照链接: fetched, or said not to be."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from scrapy import Request
from scrapy.http import Response

from crawlers.middlewares.capture import latest_snapshot, snapshots_of
from crawlers.outcomes import Ending, ending_of_failure
from crawlers.platforms.base import Adapter, Page, ParsedPage
from crawlers.platforms.tree import tree_of, visible_text
from crawlers.reading import Opened, open_page
from crawlers.visits import licence_links
from domain.errors import EvidenceError, ExtractionError, StorageError
from domain.snapshot import Snapshot
from domain.subjects import LinkedPage, LinkedPageState
from domain.target import PageKind, Reason, Target

Download = Callable[[Request], Awaitable[Response]]
Render = Callable[[Opened, Response], Awaitable[Opened | Ending]]
"""Shows a page to a browser, where its adapter asks for that."""

PICTURE = "picture"
"""Why a licence page that shows its licence as a picture was not observed: nobody has read the picture."""


async def observe_linked(
    target: Target,
    parsed: ParsedPage,
    base_url: str,
    *,
    adapter: Adapter,
    download: Download,
    render: Render,
) -> tuple[list[LinkedPage], list[Snapshot]]:
    """What became of each licence page, and what was preserved of them.

    They belong to the shop's own target: they are fetched under its lease and stored with it.
    """
    pages: list[LinkedPage] = []
    preserved: list[Snapshot] = []
    for url, label in licence_links(parsed, base_url):
        request = Request(url, meta={"target": target}, dont_filter=True)
        opened, snapshots = await _fetch(request, target, adapter, download, render)
        pages.append(_linked_page(url, label, opened, adapter))
        preserved.extend(snapshots)
    return pages, preserved


async def _fetch(
    request: Request, target: Target, adapter: Adapter, download: Download, render: Render
) -> tuple[Opened | Ending, Sequence[Snapshot]]:
    try:
        response = await download(request)
        # After a redirect the response belongs to another request than the one sent first.
        request = response.request or request
        opened = open_page(response, target, latest_snapshot(request), adapter, kind=PageKind.LICENCE)
        if isinstance(opened, Opened):
            opened = await render(opened, response)
    except (EvidenceError, StorageError):
        raise
    except Exception as error:  # noqa: BLE001 - whatever it was, the page was not observed, and that is recorded
        opened = ending_of_failure(error)
    if isinstance(opened, Opened):
        return opened, [opened.snapshot, *opened.pictures]
    return opened, snapshots_of(request)[:1]


def _read(page: Page, adapter: Adapter) -> ParsedPage:
    """The licence page as its adapter reads it; a shop may link to any page, and then all its text counts."""
    try:
        return adapter.parse(page)
    except ExtractionError:
        return ParsedPage(text=visible_text(tree_of(page.text)))


def _linked_page(url: str, label: str, opened: Opened | Ending, adapter: Adapter) -> LinkedPage:
    if isinstance(opened, Opened):
        read = _read(opened.page, adapter)
        if read.in_pictures:
            state = LinkedPageState.NOT_OBSERVED
            return LinkedPage(url=url, label=label, state=state, text=read.text, reason=PICTURE)
        return LinkedPage(url=url, label=label, state=LinkedPageState.FETCHED, text=read.text)
    is_dead = opened.reason is Reason.GONE
    state = LinkedPageState.DEAD if is_dead else LinkedPageState.NOT_OBSERVED
    return LinkedPage(url=url, label=label, state=state, reason=opened.reason)
