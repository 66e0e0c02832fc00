"""One detector's fault costs its judgement only, and is recorded; leads need a finding that is not weak."""

from datetime import UTC, datetime
from typing import Any

from detectors.registry import ItemDetectors
from domain.finding import Finding, Severity
from domain.subjects import Listing
from pipelines.analyse import leads_of
from pipelines.detect import Detect
from tests.builders import a_listing, a_shop, a_visit

NOW = datetime(2026, 11, 11, tzinfo=UTC)


def a_finding(**changes: Any) -> Finding:
    what = {"rule": "PG-WILDLIFE", "subject": "p:1", "subject_kind": "listing", "shop": "p:s1"}
    defaults: dict[str, Any] = what | {"snapshot": "s", "observed_at": NOW}
    return Finding(**defaults | changes)


class Broken:
    name = "broken/1"

    def abstains(self, subject: Listing) -> tuple[str, ...]:
        return ()

    def inspect(self, subject: Listing, *, snapshot: str, observed_at: datetime):
        raise KeyError(subject.key)


class Sound(Broken):
    name = "sound/1"

    def abstains(self, subject: Listing) -> tuple[str, ...]:
        return ("LIC-MISSING: not_observed",)

    def inspect(self, subject: Listing, *, snapshot: str, observed_at: datetime):
        yield a_finding(subject=subject.key, snapshot=snapshot, observed_at=observed_at)


def test_broken_detector_costs_its_own_judgement_only(monkeypatch):
    pipeline = Detect.__new__(Detect)
    visit = a_visit(listings=(a_listing(),), shops=(a_shop(),))
    detectors = ItemDetectors(listings=(Broken(), Sound()))
    found = [
        finding for subject in visit.listings for finding in pipeline._inspect(detectors, subject, visit)
    ]
    assert [finding.subject for finding in found] == ["p:1"]
    assert found[0].snapshot == visit.snapshots[0].id
    assert visit.not_judged == ("broken/1: KeyError", "LIC-MISSING: not_observed")


def test_weak_findings_alone_make_no_lead():
    weak = a_finding(rule="REVIEW-DUPLICATE", weak=True)
    assert leads_of([weak], "c") == []
    strong = a_finding(severity=Severity.CRITICAL)
    lead = leads_of([weak, strong], "c")[0]
    assert (lead.shop, lead.rules, lead.severity) == ("p:s1", ("PG-WILDLIFE", "REVIEW-DUPLICATE"), "critical")
    assert lead.id == leads_of([strong, weak], "c")[0].id


def test_finding_without_a_shop_makes_no_lead():
    assert leads_of([a_finding(shop="")], "c") == []
