"""``netsword nightly``: cron's entry. Runs what is due, one sweep at a time, and says how it went."""

from __future__ import annotations

import fcntl
import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext, redirect_stdout
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from loguru import logger

from crawlers.processes import owner_name
from crawlers.rounds import begin_round, due_now, stuck_runs, waiting_runs
from domain.errors import NetswordError
from domain.run import Run
from netsword.digest import tell
from netsword.output import emit, say
from netsword.run import FAULT, LOCKED, resume_run
from netsword.session import log_to, open_store, prune_logs
from reports.notes import told
from settings import Settings, load
from storage.slots import ClaimState
from storage.store import Store

# The worst first: a fault is worse than thin coverage, and that worse than a run that somebody else crawls.
_BY_WEIGHT = (FAULT, 2, 3, LOCKED)
_MOMENT = timedelta(seconds=1)
Row = dict[str, Any]


def nightly(
    workers: Annotated[int, typer.Option(help="crawl processes per run", min=1, max=32)] = 1,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="say what is due; run nothing")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="machine-readable result on stdout")] = False,
) -> None:
    """Resume what was killed, run what is due, one at a time, and send the digest; for cron.

    Exit codes: 0 complete, 1 fault, 2 wrong usage, 3 below a coverage floor, 4 another run holds the lock.

    Example: netsword nightly --dry-run
    """
    settings = load()
    with _one_at_a_time(settings.var_dir / "nightly.lock") as held:
        if not held:
            say("another 'netsword nightly' is running; nothing to do here.")
            raise typer.Exit(LOCKED)
        log_to("nightly", settings)
        # With --json the tables of the runs go where messages go: stdout is one JSON document.
        with redirect_stdout(sys.stderr) if as_json else nullcontext(), open_store() as (store, _):
            report = _plan(store) if dry_run else _run_all(store, settings, workers)
    _show(report, settings, as_json=as_json, keep=not dry_run)
    raise typer.Exit(report["exit_code"])


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


def _plan(store: Store) -> Row:
    now = datetime.now(UTC)
    rows = [_row(run.sweep, run.id, "resume") for run in waiting_runs(store)]
    rows += [_row(slot.sweep, "", "run") for slot in due_now(store, now)]
    return {"at": now.isoformat(), "exit_code": 0, "runs": rows}


def _run_all(store: Store, settings: Settings, workers: int) -> Row:
    now = datetime.now(UTC)
    known = {run.id for run in store.runs.active()}
    rows = []
    for run in begin_round(store, now, owner_name()):
        row = _row(run.sweep, run.id, "resume" if run.id in known else "run")
        rows.append(row)
        # One sweep's fault must not cost the others their night.
        try:
            row["exit_code"] = _run_one(store, settings, run, workers)
        except NetswordError as error:
            logger.bind(sweep=run.sweep).error("sweep not run")
            row["exit_code"], row["error"] = FAULT, str(error)
    alarms = store.slots.alarms(now - _MOMENT)
    prune_logs(settings, now)
    rows += [
        _row(claim.sweep, claim.run, "run") | {"exit_code": FAULT, "error": told("en", claim.error)}
        for claim in alarms
        if claim.state is ClaimState.FAILED
    ]
    delivery = tell(store, settings, datetime.now(UTC))
    return {
        "at": now.isoformat(),
        "ended_at": datetime.now(UTC).isoformat(),
        "exit_code": worst(row["exit_code"] for row in rows),
        "runs": rows,
        "missed": [
            {"sweep": claim.sweep, "at": claim.at.isoformat(), "missed": claim.missed} for claim in alarms
        ],
        "stuck": [run.id for run in stuck_runs(store)],
        "digest": asdict(delivery),
    }


def _run_one(store: Store, settings: Settings, run: Run, workers: int) -> int:
    store.runs.taken_up(run.id)
    return resume_run(store, settings, run, workers=workers, exclusive=True)


def _row(sweep: str, run: str, action: str) -> Row:
    return {"sweep": sweep, "run": run, "action": action, "exit_code": 0}


def worst(codes: Iterable[int]) -> int:
    """The exit code that stands for several.

    >>> worst([0, 3, 1]), worst([0, 4, 3]), worst([])
    (1, 3, 0)
    """
    found = set(codes) - {0}
    return next((code for code in _BY_WEIGHT if code in found), FAULT if found else 0)


def _show(report: Row, settings: Settings, *, as_json: bool, keep: bool) -> None:
    rows, now = report["runs"], datetime.now(UTC)
    if keep:
        folder = settings.var_dir / "reports"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"nightly-{now:%Y%m%dT%H%M%S}.json"
        path.write_text(json.dumps(report, ensure_ascii=False, indent=2), encoding="utf-8")
    if as_json:
        emit(rows)
    ended = ", ".join(f"{row['sweep']} {row['action']} {row['exit_code']}" for row in rows)
    missed = sum(each["missed"] for each in report.get("missed", ()))
    line = f"nightly {now:%Y-%m-%d %H:%M}Z: {len(rows)} due{': ' + ended if ended else ''}"
    if missed:
        line += f"; {missed} due times missed and made up for"
    if report.get("digest", {}).get("failed"):
        line += f"; {report['digest']['failed']} notices could not be sent: netsword digest"
    say(line)
