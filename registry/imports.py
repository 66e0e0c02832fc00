"""Import of register extracts 登记数据导入: CSV, JSONL and XLSX as a stream, with rejects and progress.

Memory stays bounded by one line, the compact index, and the first rejects; every further reject is
counted and, where a file is given, written.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO, Any

from domain.errors import UsageError
from domain.register import OperatorRow
from registry.index import CompactRegister, RegisterBuilder, register_of
from registry.records import COLUMNS, Reject, fields_of, row_of

MOST_LINE = 1_000_000
"""Characters of one line; a longer one is a file of another kind, or an attack."""
KEPT_REJECTS = 1_000
EVERY = 50_000
"""Lines between two words of progress."""
_XLSX_MOST = 4_000_000_000
_XLSX_RATIO = 200

Progress = Callable[[int, int], None]
"""Lines read, rejects so far."""


@dataclass(kw_only=True)
class ImportReport:
    """What reading a file came to."""

    lines: int = 0
    rows: int = 0
    rejected: int = 0
    encoding: str = ""
    rejects: list[Reject] = field(default_factory=list)
    """The first ones."""
    reasons: Counter[str] = field(default_factory=Counter)
    """How often each kind of reason came up."""
    rejects_to: IO[str] | None = field(default=None, repr=False)
    """Every reject goes there, a JSON line each."""

    def keep(self, reject: Reject) -> None:
        """Counts a reject, and keeps it if it is one of the first."""
        self.rejected += 1
        # Reasons quote the value; what stands before the colon is the kind.
        self.reasons[_kind_of(reject.reason)] += 1
        if len(self.rejects) < KEPT_REJECTS:
            self.rejects.append(reject)
        if self.rejects_to is not None:
            told = {"line": reject.line, "reason": reject.reason, "sample": reject.sample}
            self.rejects_to.write(json.dumps(told, ensure_ascii=False) + "\n")


@dataclass(kw_only=True)
class RegisterReport(ImportReport):
    """What reading a whole register into memory came to."""

    register: CompactRegister = field(default_factory=lambda: register_of(()))


def read_rows(path: Path, report: ImportReport, *, progress: Progress | None = None) -> Iterator[OperatorRow]:
    """Rows of an extract one by one; what is no row goes to ``report``.

    Args:
        path: ``.csv``, ``.tsv``, ``.jsonl`` or ``.xlsx``.
        report: counts, and keeps the rejects.
        progress: told now and then how far the import is.

    Raises:
        UsageError: no such file, another kind of file, or no heading that is known.
    """
    if not path.is_file():
        raise UsageError(f"{path}: no such file")
    for line, record in _records(path, report):
        report.lines += 1
        made = record if isinstance(record, Reject) else row_of(record, line)
        if isinstance(made, OperatorRow):
            report.rows += 1
            yield made
        else:
            report.keep(made)
        if progress and report.lines % EVERY == 0:
            progress(report.lines, report.rejected)
    if progress:
        progress(report.lines, report.rejected)


def import_register(
    path: Path,
    *,
    snapshot_date: date | None = None,
    progress: Progress | None = None,
    rejects_to: IO[str] | None = None,
) -> RegisterReport:
    """Reads a whole extract into memory.

    Args:
        path: as for ``read_rows``.
        snapshot_date: the day whose state of the register the extract is.
        progress: told now and then how far the import is.
        rejects_to: every reject goes there, a JSON line each.

    Raises:
        UsageError: no such file, another kind of file, or no heading that is known.
    """
    builder = RegisterBuilder(snapshot_date=snapshot_date)
    report = RegisterReport(rejects_to=rejects_to)
    for row in read_rows(path, report, progress=progress):
        builder.add(row)
    report.register, repeated = builder.finish()
    for reject in repeated:
        report.keep(reject)
    return report


def _kind_of(reason: str) -> str:
    for word in ("冲突", "重复"):
        if word in reason and reason.startswith("统一社会信用代码"):
            return f"统一社会信用代码{word}"
    return reason.split("：")[0]


def _records(path: Path, report: ImportReport) -> Iterator[tuple[int, Mapping[str, object] | Reject]]:
    suffix = path.suffix.lower()
    if suffix in {".jsonl", ".ndjson", ".json"}:
        yield from _json_lines(path, report)
    elif suffix in {".csv", ".tsv", ".txt"}:
        yield from _separated(path, report)
    elif suffix in {".xlsx", ".xlsm"}:
        yield from _sheet(path, report)
    else:
        raise UsageError(f"{path.name}: a register is .csv, .tsv, .jsonl or .xlsx; save it as one of these")


# ---------------------------------------------------------------- text


def encoding_of(path: Path) -> str:
    """UTF-8 where the first megabyte is, else GB18030, the encoding of most offices' extracts."""
    with path.open("rb") as file:
        start = file.read(1_000_000)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        # The last characters may be cut.
        codecs.getincrementaldecoder("utf-8")().decode(start, final=False)
    except UnicodeDecodeError:
        return "gb18030" if _fits(start, "gb18030") else "utf-8"
    return "utf-8-sig"


