"""What each shop of a run displayed 亮照检查表: the state of its licence, the number shown, warnings."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from console.gate import OurDesk, SignedIn
from console.pages import page

router = APIRouter()
PAGE_LENGTH = 200
LONGEST_STATE = 40
MOST_AFTER = 1_000_000


@router.get("/runs/{run_id}/displays")
def displays(
    request: Request, run_id: str, visitor: SignedIn, desk: OurDesk, state: str = "", after: str = ""
) -> Response:
    """The displays of a run, those of one ``state`` where that is asked for; shops without a finding too.

    A page has ``PAGE_LENGTH`` of them; ``after`` is how many stand on the pages before.
    """
    run = desk.store.runs.get(run_id)
    if run is None:
        raise HTTPException(404)
    licences, state = desk.store.licences, state[:LONGEST_STATE]
    passed = min(int(after[:9]), MOST_AFTER) if after.isascii() and after.isdigit() else 0
    found = licences.of_run(run.id, state=state, after=passed, limit=PAGE_LENGTH + 1)
    return page(
        request,
        "displays.html",
        visitor,
        run=run,
        state=state,
        states=licences.states_of_run(run.id),
        displays=found[:PAGE_LENGTH],
        more=passed + PAGE_LENGTH if len(found) > PAGE_LENGTH else 0,
    )
