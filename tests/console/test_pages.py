"""Pages in every language, in every state, with hostile texts in them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace

import pytest
from pymongo.errors import ServerSelectionTimeoutError

from console.desk import Desk
from domain.account import Role
from domain.finding import Span
from domain.run import RunState
from domain.target import PageKind
from evidence.warc import Resource, WarcArchive
from storage.findings import Findings
from tests.console.people import Person, plant
from tests.storage.builders import DAY, RUN, a_finding, a_run, a_sweep, a_target

pytestmark = pytest.mark.mongo
SignIn = Callable[..., Person]
PICTURE = b"\x89PNG\r\n\x1a\n" + b"0" * 64
HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(2)>{{7*7}}'
PATHS = (
    "/",
    "/sweeps",
    "/sweeps/new",
    "/runs",
    "/findings",
    "/admin/accounts",
    "/admin/audit",
    "/help/keys",
    "/account",
)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_page_shows_itself_when_there_is_nothing_yet(sign_in: SignIn, language: str) -> None:
    person = sign_in(Role.ADMIN, **{"Accept-Language": language})
    for path in PATHS:
        answer = person.get(path)
        assert answer.status_code == 200, path
        assert f'<html lang="{language}"' in answer.text
    assert 'class="empty"' in person.get("/findings").text


def test_hostile_texts_are_shown_as_texts(desk: Desk, sign_in: SignIn) -> None:
    desk.store.sweeps.save(a_sweep(title=HOSTILE, campaign={"code": "c", "name": HOSTILE}), DAY)
    desk.store.runs.create(a_run(state=RunState.FINISHED, notes=(HOSTILE,)))
    plant(
        desk.store,
        1,
        title=HOSTILE,
        spans=(Span(field="title", start=0, end=8, quote="<script>"),),
        reason=HOSTILE,
    )
    person = sign_in(Role.ADMIN)
    person.post("/findings/1/decide", decision="unsure", comment=HOSTILE, seen="")
    paths = (
        *PATHS,
        "/findings/1",
        "/findings?status=all",
        f"/runs/{a_run().id}",
        "/findings?rule=" + HOSTILE,
    )
    for path in (*paths, "/sweeps/food-618", "/sign-in?next=/" + HOSTILE):
        text = person.get(path).text
        assert "<script>alert" not in text, path
        assert "<img" not in text, path
        assert "{{7*7}}" in text or "49" not in text, path
    page = person.get("/findings/1").text
    assert '<mark class="hit" tabindex="-1">&lt;script&gt;</mark>alert(1)' in page


def test_a_text_that_changed_is_told_and_the_quote_kept(desk: Desk, sign_in: SignIn) -> None:
    plant(desk.store, 1, spans=(Span(field="title", start=3, end=5, quote="鸦片"),))
    page = sign_in(Role.VIEWER).get("/findings/1").text
    assert "页面文字此后有变" in page
    assert '<mark class="hit" tabindex="-1">鸦片</mark>' in page


def test_a_finding_without_its_page_says_so(desk: Desk, sign_in: SignIn) -> None:
    plant(desk.store, 1, subject="lingang:lost", snapshot="lost", shop="")
    page = sign_in(Role.VIEWER).get("/findings/1").text
    assert "没有找到对应的页面固定记录" in page
    assert "对象的页面信息未找到" in page


def test_a_finding_shows_law_reason_and_snapshot(desk: Desk, sign_in: SignIn) -> None:
    finding = plant(desk.store, 1)
    snapshot = desk.store.snapshots.get(finding.snapshot)
    assert snapshot
    page = sign_in(Role.AUDITOR).get("/findings/1").text
    for shown in (
        "《中华人民共和国广告法》第九条第（三）项",
        finding.reason,
        snapshot.payload_digest,
        snapshot.url,
        "2026-06-18 12:00:00",
    ):
        assert shown in page
    assert 'action="/findings/1/decide"' not in page


@pytest.fixture
def pictured(desk: Desk) -> str:
    """A finding whose page was rendered; the id of its snapshot."""
    finding = plant(desk.store, 1)
    page = desk.store.snapshots.get(finding.snapshot)
    assert page
    picture = Resource(uri="urn:screenshot:x", content_type="image/png", body=PICTURE, made_at=DAY)
    with WarcArchive(desk.settings.evidence_dir, RUN, writer_id="w", software="t", floor_bytes=0) as archive:
        place = archive.write_resource(picture)
    digest = hashlib.sha256(PICTURE).hexdigest()
    snapshot = replace(page, attempt=1, screenshot=place, screenshot_digest=digest)
    desk.store.snapshots.save([snapshot])
    found = plant(desk.store, 2, snapshot=snapshot.id)
    return found.snapshot


def test_a_picture_is_shown_from_the_evidence_and_looking_is_logged(
    desk: Desk, sign_in: SignIn, pictured: str
) -> None:
    person = sign_in(Role.ANALYST)
    assert f'src="/snapshots/{pictured}/screenshot"' in person.get("/findings/2").text
    answer = person.get(f"/snapshots/{pictured}/screenshot")
    assert (answer.content, answer.headers["content-type"]) == (PICTURE, "image/png")
    _, entry = desk.store.audit.list()[0]
    assert (entry.action, entry.object) == ("snapshot.view", f"snapshot {pictured}")
    assert "未截图" in person.get("/findings/1").text


def test_a_picture_that_was_tampered_with_is_not_shown(desk: Desk, sign_in: SignIn, pictured: str) -> None:
    desk.store.database["snapshots"].update_one({"_id": pictured}, {"$set": {"screenshot_digest": "0" * 64}})
    answer = sign_in(Role.ANALYST).get(f"/snapshots/{pictured}/screenshot")
    assert answer.status_code == 500
    assert "固定的证据与记录不符" in answer.text
    for missing in ("none", "../../etc"):
        assert sign_in(Role.ANALYST).get(f"/snapshots/{missing}/screenshot").status_code == 404


def test_the_queue_pages_by_key_without_gap_or_repeat(desk: Desk, sign_in: SignIn) -> None:
    # All of one rank but the first: the cursor has to break ties.
    plant(desk.store, 1, confidence=0.9)
    desk.store.findings.save([a_finding(number, confidence=0.5) for number in range(2, 121)], RUN)
    person, path, seen = sign_in(Role.VIEWER), "/findings", []
    while path:
        text = person.get(path).text
        seen += [row.split('"')[0] for row in text.split('data-number="')[1:]]
        path = (
            text.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
            if 'rel="next"' in text
            else ""
        )
    assert len(seen) == len(set(seen)) == 120
    assert seen[0] == "1"


def test_what_a_filter_does_not_understand_stands_on_the_page(sign_in: SignIn) -> None:
    page = sign_in(Role.VIEWER).get("/findings?colour=red&status=lost").text
    assert "不认识的筛选项：colour=red" in page
    assert "筛选项 status 没有值“lost”" in page


@pytest.mark.parametrize("path", ["/findings/999", "/findings/x", "/runs/none", "/sweeps/none", "/nowhere"])
def test_what_does_not_exist_is_said_in_words(sign_in: SignIn, path: str) -> None:
    answer = sign_in(Role.VIEWER).get(path)
    assert answer.status_code == 404
    assert "没有这个页面或记录" in answer.text


def test_a_store_that_is_gone_is_said_in_words(
    desk: Desk, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = sign_in(Role.VIEWER)

    def out_of_reach(*_: object, **__: object) -> None:
        raise ServerSelectionTimeoutError("nobody answers")

    monkeypatch.setattr(desk.store.findings._collection.__class__, "find", out_of_reach)
    assert isinstance(desk.store.findings, Findings)
    answer = person.get("/findings")
    assert answer.status_code == 503
    assert "数据库没有应答" in answer.text


def test_the_live_part_is_the_part_of_the_page(desk: Desk, sign_in: SignIn) -> None:
    desk.store.sweeps.save(a_sweep(), DAY)
    desk.store.runs.create(a_run(state=RunState.VISITING))
    desk.store.frontier.plant(
        [a_target(number, run=a_run().id, kind=PageKind.LISTING) for number in range(3)]
    )
    person = sign_in(Role.OFFICER)
    live = person.get(f"/runs/{a_run().id}/live").text
    assert "<html" not in live
    assert live.strip().splitlines()[0] in person.get(f"/runs/{a_run().id}").text
    assert 'data-phase="stalled"' in live
    assert "还有页面未采集" in live


def test_an_officer_cancels_a_run_and_what_was_left_is_recorded(desk: Desk, sign_in: SignIn) -> None:
    desk.store.sweeps.save(a_sweep(), DAY)
    desk.store.runs.create(a_run(state=RunState.VISITING))
    desk.store.frontier.plant([a_target(number, run=a_run().id) for number in range(3)])
    person = sign_in(Role.OFFICER)
    assert person.post(f"/runs/{a_run().id}/cancel").status_code == 303
    assert "3 个页面未采集" in person.get(f"/runs/{a_run().id}").text
    assert {row.reason for row in desk.store.frontier.counts(a_run().id)} == {"cancelled"}
    person.post(f"/runs/{a_run().id}/cancel")
    assert "此批次已结束" in person.get("/runs").text
    assert next(entry.action for _, entry in desk.store.audit.list()) == "run.cancel"


def test_preferences_stay_with_the_browser(sign_in: SignIn) -> None:
    person = sign_in(Role.VIEWER)
    for path in ("language/en", "theme/dark", "keys/off", "theme/purple", "nothing/x"):
        assert person.get(f"/preferences/{path}?next=/runs").headers["location"] == "/runs"
    page = person.get("/runs").text
    assert '<html lang="en" data-theme="dark">' in page
    assert '<body data-keys="off">' in page
