"""Who stands behind a shop 经营主体, and behind which others, for the pages that show it."""

from __future__ import annotations

from dataclasses import dataclass

from domain.finding import OperatorCase, operator_cases
from domain.licence import LicenceRecord
from domain.register import OperatorRow
from storage.review_queue import QueueFilter, Rows
from storage.store import Store

MOST_SHOPS = 100
SHOWN_FINDINGS = 8
SHOWN_OTHERS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorShown:
    """The operator that a shop showed last, as a finding's page tells it."""

    number: str
    name: str
    is_proved: bool
    """Displayed and verified; else the shop claims to be it 自称."""
    shops: tuple[str, ...]
    """Its other shops."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopOf:
    """One shop of an operator: what it displayed, and what was found there."""

    record: LicenceRecord
    name: str
    findings: Rows
    """The first ones, any status."""
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorPage:
    """One operator as a subject: its shops on every platform, who claims to be it, its cases."""

    identity: str
    name: str
    row: OperatorRow | None
    """What the register says now; ``None`` for one without a number, or where there is no register."""
    shops: tuple[ShopOf, ...]
    claims: tuple[ShopOf, ...]
    cases: tuple[OperatorCase, ...]


def operator_of(store: Store, shop: str) -> OperatorShown | None:
    """The operator that a shop showed last; ``None`` where it showed none."""
    record = store.licences.latest(shop) if shop else None
    if record is None or not (record.identity or record.code):
        return None
    others = [each.shop for each in store.licences.shops_of(record.identity) if each.shop != shop]
    return OperatorShown(
        number=record.identity or record.code,
        name=(record.registered_name if record.identity else "") or record.name,
        is_proved=bool(record.identity),
        shops=tuple(others[:SHOWN_OTHERS]),
    )


def operator_page(store: Store, identity: str) -> OperatorPage | None:
    """Everything known of an operator; ``None`` where no shop showed it and no register has it."""
    register = store.registers.register()
    row = (register.by_code(identity) or register.by_old_number(identity)) if register else None
    shops = store.licences.shops_of(identity)
    numbers = (identity, *((row.code, row.old_number) if row else ()))
    claims = store.licences.claiming(*numbers)
    if row is None and not shops and not claims:
        return None
    named = [record.registered_name or record.name for record in shops]
    return OperatorPage(
        identity=identity,
        name=row.name if row else next(filter(None, named), ""),
        row=row,
        shops=tuple(_shop(store, record) for record in shops[:MOST_SHOPS]),
        claims=tuple(_shop(store, record) for record in claims[:MOST_SHOPS]),
        cases=tuple(operator_cases(store.leads.of_operator(identity))),
    )


def _shop(store: Store, record: LicenceRecord) -> ShopOf:
    shop = store.shops.get(record.shop)
    asked = QueueFilter(shop=record.shop)
    return ShopOf(
        record=record,
        name=shop.name if shop else record.shop,
        findings=store.review_queue.page(asked, limit=SHOWN_FINDINGS),
        count=store.review_queue.count(asked),
    )
