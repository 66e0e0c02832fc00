"""A crawl killed at any moment goes on: nothing lost, nothing doubled."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime

import pytest

from crawlers.runner import ROOT, start_run
from domain.run import RunState
from domain.target import FINAL_STATES, PageKind, TargetState
from evidence.warc import verify
from settings import Settings
from tests.end_to_end.market import a_marketplace, a_sweep
from tests.patience import PATIENCE_S

pytestmark = [pytest.mark.mongo, pytest.mark.slow]


def test_killed_run_resumes_with_nothing_lost_or_doubled(store, store_settings: Settings, kills: int):
    with a_marketplace() as market:
        expected = _straight_through(store, store_settings, market)
        run = start_run(
            store, store.sweeps.save(a_sweep(market), datetime.now(UTC)), now=datetime.now(UTC)
        ).id
        chance = random.Random(1)
        for _ in range(kills):
            crawl = _start(run, store_settings, workers=2)
            time.sleep(chance.uniform(1.0, 4.0))
            os.killpg(crawl.pid, signal.SIGKILL)
            crawl.wait()
        last = _start(run, store_settings, workers=2)
        assert last.wait(timeout=PATIENCE_S) in (0, 3)
    counts = store.frontier.counts(run)
    assert {row.state for row in counts} <= set(FINAL_STATES)
    assert _outcomes(counts) == expected
    _each_once(store, run, store_settings)


@pytest.mark.long
def test_two_processes_share_a_run_without_overlap(store, store_settings: Settings):
    with a_marketplace("--no-faults") as market:
        run = start_run(
            store, store.sweeps.save(a_sweep(market), datetime.now(UTC)), now=datetime.now(UTC)
        ).id
        assert _start(run, store_settings, workers=2).wait(timeout=PATIENCE_S) == 0
    assert store.runs.get(run).state is RunState.FINISHED
    _each_once(store, run, store_settings)
    files = {snapshot.warc.file for snapshot in store.snapshots.of_run(run)}
    assert len(files) == 2, "both processes fetched"


def _straight_through(store, settings, market) -> Counter:
    run = start_run(store, store.sweeps.save(a_sweep(market), datetime.now(UTC)), now=datetime.now(UTC)).id
    assert _start(run, settings, workers=1).wait(timeout=PATIENCE_S) in (0, 3)
    return _outcomes(store.frontier.counts(run))


def _outcomes(counts) -> Counter:
    outcomes: Counter = Counter()
    for row in counts:
        outcomes[row.kind, row.state, row.reason] += row.count
    return outcomes


def _each_once(store, run: str, settings: Settings) -> None:
    snapshots = list(store.snapshots.of_run(run))
    done = sum(
        row.count
        for row in store.frontier.counts(run)
        if row.kind is PageKind.LISTING and row.state is TargetState.DONE
    )
    sightings = Counter(sighting.target for sighting in store.observations.of_run(run))
    assert len(sightings) == done
    assert set(sightings.values()) == {1}
    live = Counter((snapshot.target, snapshot.url) for snapshot in snapshots)
    assert max(live.values()) == 1, "one live snapshot per target and address"
    for snapshot in snapshots:
        verify(settings.evidence_dir, snapshot)


def _start(run: str, settings: Settings, *, workers: int) -> subprocess.Popen:
    environment = dict(os.environ, NETSWORD_VAR_DIR=str(settings.var_dir))  # noqa: TID251
    environment["NETSWORD_MONGO_DATABASE"] = settings.mongo_database
    if settings.mongo_uri:
        environment["MONGO_URI"] = settings.mongo_uri
    command = [sys.executable, "-m", "netsword.cli", "run", "resume", run, "--workers", str(workers)]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
