"""Check characters over every value, and every kind of the table in every way of writing."""

from __future__ import annotations

import random
import re
from datetime import date, timedelta

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_10 as other_mod_11_10

from detectors.licensing.dates import end_date
from detectors.licensing.numbers import (
    ALPHABET,
    Fault,
    Numbers,
    credit_check,
    credit_fault,
    has_inner_fault,
    mod_11_10,
    organisation_check,
    typing_variants,
)
from rules.licensing import HERE, Check, NumberKind, load_licensing
from tests.detectors.licensing.builders import a_code

RULES = load_licensing()
TABLE, DUTIES = RULES.table, RULES.duties
NUMBERS = Numbers(TABLE)
heads = st.sampled_from(["91", "92", "93", "Y1", "A1", "N1", "11", "52"])
regions = st.from_regex(r"[1-6][0-9]{5}", fullmatch=True)
bodies = st.text(ALPHABET, min_size=9, max_size=9)


@settings(max_examples=300)
@given(heads, regions, bodies)
def test_exactly_one_of_31_characters_passes(head: str, region: str, body: str):
    stem = head + region + body
    assert [character for character in ALPHABET if credit_fault(stem + character) is None] == [
        credit_check(stem)
    ]


def test_every_check_value_comes_up_and_agrees_with_another_implementation():
    chance = random.Random(7)
    seen: set[str] = set()
    while len(seen) < 31:
        stem = "91330106" + "".join(chance.choice(ALPHABET) for _ in range(9))
        code = stem + credit_check(stem)
        assert uscc.calc_check_digit(stem) == code[17]
        assert uscc.is_valid(code)
        seen.add(code[17])
    assert seen == set(ALPHABET)


@pytest.mark.parametrize("head", ["Y1", "A1", "N1", "N2"])
def test_codes_that_begin_with_a_letter_are_valid(head: str):
    assert credit_fault(a_code(f"{head}330106")) is None


@pytest.mark.parametrize("head", ["91", "92", "93", "Y1", "N2"])
def test_every_substitution_and_every_swap_of_neighbours_is_noticed(head: str):
    chance = random.Random(head)
    for _ in range(8):
        code = a_code(f"{head}{chance.randrange(110000, 660000)}", "".join(chance.choices(ALPHABET, k=8)))
        assert credit_fault(code) is None
        changed = {code[:at] + other + code[at + 1 :] for at in range(18) for other in ALPHABET}
        changed |= {code[:at] + code[at + 1] + code[at] + code[at + 2 :] for at in range(17)}
        assert [each for each in changed - {code} if credit_fault(each) is None] == []


@pytest.mark.parametrize("kind", [kind.kind for kind in TABLE.kinds if kind.check is Check.MOD_11_10])
@pytest.mark.parametrize("digit", "0123456789")
def test_every_mod_11_10_digit_comes_up_and_no_other_passes(kind: str, digit: str):
    chance = random.Random(digit)
    stem = NUMBERS.kind(kind).good[0][:-6]
    for _ in range(200):
        number = f"{stem}{chance.randrange(10**5):05d}"
        body = number[NUMBERS.kind(kind).check_skip :]
        if other_mod_11_10.calc_check_digit(body) == digit:
            break
    else:
        pytest.fail(f"{digit} never came up")
    assert mod_11_10(body) == digit
    read = {other: NUMBERS.read(number + other) for other in "0123456789"}
    assert {other for other, found in read.items() if found and not found.fault} == {digit}
    assert {found.kind.kind for found in read.values() if found} == {kind}


@pytest.mark.parametrize("character", "0123456789X")
def test_every_organisation_check_character_comes_up(character: str):
    chance = random.Random(11)
    found = next(
        b
        for b in iter(lambda: "".join(chance.choice(ALPHABET) for _ in range(8)), "")
        if organisation_check(b) == character
    )
    assert not has_inner_fault(a_code(body=found))


