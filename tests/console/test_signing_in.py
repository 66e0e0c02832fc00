"""Signing in, lock-out, and how long a session lasts."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from console.access import ABSOLUTE_LIMIT, IDLE_LIMIT
from console.desk import Desk
from console.gate import SESSION_COOKIE
from console.signing_in import Refusal, begin, current, first_admin, lock_of, session_id, sign_in
from domain.account import Role
from tests.console.people import PASSWORD, QUICK, Person, an_account
from tests.storage.builders import DAY

pytestmark = pytest.mark.mongo
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("failures", "after", "seconds"),
    [(4, 0, 0), (5, 0, 30), (5, 30, 0), (6, 0, 60), (7, 100, 20), (10, 0, 900), (500, 0, 900)],
)
def test_each_failure_doubles_the_lock(failures: int, after: int, seconds: int) -> None:
    assert lock_of(failures, DAY, DAY + after * SECOND) == seconds * SECOND


def test_a_locked_name_refuses_the_right_password_too(desk: Desk) -> None:
    desk.store.accounts.add(an_account("li"))
    for _ in range(5):
        with pytest.raises(Refusal, match=r"sign_in\.wrong"):
            sign_in(desk.store, QUICK, "li", "guess", DAY)
    with pytest.raises(Refusal, match=r"sign_in\.locked"):
        sign_in(desk.store, QUICK, "li", PASSWORD, DAY)
    assert sign_in(desk.store, QUICK, "li", PASSWORD, DAY + 31 * SECOND).name == "li"
    assert desk.store.sign_ins.failures("li") == (0, None)


def test_an_unknown_name_is_answered_like_a_wrong_password(stranger: Person, desk: Desk) -> None:
    desk.store.accounts.add(an_account("li"))
    known, unknown = stranger.enter("li", "guess"), stranger.enter("nobody", "guess")
    assert known.status_code == unknown.status_code == 401
    assert known.text.replace('value="li"', "") == unknown.text.replace('value="nobody"', "")
    assert SESSION_COOKIE not in stranger.client.cookies
    assert [entry.object for _, entry in desk.store.audit.list()] == ["account nobody", "account li"]


def test_a_closed_account_opens_nothing(desk: Desk, sign_in: Callable[..., Person]) -> None:
    person = sign_in(Role.ANALYST)
    assert person.get("/").status_code == 200
    desk.store.accounts.change("analyst", is_open=False)
    assert person.get("/").headers["location"] == "/sign-in"
    assert person.enter("analyst").status_code == 401


@pytest.mark.parametrize(
    ("seen_after", "asked_after", "is_known"),
    [
        (timedelta(0), IDLE_LIMIT, True),
        (timedelta(0), IDLE_LIMIT + SECOND, False),
        (ABSOLUTE_LIMIT - SECOND, ABSOLUTE_LIMIT, True),
        (ABSOLUTE_LIMIT, ABSOLUTE_LIMIT + SECOND, False),
    ],
)
def test_a_session_ends_when_idle_and_after_a_shift(
    desk: Desk, seen_after: timedelta, asked_after: timedelta, *, is_known: bool
) -> None:
    desk.store.accounts.add(an_account("li"))
    session, token = begin(desk.store, an_account("li"), DAY)
    desk.store.sessions.touch(session.id, DAY + seen_after)
    assert (current(desk.store, token, DAY + asked_after) is not None) == is_known
    assert (desk.store.sessions.get(session.id) is not None) == is_known


@pytest.mark.parametrize("cookie", ["", "x", "0" * 43, "\x7f" * 40, "a" * 4000])
def test_a_forged_cookie_is_nobody(stranger: Person, desk: Desk, cookie: str) -> None:
    desk.store.accounts.add(an_account("li"))
    session, _ = begin(desk.store, an_account("li"), desk.now())
    for forged in (cookie, session.id):
        answer = stranger.client.get("/runs?x=1", headers={"Cookie": f"{SESSION_COOKIE}={forged}"})
        assert answer.status_code == 303
        assert answer.headers["location"] == "/sign-in?next=%2Fruns%3Fx%3D1"


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(stranger: Person, desk: Desk) -> None:
    desk.store.accounts.add(an_account("li"))
    cookie = stranger.enter("li").headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    stored = desk.store.database["sessions"].find_one({}) or {}
    assert stranger.client.cookies[SESSION_COOKIE] not in str(stored)
    assert stored["_id"] == session_id(stranger.client.cookies[SESSION_COOKIE])


def test_the_first_start_makes_one_administrator(desk: Desk) -> None:
    password = first_admin(desk.store, QUICK, DAY)
    assert sign_in(desk.store, QUICK, "admin", password, DAY).role is Role.ADMIN
    assert first_admin(desk.store, QUICK, DAY) == ""


def test_passwords_are_argon2id_and_broken_hashes_fit_none(desk: Desk) -> None:
    assert desk.passwords.hash("x").startswith("$argon2id$")
    assert not QUICK.fits("not a hash", "x")


def test_a_new_password_ends_other_sessions(sign_in: Callable[..., Person], desk: Desk) -> None:
    here, there = sign_in(Role.ANALYST), sign_in(Role.ANALYST)
    new = {"password_new": "another long one", "password_again": "another long one"}
    assert here.post("/account", **new | {"password_old": "wrong"}).status_code == 422
    assert here.post("/account", password_old=PASSWORD, **new | {"password_again": "x"}).status_code == 422
    assert (
        here.post("/account", **new | {"password_old": PASSWORD, "password_new": "short"}).status_code == 422
    )
    assert here.post("/account", password_old=PASSWORD, **new).status_code == 303
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 303
    assert there.enter("analyst", "another long one").status_code == 303


def test_signing_out_ends_the_session(sign_in: Callable[..., Person]) -> None:
    person = sign_in(Role.VIEWER)
    cookie = person.client.cookies[SESSION_COOKIE]
    assert person.post("/sign-out").status_code == 303
    answer = person.client.get("/", headers={"Cookie": f"{SESSION_COOKIE}={cookie}"})
    assert answer.headers["location"] == "/sign-in"


def test_nobody_is_sent_to_another_host(stranger: Person, desk: Desk) -> None:
    desk.store.accounts.add(an_account("li"))
    form = stranger.get("/sign-in?next=//evil.example/x").text
    assert 'name="next" value="/"' in form
    answer = stranger.client.get("/preferences/language/en?next=https://evil.example")
    assert answer.headers["location"] == "/"
