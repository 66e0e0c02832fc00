"""Runs 批次: the list, a run's page with live progress, starting and cancelling."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request
from starlette.responses import RedirectResponse, Response

from console.access import Permission
from console.desk import Desk, Visitor
from console.gate import OurDesk, PlanForm, SignedIn, allowed
from console.live import live
from console.pages import page
from console.watching import HOLDABLE, Phase, Progress, plan, progress, titles
from crawlers.controls import cancel_run, pause_run, release_run
from domain.run import Run, RunState
from domain.target import Outcome, TargetState
from reports.run_summary import summarise
from storage.review_queue import QueueFilter

router = APIRouter()
SHOWN_RUNS = 50
SHOWN_FINDINGS = 8
STARTABLE = (Phase.PLANNED, Phase.STALLED, Phase.PAUSED)


@router.get("/runs")
def runs_page(request: Request, visitor: SignedIn, desk: OurDesk) -> Response:
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
def run_page(request: Request, run_id: str, visitor: SignedIn, desk: OurDesk) -> Response:
    """One run: progress while it moves, coverage and findings when it has ended."""
    run = _existing(desk, run_id)
    return page(request, "run.html", visitor, **_facts(desk, run, progress(desk, run)))


@router.get("/runs/{run_id}/live")
def run_live(request: Request, run_id: str, visitor: SignedIn, desk: OurDesk) -> Response:
    """The part of the page that moves; the same template as in the page."""
    run = _existing(desk, run_id)
    return page(request, "_run_live.html", visitor, **_facts(desk, run, progress(desk, run)))


@router.post("/runs/{run_id}/start")
def start(run_id: str, posted: PlanForm, desk: OurDesk) -> Response:
    """Visits what a dry run has drawn, or goes on with a run that is held or that nobody works on."""
    run = _existing(desk, run_id)
    phase = progress(desk, run).phase
    if phase in STARTABLE or run.state is RunState.ANALYSING:
        release_run(desk.store, run)
        if phase is Phase.PAUSED and _is_dry_run(desk, run):
            desk.launcher.plan(run.id)
        else:
            desk.launcher.visit(run.id)
            desk.store.sweeps.set_paused(run.sweep, paused=False)
        posted.visitor.did(desk, "run.start", f"run {run.id}", before=run.state.value)
        _tell(desk, posted.visitor, "run.started")
    else:
        _tell(desk, posted.visitor, "run.not_startable")
    return RedirectResponse(f"/runs/{run.id}", status_code=303)


@router.post("/runs/{run_id}/pause")
def pause(run_id: str, posted: PlanForm, desk: OurDesk) -> Response:
    """Holds a run: crawl processes give their leases back and end, wherever they are."""
    run = _existing(desk, run_id)
    if pause_run(desk.store, run):
        posted.visitor.did(desk, "run.pause", f"run {run.id}", before=run.state.value, after="paused")
        _tell(desk, posted.visitor, "run.paused_now")
    else:
        _tell(desk, posted.visitor, "run.not_pausable")
    return RedirectResponse(f"/runs/{run.id}", status_code=303)


@router.get("/runs/{run_id}/cancel")
def cancel_page(
    request: Request,
    run_id: str,
    visitor: Annotated[Visitor, Depends(allowed(Permission.PLAN))],
    desk: OurDesk,
) -> Response:
    """Asks once more, and says what is lost."""
    run = _existing(desk, run_id)
    title = titles(desk, [run]).get(run.sweep, run.sweep)
    return page(request, "run_cancel.html", visitor, run=run, progress=progress(desk, run), title=title)


@router.post("/runs/{run_id}/cancel")
def cancel(run_id: str, posted: PlanForm, desk: OurDesk) -> Response:
    """Ends a run for good; what was not visited is recorded as cancelled."""
    run = _existing(desk, run_id)
    left = cancel_run(desk.store, run)
    if left is not None:
        after = f"{left} not visited"
        posted.visitor.did(desk, "run.cancel", f"run {run.id}", before=run.state.value, after=after)
        _tell(desk, posted.visitor, "run.cancelled_now", count=left)
    else:
        _tell(desk, posted.visitor, "run.not_cancellable")
    return RedirectResponse(f"/runs/{run.id}", status_code=303)


def _is_dry_run(desk: Desk, run: Run) -> bool:
    """Whether a run only builds its frame: until somebody starts visiting, its sweep is paused."""
    stored = desk.store.sweeps.get(run.sweep)
    return run.state is RunState.FRAMING and stored is not None and stored.paused


def _facts(desk: Desk, run: Run, now: Progress) -> dict[str, Any]:
    stored = desk.store.sweeps.get(run.sweep, run.sweep_version)
    rows = desk.store.review_queue.page(QueueFilter(run=run.id), limit=SHOWN_FINDINGS)
    has_ended = now.phase in (Phase.FINISHED, Phase.CANCELLED)
    sweep = stored.sweep if stored else None
    return {
        "run": run,
        "sweep": sweep,
        "live": None if has_ended else live(desk, run, sweep, now.counts),
        "states": tuple(TargetState),
        "progress": now,
        "outcomes": tuple(Outcome),
        "startable": now.phase in STARTABLE,
        "holdable": now.phase in HOLDABLE,
        "summary": summarise(desk.store, run, desk.catalogue) if has_ended else None,
        "plan": plan(desk, run) if stored and now.phase is Phase.PLANNED else None,
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