def _fits(data: bytes, encoding: str) -> bool:
    text = codecs.getincrementaldecoder(encoding)("replace").decode(data)
    return text.count("\ufffd") <= len(text) // 1000


def _lines(path: Path, encoding: str) -> Iterator[str]:
    """Lines, none longer than ``MOST_LINE`` and one; what cannot be decoded becomes U+FFFD."""
    with io.TextIOWrapper(path.open("rb"), encoding=encoding, errors="replace", newline="") as file:
        while line := file.readline(MOST_LINE + 1):
            yield line
            while len(line) > MOST_LINE and not line.endswith("\n"):
                line = file.readline(MOST_LINE + 1)
                if not line:
                    return


def _json_lines(path: Path, report: ImportReport) -> Iterator[tuple[int, Mapping[str, object] | Reject]]:
    report.encoding = encoding_of(path)
    for number, line in enumerate(_lines(path, report.encoding), 1):
        if not line.strip():
            continue
        if len(line) > MOST_LINE:
            yield number, Reject(line=number, reason=f"一行超过{MOST_LINE}个字符", sample=line[:80])
            continue
        try:
            record: Any = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield number, Reject(line=number, reason=f"不是JSON：{str(error)[:80]}", sample=line[:80])
            continue
        if isinstance(record, dict):
            yield number, record
        else:
            yield number, Reject(line=number, reason="不是JSON对象", sample=line[:80])


def _separated(path: Path, report: ImportReport) -> Iterator[tuple[int, Mapping[str, object] | Reject]]:
    report.encoding = encoding_of(path)
    lines = _lines(path, report.encoding)
    first = next(lines, "")
    mark = max(",\t;|", key=first.count)
    heading = next(csv.reader([first], delimiter=mark), [])
    _known_heading(heading, path)
    reader = csv.reader(_without_nul(lines), delimiter=mark)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield reader.line_num + 1, Reject(line=reader.line_num + 1, reason=f"不是CSV：{error}")
            continue
        number = reader.line_num + 1
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(heading):
            reason = f"列数{len(cells)}与表头{len(heading)}不符"
            yield number, Reject(line=number, reason=reason, sample=mark.join(cells)[:80])
            continue
        yield number, dict(zip(heading, cells, strict=True))


def _without_nul(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        yield line.replace("\x00", "")


def _known_heading(heading: list[str], path: Path) -> None:
    known = fields_of(dict.fromkeys(heading, "x"))
    if "name" not in known or not {"code", "old_number"} & set(known):
        wanted = "、".join(COLUMNS[name][1] for name in ("code", "name"))
        raise UsageError(f"{path.name}: 表头缺少 {wanted}；现有：{'、'.join(heading)[:120]}")


# ---------------------------------------------------------------- workbooks


def _sheet(path: Path, report: ImportReport) -> Iterator[tuple[int, Mapping[str, object] | Reject]]:
    try:
        import openpyxl
    except ImportError:
        raise UsageError(
            "reading .xlsx needs the package openpyxl; install it, or save the register as .csv"
        ) from None
    report.encoding = "xlsx"
    _refuse_bomb(path)
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, SyntaxError) as error:
        raise UsageError(f"{path.name}: 不是可读的工作簿：{type(error).__name__}") from None
    try:
        rows = book.worksheets[0].iter_rows(values_only=True)
        heading = [str(cell or "") for cell in next(rows, ())]
        _known_heading(heading, path)
        for number, cells in enumerate(rows, 2):
            if any(cell not in (None, "") for cell in cells):
                yield number, dict(zip(heading, cells, strict=False))
    finally:
        book.close()


def _refuse_bomb(path: Path) -> None:
    if not zipfile.is_zipfile(path):
        raise UsageError(f"{path.name}: 不是可读的工作簿")
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            packed = max(1, entry.compress_size)
            if entry.file_size > _XLSX_MOST or (
                entry.file_size > 50_000_000 and entry.file_size / packed > _XLSX_RATIO
            ):
                raise UsageError(f"{path.name}: 解压后过大（{entry.filename}），拒绝读取")
