"""Preserves every response before anything decodes, follows or reads it 页面固定.

Stands closest to the downloader, so the body is as sent and each hop, error page and refusal is kept. What
the HTTP stack does not show is named in the snapshot's ``gaps`` (evidence standard E-18), not guessed.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Headers, Response
from scrapy.utils.httpobj import urlparse_cached

from domain.snapshot import Snapshot, WarcRef
from domain.target import Target
from evidence.warc import TRUNCATED, Exchange, WarcArchive

SNAPSHOTS = "snapshots"
"""Key in ``request.meta``: snapshots of this request so far, hops included, the latest last."""

_STARTED = "request_started_at"
_HOPS = "redirect_hops"
_SECRET = frozenset({"cookie", "authorization", "proxy-authorization"})
_REDACTED = "[redacted]"
_ALWAYS_UNSEEN = (
    "http: order, case and connection headers, and the reason phrase, are not shown by the HTTP stack",
    "dns: of the answer only the address that was connected to is kept",
)
_TLS_UNSEEN = ("tls: version and cipher are not shown by the HTTP stack",)
# Packing a page of 50 KB takes 0.8 ms, mostly outside Python's lock: handed to a thread it is another core's
# work (measured: a fifth to a half more pages a second). A small page is not worth the hand-over.
_HAND_OVER_BYTES = 16 << 10


class Capture:
    """Writes request and response as a WARC pair, and puts the snapshot into ``request.meta``.

    Requests without a target, such as those for robots.txt, are written too but make no snapshot.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Capture:
        """Scrapy's way to make a middleware."""
        capture = cls(crawler)
        crawler.signals.connect(capture.headers_received, signal=signals.headers_received)
        return capture

    def headers_received(self, request: Request) -> None:
        """Note when the request went out: the latency counts from the moment it left the queue."""
        latency = timedelta(seconds=request.meta.get("download_latency", 0.0))
        request.meta[_STARTED] = datetime.now(UTC) - latency

    async def process_response(self, request: Request, response: Response) -> Response:
        """The same response, after it was preserved.

        Raises:
            EvidenceError: it could not be; nothing may be read that is not preserved.
        """
        archive: WarcArchive | None = getattr(self._crawler.spider, "archive", None)
        # What a browser made of a page did not come over the wire; its renderer preserves it as a resource.
        is_made_here = request.meta.get("playwright") or urlparse_cached(request).scheme == "data"
        if archive is None or is_made_here:
            return response
        exchange = _exchange(request, response, datetime.now(UTC))
        if len(response.body) > _HAND_OVER_BYTES:
            reference = await asyncio.to_thread(archive.write, exchange)
        else:
            reference = archive.write(exchange)
        self._remember(request, response, exchange, reference)
        return response

    def _remember(self, request: Request, response: Response, exchange: Exchange, reference: WarcRef) -> None:
        target: Target | None = request.meta.get("target")
        hops: tuple[str, ...] = request.meta.get(_HOPS, ())
        moves = 300 <= response.status < 400 and b"Location" in response.headers
        if target is not None:
            snapshot = _snapshot(request, response, exchange, reference, target, moves=moves)
            request.meta[SNAPSHOTS] = (*request.meta.get(SNAPSHOTS, ()), snapshot)
        if moves:
            request.meta[_HOPS] = (*hops, f"{response.status} {request.url}")


def latest_snapshot(request: Request) -> Snapshot:
    """The snapshot of the response that this request ended with."""
    snapshot: Snapshot = request.meta[SNAPSHOTS][-1]
    return snapshot


def snapshots_of(request: Request) -> tuple[Snapshot, ...]:
    """Everything preserved on the way of this request, latest first."""
    return tuple(reversed(request.meta.get(SNAPSHOTS, ())))


def _snapshot(
    request: Request,
    response: Response,
    exchange: Exchange,
    reference: WarcRef,
    target: Target,
    *,
    moves: bool,
) -> Snapshot:
    # A hop stands for itself; the page at the end stands for what was asked for first.
    asked = request.url if moves else request.meta.get("redirect_urls", [request.url])[0]
    return Snapshot(
        run=target.run,
        target=target.id,
        attempt=target.attempts,
        url=asked,
        final_url=response.url,
        status=response.status,
        payload_digest=hashlib.sha256(response.body).hexdigest(),
        payload_bytes=len(response.body),
        warc=reference,
        request_started_at=request.meta.get(_STARTED, exchange.fetched_at),
        fetched_at=exchange.fetched_at,
        method=request.method,
        content_type=(response.headers.get("Content-Type") or b"").decode("latin-1"),
        ip_address=exchange.ip_address,
        redirects=request.meta.get(_HOPS, ()),
        gaps=exchange.gaps,
    )


def _exchange(request: Request, response: Response, now: datetime) -> Exchange:
    return Exchange(
        url=request.url,
        method=request.method,
        request_headers=(("Host", urlparse_cached(request).netloc), *_redacted(_pairs(request.headers))),
        request_body=request.body,
        status=response.status,
        response_headers=tuple(_pairs(response.headers)),
        body=response.body,
        fetched_at=now,
        ip_address=str(response.ip_address or ""),
        gaps=tuple(_gaps(request, response)),
    )


def _pairs(headers: Headers) -> Iterator[tuple[str, str]]:
    for name, values in headers.items():
        for value in values:
            yield name.decode("latin-1"), value.decode("latin-1")


def _redacted(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for name, value in pairs:
        yield name, _REDACTED if name.lower() in _SECRET else value


def _gaps(request: Request, response: Response) -> Iterator[str]:
    yield from _ALWAYS_UNSEEN
    if urlparse_cached(request).scheme == "https":
        yield from _TLS_UNSEEN
    for name, _ in _pairs(request.headers):
        if name.lower() in _SECRET:
            yield f"request header {name}: value redacted"
    if {"dataloss", "download_stopped"} & set(response.flags):
        yield TRUNCATED
    elif "partial" in response.flags:
        yield "body: the server does not say where it ends"
