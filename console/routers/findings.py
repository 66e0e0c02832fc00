"""The queue 线索队列, a finding's page 线索详情, and deciding."""

from __future__ import annotations

from functools import partial
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, HTTPException, Request
from starlette.responses import RedirectResponse, Response

from console.access import Permission
from console.asking import FindingQuery
from console.desk import Desk, Visitor
from console.gate import OurDesk, Posted, SignedIn, posting
from console.operators import operator_of
from console.pages import language_of, page
from console.price_view import price_view
from console.review_view import masked, review_view
from console.reviewing import REASON_KEYS, decide, judgement, next_after, undo
from console.showing import (
    evidence_of,
    passages,
    places_of,
    signal_name,
    subject_of,
    title_of,
)
from domain.finding import Severity
from storage.findings import StoredFinding
from storage.review_queue import QueueFilter, Status

router = APIRouter()
PAGE_LENGTH = 50
SHOWN_OTHERS = 6


@router.get("/findings")
def queue_page(request: Request, visitor: SignedIn, desk: OurDesk) -> Response:
    """One page of the queue."""
    query = FindingQuery.parse(request.query_params.multi_items(), desk.catalogue.rules)
    queue = desk.store.review_queue
    rows = queue.page(query.filter, after=query.after, limit=PAGE_LENGTH + 1)
    shown = rows[:PAGE_LENGTH]
    return page(
        request,
        "queue.html",
        visitor,
        query=query,
        rows=shown,
        names=queue.names([row for row, _ in shown]),
        total=queue.count(query.filter),
        more=query.going_on(shown[-1][0].cursor) if len(rows) > PAGE_LENGTH else "",
        statuses=tuple(Status),
        severities=tuple(Severity),
        rules=sorted(desk.catalogue.rules),
        runs=desk.store.runs.list(limit=30),
        reasons=REASON_KEYS,
        undo_depth=queue.undo_depth(visitor.account.name),
    )


@router.post("/findings/undo")
def undo_last(posted: Annotated[Posted, Depends(posting(Permission.DECIDE))], desk: OurDesk) -> Response:
    """Takes back the visitor's last decision and shows the finding again."""
    back = posted.text("back")
    came = undo(desk, posted.visitor)
    if came is None:
        _tell(desk, posted.visitor, "undo.nothing")
        return RedirectResponse(_list_path(desk, back), status_code=303)
    undone, stored = came
    _tell(desk, posted.visitor, "undo.conflict" if undone.conflict else "undo.done", number=stored.number)
    if posted.text("from") == "queue":
        return RedirectResponse(_list_path(desk, back), status_code=303)
    return RedirectResponse(_finding_path(desk, stored.number, back), status_code=303)


@router.get("/findings/{number}")
def finding_page(request: Request, number: str, visitor: SignedIn, desk: OurDesk) -> Response:
    """One finding with what proves it, and the panel that decides."""
    return _finding(
        request, desk, visitor, _existing(desk, number), back=request.query_params.get("queue", "")
    )


@router.post("/findings/{number}/decide")
def decide_on(
    request: Request,
    number: str,
    posted: Annotated[Posted, Depends(posting(Permission.DECIDE))],
    desk: OurDesk,
) -> Response:
    """Records a decision and goes on to the next finding; a conflict shows both sides and loses nothing."""
    stored, visitor, back = _existing(desk, number), posted.visitor, posted.text("back")
    verdict, _, reason = posted.text("decision").partition(":")
    comment = posted.text("comment")
    made = judgement(verdict, reason, comment, posted.text("seen"))
    if isinstance(made, str):
        return _finding(request, desk, visitor, stored, back=back, problem=made, comment=comment, status=422)
    if not decide(desk, visitor, stored, made):
        return _finding(request, desk, visitor, stored, back=back, conflict=made, comment=comment, status=409)
    _tell(desk, visitor, f"decided.{made.verdict.value}", number=stored.number)
    if posted.text("from") == "queue":
        return RedirectResponse(_list_path(desk, back), status_code=303)
    following = next_after(desk, FindingQuery.of_text(back, desk.catalogue.rules), stored)
    path = _finding_path(desk, following.number, back) if following else _list_path(desk, back)
    return RedirectResponse(path, status_code=303)


def _finding(
    request: Request,
    desk: Desk,
    visitor: Visitor,
    stored: StoredFinding,
    *,
    back: str,
    status: int = 200,
    **values: object,
) -> Response:
    finding, queue = stored.finding, desk.store.review_queue
    query = FindingQuery.of_text(back, desk.catalogue.rules)
    subject = subject_of(desk.store, finding)
    following = next_after(desk, query, stored)
    others = queue.page(QueueFilter(shop=finding.shop), limit=SHOWN_OTHERS + 1) if finding.shop else []
    defaults: dict[str, object] = {"problem": "", "conflict": None, "comment": ""}
    return page(
        request,
        "finding.html",
        visitor,
        status=status,
        stored=stored,
        finding=finding,
        review=queue.review(finding.id),
        subject=subject,
        title=title_of(subject),
        shop=desk.store.shops.get(finding.shop) if finding.shop else None,
        passages=passages(subject, finding),
        evidence=evidence_of(desk.store, finding),
        prices=price_view(desk, finding),
        reviews=review_view(desk, finding),
        snapshot=desk.store.snapshots.get(finding.snapshot) if finding.snapshot else None,
        history=desk.store.decisions.history(finding.rule, finding.subject),
        operator=operator_of(desk.store, finding.shop),
        displays=desk.store.licences.of_shop(finding.shop) if finding.licence else [],
        others=[row for row, _ in others if row.id != finding.id][:SHOWN_OTHERS],
        rule=desk.catalogue.rules.get(finding.rule),
        masked=masked,
        signal_name=partial(signal_name, language_of(request)),
        places=places_of(subject),
        reasons=REASON_KEYS,
        back=query.text,
        following=_finding_path(desk, following.number, back) if following else "",
        undo_depth=queue.undo_depth(visitor.account.name),
        **{**defaults, **values},
    )


def _existing(desk: Desk, number: str) -> StoredFinding:
    stored = desk.store.findings.get(number[:64])
    if stored is None:
        raise HTTPException(404)
    return stored


def _finding_path(desk: Desk, number: int, back: str) -> str:
    query = FindingQuery.of_text(back, desk.catalogue.rules).text
    return f"/findings/{number}?{urlencode({'queue': query})}"


def _list_path(desk: Desk, back: str) -> str:
    # Parsed and printed again: nothing but a list of ours can be gone to.
    return "/findings?" + FindingQuery.of_text(back, desk.catalogue.rules).place


def _tell(desk: Desk, visitor: Visitor, key: str, **values: int) -> None:
    desk.store.sessions.leave_notice(visitor.session.id, {"key": key, **values})
