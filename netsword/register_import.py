"""Registers 登记数据 brought into the store: one import at a time, which counts once it is complete."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from itertools import islice
from pathlib import Path

from crawlers.holding import holding
from crawlers.processes import owner_name
from domain.cover import WHOLE, Cover, CoverCount
from domain.errors import NetswordError, UsageError
from domain.register import OperatorRow
from registry.imports import ImportReport, read_rows
from registry.index import repeat_of
from registry.records import Remark
from storage.registers import RegisterImport
from storage.store import Store

BATCH = 1_000
TWO_HOLDERS = "同一许可证编号有两个持有人 conflict"
_HOLD = "registry import"


class ImportRunning(NetswordError):  # noqa: N818 - a state of affairs, not a fault
    """Another import of a register is running."""


class Kind(StrEnum):
    """What a file holds."""

    OPERATORS = "operators"
    PERMITS = "permits"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an import is to be."""

    file: Path
    kind: Kind
    day: date | None
    whole: bool
    cover: Cover | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What an import came to beside its report."""

    cover: Cover
    removed: int = 0
    left: int = 0
    """Rows of an unfinished import that were taken away first."""


def take(store: Store, file: Path, *, day: date | None, kind: Kind = Kind.OPERATORS) -> ImportReport:
    """Imports a file without a word, for commands that bring their own register."""
    report = ImportReport()
    asked = Asked(file=file, kind=kind, day=day, whole=False, cover=WHOLE)
    take_rows(store, read_rows(file, report), report, asked)
    return report


def check_rows(rows: Iterator[tuple[OperatorRow, str]], report: ImportReport, asked: Asked) -> Taken:
    """Reads all rows and stores none."""
    counted = CoverCount()
    for row, raw in rows:
        if _has_permit(asked.kind, row, raw, report):
            counted.add(row.code or row.old_number)
    return Taken(cover=asked.cover or counted.cover())


def take_rows(
    store: Store, rows: Iterator[tuple[OperatorRow, str]], report: ImportReport, asked: Asked
) -> Taken:
    """Stores all rows; they count from the moment in which the last one is there.

    Raises:
        UsageError: no row could be taken.
        ImportRunning: another import is.
    """
    kind, registers, counted = asked.kind.value, store.registers, CoverCount()
    with holding(store, [_HOLD], run=_HOLD, owner=owner_name(), exclusive=True) as held:
        if not held:
            raise ImportRunning("another import of a register is running; start again when it has ended")
        source, left = registers.begin(kind)
        try:
            while batch := list(islice(rows, BATCH)):
                kept = [pair for pair in batch if _has_permit(asked.kind, *pair, report)]
                for row, _ in kept:
                    counted.add(row.code or row.old_number)
                _add(store, kept, report, asked, source)
            _insist_on_rows(report, asked)
        except BaseException:
            registers.give_up(kind, source)
            raise
        cover = asked.cover or counted.cover()
        made = RegisterImport(
            id=source,
            file=asked.file.name,
            digest=_digest(asked.file),
            kind=kind,
            rows=report.rows,
            rejected=report.rejects.count,
            warned=report.warnings.count,
            at=datetime.now(UTC),
            snapshot_date=asked.day,
            cover=cover,
        )
        return Taken(cover=cover, removed=registers.finish(made, whole=asked.whole), left=left)


def _insist_on_rows(report: ImportReport, asked: Asked) -> None:
    if not report.rows:
        reasons = "；".join(report.rejects.reasons) or "none there"
        told = f"no row could be taken ({reasons}); the register stays as it was"
        raise UsageError(f"{asked.file.name}: {told}")


def _add(
    store: Store, pairs: list[tuple[OperatorRow, str]], report: ImportReport, asked: Asked, source: str
) -> None:
    """Stores a batch; what is said of its rows goes to the report."""
    rows = [replace(row, as_of=asked.day) for row, _ in pairs]
    lines = {row.line: raw for row, raw in pairs}
    registers, kind = store.registers, asked.kind.value
    for row, number, first in registers.other_holders(kind, rows, source):
        told = f"{number}，第{first.line}行 {first.name}"[:200]
        report.warnings.add(
            Remark(line=row.line, reason=TWO_HOLDERS, detail=told, raw=lines.get(row.line, ""))
        )
    add = registers.add_operators if asked.kind is Kind.OPERATORS else registers.add_permits
    for row, earlier in add(rows, source):
        report.give_back(replace(repeat_of(row, earlier), raw=lines.get(row.line, "")))


def _has_permit(kind: Kind, row: OperatorRow, raw: str, report: ImportReport) -> bool:
    if row.permits or kind is Kind.OPERATORS:
        return True
    report.give_back(Remark(line=row.line, reason="没有许可证编号", detail=row.name[:60], raw=raw))
    return False


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
