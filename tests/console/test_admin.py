"""People, their roles, and the log of what they did."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from console.desk import Desk
from domain.account import Role
from tests.console.people import Person

pytestmark = pytest.mark.mongo
SignIn = Callable[..., Person]


def test_an_administrator_adds_somebody_who_then_signs_in(
    desk: Desk, sign_in: SignIn, stranger: Person
) -> None:
    page = sign_in(Role.ADMIN).post("/admin/accounts", name="li", display="李四", role="analyst").text
    password = re.search(r'<code id="fresh">([^<]+)<', page)
    assert password
    assert stranger.enter("li", password[1]).status_code == 303
    assert desk.store.audit.list(action="account.add")[0][1].object == "account li"


@pytest.mark.parametrize(
    "changes", [{"name": "李"}, {"name": "a"}, {"name": "admin"}, {"display": ""}, {"role": "king"}]
)
def test_a_wrong_field_adds_nobody(desk: Desk, sign_in: SignIn, changes: dict[str, str]) -> None:
    fields = {"name": "li", "display": "李四", "role": "analyst"} | changes
    answer = sign_in(Role.ADMIN).post("/admin/accounts", **fields)
    assert answer.status_code == 422
    assert len(desk.store.accounts.list()) == 1


def test_a_changed_role_ends_sessions_and_a_new_password_opens_one(desk: Desk, sign_in: SignIn) -> None:
    admin, other = sign_in(Role.ADMIN), sign_in(Role.ANALYST, "li")
    admin.post("/admin/accounts/li", action="role", role="viewer")
    assert other.get("/").status_code == 303
    account = desk.store.accounts.get("li")
    assert account
    assert account.role is Role.VIEWER
    page = admin.post("/admin/accounts/li", action="password").text
    password = re.search(r'<code id="fresh">([^<]+)<', page)
    assert password
    assert other.enter("li", password[1]).status_code == 303


def test_nobody_locks_themselves_out(desk: Desk, sign_in: SignIn) -> None:
    admin = sign_in(Role.ADMIN)
    for fields in ({"action": "close"}, {"action": "role", "role": "viewer"}):
        admin.post("/admin/accounts/admin", **fields)
    account = desk.store.accounts.get("admin")
    assert account
    assert (account.role, account.is_open) == (Role.ADMIN, True)


def test_the_log_is_read_by_person_or_action_page_by_page(desk: Desk, sign_in: SignIn) -> None:
    admin = sign_in(Role.ADMIN)
    for _ in range(55):
        admin.post("/findings/undo")
        admin.post("/admin/accounts/admin", action="password")
    auditor = sign_in(Role.AUDITOR)
    first = auditor.get("/admin/audit?action=account.reset").text
    assert first.count("account.reset") - 1 >= 50
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following
    assert auditor.get(following[1].replace("&amp;", "&")).text.count("<td>account.reset") == 5
    assert auditor.get("/admin/audit?actor=auditor").text.count("<td>session.begin") == 1
