"""Text rules: disguises that are read, ordinary words that are not, scores, exceptions, priors."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.discovery import candidates
from detectors.terms import TermEngine
from detectors.views import SoundView, sound_of
from detectors.wording import MOST_SPANS
from domain.subjects import Listing
from rules.loader import parse_pack
from rules.term_rules import OrdinaryWords, TermRule
from tests.shipped import catalogue, packs, wording

SEEN: dict[str, Any] = {"snapshot": "snapshot-1", "observed_at": datetime(2026, 11, 20, tzinfo=UTC)}
RULE = """\
rules:
  - code: PG-SPY
    status: test
    match: {MATCH}
    falsepositives: [反窃听器]
    examples:
      flagged: [{text: 甲, why: 乙}]
      clean: [{text: 甲, why: 乙}]
"""


def a_listing(title="", **fields: Any) -> Listing:
    return Listing(**{"platform": "t", "item_id": "1", "url": "https://t.example/1", "title": title} | fields)


def found(title, **fields):
    return {
        finding.rule: [span.quote for span in finding.spans]
        for finding in wording().inspect(a_listing(title, **fields), **SEEN)
    }


def an_engine(match):
    pack = parse_pack(RULE.replace("{MATCH}", match), "rules/prohibited/x.yaml", "prohibited", catalogue())
    return TermEngine(
        tuple(rule for rule, _ in pack.rules if isinstance(rule, TermRule)),
        disguises=packs().disguises,
        ordinary=packs().ordinary,
    )


def quotes(match, text, **options):
    return [hit.span.quote for m in an_engine(match).match({"title": text}, **options) for hit in m.hits]


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("窃听器现货", "窃听器"),
        ("竊聽器現貨", "竊聽器"),
        ("窃ting器", "窃ting器"),
        ("qieting器", "qieting器"),
        ("qietingqi 现货", "qietingqi"),
        ("切听器现货", "切听器"),
        ("窃👂器", "窃👂器"),
        ("窃口斤器", "窃口斤器"),
        ("窃-听-器", "窃-听-器"),
        ("窃\u200d听\ufe0f器", "窃\u200d听\ufe0f器"),
    ],
)
def test_disguised_terms_are_quoted_as_written(text, quote):
    assert quotes("{terms: [窃听器]}", text) == [quote]


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("dkfp 联系", "dkfp"),
        ("代开fp", "代开fp"),
        ("代k发票", "代k发票"),
        ("d开f票", "d开f票"),
        ("票发开代 现货", "票发开代"),
        ("代\n开\n发\n票", "代\n开\n发\n票"),
    ],
)
def test_initials_reversed_and_upright_terms_are_read(text, quote):
    assert quotes("{terms: [代开发票]}", text) == [quote]


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("代开发票", "型号dkfpx"),
        ("代开发票", "xdkfp"),
        ("代开发票", "代开\n发票夹收纳\n票夹"),
        ("象牙梳", "象牙s码"),
        ("象牙", "xy"),
        ("象牙", "牙象"),
        ("大麻叶子", "damy"),
    ],
)
def test_letters_and_turns_that_are_no_disguise(term, text):
    assert quotes(f"{{terms: [{term}], allowed: [{term}夹]}}", text) == []


def test_allowed_phrases_are_left_out_before_anything_is_placed():
    assert quotes("{terms: [象牙], allowed: [象牙白]}", "象牙白裙 象牙筷") == ["象牙"]
    assert quotes("{terms: [象牙], allowed: [象牙白]}", "象牙白裙 象牙白") == []


def test_signs_of_a_regular_expression_are_only_characters():
    assert quotes("{terms: ['代.*票']}", "代开发票 " + "代" * 5_000) == []


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("大麻", "这件大吗"),
        ("大麻", "大码女装"),
        ("象牙", "相亚"),
        ("枪支", "强制"),
        ("代考", "带考拉"),
        ("窃听器", "且停汽车"),
        ("vpn", "vpns"),
        ("xian", "change"),
    ],
)
def test_ordinary_words_that_sound_alike_are_left_alone(term, text):
    assert quotes(f"{{terms: [{term}]}}", text) == []


def test_code_words_are_not_sought_by_sound():
    assert quotes("{slang: [波尿酸]}", "玻尿酸面膜") == []
    assert quotes("{slang: [波尿酸]}", "波尿酸") == ["波尿酸"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("治疗糖尿病", ["治疗糖尿病"]),
        ("治疗二型糖尿病", ["治疗", "糖尿病"]),
        ("糖尿病治疗", []),
        ("治疗。糖尿病", []),
        ("治疗感冒咳嗽头晕糖尿病", []),
        ("不治疗糖尿病", []),
    ],
)
def test_pairs_count_when_they_stand_close_in_one_clause(text, expected):
    match = "{near: [{first: [治疗], then: [糖尿病], gap: 3}], excluded: {before: [不]}}"
    assert quotes(match, text) == expected


def test_weak_terms_count_together():
    assert quotes("{weak: [隐蔽, 微型, 录音]}", "微型录音") == []
    assert quotes("{weak: [隐蔽, 微型, 录音]}", "微型隐蔽录音") == ["微型", "隐蔽", "录音"]


@pytest.mark.parametrize(
    ("excluded", "text"),
    [
        ("prefix: [反]", "反窃听器"),
        ("suffix: [探测]", "窃听器探测"),
        ("before: [严禁]", "严禁私自使用窃听器"),
        ("title: [图书]", "窃听器图书"),
        ("anywhere: [公安部门]", "窃听器 公安部门"),
    ],
)
def test_innocent_contexts(excluded, text):
    assert quotes(f"{{terms: [窃听器], excluded: {{{excluded}}}}}", text) == []
    assert quotes("{terms: [窃听器]}", text) == ["窃听器"]


def test_sure_terms_survive_one_title_word_only_with_another_sign():
    match = "{sure: [窃听器, 针孔摄像头], excluded: {title: [玩具]}}"
    assert quotes(match, "玩具 窃听器") == []
    assert quotes(match, "玩具 窃听器 针孔摄像头") == ["窃听器", "针孔摄像头"]


def test_category_excuses_one_plain_term_but_not_two_nor_a_disguise():
    match = "{terms: [窃听器, 针孔摄像头], prior: {lowered: [图书]}}"
    assert quotes(match, "窃听器", categories=("图书",)) == []
    assert quotes(match, "窃听器 针孔摄像头", categories=("图书",)) == ["窃听器", "针孔摄像头"]
    assert quotes(match, "窃*听*器", categories=("图书",)) == ["窃*听*器"]


def test_price_band_moves_the_score():
    [cheap] = an_engine("{terms: [窃听器], price: {above: 100}}").match({"title": "窃听器"}, price=5)
    [dear] = an_engine("{terms: [窃听器], price: {above: 100}}").match({"title": "窃听器"}, price=500)
    [unknown] = an_engine("{terms: [窃听器], price: {above: 100}}").match({"title": "窃听器"})
    assert (cheap.score, unknown.score, dear.score) == (0.75, 0.85, 0.95)


def test_exception_is_named_in_the_finding():
    listing = a_listing("定制抱枕", description="概不退换，不退不换，不支持退货，拆封不退，特价不退")
    reasons = [f.reason for f in wording().inspect(listing, **SEEN) if f.rule == "TERM-NO-RETURN"]
    assert all("消费者定作的商品" in reason for reason in reasons)


def test_low_score_is_weak():
    [finding] = [f for f in wording().inspect(a_listing("角料 走私"), **SEEN) if f.rule == "PG-WILDLIFE"]
    assert (finding.confidence, finding.weak) == (0.7, True)


def test_terms_of_one_field_do_not_run_into_the_next():
    listing = a_listing("代开", description="发票")
    assert "代开\n发票" not in str(found(listing.title, description=listing.description))
    assert quotes("{terms: [窃听器]}", "窃听\n器") == []


def test_patterns_that_are_prefixes_of_each_other_give_the_longest():
    assert quotes("{terms: [窃听, 窃听器, 窃听器材]}", "窃听器材") == ["窃听器材"]


def test_fields_that_a_rule_does_not_read_are_left_alone():
    engine = an_engine("{fields: [title], terms: [窃听器]}")
    assert [*engine.match({"title": "甲", "description": "窃听器"})] == []


def test_spans_point_into_each_field():
    listing = a_listing("全新", description="老料象*牙", attributes=(("材质", "xiang牙"),), price=Decimal(9))
    spans = [s for f in wording().inspect(listing, **SEEN) if f.rule == "PG-WILDLIFE" for s in f.spans]
    assert {span.field for span in spans} == {"description", "attributes_text"}
    assert all(getattr(listing, span.field)[span.start : span.end] == span.quote for span in spans)


HOSTILE = st.text(
    alphabet=st.sampled_from("象牙xiangya🐘*\u200d\ud800。\n 木仓弹qｖ①槍大麻烦严禁"), max_size=60
)


@given(HOSTILE, HOSTILE)
@settings(max_examples=150, deadline=None)
def test_quotes_are_exact_in_every_view(title, description):
    listing = a_listing(title, description=description)
    first = list(wording().inspect(listing, **SEEN))
    for finding in first:
        for span in finding.spans:
            assert span.quote
            assert getattr(listing, span.field)[span.start : span.end] == span.quote
    assert first == list(wording().inspect(listing, **SEEN))


@given(st.text(alphabet=st.sampled_from("象牙xiangyatiandongv1"), max_size=40))
def test_sound_view_covers_its_text(text):
    view = SoundView(text)
    pieces = list(view.pieces(0, len(view.codes)))
    assert "".join(piece for _, piece in pieces) == text


def test_sounds():
    assert sound_of("窃听") == sound_of("切停") != sound_of("听窃")
    assert sound_of("v信") == ""


@pytest.mark.parametrize(
    "text",
    [
        "治疗" * 50_000,
        "治疗糖尿病" * 12_500,
        "象" * 250_000,
        "象" + "\u200d" * 2_500 + "牙",
        "\ud800" * 125_000,
        "xiangya" * 25_000,
        "🐘牙" * 15_000,
        "木仓" * 25_000,
        "全网第一，" * 15_000,
        "a象б牙ｃ①🔫" * 20_000,
        "象牙白" * 37_500,
        "代k发p" * 25_000,
        "象\n牙\n" * 37_500,
    ],
    ids=lambda text: ascii(text[:3]),
)
def test_a_hundred_kilobytes_of_anything_take_seconds(text):
    started = time.process_time()
    findings = list(wording().inspect(a_listing(description=text), **SEEN))
    # Linear work takes a few seconds here on a busy machine; quadratic work would take hours.
    assert time.process_time() - started < 20
    assert all(len(finding.spans) <= MOST_SPANS for finding in findings)


def test_new_words_beside_findings_are_listed():
    texts = [(f"象牙料 鹊鸪料{at}", True) for at in range(6)] + [(f"普通商品{at}", False) for at in range(40)]
    found_words = candidates(texts, known=["象牙料"], ordinary=OrdinaryWords())
    assert [candidate.text for candidate in found_words][:1] == ["鹊鸪料"]
    assert candidates(texts, known=["象牙料", "鹊鸪料"], ordinary=OrdinaryWords()) == []
