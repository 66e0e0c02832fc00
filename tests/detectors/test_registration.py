"""Registration numbers: every check value there is."""

from __future__ import annotations

import random

import pytest

from detectors.registration import (
    CREDIT_CODE_ALPHABET,
    credit_code_check,
    is_credit_code,
    is_registration_number,
)


def codes_by_check_character():
    found: dict[str, str] = {}
    chance = random.Random(1)
    while len(found) < 31:
        body = "91330106" + "".join(chance.choices(CREDIT_CODE_ALPHABET, k=9))
        found.setdefault(credit_code_check(body), body)
    return found


def plain_check(body):
    """The standard's own words: weights 1, 3, 9, 27 … modulo 31; 31 minus the remainder; 31 counts as 0."""
    weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
    left = sum(w * CREDIT_CODE_ALPHABET.index(c) for w, c in zip(weights, body, strict=True)) % 31
    return CREDIT_CODE_ALPHABET[0 if left == 0 else 31 - left]


@pytest.mark.parametrize(("check", "body"), sorted(codes_by_check_character().items()))
def test_every_check_value(check, body):
    assert plain_check(body) == check
    assert is_credit_code(body + check)
    assert not any(is_credit_code(body + wrong) for wrong in CREDIT_CODE_ALPHABET if wrong != check)


@pytest.mark.parametrize(
    "number",
    [
        "",
        "91330106MA2CDEFG0",
        "91330106MA2CDEFG0XX",
        "I1330106MA2CDEFG0X",
        "91330106ma2cdefg0x",
        "9133010６MA2CDEFG0X",
    ],
)
def test_what_is_no_code(number):
    assert not is_credit_code(number)


def test_every_single_wrong_character_is_noticed():
    code = "91330106MA2CDEFG0X"
    for at, right in enumerate(code):
        for wrong in set(CREDIT_CODE_ALPHABET) - {right}:
            assert not is_credit_code(code[:at] + wrong + code[at + 1 :])


def test_check_needs_seventeen_characters():
    with pytest.raises(ValueError, match="17 characters"):
        credit_code_check("9133")


def test_old_numbers_have_one_right_last_digit():
    chance = random.Random(2)
    for _ in range(200):
        body = "".join(chance.choices("0123456789", k=14))
        assert sum(is_registration_number(body + digit) for digit in "0123456789") == 1
    assert not is_registration_number("31011560098553")
    assert not is_registration_number("３10115600985533")
