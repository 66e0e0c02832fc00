"""Compared prices judged 被比较价格研判: each SKU's promotion against the prices before it.

PRICE-FAKE-DISCOUNT on 明码标价和禁止价格欺诈规定 第十六条, 第十七条 (a compared price that is not explained
may not exceed the lowest deal price of the seven days before the promotion), 第十九条第（三）项;
PRICE-NO-BASE on the same 第十六条, 第十七条 (both "verified in a full copy" in the catalogue).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal

from detectors.pricing import labels
from detectors.pricing.cases import Case, Judged, Outcome, Promotion, slack, yuan
from detectors.pricing.history import Comparison, History, Sight
from detectors.pricing.offers import judge_offers
from domain.finding import Signal

_RAISED = Decimal("1.05")
_BACK = Decimal("0.98")
_REAL_SHARE = Decimal("0.2")
"""A promotion that gives less than this share of the discount it shows gives next to nothing."""


def judge_history(history: History, promotion: Promotion) -> Iterator[Judged]:
    """Every rule on one SKU around one promotion."""
    case = Case.of(history, promotion)
    yield from judge_base(case)
    yield from judge_offers(case)


def judge_base(case: Case) -> Iterator[Judged]:
    """The rules that compare a promotion with the prices before it."""
    rules: tuple[Callable[[Case], Iterator[Judged]], ...] = (
        _compared_price,
        _raised_then_cut,
        _label_against_price,
    )
    for rule in rules:
        yield from rule(case)


def _claimed_base(sight: Sight) -> Decimal | None:
    # A base that the page explains (建议零售价 …) is judged by its truth, which the page alone does not show.
    if sight.list_price is None or sight.real_price is None or sight.list_price <= sight.real_price:
        return None
    return None if labels.explains_base(sight.list_price_label, sight.promotion) else sight.list_price


def _compared_price(case: Case) -> Iterator[Judged]:
    claims = tuple(sight for sight in case.during if _claimed_base(sight) is not None)
    if not claims:
        return
    fictitious = _fictitious_base(case, claims)
    yield fictitious
    # An unexplained price that does not exceed the lowest of the seven days before is what 第十七条 allows.
    if fictitious.outcome is not Outcome.CLEAR:
        yield case.judged(
            "PRICE-NO-BASE",
            "base_unexplained",
            Outcome.SUSPECTED,
            f"标示被比较价格{yuan(claims[0].list_price)}元，页面未见其含义和来源的说明",
            claims,
            "一次点击可见的说明",
            0.6,
        )


def _fictitious_base(case: Case, claims: tuple[Sight, ...]) -> Judged:
    code, kind = "PRICE-FAKE-DISCOUNT", "fictitious_base"
    lowest = case.reference.price
    if lowest is None:
        return case.judged(code, kind, Outcome.NOT_OBSERVED, case.reference.why_not, claims)
    above = tuple(sight for sight in claims if (sight.list_price or 0) > lowest + slack(lowest))
    if not above:
        return case.judged(
            code, kind, Outcome.CLEAR, f"被比较价格不高于促销前七日内最低标示价{yuan(lowest)}元", claims
        )
    worst = max(above, key=lambda sight: sight.list_price or Decimal(0))
    return case.judged(
        code,
        kind,
        Outcome.SUSPECTED,
        f"促销期间标示{worst.list_price_label or '被比较价格'}{yuan(worst.list_price)}元，"
        f"促销前七日内最低标示价为{yuan(lowest)}元，未见说明，涉嫌虚构原价",
        (*case.reference.seen, *above),
        "促销前七日内确以该价成交的记录；对被比较价格含义的清楚说明；合理取整",
        signals=(
            _signal("price.compared", worst.list_price, lowest),
            *_prices(case.compared),
        ),
    )


def _raised_then_cut(case: Case) -> Iterator[Judged]:
    code, kind = "PRICE-FAKE-DISCOUNT", "raised_then_cut"
    compared = case.compared
    promoted = [sight for sight in case.during if sight.promotion or sight.list_price]
    if not promoted:
        return
    if compared.usual is None or compared.during is None or case.reference.price is None:
        yield case.judged(
            code,
            kind,
            Outcome.NOT_OBSERVED,
            case.reference.why_not or "促销前一个月的价格观测不足",
            tuple(promoted),
        )
        return
    usual, lowest = compared.usual, compared.during
    raised = [sight for sight in case.reference.seen if (sight.real_price or 0) >= usual * _RAISED]
    # The raise must still stand when the promotion starts, or it is no base for it.
    stood = bool(raised) and raised[-1] is case.reference.seen[-1]
    if not stood or not _gives_nothing(case, usual, lowest):
        yield case.judged(code, kind, Outcome.CLEAR, "促销价低于促销前常态标示价，或促销前未见提价")
        return
    highest = max(sight.real_price or Decimal(0) for sight in raised)
    yield case.judged(
        code,
        kind,
        Outcome.SUSPECTED,
        f"促销前一个月标示价多为{yuan(usual)}元，促销前七日内标示价已提至{yuan(highest)}元，"
        f"促销价{yuan(lowest)}元与常态相比并无实际优惠，涉嫌先涨后降",
        (
            *case.history.between(case.promotion.start - timedelta(days=37), case.promotion.start),
            *case.history.between(case.promotion.start, case.promotion.end),
        ),
        "成本上涨的凭证；促销期间另有未计入的实际优惠",
        signals=(
            _signal("price.raised", highest, usual),
            *_prices(compared),
        ),
    )


def _gives_nothing(case: Case, usual: Decimal, lowest: Decimal) -> bool:
    if lowest >= usual * _BACK:
        return True
    struck = max((sight.list_price or Decimal(0) for sight in case.during), default=Decimal(0))
    return struck > lowest and usual - lowest <= (struck - lowest) * _REAL_SHARE


def _prices(compared: Comparison) -> Iterator[Signal]:
    """Prices during and after the promotion, against the month and the week before it."""
    before = (compared.usual, compared.before)
    for name, price in (("price.during", compared.during), ("price.after", compared.after)):
        if price is not None:
            yield _signal(name, price, *before)


def _signal(name: str, price: Decimal | None, *against: Decimal | None) -> Signal:
    return Signal(
        name=name, value=float(price or 0), reference=tuple(float(one) for one in against if one is not None)
    )


def _label_against_price(case: Case) -> Iterator[Judged]:
    code, kind = "PRICE-FAKE-DISCOUNT", "label_mismatch"
    for sight in case.during:
        named = labels.discount(sight.promotion)
        if named is None or named.amount is None or sight.real_price is None or sight.list_price is None:
            continue
        due = sight.list_price * named.amount
        if sight.real_price > due + slack(due):
            yield case.judged(
                code,
                kind,
                Outcome.SUSPECTED,
                f"标示“{named.quote}”，被比较价格{yuan(sight.list_price)}元，折后应为{yuan(due)}元，"
                f"实际标价{yuan(sight.real_price)}元，折价与标示不符",
                (sight,),
                "折扣在结算时才计算，且页面已说明；折扣只适用于其他规格",
                0.7,
            )
            return
