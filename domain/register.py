"""Rows of the operator and permit registers 经济户口, as look-up hands them to those who compare."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from domain.cover import WHOLE, Cover

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0]"
)
_BRACKETS = str.maketrans("〔〕［］[]【】{}｛｝", "()()()()()()")
_QUOTES = str.maketrans("「」〈〉《》", "()()()")
_INDIVIDUAL = re.compile(r"\(个体工商户\)|\(个体户\)|\(个体\)")
_LOOSE = re.compile(r"[\s·・•.,、'\"“”‘’_-]+")


def without_invisible(text: str) -> str:
    """``text`` without zero-width and other format characters that nobody sees.

    >>> without_invisible("91\u200b31")
    '9131'
    """
    return _INVISIBLE.sub("", text)


def evened(text: str) -> str:
    """``text`` in compatibility forms (NFKC), kinds of brackets as round ones, without what nobody sees.

    >>> evened("〔２０２６〕\u200b１号")
    '(2026)1号'
    """
    return unicodedata.normalize("NFKC", without_invisible(text)).translate(_BRACKETS)


def normal_name(name: str) -> str:
    """The spelling under which two names of operators count as the same 名称归一.

    Full-width forms, kinds of brackets, spaces and separators do not count, nor does 个体工商户 in brackets.

    >>> normal_name("义乌市屿 弦服饰店（个体工商户）") == normal_name("义乌市屿弦服饰店")
    True
    """
    plain = evened(name).translate(_QUOTES).upper()
    return _INDIVIDUAL.sub("", _LOOSE.sub("", plain)).replace("()", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitRow:
    """One permit 行政许可 of an operator."""

    kind: str
    number: str
    name: str = ""
    valid_to: date | None = None
    status: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorRow:
    """One registered operator 市场主体, as its register extract says."""

    code: str
    """统一社会信用代码; "" for a row that knows only the old number."""
    name: str
    kind: str = ""
    """类型, such as 个体工商户."""
    former_names: tuple[str, ...] = ()
    old_number: str = ""
    """15-digit 工商注册号, where it has one."""
    legal_representative: str = ""
    address: str = ""
    scope: str = ""
    established: date | None = None
    valid_to: date | None = None
    status: str = ""
    """登记状态, such as 存续 or 注销."""
    status_note: str = ""
    """Lists it stands on 名录, such as 列入经营异常名录."""
    status_since: date | None = None
    """The day from which status and note hold 状态日期, as of a revocation; ``None``: not told."""
    permits: tuple[PermitRow, ...] = ()
    line: int = 0
    """Line of the imported file, 1 first: where a person finds the row."""
    as_of: date | None = None
    """The day whose state this row is 数据截止日; extracts of several days make up one register."""

    def status_on(self, day: date) -> tuple[str, str]:
        """Status and note as they stood on ``day``; both "" for a day before they began.

        >>> row = OperatorRow(code="", name="甲店", status="吊销", status_since=date(2026, 11, 20))
        >>> row.status_on(date(2026, 11, 11)), row.status_on(date(2026, 11, 20))
        (('', ''), ('吊销', ''))
        """
        if self.status_since is not None and day < self.status_since:
            return "", ""
        return self.status, self.status_note


class Register(Protocol):
    """Look-up in a register extract; each answer may be empty, which says nothing about newer data."""

    @property
    def snapshot_date(self) -> date | None:
        """The day whose state of the register this is 数据截止日; ``None``: the extract does not say."""
        ...

    @property
    def covers(self) -> tuple[Cover, ...]:
        """What the extracts that make it up hold 登记数据范围; outside nothing is missing."""
        ...

    def by_code(self, code: str) -> OperatorRow | None:
        """The operator with this 统一社会信用代码."""
        ...

    def by_old_number(self, number: str) -> OperatorRow | None:
        """The operator that had this 15-digit 工商注册号."""
        ...

    def by_name(self, name: str) -> tuple[OperatorRow, ...]:
        """Operators that have or had this name, compared as ``normal_name`` spells it."""
        ...

    def by_permit(self, number: str) -> tuple[tuple[OperatorRow, PermitRow], ...]:
        """Holders of this permit number, compared as ``normal_permit`` spells it."""
        ...


class _NoRegister:
    snapshot_date: date | None = None
    covers: tuple[Cover, ...] = (WHOLE,)

    def by_code(self, code: str) -> OperatorRow | None:
        del code
        return None

    def by_old_number(self, number: str) -> OperatorRow | None:
        del number
        return None

    def by_name(self, name: str) -> tuple[OperatorRow, ...]:
        del name
        return ()

    def by_permit(self, number: str) -> tuple[tuple[OperatorRow, PermitRow], ...]:
        del number
        return ()


NO_REGISTER: Register = _NoRegister()
"""Holds nothing. Whoever finds nothing in it has learnt nothing."""


def normal_number(number: str) -> str:
    """The spelling under which codes and old numbers of operators are compared.

    >>> normal_number("９１33-0106 ma1k2b3c56")
    '91330106MA1K2B3C56'
    """
    return re.sub(r"[\s-]+", "", unicodedata.normalize("NFKC", without_invisible(number))).upper()


def normal_permit(number: str) -> str:
    """The spelling under which two permit numbers count as the same.

    >>> normal_permit("农药经许（京）1101 0827625") == normal_permit("农药经许(京)11010827625")
    True
    """
    plain = evened(number).translate(_QUOTES).upper()
    return re.sub(r"[\s_]+|号$", "", plain)
