"""Values as pages write them: prices, counts, times, and the masking of buyers 去标识化. Text in, values
out.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from price_parser import Price

from domain.subjects import Availability

SHANGHAI = ZoneInfo("Asia/Shanghai")
_LONGEST = 200
"""Nothing that a page writes as a price, a count or a time is longer."""

_UNITS = {
    "万": Decimal(10_000),
    "w": Decimal(10_000),
    "千": Decimal(1_000),
    "k": Decimal(1_000),
    "亿": Decimal(10**8),
}
_WHOLE_UNIT_CURRENCIES = frozenset(
    {"CLP", "JPY", "KRW", "VND", "IDR", "COP", "PYG", "HUF", "ISK", "XOF", "XAF", "UGX"}
)
"""ISO 4217 currencies whose shop prices have no decimals, so "229.990" can only be thousands."""

_NUMBER = re.compile(
    r"(?<![\w.,])(\d[\d.,' \u00a0\u202f]*\d|\d)(?:\s*(万|千|亿|[wkWK](?![a-zA-Z])))?"
    r"|(?<=[^\W\d])(\d[\d.,']*\d|\d)(万)?"
)
_RANGE = re.compile(r"\d\s*(?:元|€|\$|£|¥)?\s*(?:[-~–—至到]|\bto\b)\s*(?:[¥$€£]|[A-Z]{3})?\s*\d")
_GROUPED = re.compile(r"\d{1,3}(?:([.,' \u00a0\u202f])\d{3})(?:\1\d{3})*|\d{1,2}(?:,\d{2})+,\d{3}")
"""Groups of three, or the lakh and crore of India: 1,29,999."""


def price_of(text: str, *, currency: str = "CNY") -> Decimal | None:
    """Money as displayed; ``None`` for a range, for several numbers, and for what can be read in two ways.

    "1.299" may be one and a bit or thirteen hundred: it is read only where ``currency`` (ISO 4217) has no
    decimals.

    >>> price_of("¥1,299.00"), price_of("到手价￥1.2万"), price_of("1.299,00 €", currency="EUR")
    (Decimal('1299.00'), Decimal('12000.0'), Decimal('1299.00'))
    >>> price_of("¥19.9-39.9") is None
    True
    >>> price_of("$229.990"), price_of("$229.990", currency="CLP")
    (None, Decimal('229990'))
    """
    shown = unicodedata.normalize("NFKC", text[:_LONGEST]).strip()
    if not shown or _RANGE.search(shown):
        return None
    amounts = {_amount(match, currency) for match in _NUMBER.finditer(shown)}
    if len(amounts) != 1:
        return None
    (amount,) = amounts
    return amount


def _amount(match: re.Match[str], currency: str) -> Decimal | None:
    number = decimal_of(match[1] or match[3], currency=currency)
    unit = (match[2] or match[4] or "").lower()
    return number * _UNITS[unit] if number is not None and unit else number


def decimal_of(digits: str, *, currency: str = "CNY") -> Decimal | None:
    """A number with any grouping; ``None`` where its separators can be read in two ways.

    >>> decimal_of("1 299,50"), decimal_of("12.345.678"), decimal_of("1,299"), decimal_of("1.2.3")
    (Decimal('1299.50'), Decimal('12345678'), Decimal('1299'), None)
    """
    digits = digits.strip()
    whole, mark, fraction = _split(digits)
    if mark and len(fraction) == 3 and not (whole and _GROUPED.fullmatch(whole)):
        if mark == "." and not whole.lstrip("0"):
            return Decimal(f"0.{fraction}")
        if mark == "." and currency.upper() not in _WHOLE_UNIT_CURRENCIES:
            return None
        whole, fraction = whole + mark + fraction, ""
    if not (whole.isdigit() or _GROUPED.fullmatch(whole)):
        return None
    try:
        return Decimal(re.sub(r"\D", "", whole) + (f".{fraction}" if fraction else ""))
    except InvalidOperation:
        return None


def _split(digits: str) -> tuple[str, str, str]:
    """Whole part, decimal mark and fraction; a mark that occurs twice groups thousands."""
    last = max(digits.rfind("."), digits.rfind(","))
    if last < 0 or digits.count(digits[last]) > 1:
        return digits, "", ""
    return digits[:last], digits[last], digits[last + 1 :]


_SIGNS = {
    "¥": "CNY", "￥": "CNY", "RMB": "CNY", "€": "EUR", "£": "GBP", "US$": "USD", "NT$": "TWD", "HK$": "HKD",
    "AU$": "AUD", "A$": "AUD", "CA$": "CAD", "C$": "CAD", "NZ$": "NZD", "S$": "SGD", "R$": "BRL", "₽": "RUB",
    "₸": "KZT",
    "₩": "KRW", "₪": "ILS", "₹": "INR", "zł": "PLN", "฿": "THB", "₫": "VND",
}  # fmt: skip
_YUAN = re.compile(r"(?<![美港欧日澳加韩台])元")
NO_CURRENCY = "XXX"
"""ISO 4217 for "no currency": a sign that several currencies share."""


def currency_of(text: str) -> str:
    """ISO 4217 code that a price or a code names; "" when it names none, "XXX" for a sign such as "$" alone.

    >>> currency_of("US$2.99"), currency_of("￥39.90"), currency_of("12,50 €"), currency_of("$9")
    ('USD', 'CNY', 'EUR', 'XXX')
    """
    shown = text[:_LONGEST].strip()
    if len(shown) == 3 and shown.isascii() and shown.isalpha():
        return shown.upper()
    sign = Price.fromstring(shown).currency or ""
    if len(sign) == 3 and sign.isascii() and sign.isalpha() and sign != "RMB":
        return sign.upper()
    if not sign and _YUAN.search(shown):
        return "CNY"
    return _SIGNS.get(sign, NO_CURRENCY if sign == "$" else "")


def yuan_of_fen(fen: int) -> Decimal:
    """Yuan of an amount that a payload gives in fen 分.

    >>> yuan_of_fen(129900)
    Decimal('1299.00')
    """
    return Decimal(fen).scaleb(-2)


@dataclass(frozen=True, slots=True)
class Count:
    """A count as shown, with its bounds; ``high`` is ``None`` above an open "+"."""

    text: str
    low: int | None = None
    high: int | None = None


_COUNT = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*(万|千|亿|[wkWK](?![a-zA-Z]))?\s*(\+|以上|多)?")


def count_of(text: str) -> Count:
    """Sales or reviews as shown 销量. A shortened number is taken as cut off, not rounded, so it bounds from
    below.

    >>> count_of("1.2万+人付款"), count_of("已售 1,234 件")
    (Count(text='1.2万+人付款', low=12000, high=None), Count(text='已售 1,234 件', low=1234, high=1234))
    >>> count_of("评价(3.5k)"), count_of("不足10件")
    (Count(text='评价(3.5k)', low=3500, high=3599), Count(text='不足10件', low=0, high=9))
    """
    text = text[:_LONGEST].strip()
    shown = unicodedata.normalize("NFKC", text)
    found = _COUNT.findall(shown)
    if not found:
        nothing = re.search(r"暂无|还没有|no reviews|none", shown, re.IGNORECASE)
        return Count(text, 0, 0) if nothing else Count(text)
    if len(found) > 1:
        return Count(text)
    digits, unit, open_end = found[0]
    step = _UNITS.get(unit.lower(), Decimal(1)).scaleb(-len(digits.partition(".")[2]))
    low = int(Decimal(digits.replace(",", "")) * _UNITS.get(unit.lower(), Decimal(1)))
    if re.search(r"不足|少于|小于|<", shown):
        return Count(text, 0, max(low - 1, 0))
    is_open = (
        bool(open_end) or re.search(r"超过|多于|大于|over|more than|>", shown, re.IGNORECASE) is not None
    )
    return Count(text, low, None if is_open else low + max(int(step) - 1, 0))


def whole_number(text: str) -> int | None:
    """A count where the page gives it exactly, else ``None``."""
    count = count_of(text)
    return count.low if count.low == count.high else None


_DAY = re.compile(
    r"(?<!\d)(\d{4})\s*(?:[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{1,2})|年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日)"
    r"(?:[T\s]*(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2}))?(?:\.\d+)?\s*(Z|[+-]\d{2}:?\d{2})?)?"
)


def moment_of(text: str, *, zone: tzinfo = SHANGHAI) -> datetime | None:
    """A date or time as written, in UTC; without an offset of its own it is local time of ``zone``.

    Relative times (昨天, 3天前) and days without a year give ``None``: they say nothing without a clock.

    >>> moment_of("2026年11月5日 08:30").isoformat(), moment_of("2026-11-05T00:30:00Z").isoformat()
    ('2026-11-05T00:30:00+00:00', '2026-11-05T00:30:00+00:00')
    """
    match = _DAY.search(unicodedata.normalize("NFKC", text[:_LONGEST]))
    if match is None:
        return None
    year, month, day, cn_month, cn_day, hour, minute, second, offset = match.groups()
    try:
        written = datetime(  # noqa: DTZ001 - the zone follows
            int(year),
            int(month or cn_month),
            int(day or cn_day),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
        )
        if offset:
            return datetime.fromisoformat(
                f"{written.isoformat()}{'+00:00' if offset == 'Z' else offset}"
            ).astimezone(UTC)
        return written.replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


_AVAILABILITY = (
    (Availability.OUT_OF_STOCK, re.compile(
        r"out[ _-]?of[ _-]?stock|sold[ _-]?out|unavailable|discontinued|back[ _-]?order"
        r"|不可用|无货|缺货|售罄|售完|卖光|补货|下架",
        re.IGNORECASE)),
    (Availability.IN_STOCK, re.compile(
        r"in[ _-]?stock|instore|available|limited|online[ _-]?only|pre[ _-]?(?:order|sale)"
        r"|有货|现货|库存|充足|有售", re.IGNORECASE)),
)  # fmt: skip


def availability_of(text: str) -> Availability:
    """Stock as a page or its schema.org value says it.

    >>> [availability_of(text).value for text in ("https://schema.org/OutOfStock", "现货", "?")]
    ['OutOfStock', 'InStock', 'Unknown']
    """
    shown = text[:_LONGEST]
    return next((value for value, words in _AVAILABILITY if words.search(shown)), Availability.UNKNOWN)


_MOBILE = re.compile(r"(?<!\d)(1[3-9]\d)([ -]?)\d{4}\2(\d{4})(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)(0\d{2,3}[ -]?)\d{4,5}(\d{3})(?!\d)")
_IDENTITY_CARD = re.compile(r"(?<!\d)(\d{6})(?:19|20)\d{9}[\dXx](?!\d)")


def masked(text: str) -> str:
    """``text`` with phone and identity card numbers made unreadable 去标识化 (个人信息保护法
    第五十一条（三）).

    >>> masked("加我13812345678返现")
    '加我138****5678返现'
    """
    text = _IDENTITY_CARD.sub(r"\1************", text)
    text = _MOBILE.sub(r"\1\2****\2\3", text)
    return _LANDLINE.sub(r"\1****\2", text)


def masked_nickname(name: str) -> str:
    """A buyer's nickname with at most its ends left; one that the platform masked stays as it is.

    >>> [masked_nickname(name) for name in ("t***3", "快乐的小猫", "老王", "匿名用户")]
    ['t***3', '快***猫', '老*', '匿名用户']
    """
    name = masked(" ".join(name.split())[:_LONGEST])
    if "*" in name or name in ("", "匿名", "匿名用户", "匿名买家", "Anonymous"):
        return name
    return name[0] + ("*" if len(name) <= 2 else f"***{name[-1]}")
