"""Import of register extracts 登记数据导入: rows as a stream, with rejects, warnings and progress.

Memory stays bounded by one line and the first remarks; every further one is counted and, where a file is
given, written.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import IO

from domain.register import OperatorRow
from registry.files import OTHER_ENCODING, RegisterFile
from registry.index import CompactRegister, RegisterBuilder, register_of
from registry.records import Remark, RowReader

KEPT_REMARKS = 1_000
EVERY = 50_000
"""Lines between two words of progress."""

Progress = Callable[[int, int], None]
"""Lines read, rejects so far."""


@dataclass(kw_only=True)
class Remarks:
    """Remarks of one kind: counted, the first kept, all written where there is a file for them."""

    first: list[Remark] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    """How often each reason came up."""
    to: IO[str] | None = field(default=None, repr=False)
    """Every one goes there, a JSON line each: line, reason, detail, row."""

    def add(self, remark: Remark) -> None:
        """One more."""
        self.reasons[remark.reason] += 1
        if len(self.first) < KEPT_REMARKS:
            self.first.append(replace(remark, raw=remark.raw[:160]))
        if self.to is not None:
            told = {"line": remark.line, "reason": remark.reason, "detail": remark.detail, "row": remark.raw}
            self.to.write(json.dumps(told, ensure_ascii=False) + "\n")

    @property
    def count(self) -> int:
        """How many there were."""
        return self.reasons.total()


@dataclass(kw_only=True)
class ImportReport:
    """What reading a file came to."""

    lines: int = 0
    rows: int = 0
    rejects: Remarks = field(default_factory=Remarks)
    """Lines that did not become a row."""
    warnings: Remarks = field(default_factory=Remarks)
    """What is doubtful about lines that did."""
    encoding: str = ""
    unused: tuple[str, ...] = ()
    """Headings and sheets that were left aside."""

    def give_back(self, remark: Remark) -> None:
        """A row that was read is no row of the register after all."""
        self.rows -= 1
        self.rejects.add(remark)


@dataclass(kw_only=True)
class RegisterReport(ImportReport):
    """What reading a whole register into memory came to."""

    register: CompactRegister = field(default_factory=lambda: register_of(()))


def read_rows(
    path: Path,
    report: ImportReport,
    *,
    reader: RowReader | None = None,
    progress: Progress | None = None,
) -> Iterator[tuple[OperatorRow, str]]:
    """Rows of an extract one by one, each with its line as it stood; the rest goes to ``report``.

    Args:
        path: ``.csv``, ``.tsv``, ``.jsonl`` or ``.xlsx``.
        report: counts, and keeps the remarks.
        reader: what makes a row.
        progress: told now and then how far the import is.

    Raises:
        UsageError: no such file, an empty one, another kind of file, or no heading that is known.
    """
    reader = reader or RowReader()
    file = RegisterFile(path=path)
    for line, record, raw in file:
        report.lines += 1
        made, doubts = (record, []) if isinstance(record, Remark) else reader.read(record, line)
        for doubt in doubts:
            report.warnings.add(replace(doubt, raw=raw))
        if file.other_encoding > report.warnings.reasons[OTHER_ENCODING]:
            report.warnings.add(Remark(line=line, reason=OTHER_ENCODING, raw=raw))
        if isinstance(made, OperatorRow):
            report.rows += 1
            yield made, raw
        else:
            report.rejects.add(replace(made, raw=raw))
        if progress and report.lines % EVERY == 0:
            progress(report.lines, report.rejects.count)
    report.encoding, report.unused = file.encoding, tuple(file.unused)
    if progress:
        progress(report.lines, report.rejects.count)


def import_register(path: Path, *, snapshot_date: date | None = None) -> RegisterReport:
    """Reads a whole extract into memory.

    Args:
        path: as for ``read_rows``.
        snapshot_date: the day whose state of the register the extract is.

    Raises:
        UsageError: no such file, an empty one, another kind of file, or no heading that is known.
    """
    builder = RegisterBuilder(snapshot_date=snapshot_date)
    report = RegisterReport()
    for row, _ in read_rows(path, report):
        builder.add(row)
    report.register, repeated = builder.finish()
    for remark in repeated:
        report.give_back(remark)
    return report
