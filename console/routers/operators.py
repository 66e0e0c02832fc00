"""Operators 经营主体 as subjects: who stands behind several shops, and one operator with all of its shops."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from console.gate import OurDesk, SignedIn
from console.operators import operator_page
from console.pages import page

router = APIRouter()
SHOWN_OPERATORS = 100
LONGEST_NUMBER = 40


@router.get("/operators")
def operators(request: Request, visitor: SignedIn, desk: OurDesk) -> Response:
    """Operators with several shops, most shops first."""
    found = desk.store.licences.several(limit=SHOWN_OPERATORS)
    return page(request, "operators.html", visitor, operators=found)


@router.get("/operators/{number}")
def operator(request: Request, number: str, visitor: SignedIn, desk: OurDesk) -> Response:
    """One operator: register row, shops with what they displayed and their findings, claims, cases."""
    found = operator_page(desk.store, number[:LONGEST_NUMBER])
    if found is None:
        raise HTTPException(404)
    return page(request, "operator.html", visitor, operator=found)
