"""Starts and ends crawls: every crawl is a child process, so one that dies takes nothing with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil
from ulid import ULID

from crawlers.planning import first_targets
from crawlers.schedule import CHINA
from domain.errors import UsageError
from domain.run import Run, RunState
from domain.sweep import StoredSweep, Window
from settings import Settings, software
from storage.store import Store

POLL_S = 0.5
ROOT = Path(__file__).parent.parent
CRAWLING = (RunState.PLANNED, RunState.FRAMING, RunState.VISITING)


@dataclass(frozen=True, slots=True)
class CrawlResult:
    """How the crawl processes of a run ended: one exit code each, and whether the time limit ended them."""

    exit_codes: tuple[int, ...]
    timed_out: bool = False

    @property
    def clean(self) -> bool:
        """Whether every process ended by itself and without a fault."""
        return not self.timed_out and not any(self.exit_codes)


def start_run(store: Store, stored: StoredSweep, *, now: datetime) -> Run:
    """A new run of a sweep, with its first targets planted.

    Raises:
        SweepError: the sweep names something that does not exist.
        UsageError: the window 监测时段 is over or has not begun.
    """
    check_window(stored.sweep.window, now)
    run_id = str(ULID.from_datetime(now))
    targets = first_targets(stored.sweep, run_id)
    run = Run(
        id=run_id,
        sweep=stored.sweep.name,
        sweep_version=stored.version,
        campaign=stored.sweep.campaign.code,
        state=RunState.PLANNED,
        seed=stored.sweep.design.seed,
        started_at=now,
        software=software(),
    )
    store.runs.create(run)
    store.frontier.plant(targets)
    store.runs.advance(run_id, RunState.PLANNED, RunState.FRAMING)
    return run


def check_window(window: Window | None, now: datetime) -> None:
    """Refuses to run outside the sweep's window.

    Raises:
        UsageError: with the dates, and what to change.
    """
    today = now.astimezone(CHINA).date()
    if window is not None and today > window.end:
        raise UsageError(f"the sweep's window ended on {window.end}; today is {today}. Give it a new window.")
    if window is not None and today < window.start:
        raise UsageError(f"the sweep's window begins on {window.start}; today is {today}.")


def crawl(
    store: Store,
    run: str,
    settings: Settings,
    *,
    workers: int = 1,
    only_frame: bool = False,
    on_progress: Callable[[], None] = lambda: None,
) -> CrawlResult:
    """Crawls what is open in a run, in ``workers`` child processes, until nothing is left or they end.

    Leases of processes that no longer live are given back first, so a killed run goes on at once. With
    ``only_frame`` the crawl ends when the sampling frame is complete.
    """
    release_dead(store, run)
    with _children(run, settings, workers, only_frame=only_frame) as children:
        timed_out = _wait(children, settings.crawl_timeout_s, on_progress)
    return CrawlResult(tuple(child.returncode for child in children), timed_out)


def release_dead(store: Store, run: str) -> list[str]:
    """Gives back the leases of crawl processes of this machine that are gone; their names."""
    dead = [owner for owner in store.frontier.owners(run) if not is_alive(owner)]
    if dead:
        store.frontier.release(run, dead)
    return dead


def owner_name() -> str:
    """Who holds a lease: machine, process id and its start, so that a reused id is told apart."""
    process = psutil.Process()
    return f"{os.uname().nodename}/{process.pid}/{process.create_time():.2f}"


def is_alive(owner: str) -> bool:
    """Whether the process behind an owner's name lives; processes of other machines count as living."""
    node, pid, began = owner.rsplit("/", 2)
    if node != os.uname().nodename:
        return True
    try:
        return abs(psutil.Process(int(pid)).create_time() - float(began)) < 1
    except psutil.NoSuchProcess:
        return False


@contextmanager
def _children(
    run: str, settings: Settings, workers: int, *, only_frame: bool
) -> Iterator[list[subprocess.Popen[bytes]]]:
    settings.log_dir.mkdir(parents=True, exist_ok=True)
    arguments = {"run": run, "workers": workers, "only_frame": int(only_frame)}
    children = [_start(arguments, settings, number) for number in range(1, workers + 1)]
    try:
        yield children
    finally:
        _end(children)


def _start(arguments: Mapping[str, object], settings: Settings, number: int) -> subprocess.Popen[bytes]:
    stamp = datetime.now(UTC).strftime("%H%M%S")
    log = settings.log_dir / f"crawl-{arguments['run']}-{stamp}-{number}.log"
    options = [word for name, value in arguments.items() for word in ("-a", f"{name}={value}")]
    command = [sys.executable, "-m", "scrapy", "crawl", "sweep", *options]
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
    children: Sequence[subprocess.Popen[bytes]], limit_s: float, on_progress: Callable[[], None]
) -> bool:
    deadline = time.monotonic() + limit_s
    while any(child.poll() is None for child in children):
        if time.monotonic() > deadline:
            return True
        on_progress()
        time.sleep(POLL_S)
    return False


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
