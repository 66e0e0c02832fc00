"""Check characters over every value, formats of every kind, and dates."""

from __future__ import annotations

import random
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_10 as other_mod_11_10

from detectors.licensing.numbers import (
    ALPHABET,
    Fault,
    Numbers,
    credit_check,
    credit_fault,
    end_date,
    has_inner_fault,
    mod_11_10,
    organisation_check,
    typing_variants,
)
from rules.licensing import load_licensing
from tests.detectors.licensing.builders import a_code

NUMBERS = Numbers(load_licensing().table)
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


@settings(max_examples=200)
@given(heads, regions, bodies, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_a_single_substitution_is_always_noticed(head: str, region: str, body: str, place: int, other: str):
    stem = head + region + body
    code = stem + credit_check(stem)
    changed = code[:place] + other + code[place + 1 :]
    assert (credit_fault(changed) is None) == (changed == code)


@settings(max_examples=200)
@given(heads, regions, bodies, st.integers(0, 16))
def test_swapped_neighbours_are_always_noticed(head: str, region: str, body: str, place: int):
    stem = head + region + body
    code = stem + credit_check(stem)
    changed = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert (credit_fault(changed) is None) == (changed == code)


@pytest.mark.parametrize("digit", "0123456789")
def test_every_mod_11_10_digit_comes_up(digit: str):
    chance = random.Random(int(digit))
    for _ in range(2000):
        stem = f"330106{chance.randrange(10**8):08d}"
        if mod_11_10(stem) == digit:
            break
    else:
        pytest.fail(f"{digit} never came up")
    assert other_mod_11_10.calc_check_digit(stem) == digit
    assert credit_fault(stem + digit) is None
    assert all(credit_fault(stem + other) is Fault.CHECK for other in "0123456789" if other != digit)


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
    NUMBERS.permits(text)
    end_date(text)


GOOD = {
    "SC": "SC1233010600012",
    "JY": "JY1330106000123",
    "YB": "YB1330106000123",
    "QS": "QS330106012345",
    "HEALTHFOOD": [
        "国食健注G20230001",
        "国食健字J20050011",
        "食健备G201933001234",
        "食健备J202300000123",
        "卫食健字(2000)第0123号",
    ],
    "SPECIALFOOD": ["国食注字YP20170001", "国食注字TY20200012"],
    "COSMETIC_SPECIAL": [
        "国妆特字20231234",
        "国妆特字G20194227",
        "国妆特进字J20201234",
        "国妆特制字20231234",
    ],
    "COSMETIC_FILED": ["浙G妆网备字2023001234", "国妆网备进字（沪）2018001583"],
    "COSMETIC_MAKER": "粤妆20170110",
    "DRUG_PRODUCT": ["国药准字H20230001", "国药准字HJ20230001"],
    "DRUG_TRADE": ["琼AA898000001", "浙DA5710123", "浙CB5710123-001"],
    "DRUG_INFORMATION": "（湘）-经营性-2014-0005",
    "DEVICE_PRODUCT": ["湘械注准20212171172", "国械注进20173400123", "浙杭械备20210123号"],
    "DEVICE_FILED": ["桂柳食药监械经营备20210631号", "浙杭药监械经营备20210631号"],
    "DEVICE_LICENSED": "京经食药监械经营许20170029号",
    "DEVICE_PLATFORM": "（浙）网械平台备字（2018）第00001号",
    "PESTICIDE_PRODUCT": ["PD20080005", "WP20120365", "PD20080005F010123"],
    "PESTICIDE_TRADE": "农药经许（浙）33010620123",
    "SEED": ["A(京)农种许字(2020)第0001号", "C（黑哈五）农种许字（2016）第6001号"],
    "VETDRUG_PRODUCT": "兽药字150012345",
    "VETDRUG_TRADE": "（2020）兽药经营证字130102577号",
    "PUBLICATION": ["新出发滨字第0132号", "新出发浙零字第杭12345号"],
    "ORGANIC": "100OP2248746",
    "ICP_FILING": ["陕ICP备15002899号-4", "浙ICP备2022646555号"],
    "ICP_LICENCE": ["京ICP证030173号", "浙B2-20221234"],
    "POLICE_FILING": "浙公网安备 33010602011771号",
}
CHECKED = {"SC": 2, "JY": 2, "YB": 2}


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        (kind, each)
        for kind, listed in GOOD.items()
        for each in ([listed] if isinstance(listed, str) else listed)
    ],
)
def test_every_kind_is_found_in_a_sentence(kind: str, number: str):
    if kind in CHECKED:
        number = number[:15] if len(number) > 15 else number
        digits = number[2:].ljust(13, "0")[:13]
        number = number[:2] + digits + mod_11_10(digits)
    found = NUMBERS.permits(f"本店许可：{number}，请核对")
    assert [(permit.kind.kind, permit.fault) for permit in found] == [(kind, None)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("国妆特字35030", "COSMETIC_SPECIAL"),
        ("农药经许24779", "PESTICIDE_TRADE"),
        ("G妆网备字451071", "COSMETIC_FILED"),
        ("渝重药监械备202505", "DEVICE_FILED"),
        ("国食健字G060964", "HEALTHFOOD"),
        ("食健备G610152648", "HEALTHFOOD"),
        ("强制性产品认证证书编号：20250311015064", "CCC"),
        ("有机产品认证证书编号：12OP12", "ORGANIC"),
        ("食品经营许可证：123456789", "JY"),
        ("农药经许（浙）44010620123", "PESTICIDE_TRADE"),
        ("药品经营许可证：浙DA12345", "DRUG_TRADE"),
        ("兽药经营证字1301号", "VETDRUG_TRADE"),
        ("新出发浙零字第杭1号", "PUBLICATION"),
        ("D(辽沈新)农种许字第09号", "SEED"),
    ],
)
def test_malformed_numbers_are_found_as_such(text: str, kind: str):
    assert [(permit.kind.kind, permit.fault is not None) for permit in NUMBERS.permits(text)] == [
        (kind, True)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "电话 0571-88886666",
        "订单 921444171900219035",
        "¥35.50 月销 20000 件",
        "型号 SC2023 JY-12",
        "公司成立于2012年",
    ],
)
def test_ordinary_text_holds_no_permit(text: str):
    assert NUMBERS.permits(text) == []


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("有效期至2027年08月26日", date(2027, 8, 26)),
        ("有效期：至2022-11-13", date(2022, 11, 13)),
        ("自2019年09月12日至2024年09月12日", date(2024, 9, 12)),
        ("有效期限：2022.9.9-2027.9.9", date(2027, 9, 9)),
        ("2022/1/2 至 2027/1/1", date(2027, 1, 1)),
        ("2020.01.01—2025.12.31", date(2025, 12, 31)),
        ("2020-01-01~2025-12-31", date(2025, 12, 31)),
        ("发证日期2021-05-06，有效期五年", date(2026, 5, 5)),
        ("签发日期：2020年2月29日 有效期5年", date(2025, 2, 28)),
        ("有效期限 长期", None),
        ("2019年1月1日至长期", None),
        ("发证日期：2021-05-06", None),
        ("成立日期2012年3月1日", None),
        ("有效期至2027年13月26日", None),
        ("到期日 2023.06.30", date(2023, 6, 30)),
        ("有效期截止2025年6月30日", date(2025, 6, 30)),
        ("２０２４年５月１日起至２０２９年４月３０日止", date(2029, 4, 30)),
        ("", None),
    ],
)
def test_end_dates(text: str, day: date | None):
    assert end_date(text) == day
