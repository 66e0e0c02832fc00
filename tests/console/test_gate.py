"""Every route is behind the gate: who asks, what they may, and whether a form is really theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from fastapi.routing import APIRoute

from console.access import Permission, may
from console.app import ROUTERS
from console.desk import Desk
from console.gate import KNOCK_COOKIE
from console.shield import MOST_BODY_BYTES
from domain.account import Role
from tests.console.people import ORIGIN, Person, plant
from tests.storage.builders import a_run

pytestmark = pytest.mark.mongo
OPEN = {"/sign-in", "/preferences/{name}/{value}"}


def routes(method: str) -> Iterator[str]:
    for router in ROUTERS:
        for route in router.routes:
            if isinstance(route, APIRoute) and method in (route.methods or ()):
                yield route.path


def filled(path: str) -> str:
    values = {"number": "1", "run_id": a_run().id, "name": "demo", "state": "pause", "value": "en"}
    values |= {"snapshot_id": "0" * 64, "kind": "csv"}
    return path.format(**values)


def test_every_page_asks_strangers_to_sign_in(stranger: Person) -> None:
    paths = [path for path in routes("GET") if path not in OPEN]
    assert len(paths) >= 12
    for path in paths:
        answer = stranger.get(filled(path))
        assert answer.status_code == (401 if path.endswith("/live") else 303), path


def test_every_change_asks_for_session_origin_and_token(
    stranger: Person, sign_in: Callable[..., Person]
) -> None:
    admin = sign_in(Role.ADMIN)
    paths = [path for path in routes("POST") if path not in OPEN]
    assert len(paths) >= 10
    for path in map(filled, paths):
        good = {"csrf": admin.csrf}
        assert stranger.client.post(path, data=good, headers=ORIGIN).status_code == 401, path
        assert admin.client.post(path, headers=ORIGIN).status_code == 403, path
        assert admin.client.post(path, data={"csrf": "0" * 43}, headers=ORIGIN).status_code == 403, path
        assert admin.client.post(path, data=good).status_code == 403, path
        for origin in ("http://evil.example", "null", "http://localhost.evil.example"):
            assert admin.client.post(path, data=good, headers={"Origin": origin}).status_code == 403, path


@pytest.mark.parametrize("role", list(Role))
def test_roles_change_only_what_is_theirs(role: Role, desk: Desk, sign_in: Callable[..., Person]) -> None:
    plant(desk.store, 1)
    person = sign_in(role)
    needed = {
        "/sweeps": Permission.PLAN,
        "/findings/undo": Permission.DECIDE,
        "/findings/1/decide": Permission.DECIDE,
        "/admin/accounts": Permission.ACCOUNTS,
    }
    for path, permission in needed.items():
        refused = person.post(path).status_code == 403
        assert refused != may(role, permission), path
    assert (person.get("/admin/audit").status_code == 403) != may(role, Permission.AUDIT)
    assert (person.get("/sweeps/new").status_code == 403) != may(role, Permission.PLAN)


def test_who_is_not_allowed_learns_who_is(sign_in: Callable[..., Person]) -> None:
    page = sign_in(Role.VIEWER, **{"Accept-Language": "en"}).get("/admin/audit").text
    assert "supervisor or administrator or auditor" in page


def test_the_sign_in_form_answers_its_own_cookie(stranger: Person) -> None:
    stranger.get("/sign-in")
    fields = {"csrf": "0" * 64, "name": "x", "password": "y"}
    assert stranger.client.post("/sign-in", data=fields, headers=ORIGIN).status_code == 403
    stranger.client.cookies.delete(KNOCK_COOKIE)
    assert stranger.client.post("/sign-in", data=fields, headers=ORIGIN).status_code == 403


@pytest.mark.parametrize("path", ["/", "/sign-in", "/no-such-page", "/static/console.css"])
def test_every_answer_carries_the_policy(stranger: Person, path: str) -> None:
    headers = stranger.get(path).headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == ("no-store" if "static" not in path else headers["cache-control"])


def test_an_unknown_host_name_is_refused(stranger: Person) -> None:
    assert stranger.client.get("/sign-in", headers={"Host": "rebound.example"}).status_code == 400


@pytest.mark.parametrize("chunked", [False, True])
def test_a_flood_is_cut_off(sign_in: Callable[..., Person], *, chunked: bool) -> None:
    person = sign_in(Role.ANALYST)
    body = b"comment=" + b"x" * (MOST_BODY_BYTES + 1)
    kind = {"Content-Type": "application/x-www-form-urlencoded", **ORIGIN}

    def pieces() -> Iterator[bytes]:
        yield from (body[at : at + 65536] for at in range(0, len(body), 65536))

    answer = person.client.post("/findings/undo", content=pieces() if chunked else body, headers=kind)
    assert answer.status_code == 413


def test_a_form_of_an_older_session_can_be_sent_again(desk: Desk, sign_in: Callable[..., Person]) -> None:
    plant(desk.store, 1)
    person = sign_in(Role.ANALYST)
    old = {"csrf": "of another session", "decision": "confirm", "comment": "标题 <b>写明</b>", "seen": ""}
    answer = person.client.post("/findings/1/decide", data=old, headers=ORIGIN)
    assert answer.status_code == 403
    assert "标题 &lt;b&gt;写明&lt;/b&gt;" in answer.text
    assert f'name="csrf" value="{person.csrf}"' in answer.text
    # From another site, what was written is not offered again: one click would be a forgery.
    foreign = person.client.post("/findings/1/decide", data=old, headers={"Origin": "http://evil.example"})
    assert "写明" not in foreign.text


def test_a_fault_shows_a_request_id_and_no_more(
    desk: Desk, sign_in: Callable[..., Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    person = sign_in(Role.VIEWER)
    monkeypatch.setattr(type(desk.store.sweeps), "list", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        person.get("/sweeps")
    person.client._transport.raise_server_exceptions = False  # type: ignore[attr-defined]
    answer = person.get("/sweeps")
    assert answer.status_code == 500
    assert answer.headers["x-request-id"] in answer.text
    assert "ZeroDivisionError" not in answer.text
    assert "default-src 'self'" in answer.headers["content-security-policy"]
