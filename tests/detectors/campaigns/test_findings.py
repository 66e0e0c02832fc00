"""Findings of campaigns: law, evidence, words, and an identity that stays while a campaign goes on."""

from __future__ import annotations

import numpy as np
import pytest

from detectors.base import FindingMaker, Sighting
from detectors.campaigns.findings import DETECTOR, campaign_findings
from rules.loader import load_catalogue
from tests.detectors.campaigns.builders import a_market, a_review, at, judged

CATALOGUE = load_catalogue()
MAKER = FindingMaker(catalogue=CATALOGUE, detector=DETECTOR)
SLOTS = ("上手很轻巧", "颜色比图上正", "闺女特别中意", "用了两周没毛病", "回头给爸妈带", "比专柜便宜不少")


def a_campaign(count=25):
    chance = np.random.default_rng(2)
    return [
        a_review(
            f"fake{i:02}",
            listing="L3",
            shop="S1",
            posted_at=at(150 + i / 12),
            text="，".join(chance.choice(SLOTS, 4)),
        )
        for i in range(count)
    ]


def findings(rows, seen=None):
    return list(campaign_findings(judged(rows), MAKER, seen=seen or {}, as_of=at(300), pack="reviews@test"))


@pytest.fixture(scope="module")
def found():
    return findings(a_market() + a_campaign())


def test_campaign_makes_one_finding_with_law_and_evidence(found):
    (finding,) = found
    assert (finding.rule, finding.subject, finding.shop) == ("REVIEW-BURST", "L3", "S1")
    assert set(finding.evidence_ids) >= {f"fake{i:02}" for i in range(3, 22)}
    assert list(finding.evidence_ids) == sorted(finding.evidence_ids)
    assert "中华人民共和国反不正当竞争法" in {basis.law for basis in finding.basis}
    assert finding.weak
    assert finding.window == "burst_template@2026-05-31"


def test_reason_states_facts_and_only_a_suspicion(found):
    (finding,) = found
    assert finding.reason.startswith("2026-05-31至2026-06-02集中出现")
    assert "涉嫌" in finding.reason
    assert finding.refuted_by


def test_identity_stays_while_the_campaign_goes_on(found):
    assert findings(a_market() + a_campaign(35))[0].id == found[0].id


def test_sighting_is_the_one_given():
    seen = {"L3": Sighting(subject="p:L3", kind="listing", snapshot="snap", observed_at=at(301), shop="p:S1")}
    (finding,) = findings(a_market() + a_campaign(), seen)
    assert (finding.subject, finding.snapshot, finding.observed_at) == ("p:L3", "snap", at(301))


def test_ordinary_market_has_no_finding():
    assert findings(a_market()) == []
