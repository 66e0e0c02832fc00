"""Signing in and out, the own password, and how the pages look."""

from __future__ import annotations

import secrets
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from console.desk import Desk, Visitor
from console.gate import (
    KNOCK_COOKIE,
    SESSION_COOKIE,
    OurDesk,
    Posted,
    SignedIn,
    knock_token,
    knocking,
    posting,
    safe_path,
)
from console.pages import THEMES, page
from console.signing_in import LEAST_PASSWORD, MOST_PASSWORD, Refusal, begin, sign_in
from console.words import Language
from domain.account import AuditEntry

router = APIRouter()
PREFERENCES = {
    "language": tuple(language.value for language in Language),
    "theme": THEMES,
    "keys": ("on", "off"),
}
YEAR_S = 365 * 24 * 3600


@router.get("/sign-in")
def sign_in_page(request: Request) -> Response:
    """The form that opens a session."""
    return _form(request, request.query_params.get("next", "/"))


@router.post("/sign-in")
def do_sign_in(request: Request, form: Annotated[FormData, Depends(knocking)], desk: OurDesk) -> Response:
    """Opens a session, or says why not."""
    name, password = str(form.get("name", "")).strip()[:64], str(form.get("password", ""))
    goal = safe_path(str(form.get("next", "/")))
    now = desk.now()
    try:
        account = sign_in(desk.store, desk.passwords, name, password, now)
    except Refusal as refusal:
        _record_refusal(desk, name, request.state.request_id)
        return _form(request, goal, name=name, refusal=refusal, status=401)
    session, token = begin(desk.store, account, now)
    visitor = Visitor(account=account, session=session, request_id=request.state.request_id)
    visitor.did(desk, "session.begin", f"account {account.name}")
    answer = RedirectResponse(goal, status_code=303)
    _set(request, answer, SESSION_COOKIE, token)
    return answer


@router.post("/sign-out")
def sign_out(posted: Annotated[Posted, Depends(posting())], desk: OurDesk) -> Response:
    """Ends the session."""
    desk.store.sessions.end(posted.visitor.session.id)
    posted.visitor.did(desk, "session.end", f"account {posted.visitor.account.name}")
    answer = RedirectResponse("/sign-in", status_code=303)
    answer.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="strict")
    return answer


@router.get("/account")
def account_page(request: Request, visitor: SignedIn) -> Response:
    """The own account."""
    return page(request, "account.html", visitor, problem="", least=LEAST_PASSWORD)


@router.post("/account")
def change_password(
    request: Request, posted: Annotated[Posted, Depends(posting())], desk: OurDesk
) -> Response:
    """A new password; other sessions of the account end."""
    visitor, form = posted.visitor, posted.form
    old, new, again = (str(form.get(name, "")) for name in ("password_old", "password_new", "password_again"))
    problem = ""
    if not LEAST_PASSWORD <= len(new) <= MOST_PASSWORD:
        problem = "account.too_short"
    elif new != again:
        problem = "account.differ"
    elif not desk.passwords.fits(visitor.account.password_hash, old):
        problem = "account.wrong_old"
    if problem:
        return page(request, "account.html", visitor, problem=problem, least=LEAST_PASSWORD, status=422)
    desk.store.accounts.change(visitor.account.name, password_hash=desk.passwords.hash(new))
    desk.store.sessions.end_all(visitor.account.name, but=visitor.session.id)
    visitor.did(desk, "account.password", f"account {visitor.account.name}")
    desk.store.sessions.leave_notice(visitor.session.id, {"key": "account.changed"})
    return RedirectResponse("/account", status_code=303)


@router.get("/preferences/{name}/{value}")
def prefer(request: Request, name: str, value: str) -> Response:
    """Keeps how this browser wants its pages; nothing on the server changes."""
    answer = RedirectResponse(safe_path(request.query_params.get("next", "/")), status_code=303)
    if value in PREFERENCES.get(name, ()):
        answer.set_cookie(
            f"netsword_{name}", value, max_age=YEAR_S, path="/", httponly=True, samesite="strict"
        )
    return answer


def _form(
    request: Request, goal: str, *, name: str = "", refusal: Refusal | None = None, status: int = 200
) -> Response:
    cookie = request.cookies.get(KNOCK_COOKIE, "")[:100] or secrets.token_urlsafe(24)
    answer = page(
        request,
        "sign_in.html",
        goal=safe_path(goal),
        name=name,
        refusal=refusal,
        knock=knock_token(request, cookie),
        status=status,
    )
    _set(request, answer, KNOCK_COOKIE, cookie)
    return answer


def _set(request: Request, answer: Response, name: str, value: str) -> None:
    is_https = request.url.scheme == "https"
    answer.set_cookie(name, value, path="/", httponly=True, samesite="strict", secure=is_https)


def _record_refusal(desk: Desk, name: str, request_id: str) -> None:
    """Writes a refused sign-in into the audit log."""
    desk.store.audit.add(
        AuditEntry(
            at=desk.now(), actor="", action="session.refused", object=f"account {name}", request=request_id
        )
    )
