"""Operators 经营主体 as subjects: who stands behind several shops, and one operator with all of its shops."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from starlette.responses import Response

from console.desk import Desk, Visitor
from console.gate import desk_of, visitor_of
from console.operators import operator_page
from console.pages import page

router = APIRouter()
SHOWN_OPERATORS = 100
LONGEST_NUMBER = 40


@router.get("/operators")
def operators(
    request: Request,
    visitor: Annotated[Visitor, Depends(visitor_of)],
    desk: Annotated[Desk, Depends(desk_of)],
) -> Response:
    """Operators with several shops, most shops first."""
    found = desk.store.licences.several(limit=SHOWN_OPERATORS)
    return page(request, "operators.html", visitor, operators=found)


@router.get("/operators/{number}")
def operator(
    request: Request,
    number: str,
    visitor: Annotated[Visitor, Depends(visitor_of)],
    desk: Annotated[Desk, Depends(desk_of)],
) -> Response:
    """One operator: register row, shops with what they displayed and their findings, claims, cases."""
    found = operator_page(desk.store, number[:LONGEST_NUMBER])
    if found is None:
        raise HTTPException(404)
    return page(request, "operator.html", visitor, operator=found)
