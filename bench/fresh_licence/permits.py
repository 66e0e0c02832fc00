"""Permits 许可 of the third and fourth set: numbers right and wrong, and what the register calls them."""

from __future__ import annotations

from random import Random

from bench.fresh_licence.cases import Operator
from demo.numbers import make, mod_11_10

# Category to the register's kind of permit; numbers of cosmetics belong to goods, not to operators.
REGISTER_KIND = {
    "food": "JY", "wine": "JY", "health_food": "JY", "catering": "JY2", "drug": "YPJY", "device2": "XIEBEI",
    "device3": "XIEXU", "pesticide": "NYJX", "seed": "ZZXK", "vetdrug": "SYJY", "book": "CBW",
}  # fmt: skip
_MADE = {
    "food": "JY", "wine": "JY", "health_food": "JY", "drug": "DRUG-TRADE", "device2": "DEVICE-TRADE",
    "cosmetic": "COSMETIC", "cosmetic_sp": "COSMETIC-SPECIAL", "pesticide": "PESTICIDE-TRADE",
    "seed": "SEED-TRADE",
}  # fmt: skip


def permit(category: str, operator: Operator, chance: Random) -> str:
    """A permit number of valid form for the category."""
    place = operator.place
    if category == "catering":
        return "JY" + mod_11_10(f"2{place.region}{chance.randrange(10**6):06d}")
    if category == "device3":
        return make("DEVICE-TRADE", place, chance).replace("经营备", "经营许")
    if category == "vetdrug":
        return f"（20{chance.randint(22, 25)}）兽药经营证字{place.region}{chance.randint(100, 999)}号"
    if category == "book":
        return f"新出发{place.short}零字第{place.city[0]}{chance.randint(10000, 99999)}号"
    if category in {"food", "wine"} and chance.random() < 0.35:
        return make("YB", place, chance)
    return make(_MADE[category], place, chance)


def spoilt(category: str, number: str) -> str:
    """The same permit in a form that its kind does not have, or with a wrong check digit."""
    if category in {"food", "wine"}:
        return f"{number[:-1]}{(int(number[-1]) + 3) % 10}"
    cut = {"catering": -1, "drug": -4, "cosmetic": -5, "cosmetic_sp": -4, "pesticide": -2}
    if category in cut:
        return number[: cut[category]]
    if category == "seed":
        return number[: number.index("（20")] + number[number.index("第") :]
    return number[:-5] + "号"
