"""Starts and ends crawls: every crawl is a child process, so one that dies takes nothing with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ulid import ULID

from crawlers.cohorts import cohort_targets, left_out
from crawlers.holding import holding, host_hold
from crawlers.planning import first_targets
from crawlers.processes import is_alive, memory_mb, owner_name
from crawlers.schedule import CHINA, hosts_of
from domain.errors import UsageError
from domain.notes import NoteCode, note
from domain.problems import Problem
from domain.run import Run, RunState
from domain.sweep import StoredSweep, Sweep, Window
from settings import Settings, software
from storage.holds import Hold
from storage.store import Store

POLL_S = 0.5
ROOT = Path(__file__).parent.parent
CRAWLING = (RunState.PLANNED, RunState.FRAMING, RunState.VISITING)


@dataclass(frozen=True, slots=True)
class CrawlResult:
    """How the crawl processes of a run ended: one exit code each, and which limit ended them."""

    exit_codes: tuple[int, ...]
    limit: str = ""
    """``time`` or ``memory``, where that was used up."""
    waits_for: str = ""
    """What another run holds, so that nothing was crawled."""

    @property
    def clean(self) -> bool:
        """Whether every process ended by itself and without a fault."""
        return not self.limit and not any(self.exit_codes)


def start_run(
    store: Store, stored: StoredSweep, *, now: datetime, run_id: str = "", asked_by: str = ""
) -> Run:
    """A new run of a sweep, with its first targets planted.

    With a ``run_id`` that was made up before, doing it again makes nothing new: what a crash cut short is
    completed.

    Raises:
        SweepError: the sweep names something that does not exist.
        UsageError: the window 监测时段 is over or has not begun.
    """
    known = store.runs.get(run_id) if run_id else None
    if known is not None and known.state is not RunState.PLANNED:
        return known
    check_window(stored.sweep.window, now)
    run_id = run_id or str(ULID.from_datetime(now))
    targets = first_targets(stored.sweep, run_id)
    if stored.sweep.cohort is not None:
        # Before the run is there: whoever goes on with one has nothing to make its targets of.
        store.frontier.plant(cohort_targets(store, stored.sweep, run_id))
    run = Run(
        id=run_id,
        sweep=stored.sweep.name,
        sweep_version=stored.version,
        campaign=stored.sweep.campaign.code,
        state=RunState.PLANNED,
        seed=stored.sweep.design.seed,
        started_at=now,
        software=software(),
        asked_by=asked_by,
    )
    if known is None:
        store.runs.create(run)
    store.frontier.plant(targets)
    store.runs.advance(run_id, RunState.PLANNED, RunState.FRAMING)
    if missing := left_out(store, stored.sweep):
        store.runs.note(run_id, note(NoteCode.COHORT_LEFT_OUT, count=missing))
    return run


def check_window(window: Window | None, now: datetime) -> None:
    """Refuses to run outside the sweep's window.

    Raises:
        UsageError: with the dates, and what to change.
    """
    today = now.astimezone(CHINA).date()
    if window is not None and today > window.end:
        raise UsageError(Problem.WINDOW_OVER, end=str(window.end), today=str(today))
    if window is not None and today < window.start:
        raise UsageError(Problem.WINDOW_AHEAD, start=str(window.start), today=str(today))


def crawl(
    store: Store,
    run: str,
    settings: Settings,
    *,
    workers: int = 1,
    only_frame: bool = False,
    on_progress: Callable[[], None] = lambda: None,
    wait: Callable[[Hold], None] | None = lambda _: None,
) -> CrawlResult:
    """Crawls what is open in a run, in ``workers`` child processes, until nothing is left or they end.

    Leases of processes that no longer live are given back first, so a killed run goes on at once. With
    ``only_frame`` the crawl ends when the sampling frame is complete. While another run visits one of the
    hosts, this one waits and calls ``wait`` about every second; without ``wait`` it comes back at once.
    """
    sweep = _sweep_of(store, run)
    hosts = [host_hold(host) for host in hosts_of(sweep)] if sweep else []
    limit_s = settings.crawl_timeout_s
    if sweep is not None and sweep.budget.hours is not None:
        limit_s = min(limit_s, sweep.budget.hours * 3600)
    with holding(store, hosts, run=run, owner=owner_name(), wait=wait) as held:
        if not held:
            return CrawlResult((), waits_for=", ".join(hosts))
        release_dead(store, run)
        with _children(run, settings, workers, only_frame=only_frame) as children:
            limit = _wait(children, limit_s, settings.max_memory_mb, on_progress)
    return CrawlResult(tuple(child.returncode for child in children), limit)


def _sweep_of(store: Store, run_id: str) -> Sweep | None:
    run = store.runs.get(run_id)
    stored = store.sweeps.get(run.sweep, run.sweep_version) if run else None
    return stored.sweep if stored else None


def release_dead(store: Store, run: str) -> list[str]:
    """Gives back the leases of crawl processes of this machine that are gone; their names."""
    dead = [owner for owner in store.frontier.owners(run) if not is_alive(owner)]
    if dead:
        store.frontier.release(run, dead)
    return dead


@contextmanager
def _children(
    run: str, settings: Settings, workers: int, *, only_frame: bool
) -> Iterator[list[subprocess.Popen[bytes]]]:
    settings.log_dir.mkdir(parents=True, exist_ok=True)
    arguments = (run, str(workers), str(int(only_frame)))
    children = [_start(arguments, settings, number) for number in range(1, workers + 1)]
    try:
        yield children
    finally:
        _end(children)


def _start(arguments: Sequence[str], settings: Settings, number: int) -> subprocess.Popen[bytes]:
    stamp = datetime.now(UTC).strftime("%H%M%S")
    log = settings.log_dir / f"crawl-{arguments[0]}-{stamp}-{number}.log"
    command = [sys.executable, "-m", "crawlers.crawl", *arguments]
    environment = dict(os.environ, SCRAPY_SETTINGS_MODULE="settings", PYTHONPATH=str(ROOT))  # noqa: TID251
    environment["NETSWORD_VAR_DIR"] = str(settings.var_dir.resolve())
    environment["NETSWORD_MONGO_DATABASE"] = settings.mongo_database
    if settings.mongo_uri:
        environment["MONGO_URI"] = settings.mongo_uri
    with log.open("wb") as sink:
        return subprocess.Popen(  # noqa: S603 - our own command line
            command,
            stdout=sink,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env=environment,
            cwd=ROOT,
        )


def _wait(
    children: Sequence[subprocess.Popen[bytes]],
    limit_s: float,
    limit_mb: float,
    on_progress: Callable[[], None],
) -> str:
    """Until all have ended, or one is past a limit: which, or ""."""
    deadline = time.monotonic() + limit_s
    while any(child.poll() is None for child in children):
        if time.monotonic() > deadline:
            return "time"
        if any(child.poll() is None and memory_mb(child.pid) > limit_mb for child in children):
            return "memory"
        on_progress()
        time.sleep(POLL_S)
    return ""


def _end(children: Sequence[subprocess.Popen[bytes]]) -> None:
    """Asks the children to stop, then insists; each was started here."""
    for child in children:
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
    for child in children:
        try:
            child.wait(timeout=20)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
