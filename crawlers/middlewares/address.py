"""Refuses to fetch from private addresses and from sites that the sweep does not name."""

from __future__ import annotations

from typing import Any

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError, CloseSpider, IgnoreRequest
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

from crawlers.addresses import AddressPolicy, is_on_site, literal_address, port_of
from crawlers.outcomes import looks_like_login
from crawlers.resolver import GuardedResolver
from domain.errors import FetchBlocked
from domain.target import Reason

RESOURCE = "page_resource"
"""Key in ``request.meta`` of what a rendered page loads: it may come from any public host."""


class RequestRefused(FetchBlocked, IgnoreRequest):
    """We do not send this request; ``reason`` says why."""


class AddressGuard:
    """Looks at every request, redirects included, before it is sent, and at where the answer came from.

    Names are judged once more at resolution, by ``GuardedResolver``: without it the crawl does not begin.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._policy = AddressPolicy()
        self._resolver: GuardedResolver | None = None
        self._sites: frozenset[str] = frozenset()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> AddressGuard:
        """Scrapy's way to make a middleware."""
        guard = cls(crawler)
        crawler.signals.connect(guard.spider_opened, signal=signals.spider_opened)
        return guard

    def spider_opened(self, spider: Any) -> None:
        """Take over what the spider's sweep allows.

        Raises:
            CloseSpider: names would be resolved without a guard.
        """
        # Imported at the top of the module it would choose the reactor.
        from twisted.internet import reactor

        resolver = getattr(reactor, "nameResolver", None)
        if not isinstance(resolver, GuardedResolver):
            spider.logger.error("TWISTED_DNS_RESOLVER must be crawlers.resolver.GuardedResolver")
            raise CloseSpider("unguarded_resolver")
        self._resolver = resolver
        self._policy = resolver.policy = AddressPolicy(spider.private_hosts)
        self._sites = frozenset(spider.sites)

    def process_request(self, request: Request) -> None:
        """Let the request pass, or refuse it.

        Raises:
            RequestRefused: the address is private, the site is not one of the sweep's, or the URL is broken.
        """
        parts = urlparse_cached(request)
        if parts.scheme == "data":
            return
        host = (parts.hostname or "").rstrip(".")
        port = _port(request)
        if parts.scheme not in ("http", "https") or not host:
            raise RequestRefused(Reason.OFF_SITE, f"not a web address: {request.url[:200]}")
        address = literal_address(host)
        if address is not None and not self._policy.allows(address, host=host, port=port):
            raise RequestRefused(Reason.PRIVATE_ADDRESS, f"{host} is {address}")
        if not (request.meta.get(RESOURCE) or is_on_site(host, self._sites)):
            raise RequestRefused(_why_off_site(request), f"{host} is no host of this sweep")

    def process_response(self, request: Request, response: Response) -> Response:
        """Refuse what came from an address that should not have been reached.

        Raises:
            RequestRefused: the peer's address is private.
        """
        peer = response.ip_address
        if peer is not None:
            host = urlparse_cached(request).hostname or ""
            if not self._policy.allows(peer, host=host, port=_port(request)):
                raise RequestRefused(Reason.PRIVATE_ADDRESS, f"{host} answered from {peer}")
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Say "private address" where the resolver held the only addresses back.

        Raises:
            RequestRefused: it did.
        """
        host = urlparse_cached(request).hostname or ""
        if isinstance(exception, CannotResolveHostError) and self._resolver is not None:
            held_back = self._resolver.refused.get(host)
            if held_back is not None:
                raise RequestRefused(Reason.PRIVATE_ADDRESS, f"{host} is {held_back}") from exception


def _port(request: Request) -> int | None:
    try:
        return port_of(request.url)
    except ValueError:
        raise RequestRefused(Reason.OFF_SITE, f"not a web address: {request.url[:200]}") from None


def _why_off_site(request: Request) -> Reason:
    redirected = bool(request.meta.get("redirect_times"))
    return Reason.LOGIN if redirected and looks_like_login(request.url) else Reason.OFF_SITE
