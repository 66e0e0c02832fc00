"""Licences that are shown and not true 证照不实: faults in honest displays, and the register to compare.

A fault changes what a shop shows or what the register holds, never both, so that only a comparison tells.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

from demo.chance import apportioned, shuffled, stream
from demo.shops import BREACHES
from demo.vocabulary import Vocabulary
from demo.world import Display, Flaw, Operator, Plant, Shop

RULE_OF = {
    Flaw.HIDDEN: "LIC-HIDDEN",
    Flaw.INVALID_NUMBER: "LIC-INVALID-NUMBER",
    Flaw.NOT_IN_REGISTRY: "LIC-NOT-IN-REGISTRY",
    Flaw.NAME: "LIC-NAME-MISMATCH",
    Flaw.STATUS: "LIC-STATUS-ABNORMAL",
    Flaw.PERMIT_EXPIRED: "PERMIT-EXPIRED",
    Flaw.PERMIT_INVALID: "PERMIT-INVALID",
}
_SHOWN = frozenset({Display.FOOTER_TEXT, Display.LINK_LICENCE, Display.LINK_BADGE, Display.LINK_OPERATOR})
_STATUSES = (
    ("吊销，未注销", ""),
    ("注销", ""),
    ("存续", "列入经营异常名录"),
    ("存续", "列入严重违法失信名单"),
)
_ENDS, _ENDED = "2030-12-31", "2025-06-30"


def with_flaws(shops: list[Shop], vocabulary: Vocabulary, seed: int) -> list[Shop]:
    """The shops, some with a licence that is hidden or not true, some with the operator of another shop."""
    rates = vocabulary.world.licences
    flaws = _assigned(shops, rates.flaws, seed)
    made = [_flawed(shop, flaws.get(shop.id), vocabulary, stream(seed, "flaw", shop.id)) for shop in shops]
    whole = [shop for shop in made if shop.display in _SHOWN and shop.flaw is None]
    twins = [
        each.id
        for each in sorted(whole, key=lambda shop: stream(seed, "twin", shop.id).random())
        if not each.permits
    ][: 2 * round(rates.same_operator * len(shops))]
    owners = {shop.id: shop.operator for shop in whole}
    shared = {second: owners[first] for first, second in zip(twins[::2], twins[1::2], strict=False)}
    return [replace(shop, operator=shared.get(shop.id, shop.operator)) for shop in made]


def with_operators_of(first: list[Shop], shops: list[Shop], vocabulary: Vocabulary, seed: int) -> list[Shop]:
    """The shops of another platform, some run by operators of ``first``, some borrowing only their number."""
    count = round(vocabulary.world.licences.same_operator_elsewhere * len(shops))
    free = {shop.id: shop for shop in _in_order(first, seed) if shop.display in _SHOWN and shop.flaw is None}
    made: dict[str, Shop] = {}
    for shop in _in_order(shops, seed):
        borrows = shop.flaw is Flaw.NAME and not shop.permits
        if shop.display not in _SHOWN or not (borrows or (shop.flaw is None and len(made) < count)):
            continue
        owner = next((each for each in free.values() if _can_run(each, shop)), None)
        if owner is None:
            continue
        del free[owner.id]
        held = dict(owner.permits)
        operator = replace(owner.operator, name=shop.operator.name) if borrows else owner.operator
        permits = tuple((name, held[name]) for name, _ in shop.permits)
        registered = owner.operator if borrows else None
        made[shop.id] = replace(shop, operator=operator, permits=permits, registered=registered)
    return [made.get(shop.id, shop) for shop in shops]


def _in_order(shops: list[Shop], seed: int) -> list[Shop]:
    return sorted(shops, key=lambda shop: stream(seed, "elsewhere", shop.id).random())


def _can_run(owner: Shop, shop: Shop) -> bool:
    """Sells the same first, and has every permit that the shop needs."""
    return (
        owner.categories[0] == shop.categories[0] and dict(shop.permits).keys() <= dict(owner.permits).keys()
    )


def _assigned(shops: list[Shop], rates: dict[Flaw, float], seed: int) -> dict[str, Flaw]:
    """Exact shares, each fault where it can be seen."""
    by_id = {shop.id: shop for shop in shops if shop.display in _SHOWN}
    order = shuffled(seed, "flaw", by_id)
    found: dict[str, Flaw] = {}
    for flaw, count in zip(rates, apportioned(len(shops), rates.values()), strict=True):
        fitting = [each for each in order if each not in found and _can_have(by_id[each], flaw)]
        found |= dict.fromkeys(fitting[:count], flaw)
    return found


def _can_have(shop: Shop, flaw: Flaw) -> bool:
    if flaw is Flaw.HIDDEN:
        return shop.display is Display.FOOTER_TEXT
    if flaw is Flaw.PERMIT_INVALID:
        # One number with a check digit, so that a wrong one stands for itself.
        return len(shop.permits) == 1 and shop.permits[0][1].startswith(("JY", "YB"))
    return bool(shop.permits) if flaw is Flaw.PERMIT_EXPIRED else True


def _flawed(shop: Shop, flaw: Flaw | None, vocabulary: Vocabulary, rng: Random) -> Shop:
    if flaw is None:
        return shop
    change = _CHANGES.get(flaw)
    return replace(change(shop, vocabulary, rng) if change else shop, flaw=flaw, registered=shop.operator)


def _other_number(shop: Shop, _vocabulary: Vocabulary, rng: Random) -> Shop:
    code = shop.operator.code
    wrong = rng.choice([each for each in "0123456789ABCDEFGHJKLMNPQRTUWXY" if each != code[-1]])
    return replace(shop, operator=replace(shop.operator, code=code[:-1] + wrong))


def _other_name(shop: Shop, vocabulary: Vocabulary, rng: Random) -> Shop:
    words = "".join(rng.sample(vocabulary.shops.company_words, 2))
    name = f"{shop.place.city}{words}{rng.choice(vocabulary.shops.company_endings)}"
    return replace(shop, operator=replace(shop.operator, name=name))


def _other_permit(shop: Shop, _vocabulary: Vocabulary, rng: Random) -> Shop:
    (name, number), *rest = shop.permits
    last = rng.choice([each for each in "0123456789" if each != number[-1]])
    return replace(shop, permits=((name, number[:-1] + last), *rest))


_CHANGES: dict[Flaw, Callable[[Shop, Vocabulary, Random], Shop]] = {
    Flaw.INVALID_NUMBER: _other_number,
    Flaw.NAME: _other_name,
    Flaw.PERMIT_INVALID: _other_permit,
}


def licence_plants(shops: Iterable[Shop]) -> Iterator[Plant]:
    """The truth about licences that are shown, and permits that are not."""
    for shop in shops:
        if shop.flaw is not None:
            yield Plant(rule=RULE_OF[shop.flaw], subject=shop.id, kind="shop")
        if shop.permits and shop.display in BREACHES:
            yield Plant(rule="PERMIT-MISSING", subject=shop.id, kind="shop")


def register_rows(shops: Iterable[Shop]) -> Iterator[dict[str, Any]]:
    """What the register holds of the shops' operators, each once."""
    seen: set[str] = set()
    for shop in shops:
        operator = shop.registered or shop.operator
        if not operator.code or operator.code in seen or shop.flaw is Flaw.NOT_IN_REGISTRY:
            continue
        seen.add(operator.code)
        yield _row(shop, operator)


def _row(shop: Shop, operator: Operator) -> dict[str, Any]:
    status, note = "存续", ""
    if shop.flaw is Flaw.STATUS:
        status, note = _STATUSES[sum(map(ord, shop.id)) % len(_STATUSES)]
    ends = _ENDED if shop.flaw is Flaw.PERMIT_EXPIRED else _ENDS
    permits = () if shop.flaw is Flaw.PERMIT_INVALID else shop.permits
    return {
        "uscc": operator.code,
        "name": operator.name,
        "type": operator.form,
        "legal_rep": operator.person,
        "address": operator.address,
        "scope": operator.scope,
        "established": operator.since.isoformat(),
        "status": status,
        "status_note": note,
        "permits": [{"kind": name, "no": number, "valid_to": ends} for name, number in permits],
    }


def write_register(shops: Iterable[Shop], path: Path) -> None:
    """Writes the register as JSON lines, as an office would hand it over."""
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in register_rows(shops))
    path.write_text("".join(lines), encoding="utf-8")
