"""Due times are claimed once, whoever looks; what was missed is counted; nothing is lost to a crash."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import psutil
import pytest

from crawlers.processes import owner_name
from crawlers.rounds import MOST_STARTS, ask_for_run, begin_round, due_now, stuck_runs, waiting_runs
from crawlers.runner import ROOT
from domain.errors import UsageError
from domain.run import RunState
from domain.target import Reason
from reports.notes import told
from settings import Settings
from storage.slots import Claim, ClaimState
from storage.store import Store
from tests.builders import a_sweep
from tests.patience import PATIENCE_S
from tests.reports.wording import english_in

pytestmark = pytest.mark.mongo

NOW = datetime(2026, 11, 11, 15, 0, tzinfo=UTC)
DAY = timedelta(days=1)
DEAD = f"{owner_name().split('/')[0]}/999999999/1.00"


def finish(store: Store, run: str, at: datetime) -> None:
    store.frontier.cancel_open(run, Reason.CANCELLED)
    store.runs.finish(run, at, {})


def look(store: Store, now: datetime, *, and_finish: bool = True) -> list[str]:
    runs = [run.id for run in begin_round(store, now, owner_name())]
    for run in runs if and_finish else ():
        finish(store, run, now)
    return runs


def save(store: Store, **changes: Any) -> None:
    store.sweeps.save(a_sweep(**{"cadence": "daily"} | changes), NOW - 30 * DAY)


def test_due_time_is_run_once(store: Store) -> None:
    save(store)
    assert [slot.key for slot in due_now(store, NOW)] == ["20261110T1600Z"]
    assert len(look(store, NOW)) == 1
    assert look(store, NOW + timedelta(minutes=1)) == []
    assert len(look(store, NOW + DAY)) == 1


def test_clock_set_back_runs_nothing_again_and_loses_nothing(store: Store) -> None:
    save(store)
    for day in (0, 1, 2):
        assert len(look(store, NOW + day * DAY)) == 1
    assert look(store, NOW + DAY) == []
    assert look(store, NOW + 2 * DAY) == []
    assert len(look(store, NOW + 3 * DAY)) == 1


def test_missed_due_times_become_one_run_and_an_alarm(store: Store) -> None:
    save(store)
    look(store, NOW)
    assert len(look(store, NOW + 4 * DAY)) == 1
    [alarm] = store.slots.alarms(NOW + 4 * DAY)
    assert (alarm.state, alarm.missed) == (ClaimState.STARTED, 3)


def test_window_that_passed_unseen_is_an_alarm(store: Store) -> None:
    save(store, window={"start": "2026-11-12", "end": "2026-11-14"})
    assert look(store, NOW + 10 * DAY) == []
    [alarm] = store.slots.alarms(NOW)
    assert (alarm.state, alarm.key) == (ClaimState.MISSED, "20261113T1600Z")
    assert look(store, NOW + 11 * DAY) == []
    assert len(store.slots.list()) == 1


def test_due_times_during_a_pause_were_not_missed(store: Store) -> None:
    # A pause ends by the server's clock, so this week is the real one.
    today = datetime.now(UTC)
    store.sweeps.save(a_sweep(cadence="daily"), today - 30 * DAY)
    look(store, today - 10 * DAY)
    store.sweeps.set_paused("weekly", paused=True)
    assert look(store, today) == []
    store.sweeps.set_paused("weekly", paused=False)
    assert len(look(store, today + 2 * DAY)) == 1
    assert sum(alarm.missed for alarm in store.slots.alarms(today)) <= 2


def test_schedule_on_hold_begins_nothing_but_what_people_ask_for(store: Store) -> None:
    save(store)
    store.slots.set_paused(paused=True, by="li")
    assert look(store, NOW) == []
    claim = ask_for_run(store, "weekly", NOW, "li")
    assert look(store, NOW) == [claim.run]
    assert store.slots.pause().by == "li"
    store.slots.set_paused(paused=False)
    assert len(look(store, NOW + DAY)) == 1


def test_asking_twice_is_asking_once(store: Store) -> None:
    save(store)
    first, second = (ask_for_run(store, "weekly", NOW, "li") for _ in range(2))
    assert first.run == second.run
    assert look(store, NOW, and_finish=False) == [first.run]
    with pytest.raises(UsageError, match="let it end"):
        ask_for_run(store, "weekly", NOW + timedelta(minutes=5), "li")


def test_claim_of_a_killed_scheduler_becomes_its_run(store: Store) -> None:
    save(store)
    [slot] = due_now(store, NOW)
    claim = Claim(sweep="weekly", key=slot.key, at=slot.at, run="01K0RUN", owner=DEAD, claimed_at=NOW)
    assert store.slots.claim(claim)
    assert look(store, NOW, and_finish=False) == ["01K0RUN"]
    found = store.slots.get(claim.id)
    assert found is not None
    assert found.state is ClaimState.STARTED


def test_claim_of_a_living_scheduler_is_left_to_it(store: Store) -> None:
    save(store)
    [slot] = due_now(store, NOW)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        began = psutil.Process(other.pid).create_time()
        owner = f"{owner_name().split('/')[0]}/{other.pid}/{began:.2f}"
        claim = Claim(sweep="weekly", key=slot.key, at=slot.at, run="01K0RUN", owner=owner, claimed_at=NOW)
        assert store.slots.claim(claim)
        assert look(store, NOW) == []
        other.communicate(b"\n")
    assert look(store, NOW) == ["01K0RUN"]


def test_sweep_edited_while_it_runs_keeps_its_version(store: Store) -> None:
    save(store)
    [run_id] = look(store, NOW, and_finish=False)
    store.sweeps.save(a_sweep(cadence="daily", categories=["DRUG"]), NOW)
    run = store.runs.get(run_id)
    assert run is not None
    kept = store.sweeps.get(run.sweep, run.sweep_version)
    assert kept is not None
    assert kept.sweep.categories == ("FOOD",)
    finish(store, run_id, NOW)
    [next_id] = look(store, NOW + DAY, and_finish=False)
    following = store.runs.get(next_id)
    assert following is not None
    assert following.sweep_version == 2


def test_sweep_that_cannot_run_is_an_alarm_and_costs_the_others_nothing(store: Store) -> None:
    save(store, name="a-broken", platforms=[{"platform": "x", "base_url": "http://h", "profile": "no-such"}])
    save(store)
    [run] = look(store, NOW)
    made = store.runs.get(run)
    assert made is not None
    assert made.sweep == "weekly"
    [alarm] = store.slots.alarms(NOW)
    assert (alarm.sweep, alarm.state) == ("a-broken", ClaimState.FAILED)
    assert "no-such" in told("zh", alarm.error)
    assert not english_in(told("zh", alarm.error))


def test_run_that_never_ends_is_left_to_a_person(store: Store) -> None:
    save(store)
    [run] = look(store, NOW, and_finish=False)
    for _ in range(MOST_STARTS):
        store.runs.taken_up(run)
    assert waiting_runs(store) == []
    assert [stuck.id for stuck in stuck_runs(store)] == [run]


_TWO = """
import sys
from datetime import datetime
from pathlib import Path
from crawlers.processes import owner_name
from crawlers.rounds import begin_round
from storage.store import open_store
uri, database, var = sys.argv[1:4]
with open_store(uri=uri, var_dir=Path(var), database=database) as store:
    print("ready", flush=True)
    for line in sys.stdin:
        begin_round(store, datetime.fromisoformat(line.strip()), owner_name())
        print("looked", flush=True)
