"""Guanshan 关山食铺: an independent shop 自建网站 with schema.org data, its own licence page and rule pages.

Its pages: ``/``, ``/robots.txt``, ``/search``, ``/p/ID.html``, ``/p/ID/remarks.html``,
``/about/licence.html``, ``/help/{returns,privacy,terms}.html`` and ``/member/login``. On a few item pages the
JSON-LD lies: it names a lower price than the page shows, and says that sold-out goods can be bought.
"""

import json
import re
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from demo.chance import number, share
from demo.faults import LOGIN_PATH, FaultPlan
from demo.market import Market
from demo.platforms.base import PageOf
from demo.vocabulary import DATA
from demo.world import Listing, Shop

_PATHS = (
    ("item", re.compile(r"/p/(\d+)\.html")),
    ("reviews", re.compile(r"/p/(\d+)/remarks\.html")),
    ("search", re.compile(r"/search()")),
)
_NOTICES = {
    "gone": ("页面不存在", "可能已经下架，或者地址写错了。"),
    "missing": ("页面不存在", "可能已经下架，或者地址写错了。"),
    "delisted": ("商品已下架", "这件商品不卖了，看看别的吧。"),
    "captcha": ("安全验证", "请完成滑块验证后继续。"),
    "login": ("请登录后继续访问", "登录后才能查看。"),
    "throttled": ("访问过于频繁", "请歇一会儿再来。"),
    "error": ("系统繁忙", "服务器出了点问题。"),
}
_STATUS = {"gone": 404, "missing": 404}
_ROBOTS = "User-agent: *\nDisallow: /member/\n"


class Site:
    """The pages of Guanshan: the market's first shop, as a web site of its own."""

    name = "guanshan"

    def __init__(self, market: Market, now: datetime, plan: FaultPlan) -> None:
        """Compiles the templates and orders the listings for search."""
        self._market, self._now, self._plan = market, now, plan
        self._texts: dict[str, Any] = yaml.safe_load(
            (DATA / "platforms/guanshan.yaml").read_text(encoding="utf-8")
        )
        self._shop: Shop = next(iter(market.shops.values()))
        self._pages = Environment(
            loader=FileSystemLoader(Path(__file__).parents[1] / "templates/guanshan"),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._pages.globals |= {
            "site": self._texts,
            "shop": self._shop,
            "operator": self._shop.operator,
            "now": now,
            "promotion": market.vocabulary.world.promotion,
        }
        self._ranked = sorted(market.listings.values(), key=lambda each: number(market.seed, "rank", each.id))

    def routes(self) -> list[Route]:
        """Every page of the site."""
        return [
            Route("/", self._home),
            Route("/robots.txt", self._robots),
            Route("/search", self._search),
            Route("/p/{item_id:int}.html", self._item),
            Route("/p/{item_id:int}/remarks.html", self._remarks),
            Route("/about/licence.html", self._licence),
            Route("/help/{rule}.html", self._rule),
            Route(LOGIN_PATH, self._login),
            Route("/{rest:path}", self._missing),
        ]

    def page_of(self, path: str) -> PageOf | None:
        """What the path shows; its own pages about itself are never at fault."""
        for kind, pattern in _PATHS:
            if found := pattern.fullmatch(path):
                return PageOf(kind, found[1])
        return None

    def notice(self, kind: str) -> Response:
        """The site's page for a fault."""
        heading, words = _NOTICES[kind]
        context = {"heading": heading, "texts": [words], "kind": "hint", "password": kind == "login"}
        return self._page("text.html", context, _STATUS.get(kind, 200))

    async def _home(self, _request: Request) -> Response:
        organization = _json_ld(
            {"@type": "Store", "name": self._texts["name"], "legalName": self._shop.operator.name}
        )
        return self._page("home.html", {"listings": self._ranked[:12], "organization": organization})

    async def _robots(self, _request: Request) -> Response:
        return PlainTextResponse(_ROBOTS)

    async def _login(self, _request: Request) -> Response:
        return self.notice("login")

    async def _missing(self, _request: Request) -> Response:
        return self.notice("missing")

    async def _licence(self, _request: Request) -> Response:
        return self._page("licence.html", {})

    async def _rule(self, request: Request) -> Response:
        rule = self._texts["rules"].get(request.path_params["rule"])
        if rule is None:
            return self.notice("missing")
        return self._page("text.html", {"heading": rule["title"], "texts": rule["texts"], "kind": "rule"})

    async def _search(self, request: Request) -> Response:
        query, page = request.query_params.get("q", "").strip(), _page_number(request)
        words = query.lower().split()
        found = [each for each in self._ranked if words and all(word in each.search_text for word in words)]
        shown, pages = _cut(found, page, self._texts["per_page"]["search"])
        context = {"query": query, "page": page, "pages": pages, "total": len(found), "listings": shown}
        return self._page("search.html", context)

    async def _item(self, request: Request) -> Response:
        listing = self._market.listings.get(str(request.path_params["item_id"]))
        if listing is None:
            return self.notice("missing")
        count = len(self._market.reviews_of(listing, self._now))
        price = listing.price_at(self._now)
        context = {"listing": listing, "price": price, "count": count, "product": self._product(listing)}
        return self._page("item.html", context)

    async def _remarks(self, request: Request) -> Response:
        listing = self._market.listings.get(str(request.path_params["item_id"]))
        if listing is None:
            return self.notice("missing")
        page, reviews = _page_number(request), self._market.reviews_of(listing, self._now)
        shown, pages = _cut(reviews, page, self._texts["per_page"]["reviews"])
        return self._page(
            "remarks.html", {"listing": listing, "reviews": shown, "page": page, "pages": pages}
        )

    def _product(self, listing: Listing) -> str:
        """The page's JSON-LD, which on a few pages is not what the page shows."""
        lies = share(self._market.seed, "json-ld", listing.id) < self._texts["lying_share"]
        asked = listing.price_at(self._now).asked
        told = (asked * Decimal("0.6")).quantize(Decimal("0.01")) if lies else asked
        stock = "InStock" if listing.stock or lies else "OutOfStock"
        offer = {
            "@type": "Offer",
            "price": str(told),
            "priceCurrency": "CNY",
            "availability": f"https://schema.org/{stock}",
        }
        facts = {"name": listing.title, "sku": listing.id, "brand": {"@type": "Brand", "name": listing.brand}}
        return _json_ld({"@type": "Product", **facts, "category": listing.leaf, "offers": offer})

    def _page(self, template: str, context: dict[str, Any], status: int = 200) -> Response:
        body = self._pages.get_template(template).render(context)
        return Response(body, status, media_type="text/html; charset=utf-8")


def _json_ld(thing: dict[str, Any]) -> str:
    return json.dumps({"@context": "https://schema.org", **thing}, ensure_ascii=False).replace("<", "\\u003c")


def _cut(things: Iterable[Any], page: int, size: int) -> tuple[list[Any], int]:
    whole = list(things)
    return whole[(page - 1) * size : page * size], -(-len(whole) // size)


def _page_number(request: Request) -> int:
    given = request.query_params.get("page", "1")
    return max(int(given), 1) if given.isdecimal() and len(given) < 6 else 1
