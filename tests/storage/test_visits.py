"""Visits are stored whole, once, and end their target; a crash anywhere costs a second visit and no more."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from domain.target import PageKind, TargetState
from storage.server import _processes
from storage.store import Store, open_store
from tests.storage.builders import (
    DAY,
    LEASE,
    RUN,
    a_finding,
    a_listing,
    a_review,
    a_shop,
    a_snapshot,
    a_target,
    a_unit,
    a_visit,
)

pytestmark = pytest.mark.mongo

ROOT = Path(__file__).parents[2]


def everything(store: Store) -> dict[str, list[dict[str, object]]]:
    """All documents, without the times that the server wrote."""
    volatile = ("due_at", "settled_at", "lease_ms")
    return {
        name: [
            {key: value for key, value in document.items() if key not in volatile}
            for document in store.database[name].find().sort("_id", 1)
        ]
        for name in store.database.list_collection_names()
    }


def test_visit_is_stored_with_all_that_it_yielded(store: Store) -> None:
    store.frontier.plant([a_target(1)])
    (target,) = store.frontier.lease(RUN, owner="a", limit=1, duration=LEASE)
    further = a_target(2, kind=PageKind.SHOP)
    visit = a_visit(
        target,
        shops=(a_shop(),),
        reviews=(a_review(1), a_review(2)),
        frame=(a_unit(),),
        targets=(further,),
        findings=(a_finding(),),
        missing_fields=("brand",),
        not_judged=("LIC-1: ValueError",),
    )
    visit.dropped.append("lingang:1 price: -1 is no price")
    assert store.visits.store([visit]) == [True]
    parsed = store.frontier.get(target.id)
    assert parsed is not None
    assert parsed.state is TargetState.PARSED
    store.visits.judge([visit])
    assert store.listings.get("lingang:1") == visit.listings[0]
    assert store.shops.get("lingang:1") == a_shop()
    assert store.reviews.get("lingang:2") == a_review(2)
    assert store.observations.history("lingang:1") == list(visit.observations)
    assert store.snapshots.of_target(target.id) == list(visit.snapshots)
    assert store.frame.units(RUN) == [a_unit()]
    assert store.frontier.get(further.id) == further
    stored = store.findings.get(a_finding().id)
    assert stored is not None
    assert (stored.finding, stored.number, stored.runs) == (a_finding(), 1, (RUN,))
    done = store.database["targets"].find_one({"_id": target.id}) or {}
    assert (done["state"], done["snapshot"]) == ("done", visit.snapshots[0].id)
    assert (done["missing_fields"], done["dropped"]) == (["brand"], visit.dropped)
    assert done["not_judged"] == ["LIC-1: ValueError"]


def test_storing_and_judging_twice_changes_nothing(store: Store) -> None:
    store.frontier.plant([a_target(1), a_target(2)])
    targets = store.frontier.lease(RUN, owner="a", limit=2, duration=LEASE)
    visits = [a_visit(t, findings=(a_finding(t.position),), reviews=(a_review(1),)) for t in targets]
    assert store.visits.store(visits) == [True, True]
    assert store.visits.store(visits) == [True, True]
    store.visits.judge(visits)
    before = everything(store)
    store.visits.judge(visits)
    assert everything(store) == before
    assert store.visits.store(visits) == [False, False]
    assert everything(store) == before


def test_visit_without_a_snapshot_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="preserve before storing"):
        store.visits.store([a_visit(a_target(1), snapshots=())])


def test_empty_batches_do_nothing(store: Store) -> None:
    assert store.visits.store([]) == []
    store.visits.judge([])
    assert store.frontier.settle([]) == []


def test_second_visit_after_a_crash_supersedes_the_first(store: Store) -> None:
    store.frontier.plant([a_target(1)])
    (first,) = store.frontier.lease(RUN, owner="dead", limit=1, duration=LEASE)
    store.visits.store([a_visit(first, body="price 19.90")])
    store.frontier.release(RUN, ["dead"])
    (second,) = store.frontier.lease(RUN, owner="b", limit=1, duration=LEASE)
    visit = a_visit(second, body="price 9.90")
    assert store.visits.store([visit]) == [True]
    store.visits.judge([visit])
    assert store.snapshots.of_target(second.id) == list(visit.snapshots)
    assert store.snapshots.count(RUN) == 1
    assert store.database["snapshots"].count_documents({}) == 2
    assert store.observations.history("lingang:1") == list(visit.observations)
    assert store.frontier.counts(RUN)[0].state is TargetState.DONE


def test_superseded_snapshot_counts_again_when_the_page_is_as_it_was(store: Store) -> None:
    store.frontier.plant([a_target(1)])
    for body in ("a", "b", "a"):
        (target,) = store.frontier.lease(RUN, owner="x", limit=1, duration=LEASE)
        visit = a_visit(target, body=body)
        store.visits.store([visit])
        store.frontier.release(RUN, ["x"])
    assert store.snapshots.of_target(target.id) == list(visit.snapshots)
    assert store.observations.history("lingang:1") == list(visit.observations)


def test_visit_whose_lease_went_to_another_is_not_stored(store: Store) -> None:
    store.frontier.plant([a_target(1), a_target(2)])
    late = store.frontier.lease(RUN, owner="slow", limit=1, duration=timedelta(milliseconds=30))
    time.sleep(0.05)
    both = store.frontier.lease(RUN, owner="quick", limit=2, duration=LEASE)
    lost = a_visit(late[0], body="late", targets=(a_target(77),))
    assert store.visits.store([lost, a_visit(both[1])]) == [False, True]
    assert store.observations.history("lingang:1") == []
    assert store.frontier.get(a_target(77).id) is None
    store.visits.judge([lost])
    taken = store.frontier.get(late[0].id)
    assert taken is not None
    assert taken.state is TargetState.LEASED


def test_listing_keeps_its_first_sighting_and_its_latest_state(store: Store) -> None:
    runs = (RUN, "01K0000000000000000000RUN2")
    for day, run in enumerate(runs):
        target = a_target(1, run=run)
        store.frontier.plant([target])
        (leased,) = store.frontier.lease(run, owner="a", limit=1, duration=LEASE)
        page = a_snapshot(leased, fetched_at=DAY + timedelta(days=day))
        listing = a_listing(title=f"day {day}")
        store.visits.store([a_visit(leased, snapshots=(page,), listings=(listing,), observations=())])
    seen = store.listings.seen("lingang:1")
    assert seen is not None
    assert (seen.subject.title, seen.runs, seen.last_snapshot) == ("day 1", runs, page.id)
    assert (seen.first_seen, seen.last_seen) == (DAY, DAY + timedelta(days=1))
    assert [store.listings.count(run) for run in (*runs, "none")] == [1, 1, 0]
    assert [found.subject for found in store.listings.of_run(RUN)] == [listing]


def test_changed_review_keeps_its_earlier_texts(store: Store) -> None:
    store.frontier.plant([a_target(number) for number in range(1, 5)])
    texts = ("$text 差评：收到是坏的", "$text 差评：收到是坏的", "已联系客服，改为好评", "很好")
    for target, text in zip(
        store.frontier.lease(RUN, owner="a", limit=4, duration=LEASE), texts, strict=True
    ):
        store.visits.store([a_visit(target, reviews=(a_review(1, text=text),))])
    review = store.reviews.get("lingang:1")
    assert review is not None
    assert review.text == "很好"
    assert store.reviews.versions("lingang:1") == ["$text 差评：收到是坏的", "已联系客服，改为好评"]


def test_one_listing_in_two_visits_of_a_batch_is_one_listing(store: Store) -> None:
    store.frontier.plant([a_target(1), a_target(2)])
    targets = store.frontier.lease(RUN, owner="a", limit=2, duration=LEASE)
    same = replace(a_listing(7), title="同一商品")
    assert store.visits.store([a_visit(t, listings=(same,), observations=()) for t in targets]) == [
        True,
        True,
    ]
    assert store.listings.count(RUN) == 1


WRITER = """
import sys
from datetime import timedelta
from pathlib import Path
from storage.store import open_store
from tests.storage.builders import RUN, a_finding, a_review, a_visit
with open_store(uri=sys.argv[1], var_dir=Path("."), database=sys.argv[2]) as store:
    while got := store.frontier.lease(RUN, owner=sys.argv[3], limit=16, duration=timedelta(minutes=2)):
        visits = [
            a_visit(
                target,
                body=f"{sys.argv[3]} {target.position}",
                reviews=(a_review(target.position),),
                findings=(a_finding(target.position),),
            )
            for target in got
        ]
        stored = store.visits.store(visits)
        print("stored", *(visit.target.id for visit, won in zip(visits, stored) if won), flush=True)
        store.visits.judge(visits)
        print("done", *(visit.target.id for visit in visits), flush=True)
