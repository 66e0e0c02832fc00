"""Prices and promotions judged 价格与促销研判: each SKU against its history and against its page.

Rules are the catalogue's, each with its check mark there: PRICE-FAKE-DISCOUNT on 明码标价和禁止价格欺诈规定
第十六条, 第十七条, 第十九条第（三）项 ("verified in a full copy"); PRICE-NO-BASE on the same 第十六条,
第十七条; PRICE-UNMARKED on 价格法 第十三条; PRICE-PROMISE on 第十九条第（五）项, 第（七）项; PROMO-DEPOSIT on
民法典 第五百八十六条, 第五百八十七条; PROMO-TYING on 电子商务法 第十九条; FAKE-SCARCITY on 反不正当竞争法
第九条 (all "verified in a full copy").
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from detectors.base import FindingMaker, Sighting
from detectors.pricing import labels
from detectors.pricing.history import Comparison, History, Reference, Sight, comparison, reference_price
from domain.finding import Finding

DETECTOR = "pricing/1"
_ROUNDING = Decimal("0.02")
"""第二十一条: rounding of a discount is no fraud; two per cent of the price, and never under one yuan."""
_RAISED = Decimal("1.05")
_BACK = Decimal("0.98")
_DEPOSIT_SHARE = Decimal("0.2")
_SAME_CLAIM_DAYS = 3
_CLOCK_SLACK_S = 6 * 3_600


class Outcome(StrEnum):
    """What can be said about one rule and one SKU."""

    SUSPECTED = "suspected"
    CLEAR = "clear"
    NOT_OBSERVED = "not_observed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """A promotion window, half-open, of the calendar or of a listing's own."""

    name: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One rule on one SKU in one promotion, with the sightings that show it."""

    code: str
    kind: str
    listing: str
    sku: str
    promotion: str
    outcome: Outcome
    reason: str
    sights: tuple[Sight, ...] = ()
    refuted_by: str = ""
    confidence: float = 0.8


def judge_history(history: History, promotion: Promotion) -> Iterator[Judged]:
    """Every rule on one SKU around one promotion."""
    during = tuple(sight for sight in history.sights if promotion.start <= sight.at < promotion.end)
    case = _Case(
        history,
        promotion,
        during,
        reference_price(history, promotion.start),
        comparison(history, promotion.start, promotion.end),
    )
    rules: tuple[Callable[[_Case], Iterator[Judged]], ...] = (
        _fictitious_base,
        _raised_then_cut,
        _label_against_price,
        _base_unexplained,
        _unmarked,
        _after_coupon,
        _deposit,
        _tying,
        _scarcity,
        _countdown,
    )
    for rule in rules:
        yield from rule(case)


def findings(
    judged: Iterator[Judged], maker: FindingMaker, *, seen: Callable[[str], Sighting], pack: str
) -> Iterator[Finding]:
    """Findings of what is suspected; SKUs of a listing that show the same make one finding."""
    groups: dict[tuple[str, str, str, str], list[Judged]] = {}
    for one in judged:
        if one.outcome is Outcome.SUSPECTED:
            groups.setdefault((one.listing, one.code, one.kind, one.promotion), []).append(one)
    for (listing, code, kind, promotion), ones in sorted(groups.items()):
        yield maker.make(
            code,
            seen(listing),
            pack=pack,
            reason=ones[0].reason,
            refuted_by=ones[0].refuted_by,
            confidence=max(one.confidence for one in ones),
            evidence_ids=tuple(sorted({sight.id for one in ones for sight in one.sights})),
            window=f"{kind}@{promotion}",
        )


@dataclass(frozen=True, slots=True)
class _Case:
    history: History
    promotion: Promotion
    during: tuple[Sight, ...]
    reference: Reference
    compared: Comparison

    def judged(
        self,
        code: str,
        kind: str,
        outcome: Outcome,
        reason: str,
        sights: tuple[Sight, ...] = (),
        refuted_by: str = "",
        confidence: float = 0.8,
    ) -> Judged:
        return Judged(
            code=code,
            kind=kind,
            listing=self.history.listing,
            sku=self.history.sku,
            promotion=self.promotion.name,
            outcome=outcome,
            reason=reason,
            sights=sights,
            refuted_by=refuted_by,
            confidence=confidence,
        )


def _slack(price: Decimal) -> Decimal:
    return max(price * _ROUNDING, Decimal(1))


def _claimed_base(sight: Sight) -> Decimal | None:
    # A base that the page explains (建议零售价 …) is judged by its truth, which the page alone does not show.
    if sight.list_price is None or sight.real_price is None or sight.list_price <= sight.real_price:
        return None
    return None if labels.explains_base(sight.list_price_label, sight.promotion) else sight.list_price


def _fictitious_base(case: _Case) -> Iterator[Judged]:
    code, kind = "PRICE-FAKE-DISCOUNT", "fictitious_base"
    claims = tuple(sight for sight in case.during if _claimed_base(sight) is not None)
    if not claims:
        return
    lowest = case.reference.price
    if lowest is None:
        yield case.judged(code, kind, Outcome.NOT_OBSERVED, case.reference.why_not, claims)
        return
    above = tuple(sight for sight in claims if (sight.list_price or 0) > lowest + _slack(lowest))
    if not above:
        yield case.judged(
            code, kind, Outcome.CLEAR, f"被比较价格不高于促销前七日内最低标示价{lowest}元", claims
        )
        return
    worst = max(above, key=lambda sight: sight.list_price or Decimal(0))
    yield case.judged(
        code,
        kind,
        Outcome.SUSPECTED,
        f"促销期间标示{worst.list_price_label or '被比较价格'}{worst.list_price}元，"
        f"促销前七日内最低标示价为{lowest}元，未见说明，涉嫌虚构原价",
        (*case.reference.seen, *above),
        "促销前七日内确以该价成交的记录；对被比较价格含义的清楚说明；合理取整",
    )


def _raised_then_cut(case: _Case) -> Iterator[Judged]:
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
    raised = [sight for sight in case.reference.seen if (sight.real_price or 0) >= compared.usual * _RAISED]
    # The raise must still stand when the promotion starts, or it is no base for it.
    stood = bool(raised) and raised[-1] is case.reference.seen[-1]
    if not stood or compared.during < compared.usual * _BACK:
        yield case.judged(code, kind, Outcome.CLEAR, "促销价低于促销前常态标示价，或促销前未见提价")
        return
    yield case.judged(
        code,
        kind,
        Outcome.SUSPECTED,
        f"促销前一个月标示价多为{compared.usual}元，"
        f"促销前七日内提至{max(sight.real_price or Decimal(0) for sight in raised)}元，"
        f"促销价{compared.during}元并未低于常态，涉嫌先涨后降",
        (*raised, *case.history.between(case.promotion.start, case.promotion.end)),
        "成本上涨的凭证；促销期间另有未计入的实际优惠",
    )


def _label_against_price(case: _Case) -> Iterator[Judged]:
    code, kind = "PRICE-FAKE-DISCOUNT", "label_mismatch"
    for sight in case.during:
        named = labels.discount(sight.promotion)
        if named is None or named.amount is None or sight.real_price is None or sight.list_price is None:
            continue
        due = sight.list_price * named.amount
        if sight.real_price > due + _slack(due):
            yield case.judged(
                code,
                kind,
                Outcome.SUSPECTED,
                f"标示“{named.quote}”，被比较价格{sight.list_price}元，折后应为{due.normalize():f}元，实际标价{sight.real_price}元，折价与标示不符",
                (sight,),
                "折扣在结算时才计算，且页面已说明；折扣只适用于其他规格",
                0.7,
            )
            return


def _base_unexplained(case: _Case) -> Iterator[Judged]:
    claims = tuple(sight for sight in case.during if _claimed_base(sight) is not None)
    if claims:
        yield case.judged(
            "PRICE-NO-BASE",
            "base_unexplained",
            Outcome.SUSPECTED,
            f"标示被比较价格{claims[0].list_price}元，页面未见其含义和来源的说明",
            claims,
            "一次点击可见的说明",
            0.6,
        )


def _unmarked(case: _Case) -> Iterator[Judged]:
    shown = tuple(sight for sight in case.during if sight.available)
    missing = tuple(sight for sight in shown if sight.real_price is None)
    # One sighting without a price may be a page half loaded; all of several is how it is offered.
    if len(missing) < 2 or len(missing) < len(shown):
        return
    asked = missing[-1].price
    yield case.judged(
        "PRICE-UNMARKED",
        "unmarked",
        Outcome.SUSPECTED,
        f"在售商品{len(missing)}次查看均"
        + (f"标价{asked}元，不成其为价格" if asked is not None else "未标明价格"),
        missing,
        "定制商品面议，且页面已说明；价格在另一处清楚标明",
        0.7,
    )


def _after_coupon(case: _Case) -> Iterator[Judged]:
    for sight in case.during:
        promised = labels.price_after_coupon(sight.promotion)
        worth = [coupon.amount for coupon in labels.coupons(sight.promotion) if coupon.amount is not None]
        if promised is None or promised.amount is None or sight.real_price is None or not worth:
            continue
        reachable = sight.real_price - sum(worth, Decimal(0))
        if promised.amount + _slack(promised.amount) < reachable:
            twice = abs(sight.real_price - 2 * sum(worth, Decimal(0)) - promised.amount) <= _slack(
                promised.amount
            )
            yield case.judged(
                "PRICE-PROMISE",
                "after_coupon",
                Outcome.SUSPECTED,
                f"标价{sight.real_price}元，所列优惠券合计{sum(worth, Decimal(0))}元，标示{promised.quote}，"
                + ("同一优惠疑被计算两次" if twice else "按所列优惠无法达到"),
                (sight,),
                "另有页面已说明的优惠可以叠加；标价本身未含的会员优惠",
                0.6,
            )
            return


def _deposit(case: _Case) -> Iterator[Judged]:
    for sight in case.during:
        paid = [
            one
            for one in labels.deposits(sight.promotion)
            if one.amount is not None and one.quote.startswith("定金")
        ]
        price = sight.real_price
        # A page that shows the deposit as its price says nothing about the share.
        high = [one for one in paid if price and one.amount and price > one.amount > price * _DEPOSIT_SHARE]
        kept = labels.kept_prepayment(sight.promotion)
        if high:
            why = f"{high[0].quote}，超过标价{price}元的百分之二十"
        elif kept:
            why = f"标示“{kept.quote}”，订金、预付款在合同不成立时应当退还"
        elif len(labels.deposit_words(sight.promotion)) > 1:
            why = "同一页面混用“定金”与“订金”，两者退还规则不同"
        else:
            continue
        yield case.judged(
            "PROMO-DEPOSIT",
            "deposit",
            Outcome.SUSPECTED,
            why,
            (sight,),
            "已清楚说明的真正定金；标价为分期或尾款价格",
            0.7,
        )
        return


def _tying(case: _Case) -> Iterator[Judged]:
    for sight in case.during:
        found = labels.tied(sight.promotion)
        if found:
            yield case.judged(
                "PROMO-TYING",
                "tying",
                Outcome.SUSPECTED,
                f"页面标示“{found.quote}”，涉嫌搭售或默认勾选",
                (sight,),
                "可以取消的赠品；显著提示并可自由选择",
                0.6,
            )
            return


def _scarcity(case: _Case) -> Iterator[Judged]:
    ended = tuple(sight for sight in case.history.sights if labels.last_day(sight.promotion))
    if len({sight.day for sight in ended}) >= _SAME_CLAIM_DAYS:
        yield case.judged(
            "FAKE-SCARCITY",
            "last_day_again",
            Outcome.SUSPECTED,
            f"自{ended[0].day}起在{len({sight.day for sight in ended})}个不同日期均称优惠即日截止，"
            "涉嫌虚假抢购",
            ended,
            "各次为不同的活动，且每次结束后确已恢复原价",
            0.7,
        )
    few: dict[Decimal, list[Sight]] = {}
    for sight in case.history.sights:
        left = labels.last_pieces(sight.promotion)
        if left and left.amount is not None:
            few.setdefault(left.amount, []).append(sight)
    for amount, sights in sorted(few.items()):
        sold = [sight.sales_low for sight in sights if sight.sales_low is not None]
        if (
            len({sight.day for sight in sights}) >= _SAME_CLAIM_DAYS
            and sold
            and max(sold) - min(sold) > amount
        ):
            yield case.judged(
                "FAKE-SCARCITY",
                "pieces_never_end",
                Outcome.SUSPECTED,
                f"在{len({sight.day for sight in sights})}个不同日期均称仅剩{amount}件，"
                f"其间展示销量增加{max(sold) - min(sold)}件，涉嫌虚构紧缺",
                tuple(sights),
                "其间确有补货；所称余量为单一规格",
                0.7,
            )
            return


def _countdown(case: _Case) -> Iterator[Judged]:
    # Each countdown names the moment at which it ends; ends that move on after they passed are a loop.
    named = [(sight, labels.countdown_s(sight.promotion)) for sight in case.history.sights]
    ends = [(sight, sight.at + timedelta(seconds=left)) for sight, left in named if left is not None]
    moved = [
        (earlier, later)
        for (earlier, first), (later, second) in pairwise(ends)
        if later.at > first
        and (second - first).total_seconds() > _CLOCK_SLACK_S
        and earlier.real_price == later.real_price
    ]
    if len(moved) >= _SAME_CLAIM_DAYS - 1:
        sights = tuple({id(sight): sight for pair in moved for sight in pair}.values())
        yield case.judged(
            "FAKE-SCARCITY",
            "countdown_again",
            Outcome.SUSPECTED,
            f"倒计时结束后重新开始{len(moved)}次而价格未变，涉嫌虚假抢购",
            sights,
            "每日固定场次的活动，且页面已说明",
            0.7,
        )
