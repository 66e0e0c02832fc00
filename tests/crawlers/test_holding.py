"""Two runs never visit a host at a time, and what a killed process held is free."""

from datetime import timedelta

import pytest

from crawlers.holding import holding, host_hold, is_worked_on, run_hold
from crawlers.processes import owner_name
from storage.holds import Hold
from storage.store import Store

pytestmark = pytest.mark.mongo

ME = owner_name()
DEAD = f"{ME.split('/')[0]}/999999999/1.00"
HOST = host_hold("shop.example")


def hold(store: Store, *, run: str, owner: str = ME, exclusive: bool = False, what: str = HOST):
    return holding(store, [what], run=run, owner=owner, exclusive=exclusive)


def test_host_is_for_one_run_at_a_time(store: Store) -> None:
    with hold(store, run="r1") as first, hold(store, run="r2") as second, hold(store, run="r1") as joined:
        assert (first, second, joined) == (True, False, True)
    with hold(store, run="r2") as later:
        assert later
    assert store.holds.list() == []


def test_all_or_nothing_is_held(store: Store) -> None:
    with (
        hold(store, run="r1", what="host b"),
        holding(store, ["host a", "host b"], run="r2", owner=ME) as both,
    ):
        assert not both
        assert [each.what for each in store.holds.list()] == ["host b"]


def test_exclusive_hold_keeps_out_other_processes_of_the_same_run(store: Store) -> None:
    other = f"another-machine/{ME.partition('/')[2]}"
    with hold(store, run="r", what=run_hold("r"), owner=other, exclusive=True):
        assert is_worked_on(store, "r")
        assert not is_worked_on(store, "r", besides=other)
        with hold(store, run="r", what=run_hold("r"), exclusive=True) as second:
            assert not second


def test_hold_of_a_killed_process_is_free(store: Store) -> None:
    assert store.holds.acquire(Hold(what=HOST, run="r1", owner=DEAD), timedelta(hours=1), exclusive=True)
    assert not is_worked_on(store, "r1")
    with hold(store, run="r2") as held:
        assert held


def test_waits_for_the_run_before(store: Store) -> None:
    seen: list[str] = []
    with hold(store, run="r1") as first:
        assert first

        def waits(blocker: Hold) -> None:
            seen.append(blocker.run)
            store.holds.release([HOST], ME)

        with holding(store, [HOST], run="r2", owner="another-machine/1/1.00", wait=waits) as second:
            assert second
    assert seen == ["r1"]
