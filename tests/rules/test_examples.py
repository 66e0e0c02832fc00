"""Every example of every rule pack is a test: what it says is flagged is, and near misses are left alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from detectors.base import Sighting
from detectors.licence import LicenceDetector, LicenceState
from detectors.pricing.detector import PriceDetector
from detectors.reviews import duplicate_findings
from detectors.wording import WordingDetector
from domain.subjects import Listing, Shop
from rules.loader import load_catalogue, load_packs, load_promotions

CATALOGUE = load_catalogue()
PACKS = load_packs(CATALOGUE)
SEEN: dict[str, Any] = {"snapshot": "s", "observed_at": datetime(2026, 11, 20, tzinfo=UTC)}
FLAGGED = [(rule.code, example) for rule in PACKS.texts() for example in rule.examples.flagged]
CLEAN = [(rule.code, example) for rule in PACKS.texts() for example in rule.examples.clean]


@pytest.fixture(scope="module")
def wording():
    return WordingDetector(PACKS, CATALOGUE)


@pytest.fixture(scope="module")
def licence():
    return LicenceDetector(PACKS, CATALOGUE)


def quotes(detector, code, text):
    listing = Listing(platform="t", item_id="1", url="https://t.example/1", title=text)
    return [
        span.quote
        for finding in detector.inspect(listing, **SEEN)
        if finding.rule == code
        for span in finding.spans
    ]


@pytest.mark.parametrize(("code", "example"), FLAGGED, ids=[f"{code}-{e.text}" for code, e in FLAGGED])
def test_flagged_example_is_quoted_exactly(wording, code, example):
    assert quotes(wording, code, example.text) == list(example.quotes)


@pytest.mark.parametrize(("code", "example"), CLEAN, ids=[f"{code}-{e.text}" for code, e in CLEAN])
def test_clean_example_is_left_alone(wording, code, example):
    assert quotes(wording, code, example.text) == []


EXCEPTED = [(rule.code, case) for rule in PACKS.texts() for case in rule.match.exceptions]


@pytest.mark.parametrize(("code", "case"), EXCEPTED, ids=[f"{code}-{case.name}" for code, case in EXCEPTED])
def test_exception_of_the_law_is_left_alone(wording, code, case):
    assert quotes(wording, code, case.clean) == []


@pytest.mark.parametrize("rule", PACKS.licence, ids=lambda rule: rule.code)
def test_licence_examples(licence, rule):
    def state(text):
        shop = Shop(platform="t", shop_id="1", url="https://t.example/s", name="n", page_text=text)
        return licence.judge(shop).state

    assert {state(example.text) for example in rule.examples.flagged} == {LicenceState.MISSING}
    assert LicenceState.MISSING not in {state(example.text) for example in rule.examples.clean}


@pytest.mark.parametrize("rule", PACKS.reviews, ids=lambda rule: rule.code)
def test_review_examples(rule):
    def findings(texts):
        rows = [(f"t:{i}", "t:s", "t:1", text, False, "s") for i, text in enumerate(texts)]
        columns = ["review_id", "shop", "listing", "text", "default_text", "snapshot"]
        frame = pl.DataFrame(rows, schema=columns, orient="row")
        seen = SEEN["observed_at"]
        return list(duplicate_findings(frame, rule=rule, catalogue=CATALOGUE, pack="p", observed_at=seen))

    assert all(len(findings(example.texts)) == 1 for example in rule.examples.flagged)
    assert not any(findings(example.texts) for example in rule.examples.clean)


@pytest.mark.parametrize("rule", PACKS.pricing, ids=lambda rule: rule.code)
def test_price_examples(rule):
    start = datetime(2026, 11, 10, 16, tzinfo=UTC)
    detector = PriceDetector(PACKS, CATALOGUE, load_promotions())

    def codes(example):
        rows = [
            {"observation_id": f"o{i}", "listing": "t:1", "observed_at": start + timedelta(days=one.day)}
            | one.model_dump(exclude={"day"})
            for i, one in enumerate(example.seen)
        ]
        judged = detector.judge(pl.DataFrame(rows, infer_schema_length=None), as_of=start + timedelta(days=2))
        at = Sighting(subject="t:1", kind="listing", snapshot="s", observed_at=start)
        return {finding.rule for finding in detector.findings(judged, seen=lambda _: at)}

    assert [example.why for example in rule.examples.flagged if rule.code not in codes(example)] == []
    assert [example.why for example in rule.examples.clean if rule.code in codes(example)] == []


def test_term_rules_bring_two_examples_of_each_kind():
    assert [
        rule.code for rule in PACKS.texts() if min(len(rule.examples.flagged), len(rule.examples.clean)) < 2
    ] == []
