"""Pages per second and CPU per page of the whole pipeline against a bare Scrapy and parsel spider.

Both fetch the same listing pages of the bundled marketplace with the same concurrency, in turns, in one run:
``python -m bench.crawl --pages 600 --rounds 3``. The whole pipeline preserves (WARC), validates, stores in
MongoDB and judges; the baseline reads the same fields and keeps nothing. Figures are medians over the
rounds; CPU is that of the crawl process, and of mongod beside it. The marketplace's own CPU is in neither,
but shares the machine.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil

from crawlers.runner import ROOT, crawl, start_run
from domain.sweep import Sweep
from domain.target import PageKind, TargetState
from netsword.demo import demo_sweep, marketplace
from settings import Settings
from storage.store import Store, open_store

CONCURRENCY = 16
SEED = 20261111


@dataclass(frozen=True, slots=True)
class Round:
    """One crawl: seconds on the clock, CPU seconds of the crawl process, pages read."""

    wall_s: float
    cpu_s: float
    pages: int


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument("--pages", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="nsb-") as folder:
        var = Path(folder)
        settings = Settings(var_dir=var, mongo_database="bench")
        with (
            marketplace(SEED, "--no-faults") as market,
            open_store(uri=None, var_dir=var, database="bench") as store,
        ):
            urls = _listing_urls(store, settings, market.url, arguments.pages)
            listed = var / "urls"
            listed.write_text("\n".join(urls), encoding="utf-8")
            sweep = _sweep(market.url, urls)
            bare, whole = [], []
            for _ in range(arguments.rounds):
                bare.append(_measure(lambda: _bare(listed)))
                whole.append(_measure(lambda: _whole(store, settings, sweep)))
            mongod = _mongod_cpu_s(var)
    _print(bare, whole, mongod)


def _sweep(url: str, urls: list[str]) -> Sweep:
    sweep = demo_sweep({"lingang": url}, listings=len(urls), seed=SEED).model_dump(mode="json")
    sweep |= {"name": "bench", "categories": [], "start_urls": urls}
    sweep["budget"] |= {"review_pages": 0, "pages": 10 * len(urls)}
    sweep["politeness"] |= {"concurrency": CONCURRENCY}
    return Sweep.model_validate(sweep)


def _listing_urls(store: Store, settings: Settings, url: str, pages: int) -> list[str]:
    sweep = demo_sweep({"lingang": url}, listings=pages, seed=SEED)
    run = start_run(store, store.sweeps.save(sweep, datetime.now(UTC)), now=datetime.now(UTC)).id
    crawl(store, run, settings, only_frame=True)
    return [unit.url for unit in store.frame.units(run)][:pages]


def _measure(work: Callable[[], int]) -> Round:
    cpu, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    pages = work()
    wall = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Round(wall, after.ru_utime + after.ru_stime - cpu.ru_utime - cpu.ru_stime, pages)


def _bare(urls: Path) -> int:
    command = [sys.executable, "-m", "bench.bare_spider", str(urls), str(CONCURRENCY)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)  # noqa: S603 - our own command line
    return int(json.loads(done.stdout)["items"])


def _whole(store: Store, settings: Settings, sweep: Sweep) -> int:
    run = start_run(store, store.sweeps.save(sweep, datetime.now(UTC)), now=datetime.now(UTC)).id
    crawl(store, run, settings)
    return sum(
        row.count
        for row in store.frontier.counts(run)
        if row.kind is PageKind.LISTING and row.state is TargetState.DONE
    )


def _mongod_cpu_s(var: Path) -> float:
    for process in psutil.process_iter(["name", "cmdline"]):
        if process.info["name"] == "mongod" and any(str(var) in word for word in process.info["cmdline"]):
            times = process.cpu_times()
            return float(times.user + times.system)
    return 0.0


def _print(bare: list[Round], whole: list[Round], mongod_s: float) -> None:
    def median(rounds: list[Round], figure: Callable[[Round], float]) -> float:
        return statistics.median(figure(one) for one in rounds)

    rates = [median(rounds, lambda one: one.pages / one.wall_s) for rounds in (bare, whole)]
    costs = [median(rounds, lambda one: 1000 * one.cpu_s / one.pages) for rounds in (bare, whole)]
    print(f"{'':24}{'bare':>10}{'whole':>10}{'ratio':>8}")
    print(f"{'pages read, each round':24}{bare[0].pages:>10}{whole[0].pages:>10}")
    print(f"{'pages/s':24}{rates[0]:>10.1f}{rates[1]:>10.1f}{rates[1] / rates[0]:>8.2f}")
    print(f"{'CPU ms/page, crawl':24}{costs[0]:>10.1f}{costs[1]:>10.1f}{costs[1] / costs[0]:>8.2f}")
    pages = sum(one.pages for one in whole)
    print(f"{'CPU ms/page, mongod':24}{'':>10}{1000 * mongod_s / pages:>10.1f}")


if __name__ == "__main__":
    main()
