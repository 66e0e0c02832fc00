"""Amounts of money in a short text 金额: currency signs, digit groups, ranges, by the rules of a locale."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from crawlers.platforms.generic_locale import Locale
from crawlers.platforms.parse import decimal_of
from crawlers.platforms.phrases import pieces

Match: TypeAlias = re.Match[str]

LONGEST_AMOUNT = 60
"""Characters of a text that is little more than an amount."""
_LARGEST = Decimal(10**12)

_CODES = (
    "usd", "eur", "gbp", "chf", "cad", "aud", "nzd", "twd", "hkd", "cny", "rmb", "jpy", "krw", "inr", "rub",
    "byn", "kzt", "uah", "pln", "czk", "huf", "ron", "bgn", "sek", "nok", "dkk", "ils", "try", "brl", "ars",
    "clp", "cop", "mxn", "pen", "zar", "sgd", "myr", "thb", "php", "idr", "vnd", "aed", "sar", "nis", "kr",
    "lei", "tl", "rp", "vnđ", "rsd", "egp", "kwd", "qar", "ngn", "pkr", "lkr", "bdt",
)  # fmt: skip
_DOLLARS = (
    r"[Uu](?i:S)\s?\$|[Aa](?i:U)?\s?\$|[Cc](?i:A)?\s?\$|[Nn](?i:[ZT])\s?\$|[Hh](?i:K)\s?\$"
    r"|[Mm](?i:X)\s?\$|[SsRr]\$"
)
_OTHERS = (
    r"[Zz](?i:ł)|[Kk](?i:č)|[Рр](?i:уб)\.?|[Бб]\.\s?(?i:р)\.|[Рр](?<!\w.)\.|[Тт](?i:г)\.?|[Тт](?i:енге)"
    r"|[Гг](?i:рн)\.?|[Лл](?i:в)\.|đ|บาท|R(?<!\w.)(?:s\.?|M)(?=\s?\d)|:-|ر\.س|ج\.م|د\.ك|ر\.ق|تومان|د\.إ|ريال|درهم|ש[\"״]ח|[Ff](?<!\w.)(?i:r)\.|F(?<=\dF)t\b"
    r"|F(?<=\d F)t\b"
)


def _by_first_letter(codes: Iterable[str]) -> str:
    # One quick look at the first letter in place of a try of every code at every character.
    firsts: dict[str, list[str]] = {}
    for code in codes:
        firsts.setdefault(code[0], []).append(code[1:])
    return "|".join(
        rf"[{first}{first.upper()}](?<![^\W\d_].)(?i:{'|'.join(rest)})(?![^\W\d_])\.?"
        for first, rest in firsts.items()
    )


_SYMBOLS = "$€£¥￥₪₩₹₽₸฿₫₺₴₱元円원"
# Most letters begin none of the words: one look at a set spares a try of them all.
_FIRST_LETTERS = (
    "".join({letter for code in _CODES for letter in (code[0], code[0].upper())}) + "ZzKkРрБбТтГгЛлשFfđرد:บجت"
)
SIGN = rf"[{_SYMBOLS}]|(?=[{_FIRST_LETTERS}])(?:{_DOLLARS}|{_OTHERS}|{_by_first_letter(_CODES)})"
"""Signs and codes of currencies, as pages write them."""
_SIGN = re.compile(SIGN)
_BEGINNINGS = frozenset(_CODES) | {
    "zł", "zło", "kč", "руб", "р", "тг", "тен", "грн", "лв", "ש", "fr", "ft", "đ", ":-",
    "ر.س", "د.إ", "ريال", "درهم", "บาท", "rs", "rm", "ج.م", "د.ك", "ر.ق", "تومان"
}  # fmt: skip
_PIECES = pieces((*_SYMBOLS, *_BEGINNINGS))
_LONG_WORD = 3
"""Letters of a beginning from which the word may go on."""
_AFTER_CODE = "|".join(
    rf"(?<=(?<![^\W\d_])(?i:{code}))" for code in (*_CODES, "rm", "rs", r"rs\.", r"rp\.", r"kr\.", r"fr\.")
)
_UNSPACED = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3"
"""Han, kana and hangul: no space stands between them and a number, as in 现价199元."""
_NUMBER = re.compile(
    rf"(?=\d)(?:(?<![\w.,/#])|(?<=[{_UNSPACED}])|{_AFTER_CODE})"
    r"(?:\d{1,2}(?:,\d{2})+,\d{3}(?!\d)(?:\.\d{1,2}(?!\d))?|\d{1,3}(?:(?:[.,'’]\d{3})+|(?:[\s\u00a0\u202f]\d{3})+)(?!\d)(?:[.,]\d{1,2}(?!\d))?|"
    r"\d+(?:[.,]\d{1,4})?)(?:\s?[,.]\s?[-–—]+)?(?![\w%/]*%)"
)
_SPLIT_CENTS = re.compile(
    rf"(?P<before>\s*(?:{SIGN})?\s*)(?P<whole>\d{{1,3}}(?:[.,]?\d{{3}})*) (?P<cents>\d{{2}})"
    rf"(?P<after>\s*(?:{SIGN})?\s*)"
)
"""Whole part and cents in two elements, told apart by style alone."""
_MAY_BE_SPLIT = re.compile(r"\d \d\d(?!\d)")
_TO = re.compile(rf"\s*(?:{SIGN})?\s*(?:[-–—~～至到]|to|bis|à|a|до)\s*(?:{SIGN})?\s*", re.IGNORECASE)


_DASHES = re.compile(r"\s?[,.]\s?[-–—]+$")
_TEN_THOUSANDS = re.compile(r"\s?[万萬만](?P<more>\s?\d)?")
"""The unit of 万, and digits of lower ones behind it."""
_GAP = re.compile(r"[\s\u00a0\u202f’]")


@dataclass(frozen=True, slots=True)
class Money:
    """An amount as a text has it; ``high`` is the upper end of a range."""

    value: Decimal
    sign: str
    high: Decimal | None = None
    at: tuple[int, int] | None = None
    """Where the number stands in the text."""


def places_of_signs(folded: str) -> Iterator[int]:
    """Where signs, and what looks like one, stand in lower-case text: a cheap look before the exact one."""
    for _, start, end in _PIECES.find_matches_as_indexes(folded, overlapping=True):
        is_cut = folded[start - 1 : start].isalpha() or (
            end - start < _LONG_WORD and folded[end : end + 1].isalpha()
        )
        if not is_cut or folded[start] in _SYMBOLS:
            yield start


def signs_in(text: str) -> list[Match]:
    """Currency signs in a text, in order."""
    return list(_SIGN.finditer(text))


def numbers_in(text: str) -> list[Match]:
    """Numbers in a text, each with its groups and fraction, in order; percentages are none."""
    return list(_NUMBER.finditer(text))


def money_in(
    text: str, numbers: Sequence[Match], signs: Sequence[Match], currency: str, locale: Locale
) -> list[Money]:
    """Amounts in a text, whose numbers and signs are known: those with a sign, or the one number that stands
    alone.
    """
    if _MAY_BE_SPLIT.search(text) and (split := _SPLIT_CENTS.fullmatch(text)):
        text = f"{split['before']}{split['whole']}.{split['cents']}{split['after']}"
        signs, numbers = signs_in(text), numbers_in(text)
    if (shown := _range_in(text, numbers, signs, currency, locale)) is not None:
        return [shown]
    is_alone = len(numbers) == 1 and len(text) <= min(LONGEST_AMOUNT, len(numbers[0][0]) + 3)
    found = []
    for match in numbers:
        sign = _sign_beside(match, signs)
        if (sign or is_alone) and (value := _value(match[0], currency, locale)) is not None:
            if behind := _TEN_THOUSANDS.match(text, match.end()):
                if not sign or behind["more"]:
                    continue
                value *= 10_000
            found.append(Money(value, sign, at=match.span()))
    kept = [each for each in found if each.sign] or found
    return kept if signs else kept[:1]


def _range_in(
    text: str, numbers: Sequence[Match], signs: Sequence[Match], currency: str, locale: Locale
) -> Money | None:
    """A text that is one range of prices 价格区间."""
    if len(numbers) != 2 or not signs or len(text) > LONGEST_AMOUNT:
        return None
    one, other = numbers
    if not _TO.fullmatch(text[one.end() : other.start()]):
        return None
    sign = _sign_beside(one, signs) or _sign_beside(other, signs)
    low, high = _value(one[0], currency, locale), _value(other[0], currency, locale)
    return Money(low, sign, high) if sign and low is not None and high is not None and low < high else None


def _value(shown: str, currency: str, locale: Locale) -> Decimal | None:
    digits = shown if shown.isdecimal() else _GAP.sub(" ", _DASHES.sub("", shown))
    value = decimal_of(digits, currency=currency)
    if value is None and locale.has_decimal_comma and re.fullmatch(r"\d{1,3}(?:\.\d{3})+", digits):
        value = Decimal(digits.replace(".", ""))
    return value if value is not None and value < _LARGEST else None


def _sign_beside(match: Match, signs: Sequence[Match]) -> str:
    for sign in signs:
        between = sign.string[match.end() : sign.start()]
        # The number of instalments in "6x R$ 20" has another amount's sign behind it.
        is_behind = 0 <= sign.start() - match.end() <= 2 and not any(
            each.isalnum() and each not in "万萬만" for each in between
        )
        if is_behind or 0 <= match.start() - sign.end() <= 2:
            return sign[0]
    return ""
