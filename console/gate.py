"""The gate of every route: who asks, what they may, and whether a form is really theirs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hmac import compare_digest
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request
from starlette.datastructures import FormData

from console.access import Permission, may
from console.desk import Desk, Visitor
from console.signing_in import current, signed

SESSION_COOKIE = "netsword_session"
KNOCK_COOKIE = "netsword_knock"
MOST_FIELDS = 400


class SignInNeeded(Exception):  # noqa: N818 - an answer to a person, not a fault
    """Nobody is signed in, or the session is over."""

    def __init__(self, form: dict[str, list[str]] | None = None) -> None:
        super().__init__("sign in")
        self.form = form


class NotAllowed(Exception):  # noqa: N818
    """The role does not allow it."""

    def __init__(self, permission: Permission, visitor: Visitor) -> None:
        super().__init__(permission.value)
        self.permission = permission
        self.visitor = visitor


class NotOurForm(Exception):  # noqa: N818
    """An unsafe request without the token of this session, or from another origin.

    ``form`` is what was written, where the request came from one of our own pages: it can be sent again.
    """

    def __init__(self, form: dict[str, list[str]] | None = None, visitor: Visitor | None = None) -> None:
        super().__init__("form")
        self.form = form
        self.visitor = visitor


def desk_of(request: Request) -> Desk:
    """What the console works with."""
    desk: Desk = request.app.state.desk
    return desk


def visitor_of(request: Request) -> Visitor:
    """Who asks.

    Raises:
        SignInNeeded: nobody whom we know; a forged cookie counts as none.
    """
    found = _visitor(request)
    if found is None:
        raise SignInNeeded
    return found


def allowed(permission: Permission) -> Callable[[Request], Visitor]:
    """A dependency: who asks, if their role allows ``permission``."""

    def check(request: Request) -> Visitor:
        return _checked(visitor_of(request), permission)

    return check


async def form_of(request: Request) -> FormData:
    """The fields of a form; files are not taken."""
    return await request.form(max_files=0, max_fields=MOST_FIELDS)


@dataclass(frozen=True, slots=True)
class Posted:
    """A form that its visitor may send."""

    visitor: Visitor
    form: FormData

    def text(self, name: str, *, most: int = 2_000) -> str:
        """A field's text, "" where it is missing, cut at ``most``; never a file."""
        value = self.form.get(name, "")
        return value.strip()[:most] if isinstance(value, str) else ""


def posting(permission: Permission | None = None) -> Callable[[Request, FormData], Posted]:
    """A dependency of every route that changes something: session, origin, token and role are checked."""

    def check(request: Request, form: Annotated[FormData, Depends(form_of)]) -> Posted:
        _check_origin(request)
        visitor = _visitor(request)
        if visitor is None:
            raise SignInNeeded(written(form))
        if not compare_digest(_token(form), visitor.session.csrf.encode()):
            raise NotOurForm(written(form), visitor)
        if permission is not None:
            _checked(visitor, permission)
        return Posted(visitor, form)

    return check


OurDesk = Annotated[Desk, Depends(desk_of)]
"""What the console works with, as a parameter of a route."""
SignedIn = Annotated[Visitor, Depends(visitor_of)]
"""Who asks, whatever their role."""
PlanForm = Annotated[Posted, Depends(posting(Permission.PLAN))]
"""A form that changes plans or runs."""


def knocking(request: Request, form: Annotated[FormData, Depends(form_of)]) -> FormData:
    """A dependency of the sign-in form: its token answers a cookie, since there is no session yet."""
    _check_origin(request)
    cookie = request.cookies.get(KNOCK_COOKIE, "")
    if not cookie or not compare_digest(_token(form), knock_token(request, cookie).encode()):
        raise NotOurForm
    return form


def knock_token(request: Request, cookie: str) -> str:
    """The token that the sign-in form carries for a cookie."""
    return signed(desk_of(request).secret, f"knock:{cookie}")


def written(form: FormData) -> dict[str, list[str]]:
    """What a form held, without its token and without passwords."""
    fields: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str) and name != "csrf" and "password" not in name:
            fields.setdefault(name, []).append(value)
    return fields


def safe_path(text: str) -> str:
    """A path of this console, ``/`` for anything else: nobody is sent to another host.

    >>> [safe_path(text) for text in ("/runs?x=1", "//evil.example", "https://evil.example")]
    ['/runs?x=1', '/', '/']
    """
    is_ours = text.startswith("/") and not text.startswith("//") and "\\" not in text and text.isprintable()
    return text if is_ours else "/"


def _visitor(request: Request) -> Visitor | None:
    desk = desk_of(request)
    found = current(desk.store, request.cookies.get(SESSION_COOKIE, "")[:200], desk.now())
    if found is None:
        return None
    session, account = found
    return Visitor(account=account, session=session, request_id=request.state.request_id)


def _checked(visitor: Visitor, permission: Permission) -> Visitor:
    if not may(visitor.account.role, permission):
        raise NotAllowed(permission, visitor)
    return visitor


def _token(form: FormData) -> bytes:
    value = form.get("csrf", "")
    return value.encode("utf-8", "replace") if isinstance(value, str) else b""


def _check_origin(request: Request) -> None:
    origin = request.headers.get("origin") or request.headers.get("referer", "")
    host = request.headers.get("host", "")
    if not host or urlsplit(origin).netloc != host:
        raise NotOurForm
