"""Licence and permit numbers 证照编号: finding, checking and explaining them by the table of kinds."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from domain.check_digits import ALPHABET as ALPHABET
from domain.check_digits import Fault as Fault
from domain.check_digits import credit_check as credit_check
from domain.check_digits import credit_fault as credit_fault
from domain.check_digits import has_inner_fault as has_inner_fault
from domain.check_digits import mod_11_10 as mod_11_10
from domain.check_digits import organisation_check as organisation_check
from domain.register import without_invisible
from rules.licensing import Check, NumberKind, NumberTable

_BRACKETS = str.maketrans("〔〕［］[]【】{}｛｝", "()()()()()()")
_DASHES = re.compile("[‐‑‒–—−－﹣]")
_TYPED = str.maketrans("OIZS", "0125")


def plain(text: str) -> str:
    """How a number is compared: NFKC, capitals, round brackets, one kind of hyphen, nothing invisible.

    >>> plain("农药经许〔京〕１１")
    '农药经许(京)11'
    """
    folded = unicodedata.normalize("NFKC", without_invisible(text)).translate(_BRACKETS)
    return _DASHES.sub("-", folded).upper()


FAULT_TEXT = {
    Fault.LENGTH: "位数不对",
    Fault.ALPHABET: "含有编码规则之外的字符",
    Fault.CHECK: "校验位不符",
    Fault.FORMAT: "格式不符",
    Fault.PROVINCE: "省份简称与区划代码不一致",
}


def typing_variants(code: str) -> tuple[str, ...]:
    """Valid credit codes that differ from ``code`` only by O, I, Z, S typed for 0, 1, 2, 5.

    >>> typing_variants("9142O111MACAEO2R8B")
    ('91420111MACAE02R8B',)
    """
    repaired = code.translate(_TYPED)
    return (repaired,) if repaired != code and len(repaired) == 18 and credit_fault(repaired) is None else ()


@dataclass(frozen=True, slots=True)
class Permit:
    """One permit number as written in a text; ``fault`` says why it is not one of its kind."""

    kind: NumberKind
    number: str
    start: int
    end: int
    fault: Fault | None = None
    quote: str = ""


_MARKS_INSIDE = re.compile(r"(?<=[0-9A-Z号])[\s·.•・_/:—-]+(?=[0-9A-Z])")
_LETTERS_ALONE = re.compile(r"\(([A-Z]{1,3})\)[\s:]*(?=\d)|(?<![A-Z])([A-Z]{2})\((\d{12,16})\)")
"""(JY) 1330… and JY(1330…): a number of which one part stands in brackets of its own."""


def _compiled(pattern: str, table: NumberTable, *, whole: bool) -> re.Pattern[str]:
    body = pattern.replace("{P}", f"[{''.join(table.provinces)}]")
    before = r"(?<![0-9A-Z])" if re.match(r"[\\\[(?:]*(?:\\d|[A-Z0-9])", body) else ""
    after = r"(?![0-9A-Z])" if whole else ""
    # Other scripts have digits too; a number is written in these ten.
    return re.compile(f"{before}(?:{body}){after}", re.ASCII)


@dataclass(frozen=True)
class Numbers:
    """The table made ready to search."""

    table: NumberTable
    _found: dict[str, re.Pattern[str]] = field(init=False, repr=False)
    _stems: dict[str, re.Pattern[str]] = field(init=False, repr=False)
    _labels: dict[str, re.Pattern[str]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        kinds = [kind for kind in self.table.kinds if not kind.operator]
        found = {kind.kind: _compiled(kind.pattern, self.table, whole=True) for kind in kinds}
        stems = {kind.kind: _compiled(kind.stem, self.table, whole=False) for kind in kinds if kind.stem}
        provinces = "".join(self.table.provinces)
        labels = {kind.kind: _label_pattern(kind.labels, provinces) for kind in kinds if kind.labels}
        object.__setattr__(self, "_found", found)
        object.__setattr__(self, "_stems", stems)
        object.__setattr__(self, "_labels", labels)

    def kind(self, code: str) -> NumberKind:
        """The kind with this code."""
        return next(kind for kind in self.table.kinds if kind.kind == code)

    def permits(self, line: str) -> list[Permit]:
        """Permit and site numbers in one line, the malformed ones too, in order.

        The line is looked at as it stands, without spaces, and without hyphens; a good reading wins.
        """
        text = plain(line)
        good: list[Permit] = []
        bad: list[Permit] = []
        close = _MARKS_INSIDE.sub("", _LETTERS_ALONE.sub(r"\1\2\3", text))
        for view in dict.fromkeys((text, re.sub(r"\s+", "", text), re.sub(r"[\s-]+", "", text), close)):
            for permit in self._in(view):
                (bad if permit.fault else good).append(permit)
        kept: list[Permit] = []
        for permit in good + bad:
            core = _core(permit.number)
            same = (each for each in kept if permit.fault or each.kind is permit.kind)
            if not any(core in _core(each.number) or _core(each.number) in core for each in same):
                kept.append(permit)
        return sorted(kept, key=lambda permit: permit.start)

    def _in(self, text: str) -> Iterator[Permit]:
        for kind in self.table.kinds:
            if kind.operator:
                continue
            taken: list[tuple[int, int]] = []
            if not kind.labelled_only:
                for match in self._found[kind.kind].finditer(text):
                    taken.append(match.span())
                    yield self._judged(kind, match[0], match.start(), text)
            stem = self._stems.get(kind.kind)
            for match in stem.finditer(text) if stem else ():
                if not any(start < match.end() and match.start() < end for start, end in taken):
                    taken.append(match.span())
                    yield Permit(kind, match[0], *match.span(), Fault.FORMAT, match[0])
            yield from self._labelled(kind, text, taken)

    def _labelled(self, kind: NumberKind, text: str, taken: list[tuple[int, int]]) -> Iterator[Permit]:
        label = self._labels.get(kind.kind)
        for match in label.finditer(text) if label else ():
            value, at = match["value"], match.start("value")
            if any(start < match.end("value") and at < end for start, end in taken):
                continue
            if kind.labelled_only and (whole := self._found[kind.kind].match(text, at)):
                yield self._judged(kind, whole[0], at, text)
            elif sum(character.isdigit() for character in value) >= kind.least_digits and not self._is_other(
                kind, value
            ):
                yield Permit(kind, value, at, match.end("value"), Fault.FORMAT, value)

    def _is_other(self, kind: NumberKind, value: str) -> bool:
        return any(found.search(value) for name, found in self._found.items() if name != kind.kind)

    def _judged(self, kind: NumberKind, number: str, start: int, text: str) -> Permit:
        fault = None
        if kind.check is Check.MOD_11_10:
            digits = number[kind.check_skip :]
            fault = None if mod_11_10(digits[:-1]) == digits[-1] else Fault.CHECK
        elif kind.check is Check.PROVINCE:
            fault = self._province_fault(number)
        return Permit(kind, number, start, start + len(number), fault, text[start : start + len(number)])

    def _province_fault(self, number: str) -> Fault | None:
        province = next((character for character in number if character in self.table.provinces), "")
        digits = re.search(r"\d{6}", number)
        region = self.table.provinces.get(province, "")
        return Fault.PROVINCE if region and digits and not digits[0].startswith(region) else None


def _core(number: str) -> str:
    return re.sub(r"[\s-]+", "", number)


def _label_pattern(labels: tuple[str, ...], provinces: str) -> re.Pattern[str]:
    words = "|".join(sorted(map(re.escape, labels), key=len, reverse=True))
    return re.compile(
        rf"(?:{words})(?:证书|凭证)?(?:编号|号码|证号|号)?\s*(?:[:：为]|\|)?\s*"
        r"(?P<value>(?!客服|电话|联系|有效|发证|自\d|至\d|\d{4}年)"
        rf"[(A-Z0-9国食{provinces}]"
        r"(?:(?!客服|电话|联系|有效|发证|许可|备案)[0-9A-Z()一-龥-])*)",
        re.ASCII,
    )


_DATE = r"(20\d\d|19\d\d)\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?"
_RANGE = re.compile(rf"{_DATE}\s*(?:起)?\s*(?:至|到|-|—|~|～|–|,|TO|止于)+\s*(?:{_DATE}|长期|永久)")
_UNTIL = re.compile(
    rf"(?:有?效期限?|有效期间|有效日期|有效期截止|有效|到期日?|截止日?期?|届满|失效日?期?|终止日期|至|到|UNTIL|EXPIR[YES]+|VALID)"
    rf"\s*(?:限|日期|日|截止|截至|至|为|到|于|止|UNTIL|THRU|THROUGH|TO|DATE|ON|[:：\s])*\s*{_DATE}"
)
_ENDS = re.compile(rf"{_DATE}\s*(?:到期|届满|失效|期满|截止|之?前有效|为止|止)")
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
    a month without a day ends on its last.

    >>> end_date("有效期限：自2019年09月12日至2024年09月12日")
    datetime.date(2024, 9, 12)
    >>> end_date("发证日期2021-05-06，有效期五年")
    datetime.date(2026, 5, 5)
    >>> end_date("有效期至二〇二四年五月三十一日"), end_date("有效期至 2024年2月"), end_date("20240501到期")
    (datetime.date(2024, 5, 31), datetime.date(2024, 2, 29), datetime.date(2024, 5, 1))
    """
    text = _PACKED_DATE.sub(r"\1-\2-\3", _WRITTEN_DATE.sub(lambda found: _in_digits(found[0]), plain(text)))
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
