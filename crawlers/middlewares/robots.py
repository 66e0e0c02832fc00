"""Obeys robots.txt as RFC 9309 has it; stands in for Scrapy's own middleware.

Scrapy 2.19 lets every request but two of those that wait for the same robots.txt pass unjudged, since the
second to await a Deferred gets None; and it takes a robots.txt that cannot be had for one that allows all.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.httpobj import urlparse_cached

from crawlers.middlewares.address import RESOURCE, RequestRefused
from crawlers.outcomes import ending_of_failure
from domain.errors import EvidenceError, FetchError, FetchTransient
from domain.target import Reason

MOST_BYTES = 500 << 10
"""What RFC 9309 section 2.5 asks a crawler to parse at least; the rest is not read."""

LONGEST_DELAY_S = 60.0
"""Of a ``Crawl-delay``; a host that asks for more would stop a sweep without saying so."""

ASK_AGAIN_S = 24 * 3600.0
ASK_AGAIN_AFTER_FAILURE_S = 5.0


@dataclass(frozen=True, slots=True)
class _Rules:
    """A host's rules; ``unavailable`` says why there are none, and then nothing may be fetched (2.3.1.4)."""

    parser: Protego | None
    asked_at: float
    unavailable: str = ""

    @property
    def is_stale(self) -> bool:
        lasts = ASK_AGAIN_AFTER_FAILURE_S if self.unavailable else ASK_AGAIN_S
        return time.monotonic() - self.asked_at > lasts


class Robots:
    """Asks each host for its rules once, and holds every request to it back until they are known."""

    def __init__(self, crawler: Crawler, agent: str) -> None:
        self._crawler = crawler
        self._agent = agent
        self._workers = crawler.settings.getint("CRAWL_WORKERS", 1)
        self._rules: dict[str, asyncio.Future[_Rules]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Robots:
        """Scrapy's way to make a middleware.

        Raises:
            NotConfigured: the sweep records an authority for not obeying robots.txt.
        """
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        agent = crawler.settings.get("ROBOTSTXT_USER_AGENT") or crawler.settings["USER_AGENT"]
        return cls(crawler, agent)

    async def process_request(self, request: Request) -> None:
        """Let the request pass, or refuse it.

        Raises:
            RequestRefused: the rules forbid this page.
            FetchTransient: the rules cannot be had now.
        """
        parts = urlparse_cached(request)
        if request.meta.get("dont_obey_robotstxt") or parts.scheme == "data":
            return
        rules = await self._rules_of(f"{parts.scheme}://{parts.netloc}")
        if rules.unavailable:
            raise FetchTransient(Reason.CONNECTION, f"robots.txt cannot be had: {rules.unavailable}")
        if rules.parser is not None and not rules.parser.can_fetch(request.url, self._agent):
            self._count("forbidden")
            raise RequestRefused(Reason.ROBOTS, "robots.txt forbids this page")
        if rules.parser is not None:
            self._keep_distance(request, rules.parser)

    def _keep_distance(self, request: Request, parser: Protego) -> None:
        """A host's own ``Crawl-delay``, in seconds, where it asks for more than the sweep gives it."""
        asked = parser.crawl_delay(self._agent)
        downloader = self._crawler.engine.downloader if self._crawler.engine else None
        slot = downloader.slots.get(downloader.get_slot_key(request)) if downloader else None
        if asked is None or slot is None:
            return
        wanted = min(asked, LONGEST_DELAY_S) * self._workers
        if slot.delay < wanted:
            self._count("crawl_delay")
            slot.delay = wanted

    async def _rules_of(self, site: str) -> _Rules:
        known = self._rules.get(site)
        if known is None or (known.done() and (known.exception() or known.result().is_stale)):
            known = self._rules[site] = asyncio.ensure_future(self._ask(site))
        # One request that is cancelled must not cancel the question for all.
        return await asyncio.shield(known)

    async def _ask(self, site: str) -> _Rules:
        engine = self._crawler.engine
        assert engine is not None  # noqa: S101 - a request cannot come without one
        # What is asked for got past the address guard, so its host's rules may be asked for too.
        meta = {"dont_obey_robotstxt": True, RESOURCE: True}
        request = Request(f"{site}/robots.txt", meta=meta, callback=NO_CALLBACK)
        self._count("asked")
        try:
            response = await engine.download_async(request)
        except (EvidenceError, FetchError):
            raise
        except Exception as error:  # noqa: BLE001 - whatever it was, the rules are not known
            return _Rules(None, time.monotonic(), unavailable=str(ending_of_failure(error).reason))
        return _rules_in(response)

    def _count(self, what: str) -> None:
        if self._crawler.stats is not None:
            self._crawler.stats.inc_value(f"netsword/robots/{what}")


def _rules_in(response: Response) -> _Rules:
    now = time.monotonic()
    if 200 <= response.status < 300:
        text = response.body[:MOST_BYTES].decode("utf-8-sig", "replace")
        return _Rules(Protego.parse(text), now)
    # 429 is a server that asks to be left alone; taking it for "no rules" would not leave it alone.
    if response.status >= 500 or response.status == 429:
        return _Rules(None, now, unavailable=f"HTTP {response.status}")
    return _Rules(None, now)
