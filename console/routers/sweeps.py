"""Sweeps 监测任务: the list, and the form that plans, saves and starts one."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from starlette.responses import RedirectResponse, Response

from console.access import Permission
from console.desk import Desk, Visitor
from console.gate import OurDesk, PlanForm, SignedIn, allowed, safe_path
from console.pages import page
from console.sweep_form import SweepForm, unknown_categories
from crawlers.platforms.registry import known_adapters, known_profiles
from crawlers.runner import check_window, start_run
from crawlers.schedule import is_due
from detectors.registry import NAMES as DETECTORS
from domain.errors import SweepError, UsageError
from domain.run import Run
from domain.sweep import Allocation, Cadence, CohortFindings, Cut, DesignKind, StoredSweep, Sweep

router = APIRouter()


class Action(StrEnum):
    """What the form's buttons ask for."""

    PLAN = "plan"
    """Dry run 试算: search pages are read and the sample is drawn; no listing is visited."""
    START = "start"
    SAVE = "save"
    """Stored, and run by the scheduler when it is due."""
    DRAFT = "draft"
    """Stored and paused."""


@router.get("/sweeps")
def sweeps_page(request: Request, visitor: SignedIn, desk: OurDesk) -> Response:
    """All sweeps with their latest run."""
    now = desk.now()
    rows = []
    for stored in desk.store.sweeps.list():
        latest = desk.store.runs.latest(stored.sweep.name)
        rows.append((stored, latest, is_due(stored, latest, now)))
    return page(request, "sweeps.html", visitor, rows=rows)


@router.get("/sweeps/new")
def new_page(
    request: Request, visitor: Annotated[Visitor, Depends(allowed(Permission.PLAN))], desk: OurDesk
) -> Response:
    """An empty form, or one filled from ``copy=NAME``."""
    source = desk.store.sweeps.get(request.query_params.get("copy", "")[:64])
    form = SweepForm.new()
    if source:
        form = SweepForm.of(source.sweep, 0)
        form.values["name"] = ""
    return show_form(request, desk, visitor, form, stored=None)


@router.get("/sweeps/{name}")
def edit_page(request: Request, name: str, visitor: SignedIn, desk: OurDesk) -> Response:
    """The form on a stored sweep; who may not plan can read it."""
    stored = existing_sweep(desk, name)
    return show_form(request, desk, visitor, SweepForm.of(stored.sweep, stored.version), stored=stored)


@router.post("/sweeps")
def send(request: Request, posted: PlanForm, desk: OurDesk) -> Response:
    """Checks every field, then does what the button says."""
    form, visitor = SweepForm.sent(posted.form), posted.visitor
    stored = desk.store.sweeps.get(form.values["name"][:64]) if form.values["name"] else None
    action = posted.text("action")
    sweep = form.read(stored.sweep if stored and form.version else None, visitor.account.name)
    unknown_categories(desk, form)
    if stored is not None and form.version == 0:
        form.add("name", "error.name_taken")
    if sweep is not None and action in (Action.PLAN, Action.START):
        _check_today(desk, form, sweep)
    if sweep is None or form.errors or action not in set(Action):
        return show_form(request, desk, visitor, form, stored=stored, status=422)
    if stored is not None and stored.version != form.version:
        # Somebody saved another version since: what was written stays in the fields.
        opened, form.version = form.version, stored.version
        return show_form(request, desk, visitor, form, stored=stored, opened=opened, status=409)
    run = _do(desk, visitor, sweep, Action(action))
    return RedirectResponse(f"/runs/{run.id}" if run else "/sweeps", status_code=303)


@router.post("/sweeps/{name}/{state}")
def pause(name: str, state: str, posted: PlanForm, desk: OurDesk) -> Response:
    """Keeps a sweep from being due, or lets it be due again."""
    if state not in ("pause", "resume"):
        raise HTTPException(404)
    stored = existing_sweep(desk, name)
    desk.store.sweeps.set_paused(name, paused=state == "pause")
    before = "paused" if stored.paused else "active"
    posted.visitor.did(desk, f"sweep.{state}", f"sweep {name}", before=before)
    _tell(desk, posted.visitor, f"sweep.{state}d")
    return RedirectResponse(safe_path(posted.text("next") or "/sweeps"), status_code=303)


def _do(desk: Desk, visitor: Visitor, sweep: Sweep, action: Action) -> Run | None:
    """Saves, and plans or starts; the run, if there is one."""
    now = desk.now()
    # Paused until its run is there: else the scheduler could find it due in between and start it too.
    paused = action is not Action.SAVE
    before = desk.store.sweeps.get(sweep.name)
    stored = desk.store.sweeps.save(sweep, saved_at=now, paused=paused)
    if stored.paused != paused:
        desk.store.sweeps.set_paused(sweep.name, paused=paused)
    versions = {"before": f"version {before.version}" if before else "", "after": f"version {stored.version}"}
    visitor.did(desk, f"sweep.{action.value}", f"sweep {sweep.name}", **versions)
    if action in (Action.SAVE, Action.DRAFT):
        _tell(desk, visitor, "sweep.saved" if action is Action.SAVE else "sweep.drafted")
        return None
    run = start_run(desk.store, stored, now=now)
    if action is Action.PLAN:
        desk.launcher.plan(run.id)
    else:
        desk.launcher.visit(run.id)
        desk.store.sweeps.set_paused(sweep.name, paused=False)
    visitor.did(desk, "run.plan" if action is Action.PLAN else "run.start", f"run {run.id}")
    return run


def _check_today(desk: Desk, form: SweepForm, sweep: Sweep) -> None:
    try:
        check_window(sweep.window, desk.now())
    except (UsageError, SweepError):
        form.add("window_start", "error.outside_window")


def show_form(
    request: Request,
    desk: Desk,
    visitor: Visitor,
    form: SweepForm,
    *,
    stored: StoredSweep | None,
    opened: int = 0,
    status: int = 200,
) -> Response:
    """The form with everything it can be filled from."""
    return page(
        request,
        "sweep_form.html",
        visitor,
        status=status,
        form=form,
        stored=stored,
        opened=opened,
        categories=list(desk.categories),
        adapters=known_adapters(),
        profiles=known_profiles(),
        designs=tuple(DesignKind),
        allocations=tuple(Allocation),
        packs=sorted({year for category in desk.categories for year in category.campaign_years}),
        cuts=tuple(Cut),
        cohort_findings=tuple(CohortFindings),
        cadences=tuple(Cadence),
        peak_cadences=tuple(one for one in Cadence if one is not Cadence.ONCE),
        detectors=tuple(DETECTORS),
        promotions=desk.promotions,
        rows=range(form.rows),
    )


def existing_sweep(desk: Desk, name: str) -> StoredSweep:
    """The latest version of a sweep; a page that says so where there is none."""
    stored = desk.store.sweeps.get(name[:64])
    if stored is None:
        raise HTTPException(404)
    return stored


def _tell(desk: Desk, visitor: Visitor, key: str) -> None:
    desk.store.sessions.leave_notice(visitor.session.id, {"key": key})
