"""The scheduler service: looks every half minute what is due, and crawls it in child processes.

The truth about sweeps, due times and runs lies in the store; nothing is kept here but the children. A second
scheduler, or cron beside it, finds due times claimed and runs taken, so nothing runs twice. A child that dies
takes nothing with it, and neither does a killed scheduler: the next look takes the run up again. Start it
with ``python scheduler.py``. SIGTERM drains it: nothing new is begun, the crawls finish the pages they are
fetching, give the rest back and end; the next start goes on with them.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from types import FrameType
from zoneinfo import ZoneInfo

from apscheduler.schedulers.blocking import BlockingScheduler
from loguru import logger

from crawlers.holding import host_hold
from crawlers.processes import owner_name
from crawlers.rounds import begin_round
from crawlers.runner import ROOT
from crawlers.schedule import hosts_of
from domain.errors import NetswordError
from domain.run import Run
from domain.sweep import StoredSweep
from netsword.digest import tell
from netsword.run import LOCKED
from netsword.session import log_to, prune_logs
from settings import Settings, load
from storage.store import Store, open_store

CHINA = ZoneInfo("Asia/Shanghai")
TELL_EVERY_MINUTES = 5


def wall_clock() -> datetime:
    """The time."""
    return datetime.now(UTC)


class Service:
    """Looks, starts children, and lets go of those that ended."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime] = wall_clock) -> None:
        self._settings = settings
        self._clock = clock
        self._open = ExitStack()
        self._store: Store | None = None
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._draining = False

    def look(self) -> None:
        """One look: what is due becomes runs, and runs that wait become children, as far as there is room."""
        self._reap()
        if self._draining:
            return
        try:
            store = self._opened()
            for run in begin_round(store, self._clock(), owner_name()):
                if len(self._children) >= self._settings.parallel_runs or self._draining:
                    break
                if run.id not in self._children and self._hosts_are_free(store, run):
                    store.runs.taken_up(run.id)
                    self._children[run.id] = self._start(run.id)
        except NetswordError as error:
            # The next look opens the store anew: it may have been restarted.
            logger.bind(error=str(error)).warning("a look at the schedule came to nothing")
            self._close()

    def tell(self) -> None:
        """Sends the digests that wait, and deletes the logs of runs of long ago."""
        try:
            tell(self._opened(), self._settings, wall_clock())
            prune_logs(self._settings, wall_clock())
        except NetswordError as error:
            logger.bind(error=str(error)).warning("digests were not sent")

    def drain(self) -> None:
        """Begins nothing more, asks the children to stop, and waits for them; who is late goes on alone."""
        self._draining = True
        for child in self._children.values():
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + self._settings.drain_s
        while any(child.poll() is None for child in self._children.values()) and time.monotonic() < deadline:
            time.sleep(0.1)
        self._reap()
        self._close()

    def _reap(self) -> None:
        for run, child in list(self._children.items()):
            exit_code = child.poll()
            if exit_code is None:
                continue
            del self._children[run]
            if exit_code not in (0, LOCKED):
                logger.bind(run=run, exit_code=exit_code).warning("a run did not end well")

    def _hosts_are_free(self, store: Store, run: Run) -> bool:
        stored = store.sweeps.get(run.sweep, run.sweep_version)
        if stored is None:
            return False
        hosts = {host_hold(host) for host in hosts_of(stored.sweep)}
        if any(hold.what in hosts and hold.run != run.id for hold in store.holds.list()):
            return False
        return not any(
            hosts & {host_hold(host) for host in hosts_of(other.sweep)}
            for other in self._sweeps_of_children(store)
        )

    def _sweeps_of_children(self, store: Store) -> Iterator[StoredSweep]:
        for run_id in self._children:
            run = store.runs.get(run_id)
            stored = store.sweeps.get(run.sweep, run.sweep_version) if run else None
            if stored is not None:
                yield stored

    def _start(self, run: str) -> subprocess.Popen[bytes]:
        self._settings.log_dir.mkdir(parents=True, exist_ok=True)
        log = self._settings.log_dir / f"run-{run}.log"
        command = [sys.executable, "-m", "netsword.cli", "run", "resume", run, "--scheduled"]
        with log.open("ab") as sink:
            return subprocess.Popen(  # noqa: S603 - our own command line
                command,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                cwd=ROOT,
                # Ctrl+C at the terminal reaches this process, which then ends them in order.
                start_new_session=True,
            )

    def _opened(self) -> Store:
        if self._store is None:
            ours = self._settings
            self._store = self._open.enter_context(
                open_store(uri=ours.mongo_uri, var_dir=ours.var_dir, database=ours.mongo_database)
            )
        return self._store

    def _close(self) -> None:
        self._store = None
        self._open.close()


def serve(service: Service, settings: Settings) -> None:
    """Runs until SIGTERM or SIGINT."""
    scheduler = BlockingScheduler(timezone=CHINA)
    common = {"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
    now = datetime.now(CHINA)
    every_s = settings.scheduler_tick_s
    scheduler.add_job(service.look, "interval", seconds=every_s, next_run_time=now, **common)
    scheduler.add_job(service.tell, "interval", minutes=TELL_EVERY_MINUTES, next_run_time=now, **common)

    def stop(signum: int, _frame: FrameType | None) -> None:
        logger.bind(signal=signum).info("draining")
        scheduler.shutdown(wait=False)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    scheduler.start()
    service.drain()


def main() -> None:
    """Starts the service with the settings of the environment."""
    settings = load()
    log_to("scheduler", settings)
    serve(Service(settings), settings)


if __name__ == "__main__":
    main()
