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
_DIGITS = "一二三四五六七八九"
_FOLD_IN_WORDS = re.compile(
    rf"(?<![{_DIGITS}十百第])([{_DIGITS}])([{_DIGITS}])?折(?!叠|扣日)|([对半])(?:折(?!叠)|价(?!格))"
)
_PERCENT_OFF = re.compile(rf"(?:-\s*|立减\s*|直降\s*){_NUMBER}\s*[%％]|{_NUMBER}\s*[%％]\s*(?:off|OFF)")
_DEPOSIT = re.compile(rf"(定金|订金|预付款|押金|诚意金)(?:仅需|只需|付|为|[:：])?\s*{_YUAN}")
_DEPOSIT_WORD = re.compile(r"定金|订金")
_COUPON = re.compile(
    rf"(?:(?:领|用|叠加|使用|满\s*[0-9]+\s*减)\s*[^，。；0-9]{{0,6}}?[¥￥]?\s*{_NUMBER}\s*元?\s*(?:优惠券|神券|券)"
    rf"|(?:优惠券|券)\s*(?:立?减|抵|面额|[:：])?\s*[¥￥]?\s*{_NUMBER}\s*元?"
    rf"|{_NUMBER}\s*元\s*(?:无门槛)?(?:优惠)?券)"
)
_OFF_FROM = re.compile(
    r"(每)?满\s*([0-9]{1,6})\s*(?:元|块)?\s*(?:立?减|-|－|—)\s*([0-9]{1,6})(?!\s*[0-9]*\s*元?\s*(?:优惠)?券)"
)
_CUT = re.compile(
    rf"(?<!券)(?:立减|直减|直降|下单减|支付减|红包|补贴|津贴|抵扣|可抵|膨胀金|返)\s*[:：]?\s*[¥￥]?\s*{_NUMBER}\s*(?:元|块)?(?!\s*[%％.0-9])"
)
_OPEN_BENEFIT = re.compile(r"会员|新人|首单|国补|以旧换新|红包|补贴|津贴|立减|礼金|积分|淘金币|京豆|折")
_AFTER_COUPON = re.compile(
    rf"(?:券后价?|到手价?|领券后|用券后)\s*(?:仅需|只需|只要|仅要|低至|[:：])?\s*{_YUAN}"
)
_LAST_DAY = re.compile(
    r"最后(?:一天|1天|[一二两三四五六七八九十0-9]+小时)|仅限今[天日]|仅此一天|今[天日晚](?:[0-9]{1,2}点)?(?:截止|结束|最后|恢复原价|涨价)"
    r"|明[天日](?:恢复原价|涨价)|即将(?:涨价|恢复原价)|过时不候"
)
_LAST_PIECES = re.compile(
    r"(?:仅剩|只剩|还剩|仅余|只余|最后|库存仅|剩余)\s*([0-9]{1,5})\s*(?:件|个|台|套|单|份|双|瓶|盒|袋|名额)(?!\s*[0-9.]+\s*折)"
)
_COUNTDOWN = re.compile(
    r"(?:距离?(?:活动|抢购|秒杀|优惠)?(?:结束|截止|开始)|还?剩余?|仅剩|倒计时)(?:还剩|仅剩|还有)?[:：]?\s*(?:([0-9]+)\s*天)?\s*"
    r"([0-9]{1,2})\s*(?:小时|时|[:：](?=[0-9]))\s*([0-9]{1,2})?"
)
_TIED = re.compile(
    r"(?:默认|自动|已为您|系统已)[^，。；不未]{0,6}(?:勾选|选中|加购|添加)[^，。；]{0,16}"
    r"|捆绑(?:销售|出售|购买)|(?:单拍|单独(?:购买|下单|拍下?))[^，。；]{0,4}(?:不发货?|不卖|无效)"
    r"|(?:必须|须|需)(?:另外?|一并)?(?:购买|加购|选购)[^，。；]{0,8}(?:服务|延保|保险|意外险|碎屏险|运费险|会员)"
    r"|(?:默认)[^，。；不未]{0,4}含[^，。；]{0,12}[，,]?不(?:可|能|支持)(?:去除|取消|退订)"
    r"|(?:必须|须|需|只能|不单卖|不单独出售)[^，。；]{0,4}(?:搭配|捆绑|一并|同时|加购)[^，。；]{0,6}(?:购买|下单|销售|出售)?"
)
_TIED_DENIED = re.compile(
    r"(?<!不)(?:可|能够|自由|随时)取消|自愿|可单独|可不选|(?:不|无需|不会|没有|非)(?:默认|强制|捆绑|必须|须|需)|可单买"
)
_KEPT = re.compile(r"(?:订金|预付款|诚意金)[^。；]{0,12}(?:不退|不予退|概不退|不可退|不能退|不支持退)")
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
    named += [_in_words(match) for match in _FOLD_IN_WORDS.finditer(text)]
    named += [
        Quoted(match.start(), match.end(), match[0], 1 - Decimal(match[1] or match[2]) / 100)
        for match in _PERCENT_OFF.finditer(text)
    ]
    factors = {one.amount for one in named}
    only = named[0] if len(factors) == 1 else None
    return only if only and only.amount is not None and 0 < only.amount < 1 else None


def _in_words(match: re.Match[str]) -> Quoted:
    # 八五折, 七折, 半价.
    tenths, hundredths = (_DIGITS.index(match[group]) + 1 if match[group] else 0 for group in (1, 2))
    factor = Decimal("0.5") if match[3] else Decimal(tenths) / 10 + Decimal(hundredths) / 100
    return Quoted(match.start(), match.end(), match[0], factor)


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
    return tuple(_found(match, match[1] or match[2] or match[3]) for match in _COUPON.finditer(text))


def cuts(text: str, price: Decimal) -> tuple[Quoted, ...]:
    """What a text takes off besides coupons 满减, 立减: amounts for goods at ``price``.

    >>> [str(one.amount) for one in cuts("每满300减50，满999减200，红包5元", Decimal(700))]
    ['100', '5']
    """
    found = []
    for match in _OFF_FROM.finditer(text):
        times = int(price // Decimal(match[2])) if Decimal(match[2]) else 0
        amount = Decimal(match[3]) * (times if match[1] else min(times, 1))
        if amount:
            found.append(Quoted(match.start(), match.end(), match[0], amount))
    return (*found, *(_found(match, match[1]) for match in _CUT.finditer(text)))


def has_open_benefit(text: str) -> bool:
    """Whether a text names a benefit without saying how much it is worth 会员价, 国补, 红包.

    >>> has_open_benefit("会员再享优惠"), has_open_benefit("红包5元，领10元券")
    (True, False)
    """
    rest = _CUT.sub("", text)
    return bool(_OPEN_BENEFIT.search(rest))


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
    return (int(match[1] or 0) * 24 * 60 + int(match[2]) * 60 + int(match[3] or 0)) * 60 if match else None


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
    r"保价\s*([0-9]{1,3})\s*天|([0-9]{1,3})\s*天(?:内)?(?:保价|价保|买贵[必包]?[退赔])|(?:全年|年度|史上|历史)最低价?|史低价?"
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
