"""Deciding, deciding at the same time, and taking back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from console.desk import Desk
from domain.account import Role
from domain.finding import Verdict
from storage.review_queue import UNDO_DEPTH, Review, Status
from tests.console.people import RULE, Person, plant

pytestmark = pytest.mark.mongo
SignIn = Callable[..., Person]


def review_of(desk: Desk, number: int) -> Review:
    stored = desk.store.findings.get(number)
    assert stored
    return desk.store.review_queue.review(stored.finding.id)


def test_a_decision_is_kept_everywhere_it_belongs(desk: Desk, sign_in: SignIn) -> None:
    for number in (1, 2, 3):
        plant(desk.store, number)
    person = sign_in(Role.ANALYST)
    answer = person.post("/findings/3/decide", decision="reject:has_permit", comment="见证照页", seen="")
    assert answer.headers["location"] == "/findings/2?queue=status%3Dnew"
    review = review_of(desk, 3)
    assert (review.status, review.by, review.reason) == (Status.REJECTED, "analyst", "has_permit")
    decision = desk.store.decisions.latest(RULE, "lingang:3")
    assert decision
    assert (decision.verdict, decision.comment) == (Verdict.REJECT, "见证照页")
    _, entry = desk.store.audit.list()[0]
    assert (entry.actor, entry.action, entry.object) == ("analyst", "finding.decide", "finding 3")
    assert entry.before == "new"
    assert entry.after == "rejected has_permit analyst 见证照页"
    assert "已排除 #3" in person.get("/findings/2").text
    assert "已排除 #3" not in person.get("/findings/2").text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "请选择确认、排除或存疑"),
        ({"decision": "escalate"}, "请选择确认、排除或存疑"),
        ({"decision": "reject"}, "排除须选择原因"),
        ({"decision": "reject:because"}, "排除须选择原因"),
        ({"decision": "reject:other"}, "须写备注"),
    ],
)
def test_a_decision_that_lacks_something_changes_nothing_and_loses_nothing(
    desk: Desk, sign_in: SignIn, fields: dict[str, str], words: str
) -> None:
    plant(desk.store, 1)
    comment = {} if fields.get("decision") == "reject:other" else {"comment": "写了一半"}
    answer = sign_in(Role.ANALYST).post("/findings/1/decide", seen="", **fields, **comment)
    assert answer.status_code == 422
    assert words in answer.text
    assert all(text in answer.text for text in comment.values())
    assert review_of(desk, 1) == Review()


def test_the_second_to_decide_sees_the_first_and_keeps_what_was_written(desk: Desk, sign_in: SignIn) -> None:
    plant(desk.store, 1)
    first, second = sign_in(Role.ANALYST, "li"), sign_in(Role.ANALYST, "wang")
    assert first.post("/findings/1/decide", decision="confirm", seen="").status_code == 303
    late = second.post("/findings/1/decide", decision="reject:context", comment="是花卉", seen="")
    assert late.status_code == 409
    assert "li 的研判：已确认" in late.text
    assert "是花卉" in late.text
    assert review_of(desk, 1).by == "li"
    # Having seen the first decision, the second may replace it.
    token = review_of(desk, 1).token
    assert f'name="seen" value="{token}"' in late.text
    second.post("/findings/1/decide", decision="reject:context", comment="是花卉", seen=token)
    assert (review_of(desk, 1).by, review_of(desk, 1).status) == ("wang", Status.REJECTED)


def test_undo_goes_ten_deep_and_survives_signing_in_again(desk: Desk, sign_in: SignIn) -> None:
    for number in range(1, UNDO_DEPTH + 3):
        plant(desk.store, number)
    person = sign_in(Role.ANALYST)
    for number in range(1, UNDO_DEPTH + 3):
        person.post(f"/findings/{number}/decide", decision="confirm", seen="")
    person.enter("analyst")
    for number in range(UNDO_DEPTH + 2, 2, -1):
        answer = person.post("/findings/undo", **{"from": "finding"})
        assert answer.headers["location"].startswith(f"/findings/{number}?")
        assert review_of(desk, number) == Review()
    person.post("/findings/undo")
    assert "没有可撤销的决定" in person.get("/findings").text
    assert review_of(desk, 2).status is Status.CONFIRMED
    assert desk.store.decisions.latest(RULE, "lingang:3") is None
    assert [one.verdict for one in desk.store.decisions.history(RULE, "lingang:3")] == [
        Verdict.WITHDRAW,
        Verdict.CONFIRM,
    ]


def test_undoing_a_replacement_brings_the_first_decision_back(desk: Desk, sign_in: SignIn) -> None:
    plant(desk.store, 1)
    first, second = sign_in(Role.ANALYST, "li"), sign_in(Role.SUPERVISOR, "wang")
    first.post("/findings/1/decide", decision="confirm", seen="")
    before = review_of(desk, 1)
    second.post("/findings/1/decide", decision="unsure", seen=before.token)
    second.post("/findings/undo")
    assert review_of(desk, 1) == before
    decision = desk.store.decisions.latest(RULE, "lingang:1")
    assert decision
    assert (decision.decided_by, decision.verdict) == ("li", Verdict.CONFIRM)


def test_nobody_undoes_what_somebody_else_has_decided_since(desk: Desk, sign_in: SignIn) -> None:
    plant(desk.store, 1)
    first, second = sign_in(Role.ANALYST, "li"), sign_in(Role.ANALYST, "wang")
    first.post("/findings/1/decide", decision="confirm", seen="")
    second.post("/findings/1/decide", decision="unsure", seen=review_of(desk, 1).token)
    first.post("/findings/undo")
    assert review_of(desk, 1).by == "wang"
    assert "已被他人另行研判，未撤销" in first.get("/findings").text


def test_a_finding_seen_again_stays_decided(desk: Desk, sign_in: SignIn) -> None:
    finding = plant(desk.store, 1)
    sign_in(Role.ANALYST).post("/findings/1/decide", decision="confirm", seen="")
    desk.store.findings.save([finding], "01K0000000000000000000RUN2")
    assert review_of(desk, 1).status is Status.CONFIRMED


def test_the_last_finding_leads_back_to_the_list(desk: Desk, sign_in: SignIn) -> None:
    plant(desk.store, 1)
    person = sign_in(Role.ANALYST)
    answer = person.post("/findings/1/decide", decision="confirm", seen="", back="status=new&rule=" + RULE)
    assert answer.headers["location"] == f"/findings?status=new&rule={RULE}"
    page = person.get(answer.headers["location"]).text
    assert "没有符合条件的线索项" in page


def test_a_decision_that_a_crash_kept_out_of_the_history_is_not_lost(desk: Desk, sign_in: SignIn) -> None:
    plant(desk.store, 1)
    stored = desk.store.findings.get(1)
    assert stored
    # Where a crash leaves it: the finding has its decision, the history not yet.
    cut = Review(status=Status.CONFIRMED, by="li", at=desk.now())
    assert desk.store.review_queue.decide(stored.finding.id, seen="", review=cut)
    answer = sign_in(Role.ANALYST, "wang").post(
        "/findings/1/decide", decision="unsure", seen=review_of(desk, 1).token
    )
    assert answer.status_code == 303
    history = desk.store.decisions.history(RULE, "lingang:1")
    assert [(step.decided_by, step.verdict) for step in history] == [
        ("wang", Verdict.UNSURE),
        ("li", Verdict.CONFIRM),
    ]
