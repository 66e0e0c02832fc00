"""Twists of number, name and status of the fourth set: the business as shown and as registered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random
from typing import Any

from bench.fresh_licence.cases import Operator
from bench.fresh_licence.pieces import wide
from demo.numbers import credit_code, mod_11_10

Twist = Callable[[Operator, Operator, Random], tuple[Operator, Operator]]


def _shown_no(change: Callable[[str, Random], str]) -> Twist:
    return lambda own, _other, chance: (replace(own, no=change(own.no, chance)), own)


def _shown_name(change: Callable[[Operator, Operator], str]) -> Twist:
    return lambda own, other, _chance: (replace(own, name=change(own, other)), own)


def _both(**facts: Any) -> Twist:
    return lambda own, _other, _chance: (replace(own, **facts), replace(own, **facts))


def _put(number: str, at: int, char: str, *, over: int = 1) -> str:
    return number[:at] + char + number[at + over :]


def _for_digit(number: str, chance: Random) -> str:
    # One digit typed as the letter that looks like it.
    at = chance.choice([at for at, char in enumerate(number) if char in "0125"])
    return _put(number, at, "OIZ  S"[int(number[at])])


def _letter(number: str, chance: Random) -> str:
    # A letter that the alphabet leaves out, where reading it as a digit does not help.
    at = chance.choice([at for at in range(9, 17) if number[at] not in "0125"])
    return _put(number, at, chance.choice("IOZSV"))


def _check(number: str, chance: Random) -> str:
    return number[:-1] + chance.choice([char for char in "0123456789AHKNPRTUWXY" if char != number[-1]])


def _old(own: Operator, chance: Random) -> Operator:
    return replace(own, reg_no=mod_11_10(f"{own.place.region}{chance.randrange(10**8):08d}"))


def _old_number(own: Operator, _other: Operator, chance: Random) -> tuple[Operator, Operator]:
    own = _old(own, chance)
    return replace(own, no=own.reg_no), own


def _old_wrong(own: Operator, _other: Operator, chance: Random) -> tuple[Operator, Operator]:
    own = _old(own, chance)
    wrong = (int(own.reg_no[-1]) + chance.randint(1, 9)) % 10
    return replace(own, no=f"{own.reg_no[:-1]}{wrong}"), own


def _former(own: Operator, other: Operator, _chance: Random) -> tuple[Operator, Operator]:
    before = own.name.replace(own.brand, other.brand)
    return replace(own, name=before), replace(own, former=(before,))


def _one_character(own: Operator, other: Operator) -> str:
    word = own.brand if own.brand in own.name else own.person
    new = next(char for char in other.brand + "恒悦" if char not in own.name)
    return own.name.replace(word, word[:-1] + new)


def _legal_form(own: Operator, _other: Operator) -> str:
    for ending, instead in (
        ("分公司", ""),
        ("股份有限公司", "有限公司"),
        ("有限责任公司", "有限公司"),
        ("有限公司", "有限责任公司"),
    ):
        if own.name.endswith(ending):
            cut = own.name.removesuffix(ending)
            return cut.removesuffix(own.place.district) + instead
    raise ValueError(f"{own.name} is no company")


TWISTS: Mapping[str, Twist] = {
    "wide": _shown_no(lambda no, _: wide(no)),
    "spaced": _shown_no(lambda no, _: f"{no[:2]} {no[2:8]} {no[8:17]} {no[17]}"),
    "hyphens": _shown_no(lambda no, _: f"{no[:8]}-{no[8:17]}-{no[17]}"),
    "lower": _shown_no(lambda no, _: no.lower()),
    "zero_width": _shown_no(lambda no, _: "\u200b".join((no[:6], no[6:12], no[12:]))),
    "tagged": _shown_no(lambda no, _: "".join(f"<span>{no[at : at + 3]}</span>" for at in range(0, 18, 3))),
    "letters_for_digits": _shown_no(_for_digit),
    "reg15": _old_number,
    "reg15_bad": _old_wrong,
    "long": _shown_no(lambda no, chance: _put(no, chance.randint(8, 15), chance.choice("3478"), over=0)),
    "short": _shown_no(lambda no, chance: _put(no, chance.randint(8, 15), "")),
    "letter": _shown_no(_letter),
    "check": _shown_no(_check),
    "unregistered": _both(registered=False),
    "other_number": _shown_no(lambda no, chance: credit_code(no[:2], no[2:8], chance)),
    "half_brackets": _shown_name(lambda own, _: own.name.replace("（", "(").replace("）", ")")),
    "spaced_name": _shown_name(lambda own, _: f"{own.name[:4]} {own.name[4:]}"),
    "dropped_suffix": _shown_name(lambda own, _: own.name.removesuffix("（个体工商户）")),
    "former": _former,
    "one_character": _shown_name(_one_character),
    "legal_form": _shown_name(_legal_form),
    "other_company": _shown_name(lambda _, other: other.name),
    "revoked": _both(status="吊销，未注销"),
    "cancelled": _both(status="注销"),
    "abnormal": _both(note="列入经营异常名录"),
    "dishonest": _both(note="列入严重违法失信名单"),
}
