"""Findings of campaigns: law, evidence, words, and an identity that stays while a campaign goes on."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from detectors.base import Sighting
from detectors.campaigns.findings import CampaignDetector
from tests.detectors.campaigns.builders import a_market, a_review, at, judged
from tests.shipped import catalogue, packs

DETECTOR = CampaignDetector(packs(), catalogue())
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
    return list(DETECTOR.findings(judged(rows), seen=seen or {}, as_of=at(300)))


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


def test_signals_say_value_and_what_is_usual(found):
    (finding,) = found
    by_name = {signal.name: signal for signal in finding.signals}
    rush = by_name["burst_template.rush"]
    assert rush.value > rush.reference[2] >= rush.reference[1] >= rush.reference[0]
    assert len(finding.signals) <= 6
    assert finding.rule_pack.startswith("reviews/campaigns.yaml@")


def test_two_campaigns_far_apart_are_two_findings():
    later = [
        row | {"review_id": f"again{at}", "posted_at": row["posted_at"] + timedelta(days=100)}
        for at, row in enumerate(a_campaign())
    ]
    windows = [finding.window for finding in findings(a_market() + a_campaign() + later)]
    assert len(windows) == len(set(windows)) == 2


def test_a_few_copies_on_each_of_a_shops_listings_are_the_shops():
    text = "声音比老款小一半，母亲午睡也不会被吵醒，滤网拆下来冲冲就干净，今年的电费应该能省一点"
    rows = [
        a_review(f"copy{i}", listing=f"L{30 + i % 8}", shop="S99", posted_at=at(50 + 6 * i), text=text)
        for i in range(24)
    ]
    (finding,) = findings(a_market() + rows)
    assert (finding.subject_kind, finding.subject, finding.shop) == ("shop", "S99", "S99")
    assert finding.rule == "REVIEW-DUPLICATE"
    assert finding.reason.startswith("该店多件商品：")


def test_sellers_offer_in_replies_is_an_inducement():
    rows = [
        a_review(
            f"told{i}",
            listing="L3",
            shop="S1",
            posted_at=at(10 * i),
            text="收到了东西还行",
            seller_reply="亲，五星好评截图发客服返现3元哦" if i < 2 else "谢谢，没有好评返现这回事",
        )
        for i in range(4)
    ]
    (finding,) = findings(a_market() + rows)
    assert (finding.rule, finding.subject, finding.window) == (
        "REVIEW-INDUCEMENT",
        "L3",
        "seller_reply@2026-01-01",
    )
    assert finding.evidence_ids == ("told0", "told1")
    assert [(s.value, s.reference) for s in finding.signals] == [(2.0, (4.0,))]