def test_an_early_code_with_another_inner_check_is_a_warning_only():
    stem = "91330106" + "MA1K2B3C" + ("0" if organisation_check("MA1K2B3C") != "0" else "1")
    code = stem + credit_check(stem)
    assert credit_fault(code) is None
    assert has_inner_fault(code)


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("", Fault.LENGTH),
        ("9133", Fault.LENGTH),
        ("9" * 17, Fault.LENGTH),
        ("9" * 19, Fault.LENGTH),
        ("9" * 14, Fault.LENGTH),
        ("9133010VMA1K2B3CX0", Fault.ALPHABET),
        ("9110000\u0660000000000A"[:18], Fault.ALPHABET),
        ("91330106MA1K2B3C*0", Fault.ALPHABET),
        ("１" * 15, Fault.LENGTH),
    ],
)
def test_faults_are_named(code: str, fault: Fault):
    assert credit_fault(code) is fault


@given(st.text(max_size=40))
def test_no_text_breaks_the_checks(text: str):
    credit_fault(text)
    typing_variants(text)
    NUMBERS.read(text)
    end_date(text)


KINDS = {kind.kind: kind for kind in TABLE.kinds}
LIKE_ITSELF = {"(": "（〔[", ")": "）〕]"}


def labelled(kind: NumberKind, number: str) -> str:
    return f"{kind.labels[0]}：{number}" if kind.labelled_only else number


def is_valid(kind: NumberKind, text: str) -> bool:
    """Whether ``text`` holds a right number of ``kind``."""
    found = [NUMBERS.read(text)] if kind.operator else NUMBERS.permits(text)
    return any(each and each.kind is kind and each.fault is None for each in found)


@st.composite
def numbers_of(draw: st.DrawFn, kind: NumberKind) -> str:
    """Right numbers of a kind, plain as the table has them."""
    provinces = "".join(TABLE.provinces)
    pattern = (
        kind.pattern.replace("{P}", f"[{provinces}]").replace("一-龥", "杭柳沈").replace(r"(?![\d-])", "号")
    )
    number = draw(st.from_regex(re.compile(pattern, re.ASCII), fullmatch=True))
    if kind.check is Check.USCC:
        number = number[:17] + credit_check(number[:17])
    elif kind.check is Check.MOD_11_10:
        number = number[:-1] + mod_11_10(number[kind.check_skip : -1])
    elif kind.check is Check.PROVINCE:
        province = next(each for each in number if each in TABLE.provinces)
        number = re.sub(r"\d{6}", lambda found: TABLE.provinces[province] + found[0][2:], number, count=1)
    return number


def written(number: str, at: int) -> dict[str, str]:
    """The same number as people write it, with a mark put between two of its digits."""
    longest = max(re.finditer(r"\d+", number), key=lambda found: len(found[0]))
    cut = longest.start() + 1 + at % (len(longest[0]) - 1)
    return {
        "full width": "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in number),
        "lower case": number.lower(),
        "space": f"{number[:cut]} {number[cut:]}",
        "wide space": f"{number[:cut]}\u3000{number[cut:]}",
        "every space": " ".join(number),
        # A hyphen more, where the number has one of its own, may stand for either.
        "hyphen": number if "-" in number else f"{number[:cut]}-{number[cut:]}",
        "zero width": "\u200b".join(number),
    } | {
        f"brackets {left}{right}": number.replace("(", left).replace(")", right)
        for left, right in zip(LIKE_ITSELF["("], LIKE_ITSELF[")"], strict=True)
    }


@pytest.mark.parametrize("kind", TABLE.kinds, ids=KINDS)
@settings(max_examples=6, deadline=None)
@given(st.data())
def test_a_right_number_survives_its_writing_and_a_damaged_one_does_not_count(
    kind: NumberKind, data: st.DataObject
):
    number = data.draw(numbers_of(kind))
    for way, text in written(number, data.draw(st.integers(0, 40))).items():
        assert is_valid(kind, labelled(kind, text)), (way, text)
    longest = max(re.finditer(r"\d+", number), key=lambda found: len(found[0]))
    place = data.draw(st.integers(longest.start(), longest.end() - 1))
    damaged = f"{number[:place]}O{number[place + 1 :]}"
    assert not is_valid(kind, labelled(kind, damaged)), damaged


