"""Rendering: templates with autoescape, words in the visitor's language, and links to assets with digests."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from console.access import Permission, may
from console.desk import Desk, Visitor
from console.words import Language, named, preferred, word
from reports.gaps import told_gap
from reports.labels import reason_name, stratum_name
from reports.notes import told, told_problem
from storage.review_queue import COUNT_LIMIT

HERE = Path(__file__).parent
STATIC = HERE / "static"
CHINA = ZoneInfo("Asia/Shanghai")
THEMES = ("auto", "light", "dark")


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "moment": moment,
        "thousands": thousands,
        "at_most": at_most,
        "percent": percent,
        "duration": duration,
        "points": points,
        "probability": probability,
    }
    environment.globals |= {"asset": asset, "integrity": integrity, "yuan": yuan}
    return environment


def page(
    request: Request, template: str, visitor: Visitor | None = None, /, *, status: int = 200, **values: Any
) -> HTMLResponse:
    """A page, or a part of one, with everything that the frame around it shows."""
    desk: Desk = request.app.state.desk
    language = language_of(request)
    notice = {}
    if visitor and visitor.session.notice and request.method == "GET":
        notice = desk.store.sessions.take_notice(visitor.session.id)
    frame: dict[str, Any] = {
        "t": partial(word, language),
        "named": partial(named, language),
        "told": partial(told, language.of_reports),
        "told_stratum": partial(stratum_name, language.of_reports),
        "told_gap": partial(told_gap, language.of_reports),
        "told_problem": partial(told_problem, language.of_reports),
        "reason_name": partial(reason_name, language.of_reports),
        "language": language.value,
        "theme": _choice(request, "netsword_theme", THEMES),
        "keys": _choice(request, "netsword_keys", ("on", "off")),
        "visitor": visitor,
        "can": {one.value: visitor is not None and may(visitor.account.role, one) for one in Permission},
        "csrf": visitor.session.csrf if visitor else "",
        "here": _here(request),
        "path": request.url.path,
        "request_id": request.state.request_id,
        "notice": notice,
        "rule_name": partial(_rule_name, desk, language),
        "category_name": partial(_category_name, desk, language),
        "now": desk.now(),
    }
    text = _templates().get_template(template).render(frame | values)
    return HTMLResponse(text, status_code=status)


def language_of(request: Request) -> Language:
    """The language that was chosen, else the one the browser asks for."""
    chosen = request.cookies.get("netsword_language", "")
    if chosen in set(Language):
        return Language(chosen)
    return preferred(request.headers.get("accept-language", ""))


@cache
def asset(name: str) -> str:
    """Address of a static file; it changes with the content, so that browsers may keep it."""
    return f"/static/{name}?v={hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]}"


@cache
def integrity(name: str) -> str:
    """Digest of a static file as browsers check it."""
    digest = hashlib.sha384((STATIC / name).read_bytes()).digest()
    return f"sha384-{base64.b64encode(digest).decode()}"


def moment(at: datetime | None, form: str = "minute") -> Markup | str:
    """A time of Asia/Shanghai, the exact one in ``title``; ``plain`` is a day as an address has it."""
    if at is None:
        return "—"
    local = at.astimezone(CHINA)
    if form == "plain":
        return f"{local:%Y-%m-%d}"
    forms = {
        "minute": "%m-%d %H:%M",
        "second": "%Y-%m-%d %H:%M:%S",
        "day": "%Y-%m-%d",
        "clock": "%H:%M",
    }
    exact = local.isoformat(timespec="milliseconds")
    return Markup('<time datetime="{}" title="{}">{}</time>').format(exact, exact, f"{local:{forms[form]}}")


def thousands(number: int) -> str:
    """A whole number in groups of three.

    >>> thousands(12400)
    '12\u202f400'
    """
    return f"{number:,}".replace(",", "\u202f")


def at_most(number: int) -> str:
    """A count that stopped at its limit.

    >>> at_most(10001)
    '10\u202f000+'
    """
    return thousands(COUNT_LIMIT) + "+" if number > COUNT_LIMIT else thousands(number)


def percent(share: float) -> str:
    """A share with one decimal.

    >>> percent(0.8333)
    '83.3%'
    """
    return f"{share * 100:.1f}%"


def yuan(price: Decimal | None) -> str:
    """An amount of money, or a dash for one that is not known.

    >>> yuan(Decimal("19.90"))
    '¥19.9'
    """
    return "—" if price is None else f"¥{price.normalize():f}"


def points(difference: float) -> str:
    """A difference of two shares, in percentage points.

    >>> points(-0.0123), points(0.2), points(-0.0001)
    ('−1.2', '+20.0', '0.0')
    """
    rounded = round(difference * 100, 1)
    return f"{rounded:+.1f}".replace("-", "−") if rounded else "0.0"


def probability(value: float) -> str:
    """A p-value; what is very small is not given a precision that nobody can vouch for.

    >>> probability(0.00002), probability(0.0421)
    ('< 0.001', '0.042')
    """
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def duration(span: timedelta) -> str:
    """Hours, minutes and seconds.

    >>> duration(timedelta(hours=1, seconds=62))
    '1:01:02'
    """
    seconds = max(int(span.total_seconds()), 0)
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _rule_name(desk: Desk, language: Language, code: str) -> str:
    rule = desk.catalogue.rules.get(code)
    if rule is None:
        return code
    return rule.name_en if language is Language.ENGLISH else rule.name_zh


def _category_name(desk: Desk, language: Language, code: str) -> str:
    found = next((category for category in desk.categories if category.code == code), None)
    if found is None:
        return code
    return found.name_en if language is Language.ENGLISH else found.name_zh


def _choice(request: Request, cookie: str, choices: tuple[str, ...]) -> str:
    chosen = request.cookies.get(cookie, "")
    return chosen if chosen in choices else choices[0]


def _here(request: Request) -> str:
    query = request.url.query
    return request.url.path + (f"?{query}" if query else "")