"""


def run_writer(uri: str, database: str, owner: str, kill_after_lines: int | None) -> list[list[str]]:
    """Lines that a writing process acknowledged, until it ended or was killed."""
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, uri, database, owner], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as writer:
        assert writer.stdout is not None
        lines = []
        for line in writer.stdout:
            lines.append(line.split())
            if kill_after_lines is not None and len(lines) >= kill_after_lines:
                # Not at once, so that it dies somewhere inside the next batch.
                time.sleep(0.004 * len(owner))
                writer.kill()
        assert (writer.wait() != 0) == (kill_after_lines is not None)
    return lines


def test_killed_writers_lose_nothing_acknowledged_and_double_nothing(
    store: Store, mongo_uri: str, database_name: str
) -> None:
    count = 400
    store.frontier.plant([a_target(number) for number in range(count)])
    acknowledged: set[str] = set()
    for lines, owner in ((1, "k"), (2, "kk"), (4, "kkkk"), (3, "kkkkkkkk")):
        for word, *ids in run_writer(mongo_uri, database_name, owner, lines):
            if word == "done":
                acknowledged.update(ids)
        done = {t["_id"] for t in store.database["targets"].find({"state": "done"}, {"_id": 1})}
        assert acknowledged <= done
        store.frontier.release(RUN, [owner])
    run_writer(mongo_uri, database_name, "last", None)
    # Some writers did die in the middle of a batch, or this test proves nothing.
    assert store.database["targets"].count_documents({"lease_count": {"$gt": 1}}) > 0
    assert store.database["snapshots"].count_documents({}) > count
    (cell,) = store.frontier.counts(RUN)
    assert (cell.state, cell.count) == (TargetState.DONE, count)
    assert store.snapshots.count(RUN) == count
    assert store.database["observations"].count_documents({}) == count
    assert store.database["findings"].count_documents({}) == count
    live = {s["target"]: s["_id"] for s in store.database["snapshots"].find({"superseded_by": None})}
    assert {o["target"]: o["snapshot"] for o in store.database["observations"].find()} == live
    assert {t["_id"]: t["snapshot"] for t in store.database["targets"].find()} == live


def test_acknowledged_visits_outlive_a_killed_server(tmp_path: Path) -> None:
    with open_store(uri=None, var_dir=tmp_path) as store:
        store.frontier.plant([a_target(number) for number in range(32)])
        visits = [a_visit(t) for t in store.frontier.lease(RUN, owner="a", limit=32, duration=LEASE)]
        store.visits.store(visits)
        store.visits.judge(visits)
        (server,) = _processes((tmp_path / "mongod").resolve())
        os.kill(server.pid, signal.SIGKILL)
    with open_store(uri=None, var_dir=tmp_path) as store:
        (cell,) = store.frontier.counts(RUN)
        assert (cell.state, cell.count) == (TargetState.DONE, 32)
        assert store.listings.count(RUN) == 32
        assert store.snapshots.count(RUN) == 32
