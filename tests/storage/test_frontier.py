"""The frontier: no target is lost, none is given to two at once."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from domain.target import PageKind, Reason, TargetState
from storage.frontier import OpenCount, Settlement
from storage.leases import MAX_LEASES
from storage.store import Store
from tests.patience import PATIENCE_S
from tests.storage.builders import LEASE, RUN, a_snapshot, a_target, a_visit

pytestmark = pytest.mark.mongo

ROOT = Path(__file__).parents[2]
SHORT = timedelta(milliseconds=30)


def planted(store: Store, count: int, **changes: object) -> None:
    store.frontier.plant([a_target(number, **changes) for number in range(1, count + 1)])


def test_planting_twice_adds_nothing_and_resets_nothing(store: Store) -> None:
    assert store.frontier.plant([a_target(1), a_target(1), a_target(2)]) == 2
    (first,) = store.frontier.lease(RUN, owner="a", limit=1, duration=LEASE)
    assert store.frontier.plant([a_target(1), a_target(2)]) == 0
    stored = store.frontier.get(first.id)
    assert stored is not None
    assert stored.state is TargetState.LEASED
    assert store.frontier.plant([]) == 0


def test_lease_gives_the_smallest_positions_each_to_one_owner(store: Store) -> None:
    planted(store, 5)
    first = store.frontier.lease(RUN, owner="a", limit=3, duration=LEASE)
    second = store.frontier.lease(RUN, owner="b", limit=3, duration=LEASE)
    assert [target.position for target in first] == [1, 2, 3]
    assert [target.position for target in second] == [4, 5]
    assert len({target.lease for target in first + second}) == 5
    assert store.frontier.lease(RUN, owner="c", limit=3, duration=LEASE) == []
    assert store.frontier.owners(RUN) == ["a", "b"]


def test_lease_is_by_run_and_by_kind(store: Store) -> None:
    store.frontier.plant(
        [a_target(1, kind=PageKind.SEARCH), a_target(2), a_target(3, run="01K0000000000000000000RUN2")]
    )
    found = store.frontier.lease(RUN, owner="a", limit=9, duration=LEASE, kinds=[PageKind.LISTING])
    assert [target.position for target in found] == [2]
    assert store.frontier.open_count(RUN, [PageKind.SEARCH]) == OpenCount(planned=1)


def test_expired_lease_is_taken_over_and_the_first_holder_cannot_settle(store: Store) -> None:
    planted(store, 1)
    (late,) = store.frontier.lease(RUN, owner="slow", limit=1, duration=SHORT)
    time.sleep(0.05)
    (target,) = store.frontier.lease(RUN, owner="quick", limit=1, duration=LEASE)
    assert target.lease != late.lease
    lost = Settlement(target=late, state=TargetState.FAILED, reason=Reason.TIMEOUT)
    won = Settlement(target=target, state=TargetState.FAILED, reason=Reason.GONE)
    assert store.frontier.settle([lost, won]) == [False, True]
    assert store.frontier.renew([late.lease], LEASE) == 0
    settled = store.frontier.get(target.id)
    assert settled is not None
    assert (settled.state, settled.reason) == (TargetState.FAILED, "gone")


def test_renewed_lease_holds_beyond_its_first_deadline(store: Store) -> None:
    planted(store, 2)
    held = store.frontier.lease(RUN, owner="a", limit=2, duration=timedelta(milliseconds=300))
    assert store.frontier.renew([target.lease for target in held], LEASE) == 2
    time.sleep(0.35)
    assert store.frontier.lease(RUN, owner="b", limit=2, duration=LEASE) == []


def test_released_targets_of_a_dead_owner_are_free_at_once(store: Store) -> None:
    planted(store, 4)
    dead = store.frontier.lease(RUN, owner="dead", limit=2, duration=LEASE)
    store.frontier.lease(RUN, owner="$alive", limit=2, duration=LEASE)
    store.visits.store([a_visit(dead[0])])
    assert store.frontier.release(RUN, ["dead"]) == 2
    assert store.frontier.owners(RUN) == ["$alive"]
    again = store.frontier.lease(RUN, owner="b", limit=9, duration=LEASE)
    assert [target.position for target in again] == [1, 2]


def test_settling_keeps_what_was_preserved_and_may_be_repeated(store: Store) -> None:
    planted(store, 2)
    gone, walled = store.frontier.lease(RUN, owner="a", limit=2, duration=LEASE)
    page = a_snapshot(gone, body="404", status=404)
    results = [
        Settlement(target=gone, state=TargetState.FAILED, reason=Reason.GONE, snapshots=(page,)),
        Settlement(
            target=walled, state=TargetState.BLOCKED, reason=Reason.LOGIN, detail="$where\ud800" * 999
        ),
    ]
    assert store.frontier.settle(results) == [True, True]
    assert store.frontier.settle(results) == [True, True]
    assert store.snapshots.get(page.id) == page
    counted = {(cell.state, cell.reason, cell.count) for cell in store.frontier.counts(RUN)}
    assert counted == {(TargetState.FAILED, "gone", 1), (TargetState.BLOCKED, "login", 1)}
    assert store.frontier.open_count(RUN).total == 0


@pytest.mark.parametrize(
    ("reason", "final"),
    [(Reason.TIMEOUT, TargetState.FAILED), (Reason.RATE_LIMITED, TargetState.BLOCKED)],
)
def test_retries_wait_and_end_when_they_are_used_up(store: Store, reason: Reason, final: TargetState) -> None:
    planted(store, 1)
    (target,) = store.frontier.lease(RUN, owner="a", limit=1, duration=LEASE)
    state = store.frontier.retry_later(
        target, reason=reason, detail="$no", after=timedelta(milliseconds=200), max_attempts=2
    )
    assert state is TargetState.PLANNED
    assert store.frontier.open_count(RUN) == OpenCount(waiting=1)
    assert store.frontier.lease(RUN, owner="a", limit=1, duration=LEASE) == []
    time.sleep(0.25)
    (target,) = store.frontier.lease(RUN, owner="a", limit=1, duration=LEASE)
    assert target.attempts == 1
    state = store.frontier.retry_later(target, reason=reason, detail="$no", after=LEASE, max_attempts=2)
    assert state is final
    (cell,) = store.frontier.counts(RUN)
    assert (cell.state, cell.reason) == (final, reason)


def test_retry_with_a_lost_lease_changes_nothing(store: Store) -> None:
    planted(store, 1)
    (late,) = store.frontier.lease(RUN, owner="a", limit=1, duration=SHORT)
    time.sleep(0.05)
    store.frontier.lease(RUN, owner="b", limit=1, duration=LEASE)
    state = store.frontier.retry_later(late, reason=Reason.TIMEOUT, detail="", after=SHORT, max_attempts=1)
    assert state is TargetState.LEASED
    assert store.frontier.open_count(RUN) == OpenCount(leased=1)


def test_cooling_host_is_left_alone_by_everyone_until_its_time(store: Store) -> None:
    store.frontier.plant([a_target(1), a_target(2, host="other.example")])
    store.frontier.cool("shop.example", timedelta(milliseconds=300))
    store.frontier.cool("shop.example", timedelta(milliseconds=1))
    (found,) = store.frontier.lease(RUN, owner="a", limit=9, duration=LEASE)
    assert found.host == "other.example"
    assert store.frontier.open_count(RUN) == OpenCount(leased=1, waiting=1)
    time.sleep(0.35)
    (found,) = store.frontier.lease(RUN, owner="a", limit=9, duration=LEASE)
    assert found.host == "shop.example"


def test_cancelling_ends_what_is_open_and_nothing_else(store: Store) -> None:
    planted(store, 3)
    done, held = store.frontier.lease(RUN, owner="a", limit=2, duration=LEASE)
    store.visits.store([a_visit(done)])
    store.visits.judge([a_visit(done)])
    assert store.frontier.cancel_open(RUN, Reason.CANCELLED) == 2
    assert store.visits.store([a_visit(held)]) == [False]
    states = {(cell.state, cell.reason, cell.count) for cell in store.frontier.counts(RUN)}
    assert states == {(TargetState.DONE, "", 1), (TargetState.FAILED, "cancelled", 2)}


def test_page_that_ends_every_process_is_given_up(store: Store) -> None:
    planted(store, 1)
    for _ in range(MAX_LEASES):
        assert store.frontier.lease(RUN, owner="a", limit=1, duration=LEASE)
        store.frontier.release(RUN, ["a"])
    assert store.frontier.lease(RUN, owner="a", limit=1, duration=LEASE) == []
    (cell,) = store.frontier.counts(RUN)
    assert (cell.state, cell.reason) == (TargetState.FAILED, "fault")


LEASER = """
import sys
from datetime import timedelta
from pathlib import Path
from storage.store import open_store
with open_store(uri=sys.argv[1], var_dir=Path("."), database=sys.argv[2]) as store:
    first = store.frontier.lease(sys.argv[3], owner=sys.argv[4], limit=7, duration=timedelta(minutes=2))
    print(*(target.position for target in first), flush=True)
    sys.stdin.readline()
    while got := store.frontier.lease(sys.argv[3], owner=sys.argv[4], limit=7, duration=timedelta(minutes=2)):
        print(*(target.position for target in got), flush=True)
"""


def test_two_processes_share_a_run_without_overlap(store: Store, mongo_uri: str, database_name: str) -> None:
    planted(store, 300)
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", LEASER, mongo_uri, database_name, RUN, owner],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for owner in ("a", "b")
    ]
    firsts = []
    for process in processes:
        assert process.stdout is not None
        firsts.append(process.stdout.readline())
    # Both hold a share before either goes on: a fast one may have all the rest before the other wakes.
    # Both leave communicate() only at their end, so the starting line is given to both before.
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    outputs = [process.communicate(timeout=PATIENCE_S)[0] for process in processes]
    shares = [
        [int(position) for position in (first + rest).split()]
        for first, rest in zip(firsts, outputs, strict=True)
    ]
    assert sorted(shares[0] + shares[1]) == list(range(1, 301))
    assert all(shares)
