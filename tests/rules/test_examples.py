"""Every example of every rule pack is a test: what it says is flagged is, and near misses are left alone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from detectors.campaigns.findings import CampaignDetector
from detectors.licence import Given
from detectors.licensing.page import read_page, text_page
from domain.licence import LicenceCapture
from domain.register import OperatorRow
from domain.subjects import Listing
from registry.index import register_of
from registry.records import row_of
from tests import shipped
from tests.detectors.campaigns.builders import a_market, a_review, at, judged, words

CATALOGUE, PACKS = shipped.catalogue(), shipped.packs()
SEEN: dict[str, Any] = {"snapshot": "s", "observed_at": datetime(2026, 11, 20, tzinfo=UTC)}
FLAGGED = [(rule.code, example) for rule in PACKS.texts() for example in rule.examples.flagged]
CLEAN = [(rule.code, example) for rule in PACKS.texts() for example in rule.examples.clean]


@pytest.fixture(scope="module")
def wording():
    return shipped.wording()


@pytest.fixture(scope="module")
def licence():
    return shipped.licence()


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


def licence_rules(licence, example):
    made = [row_of(values, line) for line, values in enumerate(example.registered, 1)]
    rows = [row for row in made if isinstance(row, OperatorRow)]
    assert len(rows) == len(made)
    read = read_page if example.text.startswith("<") else text_page
    capture = LicenceCapture(
        shop="t:1",
        name="某店",
        url="https://t.example/s",
        page=read(example.text),
        standalone=example.standalone,
    )
    given = Given(categories=example.categories, register=register_of(rows) if rows else None)
    return {
        finding.rule
        for finding in licence.judge(capture, SEEN["observed_at"], snapshot="s", given=given).findings
    }


LICENCE = [
    (rule.code, example, flagged)
    for rule in PACKS.licence
    for flagged, examples in ((True, rule.examples.flagged), (False, rule.examples.clean))
    for example in examples
]


@pytest.mark.parametrize(("code", "example", "flagged"), LICENCE, ids=[f"{c}-{e.why}" for c, e, _ in LICENCE])
def test_licence_examples(licence, code, example, flagged):
    assert (code in licence_rules(licence, example)) is flagged


REVIEWED = [(rule.code, rule.examples) for rule in PACKS.reviews if rule.examples is not None]
FLAGGED_REVIEWS = [(code, example) for code, examples in REVIEWED for example in examples.flagged]
CLEAN_REVIEWS = [(code, example) for code, examples in REVIEWED for example in examples.clean]


def rules_of(examples):
    """Rules that flag each example's reviews, all put into one ordinary market on listings of their own."""
    chance = np.random.default_rng(7)
    rows, first = a_market(), 0
    for place, example in enumerate(examples):
        for number in range(example.count):
            on = number // example.people % example.listings if example.people else number % example.listings
            start = 100 + 20 * on * (example.listings > 1)
            usual = chance.choice([1, 2, 3, 4, 5], p=[0.05, 0.05, 0.1, 0.2, 0.6])
            rows.append(
                a_review(
                    f"{place}-{number}",
                    listing=f"L{first + on}",
                    shop=f"S{first + on}",
                    user=f"p{place}-{number % example.people if example.people else number}",
                    posted_at=at(start + example.days * float(chance.random())),
                    stars=float(example.stars or usual),
                    text=example.texts[number % len(example.texts)] if example.texts else words(chance),
                )
            )
        first += example.listings
    assert first <= 30, "more listings than the market has"
    found = list(CampaignDetector(PACKS, CATALOGUE).findings(judged(rows), seen={}, as_of=at(400)))
    return [
        {
            finding.rule
            for finding in found
            if any(key.startswith(f"{place}-") for key in finding.evidence_ids)
        }
        for place in range(len(examples))
    ]


def test_flagged_reviews_are_a_finding():
    found = rules_of([example for _, example in FLAGGED_REVIEWS])
    missed = [
        example.why
        for (code, example), rules in zip(FLAGGED_REVIEWS, found, strict=True)
        if code not in rules
    ]
    assert missed == []


def test_clean_reviews_are_none():
    found = rules_of([example for _, example in CLEAN_REVIEWS])
    assert [
        (example.why, rules) for (_, example), rules in zip(CLEAN_REVIEWS, found, strict=True) if rules
    ] == []


def test_term_rules_bring_two_examples_of_each_kind():
    assert [
        rule.code for rule in PACKS.texts() if min(len(rule.examples.flagged), len(rule.examples.clean)) < 2
    ] == []
