"""Broken rule files: what the message says, and where it points."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from textwrap import dedent

import pytest

from domain.errors import RulePackError
from rules.lint import lint
from rules.loader import (
    assemble,
    load_catalogue,
    load_packs,
    parse_catalogue,
    parse_categories,
    parse_pack,
    parse_promotions,
)

GOOD = """\
rules:
  - code: PG-SPY
    status: test
    match: {terms: [窃听器]}
    falsepositives: [反窃听器]
    examples:
      flagged:
        - {text: 出售窃听器, quotes: [窃听器], why: 器材}
        - {text: 窃听器现货, quotes: [窃听器], why: 器材}
      clean:
        - {text: 收音机, why: 无关}
        - {text: 录音机, why: 无关}
"""


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue()


def parse(text, catalogue, **options):
    return parse_pack(dedent(text), "rules/prohibited/x.yaml", "prohibited", catalogue, **options)


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("status: test", "status: tset", 3, "status"),
        ("    match:", "    matches: 1\n    match:", 4, "Extra inputs"),
        ("{terms: [窃听器]}", "{}", 4, "nothing to match"),
        ("{terms: [窃听器]}", "{term: [窃听器]}", 4, "match.term"),
        ("code: PG-SPY", "code: PG-SPIE", 2, "near matches: PG-SPY"),
        ("code: PG-SPY", "code: pg-spy", 2, "pattern"),
        ("    status: test\n", "    status: test\n    status: draft\n", 4, "'status' is given twice"),
        ("[窃听器]}\n", "[窃听器\n", 5, "not valid YAML"),
        ("why: 无关}\n        - {text: 录", "why: 无关}\n        - {txt: 录", 12, "examples.clean.1"),
        ("rules:", "rule:", 1, "unknown key 'rule'"),
    ],
)
def test_message_names_file_and_line(catalogue, old, new, line, says):
    with pytest.raises(RulePackError) as caught:
        parse(GOOD.replace(old, new, 1), catalogue)
    assert str(caught.value).startswith(f"rules/prohibited/x.yaml:{line}: ")
    assert says in str(caught.value)


@pytest.mark.parametrize("text", ["", "[]", "rules: {}", "just words", "rules: 3"])
def test_a_file_of_another_shape_is_refused(catalogue, text):
    with pytest.raises(RulePackError, match=r"^rules/prohibited/x\.yaml:1: "):
        parse(text, catalogue)


def test_broken_rules_are_skipped_only_when_asked(catalogue):
    two = GOOD + GOOD.removeprefix("rules:\n").replace("PG-SPY", "PG-VPN").replace("test", "tset")
    with pytest.raises(RulePackError, match="PG-VPN"):
        parse(two, catalogue)
    packs = assemble([parse(two, catalogue, skip_broken=True)], skip_broken=True)
    assert [rule.code for rule in packs.prohibited] == ["PG-SPY"]
    assert [(problem.line, problem.code) for problem in packs.problems] == [(14, "PG-VPN")]


def test_one_code_in_two_packs_is_refused(catalogue):
    first = parse(GOOD, catalogue)
    second = parse_pack(GOOD, "rules/prohibited/y.yaml", "prohibited", catalogue)
    with pytest.raises(RulePackError, match=r"y\.yaml:2: PG-SPY: also at rules/prohibited/x\.yaml:2"):
        assemble([first, second])


def test_digest_follows_the_content(catalogue):
    first, second = (assemble([parse(text, catalogue)]) for text in (GOOD, GOOD + "# a remark\n"))
    assert first.digest != second.digest
    assert first.pack_of("PG-SPY") != second.pack_of("PG-SPY")


@pytest.mark.parametrize(
    ("parse_text", "text", "says"),
    [
        (parse_catalogue, "as_of: soon\nrules: []\n", "catalogue.yaml:1: expected as_of"),
        (
            parse_catalogue,
            "as_of: 2026-01-01\nlaws: {甲法: soon}\nrules: []\n",
            "catalogue.yaml:2: expected laws",
        ),
        (parse_catalogue, "as_of: 2026-01-01\nrules:\n  - code: A-B\n", "catalogue.yaml:3: A-B: name_zh"),
        (
            parse_categories,
            "categories:\n  - code: A\n    name_zh: 甲\n    name_en: a\n    parent: B\n    keywords: [甲]\n",
            "categories.yaml:5: A: parent 'B' must stand above",
        ),
        (
            parse_promotions,
            "promotions: []\nlunar_anchors:\n  2026: {春节: 2027-02-17}\n",
            "promotions.yaml:3: 春节 2026",
        ),
        (
            parse_promotions,
            "promotions:\n  - {code: A, name_zh: 甲, kind: solar}\nlunar_anchors: {}\n",
            "promotions.yaml:2: A: Value error, a solar peak needs start and end",
        ),
    ],
)
def test_other_files_name_their_lines_too(parse_text, text, says):
    with pytest.raises(RulePackError) as caught:
        parse_text(text)
    assert says in str(caught.value)


def test_shipped_rules_have_no_faults(catalogue):
    assert lint(catalogue, load_packs(catalogue)) == []


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("[窃听器]}", "[窃听器, 窃听器]}", "twice"),
        ("[窃听器]}", "[窃听器, '***']}", "no letter or digit"),
        ("[窃听器]}", "[窃听器], allowed: [窃听器]}", "never fires"),
        ("[窃听器]}", "[窃听器], allowed: [收音机]}", "contains no term"),
        ("        - {text: 录音机, why: 无关}\n", "", "fewer than 2 clean"),
    ],
)
def test_lint_finds_planted_faults(catalogue, old, new, says):
    packs = assemble([parse(GOOD.replace(old, new, 1), catalogue)])
    problems = lint(catalogue, packs)
    assert len(problems) == 1
    assert says in str(problems[0])
    assert str(problems[0]).startswith("rules/prohibited/x.yaml:2: PG-SPY: ")


def test_lint_finds_a_term_that_another_rule_allows(catalogue):
    other = GOOD.replace("PG-SPY", "PG-VPN").replace(
        "{terms: [窃听器]}", "{terms: [听器], allowed: [窃听器]}"
    )
    packs = assemble(
        [
            parse(GOOD, catalogue),
            parse_pack(other, "rules/prohibited/y.yaml", "prohibited", catalogue),
        ]
    )
    assert [problem.code for problem in lint(catalogue, packs)] == ["PG-SPY"]


def test_lint_finds_unknown_and_double_codes_and_lapsed_law(catalogue):
    packs = assemble([parse(GOOD, catalogue)])
    double = replace(packs, prohibited=packs.prohibited * 2)
    assert [problem.message for problem in lint(catalogue, double)] == ["given by two rules; merge them"]
    without = replace(
        catalogue, rules={code: rule for code, rule in catalogue.rules.items() if code != "PG-SPY"}
    )
    assert [problem.code for problem in lint(without, packs)] == ["PG-SPY"]
    # The platform-rule order came into force in 2026, so a catalogue as of 2025 has no law for this code.
    early = replace(catalogue, as_of=date(2025, 12, 31))
    lapsed = [problem for problem in lint(early, packs) if problem.code == "PLATFORM-REFUND-ONLY"]
    assert "no basis in force on 2025-12-31" in str(lapsed[0])
