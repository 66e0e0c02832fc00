"""A register in memory 登记数据索引: compact columns, no server; a million rows in a few hundred megabytes.

Rows are kept as compressed pages of JSON; each key is one 64-bit word of an array, hash above and row number
below, sorted once. A look-up is a binary search, one page, and a comparison of the key itself.
"""

from __future__ import annotations

import json
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

import xxhash

from domain.cover import WHOLE, Cover
from domain.register import OperatorRow, PermitRow, normal_name, normal_permit
from registry.records import Remark

PAGE_ROWS = 64
_ROW_BITS = 24
MOST_ROWS = 1 << _ROW_BITS
_ROW_MASK = MOST_ROWS - 1
CONFLICT, DUPLICATE = "号码重复且内容冲突 conflict", "号码重复 duplicate"
_KINDS = ("code", "old_number", "name", "permit")


def _key(value: str, row: int) -> int:
    return (xxhash.xxh64_intdigest(value.encode("utf-8", "surrogatepass")) >> _ROW_BITS) << _ROW_BITS | row


def _keys_of(row: OperatorRow) -> Iterator[tuple[str, str]]:
    if row.code:
        yield "code", row.code
    if row.old_number:
        yield "old_number", row.old_number
    for name in {normal_name(each) for each in (row.name, *row.former_names)}:
        yield "name", name
    for number in {normal_permit(permit.number) for permit in row.permits}:
        yield "permit", number


@dataclass
class RegisterBuilder:
    """Takes rows one by one; ``finish`` sorts the keys and finds repeated codes."""

    snapshot_date: date | None = None
    rows: int = 0
    _pages: list[bytes] = field(default_factory=list, repr=False)
    _open: list[str] = field(default_factory=list, repr=False)
    _keys: dict[str, array[int]] = field(
        default_factory=lambda: {kind: array("Q") for kind in _KINDS}, repr=False
    )

    def add(self, row: OperatorRow) -> None:
        """One more row.

        Raises:
            ValueError: the index is full; split the register by region.
        """
        if self.rows >= MOST_ROWS:
            raise ValueError(f"登记数据超过{MOST_ROWS}行，请按地区分开导入")
        for kind, value in _keys_of(row):
            self._keys[kind].append(_key(value, self.rows))
        self._open.append(_packed(row))
        self.rows += 1
        if len(self._open) == PAGE_ROWS:
            self._close_page()

    def _close_page(self) -> None:
        if self._open:
            self._pages.append(zlib.compress("\n".join(self._open).encode(), 3))
            self._open.clear()

    def finish(self) -> tuple[CompactRegister, list[Remark]]:
        """The register, and the rows whose code was taken: repeated ones, and ones that say something else.

        The first row of a code counts; a later one that differs is a conflict for a person to settle.
        """
        self._close_page()
        keys = {kind: array("Q", sorted(values)) for kind, values in self._keys.items()}
        self._keys.clear()
        register = CompactRegister(
            snapshot_date=self.snapshot_date, rows=self.rows, pages=tuple(self._pages), keys=keys
        )
        return register, list(register.repeated())


def _packed(row: OperatorRow) -> str:
    values = {name: value for name, value in asdict(row).items() if value not in ("", None, (), 0)}
    return json.dumps(values, ensure_ascii=False, default=_plain, separators=(",", ":"))


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"cannot be stored: {value!r}")


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def _unpacked(text: str) -> OperatorRow:
    values: dict[str, Any] = json.loads(text)
    permits = tuple(
        PermitRow(**{**permit, "valid_to": _day(permit.get("valid_to"))})
        for permit in values.pop("permits", ())
    )
    for name in ("established", "valid_to", "status_since", "as_of"):
        values[name] = _day(values.get(name))
    former = tuple(values.pop("former_names", ()))
    return OperatorRow(code=values.pop("code", ""), **values, former_names=former, permits=permits)


@dataclass(frozen=True, eq=False)
class CompactRegister:
    """Look-up in columns; implements ``domain.register.Register``."""

    snapshot_date: date | None
    rows: int
    pages: tuple[bytes, ...] = field(repr=False)
    keys: dict[str, array[int]] = field(repr=False)
    covers: tuple[Cover, ...] = (WHOLE,)
    _page: Callable[[int], tuple[OperatorRow, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        @lru_cache(maxsize=256)
        def page(number: int) -> tuple[OperatorRow, ...]:
            return tuple(_unpacked(line) for line in zlib.decompress(self.pages[number]).decode().split("\n"))

        object.__setattr__(self, "_page", page)

    def _row(self, number: int) -> OperatorRow:
        return self._page(number // PAGE_ROWS)[number % PAGE_ROWS]

    def _find(self, kind: str, value: str) -> Iterator[OperatorRow]:
        column = self.keys[kind]
        first = _key(value, 0)
        at = bisect_left(column, first)
        while at < len(column) and column[at] >> _ROW_BITS == first >> _ROW_BITS:
            row = self._row(column[at] & _ROW_MASK)
            # Two keys may share a hash: the row itself decides.
            if (kind, value) in set(_keys_of(row)):
                yield row
            at += 1

    def by_code(self, code: str) -> OperatorRow | None:
        """The operator with this 统一社会信用代码; of repeated rows the first."""
        return next(self._find("code", code), None)

    def by_old_number(self, number: str) -> OperatorRow | None:
        """The operator that had this 工商注册号."""
        return next(self._find("old_number", number), None)

    def by_name(self, name: str) -> tuple[OperatorRow, ...]:
        """Operators that have or had this name."""
        return tuple(self._find("name", normal_name(name)))

    def by_permit(self, number: str) -> tuple[tuple[OperatorRow, PermitRow], ...]:
        """Holders of this permit number."""
        wanted = normal_permit(number)
        return tuple(
            (row, permit)
            for row in self._find("permit", wanted)
            for permit in row.permits
            if normal_permit(permit.number) == wanted
        )

    def repeated(self) -> Iterator[Remark]:
        """Rows whose code an earlier row has."""
        column = self.keys["code"]
        start = 0
        while start < len(column):
            end = start + 1
            while end < len(column) and column[end] >> _ROW_BITS == column[start] >> _ROW_BITS:
                end += 1
            if end - start > 1:
                yield from _repeats([self._row(key & _ROW_MASK) for key in column[start:end]])
            start = end

    def __iter__(self) -> Iterator[OperatorRow]:
        for number in range(len(self.pages)):
            yield from self._page(number)


def repeat_of(row: OperatorRow, earlier: OperatorRow) -> Remark:
    """What is said about a row whose number an earlier one has: the same again, or a conflict."""
    differs = [
        name
        for name in ("name", "status", "status_note", "old_number", "permits")
        if getattr(row, name) != getattr(earlier, name)
    ]
    number = row.code or row.old_number
    told = f"{number}，见第{earlier.line}行"
    if differs:
        return Remark(line=row.line, reason=CONFLICT, detail=f"{told}，不同之处：{'、'.join(differs)}")
    return Remark(line=row.line, reason=DUPLICATE, detail=told)


def _repeats(rows: list[OperatorRow]) -> Iterator[Remark]:
    first: dict[str, OperatorRow] = {}
    for row in rows:
        earlier = first.setdefault(row.code, row)
        if earlier is not row:
            yield repeat_of(row, earlier)


def register_of(rows: Iterable[OperatorRow], *, snapshot_date: date | None = None) -> CompactRegister:
    """A register of a few rows, for previews and tests."""
    builder = RegisterBuilder(snapshot_date=snapshot_date)
    for row in rows:
        builder.add(row)
    return builder.finish()[0]
