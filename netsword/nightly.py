"""``netsword nightly``: cron's entry. Runs what is due, one sweep at a time, and says how it went."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from loguru import logger

from crawlers.runner import is_alive
from crawlers.schedule import is_due, is_unfinished
from domain.errors import NetswordError
from domain.run import Run
from netsword.output import emit, say
from netsword.run import resume_run
from netsword.session import existing, log_to, open_store
from netsword.sweep import run_now
from settings import Settings, load
from storage.store import Store

LOCKED = 4


def nightly(
    workers: Annotated[int, typer.Option(help="crawl processes per run", min=1, max=32)] = 1,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="say what is due; run nothing")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="machine-readable result on stdout")] = False,
) -> None:
    """Resume what was killed, run what is due, one at a time; for cron.

    Exit codes: 0 complete, 1 fault, 2 wrong usage, 3 below a coverage floor, 4 another run holds the lock.

    Example: netsword nightly --dry-run
    """
    settings = load()
    with _one_at_a_time(settings.var_dir / "nightly.lock") as held:
        if not held:
            say("another 'netsword nightly' is running; nothing to do here.")
            raise typer.Exit(LOCKED)
        log_to("nightly", settings)
        with open_store() as (store, _):
            report = _plan(store) if dry_run else _run_all(store, settings, workers)
    _report(report, settings, as_json=as_json, keep=not dry_run)
    raise typer.Exit(max((int(row["exit_code"]) for row in report), default=0))


@contextmanager
def _one_at_a_time(path: Path) -> Iterator[bool]:
    # The kernel drops the lock with the process, however it ends.
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


Row = dict[str, str | int]


def _plan(store: Store) -> list[Row]:
    now = datetime.now(UTC)
    rows: list[Row] = [
        {"sweep": run.sweep, "run": run.id, "action": "resume", "exit_code": 0}
        for run in store.runs.list(limit=500)
        if is_unfinished(run) and not _waits_or_is_worked_on(store, run)
    ]
    rows.extend(
        {"sweep": stored.sweep.name, "run": "", "action": "run", "exit_code": 0}
        for stored in store.sweeps.list()
        if is_due(stored, store.runs.latest(stored.sweep.name), now)
    )
    return rows


def _waits_or_is_worked_on(store: Store, run: Run) -> bool:
    """Whether a person has yet to start visiting what they planned, or a crawl is at it already."""
    stored = store.sweeps.get(run.sweep)
    if run.is_paused or (stored is not None and stored.paused):
        return True
    return any(is_alive(owner) for owner in store.frontier.owners(run.id))


def _run_all(store: Store, settings: Settings, workers: int) -> list[Row]:
    rows = _plan(store)
    for row in rows:
        # One sweep's fault must not cost the others their night.
        try:
            row["exit_code"] = _run_one(store, settings, row, workers)
        except NetswordError as error:
            logger.bind(sweep=row["sweep"]).error("sweep not run")
            row["exit_code"], row["error"] = 1, str(error)
        if row["action"] == "run":
            latest = store.runs.latest(str(row["sweep"]))
            row["run"] = latest.id if latest else ""
    return rows


def _run_one(store: Store, settings: Settings, row: Row, workers: int) -> int:
    if row["action"] == "resume":
        run = existing(store.runs.get(str(row["run"])), f"run {row['run']}")
        return resume_run(store, settings, run, workers=workers)
    stored = existing(store.sweeps.get(str(row["sweep"])), f"sweep {row['sweep']}")
    return run_now(store, settings, stored.sweep, workers=workers)


def _report(rows: list[Row], settings: Settings, *, as_json: bool, keep: bool) -> None:
    now = datetime.now(UTC)
    if keep:
        folder = settings.var_dir / "reports"
        folder.mkdir(parents=True, exist_ok=True)
        report = {"at": now.isoformat(), "runs": rows}
        path = folder / f"nightly-{now:%Y%m%dT%H%M%S}.json"
        path.write_text(json.dumps(report, ensure_ascii=False, indent=2), encoding="utf-8")
    if as_json:
        emit(rows)
    ended = ", ".join(f"{row['sweep']} {row['action']} {row['exit_code']}" for row in rows)
    say(f"nightly {now:%Y-%m-%d %H:%M}Z: {len(rows)} due{': ' + ended if ended else ''}")
