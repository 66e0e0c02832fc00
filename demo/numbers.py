"""Invented numbers of valid form 证号: credit codes, permits, registrations, with their check digits.

Sources of the forms: GB 32100-2015 with GB 11714 inside (credit code), ISO 7064 mod 11,10 (SC, JY, YB).
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True)
class Place:
    """A city with the six-digit division code 行政区划 that its numbers carry."""

    province: str
    city: str
    district: str
    short: str
    region: str


def credit_code(kind: str, region: str, rng: Random) -> str:
    """A 统一社会信用代码 whose inner and outer check digits hold.

    Args:
        kind: 91 company, 92 individual business 个体工商户, 93 cooperative.
        region: six-digit division code.
        rng: draws the nine characters in the middle.
    """
    body = "MA" + "".join(rng.choice(_ALPHABET) for _ in range(6))
    first = f"{kind}{region}{body}{organisation_check(body)}"
    return first + credit_check(first)


def organisation_check(body: str) -> str:
    """Check character of an eight-character 组织机构代码.

    >>> organisation_check("D2143569")  # the standard's own example
    'X'
    """
    total = sum(int(char, 36) * weight for char, weight in zip(body, _BODY_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]


def credit_check(first17: str) -> str:
    """Check character of a credit code, from its first seventeen characters."""
    total = sum(_ALPHABET.index(char) * pow(3, place, 31) for place, char in enumerate(first17))
    return _ALPHABET[(31 - total % 31) % 31]


def mod_11_10(digits: str) -> str:
    """``digits`` followed by their ISO 7064 mod 11,10 check digit.

    >>> mod_11_10("31011560098553")
    '310115600985533'
    """
    rest = 10
    for digit in digits:
        rest = ((rest + int(digit)) % 10 or 10) * 2 % 11
    return f"{digits}{(11 - rest) % 10}"


def make(kind: str, place: Place, rng: Random) -> str:
    """A number of one kind for a business in ``place``.

    Raises:
        KeyError: no maker for ``kind``; add one to the table below.
    """
    return _MAKERS[kind](place, rng)


def _digits(rng: Random, count: int) -> str:
    return f"{int(rng.random() * 10**count):0{count}d}"


_MAKERS: dict[str, Callable[[Place, Random], str]] = {
    "SC": lambda p, r: "SC" + mod_11_10(f"1{r.randint(1, 31):02d}{p.region}{_digits(r, 4)}"),
    "JY": lambda p, r: "JY" + mod_11_10(f"1{p.region}{_digits(r, 6)}"),
    "YB": lambda p, r: "YB" + mod_11_10(f"2{p.region}{_digits(r, 6)}"),
    "HEALTH-FILED": lambda p, r: f"食健备G{r.randint(2019, 2025)}{p.region[:2]}{_digits(r, 6)}",
    "HEALTH-REGISTERED": lambda _p, r: f"国食健注G{r.randint(2018, 2025)}{_digits(r, 4)}",
    "DRUG-TRADE": lambda p, r: f"{p.short}D{r.choice('AB')}{r.randint(310, 899):04d}{_digits(r, 5)}",
    "DRUG-OTC": lambda _p, r: f"国药准字Z{r.randint(1, 65):02d}02{_digits(r, 4)}",
    "DRUG-CHEM": lambda _p, r: f"国药准字H20{r.randint(3, 23):02d}{_digits(r, 4)}",
    "DEVICE-1": lambda p, r: f"{p.short}{p.city[:1]}械备20{r.randint(18, 25)}{_digits(r, 4)}号",
    "DEVICE-2": lambda p, r: f"{p.short}械注准20{r.randint(18, 25)}2{r.randint(1, 22):02d}{_digits(r, 4)}",
    "DEVICE-TRADE": lambda p, r: f"{p.short}{p.city[:1]}药监械经营备20{r.randint(18, 25)}{_digits(r, 4)}号",
    "COSMETIC": lambda p, r: f"{p.short}G妆网备字20{r.randint(21, 26)}{_digits(r, 6)}",
    "COSMETIC-SPECIAL": lambda _p, r: f"国妆特字20{r.randint(21, 26)}{_digits(r, 4)}",
    "COSMETIC-MAKER": lambda p, r: f"{p.short}妆20{r.randint(16, 25)}{_digits(r, 4)}",
    "CCC": lambda _p, r: f"20{r.randint(19, 26)}01{r.randint(1, 22):02d}{_digits(r, 8)}",
    "PESTICIDE": lambda _p, r: f"PD20{r.randint(10, 25)}{_digits(r, 4)}",
    "PESTICIDE-HOME": lambda _p, r: f"WP20{r.randint(10, 25)}{_digits(r, 4)}",
    "PESTICIDE-TRADE": lambda p, r: f"农药经许（{p.short}）{p.region}2{_digits(r, 4)}",
    "SEED-TRADE": lambda p, r: (
        f"D（{p.short}{p.city[:1]}{p.district[:1]}）农种许字（20{r.randint(20, 26)}）第{_digits(r, 4)}号"
    ),
    "DISINFECT": lambda p, r: f"{p.short}卫消证字（20{r.randint(18, 25)}）第{_digits(r, 4)}号",
    "RADIO": lambda _p, r: f"20{r.randint(20, 26)}DP{_digits(r, 4)}",
    "BARCODE": lambda _p, r: f"69{_digits(r, 11)}",
}
