"""A farm shop of our own on Starlette templates: the new site for which "Adding a platform" is followed.

Its markup is like no bundled platform's, it carries nothing for machines, and it answers in German.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.templating import Jinja2Templates

_TEMPLATES = Jinja2Templates(directory=Path(__file__).parent / "templates")
_A_PAGE = 3


@dataclass(frozen=True)
class Opinion:
    """One review."""

    who: str
    day: str
    points: int
    text: str


@dataclass(frozen=True)
class Article:
    """One listing."""

    id: str
    name: str
    size: str
    price: str
    per_kilo: str
    group: str = "Honig"
    old: str = ""
    left: int = 12
    gone: bool = False
    facts: tuple[tuple[str, str], ...] = ()
    opinions: tuple[Opinion, ...] = ()


ARTICLES = (
    Article(
        "101", "Waldhonig", "500 g", "8,90", "17,80", old="9,90", left=34,
        facts=(("Herkunft", "Odenwald"), ("Hersteller", "Imkerei Brand"), ("Haltbar bis", "12/2028")),
        opinions=(
            Opinion("Gerda Maier", "2026-10-02", 5, "Sehr kräftig im Geschmack."),
            Opinion("Uwe", "2026-10-09", 3, "Glas kam klebrig an, ruft 0176 mal an."),
        ),
    ),
    Article("102", "Rapshonig", "500 g", "6,40", "12,80", gone=True, facts=(("Herkunft", "Bergstraße"),)),
    Article("103", "Honigkuchen", "300 g", "4,20", "14,00", group="Gebäck"),
    Article("104", "Honigsenf", "180 ml", "3,80", "21,11", group="Feinkost"),
    Article("105", "Apfelsaft", "1 l", "2,60", "2,60", group="Getränke"),
)  # fmt: skip
_BY_ID = {article.id: article for article in ARTICLES}


def app() -> Starlette:
    """The shop."""
    return Starlette(
        routes=[
            Route("/robots.txt", lambda _: PlainTextResponse("User-agent: *\nDisallow: /korb\n")),
            Route("/", _home),
            Route("/suche", _search),
            Route("/a/{id}", _article),
            Route("/a/{id}/meinungen", _opinions),
            Route("/impressum", _imprint),
        ]
    )


def _home(request: Request) -> Response:
    return _TEMPLATES.TemplateResponse(request, "impressum.html", {"title": "Willkommen"})


def _search(request: Request) -> Response:
    word = request.query_params.get("q", "")
    start = int(request.query_params.get("ab", "0"))
    hits = [each for each in ARTICLES if word.lower() in each.name.lower()]
    following = f"/suche?q={word}&ab={start + _A_PAGE}" if start + _A_PAGE < len(hits) else ""
    shown = {
        "title": "Suche",
        "q": word,
        "total": len(hits),
        "rows": hits[start : start + _A_PAGE],
        "weiter": following,
    }
    return _TEMPLATES.TemplateResponse(request, "suche.html", shown)


def _article(request: Request) -> Response:
    article = _known(request)
    others = [each for each in ARTICLES if each is not article][:2]
    return _TEMPLATES.TemplateResponse(
        request, "artikel.html", {"title": article.name, "a": article, "others": others}
    )


def _opinions(request: Request) -> Response:
    article = _known(request)
    return _TEMPLATES.TemplateResponse(request, "meinungen.html", {"title": "Meinungen", "a": article})


def _imprint(request: Request) -> Response:
    return _TEMPLATES.TemplateResponse(request, "impressum.html", {"title": "Impressum"})


def _known(request: Request) -> Article:
    article = _BY_ID.get(request.path_params["id"])
    if article is None:
        raise HTTPException(404, "Diesen Artikel gibt es nicht.")
    return article
