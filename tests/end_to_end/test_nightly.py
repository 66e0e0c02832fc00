"""Cron's entry and the scheduler run what is due, once, and go on with what was killed."""

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from crawlers.runner import ROOT
from domain.run import RunState
from settings import Settings
from storage.store import Store
from tests.end_to_end.market import a_marketplace, a_sweep
from tests.patience import PATIENCE_S, until

pytestmark = [pytest.mark.mongo, pytest.mark.slow]


def environment(settings: Settings) -> dict[str, str]:
    found = dict(os.environ, NETSWORD_VAR_DIR=str(settings.var_dir), MONGO_URI=str(settings.mongo_uri))  # noqa: TID251
    return found | {"NETSWORD_MONGO_DATABASE": settings.mongo_database}


def start(settings: Settings, *command: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment(settings),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def nightly(settings: Settings) -> tuple[int, list[dict[str, object]], str]:
    round_ = start(settings, "-m", "netsword.cli", "nightly", "--json")
    out, err = round_.communicate(timeout=PATIENCE_S)
    return round_.returncode, json.loads(out), err


def test_nightly_runs_what_is_due_once_and_resumes_what_was_killed(
    store: Store, store_settings: Settings
) -> None:
    with a_marketplace("--no-faults") as market:
        sweep = a_sweep(market, listings=40, name="due", cadence="daily")
        store.sweeps.save(sweep, saved_at=datetime.now(UTC))
        killed = start(store_settings, "-m", "netsword.cli", "nightly")
        until(
            lambda: any(
                row.state == "done" for run in store.runs.list() for row in store.frontier.counts(run.id)
            )
        )
        os.killpg(killed.pid, signal.SIGKILL)
        killed.communicate()
        run = store.runs.list()[0]
        assert run.state is not RunState.FINISHED

        code, rows, err = nightly(store_settings)
        assert (code, [(row["action"], row["run"]) for row in rows]) == (0, [("resume", run.id)]), err
        assert nightly(store_settings)[:2] == (0, [])
    assert [known.state for known in store.runs.list()] == [RunState.FINISHED]
    reports = sorted((store_settings.var_dir / "reports").glob("nightly-*.json"))
    assert [len(json.loads(path.read_text(encoding="utf-8"))["runs"]) for path in reports][:1] == [1]


def test_scheduler_runs_what_is_due_and_stops_when_asked(store: Store, store_settings: Settings) -> None:
    with a_marketplace("--no-faults") as market:
        store.sweeps.save(a_sweep(market, listings=10, name="due"), saved_at=datetime.now(UTC))
        service = start(store_settings, "scheduler.py")
        until(lambda: any(run.state is RunState.FINISHED for run in store.runs.list()))
        service.send_signal(signal.SIGTERM)
        service.communicate(timeout=PATIENCE_S)
    assert service.returncode == 0
    assert len(store.runs.list()) == 1
