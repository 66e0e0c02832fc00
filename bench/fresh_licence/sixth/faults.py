"""What is wrong with numbers, names and permits in the sixth and seventh set."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from bench.fresh_licence.cases import Operator
from bench.fresh_licence.pieces import wide
from demo.numbers import credit_check, mod_11_10

# Ways to write a number that leave it what it is; a number with a 0 is asked for the last but one.
VARIANTS = 9
FAULTS = 11


def written(no: str, kind: int) -> str:
    """``no`` as a page may write it, still the same number; ``kind`` below ``VARIANTS``."""
    return (
        wide(no),
        f"{no[:2]} {no[2:8]} {no[8:17]} {no[17]}",
        "\u200b".join((no[:6], no[6:12], no[12:])),
        f"{no[:9]}&nbsp;{no[9:]}",
        f"{no[:8]}<wbr>{no[8:]}",
        no.lower(),
        "-".join((no[:2], no[2:8], no[8:])),
        no.replace("0", "O"),
        "".join(f"<i>{char}</i>" for char in no),
    )[kind]


def spoilt(op: Operator, kind: int, chance: Random) -> Operator:
    """``op`` with a number that fails length, alphabet or check, whatever a reader takes O, I, Z, S for.

    ``kind`` is below ``FAULTS``; the last is a number that would hold with O for 0, and is to be shown for a
    business that the register does not know.
    """
    no = op.no
    swap = next(at for at in range(9, 16) if no[at] != no[at + 1])
    numbers = (
        _other_end(no),
        no[:16] + no[17],
        no[:13] + "4" + no[13:],
        f"{no[:10]}V{no[11:]}",
        f"{no[:4]}{(int(no[4]) + 3) % 10}{no[5:]}",
        f"{no[:swap]}{no[swap + 1]}{no[swap]}{no[swap + 2 :]}",
        _spoilt_old(op, chance),
        _identity(op, chance),
        _other_end(no).replace("0", "O"),
        wide(_other_end(no)),
        no.replace("0", "O"),
    )
    return replace(op, no=numbers[kind])


def misnamed(op: Operator, kind: int, brand: str) -> tuple[Operator, Operator]:
    """A business as shown, and as it is registered under the same number with another name.

    ``kind``: 0 a former name, 1 another business, 2 one character, 3 the legal form, 4 the place.
    """
    if kind == 0:
        now = replace(op, name=op.name.replace(op.brand, brand), brand=brand)
        return op, replace(now, former=(op.name,))
    if kind == 1:
        return replace(op, name=op.name.replace(op.brand, brand), brand=brand), op
    if kind == 2:
        other = op.brand[:-1] + next(each for each in "堂轩阁" if each not in op.name)
        return replace(op, name=op.name.replace(op.brand, other), brand=other), op
    if kind == 3:
        stem = op.name.removesuffix("有限责任公司").removesuffix("股份有限公司").removesuffix("有限公司")
        ends = op.name.removeprefix(stem)
        return replace(op, name=stem + ("有限公司" if ends != "有限公司" else "有限责任公司")), op
    city = op.place.city.removesuffix("市")
    return replace(op, name=op.name.replace(city, "嘉兴", 1)), op


def wrong_permit(category: str, number: str, op: Operator) -> str:
    """A permit number of a category in a form that it does not have, or with a wrong check digit."""
    if number.startswith("JY"):
        end = (int(number[-1]) + 4) % 10
        return number[:-3] if category == "catering" else f"{number[:-1]}{end}"
    return {
        "drug": f"{op.place.short}DB{number[-4:]}",
        "pesticide": f"农药经许{number[-5:]}",
        "cosmetic_sp": f"国妆特字{number[-5:]}",
        "seed": f"农种许字{number[-5:-1]}",
    }[category]


def _other_end(no: str) -> str:
    return no[:-1] + ("5" if no[-1] != "5" else "8")


def _spoilt_old(op: Operator, chance: Random) -> str:
    held = mod_11_10(f"{op.place.region}{chance.randrange(10**8):08d}")
    return f"{held[:-1]}{(int(held[-1]) + 2) % 10}"


def _identity(op: Operator, chance: Random) -> str:
    # The number of a resident's card, as long as a credit code.
    first = f"{op.place.region}19{chance.randint(62, 99)}0{chance.randint(1, 9)}1{chance.randint(0, 9)}"
    first += f"{chance.randrange(1000):03d}"
    return first + next(each for each in "26X" if each != credit_check(first))
