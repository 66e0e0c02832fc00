"""A sweep as text and over time: YAML out and in, and what each version changed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from console.access import Permission
from console.desk import Visitor
from console.gate import OurDesk, PlanForm, SignedIn, allowed
from console.pages import language_of, page
from console.routers.sweeps import existing_sweep, show_form
from console.sweep_faults import fault_of
from console.sweep_form import MOST_ROWS, SweepForm
from console.words import Language, word
from crawlers.sweep_text import LONGEST, SweepFault, SweepFaultsError, as_yaml, difference, parse_sweep
from domain.errors import SweepError
from domain.notes import Note
from domain.problems import BY_CODE
from reports.notes import told, told_problem

router = APIRouter()
SHOWN_VERSIONS = 100


@router.get("/sweeps/{name}/yaml")
def export(name: str, _visitor: SignedIn, desk: OurDesk) -> Response:
    """The sweep's file, as ``netsword sweep show`` prints it; a sweep's name is safe in a header."""
    stored = existing_sweep(desk, name)
    return Response(
        as_yaml(stored.sweep),
        media_type="application/yaml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{stored.sweep.name}-v{stored.version}.yaml"'},
    )


@router.get("/sweeps/{name}/versions")
def versions_page(request: Request, name: str, visitor: SignedIn, desk: OurDesk) -> Response:
    """Every version, latest first, with what it changed of the one before."""
    stored = existing_sweep(desk, name)
    versions = desk.store.sweeps.versions(name)
    rows = [
        (after, difference(before, after).splitlines()[2:] if before else [])
        for before, after in zip([None, *versions], versions, strict=False)
    ]
    return page(request, "sweep_versions.html", visitor, stored=stored, rows=rows[::-1][:SHOWN_VERSIONS])


@router.get("/sweep-import")
def import_page(request: Request, visitor: Annotated[Visitor, Depends(allowed(Permission.PLAN))]) -> Response:
    """A box for a sweep's YAML."""
    return page(request, "sweep_import.html", visitor, text="", problem="", longest=LONGEST)


@router.post("/sweep-import")
def import_(request: Request, posted: PlanForm, desk: OurDesk) -> Response:
    """Opens the form on what was written; nothing is saved before somebody has looked at it there."""
    text = posted.text("yaml", most=LONGEST + 1)
    try:
        sweep, problem = parse_sweep(text), ""
    except SweepFaultsError as wrong:
        sweep, problem = None, _told_faults(language_of(request), wrong)
    except SweepError as error:
        sweep, problem = None, told_problem(language_of(request).of_reports, error)
    if sweep and len(sweep.platforms) > MOST_ROWS:
        problem = word(language_of(request), "sweep.too_many_platforms", most=MOST_ROWS)
    if sweep is None or problem:
        values = {"text": text, "problem": problem, "longest": LONGEST}
        return page(request, "sweep_import.html", posted.visitor, status=422, **values)
    stored = desk.store.sweeps.get(sweep.name)
    form = SweepForm.of(sweep, stored.version if stored else 0)
    return show_form(request, desk, posted.visitor, form, stored=stored)


def _told_faults(language: Language, wrong: SweepFaultsError) -> str:
    """One line per wrong key: its place in the file, and the words that the form has for such a fault."""
    return "\n".join(f"{each.path}: {_told_fault(language, each)}" for each in wrong.faults)


def _told_fault(language: Language, fault: SweepFault) -> str:
    if fault.kind in BY_CODE:
        return told(language.of_reports, Note(fault.kind, fault.context))
    said = fault_of(fault.place, fault.kind, fault.context)
    return word(language, said.key, **said.values)
