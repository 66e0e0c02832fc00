"""Check characters of operators' and permit numbers 校验码: pure sums over the number itself."""

from __future__ import annotations

import re
from enum import StrEnum

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""GB 32100-2015: digits and capitals without I, O, S, V and Z; a character's place is its value."""
_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_INNER_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_USCC = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")


def credit_check(body: str) -> str:
    """Check character 校验码 of the first 17 characters of a 统一社会信用代码.

    Source:
        GB 32100-2015: (31 - Σ value·3^(i-1) mod 31) mod 31.

    >>> credit_check("91310115MADXFLP68")
    'D'
    """
    total = sum(_VALUE[character] * weight for character, weight in zip(body, _WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def organisation_check(body: str) -> str:
    """Check character of the first 8 characters of a 组织机构代码, which stands inside a credit code.

    Source:
        GB 11714-1997: 11 - Σ value·weight mod 11; 10 is X, 11 is 0. Letters count from A = 10.

    >>> organisation_check("MADXFLP6")
    '8'
    """
    values = (ord(c) - 48 if c.isdigit() else ord(c) - 55 for c in body)
    rest = 11 - sum(value * weight for value, weight in zip(values, _INNER_WEIGHTS, strict=True)) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


def mod_11_10(digits: str) -> str:
    """Check digit 校验位 of the old registration number and of food permits, over the digits before it.

    Source:
        ISO 7064 hybrid system MOD 11,10 (GB/T 17710).

    >>> mod_11_10("31011560098553")
    '3'
    """
    rest = 10
    for digit in digits:
        rest = (rest + int(digit)) % 10 or 10
        rest = rest * 2 % 11
    return str((11 - rest) % 10)


class Fault(StrEnum):
    """What is wrong with a number."""

    LENGTH = "length"
    ALPHABET = "alphabet"
    CHECK = "check"
    FORMAT = "format"
    PROVINCE = "province"


def credit_fault(code: str) -> Fault | None:
    """What is wrong with ``code`` as a 统一社会信用代码 or a 15-digit 工商注册号; ``None``: nothing.

    >>> credit_fault("91310115MADXFLP68D") is None, credit_fault("310115600985533") is None
    (True, True)
    >>> credit_fault("91310115MADXFLP68")
    <Fault.LENGTH: 'length'>
    """
    if len(code) == 15 and code.isdigit() and code.isascii():
        return None if mod_11_10(code[:14]) == code[14] else Fault.CHECK
    if len(code) != 18:
        return Fault.LENGTH
    if not _USCC.fullmatch(code):
        return Fault.ALPHABET
    return None if credit_check(code[:17]) == code[17] else Fault.CHECK


def has_inner_fault(code: str) -> bool:
    """Whether the 组织机构代码 inside fails its own check: a warning, as early codes were looser."""
    return len(code) == 18 and organisation_check(code[8:16]) != code[16]
