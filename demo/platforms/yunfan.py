"""Yunfan 云帆商城: a JavaScript front end over a JSON API, in UTF-8.

The API answers anybody under ``/api/v1/search``, ``/api/v1/goods/ID`` and ``/api/v1/goods/ID/comments``. What
it says about a shop it tells only to a page that signs its question, so ``/store/SID`` shows a shop, and
``/store/SID/qualification`` its licence, to a browser alone; the licence is a picture.
"""

import re
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from demo.chance import number, stream
from demo.faults import LOGIN_PATH, FaultPlan
from demo.market import Market
from demo.pictures import goods_picture, licence_picture
from demo.platforms.base import PageOf
from demo.platforms.display import LINKS, licence_texts
from demo.platforms.lingang_view import sales_text
from demo.vocabulary import DATA
from demo.world import Listing, Review

_PATHS = (
    ("item", re.compile(r"/api/v1/goods/(\d+)")),
    ("reviews", re.compile(r"/api/v1/goods/(\d+)/comments")),
    ("shop", re.compile(r"/store/(s\d+)")),
    ("licence", re.compile(r"/store/(s\d+)/qualification")),
    ("search", re.compile(r"/api/v1/search()")),
)
_NOTICES = {
    "gone": (40400, "页面不存在"),
    "missing": (40400, "页面不存在"),
    "delisted": (40410, "商品已下架"),
    "captcha": (40301, "请完成安全验证"),
    "login": (40100, "请登录后继续访问"),
    "throttled": (42900, "访问过于频繁"),
    "error": (50000, "系统繁忙"),
    "unsigned": (40003, "签名错误"),
}
_STATUS = {"gone": 404, "missing": 404, "unsigned": 403}
_ROBOTS = "User-agent: *\nDisallow: /member/\nDisallow: /cart\n"


