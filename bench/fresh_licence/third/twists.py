"""Twists of number, name and status of the third set: the business as shown and as registered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

from bench.fresh_licence.cases import Operator
from bench.fresh_licence.pieces import wide
from demo.numbers import credit_check, mod_11_10

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ALIKE = {"0": "O", "1": "I", "2": "Z", "5": "S"}
BRANDS = "葭荻莳薇蓁桉柘棣渟湉泠沄旻昀晗曈"

Pair = tuple[Operator, Operator]
"""The operator as shown and as registered."""


def _is_valid(code: str) -> bool:
    return len(code) == 18 and set(code) <= set(_ALPHABET) and credit_check(code[:17]) == code[17]


def _number(change: Callable[[str, Random], str], *, valid: bool) -> Callable[[Operator, Random], Pair]:
    def twisted(operator: Operator, chance: Random) -> Pair:
        while True:
            shown = change(operator.no, chance)
            if valid or not _is_valid(shown):
                return replace(operator, no=shown), operator

    return twisted


def _wrong_check(code: str, chance: Random) -> str:
    return code[:-1] + chance.choice([char for char in _ALPHABET if char != code[-1]])


def _two_wrong(code: str, chance: Random) -> str:
    chars = list(code)
    for at in chance.sample(range(9, 17), 2):
        chars[at] = chance.choice("34679ACDEFGHJKMNPQRTUWXY")
    return "".join(chars)


def _swapped(code: str, chance: Random) -> str:
    places = [at for at in range(8, 17) if code[at] != code[at + 1]]
    at = chance.choice(places)
    return code[:at] + code[at + 1] + code[at] + code[at + 2 :]


def _alike(code: str, _chance: Random) -> str:
    # Only after the region, where a typist mixes letters and digits.
    at = max(place for place, char in enumerate(code) if char in _ALIKE)
    return code[:at] + _ALIKE[code[at]] + code[at + 1 :]


def _alike_beyond_repair(code: str, chance: Random) -> str:
    while True:
        wrong = _swapped(code, chance)
        at = next(place for place, char in enumerate(wrong) if char in _ALIKE)
        if not _is_valid(wrong):
            return wrong[:at] + _ALIKE[wrong[at]] + wrong[at + 1 :]


def _b_for_8(code: str, chance: Random) -> str:
    places = [at for at, char in enumerate(code) if char == "8"]
    if not places:
        return _wrong_check(code, chance)
    return code[: places[-1]] + "B" + code[places[-1] + 1 :]


def _identity(_code: str, chance: Random) -> str:
    born = f"1{chance.randint(970, 999)}0{chance.randint(1, 9)}1{chance.randint(0, 9)}"
    first = f"330304{born}{chance.randint(100, 999)}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return (
        first
        + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(first, weights, strict=True)) % 11]
    )


def _reg15(operator: Operator, chance: Random) -> Pair:
    number = mod_11_10(f"{operator.place.region}{chance.randrange(10**8):08d}")
    return replace(operator, no=number), replace(operator, reg_no=number)


def _reg15_bad(operator: Operator, chance: Random) -> Pair:
    shown, registered = _reg15(operator, chance)
    return replace(shown, no=f"{shown.no[:-1]}{(int(shown.no[-1]) + 4) % 10}"), registered


def _unregistered(operator: Operator, _chance: Random) -> Pair:
    return operator, replace(operator, registered=False)


def _state(status: str, note: str = "") -> Callable[[Operator, Random], Pair]:
    return lambda operator, _chance: (operator, replace(operator, status=status, note=note))


def _name(change: Callable[[Operator, Random], str]) -> Callable[[Operator, Random], Pair]:
    return lambda operator, chance: (replace(operator, name=change(operator, chance)), operator)


def _other_brand(operator: Operator, chance: Random, *, kept: int = 0) -> str:
    others = [char for char in BRANDS if char not in operator.brand]
    brand = operator.brand[:kept] + "".join(chance.sample(others, 2 - kept))
    return operator.name.replace(operator.brand, brand)


def _former_name(operator: Operator, chance: Random) -> Pair:
    former = _other_brand(operator, chance)
    return replace(operator, name=former), replace(operator, former=(former,))


def _legal_form(operator: Operator, _chance: Random) -> str:
    for ending, other in (
        ("有限责任公司", "有限公司"),
        ("有限公司", "有限责任公司"),
        ("合作社", "合作社联合社"),
    ):
        if operator.name.endswith(ending):
            return operator.name.removesuffix(ending) + other
    return operator.name.removesuffix("（个体工商户）").removesuffix("店") + "经营部"


def _revoked_other_name(operator: Operator, chance: Random) -> Pair:
    shown = replace(operator, name=_other_brand(operator, chance))
    return shown, replace(operator, status="吊销，未注销")


TWISTS: dict[str, Callable[[Operator, Random], Pair]] = {
    "wrong_check": _number(_wrong_check, valid=False),
    "two_wrong": _number(_two_wrong, valid=False),
    "swapped": _number(_swapped, valid=False),
    "short": _number(
        lambda code, chance: code[: (at := chance.randint(9, 15))] + code[at + 1 :], valid=False
    ),
    "long": _number(
        lambda code, chance: code[: (at := chance.randint(9, 15))] + "3" + code[at:], valid=False
    ),
    "alien_letter": _number(lambda code, _chance: f"{code[:12]}V{code[13:]}", valid=False),
    "b_for_8": _number(_b_for_8, valid=False),
    "letters_beyond_repair": _number(_alike_beyond_repair, valid=False),
    "identity": _number(_identity, valid=False),
    "letters_for_digits": _number(_alike, valid=True),
    "lower": _number(lambda code, _chance: code.lower(), valid=True),
    "spaced": _number(lambda code, _chance: f"{code[:4]} {code[4:8]} {code[8:12]} {code[12:]}", valid=True),
    "hyphens": _number(lambda code, _chance: f"{code[:2]}-{code[2:8]}-{code[8:17]}-{code[17]}", valid=True),
    "wide": _number(lambda code, _chance: wide(code), valid=True),
    "zero_width": _number(lambda code, _chance: "\u200b".join((code[:6], code[6:11], code[11:])), valid=True),
    "nbsp": _number(lambda code, _chance: "&nbsp;".join((code[:8], code[8:])), valid=True),
    "soft_spans": _number(lambda code, _chance: "<wbr>".join((code[:7], code[7:13], code[13:])), valid=True),
    "reg15": _reg15,
    "reg15_bad": _reg15_bad,
    "unregistered": _unregistered,
    "revoked": _state("吊销，未注销"),
    "cancelled": _state("注销"),
    "abnormal": _state("存续", "列入经营异常名录"),
    "dishonest": _state("存续", "列入严重违法失信名单"),
    "half_brackets": _name(lambda o, _chance: o.name.replace("（", "(").replace("）", ")")),
    "dropped_suffix": _name(lambda o, _chance: o.name.removesuffix("（个体工商户）")),
    "spaced_name": _name(lambda o, _chance: o.name.replace(o.brand, f" {o.brand} ")),
    "former_name": _former_name,
    "other_trade": _name(_other_brand),
    "one_character": _name(lambda o, chance: _other_brand(o, chance, kept=1)),
    "legal_form": _name(_legal_form),
    "revoked_other_name": _revoked_other_name,
}
