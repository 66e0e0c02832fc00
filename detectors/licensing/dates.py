"""Last days of permits as people write them 有效期届满日."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from detectors.licensing.numbers import plain

_DATE = r"(20\d\d|19\d\d)\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?"
_RANGE = re.compile(rf"{_DATE}\s*(?:起)?\s*(?:至|到|-|—|~|～|–|,|TO|止于)+\s*(?:{_DATE}|长期|永久)")
_UNTIL = re.compile(
    rf"(?:有?效期限?|有效期间|有效日期|有效期截止|有效|到期日?|截止日?期?|届满|失效日?期?|终止日期|至|到|UNTIL|EXPIR[YES]+|VALID)"
    rf"\s*(?:限|日期|日|截止|截至|至|为|到|于|止|UNTIL|THRU|THROUGH|TO|DATE|ON|[:：\s])*\s*{_DATE}"
)
_ENDS = re.compile(rf"{_DATE}\s*(?:到期|届满|失效|期满|截止|之?前有效|为止|止)")
_EXTENDED = re.compile(rf"(?:延续|延长|延期|续期|续展|展期|换证后)(?:有效期)?(?:为|至|到)+\s*{_DATE}")
_ISSUED = re.compile(
    rf"(?:发证|签发|颁发|核发|批准|备案|许可|发放|自)(?:日期|时间|日)?\s*[:：为于]?\s*{_DATE}"
)
_TERM = re.compile(
    r"(?:有效期限?|期限|有效)\s*[:：为]?\s*([一二三四五六七八九十\d]{1,2})\s*年"
    r"|起?\s*([一二三四五六七八九十\d]{1,2})\s*年(?:内|之内)?有效"
)
_YEARS = {character: value for value, character in enumerate("一二三四五六七八九十", 1)}
_WRITTEN_DATE = re.compile(
    r"[〇零○O一二三四五六七八九\d]{4}\s*年\s*[一二三四五六七八九十\d]{1,3}\s*月(?:\s*[一二三四五六七八九十\d]{1,3}\s*日)?"
)
_PACKED_DATE = re.compile(r"(?<!\d)(20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)")
_NUMERALS = {character: str(value) for value, character in enumerate("零一二三四五六七八九")} | {
    "〇": "0",
    "○": "0",
    "O": "0",
}


def end_date(text: str) -> date | None:
    """The last day of validity 有效期届满日 that ``text`` states; ``None``: none, or without limit.

    In a range only the second date counts; a day of issue counts with the term in years that stands with it;
    a month without a day ends on its last; what a permit was extended 延续 to comes before all.

    >>> end_date("有效期限：自2019年09月12日至2024年09月12日")
    datetime.date(2024, 9, 12)
    >>> end_date("发证日期2021-05-06，有效期五年")
    datetime.date(2026, 5, 5)
    >>> end_date("有效期至二〇二四年五月三十一日"), end_date("有效期至 2024年2月"), end_date("20240501到期")
    (datetime.date(2024, 5, 31), datetime.date(2024, 2, 29), datetime.date(2024, 5, 1))
    """
    text = _PACKED_DATE.sub(r"\1-\2-\3", _WRITTEN_DATE.sub(lambda found: _in_digits(found[0]), plain(text)))
    extended = list(_EXTENDED.finditer(text))
    if extended:
        return _day(*extended[-1].groups())
    span = _RANGE.search(text)
    if span:
        return _day(*span.groups()[3:6]) if span[4] else None
    issued, term = _ISSUED.search(text), _TERM.search(text)
    if issued and term:
        first = _day(*issued.groups())
        years = _numeral(term[1] or term[2])
        return _years_later(first, years) if first and years else None
    until = _UNTIL.search(text) or _ENDS.search(text)
    return _day(*until.groups()) if until else None


def _in_digits(written: str) -> str:
    """二〇二四年五月一日 as 2024年5月1日; a month alone gets its last day."""
    year, month, day = [*re.split(r"[年月日]", re.sub(r"\s", "", written)), ""][:3]
    numbers = "".join(_NUMERALS.get(each, each) for each in year), _numeral(month), _numeral(day)
    if not numbers[0].isdigit() or not 1 <= numbers[1] <= 12:
        return written
    last = monthrange(int(numbers[0]), numbers[1])[1] if 1900 < int(numbers[0]) < 2100 else 28
    return f"{numbers[0]}年{numbers[1]}月{numbers[2] or last}日"


def _numeral(text: str) -> int:
    """A number up to ninety-nine in digits or 二十一; 0 for none."""
    if text.isdecimal() or not text:
        return int(text or 0)
    tens, ten, ones = text.rpartition("十")
    return (_YEARS.get(tens, 1) * 10 if ten else 0) + _YEARS.get(ones, 0)


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _years_later(first: date, years: int) -> date:
    # A term that starts on a day ends on the eve of the same day.
    try:
        same = first.replace(year=first.year + years)
    except ValueError:
        same = first.replace(year=first.year + years, month=3, day=1)
    return date.fromordinal(same.toordinal() - 1)