class Site:
    """The pages and answers of Yunfan for one market at one pretended time."""

    name = "yunfan"

    def __init__(self, market: Market, now: datetime, plan: FaultPlan) -> None:
        """Compiles the templates and orders the listings for search."""
        self._market, self._now, self._plan = market, now, plan
        self._texts: dict[str, Any] = yaml.safe_load(
            (DATA / "platforms/yunfan.yaml").read_text(encoding="utf-8")
        )
        self._pages = Environment(
            loader=FileSystemLoader(Path(__file__).parents[1] / "templates/yunfan"), autoescape=True
        )
        facts = {key: value for key, value in self._texts.items() if isinstance(value, str)}
        self._script = self._pages.get_template("app.js").render(facts=facts)
        self._style = self._pages.get_template("app.css").render()
        self._ranked = sorted(market.listings.values(), key=lambda each: number(market.seed, "rank", each.id))
        self._found = lru_cache(maxsize=512)(self._search_for)
        self._picture = lru_cache(maxsize=2048)(self._draw)

    def routes(self) -> list[Route]:
        """Every page of the site."""
        return [
            Route("/", self._shell("home")),
            Route("/robots.txt", self._robots),
            Route("/search", self._shell("search")),
            Route("/goods/{subject:int}", self._shell("goods")),
            Route("/store/{subject}/qualification", self._qualification_shell),
            Route("/store/{subject}", self._store_shell),
            Route("/static/app.js", self._static_script),
            Route("/static/app.css", self._static_style),
            Route("/media/{kind}/{subject}.png", self._media),
            Route("/api/v1/search", self._search),
            Route("/api/v1/goods/{subject:int}", self._goods),
            Route("/api/v1/goods/{subject:int}/comments", self._comments),
            Route("/api/v1/store/{subject}", self._store),
            Route("/api/v1/store/{subject}/qualification", self._qualification),
            Route(LOGIN_PATH, self._login),
            Route("/{rest:path}", self._missing),
        ]

    def page_of(self, path: str) -> PageOf | None:
        """What the path shows; the shells of other pages, the login and the scripts are never at fault."""
        for kind, pattern in _PATHS:
            if found := pattern.fullmatch(path):
                return PageOf(kind, found[1])
        return None

    def notice(self, kind: str) -> Response:
        """The site's answer for a fault."""
        code, words = _NOTICES[kind]
        return JSONResponse({"code": code, "msg": words, "data": None}, _STATUS.get(kind, 200))

    def _shell(self, view: str) -> Callable[[Request], Any]:
        async def show(request: Request) -> Response:
            return self._page(view, str(request.path_params.get("subject", "")))

        return show

    def _page(self, view: str, subject: str) -> Response:
        context = {
            "view": view,
            "subject": subject,
            "seed": self._seed(subject),
            "title": self._texts["name"],
        }
        html = self._pages.get_template("shell.html").render(context)
        return Response(html, media_type="text/html; charset=utf-8")

    async def _store_shell(self, request: Request) -> Response:
        shop = self._market.shops.get(request.path_params["subject"])
        return self._page("store", shop.id) if shop else self.notice("missing")

    async def _qualification_shell(self, request: Request) -> Response:
        shop = self._market.shops.get(request.path_params["subject"])
        return (
            self._page("qualification", shop.id) if shop and shop.display in LINKS else self.notice("missing")
        )

    async def _robots(self, _request: Request) -> Response:
        return PlainTextResponse(_ROBOTS)

    async def _static_script(self, _request: Request) -> Response:
        return Response(self._script, media_type="text/javascript; charset=utf-8")

    async def _static_style(self, _request: Request) -> Response:
        return Response(self._style, media_type="text/css; charset=utf-8")

    async def _login(self, _request: Request) -> Response:
        html = self._pages.get_template("login.html").render(site=self._texts)
        return Response(html, media_type="text/html; charset=utf-8")

    async def _missing(self, _request: Request) -> Response:
        return self.notice("missing")

    async def _media(self, request: Request) -> Response:
        picture = self._picture(request.path_params["kind"], request.path_params["subject"])
        return Response(picture, media_type="image/png") if picture else self.notice("missing")

    async def _search(self, request: Request) -> Response:
        page, size = _page_number(request), self._texts["per_page"]["search"]
        found = self._found(request.query_params.get("q", "").lower().strip())
        pages = min(-(-len(found) // size), self._texts["page_cap"])
        shown = found[(page - 1) * size : page * size] if page <= pages else ()
        cards = [self._card(each) | {"shopId": each.shop_id} for each in shown]
        return _answer({"total": len(found), "page": page, "pages": pages, "list": cards})

    async def _goods(self, request: Request) -> Response:
        listing = self._market.listings.get(str(request.path_params["subject"]))
        return _answer(self._facts(listing)) if listing else self.notice("missing")

    async def _comments(self, request: Request) -> Response:
        listing = self._market.listings.get(str(request.path_params["subject"]))
        if listing is None:
            return self.notice("missing")
        reviews, size = self._market.reviews_of(listing, self._now), self._texts["per_page"]["reviews"]
        page = _page_number(request)
        shown = [_comment(each) for each in reviews[(page - 1) * size : page * size]]
        pages = -(-len(reviews) // size)
        return _answer(
            {"goodsId": listing.id, "total": len(reviews), "page": page, "pages": pages, "list": shown}
        )

    async def _store(self, request: Request) -> Response:
        shop = self._market.shops.get(request.path_params["subject"])
        if shop is None or not self._is_signed(request, shop.id):
            return self.notice("missing" if shop is None else "unsigned")
        listings = self._market.shop_listings[shop.id]
        display = licence_texts(shop, self._texts, stream(self._market.seed, "display text", shop.id))
        facts = {
            "name": shop.name,
            "score": str(shop.score),
            "opened": f"{shop.opened:%Y-%m-%d}",
            "location": f"{shop.place.province} {shop.place.city}",
            "onSale": len(listings),
            "notice": shop.notice,
            "display": display | {"permits": shop.permits if display["permits"] else ()},
            "goods": [self._card(each) for each in listings[: self._texts["per_page"]["shop"]]],
        }
        return _answer(facts)

    async def _qualification(self, request: Request) -> Response:
        shop = self._market.shops.get(request.path_params["subject"])
        if shop is None or shop.display not in LINKS:
            return self.notice("missing")
        if not self._is_signed(request, shop.id):
            return self.notice("unsigned")
        return _answer({"name": shop.name, "picture": f"/media/licence/{shop.id}.png"})

    def _facts(self, listing: Listing) -> dict[str, Any]:
        shop, price = self._market.shops[listing.shop_id], listing.price_at(self._now)
        category = self._market.vocabulary.by_code[listing.category]
        promotion = self._market.vocabulary.world.promotion
        window = {"name": price.promotion, "start": _millis(promotion.starts), "end": _millis(promotion.ends)}
        return self._card(listing) | {
            "linePriceCent": int(price.struck * 100) if price.struck and listing.stock else None,
            "lineLabel": price.label,
            "promotion": window if price.promotion and listing.stock else None,
            "stock": listing.stock,
            "brand": listing.brand,
            "category": [category.name, listing.leaf],
            "skus": list(listing.skus),
            "attrs": [{"k": name, "v": value} for name, value in listing.attributes],
            "desc": list(listing.paragraphs),
            "services": list(listing.promises),
            "images": [f"/media/goods/{listing.id}.png"],
            "commentCount": len(self._market.reviews_of(listing, self._now)),
            "shop": {"id": shop.id, "name": shop.name},
        }

    def _card(self, listing: Listing) -> dict[str, Any]:
        price = listing.price_at(self._now)
        return {
            "goodsId": listing.id,
            "title": listing.title,
            "priceCent": int(price.asked * 100) if listing.stock else None,
            "soldText": sales_text(listing.sold),
        }

    def _draw(self, kind: str, subject: str) -> bytes:
        shop, listing = self._market.shops.get(subject), self._market.listings.get(subject)
        if kind == "licence" and shop is not None:
            return licence_picture(shop)
        if kind == "banner" and shop is not None:
            return goods_picture(shop.id, shop.name)
        return goods_picture(listing.id, listing.noun) if kind == "goods" and listing is not None else b""

    def _seed(self, subject: str) -> str:
        return f"{number(self._market.seed, 'page seed', subject):016x}"

    def _is_signed(self, request: Request, subject: str) -> bool:
        stamp, seed = request.headers.get("x-yf-ts", ""), self._seed(subject)
        sign = _fnv(f"{request.url.path}|{stamp}|{seed}") + _fnv(f"{seed}|{stamp}")
        return request.headers.get("x-yf-sign") == sign

    def _search_for(self, query: str) -> tuple[Listing, ...]:
        words = query.split()
        return tuple(
            each for each in self._ranked if words and all(word in each.search_text for word in words)
        )


def _answer(data: dict[str, Any]) -> Response:
    return JSONResponse({"code": 0, "msg": "ok", "data": data})


def _comment(review: Review) -> dict[str, Any]:
    return {
        "id": review.id,
        "nick": review.nickname,
        "uid": review.user or None,
        "star": review.stars,
        "content": review.text,
        "sku": review.sku,
        "time": _millis(review.posted_at),
        "append": {"days": review.append_days, "content": review.append} if review.append else None,
        "reply": review.reply or None,
    }


def _millis(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _fnv(text: str) -> str:
    """FNV-1a in 32 bits, as the page's script computes it."""
    value = 0x811C9DC5
    for byte in text.encode("ascii", "replace"):
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return f"{value:08x}"


def _page_number(request: Request) -> int:
    given = request.query_params.get("page", "1")
    return max(int(given), 1) if given.isdecimal() and len(given) < 6 else 1
