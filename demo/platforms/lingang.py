"""Lingang 临港集市: a classic server-rendered shopping site in GB18030.

Its pages: ``/``, ``/robots.txt``, ``/search``, ``/item/ID.html``, ``/item/ID/reviews``, ``/shop/SID.html``,
``/shop/SID/licence.html``, ``/i/ID`` (short link), ``/member/login`` and ``/cart`` (barred by robots.txt).
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from demo.chance import number, stream
from demo.faults import LOGIN_PATH, FaultPlan
from demo.market import Market
from demo.platforms.base import PageOf
from demo.platforms.display import LINKS, licence_texts
from demo.platforms.lingang_view import item_blob, money, sales_text
from demo.vocabulary import DATA
from demo.world import Listing

_OLD_IDS = 500_000_000
_PATHS = (
    ("item", re.compile(r"/item/(\d+)\.html")),
    ("reviews", re.compile(r"/item/(\d+)/reviews")),
    ("shop", re.compile(r"/shop/(s\d+)\.html")),
    ("licence", re.compile(r"/shop/(s\d+)/licence\.html")),
    ("search", re.compile(r"/search()")),
)
_ROBOTS = "User-agent: *\nDisallow: /member/\nDisallow: /cart\n"
_NOTICE_STATUS = {"gone": 404, "missing": 404}


class Site:
    """The pages of Lingang for one market at one pretended time."""

    name = "lingang"

    def __init__(self, market: Market, now: datetime, plan: FaultPlan) -> None:
        """Compiles the templates and orders the listings for search."""
        self._market, self._now, self._plan = market, now, plan
        self._texts: dict[str, Any] = yaml.safe_load(
            (DATA / "platforms/lingang.yaml").read_text(encoding="utf-8")
        )
        templates = Path(__file__).parents[1] / "templates/lingang"
        self._pages = Environment(
            loader=FileSystemLoader(templates),
            autoescape=True,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._pages.filters |= {"money": money, "sales": sales_text}
        vocabulary = market.vocabulary
        shared: dict[str, Any] = {
            "site": self._texts,
            "now": now,
            "categories": vocabulary.categories,
            "promotion": vocabulary.world.promotion,
        }
        self._pages.globals |= shared
        self._pages.globals |= {
            name: self._part(f"_{name}.html") for name in ("styles", "hot_words", "nav_bar")
        }
        self._card_texts: dict[str, Markup] = {}
        self._ranked = sorted(market.listings.values(), key=lambda each: number(market.seed, "rank", each.id))
        self._names = {each.code: each.name for each in vocabulary.categories}
        self._found = lru_cache(maxsize=512)(self._search_for)

    def routes(self) -> list[Route]:
        """Every page of the site."""
        return [
            Route("/", self._home),
            Route("/robots.txt", self._robots),
            Route("/search", self._search),
            Route("/item/{item_id:int}.html", self._item),
            Route("/item/{item_id:int}/reviews", self._reviews),
            Route("/i/{item_id:int}", self._short_link),
            Route("/shop/{shop_id}/licence.html", self._licence),
            Route("/shop/{shop_id}.html", self._shop),
            Route(LOGIN_PATH, self._login),
            Route("/cart", self._login),
            Route("/{rest:path}", self._missing),
        ]

    def page_of(self, path: str) -> PageOf | None:
        """What the path shows; the home page, short links and the login are never at fault."""
        for kind, pattern in _PATHS:
            if found := pattern.fullmatch(path):
                return PageOf(kind, found[1])
        return None

    def notice(self, kind: str) -> Response:
        """The site's page for a fault."""
        return self._page("notice.html", {"kind": kind}, status=_NOTICE_STATUS.get(kind, 200))

    async def _home(self, _request: Request) -> Response:
        return self._page("home.html", {"cards": self._cards(self._ranked[:24])})

    async def _robots(self, _request: Request) -> Response:
        return PlainTextResponse(_ROBOTS)

    async def _login(self, _request: Request) -> Response:
        return self.notice("login")

    async def _missing(self, _request: Request) -> Response:
        return self.notice("missing")

    async def _short_link(self, request: Request) -> Response:
        return RedirectResponse(f"/item/{request.path_params['item_id']}.html", 302)

    async def _search(self, request: Request) -> Response:
        query, code = request.query_params.get("q", ""), request.query_params.get("cat", "")
        page = _page_number(request)
        found = self._found(query.lower().strip(), code)
        size, cap = self._texts["per_page"]["search"], self._texts["page_cap"]
        pages = min(-(-len(found) // size), cap)
        shown = found[(page - 1) * size : page * size] if page <= cap else ()
        context = {
            "query": query,
            "code": code,
            "category": self._market.category(code),
            "page": page,
            "pages": pages,
        }
        return self._page("search.html", {**context, "total": len(found), "cards": self._cards(shown, query)})

    async def _item(self, request: Request) -> Response:
        item_id = request.path_params["item_id"]
        listing = self._market.listings.get(str(item_id))
        if listing is None:
            moved = str(item_id + _OLD_IDS)
            return (
                RedirectResponse(f"/item/{moved}.html", 302)
                if moved in self._market.listings
                else self.notice("missing")
            )
        return self._page("item.html", self._item_context(listing))

    async def _reviews(self, request: Request) -> Response:
        listing = self._market.listings.get(str(request.path_params["item_id"]))
        if listing is None:
            return self.notice("missing")
        reviews = self._market.reviews_of(listing, self._now)
        page, size = _page_number(request), self._texts["per_page"]["reviews"]
        shown = reviews[(page - 1) * size : page * size]
        pages = max(-(-len(reviews) // size), 1)
        context = {
            "listing": listing,
            "reviews": shown,
            "page": page,
            "pages": pages,
            **self._summary(listing),
        }
        return self._page("reviews.html", context)

    async def _shop(self, request: Request) -> Response:
        shop = self._market.shops.get(request.path_params["shop_id"])
        if shop is None:
            return self.notice("missing")
        listings = self._market.shop_listings[shop.id]
        shown = self._cards(listings[: self._texts["per_page"]["shop"]])
        display = licence_texts(shop, self._texts, stream(self._market.seed, "display text", shop.id))
        return self._page(
            "shop.html", {"shop": shop, "cards": shown, "count": len(listings), "display": display}
        )

    async def _licence(self, request: Request) -> Response:
        shop = self._market.shops.get(request.path_params["shop_id"])
        if shop is None or shop.display not in LINKS:
            return self.notice("missing")
        return self._page("licence.html", {"shop": shop, "operator": shop.operator})

    def _item_context(self, listing: Listing) -> dict[str, Any]:
        shop, price = self._market.shops[listing.shop_id], listing.price_at(self._now)
        start = number(self._market.seed, "also", listing.id) % len(self._ranked)
        summary, category = self._summary(listing), self._market.vocabulary.by_code[listing.category]
        return {
            "listing": listing,
            "shop": shop,
            "price": price,
            "sold_out": not listing.stock,
            "category": category,
            "parent_name": self._names.get(category.parent or "", ""),
            "blob": item_blob(listing, price, summary["count"]),
            "also": self._cards((self._ranked * 2)[start : start + 18]),
            "newest": self._market.reviews_of(listing, self._now)[:3],
            **summary,
        }

    def _summary(self, listing: Listing) -> dict[str, Any]:
        reviews = self._market.reviews_of(listing, self._now)
        good = sum(review.stars >= 4 for review in reviews)
        return {"count": len(reviews), "good_rate": round(100 * good / len(reviews)) if reviews else None}

    def _cards(self, listings: Iterable[Listing], query: str = "") -> Markup:
        """Cards side by side, each rendered once and then kept, with the query set off in their titles."""
        return Markup("").join(self._card(each, query) for each in listings)

    def _card(self, listing: Listing, query: str) -> Markup:
        if listing.id not in self._card_texts:
            facts = {
                "listing": listing,
                "shop": self._market.shops[listing.shop_id],
                "href": self._href(listing.id),
            }
            self._card_texts[listing.id] = self._part("card.html", facts)
        card, title = self._card_texts[listing.id], escape(listing.title)
        if not query or query not in listing.title:
            return card
        marked = title.replace(escape(query), Markup('<span class="H">{}</span>').format(query))
        return card.replace(Markup(">{}</a>").format(listing.title), Markup(">") + marked + Markup("</a>"))

    def _href(self, listing_id: str) -> str:
        match self._plan.link(listing_id):
            case "short":
                return f"/i/{listing_id}"
            case "old":
                return f"/item/{int(listing_id) - _OLD_IDS}.html"
            case _:
                return f"/item/{listing_id}.html"

    def _search_for(self, query: str, code: str) -> tuple[Listing, ...]:
        codes, words = self._market.within(code) if code else None, query.split()
        if not words and codes is None:
            return ()
        return tuple(
            each
            for each in self._ranked
            if (codes is None or each.category in codes) and all(word in each.search_text for word in words)
        )

    def _part(self, template: str, context: Mapping[str, Any] = MappingProxyType({})) -> Markup:
        return Markup(self._pages.get_template(template).render(context))  # noqa: S704 - our own templates, escaped

    def _page(self, template: str, context: Mapping[str, Any], status: int = 200) -> Response:
        body = self._pages.get_template(template).render(context).encode("gb18030")
        return Response(body, status, media_type="text/html; charset=GB18030")


def _page_number(request: Request) -> int:
    given = request.query_params.get("page", "1")
    return max(int(given), 1) if given.isdecimal() and len(given) < 6 else 1
