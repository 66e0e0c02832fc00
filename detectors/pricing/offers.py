"""What a page offers now 页面促销表述: missing prices, coupons, deposits, ties, promises, deadlines.

Codes and articles as in the catalogue: PRICE-UNMARKED on 价格法 第十三条; PRICE-PROMISE on
明码标价和禁止价格欺诈规定 第十九条第（五）项、第（七）项; PROMO-DEPOSIT on 民法典 第五百八十六条,
第五百八十七条; PROMO-TYING on 电子商务法 第十九条; FAKE-SCARCITY on 反不正当竞争法 第九条 (all "verified in
a full copy").
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

from detectors.pricing import labels
from detectors.pricing.cases import Case, Judged, Outcome, slack, yuan
from detectors.pricing.history import Sight

_DEPOSIT_SHARE = Decimal("0.2")
_SAME_CLAIM_DAYS = 3
_CLOCK_SLACK_S = 6 * 3_600


def judge_offers(case: Case) -> Iterator[Judged]:
    """Every rule on what the pages of one SKU say during ``case.promotion``."""
    rules: tuple[Callable[[Case], Iterator[Judged]], ...] = (
        _unmarked,
        _after_coupon,
        _deposit,
        _tying,
        _lowest_promised,
        _scarcity,
        _countdown,
    )
    for rule in rules:
        yield from rule(case)


def _unmarked(case: Case) -> Iterator[Judged]:
    shown = tuple(sight for sight in case.during if sight.available)
    missing = tuple(sight for sight in shown if sight.real_price is None and not sight.has_range)
    # One sighting without a price may be a page half loaded; all of several is how it is offered.
    if len(missing) < 2 or len(missing) < len(shown):
        return
    asked = missing[-1].price
    yield case.judged(
        "PRICE-UNMARKED",
        "unmarked",
        Outcome.SUSPECTED,
        f"在售商品{len(missing)}次查看均"
        + (f"标价{yuan(asked)}元，不成其为价格" if asked is not None else "未标明价格"),
        missing,
        "定制商品面议，且页面已说明；价格在另一处清楚标明",
        0.7,
    )


def _after_coupon(case: Case) -> Iterator[Judged]:
    for sight in case.during:
        promised = labels.price_after_coupon(sight.offer)
        if promised is None or promised.amount is None or sight.real_price is None:
            continue
        worth = _worth(sight.offer, sight.real_price)
        if not worth:
            continue
        reachable = sight.real_price - sum(worth, Decimal(0))
        if promised.amount + slack(promised.amount) < reachable:
            twice = abs(sight.real_price - 2 * sum(worth, Decimal(0)) - promised.amount) <= slack(
                promised.amount
            )
            yield case.judged(
                "PRICE-PROMISE",
                "after_coupon",
                Outcome.SUSPECTED,
                f"标价{yuan(sight.real_price)}元，"
                f"所列优惠合计{yuan(sum(worth, Decimal(0)))}元，标示{promised.quote}，"
                + ("同一优惠疑被计算两次" if twice else "按所列优惠无法达到"),
                (sight,),
                "另有页面已说明的优惠可以叠加；标价本身未含的会员优惠",
                0.6,
            )
            return


def _worth(offer: str, price: Decimal) -> list[Decimal]:
    # What is named, coupons and cuts; nothing where a benefit of unknown worth is named besides.
    coupons = labels.coupons(offer)
    if not coupons or labels.has_open_benefit(offer):
        return []
    return [one.amount for one in (*coupons, *labels.cuts(offer, price)) if one.amount is not None]


def _deposit(case: Case) -> Iterator[Judged]:
    for sight in case.during:
        paid = [
            one
            for one in labels.deposits(sight.offer)
            if one.amount is not None and one.quote.startswith("定金")
        ]
        price = sight.real_price
        # A page that shows the deposit as its price says nothing about the share.
        high = [one for one in paid if price and one.amount and price > one.amount > price * _DEPOSIT_SHARE]
        kept = labels.kept_prepayment(sight.offer)
        if high:
            why = f"{high[0].quote}，超过标价{yuan(price)}元的百分之二十"
        elif kept:
            why = f"标示“{kept.quote}”，订金、预付款在合同不成立时应当退还"
        elif len(labels.deposit_words(sight.offer)) > 1:
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


def _tying(case: Case) -> Iterator[Judged]:
    for sight in case.during:
        found = labels.tied(sight.offer)
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


def _lowest_promised(case: Case) -> Iterator[Judged]:
    for sight in case.during:
        promised = labels.lowest_promised(sight.offer)
        if promised is None or sight.real_price is None:
            continue
        span = timedelta(days=int(promised.amount or 0))
        # A promise about the year looks both ways; 保价 looks ahead only.
        start = sight.at if promised.amount and promised.amount < 365 else sight.at - span
        lower = [
            other
            for other in case.history.between(start, sight.at + span)
            if (other.real_price or 0) < sight.real_price - slack(sight.real_price)
        ]
        if lower:
            least = min(lower, key=lambda other: other.real_price or Decimal(0))
            yield case.judged(
                "PRICE-PROMISE",
                "lowest_promised",
                Outcome.SUSPECTED,
                f"{sight.day}标示“{promised.quote}”、标价{yuan(sight.real_price)}元，"
                f"{least.day}标价{yuan(least.real_price)}元，价格承诺涉嫌未履行",
                (sight, least),
                "已按承诺退还差价的记录；较低价格属于不同规格或不同条件",
                0.6,
            )
            return


def _scarcity(case: Case) -> Iterator[Judged]:
    ended = tuple(sight for sight in case.history.sights if labels.last_day(sight.offer))
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
        left = labels.last_pieces(sight.offer)
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


def _countdown(case: Case) -> Iterator[Judged]:
    # Each countdown names the moment at which it ends; ends that move on after they passed are a loop.
    named = [(sight, labels.countdown_s(sight.offer)) for sight in case.history.sights]
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
