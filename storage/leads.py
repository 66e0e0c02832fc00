"""Leads 线索: the findings on one shop in one campaign."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from pymongo import UpdateOne

from domain.finding import Lead
from storage.codec import Document, clean, decode, encode
from storage.faults import guarded
from storage.repository import Repository, write_all


@guarded
class Leads(Repository):
    """A lead grows with every run of its campaign; nothing leaves it here."""

    collection_name = "leads"

    def save(self, leads: Iterable[Lead]) -> None:
        """Stores leads; findings and rules are added to those that a lead has already."""
        write_all(self._collection, chain.from_iterable(map(_upserts, leads)))

    def get(self, lead_id: str) -> Lead | None:
        """The lead with this id."""
        found = self._collection.find_one({"_id": lead_id})
        return _lead(found) if found else None

    def of_campaign(self, campaign: str) -> list[Lead]:
        """All leads of a campaign, by shop."""
        found = self._collection.find({"campaign": clean(campaign)}).sort([("shop", 1), ("_id", 1)])
        return [_lead(document) for document in found]

    def of_operator(self, operator: str) -> list[Lead]:
        """Leads on shops of one operator 同一主体线索, by campaign and shop."""
        if not operator:
            return []
        found = self._collection.find({"operator": clean(operator)}).sort([("campaign", 1), ("_id", 1)])
        return sorted(map(_lead, found), key=lambda lead: (lead.campaign, lead.shop))

    def count(self, campaign: str) -> int:
        """Leads of a campaign."""
        return self._collection.count_documents({"campaign": clean(campaign)})


def _upserts(lead: Lead) -> Iterator[UpdateOne]:
    facts = encode(lead, _id=lead.id)
    key, findings, rules = facts.pop("_id"), facts.pop("findings"), facts.pop("rules")
    yield UpdateOne(
        {"_id": key},
        {"$set": facts, "$addToSet": {"findings": {"$each": findings}, "rules": {"$each": rules}}},
        upsert=True,
    )


def _lead(document: Document) -> Lead:
    ordered = {name: sorted(document[name]) for name in ("findings", "rules")}
    return decode(Lead, {**document, **ordered})
