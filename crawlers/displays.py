"""What a shop shows of its licence 亮照采集: its page, pages one link away, pictures, style sheets.

Everything beyond the page itself is fetched under the shop's own lease, through the same guards, and
preserved; what was not to be had is said to be so.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response, TextResponse
from scrapy.http.request import NO_CALLBACK

from crawlers.middlewares.address import RESOURCE
from crawlers.middlewares.capture import latest_snapshot, snapshots_of
from crawlers.outcomes import Ending, ending_of_failure
from crawlers.platforms.base import Adapter, Page, ParsedPage
from crawlers.platforms.tree import tree_of, visible_text
from crawlers.reading import Opened, open_page
from crawlers.rendering.names import RESOURCES
from crawlers.visits import licence_links
from detectors.base import legal_day
from detectors.licensing.decide import LicenceJudge
from detectors.licensing.links import absolute
from detectors.licensing.markup import linked_sheets, web_imports
from detectors.licensing.model import DISPLAYED, LicenceCase, Linked, Platform
from detectors.licensing.page import read_page
from domain.errors import EvidenceError, ExtractionError, StorageError
from domain.licence import CapturedPage, CapturedPicture, LicenceCapture
from domain.page_text import PageText, Seen
from domain.snapshot import Snapshot
from domain.subjects import LinkedPage, LinkedPageState, Shop
from domain.sweep import PlatformScope
from domain.target import PageKind, Reason, Target

Download = Callable[[Request], Awaitable[Response]]
Render = Callable[[Opened, Response], Awaitable[Opened | Ending]]
"""Shows a page to a browser, where its adapter asks for that."""

PICTURE = "picture"
"""Why the text of a licence page that shows its licence as a picture says nothing."""
LOADING = "loading"
"""Why a page was not observed that still loads when the browser gives it up."""
_WAITS = re.compile(r"加载中|载入中|请稍候|请稍等|loading", re.IGNORECASE)
_LEAST_TEXT = 60
"""Characters below which a page that says it loads shows nothing else."""
MOST_PAGES = 4
MOST_PICTURES = 6
MOST_SHEETS = 6
_MOST_SHEET_CHARACTERS = 1_000_000
_SHEETS_KEPT = 200


@dataclass(frozen=True, slots=True)
class Observed:
    """What was fetched for one shop, and what was preserved of it, its own page first."""

    capture: LicenceCapture
    linked: tuple[LinkedPage, ...]
    snapshots: tuple[Snapshot, ...]


@dataclass
class DisplayObserver:
    """Fetches the licence displays of one platform's shops."""

    scope: PlatformScope
    adapter: Adapter
    judge: LicenceJudge
    download: Download
    render: Render
    show: Render | None = None
    """Shows a page to a browser whatever its adapter asks for; ``None`` where the crawl has no browser."""
    _sheets: dict[str, str] = field(default_factory=dict, repr=False)
    """Style sheets by address: the shops of a platform share them."""

    async def observe(
        self, target: Target, shop: Shop, parsed: ParsedPage, shown: Opened, response: Response
    ) -> Observed:
        """The display of ``shop``, whose page is ``shown`` and came as ``response``."""
        shown, text = await self._seen(shown, response, shop.name)
        base = shown.page.url
        labels = self._links(parsed, text, base)
        visits = [await self._page(url, label, target, shop.name) for url, label in labels.items()]
        found = {page.url: page for page, _, _ in visits}
        case = self._case(shown, text, shop.name)
        case = replace(
            case,
            linked={
                each.url: Linked(url=each.url, state=each.state, page=each.text) for each in found.values()
            },
        )
        state = (await asyncio.to_thread(self.judge.decide, case)).state
        bodies = {**shown.bodies, **{url: body for _, _, each in visits for url, body in each.bodies.items()}}
        wanted = self._pictures(text, base, found.values(), alone=state not in DISPLAYED)
        fetched = [(await self._picture(url, target, bodies), named) for url, named in wanted.items()]
        pictures = [(replace(picture, named=named), snapshot) for (picture, snapshot), named in fetched]
        capture = LicenceCapture(
            shop=shop.key,
            name=shop.name,
            url=base,
            page=text,
            linked=tuple(found.values()),
            pictures=tuple(picture for picture, _ in pictures),
            standalone=self._is_standalone(base),
            platform_name=self.scope.operator_name,
            platform_code=self.scope.operator_code,
            complete=not is_unfinished(text, shown.snapshot),
        )
        snapshots = [shown.snapshot, *shown.pictures]
        snapshots += [snapshot for _, _, each in visits for snapshot in each.snapshots]
        kept = {snapshot.id: snapshot for snapshot in snapshots}
        kept |= {snapshot.id: snapshot for _, snapshot in pictures if snapshot is not None}
        return Observed(capture, tuple(linked for _, linked, _ in visits), tuple(kept.values()))

    async def _seen(self, opened: Opened, response: Response, name: str) -> tuple[Opened, PageText]:
        """A page with its text; shown to the browser first where only that can tell what it shows."""
        text = await self._read(opened)
        if self.show is None or opened.snapshot.dom is not None:
            return opened, text
        if not await asyncio.to_thread(self.judge.wants_browser, self._case(opened, text, name)):
            return opened, text
        again = await self.show(opened, response)
        return (again, await self._read(again)) if isinstance(again, Opened) else (opened, text)

    def _case(self, opened: Opened, text: PageText, name: str) -> LicenceCase:
        """A page by itself."""
        return LicenceCase(
            url=opened.page.url,
            page=text,
            as_of=legal_day(opened.snapshot.fetched_at),
            shop_name=name,
            platform=Platform(name=self.scope.operator_name, code=self.scope.operator_code),
        )

    def _links(self, parsed: ParsedPage, text: PageText, base: str) -> dict[str, str]:
        """Addresses one hop away with their labels: those the adapter knows, those that read so, 关于我们."""
        found = {absolute(base, url): label for url, label in licence_links(parsed, base)}
        labels = {absolute(base, link.href): link.label for link in text.links}
        for url in self.judge.wanted_pages(text, base):
            if urlsplit(url).scheme in ("http", "https"):
                found.setdefault(url, labels.get(url, ""))
        public = self.judge.links.public_code
        kept = [(url, label) for url, label in found.items() if url and not public(url)[0]]
        kept.sort(key=lambda each: self.judge.links.is_about(each[1]))
        return dict(kept[:MOST_PAGES])

    def _pictures(
        self, text: PageText, base: str, linked: Iterable[CapturedPage], *, alone: bool
    ) -> dict[str, bool]:
        """Addresses of pictures to fetch, and whether words near them speak of a licence."""
        pages = [(text, base)]
        pages += [(page.text, page.url) for page in linked if page.text is not None]
        likely = [self.judge.likely_pictures(page, url) for page, url in pages]
        found = {url: True for named, _ in likely for url in named}
        if alone:
            for _, rest in likely:
                for url in rest:
                    found.setdefault(url, False)
        return dict(list(found.items())[:MOST_PICTURES])

    def _is_standalone(self, url: str) -> bool:
        """Whether the shop is a website of its own: its page is the home page of the sweep's site."""
        parts, site = urlsplit(url), urlsplit(str(self.scope.base_url))
        return parts.netloc == site.netloc and parts.path in ("", "/")

    # ------------------------------------------------------------ one request each

    async def _page(
        self, url: str, label: str, target: Target, name: str
    ) -> tuple[CapturedPage, LinkedPage, _Fetched]:
        request = Request(url, meta={"target": target}, dont_filter=True)
        fetched = await self._fetch_page(request, target, name)
        opened = fetched.opened
        if not isinstance(opened, Opened):
            is_dead = opened.reason is Reason.GONE
            state = LinkedPageState.DEAD if is_dead else LinkedPageState.NOT_OBSERVED
            linked = LinkedPage(url=url, label=label, state=state, reason=opened.reason)
            return CapturedPage(url=url, state=state, reason=opened.reason), linked, fetched
        page, text = opened.page, fetched.text
        if is_unfinished(text, opened.snapshot):
            state = LinkedPageState.NOT_OBSERVED
            linked = LinkedPage(url=url, label=label, state=state, reason=LOADING)
            return CapturedPage(url=url, state=state, reason=LOADING), linked, fetched
        read = _parsed(page, self.adapter)
        linked = LinkedPage(
            url=url,
            label=label,
            state=LinkedPageState.FETCHED,
            text=read.text,
            reason=PICTURE if read.in_pictures else "",
        )
        return CapturedPage(url=url, state=LinkedPageState.FETCHED, text=text), linked, fetched

    async def _fetch_page(self, request: Request, target: Target, name: str) -> _Fetched:
        text = PageText((), (), (), "")
        try:
            response = await self.download(request)
            # After a redirect the response belongs to another request than the one sent first.
            request = response.request or request
            snapshot = latest_snapshot(request)
            opened = open_page(response, target, snapshot, self.adapter, kind=PageKind.LICENCE)
            if isinstance(opened, Opened):
                opened = await self.render(opened, response)
            if isinstance(opened, Opened):
                opened, text = await self._seen(opened, response, name)
        except (EvidenceError, StorageError):
            raise
        except Exception as error:  # noqa: BLE001 - whatever it was, the page was not observed, and that is recorded
            opened = ending_of_failure(error)
        if isinstance(opened, Opened):
            return _Fetched(opened, text, (opened.snapshot, *opened.pictures), opened.bodies)
        return _Fetched(opened, text, snapshots_of(request)[:1], {})

    async def _picture(
        self, url: str, target: Target, bodies: dict[str, tuple[Snapshot, bytes]]
    ) -> tuple[CapturedPicture, Snapshot | None]:
        if url in bodies:
            snapshot, data = bodies[url]
            return _captured(url, snapshot, data), snapshot
        meta = {"target": target, RESOURCE: True, "download_slot": RESOURCES}
        request = Request(url, meta=meta, dont_filter=True, callback=NO_CALLBACK)
        try:
            response = await self.download(request)
        except (EvidenceError, StorageError):
            raise
        except Exception as error:  # noqa: BLE001 - whatever it was, the picture was not observed, and that is recorded
            reason = ending_of_failure(error).reason
            return CapturedPicture(url=url, state=LinkedPageState.NOT_OBSERVED, reason=reason), None
        snapshot = latest_snapshot(response.request or request)
        if {"dataloss", "download_stopped"} & set(response.flags):
            state, reason = LinkedPageState.NOT_OBSERVED, Reason.TRUNCATED
            return CapturedPicture(url=url, state=state, snapshot=snapshot.id, reason=reason), snapshot
        return _captured(url, snapshot, response.body), snapshot

    async def _read(self, opened: Opened) -> PageText:
        html, done = opened.page.text, set[str]()
        sheets: list[str] = []
        for url in linked_sheets(html, opened.page.url):
            sheets += await self._with_imports(url, done)
        rendered = opened.snapshot.dom is not None
        return await asyncio.to_thread(read_page, html, sheets=sheets, rendered=rendered)

    async def _with_imports(self, url: str, done: set[str]) -> list[str]:
        """A style sheet after those that it imports; with ``done`` at most ``MOST_SHEETS`` a page."""
        if url in done or len(done) >= MOST_SHEETS:
            return []
        done.add(url)
        text = await self._sheet(url)
        found: list[str] = []
        for address in web_imports(text, url):
            found += await self._with_imports(address, done)
        return [*found, text] if text else found

    async def _sheet(self, url: str) -> str:
        """A style sheet, "" where it is not to be had; without it the page is judged by its own styles."""
        if url not in self._sheets:
            if len(self._sheets) >= _SHEETS_KEPT:
                self._sheets.clear()
            meta = {RESOURCE: True, "download_slot": RESOURCES}
            try:
                response = await self.download(
                    Request(url, meta=meta, dont_filter=True, callback=NO_CALLBACK)
                )
            except (EvidenceError, StorageError):
                raise
            except Exception:  # noqa: BLE001 - whatever it was, the page does without
                self._sheets[url] = ""
            else:
                is_sheet = response.status == 200 and isinstance(response, TextResponse)
                text = response.text[:_MOST_SHEET_CHARACTERS] if isinstance(response, TextResponse) else ""
                self._sheets[url] = text if is_sheet else ""
        return self._sheets[url]


