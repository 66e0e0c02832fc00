"""What a promotion text claims 促销用语: discounts, deposits, coupons, deadlines, last pieces, ties."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

from detectors.base import BEIJING

_NUMBER = r"([0-9]{1,7}(?:\.[0-9]{1,2})?)"
_YUAN = rf"[¥￥]?\s*{_NUMBER}\s*(?:元|块|圆)?"
_FOLD = re.compile(rf"(?<![0-9.]){_NUMBER}\s*折(?!叠|扣日)")
_PERCENT_OFF = re.compile(rf"(?:-\s*|立减\s*|直降\s*){_NUMBER}\s*[%％]|{_NUMBER}\s*[%％]\s*(?:off|OFF)")
_DEPOSIT = re.compile(rf"(定金|订金|预付款|押金|诚意金)(?:仅需|只需|付|为|[:：])?\s*{_YUAN}")
_DEPOSIT_WORD = re.compile(r"定金|订金")
_COUPON = re.compile(
    rf"(?:(?:领|用|叠加|使用|满\s*[0-9]+\s*减)\s*[^，。；0-9]{{0,6}}?[¥￥]?\s*{_NUMBER}\s*元?\s*(?:优惠券|神券|券)"
    rf"|(?:优惠券|券)\s*(?:立?减|抵|面额|[:：])?\s*[¥￥]?\s*{_NUMBER}\s*元?)"
)
_AFTER_COUPON = re.compile(rf"(?:券后价?|到手价?|领券后|用券后)\s*(?:仅需|只需|低至|[:：])?\s*{_YUAN}")
_LAST_DAY = re.compile(
    r"最后(?:一天|1天|[一二三四五六七八九十0-9]+小时)|仅限今[天日]|仅此一天|今[天日](?:截止|结束|最后)|明[天日](?:恢复原价|涨价)|即将涨价|过时不候"
)
_LAST_PIECES = re.compile(
    r"(?:仅剩|只剩|还剩|最后|库存仅|剩余)\s*([0-9]{1,5})\s*(?:件|个|台|套|单|份|双|瓶|盒|袋|名额)(?!\s*[0-9.]+\s*折)"
)
_COUNTDOWN = re.compile(
    r"(?:距|离)?(?:活动|抢购|秒杀|优惠)?(?:结束|开始)?(?:还?剩余?|仅剩|倒计时)[:：]?\s*(?:([0-9]+)\s*天)?\s*([0-9]{1,2})\s*(?:小时|时|:|：)\s*([0-9]{1,2})"
)
_TIED = re.compile(
    r"(?:默认|自动|已为您|系统已)[^，。；]{0,6}(?:勾选|选中|加购|添加)[^，。；]{0,16}"
    r"|(?:必须|须|需|只能|不单卖|不单独出售)[^，。；]{0,4}(?:搭配|捆绑|一并|同时|加购)[^，。；]{0,6}(?:购买|下单|销售|出售)?"
)
_TIED_DENIED = re.compile(
    r"(?:可|能够|自由|随时)取消|自愿|可单独|可不选|(?:不|无需|不会|没有|非)(?:默认|强制|捆绑|必须|须|需)|可单买"
)
_KEPT = re.compile(r"(?:订金|预付款|诚意金)[^。；]{0,12}(?:不退|不予退|概不退|不可退|不能退)")
_TIERED = re.compile(r"第\s*[二三四五六2-9]\s*件")


@dataclass(frozen=True, slots=True)
class Quoted:
    """A place in a text; half-open code points, and the number it names, if it names one."""

    start: int
    end: int
    quote: str
    amount: Decimal | None = None


def _found(match: re.Match[str], number: str | None) -> Quoted:
    return Quoted(match.start(), match.end(), match[0], _decimal(number))


def _decimal(number: str | None) -> Decimal | None:
    try:
        return Decimal(number) if number else None
    except InvalidOperation:
        return None


def discount(text: str) -> Quoted | None:
    """The one discount that ``text`` names, as a factor of the price: ``8.5折`` and ``-15%`` are 0.85.

    Two different ones, or one for the second piece (第二件半价), leave open what applies: ``None``.

    >>> discount("限时8.5折").amount
    Decimal('0.85')
    >>> discount("第二件5折") is None
    True
    """
    if _TIERED.search(text) or "起" in text:
        return None
    named: list[Quoted] = []
    for match in _FOLD.finditer(text):
        value = Decimal(match[1])
        # 85折 is said for 8.5折.
        factor = value / 100 if value >= 10 and "." not in match[1] else value / 10
        named.append(Quoted(match.start(), match.end(), match[0], factor))
    named += [
        Quoted(match.start(), match.end(), match[0], 1 - Decimal(match[1] or match[2]) / 100)
        for match in _PERCENT_OFF.finditer(text)
    ]
    factors = {one.amount for one in named}
    only = named[0] if len(factors) == 1 else None
    return only if only and only.amount is not None and 0 < only.amount < 1 else None


def deposits(text: str) -> tuple[Quoted, ...]:
    """Deposits with their amounts 定金, 订金."""
    return tuple(_found(match, match[2]) for match in _DEPOSIT.finditer(text))


def deposit_words(text: str) -> frozenset[str]:
    """Which of 定金 (kept if the buyer withdraws) and 订金 (paid back) are used.

    >>> sorted(deposit_words("付定金50元，订金可抵100元"))
    ['定金', '订金']
    """
    return frozenset(_DEPOSIT_WORD.findall(text))


def kept_prepayment(text: str) -> Quoted | None:
    """A prepayment 订金 that is said not to be paid back."""
    match = _KEPT.search(text)
    return _found(match, None) if match else None


def coupons(text: str) -> tuple[Quoted, ...]:
    """Coupons with their amounts."""
    return tuple(_found(match, match[1] or match[2]) for match in _COUPON.finditer(text))


def price_after_coupon(text: str) -> Quoted | None:
    """The price that a text promises after coupons 券后价, 到手价; ``None`` if none or several."""
    named = [_found(match, match[1]) for match in _AFTER_COUPON.finditer(text)]
    return named[0] if len({one.amount for one in named}) == 1 else None


def last_day(text: str) -> Quoted | None:
    """A claim that the offer ends today or tomorrow 最后一天."""
    match = _LAST_DAY.search(text)
    return _found(match, None) if match else None


def last_pieces(text: str) -> Quoted | None:
    """A claim that only so many pieces are left 仅剩3件."""
    match = _LAST_PIECES.search(text)
    return _found(match, match[1]) if match else None


def countdown_s(text: str) -> int | None:
    """Seconds that a countdown 倒计时 says are left, to the minute.

    >>> countdown_s("距结束仅剩 1天02小时30分")
    95400
    """
    match = _COUNTDOWN.search(text)
    return (int(match[1] or 0) * 24 * 60 + int(match[2]) * 60 + int(match[3])) * 60 if match else None


def tied(text: str) -> Quoted | None:
    """Goods or services that come ticked or only together 搭售, 默认勾选; not where a choice is offered."""
    for match in _TIED.finditer(text):
        around = text[max(match.start() - 4, 0) : match.end() + 12]
        if not _TIED_DENIED.search(around):
            return _found(match, None)
    return None


_BASED = re.compile(
    r"(?:原价|划线价|参考价|被比较价)[^。；]{0,20}(?:是指|指|系|为[^。；]{0,6}(?:最低|成交|建议|零售|日常))"
)
_KNOWN_BASE = re.compile(
    r"建议零售价|指导价|专柜价|吊牌价|门店价|日常价|近[0-9七三]+[日天]最低|活动前|市场价"
)


def explains_base(label: str, text: str) -> bool:
    """Whether the page says what its struck-through price is 划线价说明."""
    return bool(_KNOWN_BASE.search(label) or _BASED.search(text))


_PROMISED = re.compile(
    r"保价\s*([0-9]{1,3})\s*天|([0-9]{1,3})\s*天(?:内)?(?:保价|价保|买贵[必包]?[退赔])|(?:全年|年度|史上|历史)最低价?"
)


def lowest_promised(text: str) -> Quoted | None:
    """A promise that no lower price comes 保价承诺; ``amount`` is its days, 365 for a promise about the year.

    >>> lowest_promised("双11全年最低价").amount
    Decimal('365')
    """
    match = _PROMISED.search(text)
    return _found(match, match[1] or match[2] or "365") if match else None


_WINDOW = re.compile(
    r"(20[0-9]{2})[./年-]([0-9]{1,2})[./月-]([0-9]{1,2})日?\s*(?:([0-9]{1,2}):([0-9]{2}))?(?::[0-9]{2})?\s*(?:-|–|—|~|～|至|到)"
)


def stated_start(text: str) -> datetime | None:
    """Start of the promotion as the page states it 活动时间, in Beijing time.

    >>> stated_start("双11价 2026.10.31 20:00 - 2026.11.14 23:59").isoformat()
    '2026-10-31T20:00:00+08:00'
    """
    match = _WINDOW.search(text)
    if match is None:
        return None
    year, month, day, hour, minute = (int(part or 0) for part in match.groups())
    try:
        return datetime(year, month, day, hour, minute, tzinfo=BEIJING)
    except ValueError:
        return None
