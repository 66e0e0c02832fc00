"""Prices around a promotion 促销前后价格: honest cuts, and cuts from a price that was lifted for them."""

from datetime import datetime, time, timedelta
from decimal import Decimal
from random import Random

from demo.vocabulary import Promotion
from demo.world import Price

HONEST, FAKE, EARLY_RISE, FICTITIOUS, NONE = "honest", "fake", "early_rise", "fictitious", "none"
_HONEST_LABELS = ("日常价", "活动前7天最低成交价", "活动前30天最低价")
_FAKE_LABELS = ("原价", "市场价", "专柜价")


def price_path(base: Decimal, kind: str, promotion: Promotion, rng: Random) -> tuple[Price, ...]:
    """Every price of a listing over a year, in order of time.

    ``base`` is asked in ordinary weeks. Of the kinds, ``honest`` cuts below the weeks before; ``fake`` lifts
    first and cuts back to about ``base`` (先涨后降); ``early_rise`` became dearer for good in summer and then
    cuts honestly; ``fictitious`` strikes a price through that it never asked (虚构原价); any other takes no
    part.
    """
    beginning = promotion.starts - timedelta(days=330)
    after = promotion.ends + timedelta(seconds=1)
    match kind:
        case "fake":
            raised = _retail(base * _between(rng, 1.4, 1.9))
            lifted = datetime.combine(promotion.raised_from, time(9), promotion.starts.tzinfo)
            cut = _cut(promotion, _retail(base * _between(rng, 0.95, 1.08)), raised, rng.choice(_FAKE_LABELS))
            return (
                Price(since=beginning, asked=base),
                Price(since=lifted, asked=raised),
                cut,
                Price(since=after, asked=base),
            )
        case "fictitious":
            asked = _retail(base * _between(rng, 0.85, 1))
            never = _retail(base * _between(rng, 1.6, 2.2))
            cut = _cut(promotion, asked, never, "原价")
            return Price(since=beginning, asked=base), cut, Price(since=after, asked=base)
        case "honest":
            cut = _cut(promotion, _retail(base * _between(rng, 0.68, 0.9)), base, rng.choice(_HONEST_LABELS))
            return Price(since=beginning, asked=base), cut, Price(since=after, asked=base)
        case "early_rise":
            dearer = _retail(base * _between(rng, 1.12, 1.3))
            rise = promotion.starts - timedelta(days=rng.randint(75, 120))
            cut = _cut(
                promotion, _retail(dearer * _between(rng, 0.82, 0.92)), dearer, rng.choice(_HONEST_LABELS)
            )
            return (
                Price(since=beginning, asked=base),
                Price(since=rise, asked=dearer),
                cut,
                Price(since=after, asked=dearer),
            )
        case _:
            return (Price(since=beginning, asked=base),)


def retail_price(low: float, high: float, rng: Random) -> Decimal:
    """A price as shops write them, between the bounds, more often near the lower one."""
    return _retail(Decimal(str(round(low + (high - low) * rng.random() ** 1.8, 2))))


def _cut(promotion: Promotion, asked: Decimal, struck: Decimal, label: str) -> Price:
    return Price(since=promotion.starts, asked=asked, struck=struck, label=label, promotion=promotion.name)


def _between(rng: Random, low: float, high: float) -> Decimal:
    return Decimal(str(round(low + (high - low) * rng.random(), 4)))


def _retail(price: Decimal) -> Decimal:
    cents = (Decimal("0.9"), Decimal("0.8"), Decimal("0.0"), Decimal("0.5"), Decimal("0.9"))
    whole = max(int(price), 1)
    if price >= 100:
        return Decimal(whole - whole % 10 + 9 if whole % 10 > 4 else whole).quantize(Decimal("0.01"))
    return (whole + cents[whole % 5]).quantize(Decimal("0.01"))
