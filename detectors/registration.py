"""Registration numbers 登记号码: the unified social credit code and the old 15-digit number, with checks."""

from __future__ import annotations

import re

CREDIT_CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""Characters of a unified social credit code: no I, O, S, V, Z."""
_CREDIT_CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}", re.ASCII)
_VALUES = {character: value for value, character in enumerate(CREDIT_CODE_ALPHABET)}


def credit_code_check(body: str) -> str:
    """Check character 校验码 of the first 17 characters of a unified social credit code 统一社会信用代码.

    Raises:
        ValueError: not 17 characters of the code's alphabet.

    Source:
        GB 32100-2015: the weight of place i is 3^(i-1) mod 31; the check value is 31 minus the weighted sum
        mod 31, and 31 counts as 0.

    >>> credit_code_check("91330106MA2CDEFG0")
    'X'
    """
    if len(body) != 17 or not set(body) <= set(CREDIT_CODE_ALPHABET):
        raise ValueError(f"expected 17 characters of {CREDIT_CODE_ALPHABET}; found {body!r}")
    total = sum(_VALUES[character] * pow(3, place, 31) for place, character in enumerate(body))
    return CREDIT_CODE_ALPHABET[-total % 31]


def is_credit_code(number: str) -> bool:
    """Whether ``number`` is a unified social credit code with the right check character.

    >>> is_credit_code("91330106MA2CDEFG0X"), is_credit_code("91330106MA2CDEFG0A")
    (True, False)
    """
    return _CREDIT_CODE.fullmatch(number) is not None and credit_code_check(number[:17]) == number[17]


def is_registration_number(number: str) -> bool:
    """Whether ``number`` is an old 15-digit registration number 工商注册号 with the right check digit.

    Source:
        GS 15-2006; the check is the hybrid system mod 11,10 of ISO 7064 (GB/T 17710).

    >>> is_registration_number("310115600985533"), is_registration_number("310115600985535")
    (True, False)
    """
    if re.fullmatch(r"\d{15}", number, re.ASCII) is None:
        return False
    product = 10
    for digit in number[:14]:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return (product + int(number[14])) % 10 == 1
