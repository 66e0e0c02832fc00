"""A night of one per cent through the store. ``python -m bench.review_nights [ROWS]``.

A corpus of ``bench.reviews`` is put into a store of its own; then a run that read all of it ends, and after
it a run that read one per cent more: what the end of a run does with its reviews, from reading the columns to
findings, scores and the kept history. Each in a process of its own.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from bench.reviews import corpus
from detectors.corpus import review_detectors
from domain.run import Run, RunState
from domain.sweep import Sweep
from pipelines.review_corpus import ReviewHistory
from pipelines.reviews import judge_reviews
from rules.loader import load_catalogue, load_packs, load_promotions
from storage.store import Store, open_store

ROWS = 1_000_000
_NOW = datetime(2026, 1, 5, tzinfo=UTC)
_BASE, _NIGHT = "01BASE", "02NIGHT"
_BATCH = 20_000
_SWEEP = Sweep.model_validate(
    {
        "name": "bench",
        "title": "bench",
        "campaign": {"code": "bench", "name": "bench"},
        "platforms": [{"platform": "p", "base_url": "http://shop.example", "profile": "lingang"}],
        "categories": ["food"],
    }
)


def fill(var: Path, rows: int) -> None:
    """A store with the corpus, read by one run, and a night's reviews, read by the next."""
    night = corpus(rows // 100, seed=8, first_id=2 * rows, from_day=729.0)
    with open_store(uri=None, var_dir=var) as store:
        for run, frame in ((_BASE, corpus(rows)), (_NIGHT, night)):
            store.runs.create(
                Run(id=run, sweep="bench", sweep_version=1, campaign="bench", state=RunState.FINISHED, seed=1,
                    started_at=_NOW)
            )  # fmt: skip
            batch: list[dict[str, Any]] = []
            for document in _documents(frame, run):
                batch.append(document)
                if len(batch) == _BATCH:
                    store.database["reviews"].insert_many(batch, ordered=False)
                    batch = []
            if batch:
                store.database["reviews"].insert_many(batch, ordered=False)


def _documents(frame: pl.DataFrame, run: str) -> Iterator[dict[str, Any]]:
    for row in frame.iter_rows(named=True):
        key = f"p:{row.pop('review_id')}"
        bought = row.pop("bought_at")
        yield {
            **row, "_id": key, "purchased_at": bought, "default_text": False, "seller_reply": "",
            "last_snapshot": "s", "last_seen": _NOW, "first_seen": _NOW, "runs": [run], "versions": [],
        }  # fmt: skip


def judge(store: Store, run: str, directory: Path) -> dict[str, float]:
    """Seconds, CPU seconds and peak memory of what the end of ``run`` costs."""
    catalogue = load_catalogue()
    detectors = review_detectors(load_packs(catalogue), catalogue, ["reviews"])
    stored = store.runs.get(run)
    assert detectors is not None  # noqa: S101
    assert stored is not None  # noqa: S101
    began, worked = time.perf_counter(), time.process_time()
    found = judge_reviews(
        store, stored, _SWEEP, detectors, load_promotions(), now=_NOW,
        history=ReviewHistory(store, directory),
    )  # fmt: skip
    return {
        "seconds": time.perf_counter() - began,
        "cpu_s": time.process_time() - worked,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "findings": found,
    }


def main(rows: int) -> None:
    """Prints one line for the whole corpus and one for the night."""
    with tempfile.TemporaryDirectory(prefix="nights-") as directory:
        var = Path(directory)
        fill(var, rows)
        figures = [_in_own_process(var, run) for run in (_BASE, _NIGHT)]
    for name, seen in zip((f"{rows} rows, all new", "one per cent more"), figures, strict=True):
        print(
            f"{name:<24} {seen['seconds']:7.1f} s {seen['cpu_s']:7.1f} CPU s {seen['peak_mb']:6.0f} MB"
            f"  {seen['findings']:.0f} findings"
        )
    whole, night = figures
    shares = [night[name] / whole[name] for name in ("seconds", "cpu_s")]
    print(f"share: {shares[0]:.1%} of the time, {shares[1]:.1%} of the CPU time")


def _in_own_process(var: Path, run: str) -> dict[str, float]:
    # This very module, with a directory.
    ran = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "bench.review_nights", "--one", str(var), run],
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, float] = json.loads(ran.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        with open_store(uri=None, var_dir=Path(sys.argv[2])) as opened:
            print(json.dumps(judge(opened, sys.argv[3], Path(sys.argv[2]) / "reviews")))
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else ROWS)
