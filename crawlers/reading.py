"""From a response to a page that an adapter can read, or to the reason why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from scrapy.http import Response, TextResponse

from crawlers.decoding import decode
from crawlers.outcomes import Ending, ending_of_obstacle, ending_of_status, looks_like_login
from crawlers.platforms.base import Adapter, Page
from domain.snapshot import Snapshot
from domain.target import PageKind, Reason, Target


@dataclass(frozen=True, slots=True)
class Opened:
    """A page that can be read, and its snapshot with what decoding found out."""

    page: Page
    snapshot: Snapshot
    pictures: tuple[Snapshot, ...] = ()
    """What was preserved of the pictures on it, where they are evidence."""
    bodies: Mapping[str, tuple[Snapshot, bytes]] = field(default_factory=dict, repr=False)
    """Those pictures by address."""


def open_page(
    response: Response, target: Target, snapshot: Snapshot, adapter: Adapter, *, kind: PageKind | None = None
) -> Opened | Ending:
    """The page in ``response``, unless it is an error, cut short, no text, or in the way of another one."""
    refused = ending_of_status(
        response.status,
        retry_after=(response.headers.get("Retry-After") or b"").decode("latin-1"),
        now=datetime.now(UTC),
    )
    if refused is not None and refused.retry:
        return refused
    if {"dataloss", "download_stopped"} & set(response.flags):
        return Ending(reason=Reason.TRUNCATED, detail=f"{len(response.body)} bytes came", retry=True)
    unreadable = _unreadable(response)
    if unreadable:
        return refused or Ending(reason=Reason.NOT_HTML, detail=unreadable)
    opened = _opened(response, target, snapshot, kind or target.kind)
    obstacle = adapter.obstacle(opened.page)
    if obstacle is not None:
        return ending_of_obstacle(obstacle, detail=f"HTTP {response.status}, {response.url}")
    if refused is not None:
        return refused
    if snapshot.redirects and looks_like_login(response.url) and not looks_like_login(target.url):
        return Ending(reason=Reason.LOGIN, detail=f"redirected to {response.url}")
    return opened


def _unreadable(response: Response) -> str:
    encoding = (response.headers.get("Content-Encoding") or b"").decode("latin-1")
    if encoding and encoding.lower() != "identity":
        return f"content encoding {encoding}"
    if not isinstance(response, TextResponse):
        return f"content type {_content_type(response) or 'not named'}"
    return ""


def _content_type(response: Response) -> str:
    return (response.headers.get("Content-Type") or b"").decode("latin-1")


def _opened(response: Response, target: Target, snapshot: Snapshot, kind: PageKind) -> Opened:
    decoded = decode(response.body, _content_type(response))
    page = Page(
        url=response.url,
        kind=kind,
        text=decoded.text,
        status=response.status,
        fetched_at=snapshot.fetched_at,
        category=target.category,
        subject=target.subject,
    )
    return Opened(page, replace(snapshot, charset=decoded.charset, gaps=(*snapshot.gaps, *decoded.gaps)))