"""


def test_two_schedulers_at_the_same_moment_run_nothing_twice(store: Store, store_settings: Settings) -> None:
    for name in ("a", "b", "c"):
        save(store, name=name, cadence="every_6_hours")
    arguments = [str(store_settings.mongo_uri), store_settings.mongo_database, str(store_settings.var_dir)]
    both = [
        subprocess.Popen(
            [sys.executable, "-c", _TWO, *arguments],
            cwd=ROOT,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for _ in range(2)
    ]
    looks = 6
    for each in both:
        assert each.stdout is not None
        assert each.stdout.readline() == "ready\n"
    for number in range(looks):
        for each in both:
            assert each.stdin is not None
            each.stdin.write(f"{(NOW + number * timedelta(hours=6)).isoformat()}\n")
            each.stdin.flush()
        for each in both:
            assert each.stdout is not None
            assert each.stdout.readline() == "looked\n"
        for run in store.runs.active():
            finish(store, run.id, NOW + number * timedelta(hours=6))
    for each in both:
        each.communicate(timeout=PATIENCE_S)
    runs = store.runs.list(limit=100)
    assert len(runs) == 3 * looks
    assert {run.state for run in runs} == {RunState.FINISHED}
    assert {claim.run for claim in store.slots.list(limit=100)} == {run.id for run in runs}
