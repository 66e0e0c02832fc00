"""Price histories 价格历史: sightings of one SKU in order of time, and what they allow to say.

Prices are those shown, not those paid: 标示价, as the law's 成交价 is rarely public. What was seen too rarely
is "not observed", which is an answer and never a finding.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from statistics import median_low
from typing import Any

import polars as pl
from rapidfuzz import fuzz

LOOK_BACK = timedelta(days=7)
"""促销前七日: 明码标价和禁止价格欺诈规定 第十七条 (PRICE-FAKE-DISCOUNT, "verified in a full copy")."""
LEAST_SIGHTINGS = 3
_LONGEST_GAP = timedelta(days=3)
_BEIJING = timezone(timedelta(hours=8))
# Prices that stand for "ask me": what cannot be a price says nothing about one.
_NO_PRICE = (Decimal("0.01"), Decimal(9999), Decimal(99999), Decimal(999999), Decimal(9999999))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """One sighting of a SKU."""

    id: str
    at: datetime
    price: Decimal | None
    list_price: Decimal | None = None
    list_price_label: str = ""
    price_label: str = ""
    has_range: bool = False
    """The page shows a range of prices in place of one."""
    promotion: str = ""
    deposit: str = ""
    title: str = ""
    sales_low: int | None = None
    stock: int | None = None
    available: bool = True
    snapshot: str = ""
    source: str = ""
    """Who saw it, if it was imported."""

    @property
    def offer(self) -> str:
        """What the page says about the promotion, the deposit included."""
        return "；".join(filter(None, (self.promotion, self.deposit)))

    @property
    def is_cut(self) -> bool:
        """Whether the page offers a promotion: it says so, or strikes a higher price through."""
        return bool(self.promotion) or (
            self.list_price is not None and self.real_price is not None and self.list_price > self.real_price
        )

    @property
    def day(self) -> date:
        """Beijing day."""
        return self.at.astimezone(_BEIJING).date()

    @property
    def real_price(self) -> Decimal | None:
        """The price, unless it only stands for "ask me"."""
        return None if self.price is None or self.price in _NO_PRICE or self.price <= 0 else self.price


@dataclass(frozen=True, slots=True)
class History:
    """Sightings of one SKU, oldest first; ``defects`` counts what was left out and why."""

    listing: str
    sku: str
    sights: tuple[Sight, ...]
    defects: Mapping[str, int] = field(default_factory=dict)

    def between(self, start: datetime, end: datetime) -> tuple[Sight, ...]:
        """Sightings with a real price of an offer one could buy, in ``[start, end)``."""
        return tuple(
            sight
            for sight in self.sights
            if start <= sight.at < end and sight.real_price is not None and sight.available
        )


@dataclass(frozen=True, slots=True)
class Reference:
    """The lowest price of the seven days before a promotion, or why it is not known."""

    price: Decimal | None
    seen: tuple[Sight, ...]
    why_not: str = ""


_OPTIONAL: dict[str, Any] = {
    "sku": "",
    "title": "",
    "list_price": None,
    "list_price_label": "",
    "price_label": "",
    "has_range": False,
    "promotion": "",
    "deposit": "",
    "sales_low": None,
    "stock": None,
    "available": True,
    "snapshot": "",
    "source": "",
}


def histories(frame: pl.DataFrame) -> Iterator[History]:
    """One history a SKU, in order of listing and SKU.

    What cannot be compared with the last sighting is left out and counted in ``defects``: other goods or
    another size under the same address (``variant_changed``), a price for others, such as members
    (``other_price_label``).

    Args:
        frame: ``observation_id``, ``listing``, ``observed_at`` (datetime with a zone; one without is read as
            Beijing time and counted), ``price``; where known the columns of ``_OPTIONAL``.
    """
    absent = [pl.lit(value).alias(name) for name, value in _OPTIONAL.items() if name not in frame.columns]
    texts = [name for name, value in _OPTIONAL.items() if value == ""]
    frame = frame.with_columns(absent).with_columns(pl.col(texts).fill_null(""))
    naive = 0
    kind = frame.schema["observed_at"]
    if isinstance(kind, pl.Datetime) and kind.time_zone is None:
        naive = frame["observed_at"].count()
        frame = frame.with_columns(
            pl.col("observed_at").dt.replace_time_zone("Asia/Shanghai", ambiguous="earliest")
        )
    frame = frame.unique(["observation_id", "sku"], keep="first", maintain_order=True)
    for (listing, sku), rows in frame.sort("listing", "sku", "observed_at", "observation_id").group_by(
        "listing", "sku", maintain_order=True
    ):
        timed = rows.filter(pl.col("observed_at").is_not_null())
        defects = Counter({"time_without_zone": naive} if naive else {})
        if timed.height < rows.height:
            defects["without_time"] = rows.height - timed.height
        sights = _comparable([_sight(row) for row in timed.iter_rows(named=True)], defects)
        yield History(str(listing), str(sku), sights, dict(defects))


# A price for some buyers only is compared with prices for the same ones.
_FOR_SOME = re.compile(r"拼团|团购|会员|新人|学生|[定订]金|预付|分期|首付|每期")
_QUANTITY = re.compile(
    r"(?<![0-9.买满第送减享赠])[0-9]+(?:\.[0-9]+)?\s*"
    r"(?:kg|g|mg|ml|l|千克|公斤|毫升|克|斤|升|瓶|盒|袋|包|片|支|罐|箱|枚|粒|条|码|英?寸)(?![a-z])"
)
_SAME_TITLE = 50.0
"""Percent of a title's characters that stay where only its wording was polished."""


