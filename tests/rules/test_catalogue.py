"""The shipped catalogue, categories and promotions."""

from __future__ import annotations

from datetime import date

import pytest

from domain.errors import RulePackError, SweepError
from domain.finding import Severity
from rules.catalogue import Risk
from rules.loader import load_catalogue, load_categories, load_packs, load_promotions


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue()


def test_catalogue_has_every_code_once(catalogue):
    assert len(catalogue) == 129
    assert len({rule.name_zh for rule in catalogue}) == 129


def test_every_basis_names_law_and_article(catalogue):
    for rule in catalogue:
        assert rule.duty.endswith("。"), rule.code
        for basis in rule.basis:
            assert basis.law, rule.code
            known = basis.article.startswith("第") or basis.article == "全文"
            assert known or "not known" in basis.check or basis.check.startswith("unverified"), rule.code


def test_every_rule_rests_on_some_law_on_the_day_of_the_catalogue(catalogue):
    assert [rule.code for rule in catalogue if not catalogue.basis_on(rule.code, catalogue.as_of)] == []


@pytest.mark.parametrize(
    ("code", "day", "law", "article"),
    [
        ("PG-COUNTERFEIT", date(2026, 12, 31), "中华人民共和国商标法", "第五十七条、第六十条"),
        ("PG-COUNTERFEIT", date(2027, 1, 1), "中华人民共和国商标法", "第七十二条"),
        ("PG-BRUSHING", date(2025, 10, 15), "中华人民共和国反不正当竞争法", "第九条、第二十五条"),
        ("PG-BRUSHING", date(2025, 10, 14), "中华人民共和国反不正当竞争法", None),
        ("PG-HUNTING", date(2026, 4, 30), "中华人民共和国渔业法", None),
        ("PG-HUNTING", date(2026, 5, 1), "中华人民共和国渔业法", "第四十五条、第七十七条"),
        ("LIC-MISSING", date(2026, 11, 20), "中华人民共和国电子商务法", "第十五条、第七十六条"),
        ("LIC-MISSING", date(2018, 12, 31), "中华人民共和国电子商务法", None),
        ("LIC-MISSING", date(2021, 4, 30), "网络交易管理办法", "第八条、第五十一条"),
        ("LIC-MISSING", date(2021, 5, 1), "网络交易管理办法", None),
        ("LIC-MISSING", date(2021, 5, 1), "网络交易监督管理办法", "第十二条、第四十二条"),
        (
            "PII-POLICY-MISSING",
            date(2026, 1, 2),
            "中华人民共和国电子商务法",
            "第二十四条、第七十六条第（三）项",
        ),
        ("PG-PII", date(2026, 1, 2), "中华人民共和国刑法", "第二百五十三条之一"),
    ],
)
def test_the_day_picks_the_version_of_the_law(catalogue, code, day, law, article):
    found = [basis.article for basis in catalogue.basis_on(code, day) if basis.law == law]
    assert found == ([article] if article else [])


def test_unknown_code_names_near_matches(catalogue):
    with pytest.raises(RulePackError, match="PG-TOBACCO"):
        catalogue.get("PG-TOBACO")


def test_facts_that_detectors_rely_on(catalogue):
    assert catalogue.get("REVIEW-DUPLICATE").false_positive_risk is Risk.HIGH
    assert catalogue.get("PG-WILDLIFE").severity is Severity.CRITICAL
    assert catalogue.get("PG-TOBACCO").transfer_to == "烟草专卖局"


def test_packs_cover_prohibited_goods_and_say_which_version_they_are(catalogue):
    packs = load_packs(catalogue)
    assert len(packs.prohibited) >= 39
    assert packs.pack_of("PG-WILDLIFE").startswith("prohibited/wildlife.yaml@")
    assert packs.digest == load_packs(catalogue).digest
    assert packs.problems == ()


def test_categories_name_known_rules_and_give_search_words(catalogue):
    tree = load_categories()
    assert {code for category in tree for code in category.rules} <= set(catalogue.rules)
    assert "香烟" in tree.keywords("TOBACCO")
    assert [category.code for category in tree.descendants("AGRO")] == ["PESTICIDE", "SEED", "VETDRUG"]
    assert {c.code for c in tree.descendants("FOODDRUG")} >= {"FOOD", "HEALTHFOOD", "DRUG"}


@pytest.mark.parametrize(("typed", "meant"), [("TOBACO", "TOBACCO"), ("wildlife", "WILDLIFE")])
def test_unknown_category_names_near_matches(typed, meant):
    with pytest.raises(SweepError, match=meant):
        load_categories().get(typed)


@pytest.mark.parametrize(
    ("code", "year", "first", "last"),
    [
        ("DOUBLE11", 2026, date(2026, 10, 9), date(2026, 11, 14)),
        ("NEWYEAR-DAY", 2026, date(2026, 12, 25), date(2027, 1, 3)),
        ("SPRING-FESTIVAL", 2027, date(2027, 2, 2), date(2027, 2, 14)),
        ("MID-AUTUMN", 2025, date(2025, 9, 6), date(2025, 10, 6)),
    ],
)
def test_promotion_windows(code, year, first, last):
    assert load_promotions().window(code, year) == (first, last)


@pytest.mark.parametrize(("code", "year"), [("QIXI", 2031), ("FLOOD-EPIDEMIC", 2026), ("DOUBLE13", 2026)])
def test_a_window_that_is_not_known_is_refused(code, year):
    with pytest.raises(SweepError, match=code.split("-")[0] if code != "QIXI" else "lunar_anchors"):
        load_promotions().window(code, year)


def test_lunar_table_has_every_anchor_that_peaks_hang_on():
    promotions = load_promotions()
    anchors = {peak.anchor for peak in promotions.peaks.values() if peak.anchor}
    assert set(promotions.anchors) == {2024, 2025, 2026, 2027, 2028}
    assert all(anchors <= set(days) for days in promotions.anchors.values())
