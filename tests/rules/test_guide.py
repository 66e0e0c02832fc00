"""The guide "Adding a rule": its rule parses, has no faults, and does what its examples say."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from detectors.wording import WordingDetector
from domain.errors import RulePackError
from domain.subjects import Listing
from rules.lint import lint
from rules.loader import assemble, load_uncovered, parse_lists, parse_pack
from rules.pack_rule import Status
from rules.written import expand
from tests.shipped import catalogue, packs

GUIDE = Path(__file__).parents[2] / "docs" / "adding-a-rule.md"


@pytest.fixture(scope="module")
def pack():
    [text] = re.findall(r"```yaml\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    made = assemble(
        [parse_pack(text, "rules/prohibited/guide.yaml", "prohibited", catalogue())],
        disguises=packs().disguises,
        ordinary=packs().ordinary,
    )
    [rule] = made.prohibited
    return replace(made, prohibited=(rule.model_copy(update={"status": Status.TEST}),))


def test_rule_of_the_guide_has_no_faults(pack):
    assert lint(catalogue(), pack) == []


def test_examples_of_the_guide_hold(pack):
    detector = WordingDetector(pack, catalogue())

    def quotes(text):
        listing = Listing(platform="t", item_id="1", url="", title=text)
        findings = detector.inspect(listing, snapshot="s", observed_at=datetime(2026, 11, 20, tzinfo=UTC))
        return tuple(span.quote for finding in findings for span in finding.spans)

    [rule] = pack.prohibited
    assert [quotes(example.text) for example in rule.examples.flagged] == [
        example.quotes for example in rule.examples.flagged
    ]
    assert [quotes(example.text) for example in rule.examples.clean] == [()] * len(rule.examples.clean)


def test_every_code_has_a_rule_or_a_reason():
    covered = {rule.code for rule in packs().every}
    uncovered = load_uncovered(catalogue())
    assert {rule.code for rule in catalogue()} == covered | set(uncovered)
    assert covered.isdisjoint(uncovered)


@pytest.mark.parametrize(
    ("term", "spellings"),
    [
        ("甲", ["甲"]),
        ("(甲|乙)丙", ["甲丙", "乙丙"]),
        ("(甲|)丙(丁|戊)", ["甲丙丁", "甲丙戊", "丙丁", "丙戊"]),
        ("@数", ["一", "二"]),
        ("(@数)个", ["一个", "二个"]),
    ],
)
def test_alternatives_are_spelt_out(term, spellings):
    assert expand(term, {"数": ("一", "二")}) == spellings


@pytest.mark.parametrize(
    "term",
    ["(甲|乙", "甲)乙", "((甲|乙)丙|丁)", "@无", "(甲|乙)" * 13],
    ids=["open", "close", "nested", "list", "many"],
)
def test_alternatives_that_cannot_be_spelt_out_are_refused(term):
    with pytest.raises(ValueError, match=r"do not match|no list|stands for more"):
        expand(term, {})


def test_broken_alternatives_name_their_line():
    text = (
        "rules:\n  - code: PG-SPY\n    status: test\n    match:\n      terms: [好, (甲|乙]\n"
        "    falsepositives: [无]\n"
        "    examples: {flagged: [{text: 甲, why: 乙}], clean: [{text: 甲, why: 乙}]}\n"
    )
    with pytest.raises(RulePackError, match=r"x\.yaml:5: PG-SPY: .*do not match"):
        parse_pack(text, "rules/prohibited/x.yaml", "prohibited", catalogue())


def test_broken_list_names_its_line():
    with pytest.raises(RulePackError, match=r"lists\.yaml:2: b: no list '@c'"):
        parse_lists("a: [甲]\nb: ['@c']\n")