@pytest.mark.parametrize(("kind", "number"), [(kind, number) for kind in TABLE.kinds for number in kind.good])
def test_good_examples_are_read_in_a_sentence_and_explained(kind: NumberKind, number: str):
    if not kind.operator:
        found = NUMBERS.permits(f"本店许可：{labelled(kind, number)}，请核对")
        assert [(each.kind.kind, each.fault) for each in found] == [(kind.kind, None)]
    read = NUMBERS.read(labelled(kind, number))
    assert read is not None
    assert (read.kind.kind, read.fault) == (kind.kind, None)
    told = read.kind.explained(date(2026, 11, 1))
    assert all(each in told for each in (kind.name, kind.form, kind.authority, "《"))
    assert ("未经核实" in told) is not kind.sure


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind in TABLE.kinds for text in kind.bad])
def test_bad_examples_never_count(kind: NumberKind, text: str):
    assert not is_valid(kind, text)
    reads = [NUMBERS.read(text)] if kind.operator else NUMBERS.permits(text)
    can_tell = (
        kind.operator
        or kind.check is Check.PROVINCE
        or kind.stem
        or any(label in text for label in kind.labels)
    )
    assert bool([each for each in reads if each and each.kind is kind and each.fault]) is bool(can_tell)


@pytest.mark.parametrize(
    ("kind", "day", "law"),
    [
        ("JY", date(2022, 1, 1), "《食品经营许可管理办法》"),
        ("JY", date(2023, 12, 1), "《食品经营许可和备案管理办法》"),
        ("COSMETIC_FILED", date(2019, 1, 1), "《化妆品卫生监督条例》"),
        ("COSMETIC_FILED", date(2021, 5, 1), "《化妆品注册备案管理办法》"),
        ("DRUG_TRADE", date(2024, 1, 1), "《药品经营和使用质量监督管理办法》第七十六条"),
        ("DEVICE_PRODUCT", date(2021, 9, 30), "《医疗器械注册管理办法》"),
    ],
)
def test_a_kind_is_explained_by_the_law_of_the_day(kind: str, day: date, law: str):
    assert KINDS[kind].explained(day).endswith(law)


def test_a_kind_still_given_out_has_a_law_for_every_day_since_it_is():
    # One law follows upon another without a day between them.
    for kind in KINDS.values():
        laws = sorted(kind.laws, key=lambda law: law.valid_from or date.min)
        if laws[-1].valid_to is None:
            ends = [law.valid_to for law in laws if law.valid_to]
            starts = {law.valid_from for law in laws}
            assert not [end for end in ends if end + timedelta(days=1) not in starts], kind.kind
            assert (laws[0].valid_from or date.min) <= (kind.valid_from or date.max), kind.kind


def test_laws_begin_on_the_days_that_the_catalogue_gives_them():
    text = (HERE.parent / "catalogue.yaml").read_text(encoding="utf-8")
    days = yaml.load(text, yaml.CSafeLoader)["laws"]
    told = [(law.law, law.valid_from) for kind in KINDS.values() for law in kind.laws if law.law in days]
    told += [(law.law, law.valid_from) for law in (DUTIES.listed, DUTIES.registration, DUTIES.small_turnover)]
    assert {law for law, _ in told} > {"GB 32100-2015 法人和其他组织统一社会信用代码编码规则"}
    assert [each for each in told if days[each[0]] != each[1]] == []


@pytest.mark.parametrize(
    "text",
    [
        "电话 0571-88886666",
        "订单 921444171900219035",
        "¥35.50 月销 20000 件",
        "型号 SC2023 JY-12",
        "公司成立于2012年",
        "充电器 PD100W 快充",
        "九阳 JYY-50FS98 电压力锅",
        "款号 SC20230101 SP2023000188",
    ],
)
def test_ordinary_text_holds_no_permit(text: str):
    assert NUMBERS.permits(text) == []
