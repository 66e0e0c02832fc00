"""Decisions 研判: what a person said about a rule on a subject; every one is kept."""

from __future__ import annotations

from collections import Counter

from domain.finding import Decision, Verdict
from domain.identity import digest_of
from storage.codec import clean, decode, encode
from storage.faults import guarded
from storage.repository import Repository, insert_once, write_all


@guarded
class Decisions(Repository):
    """Append-only: the latest decision counts, the earlier ones are its history."""

    collection_name = "decisions"

    def add(self, decision: Decision) -> None:
        """Records a decision; the same one twice is one."""
        key = digest_of(
            decision.rule,
            decision.subject,
            decision.finding,
            decision.verdict,
            decision.decided_by,
            decision.decided_at.isoformat(),
        )
        write_all(self._collection, [insert_once(encode(decision, _id=key))])

    def history(self, rule: str, subject: str) -> list[Decision]:
        """All decisions on a rule and a subject, latest first."""
        query = {"rule": clean(rule), "subject": clean(subject)}
        found = self._collection.find(query).sort([("decided_at", -1), ("_id", -1)])
        return [decode(Decision, document) for document in found]

    def latest(self, rule: str, subject: str) -> Decision | None:
        """The decision that counts: the newest that was not taken back."""
        taken_back: Counter[str] = Counter()
        for decision in self.history(rule, subject):
            if decision.verdict is Verdict.WITHDRAW:
                taken_back[decision.finding] += 1
            elif taken_back[decision.finding]:
                taken_back[decision.finding] -= 1
            else:
                return decision
        return None
