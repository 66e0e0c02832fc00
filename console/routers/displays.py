"""What each shop of a run displayed 亮照检查表: the state of its licence, the number shown, warnings."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from console.gate import OurDesk, SignedIn
from console.pages import page

router = APIRouter()
SHOWN_DISPLAYS = 200
LONGEST_STATE = 40


@router.get("/runs/{run_id}/displays")
def displays(request: Request, run_id: str, visitor: SignedIn, desk: OurDesk, state: str = "") -> Response:
    """The displays of a run, those of one ``state`` where that is asked for; shops without a finding too."""
    run = desk.store.runs.get(run_id)
    if run is None:
        raise HTTPException(404)
    licences = desk.store.licences
    return page(
        request,
        "displays.html",
        visitor,
        run=run,
        state=state[:LONGEST_STATE],
        states=licences.states_of_run(run.id),
        displays=licences.of_run(run.id, state=state[:LONGEST_STATE], limit=SHOWN_DISPLAYS),
    )
