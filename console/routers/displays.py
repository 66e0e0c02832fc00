"""What each shop of a run displayed 亮照检查表: the state of its licence, the number shown, warnings."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from starlette.responses import Response

from console.desk import Desk, Visitor
from console.gate import desk_of, visitor_of
from console.pages import page

router = APIRouter()
SHOWN_DISPLAYS = 200
LONGEST_STATE = 40


@router.get("/runs/{run_id}/displays")
def displays(
    request: Request,
    run_id: str,
    visitor: Annotated[Visitor, Depends(visitor_of)],
    desk: Annotated[Desk, Depends(desk_of)],
    state: str = "",
) -> Response:
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
