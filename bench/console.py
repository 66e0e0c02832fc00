"""Time of the console's pages over many findings, against an empty page of the same console.

``python -m bench.console --findings 100000 --rounds 200`` fills a store of its own, serves the console on a
loopback port, and asks for the pages in turn over one connection, signed in. The baseline is the page
``/help/keys``: session, template and words, but no list. Ratios are of medians, in one process on one
machine.
"""

from __future__ import annotations

import argparse
import http.client
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvicorn

from console.app import create_app
from console.desk import Desk
from console.gate import SESSION_COOKIE
from console.launcher import Launcher
from console.signing_in import begin
from domain.account import Account, Role
from domain.finding import Finding, LegalBasis, Severity, Span
from domain.subjects import Listing
from settings import Settings
from storage.store import Store, open_store
from storage.subjects import Sighting

BASELINE = "/help/keys"
BATCH = 5_000
BEGAN = datetime(2026, 11, 1, tzinfo=UTC)
RUNS = ("01K0000000000000000000RUN1", "01K0000000000000000000RUN2")
SHOPS = 4_000


@dataclass(frozen=True, slots=True)
class Timing:
    """One page: how long it took, in milliseconds, and how large it is."""

    path: str
    times_ms: tuple[float, ...]
    size_bytes: int

    def at(self, share: float) -> float:
        """A quantile of the times."""
        return sorted(self.times_ms)[min(int(share * len(self.times_ms)), len(self.times_ms) - 1)]


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument("--findings", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=200)
    arguments = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="nsb-") as folder,
        open_store(uri=None, var_dir=Path(folder), database="bench") as store,
    ):
        settings = Settings(var_dir=Path(folder), mongo_database="bench")
        rules = fill(store, arguments.findings)
        paths = pages(store, rules)
        with serving(store, settings) as (port, cookie):
            timings = measure(port, cookie, paths, arguments.rounds)
    show(timings, arguments.findings)


def fill(store: Store, count: int) -> tuple[str, ...]:
    """Stores listings and findings; the codes of their rules."""
    desk_rules = ("PG-NARCOTIC", "PG-WILDLIFE", "LIC-MISSING", "PG-TOBACCO")
    for first in range(0, count, BATCH):
        numbers = range(first, min(first + BATCH, count))
        sighting = Sighting(run=RUNS[0], snapshot="s", seen_at=BEGAN)
        store.listings.save((listing(number), sighting) for number in numbers)
        store.findings.save_all([(finding(number, desk_rules), RUNS[number % 2]) for number in numbers])
    return desk_rules


def listing(number: int) -> Listing:
    """A listing of one of the shops."""
    return Listing(
        platform="bench",
        item_id=str(number),
        url=f"http://bench.example/{number}",
        title=f"某某养生馆 野生灵芝孢子粉 {number}",
        shop=f"bench:{number % SHOPS}",
        shop_name=f"某某养生馆 {number % SHOPS}",
    )


def finding(number: int, rules: Sequence[str]) -> Finding:
    """A finding of one of the rules, its severity and confidence spread evenly."""
    return Finding(
        rule=rules[number % len(rules)],
        subject=f"bench:{number}",
        subject_kind="listing",
        snapshot="s",
        observed_at=BEGAN + timedelta(seconds=number),
        spans=(Span(field="title", start=0, end=4, quote="某某养生"),),
        basis=(LegalBasis(law="中华人民共和国广告法", article="第十七条"),),
        severity=list(Severity)[number % 3],
        confidence=(number * 7919 % 1000) / 1000,
        shop=f"bench:{number % SHOPS}",
        reason="商品标题中出现“某某养生”。",
    )


def pages(store: Store, rules: Sequence[str]) -> dict[str, str]:
    """The pages that are measured, by name; the deep one lies in the middle of the list."""
    deep = store.findings.list(limit=20_000)[-1]
    after = f"{deep.rank!r}~{deep.finding.id}"
    return {
        "empty page": BASELINE,
        "queue": "/findings",
        "queue, one rule": f"/findings?rule={rules[0]}",
        "queue, one run": f"/findings?run={RUNS[1]}",
        "queue, severity and rule": f"/findings?severity=high&rule={rules[0]}",
        "queue, deep": f"/findings?after={after}",
        "finding": f"/findings/{deep.number}",
        "overview": "/",
    }


@contextmanager
def serving(store: Store, settings: Settings) -> Iterator[tuple[int, str]]:
    """The console on a free port, and a cookie that is signed in."""
    now = datetime.now(UTC)
    account = Account(name="bench", display="bench", role=Role.ANALYST, password_hash="", created_at=now)
    store.accounts.add(account)
    _, cookie = begin(store, account, now)
    desk = Desk(store=store, settings=settings, launcher=Launcher(settings), secret=store.accounts.secret())
    server = uvicorn.Server(uvicorn.Config(create_app(desk), port=0, log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield server.servers[0].sockets[0].getsockname()[1], cookie
    finally:
        server.should_exit = True
        thread.join()


def measure(port: int, cookie: str, paths: Mapping[str, str], rounds: int) -> dict[str, Timing]:
    """Asks for every page once a round, so that what disturbs the machine disturbs all alike."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    times: dict[str, list[float]] = {name: [] for name in paths}
    sizes: dict[str, int] = {}
    for turn in range(rounds + 3):
        for name, path in paths.items():
            began = time.perf_counter()
            connection.request("GET", path, headers={"Cookie": f"{SESSION_COOKIE}={cookie}"})
            answer = connection.getresponse()
            body = answer.read()
            if answer.status != 200:
                raise SystemExit(f"{path}: status {answer.status}")
            if turn >= 3:
                times[name].append((time.perf_counter() - began) * 1000)
            sizes[name] = len(body)
    return {name: Timing(paths[name], tuple(times[name]), sizes[name]) for name in paths}


def show(timings: Mapping[str, Timing], findings: int) -> None:
    """One line a page."""
    baseline = statistics.median(timings["empty page"].times_ms)
    print(f"{findings} findings; ratios are of medians to that of the empty page")
    print(f"{'page':26}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'KB':>7}{'ratio':>8}")
    for name, timing in timings.items():
        figures = "".join(f"{timing.at(share):9.1f}" for share in (0.5, 0.95, 0.99))
        ratio = statistics.median(timing.times_ms) / baseline
        print(f"{name:26}{figures}{timing.size_bytes / 1024:7.0f}{ratio:8.1f}")


if __name__ == "__main__":
    main()
