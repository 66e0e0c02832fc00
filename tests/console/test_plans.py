"""Every list of the console is a range of an index, whatever it is narrowed to."""

from __future__ import annotations

import pytest

from domain.account import AuditEntry, Role
from domain.finding import Severity
from storage.accounts import Session
from storage.review_queue import QueueFilter, Review, Status
from storage.store import Store
from tests.console.people import an_account, plant
from tests.storage.builders import DAY, RUN, a_finding
from tests.storage.test_plans import assert_indexed, operations

pytestmark = pytest.mark.mongo
NEW = (Status.NEW,)


@pytest.fixture
def profiled(store: Store) -> Store:
    plant(store, 1)
    more = [
        a_finding(number, rule=f"R-{number % 3}", severity=list(Severity)[number % 4], confidence=number / 60)
        for number in range(2, 60)
    ]
    store.findings.save(more, RUN)
    for number in range(1, 20):
        review = Review(status=list(Status)[1 + number % 3], by="li", at=DAY)
        stored = store.findings.get(number)
        assert stored
        store.review_queue.decide(stored.finding.id, seen="", review=review)
    store.database.command({"profile": 2})
    return store


@pytest.mark.parametrize(
    "asked",
    [
        QueueFilter(),
        QueueFilter(statuses=NEW),
        QueueFilter(statuses=(Status.CONFIRMED, Status.REJECTED)),
        QueueFilter(statuses=NEW, rules=("R-1",)),
        QueueFilter(statuses=NEW, rules=("R-1", "R-2")),
        QueueFilter(statuses=NEW, severities=(Severity.HIGH,)),
        QueueFilter(statuses=NEW, run=RUN),
        QueueFilter(shop="lingang:1"),
        QueueFilter(subject="lingang:30", statuses=NEW),
        QueueFilter(run=RUN, rules=("R-1",), severities=(Severity.HIGH, Severity.LOW), statuses=NEW),
    ],
)
def test_every_list_comes_in_index_order(profiled: Store, asked: QueueFilter) -> None:
    first = profiled.review_queue.page(asked, limit=3)
    profiled.review_queue.page(asked, after=first[-1][0].cursor, limit=3)
    profiled.review_queue.count(asked)
    profiled.review_queue.names([row for row, _ in first])
    assert_indexed(profiled, least=4)


def test_the_default_list_reads_no_more_than_it_shows(profiled: Store) -> None:
    profiled.review_queue.page(QueueFilter(statuses=NEW), limit=10)
    query = next(one for one in operations(profiled) if one["ns"].endswith(".findings"))
    assert query["keysExamined"] <= 11
    assert query["docsExamined"] <= 11


def test_deciding_undoing_and_counting_use_indexes(profiled: Store) -> None:
    stored = profiled.findings.get(30)
    assert stored
    profiled.review_queue.decide(stored.finding.id, seen="", review=Review(status=Status.UNSURE, by="li"))
    profiled.review_queue.undo("li")
    assert sum(map(len, profiled.review_queue.verdicts().values())) >= 3
    assert_indexed(profiled, least=3)


def test_accounts_sessions_and_audit_use_indexes(profiled: Store) -> None:
    store = profiled
    store.accounts.add(an_account("li", Role.ANALYST))
    store.accounts.get("li")
    store.sessions.add(Session(id="s", account="li", csrf="c", began_at=DAY, seen_at=DAY))
    store.sessions.get("s")
    store.sessions.touch("s", DAY)
    store.sessions.take_notice("s")
    store.sign_ins.failed("li", DAY)
    store.sign_ins.failures("li")
    store.audit.add(AuditEntry(at=DAY, actor="li", action="a.b", object="x"))
    store.audit.list()
    store.audit.list(actor="li")
    store.audit.list(action="a.b", after="01K0")
    store.sessions.end_all("li", but="t")
    assert_indexed(store, least=10)
