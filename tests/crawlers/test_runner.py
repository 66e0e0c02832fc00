"""Crawl processes have limits, and their exit codes tell the truth."""

import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from console.launcher import environment
from crawlers.runner import ROOT, CrawlResult, _end, _wait, start_run
from domain.errors import UsageError
from domain.run import RunState
from domain.target import Reason
from netsword.run import FAULT, finish
from settings import Settings
from storage.store import Store
from tests.builders import a_sweep
from tests.loopback import Handler, Site, serving
from tests.patience import PATIENCE_S

NOW = datetime(2026, 11, 11, 15, 0, tzinfo=UTC)  # 23:00 in Shanghai


@contextmanager
def a_child(code: str) -> Iterator[list[subprocess.Popen[bytes]]]:
    child = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        yield [child]
    finally:
        _end([child])
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()


@pytest.mark.parametrize(
    ("code", "limit_s", "limit_mb", "limit"),
    [
        ("print('ready', flush=True)", 600, 4096, ""),
        ("print('ready', flush=True); input()", 0, 4096, "time"),
        ("held = bytearray(300 << 20); print('ready', flush=True); input()", 600, 256, "memory"),
    ],
)
def test_process_past_a_limit_is_noticed(code, limit_s, limit_mb, limit):
    with a_child(code) as children:
        assert _wait(children, limit_s, limit_mb, lambda: None) == limit
    assert children[0].returncode is not None


@pytest.mark.mongo
def test_crawl_that_can_store_nothing_more_ends_with_a_code_of_its_own(
    store: Store, store_settings: Settings
) -> None:
    class Page(Handler):
        def respond(self) -> None:
            self.answer(b"<h1>" + bytes(range(32, 127)) * 800 + b"</h1>")

    with serving(Site(Page)) as site:
        sweep = a_sweep(
            platforms=[{"platform": "small", "base_url": site.url, "profile": "schema-org"}],
            categories=[],
            start_urls=[f"{site.url}/1"],
            private_hosts=[site.host],
            politeness={"delay_s": 0},
        )
        now = datetime.now(UTC)
        run = start_run(store, store.sweeps.save(sweep, saved_at=now), now=now)
        # The disk is full after a kilobyte.
        ended = subprocess.run(
            [sys.executable, "-m", "crawlers.crawl", run.id, "1", "0"],
            cwd=ROOT,
            env=environment(store_settings) | {"SCRAPY_SETTINGS_MODULE": "settings"},
            capture_output=True,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024)),
            timeout=PATIENCE_S,
            check=False,
        )
    assert ended.returncode == 1, ended.stderr.decode()[-2000:]
    assert b"the crawl cannot go on" in ended.stderr
    assert finish(store, store_settings, run.id, CrawlResult((1,))) == FAULT


@pytest.mark.mongo
def test_run_that_was_killed_before_its_draw_is_not_complete(store: Store, store_settings: Settings) -> None:
    run = start_run(store, store.sweeps.save(a_sweep(), NOW), now=NOW)
    store.frontier.cancel_open(run.id, Reason.CANCELLED)
    assert finish(store, store_settings, run.id, CrawlResult((-9,))) == FAULT
    found = store.runs.get(run.id)
    assert found is not None
    assert found.state is RunState.FRAMING


@pytest.mark.mongo
def test_start_cut_short_is_completed_not_repeated(store: Store) -> None:
    stored = store.sweeps.save(a_sweep(), NOW)
    first = start_run(store, stored, now=NOW, run_id="01K0RUN")
    again = start_run(store, stored, now=NOW, run_id="01K0RUN")
    assert first.id == again.id == "01K0RUN"
    assert len(store.runs.list()) == 1


def test_window_is_that_of_shanghai(store: Store) -> None:
    stored = store.sweeps.save(a_sweep(window={"start": "2026-11-12", "end": "2026-11-12"}), NOW)
    with pytest.raises(UsageError, match="begins on 2026-11-12"):
        start_run(store, stored, now=NOW)
    assert start_run(store, stored, now=NOW.replace(hour=16)).sweep == "weekly"
