"""Faults 故障: what goes wrong on a real site, fixed per URL by the seed, laid around it as ASGI middleware.

A plan says which page fails how; it draws nothing at random while serving, so two crawls of one market meet
the same trouble. Only the throttle has a memory, and it lives as long as the server process.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from demo.chance import number, share, shuffled
from demo.market import Market
from demo.vocabulary import FaultRates

if TYPE_CHECKING:
    from demo.platforms.base import PageOf, Platform

METADATA_URL = "http://169.254.169.254/latest/meta-data/"
LOGIN_PATH = "/member/login"


class Fault(StrEnum):
    """What a page does instead of answering; most values are keys under ``faults`` in ``world.yaml``."""

    GONE = "gone"
    DELISTED = "delisted"
    CAPTCHA_OK = "captcha_ok"
    CAPTCHA_FORBIDDEN = "captcha_forbidden"
    ERROR = "error"
    TRUNCATED = "truncated"
    METADATA_REDIRECT = "metadata_redirect"
    LOGIN_REDIRECT = "login_redirect"
    LOGIN_PAGE = "login_page"


# These hide the listing's reviews as well.
_ALSO_REVIEWS = frozenset({Fault.GONE, Fault.DELISTED, Fault.LOGIN_REDIRECT, Fault.LOGIN_PAGE})
_STATUS = {Fault.GONE: 404, Fault.CAPTCHA_FORBIDDEN: 403, Fault.ERROR: 500}
_NOTICE = {
    Fault.GONE: "gone",
    Fault.DELISTED: "delisted",
    Fault.CAPTCHA_OK: "captcha",
    Fault.CAPTCHA_FORBIDDEN: "captcha",
    Fault.ERROR: "error",
    Fault.LOGIN_PAGE: "login",
}


@dataclass(frozen=True, slots=True)
class FaultPlan:
    """Which listing and which shop fails how, and which URL is slow or throttled."""

    seed: int
    rates: FaultRates | None
    items: dict[str, Fault]
    shops: dict[str, Fault]
    owners: dict[str, str]

    def fault(self, page: "PageOf") -> Fault | None:
        """What the page does instead of answering."""
        if page.kind == "shop":
            return Fault.ERROR if self.shops.get(page.subject) is Fault.ERROR else None
        found = self.of_listing(page.subject)
        return found if page.kind == "item" or found in _ALSO_REVIEWS else None

    def of_listing(self, listing_id: str) -> Fault | None:
        """What the listing's page does, for its own sake or because of its shop."""
        walled = self.shops.get(self.owners.get(listing_id, ""))
        if walled in (Fault.LOGIN_REDIRECT, Fault.LOGIN_PAGE):
            return walled
        return self.items.get(listing_id)

    def link(self, listing_id: str) -> str:
        """How search cards link to the listing: ``short``, ``old`` or ``plain``."""
        rest = share(self.seed, "link", listing_id)
        for kind, part in self.rates.links.items() if self.rates else ():
            rest -= part
            if rest < 0:
                return kind
        return "plain"

    def delay_s(self, target: str) -> float:
        """Seconds that the URL keeps its reader waiting; 0 for most."""
        if self.rates is None or share(self.seed, "slow", target) >= self.rates.slow.share:
            return 0
        low, high = self.rates.slow.seconds
        return low + (high - low) * share(self.seed, "delay", target)

    def refusals(self, target: str) -> int:
        """How many first requests of the URL get 429; 0 for most."""
        if self.rates is None or share(self.seed, "throttle", target) >= self.rates.throttled.share:
            return 0
        low, high = self.rates.throttled.times
        return low + number(self.seed, "refusals", target) % (high - low + 1)


def plan_faults(market: Market, rates: FaultRates | None) -> FaultPlan:
    """The plan for a market; without rates nothing ever fails."""
    owners = {listing.id: listing.shop_id for listing in market.listings.values()}
    if rates is None:
        return FaultPlan(market.seed, None, {}, {}, owners)
    kinds = [Fault.METADATA_REDIRECT] * rates.items_metadata_redirect + _kinds(rates.item, len(owners))
    items = dict(zip(shuffled(market.seed, "item fault", owners), kinds, strict=False))
    # A market that is one shop would be nothing but its fault.
    kinds_of_shop = _kinds(rates.shop, len(market.shops)) if len(market.shops) > len(rates.shop) else []
    shops = dict(zip(shuffled(market.seed, "shop fault", market.shops), kinds_of_shop, strict=False))
    return FaultPlan(market.seed, rates, items, shops, owners)


def _kinds(shares: dict[str, float], total: int) -> list[Fault]:
    """Each kind at its share, and at least once."""
    return [
        Fault(name)
        for name, part in shares.items()
        for _ in range(max(1, round(part * total)) if part else 0)
    ]


@dataclass(frozen=True, slots=True)
class Faults:
    """ASGI middleware that lays a plan around a platform's pages."""

    app: ASGIApp
    plan: FaultPlan
    platform: "Platform"
    refused: Counter[str] = field(default_factory=Counter)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request, or has it answered."""
        page = self.platform.page_of(scope["path"]) if scope["type"] == "http" else None
        if page is None:
            await self.app(scope, receive, send)
            return
        target = f"{scope['path']}?{scope['query_string'].decode('ascii', 'replace')}"
        if delay := self.plan.delay_s(target):
            await asyncio.sleep(delay)
        fault = self.plan.fault(page)
        answer = self._refusal(target) or self._instead(fault)
        if answer is not None:
            await answer(scope, receive, send)
        elif fault is Fault.TRUNCATED:
            await self.app(scope, receive, _cut_short(send))
        else:
            await self.app(scope, receive, send)

    def _refusal(self, target: str) -> Response | None:
        if self.refused[target] >= self.plan.refusals(target) or self.plan.rates is None:
            return None
        self.refused[target] += 1
        response = self.platform.notice("throttled")
        response.status_code = 429
        response.headers["Retry-After"] = str(self.plan.rates.throttled.retry_after)
        return response

    def _instead(self, fault: Fault | None) -> Response | None:
        if fault is Fault.LOGIN_REDIRECT:
            return RedirectResponse(LOGIN_PATH, 302)
        if fault is Fault.METADATA_REDIRECT:
            return RedirectResponse(METADATA_URL, 302)
        if fault is None or fault is Fault.TRUNCATED:
            return None
        response = self.platform.notice(_NOTICE[fault])
        response.status_code = _STATUS.get(fault, 200)
        return response


def _cut_short(send: Send) -> Send:
    """Sends the first part of a body and promises the rest; the server then drops the connection."""

    async def cut(message: Message) -> None:
        if message["type"] == "http.response.body":
            body = message.get("body", b"")
            message = {**message, "body": body[: len(body) * 3 // 5], "more_body": True}
        await send(message)

    return cut
