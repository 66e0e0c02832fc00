"""Licence and permit numbers 证照编号: finding, checking and explaining them by the table of kinds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from domain.check_digits import ALPHABET as ALPHABET
from domain.check_digits import Fault as Fault
from domain.check_digits import credit_check as credit_check
from domain.check_digits import credit_fault as credit_fault
from domain.check_digits import has_inner_fault as has_inner_fault
from domain.check_digits import mod_11_10 as mod_11_10
from domain.check_digits import organisation_check as organisation_check
from domain.register import evened
from rules.licensing import Check, NumberKind, NumberTable

_DASHES = re.compile("[‐‑‒–—−－﹣]")
TYPED = str.maketrans("OIZS", "0125")
"""Letters that are typed for digits."""


def plain(text: str) -> str:
    """How a number is compared: NFKC, capitals, round brackets, one kind of hyphen, nothing invisible.

    >>> plain("农药经许〔京〕１１")
    '农药经许(京)11'
    """
    return _DASHES.sub("-", evened(text)).upper()


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
    repaired = code.translate(TYPED)
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


class Numbers:
    """The table made ready to search."""

    def __init__(self, table: NumberTable) -> None:
        self.table = table
        kinds = [kind for kind in table.kinds if not kind.operator]
        provinces = "".join(table.provinces)
        self._found = {kind.kind: _compiled(kind.pattern, table, whole=True) for kind in kinds}
        self._stems = {kind.kind: _compiled(kind.stem, table, whole=False) for kind in kinds if kind.stem}
        self._labels = {kind.kind: _label_pattern(kind.labels, provinces) for kind in kinds if kind.labels}

    def kind(self, code: str) -> NumberKind:
        """The kind with this code."""
        return next(kind for kind in self.table.kinds if kind.kind == code)

    def read(self, text: str) -> Permit | None:
        """The number that ``text`` is or holds, those of operators included; ``None``: of no known kind."""
        found = self.permits(text)
        if found:
            return found[0]
        number = re.sub(r"[\s.·•_-]+", "", plain(text))
        for kind in (kind for kind in self.table.kinds if kind.operator):
            if re.fullmatch(kind.pattern, number, re.ASCII):
                return self._judged(kind, number, 0, number)
        if re.fullmatch(r"9[123][0-9A-Z]{14,18}", number):
            return Permit(self.kind("USCC"), number, 0, len(number), credit_fault(number), number)
        return None

    def explained(self, text: str, day: date) -> str:
        """What kind of number ``text`` is, whether a right one, and by which law of ``day``; "" for none."""
        found = self.read(text)
        if found is None:
            return ""
        said = FAULT_TEXT[found.fault] if found.fault else "格式、校验相符"
        return f"{found.number}：{said}。{found.kind.explained(day)}"

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
        fault = self._fault(kind, number)
        return Permit(kind, number, start, start + len(number), fault, text[start : start + len(number)])

    def _fault(self, kind: NumberKind, number: str) -> Fault | None:
        """What the check of the kind says of a number that has its pattern."""
        if kind.check is Check.USCC:
            return credit_fault(number)
        if kind.check is Check.MOD_11_10:
            digits = number[kind.check_skip :]
            return None if mod_11_10(digits[:-1]) == digits[-1] else Fault.CHECK
        return self._province_fault(number) if kind.check is Check.PROVINCE else None

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
        rf"(?:{words})(?:证书|凭证)?[》」』”\")]?(?:编号|号码|证号|号)?\s*(?:[:：为]|\|)?\s*"
        r"(?P<value>(?!客服|电话|联系|有效|发证|自\d|至\d|\d{4}年)"
        rf"[(A-Z0-9国食{provinces}]"
        r"(?:(?!客服|电话|联系|有效|发证|许可|备案)[0-9A-Z()一-龥-])*)",
        re.ASCII,
    )