def _comparable(sights: list[Sight], defects: Counter[str]) -> tuple[Sight, ...]:
    if not sights:
        return ()
    last, kept = sights[-1], list[Sight]()
    for sight in reversed(sights):
        if _audience(sight) != _audience(last):
            defects["other_price_label"] += 1
        elif not _same_goods(sight.title, last.title):
            # What was offered before the goods changed is another history, whatever it was called then.
            defects["variant_changed"] += len(sights) - len(kept) - defects["other_price_label"]
            break
        else:
            kept.append(sight)
    return tuple(reversed(kept))


def _audience(sight: Sight) -> str:
    found = _FOR_SOME.search(sight.price_label)
    return found[0] if found else ""


def _same_goods(earlier: str, later: str) -> bool:
    if not earlier or not later or earlier == later:
        return True
    sizes = [
        frozenset("".join(size.split()) for size in _QUANTITY.findall(title.lower()))
        for title in (earlier, later)
    ]
    return sizes[0] == sizes[1] and fuzz.ratio(earlier, later) >= _SAME_TITLE


def _sight(row: dict[str, Any]) -> Sight:
    plain = {
        name: row[name] for name in _OPTIONAL if name not in {"sku", "list_price", "available", "has_range"}
    }
    return Sight(
        id=str(row["observation_id"]),
        at=row["observed_at"],
        price=_yuan(row["price"]),
        list_price=_yuan(row["list_price"]),
        has_range=row["has_range"] is True,
        available=row["available"] is not False,
        **plain,
    )


def _yuan(value: Any) -> Decimal | None:
    # Floats go through their shortest spelling: 9.9 is 9.9 yuan.
    try:
        found = Decimal(str(value)) if value is not None else None
    except InvalidOperation:
        return None
    return found if found is not None and found.is_finite() else None


def reference_price(history: History, start: datetime) -> Reference:
    """The statutory yardstick 促销前七日内最低价 for a promotion that starts at ``start``.

    Not known if fewer than three days of the week before were seen, or if more than three days in a row were
    not.
    """
    seen = history.between(start - LOOK_BACK, start)
    if len({sight.day for sight in seen}) < LEAST_SIGHTINGS:
        return Reference(None, seen, f"促销前七日内只在{len({sight.day for sight in seen})}天见到价格")
    marks = [start - LOOK_BACK, *(sight.at for sight in seen), start]
    if max(later - earlier for earlier, later in pairwise(marks)) > _LONGEST_GAP:
        return Reference(None, seen, "促销前七日内有连续三日以上未见价格")
    prices = [sight.real_price for sight in seen if sight.real_price is not None]
    return Reference(min(prices), seen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Prices before, during and after a promotion 促销前中后比价; ``None`` where nothing was seen."""

    usual: Decimal | None
    """Middle price of the month before the last week."""
    before: Decimal | None
    """Lowest price of the week before."""
    before_middle: Decimal | None
    during: Decimal | None
    during_highest: Decimal | None
    after: Decimal | None
    """Lowest price of the two weeks after."""


def comparison(history: History, start: datetime, end: datetime) -> Comparison:
    """What was asked before ``start``, from it to ``end``, and after."""

    def prices(first: datetime, last: datetime) -> list[Decimal]:
        return [sight.real_price for sight in history.between(first, last) if sight.real_price is not None]

    usual = prices(start - timedelta(days=37), start - LOOK_BACK)
    before = prices(start - LOOK_BACK, start)
    during = prices(start, end)
    after = prices(end, end + timedelta(days=14))
    return Comparison(
        usual=median_low(usual) if len(usual) >= LEAST_SIGHTINGS else None,
        before=min(before, default=None),
        before_middle=median_low(before) if before else None,
        during=min(during, default=None),
        during_highest=max(during, default=None),
        after=min(after, default=None),
    )
