"""The first screen: what runs, what waits, which rules do well; and help."""

from __future__ import annotations

import shutil

from fastapi import APIRouter, Request
from starlette.responses import Response

from console.desk import Desk
from console.gate import OurDesk, SignedIn
from console.pages import page
from console.reviewing import REASON_KEYS
from console.watching import progress, titles
from crawlers.schedule import is_due
from domain.finding import Severity
from reports.intervals import wilson_interval
from settings import software
from storage.review_queue import QueueFilter, Status

router = APIRouter()
SHOWN_RUNS = 5
SHOWN_FINDINGS = 6
SHOWN_RULES = 8


@router.get("/")
def overview(request: Request, visitor: SignedIn, desk: OurDesk) -> Response:
    """What a person needs in the first ten seconds."""
    queue, now = desk.store.review_queue, desk.now()
    runs = desk.store.runs.list(limit=SHOWN_RUNS)
    rows = queue.page(QueueFilter(statuses=(Status.NEW,)), limit=SHOWN_FINDINGS)
    waiting = {
        severity: queue.count(QueueFilter(statuses=(Status.NEW,), severities=(severity,)))
        for severity in Severity
    }
    sweeps = desk.store.sweeps.list()
    due = [stored for stored in sweeps if is_due(stored, desk.store.runs.latest(stored.sweep.name), now)]
    disk = shutil.disk_usage(desk.settings.var_dir)
    return page(
        request,
        "overview.html",
        visitor,
        runs=[progress(desk, run) for run in runs],
        titles=titles(desk, runs),
        rows=rows,
        names=queue.names([row for row, _ in rows]),
        waiting=waiting,
        most=max(waiting.values(), default=0),
        unsure=queue.count(QueueFilter(statuses=(Status.UNSURE,))),
        sweep_count=len(sweeps),
        due=due,
        rules=_rules(desk),
        disk_used=disk.used / disk.total,
        store_kind="embedded" if desk.store.is_embedded else "server",
        store_version=desk.store.server_version,
        undo_depth=queue.undo_depth(visitor.account.name),
    )


@router.get("/help/keys")
def keys(request: Request, visitor: SignedIn) -> Response:
    """The keyboard map."""
    return page(request, "keys.html", visitor, reasons=REASON_KEYS, software=software())


def _rules(desk: Desk) -> list[dict[str, object]]:
    """Per rule the share that was confirmed among what was decided, with its Wilson interval."""
    rows = []
    for rule, found in desk.store.review_queue.verdicts().items():
        confirmed = found.get(Status.CONFIRMED, 0)
        decided = confirmed + found.get(Status.REJECTED, 0)
        if decided:
            low, high = wilson_interval(confirmed, decided)
            share = confirmed / decided
            rows.append({"rule": rule, "decided": decided, "share": share, "low": low, "high": high})
    return sorted(rows, key=lambda row: (-int(str(row["decided"])), str(row["rule"])))[:SHOWN_RULES]
