"""One record of a register extract becomes a row, or a reject with its reason 逐行校验."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from domain.register import OperatorRow, PermitRow, without_invisible

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
    "status_note": ("status_note", "名录", "异常名录", "备注"),
    "permits": ("permits", "许可"),
    "permit_kind": ("permit_kind", "许可种类", "许可代码"),
    "permit_name": ("permit_name", "许可证名称", "许可名称"),
    "permit_number": ("permit_no", "permit_number", "许可证编号", "许可证号", "许可编号"),
    "permit_valid_to": ("permit_valid_to", "许可有效期至", "许可证有效期至"),
    "permit_status": ("permit_status", "许可状态"),
}
_FIELD_OF = {heading.lower(): name for name, headings in COLUMNS.items() for heading in headings}
_CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """A line that did not become a row."""

    line: int
    reason: str
    sample: str = ""
    """The start of what stood there."""


def fields_of(record: Mapping[str, object]) -> dict[str, object]:
    """The record under the names of ``COLUMNS``; what has an unknown heading is left out.

    >>> fields_of({" 企业名称 ": "甲店", "颜色": "红"})
    {'name': '甲店'}
    """
    found: dict[str, object] = {}
    for heading, value in record.items():
        name = _FIELD_OF.get(unicodedata.normalize("NFKC", str(heading)).strip().lstrip("\ufeff").lower())
        if name and value not in (None, ""):
            found[name] = value
    return found


def row_of(record: Mapping[str, object], line: int) -> OperatorRow | Reject:
    """The row in ``record``, or why there is none."""
    values = fields_of(record)
    sample = str(dict(list(record.items())[:3]))[:160]
    try:
        row = _row(values, line)
    except ValueError as error:
        return Reject(line=line, reason=str(error), sample=sample)
    if not row.name:
        return Reject(line=line, reason="名称为空", sample=sample)
    if "\ufffd" in row.name:
        return Reject(line=line, reason="名称含无法解码的字符，请检查文件编码", sample=sample)
    if not row.code and not row.old_number:
        return Reject(line=line, reason="没有统一社会信用代码，也没有注册号", sample=sample)
    return row


def _row(values: Mapping[str, object], line: int) -> OperatorRow:
    code = re.sub(r"[\s-]", "", _text(values, "code").upper())
    old = re.sub(r"[\s-]", "", _text(values, "old_number"))
    if re.fullmatch(r"\d{15}", code) and not old:
        code, old = "", code
    if code and not _CODE.fullmatch(code):
        raise ValueError(f"统一社会信用代码不是18位规范字符：{code[:30]}")
    if old and not re.fullmatch(r"\d{13,15}", old):
        raise ValueError(f"注册号不是13至15位数字：{old[:30]}")
    return OperatorRow(
        code=code,
        old_number=old,
        name=_text(values, "name"),
        kind=_text(values, "kind"),
        former_names=tuple(_several(values.get("former_names"))),
        legal_representative=_text(values, "legal_representative"),
        address=_text(values, "address"),
        scope=_text(values, "scope"),
        established=day_of(values.get("established")),
        valid_to=day_of(values.get("valid_to")),
        status=_text(values, "status"),
        status_note=_text(values, "status_note"),
        permits=_permits(values),
        line=line,
    )


def _text(values: Mapping[str, object], name: str) -> str:
    value = values.get(name, "")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = unicodedata.normalize("NFC", without_invisible(str(value))).strip()
    if name in {"code", "old_number"}:
        text = unicodedata.normalize("NFKC", text)
    if len(text) > MOST_TEXT:
        raise ValueError(f"{name}超过{MOST_TEXT}个字符")
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


def _permit(permit: Mapping[str, object]) -> PermitRow:
    return PermitRow(
        kind=str(permit.get("kind") or ""),
        number=_number_of(permit),
        name=str(permit.get("name") or ""),
        valid_to=day_of(permit.get("valid_to")),
        status=str(permit.get("status") or ""),
    )


def _permits(values: Mapping[str, object]) -> tuple[PermitRow, ...]:
    listed = values.get("permits")
    several = listed if isinstance(listed, Sequence) and not isinstance(listed, str) else ()
    found = [_permit(each) for each in several if isinstance(each, Mapping) and _number_of(each)]
    if number := _text(values, "permit_number"):
        found.append(
            PermitRow(
                kind=_text(values, "permit_kind"),
                number=number,
                name=_text(values, "permit_name"),
                valid_to=day_of(values.get("permit_valid_to")),
                status=_text(values, "permit_status"),
            )
        )
    if len(found) > MOST_PERMITS:
        raise ValueError(f"许可超过{MOST_PERMITS}项")
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
