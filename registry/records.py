"""One record of a register extract becomes a row, or a reject with its reason 逐行校验."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from domain.check_digits import Fault, credit_fault, has_inner_fault
from domain.register import OperatorRow, PermitRow, normal_number, without_invisible
from registry.permits import PermitForms

MOST_TEXT = 4_000
"""Longest text of one field; a longer one is no name, address or scope."""
MOST_PERMITS = 500
NO_END = frozenset({"", "长期", "永久", "无固定期限", "不限", "-", "—", "null", "none", "nan"})

# Headings that extracts of different offices use for the same thing.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "code": (
        "uscc",
        "code",
        "统一社会信用代码",
        "社会信用代码",
        "信用代码",
        "tyshxydm",
        "uniscid",
        "统一代码",
    ),
    "old_number": ("reg_no", "regno", "old_number", "注册号", "工商注册号", "zch"),
    "name": ("name", "名称", "企业名称", "主体名称", "市场主体名称", "字号名称", "entname", "qymc"),
    "former_names": ("former_names", "曾用名", "曾用名称", "former_name"),
    "kind": ("type", "kind", "类型", "企业类型", "主体类型", "enttype"),
    "legal_representative": ("legal_rep", "legal_representative", "法定代表人", "经营者", "负责人", "lerep"),
    "address": ("address", "住所", "地址", "经营场所", "dom"),
    "scope": ("scope", "经营范围", "opscope"),
    "established": ("established", "成立日期", "设立日期", "estdate"),
    "valid_to": ("valid_to", "营业期限至", "经营期限至", "营业期限", "opto"),
    "status": ("status", "登记状态", "经营状态", "状态", "regstate"),
    "status_since": ("status_since", "状态日期", "吊销日期", "注销日期", "吊销注销日期", "列入日期"),
    "status_note": ("status_note", "名录", "异常名录", "备注"),
    "permits": ("permits", "许可"),
    "permit_kind": ("permit_kind", "许可种类", "许可代码"),
    "permit_name": ("permit_name", "许可证名称", "许可名称"),
    "permit_number": ("permit_no", "permit_number", "许可证编号", "许可证号", "许可编号"),
    "permit_valid_to": ("permit_valid_to", "许可有效期至", "许可证有效期至"),
    "permit_status": ("permit_status", "许可状态"),
}
_FIELD_OF = {heading.lower(): name for name, headings in COLUMNS.items() for heading in headings}

BAD_CHECK = "统一社会信用代码校验码不符 check character"
BAD_INNER = "主体标识码（GB 11714）校验位不符 inner check digit"
BAD_OLD_CHECK = "注册号校验位不符 check digit"
BAD_OLD = "注册号不是13或15位数字，未采用"
BAD_DAY = "日期无法采用"
BAD_BYTES = "有无法解码的字符"
BAD_PERMIT = "许可证编号格式不符 permit number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What is to be said about a line: why it did not become a row, or what is doubtful about its row."""

    line: int
    reason: str
    """One of a few, so that it can be counted."""
    detail: str = ""
    """The value in question."""
    raw: str = ""
    """The line as it stood there."""

    def __str__(self) -> str:
        return f"{self.reason}：{self.detail}" if self.detail else self.reason


