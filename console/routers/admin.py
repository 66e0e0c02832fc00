"""People and their roles, and the audit log 审计日志."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from starlette.responses import RedirectResponse, Response

from console.access import Permission
from console.desk import Desk, Visitor
from console.gate import OurDesk, Posted, allowed, posting
from console.pages import page
from console.signing_in import NAME, new_password
from domain.account import Account, Role

router = APIRouter(prefix="/admin")
PAGE_LENGTH = 50


@router.get("/accounts")
def accounts_page(
    request: Request, visitor: Annotated[Visitor, Depends(allowed(Permission.ACCOUNTS))], desk: OurDesk
) -> Response:
    """Everybody who may sign in, or once could."""
    return _accounts(request, desk, visitor)


@router.post("/accounts")
def add_account(
    request: Request, posted: Annotated[Posted, Depends(posting(Permission.ACCOUNTS))], desk: OurDesk
) -> Response:
    """Adds a person; the first password is made here and shown once."""
    name, display, role = posted.text("name"), posted.text("display"), posted.text("role")
    problems: dict[str, str] = {}
    if not NAME.fullmatch(name):
        problems["name"] = "accounts.bad_name"
    if not display or len(display) > 40:
        problems["display"] = "accounts.bad_display"
    if role not in set(Role):
        problems["role"] = "error.choice"
    password = new_password()
    if not problems:
        account = Account(
            name=name,
            display=display,
            role=Role(role),
            password_hash=desk.passwords.hash(password),
            created_at=desk.now(),
        )
        if not desk.store.accounts.add(account):
            problems["name"] = "error.name_taken"
    if problems:
        sent = {"name": name, "display": display, "role": role}
        return _accounts(request, desk, posted.visitor, problems=problems, sent=sent, status=422)
    posted.visitor.did(desk, "account.add", f"account {name}", after=role)
    return _accounts(request, desk, posted.visitor, fresh=(name, password))


@router.post("/accounts/{name}")
def change_account(
    request: Request,
    name: str,
    posted: Annotated[Posted, Depends(posting(Permission.ACCOUNTS))],
    desk: OurDesk,
) -> Response:
    """Another role, a new password, closing or opening; not one's own role, nor closing oneself."""
    account, visitor = desk.store.accounts.get(name[:64]), posted.visitor
    if account is None:
        raise HTTPException(404)
    action, role = posted.text("action"), posted.text("role")
    if action == "password":
        password = new_password()
        _change(desk, visitor, account, "account.reset", password_hash=desk.passwords.hash(password))
        return _accounts(request, desk, visitor, fresh=(account.name, password))
    if account.name == visitor.account.name:
        desk.store.sessions.leave_notice(visitor.session.id, {"key": "accounts.not_yourself"})
    elif action == "role" and role in set(Role):
        _change(desk, visitor, account, "account.role", role=role)
    elif action in ("close", "open"):
        _change(desk, visitor, account, f"account.{action}", is_open=action == "open")
    return RedirectResponse("/admin/accounts", status_code=303)


@router.get("/audit")
def audit_page(
    request: Request, visitor: Annotated[Visitor, Depends(allowed(Permission.AUDIT))], desk: OurDesk
) -> Response:
    """Who changed what, latest first."""
    asked = {name: request.query_params.get(name, "")[:64] for name in ("actor", "action", "after")}
    # One range of one index: by person, or by action.
    if asked["actor"]:
        asked["action"] = ""
    entries = desk.store.audit.list(**asked, limit=PAGE_LENGTH + 1)
    more = entries[PAGE_LENGTH - 1][0] if len(entries) > PAGE_LENGTH else ""
    return page(request, "audit.html", visitor, entries=entries[:PAGE_LENGTH], asked=asked, more=more)


def _change(desk: Desk, visitor: Visitor, account: Account, action: str, **fields: str | bool) -> None:
    desk.store.accounts.change(account.name, **fields)
    desk.store.sessions.end_all(account.name, but=visitor.session.id)
    before = f"{account.role.value}, {'open' if account.is_open else 'closed'}"
    after = ", ".join(str(value) for name, value in fields.items() if name != "password_hash")
    visitor.did(desk, action, f"account {account.name}", before=before, after=after)


def _accounts(
    request: Request,
    desk: Desk,
    visitor: Visitor,
    *,
    problems: dict[str, str] | None = None,
    sent: dict[str, str] | None = None,
    fresh: tuple[str, str] | None = None,
    status: int = 200,
) -> Response:
    return page(
        request,
        "accounts.html",
        visitor,
        status=status,
        accounts=desk.store.accounts.list(),
        roles=tuple(Role),
        problems=problems or {},
        sent=sent or {"name": "", "display": "", "role": Role.ANALYST.value},
        fresh=fresh,
    )