@dataclass(frozen=True, slots=True)
class _Fetched:
    opened: Opened | Ending
    text: PageText
    snapshots: Sequence[Snapshot]
    bodies: Mapping[str, tuple[Snapshot, bytes]]


def is_unfinished(text: PageText, snapshot: Snapshot) -> bool:
    """Whether a page was looked at before it had loaded: then nothing can be called missing on it."""
    visible = "".join(text.view(Seen.VISIBLE, Seen.REACHABLE).text.split())
    restless = any("did not come to rest" in gap for gap in snapshot.gaps)
    if not _WAITS.search(visible):
        return not visible and not text.pictures
    return restless or len(visible) < _LEAST_TEXT


def _captured(url: str, snapshot: Snapshot, data: bytes) -> CapturedPicture:
    if snapshot.status in (404, 410):
        return CapturedPicture(url=url, state=LinkedPageState.DEAD, snapshot=snapshot.id, reason=Reason.GONE)
    if snapshot.status != 200:
        reason = f"HTTP {snapshot.status}"
        return CapturedPicture(
            url=url, state=LinkedPageState.NOT_OBSERVED, snapshot=snapshot.id, reason=reason
        )
    return CapturedPicture(url=url, state=LinkedPageState.FETCHED, data=data, snapshot=snapshot.id)


def _parsed(page: Page, adapter: Adapter) -> ParsedPage:
    """The licence page as its adapter reads it; a shop may link to any page, and then all its text counts."""
    try:
        return adapter.parse(page)
    except ExtractionError:
        return ParsedPage(text=visible_text(tree_of(page.text)))