class Refused(ValueError):  # noqa: N818 - what happens to a row, in the words of the register
    """A record that cannot become a row; ``reason`` and ``detail`` as in ``Remark``."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason, self.detail = reason, detail


@dataclass(frozen=True)
class RowReader:
    """Makes rows of records.

    A code and a name make a row. What is wrong with them rejects it; what is wrong with anything else is left
    out and told, since an operator that is missing from the register is an operator that gets accused.
    """

    keep_bad_check: bool = False
    """Rows whose code fails the check character of GB 32100 are kept, and told."""
    permits: PermitForms | None = None
    """Forms that permit numbers are held against."""

    def read(self, record: Mapping[str, object], line: int) -> tuple[OperatorRow | Remark, list[Remark]]:
        """The row in ``record``, or why there is none; and what is doubtful about the row."""
        doubts: list[Remark] = []

        def doubt(reason: str, detail: str) -> None:
            doubts.append(Remark(line=line, reason=reason, detail=detail))

        try:
            return self._row(fields_of(record), line, doubt), doubts
        except Refused as refused:
            return Remark(line=line, reason=refused.reason, detail=refused.detail), []

    def _row(self, values: Mapping[str, object], line: int, doubt: Doubt) -> OperatorRow:
        code, old = self._numbers(values, doubt)
        name = _text(values, "name")
        if not name:
            raise Refused("名称为空")
        if "\ufffd" in name:
            raise Refused("名称含无法解码的字符，请检查文件编码", name[:30])
        permits = _permits(values, doubt)
        for permit in permits if self.permits else ():
            if self.permits and self.permits.fault(permit):
                doubt(BAD_PERMIT, f"{permit.kind or permit.name} {permit.number}".strip()[:60])
        if any("\ufffd" in str(value) for value in values.values()):
            doubt(BAD_BYTES, "")
        return OperatorRow(
            code=code,
            old_number=old,
            name=name,
            kind=_text(values, "kind"),
            former_names=tuple(_several(values.get("former_names"))),
            legal_representative=_text(values, "legal_representative"),
            address=_text(values, "address"),
            scope=_text(values, "scope"),
            established=_day(values.get("established"), doubt),
            valid_to=_day(values.get("valid_to"), doubt),
            status=_text(values, "status"),
            status_note=_text(values, "status_note"),
            status_since=_day(values.get("status_since"), doubt),
            permits=permits,
            line=line,
        )

    def _numbers(self, values: Mapping[str, object], doubt: Doubt) -> tuple[str, str]:
        code = normal_number(_text(values, "code"))
        old = normal_number(_text(values, "old_number"))
        if re.fullmatch(r"\d{15}", code) and not old:
            code, old = "", code
        fault = credit_fault(code) if code else None
        if fault in (Fault.LENGTH, Fault.ALPHABET) or (fault and len(code) != 18):
            raise Refused("统一社会信用代码不是18位规范字符", code[:30])
        if fault is Fault.CHECK and not self.keep_bad_check:
            raise Refused(BAD_CHECK, code)
        if fault is Fault.CHECK:
            doubt(BAD_CHECK, code)
        elif code and has_inner_fault(code):
            doubt(BAD_INNER, code)
        if old and not re.fullmatch(r"\d{13}|\d{15}", old, re.ASCII):
            if not code:
                raise Refused("注册号不是13或15位数字", old[:30])
            doubt(BAD_OLD, old[:30])
            old = ""
        if len(old) == 15 and credit_fault(old):
            doubt(BAD_OLD_CHECK, old)
        if not code and not old:
            raise Refused("没有统一社会信用代码，也没有注册号")
        return code, old


Doubt = Callable[[str, str], None]
"""Told the reason and the value of what is doubtful."""
_PLAIN = RowReader()


def row_of(record: Mapping[str, object], line: int) -> OperatorRow | Remark:
    """The row in ``record``, or why there is none."""
    return _PLAIN.read(record, line)[0]


def _day(value: object, doubt: Doubt) -> date | None:
    try:
        return day_of(value)
    except ValueError as error:
        doubt(BAD_DAY, str(error))
        return None


def fields_of(record: Mapping[str, object]) -> dict[str, object]:
    """The record under the names of ``COLUMNS``; what has an unknown heading is left out.

    >>> fields_of({" 企业名称 ": "甲店", "颜色": "红"})
    {'name': '甲店'}
    """
    found: dict[str, object] = {}
    for heading, value in record.items():
        name = _field_of(str(heading))
        if name and value not in (None, ""):
            found[name] = value
    return found


@lru_cache(maxsize=1_000)
def _field_of(heading: str) -> str | None:
    return _FIELD_OF.get(unicodedata.normalize("NFKC", heading).strip().lstrip("\ufeff").lower())


def unknown_headings(headings: Iterable[str]) -> list[str]:
    """Headings that mean nothing here, so that their columns are left aside."""
    return [each for each in headings if each.strip() and _field_of(each[:200]) is None]


def _text(values: Mapping[str, object], name: str) -> str:
    value = values.get(name, "")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = unicodedata.normalize("NFC", without_invisible(str(value))).strip()
    if len(text) > MOST_TEXT:
        raise Refused(f"一栏超过{MOST_TEXT}个字符", name)
    return text


def _several(value: object) -> list[str]:
    if value in (None, ""):
        return []
    parts = (
        value
        if isinstance(value, Sequence) and not isinstance(value, str)
        else re.split(r"[;；|、]", str(value))
    )
    return [str(part).strip() for part in parts if str(part).strip()][:50]


def _number_of(permit: Mapping[str, object]) -> str:
    return str(permit.get("no") or permit.get("number") or "").strip()


def _permit(permit: Mapping[str, object], doubt: Doubt) -> PermitRow:
    return PermitRow(
        kind=str(permit.get("kind") or ""),
        number=_number_of(permit),
        name=str(permit.get("name") or ""),
        valid_to=_day(permit.get("valid_to"), doubt),
        status=str(permit.get("status") or ""),
    )


def _permits(values: Mapping[str, object], doubt: Doubt) -> tuple[PermitRow, ...]:
    listed = values.get("permits")
    several = listed if isinstance(listed, Sequence) and not isinstance(listed, str) else ()
    found = [_permit(each, doubt) for each in several if isinstance(each, Mapping) and _number_of(each)]
    if number := _text(values, "permit_number"):
        found.append(
            PermitRow(
                kind=_text(values, "permit_kind"),
                number=number,
                name=_text(values, "permit_name"),
                valid_to=_day(values.get("permit_valid_to"), doubt),
                status=_text(values, "permit_status"),
            )
        )
    if len(found) > MOST_PERMITS:
        raise Refused(f"许可超过{MOST_PERMITS}项")
    return tuple(found)


def day_of(value: object) -> date | None:
    """The day that a cell names; ``None`` for none or without end.

    Raises:
        ValueError: it names no day.

    >>> day_of("2026年3月1日"), day_of("长期")
    (datetime.date(2026, 3, 1), None)
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = unicodedata.normalize("NFKC", str(value or "")).strip()
    if text.lower() in NO_END:
        return None
    match = re.fullmatch(r"(\d{4})\s*[-/.年]?\s*(\d{1,2})\s*[-/.月]?\s*(\d{1,2})\s*日?(?:[T ].*)?", text)
    if not match:
        raise ValueError(f"日期无法识别：{text[:30]}")
    try:
        return date(*(int(part) for part in match.groups()))
    except ValueError:
        raise ValueError(f"没有这一天：{text[:30]}") from None
