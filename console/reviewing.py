"""What analysts do 研判: decide on a finding, take it back, and go on to the next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from console.asking import FindingQuery
from console.desk import Desk, Visitor
from domain.finding import Decision, Verdict
from storage.findings import StoredFinding
from storage.review_queue import QueueRow, Review, Status, Undone

LONGEST_COMMENT = 2_000


class RejectReason(StrEnum):
    """Why a finding is rejected 排除原因, in the order of their keys, a to h."""

    CONTEXT = "context"
    """误报：词语语境."""
    QUOTED_LAW = "quoted_law"
    """误报：引用法规或否定句."""
    RECOGNITION = "recognition"
    """误报：图片识别错误."""
    HAS_PERMIT = "has_permit"
    DUPLICATE = "duplicate"
    GONE = "gone"
    NOT_OURS = "not_ours"
    """非管辖."""
    OTHER = "other"
    """With a comment that says which."""


REASON_KEYS = dict(zip("abcdefgh", RejectReason, strict=True))
STATUS_OF = {
    Verdict.CONFIRM: Status.CONFIRMED,
    Verdict.REJECT: Status.REJECTED,
    Verdict.UNSURE: Status.UNSURE,
}
VERDICT_OF = {status: verdict for verdict, status in STATUS_OF.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What an analyst sends: what they decided, and which state of the finding they had before them."""

    verdict: Verdict
    reason: RejectReason | None
    comment: str
    seen: str


def judgement(verdict: str, reason: str, comment: str, seen: str) -> Judgement | str:
    """A judgement as a form sent it, or the key of the words that say what is missing."""
    if verdict not in {known.value for known in STATUS_OF}:
        return "decide.no_verdict"
    if verdict != Verdict.REJECT:
        reason = ""
    elif reason not in set(RejectReason):
        return "decide.no_reason"
    if reason == RejectReason.OTHER and not comment:
        return "decide.no_comment"
    return Judgement(
        verdict=Verdict(verdict),
        reason=RejectReason(reason) if reason else None,
        comment=comment[:LONGEST_COMMENT],
        seen=seen[:40],
    )


def decide(desk: Desk, visitor: Visitor, stored: StoredFinding, made: Judgement) -> bool:
    """Records a judgement; whether the finding still stood as its reader had seen it."""
    now = desk.now()
    review = Review(
        status=STATUS_OF[made.verdict],
        by=visitor.account.name,
        at=now,
        reason=made.reason or "",
        comment=made.comment,
    )
    before = desk.store.review_queue.decide(stored.finding.id, seen=made.seen, review=review)
    if before is None:
        return False
    # The one before comes again: had a crash kept it out of the history, it would be lost with this step.
    for step in (before, review):
        if step.at is not None:
            desk.store.decisions.add(_decision(stored, VERDICT_OF[step.status], step.by, step.at, step))
    visitor.did(
        desk, "finding.decide", f"finding {stored.number}", before=_in_words(before), after=_in_words(review)
    )
    return True


def undo(desk: Desk, visitor: Visitor) -> tuple[Undone, StoredFinding] | None:
    """Takes back the visitor's last decision; ``None`` when there is nothing to take back."""
    undone = desk.store.review_queue.undo(visitor.account.name)
    stored = desk.store.findings.get(undone.finding) if undone else None
    if undone is None or stored is None:
        return None
    if not undone.conflict:
        desk.store.decisions.add(
            _decision(
                stored,
                Verdict.WITHDRAW,
                visitor.account.name,
                desk.now(),
                Review(status=undone.restored.status),
            )
        )
        visitor.did(
            desk,
            "finding.undo",
            f"finding {stored.number}",
            before=_in_words(undone.withdrawn),
            after=_in_words(undone.restored),
        )
    return undone, stored


def next_after(desk: Desk, query: FindingQuery, stored: StoredFinding) -> QueueRow | None:
    """The finding that follows in a list, else the first of it: one that was skipped comes round again."""
    queue = desk.store.review_queue
    for cursor in (stored.cursor, None):
        for row, _ in queue.page(query.filter, after=cursor, limit=2):
            if row.id != stored.finding.id:
                return row
    return None


def _decision(
    stored: StoredFinding, verdict: Verdict, by: str, decided_at: datetime, review: Review
) -> Decision:
    return Decision(
        rule=stored.finding.rule,
        subject=stored.finding.subject,
        finding=stored.finding.id,
        verdict=verdict,
        decided_by=by,
        decided_at=decided_at,
        reason=review.reason,
        comment=review.comment,
    )


def _in_words(review: Review) -> str:
    return " ".join(filter(None, (review.status.value, review.reason, review.by, review.comment[:200])))
