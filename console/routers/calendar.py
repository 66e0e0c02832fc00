"""The calendar 监测日历 by month and by week, and starting a sweep from there."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import RedirectResponse, Response

from console.gate import OurDesk, PlanForm, SignedIn
from console.month import DAY, SHADED, calendar, month_days, week_days
from console.pages import language_of, page
from crawlers.runner import start_run
from crawlers.schedule import CHINA, is_unfinished
from domain.cadence import PeakPhase
from domain.errors import NetswordError
from reports.notes import told_problem

router = APIRouter()
VIEWS = ("month", "week")
EARLIEST, LATEST = date(2015, 1, 1), date(2099, 12, 1)


@router.get("/calendar")
def calendar_page(request: Request, visitor: SignedIn, desk: OurDesk) -> Response:
    """``view=month`` or ``week`` around ``day=2026-11-11``; today where that is no day."""
    view = request.query_params.get("view", "month")
    view = view if view in VIEWS else "month"
    today = desk.now().astimezone(CHINA).date()
    day = _day(request.query_params.get("day", ""), today)
    first, last = month_days(day) if view == "month" else week_days(day)
    before = day.replace(day=1) - DAY if view == "month" else first - DAY
    after = last + DAY if view == "week" else (day.replace(day=1) + 31 * DAY).replace(day=1)
    return page(
        request,
        "calendar.html",
        visitor,
        view=view,
        day=day,
        today=today,
        before=before,
        after=after,
        calendar=calendar(desk, first, last, day.month if view == "month" else None),
        phases=tuple(PeakPhase)[1:],
        shaded=SHADED,
    )


@router.post("/sweeps/{name}/run")
def run_now(request: Request, name: str, posted: PlanForm, desk: OurDesk) -> Response:
    """Starts a run of the stored version at once, unless one is under way."""
    stored = desk.store.sweeps.get(name[:64])
    if stored is None:
        raise HTTPException(404)
    latest, visitor = desk.store.runs.latest(stored.sweep.name), posted.visitor
    if latest is not None and is_unfinished(latest):
        desk.store.sessions.leave_notice(visitor.session.id, {"key": "sweep.under_way"})
        return RedirectResponse(f"/runs/{latest.id}", status_code=303)
    try:
        run = start_run(desk.store, stored, now=desk.now())
    except NetswordError as problem:
        why = told_problem(language_of(request).of_reports, problem)[:300]
        desk.store.sessions.leave_notice(visitor.session.id, {"key": "sweep.not_started", "message": why})
        return RedirectResponse("/calendar", status_code=303)
    desk.launcher.visit(run.id)
    visitor.did(desk, "sweep.run", f"sweep {stored.sweep.name}", after=f"run {run.id}")
    desk.store.sessions.leave_notice(visitor.session.id, {"key": "run.started"})
    return RedirectResponse(f"/runs/{run.id}", status_code=303)


def _day(text: str, today: date) -> date:
    try:
        return min(max(date.fromisoformat(text[:10]), EARLIEST), LATEST)
    except ValueError:
        return today
