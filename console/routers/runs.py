"""Runs 批次: the list, a run's page with live progress, starting and cancelling."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request
from starlette.responses import RedirectResponse, Response

from console.access import Permission
from console.desk import Desk, Visitor
from console.gate import Posted, desk_of, posting, visitor_of
from console.pages import page
from console.watching import Phase, Progress, plan, progress, titles
from domain.run import Run, RunState
from domain.target import Outcome, Reason
from reports.run_summary import summarise
from storage.review_queue import QueueFilter

router = APIRouter()
SHOWN_RUNS = 50
SHOWN_FINDINGS = 8
STARTABLE = (Phase.PLANNED, Phase.STALLED)


@router.get("/runs")
def runs_page(
    request: Request,
    visitor: Annotated[Visitor, Depends(visitor_of)],
    desk: Annotated[Desk, Depends(desk_of)],
) -> Response:
    """Newest runs first."""
    runs = desk.store.runs.list(limit=SHOWN_RUNS)
    return page(
        request,
        "runs.html",
        visitor,
        runs=[progress(desk, run) for run in runs],
        titles=titles(desk, runs),
    )


@router.get("/runs/{run_id}")
def run_page(
    request: Request,
    run_id: str,
    visitor: Annotated[Visitor, Depends(visitor_of)],
    desk: Annotated[Desk, Depends(desk_of)],
) -> Response:
    """One run: progress while it moves, coverage and findings when it has ended."""
    run = _existing(desk, run_id)
    return page(request, "run.html", visitor, **_facts(desk, run, progress(desk, run)))


@router.get("/runs/{run_id}/live")
def run_live(
    request: Request,
    run_id: str,
    visitor: Annotated[Visitor, Depends(visitor_of)],
    desk: Annotated[Desk, Depends(desk_of)],
) -> Response:
    """The part of the page that moves; the same template as in the page."""
    run = _existing(desk, run_id)
    return page(request, "_run_live.html", visitor, **_facts(desk, run, progress(desk, run)))


@router.post("/runs/{run_id}/start")
def start(
    run_id: str,
    posted: Annotated[Posted, Depends(posting(Permission.PLAN))],
    desk: Annotated[Desk, Depends(desk_of)],
) -> Response:
    """Visits what a dry run has drawn, or goes on with a run that nobody works on."""
    run = _existing(desk, run_id)
    if progress(desk, run).phase in STARTABLE or run.state is RunState.ANALYSING:
        desk.launcher.visit(run.id)
        desk.store.sweeps.set_paused(run.sweep, paused=False)
        posted.visitor.did(desk, "run.start", f"run {run.id}", before=run.state.value)
        _tell(desk, posted.visitor, "run.started")
    else:
        _tell(desk, posted.visitor, "run.not_startable")
    return RedirectResponse(f"/runs/{run.id}", status_code=303)


@router.post("/runs/{run_id}/cancel")
def cancel(
    run_id: str,
    posted: Annotated[Posted, Depends(posting(Permission.PLAN))],
    desk: Annotated[Desk, Depends(desk_of)],
) -> Response:
    """Ends a run for good; what was not visited is recorded as cancelled."""
    run = _existing(desk, run_id)
    ended = run.state in (RunState.FINISHED, RunState.CANCELLED)
    if not ended and desk.store.runs.advance(run.id, run.state, RunState.CANCELLED):
        left = desk.store.frontier.cancel_open(run.id, Reason.CANCELLED)
        posted.visitor.did(
            desk, "run.cancel", f"run {run.id}", before=run.state.value, after=f"{left} not visited"
        )
        _tell(desk, posted.visitor, "run.cancelled_now", count=left)
    else:
        _tell(desk, posted.visitor, "run.not_cancellable")
    return RedirectResponse(f"/runs/{run.id}", status_code=303)


def _facts(desk: Desk, run: Run, now: Progress) -> dict[str, Any]:
    stored = desk.store.sweeps.get(run.sweep, run.sweep_version)
    rows = desk.store.review_queue.page(QueueFilter(run=run.id), limit=SHOWN_FINDINGS)
    has_ended = now.phase in (Phase.FINISHED, Phase.CANCELLED)
    return {
        "run": run,
        "sweep": stored.sweep if stored else None,
        "progress": now,
        "outcomes": tuple(Outcome),
        "startable": now.phase in STARTABLE,
        "summary": summarise(desk.store, run, desk.catalogue) if has_ended else None,
        "plan": plan(desk, run, stored.sweep) if stored and now.phase is Phase.PLANNED else None,
        "rows": rows,
        "names": desk.store.review_queue.names([row for row, _ in rows]),
        "exit_code": desk.launcher.exit_code(run.id),
    }


def _existing(desk: Desk, run_id: str) -> Run:
    run = desk.store.runs.get(run_id[:40])
    if run is None:
        raise HTTPException(404)
    return run


def _tell(desk: Desk, visitor: Visitor, key: str, **values: int) -> None:
    desk.store.sessions.leave_notice(visitor.session.id, {"key": key, **values})
