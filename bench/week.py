"""A week of the calendar in two minutes, with kills: what was due, what ran, what ran twice, what was lost.

Run: ``python -m bench.week [--seconds 100] [--kills 8] [--seed 1]``

Two schedulers run at a time, as if one had been started by mistake, on a clock that goes fast and is set back
by three hours in the middle. Store, schedulers, crawls and the marketplace are real processes; schedulers,
runs and crawl processes are killed with SIGKILL at seeded moments. Exit code 1 where a due time ran twice or
was lost.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

import psutil

import scheduler
from crawlers.runner import ROOT
from crawlers.schedule import CHINA, Slot, slots_between
from domain.run import RunState
from domain.sweep import Sweep
from domain.target import PageKind, TargetState
from netsword.demo import Marketplace, demo_sweep, marketplace
from netsword.session import log_to
from settings import Settings, load
from storage.slots import ClaimState
from storage.store import Store, open_store

BEGINS = datetime(2026, 11, 8, 0, 0, tzinfo=CHINA)
SET_BACK_AT, SET_BACK_BY = 0.55, timedelta(hours=3)
SETTLE_S = 100.0
PLATFORMS = ("lingang", "yunfan")


@dataclass(frozen=True, slots=True)
class FastClock:
    """A week's time that passes in ``seconds`` and stands still at its end."""

    began: float
    seconds: float
    days: float

    def __call__(self) -> datetime:
        """The time of the trial now."""
        part = min(max((time.time() - self.began) / self.seconds, 0.0), 1.0)
        back = SET_BACK_BY if SET_BACK_AT < part < 1 else timedelta(0)
        return BEGINS + part * timedelta(days=self.days) - back

    @property
    def ends(self) -> datetime:
        """Where it stands still."""
        return BEGINS + timedelta(days=self.days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of the due times."""

    due: int
    ran: int
    made_up_for: int
    """Missed while nobody looked or the run before was under way; one later run stands for them."""
    lost: int
    doubled: int
    pages_doubled: int
    pending: int
    """Due times that wait for a run which had not ended when the trial did: the machine was too slow."""
    unfinished: int
    missed_counted: int
    kills: dict[str, int]
    drained: bool
    seconds: float


def main() -> None:
    """Runs the trial and prints its outcome as one JSON object."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=100)
    parser.add_argument("--days", type=float, default=7)
    parser.add_argument("--kills", type=int, default=8)
    parser.add_argument("--settle", type=float, default=SETTLE_S, help="seconds, at most, to end what runs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--service", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.service:
        _serve(FastClock(**json.loads(asked.service)))
        return
    with tempfile.TemporaryDirectory(prefix="netsword-week-") as folder:
        settings = Settings.model_validate({"var_dir": Path(folder), "MONGO_URI": load().mongo_uri})
        outcome = trial(
            settings,
            seconds=asked.seconds,
            days=asked.days,
            kills=asked.kills,
            seed=asked.seed,
            settle_s=asked.settle,
        )
    json.dump(asdict(outcome), sys.stdout, indent=2)
    print()
    sys.exit(1 if outcome.lost or outcome.doubled or outcome.pages_doubled or outcome.unfinished else 0)


def trial(
    settings: Settings, *, seconds: float, days: float, kills: int, seed: int, settle_s: float = SETTLE_S
) -> Outcome:
    """One compressed week in an empty store."""
    began = time.monotonic()
    with (
        open_store(
            uri=settings.mongo_uri, var_dir=settings.var_dir, database=settings.mongo_database
        ) as store,
        marketplace(seed, "--shops", "12", "--listings", "150", "--no-faults", platforms=PLATFORMS) as market,
    ):
        for sweep in sweeps(market, seed):
            store.sweeps.save(sweep, saved_at=BEGINS - timedelta(days=1))
        clock = FastClock(time.time(), seconds, days)
        with _schedulers(settings, clock) as services:
            killed = _disturb(store, services, clock, kills, random.Random(seed))  # noqa: S311 - a seeded trial
            _settle(store, clock, settle_s)
            drained = services.drain()
        return _outcome(store, clock, killed, drained=drained, seconds=time.monotonic() - began)


def sweeps(market: Marketplace, seed: int) -> list[Sweep]:
    """Three small sweeps, two of them on one host; the week has the second peak of Double 11 in it."""
    whole = demo_sweep(market.urls, listings=4, seed=seed).model_dump(mode="json")

    def one(name: str, platform: int, **changes: object) -> Sweep:
        changes |= {"platforms": [whole["platforms"][platform]], "categories": ["FOOD"], "name": name}
        budget = {"pages": 200, "search_pages": 2, "review_pages": 0}
        return Sweep.model_validate(whole | {"coverage_floor": 0, "budget": budget} | changes)

    around = {"promotion": "DOUBLE11", "usual": "weekly", "presale": "weekly", "peak": "daily"}
    return [
        one("daily", 0, cadence="daily", time_of_day="08:00"),
        one("peak", 0, cadence=around, time_of_day="09:00"),
        one("working-days", 1, cadence="daily", time_of_day="12:00", working_days_only=True),
    ]


class Services:
    """Two scheduler processes; one that was killed is started again."""

    def __init__(self, settings: Settings, clock: FastClock) -> None:
        self._settings = settings
        self._clock = clock
        self.running = [self._start(), self._start()]

    def kill(self, number: int) -> None:
        """Kills one and starts it anew."""
        self.running[number].kill()
        self.running[number].wait()
        self.running[number] = self._start()

    def down(self, seconds: float) -> None:
        """Kills both, and starts them anew after a while."""
        for each in self.running:
            each.kill()
            each.wait()
        time.sleep(seconds)
        self.running = [self._start() for _ in self.running]

    def drain(self) -> bool:
        """Asks both to end; whether both did so in order."""
        for each in self.running:
            each.terminate()
        codes = []
        for each in self.running:
            try:
                codes.append(each.wait(timeout=90))
            except subprocess.TimeoutExpired:
                each.kill()
                codes.append(each.wait())
        return codes == [0, 0]

    def _start(self) -> subprocess.Popen[bytes]:
        environment = dict(os.environ, PYTHONPATH=str(ROOT), NETSWORD_SCHEDULER_TICK_S="1")  # noqa: TID251
        environment |= {
            "NETSWORD_VAR_DIR": str(self._settings.var_dir.resolve()),
            "NETSWORD_MONGO_DATABASE": self._settings.mongo_database,
        }
        if self._settings.mongo_uri:
            environment["MONGO_URI"] = self._settings.mongo_uri
        command = [sys.executable, "-m", "bench.week", "--service", json.dumps(asdict(self._clock))]
        return subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)  # noqa: S603


@contextmanager
def _schedulers(settings: Settings, clock: FastClock) -> Iterator[Services]:
    services = Services(settings, clock)
    try:
        yield services
    finally:
        for each in services.running:
            each.kill()
            each.wait()


def _serve(clock: FastClock) -> None:
    settings = load()
    log_to("scheduler", settings)
    scheduler.serve(scheduler.Service(settings, clock), settings)


def _disturb(
    store: Store, services: Services, clock: FastClock, kills: int, chance: random.Random
) -> Counter[str]:
    """Kills until the clock stands still; what was killed, by kind."""
    killed: Counter[str] = Counter()
    moments = sorted(chance.uniform(0.05, 0.95) for _ in range(kills))
    for number, part in enumerate(moments):
        time.sleep(max(0.0, clock.began + part * clock.seconds - time.time()))
        kind = ("run", "crawl", "scheduler", "all schedulers")[number % 4]
        if kind == "scheduler":
            services.kill(chance.randrange(2))
        elif kind == "all schedulers":
            # A day and a half of the trial's time.
            services.down(1.5 * clock.seconds / clock.days)
        elif not _kill_one(store, kind, chance, until=clock.began + clock.seconds):
            kind = f"{kind}: none to kill"
        killed[kind] += 1
    time.sleep(max(0.0, clock.began + clock.seconds - time.time()))
    return killed


def _kill_one(store: Store, kind: str, chance: random.Random, *, until: float) -> bool:
    """Kills a process of one of the trial's runs, as soon as there is one; whether there was."""
    word = "netsword.cli" if kind == "run" else "crawlers.crawl"
    while time.time() < until:
        runs = {run.id for run in store.runs.active()}
        found = [
            process
            for process in psutil.process_iter(["cmdline"])
            if word in (line := process.info["cmdline"] or []) and runs & set(line)
        ]
        if found:
            with suppress(psutil.NoSuchProcess):
                chance.choice(sorted(found, key=lambda process: process.pid)).send_signal(signal.SIGKILL)
            return True
        time.sleep(0.2)
    return False


def _settle(store: Store, clock: FastClock, limit_s: float) -> None:
    """Until every sweep has had its last due time and every run has ended."""
    deadline = time.monotonic() + limit_s
    while time.monotonic() < deadline:
        last = [
            store.slots.get(slots[-1].id) is not None
            for stored in store.sweeps.list()
            if (slots := list(slots_between(stored, BEGINS, clock.ends)))
        ]
        if all(last) and not store.runs.active() and not store.slots.waiting():
            return
        time.sleep(0.5)


def _outcome(
    store: Store, clock: FastClock, killed: Counter[str], *, drained: bool, seconds: float
) -> Outcome:
    claims = store.slots.list(limit=10_000)
    runs = store.runs.list(limit=10_000)
    taken = {claim.id for claim in claims}
    latest = {sweep: max(c.at for c in claims if c.sweep == sweep) for sweep in {c.sweep for c in claims}}
    due: list[Slot] = []
    for stored in store.sweeps.list():
        due += slots_between(stored, BEGINS, clock.ends)
    open_ones = [slot for slot in due if slot.id not in taken]
    ahead = [slot for slot in open_ones if slot.sweep not in latest or slot.at > latest[slot.sweep]]
    at_work = {run.sweep for run in store.runs.active()}
    lost = [slot for slot in ahead if slot.sweep not in at_work]
    made = [claim.run for claim in claims if claim.state is ClaimState.STARTED]
    twice = sum(count - 1 for count in Counter(made).values()) + len({run.id for run in runs} - set(made))
    return Outcome(
        due=len(due),
        ran=sum(slot.id in taken for slot in due),
        made_up_for=len(open_ones) - len(ahead),
        lost=len(lost),
        pending=len(ahead) - len(lost),
        doubled=twice,
        pages_doubled=sum(_pages_doubled(store, run.id) for run in runs),
        unfinished=sum(run.state is not RunState.FINISHED for run in runs),
        missed_counted=sum(claim.missed for claim in claims),
        kills=dict(killed),
        drained=drained,
        seconds=round(seconds, 1),
    )


def _pages_doubled(store: Store, run: str) -> int:
    """Listings of a run that count more than once, or that were read and do not count."""
    sightings = Counter(seen.target for seen in store.observations.of_run(run))
    read = sum(
        row.count
        for row in store.frontier.counts(run)
        if row.kind is PageKind.LISTING and row.state is TargetState.DONE
    )
    return sum(count - 1 for count in sightings.values()) + abs(read - len(sightings))


if __name__ == "__main__":
    main()
