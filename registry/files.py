"""Records of register files 登记数据文件: CSV, JSONL and XLSX as a stream, each line by itself.

Nothing that stands in one line costs another one: a quote that never closes, bytes that cannot be decoded, a
line of ten megabytes. Memory is bounded by one line.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import zipfile
import zlib
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from domain.errors import UsageError
from registry.records import COLUMNS, Remark, fields_of, unknown_headings

MOST_LINE = 1_000_000
"""Bytes of one line; a longer one is a file of another kind, or an attack."""
MOST_RAW = 20_000
"""Characters of a line that are kept beside what is said about it."""
MOST_JOINED = 50
"""Lines that one record may run over, where a cell holds line breaks."""
OTHER_ENCODING = "编码与文件不同，已换用另一种"
_ENCODINGS = ("utf-8", "gb18030")
_BROKEN_BOOK = (zipfile.BadZipFile, zlib.error, KeyError, ValueError, OSError, SyntaxError, IndexError)
_XLSX_MOST = 4_000_000_000
_XLSX_RATIO = 200
_MOST_UNKNOWN = 50

Record = tuple[int, Mapping[str, object] | Remark, str]
"""Number of the line, the record or why there is none, the line as it stood there."""


@dataclass(kw_only=True)
class RegisterFile:
    """One file; iterating gives its records, after which the rest is known.

    Raises:
        UsageError: while iterating: no such file, an empty one, another kind of file, no known heading.
    """

    path: Path
    encoding: str = ""
    unused: list[str] = field(default_factory=list)
    """Headings and sheets that were left aside, the first of them."""
    other_encoding: int = 0
    """Lines in another encoding than the file's."""

    def __iter__(self) -> Iterator[Record]:
        suffix = self.path.suffix.lower()
        if not self.path.is_file():
            raise UsageError(f"{self.path}: no such file")
        if suffix in {".jsonl", ".ndjson", ".json"}:
            yield from self._json_lines()
        elif suffix in {".csv", ".tsv", ".txt"}:
            yield from self._separated()
        elif suffix in {".xlsx", ".xlsm"}:
            yield from self._sheet()
        else:
            raise UsageError(
                f"{self.path.name}: a register is .csv, .tsv, .jsonl or .xlsx; save it as one of these"
            )

    # ------------------------------------------------------------ text

    def _lines(self) -> Iterator[tuple[int, str | Remark, str]]:
        """Lines without their ends; a line that is too long is a remark, with its start."""
        self.encoding = encoding_of(self.path)
        wide = self.encoding.startswith("utf-16")
        with self.path.open("rb") as data:
            text = io.TextIOWrapper(data, self.encoding, errors="replace", newline="\n") if wide else None
            number = 0
            while line := text.readline(MOST_LINE + 1) if text else data.readline(MOST_LINE + 1):
                number += 1
                read = line if isinstance(line, str) else self._decoded(line, number)
                if len(line) <= MOST_LINE:
                    yield number, read.rstrip("\r\n"), read.rstrip("\r\n")
                    continue
                end = "\n" if text else b"\n"
                while line and not line.endswith(end):  # type: ignore[arg-type]
                    line = text.readline(MOST_LINE) if text else data.readline(MOST_LINE)
                reason = f"一行超过{MOST_LINE}字节"
                yield number, Remark(line=number, reason=reason), read[:MOST_RAW]

    def _decoded(self, line: bytes, number: int) -> str:
        # What is UTF-8 is hardly ever meant otherwise; the reverse does not hold.
        for encoding in _ENCODINGS:
            try:
                read = line.decode(encoding)
            except UnicodeDecodeError:
                continue
            self.other_encoding += encoding != self.encoding and not line.isascii()
            break
        else:
            read = line.decode(self.encoding, "replace")
        return read.removeprefix("\ufeff") if number == 1 else read

    def _json_lines(self) -> Iterator[Record]:
        if not self.path.stat().st_size:
            raise UsageError(f"{self.path.name}: 文件是空的 the file is empty")
        for number, line, raw in self._lines():
            if isinstance(line, Remark):
                yield number, line, raw
            elif line.strip():
                yield number, self._json(line, number), raw[:MOST_RAW]

    def _json(self, line: str, number: int) -> Mapping[str, object] | Remark:
        try:
            record: Any = json.loads(line)
        except (ValueError, RecursionError) as error:
            return Remark(line=number, reason="不是JSON", detail=str(error)[:80])
        if not isinstance(record, dict):
            return Remark(line=number, reason="不是JSON对象")
        if len(self.unused) < _MOST_UNKNOWN:
            self.unused += [each for each in unknown_headings(record) if each not in self.unused]
        return record

    def _separated(self) -> Iterator[Record]:
        lines = self._lines()
        _, first, start = next(lines, (1, "", ""))
        mark = max(",\t;|", key=start.count)
        heading = [] if isinstance(first, Remark) else next(csv.reader([first], delimiter=mark), [])
        self._know(heading)
        yield from self._cells(lines, heading, mark)

    def _cells(
        self, lines: Iterator[tuple[int, str | Remark, str]], heading: list[str], mark: str
    ) -> Iterator[Record]:
        waiting: deque[tuple[int, str | Remark, str]] = deque()
        while taken := waiting.popleft() if waiting else next(lines, None):
            number, line, raw = taken
            if isinstance(line, Remark):
                yield number, line, raw
                continue
            cells = _split(line, mark)
            if cells is None:
                whole, used = _joined(taken, lines, waiting)
                cells = _split(whole, mark) if used else None
                if cells is None or len(cells) != len(heading):
                    yield number, Remark(line=number, reason="引号未闭合"), raw[:MOST_RAW]
                    continue
                for _ in range(used):
                    waiting.popleft()
                raw = whole
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) == len(heading):
                yield number, dict(zip(heading, cells, strict=True)), raw[:MOST_RAW]
            else:
                told = f"{len(cells)}列，表头{len(heading)}列"
                yield number, Remark(line=number, reason="列数与表头不符", detail=told), raw[:MOST_RAW]

    def _know(self, heading: Sequence[str]) -> None:
        known = fields_of(dict.fromkeys(heading, "x"))
        if "name" in known and {"code", "old_number"} & set(known):
            self.unused += unknown_headings(heading)[:_MOST_UNKNOWN]
            return
        if not any(each.strip("\x00 ") for each in heading):
            raise UsageError(
                f"{self.path.name}: 文件没有表头，或者是空的 the file is empty or has no heading"
            )
        words = "；".join(
            "/".join(each for each in names if not each.isascii()) for names in COLUMNS.values()
        )
        raise UsageError(
            f"{self.path.name}: 表头缺少 {'、'.join(_lacking(known))}；现有：{'、'.join(heading)[:120]}。"
            f"认识的表头 known headings：{words}"
        )

    # ------------------------------------------------------------ workbooks

    def _sheet(self) -> Iterator[Record]:
        try:
            import openpyxl
        except ImportError:
            raise UsageError(
                "reading .xlsx needs the package openpyxl; install it, or save the register as .csv"
            ) from None
        self.encoding = "xlsx"
        _refuse_bomb(self.path)
        try:
            book = openpyxl.load_workbook(self.path, read_only=True, data_only=True)
        except _BROKEN_BOOK as error:
            raise UsageError(f"{self.path.name}: 不是可读的工作簿：{type(error).__name__}") from None
        number = 1
        try:
            rows = book.worksheets[0].iter_rows(values_only=True)
            heading = [str(cell or "") for cell in next(rows, ())]
            self._know(heading)
            self.unused += [f"工作表 {sheet.title}" for sheet in book.worksheets[1:]]
            for number, cells in enumerate(rows, 2):
                if any(cell not in (None, "") for cell in cells):
                    yield number, dict(zip(heading, cells, strict=False)), _told(cells)
        except _BROKEN_BOOK as error:
            raise UsageError(
                f"{self.path.name}: 工作簿在第{number}行之后损坏：{type(error).__name__}；未导入任何行"
            ) from None
        finally:
            book.close()


def encoding_of(path: Path) -> str:
    """UTF-16 by its mark or its zeros; UTF-8 where most lines of the first megabyte are, else GB18030."""
    with path.open("rb") as file:
        start = file.read(1_000_000)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    head = start[:4_000]
    zeros = [head[place::2].count(0) for place in (0, 1)]
    if sum(zeros) > len(head) // 10 and min(zeros) * 4 < max(zeros):
        return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"
    lines = [line for line in start.split(b"\n")[:-1] or [start] if not line.isascii()]
    return "gb18030" if sum(map(_is_utf_8, lines)) * 2 < len(lines) else "utf-8"


def _is_utf_8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _split(line: str, mark: str) -> list[str] | None:
    """Cells of one line; ``None`` where a quote stays open."""
    line = line.replace("\x00", "")
    if '"' not in line:
        return line.split(mark)
    if line.count('"') % 2:
        return None
    try:
        return next(csv.reader([line], delimiter=mark), [])
    except csv.Error:
        return None


def _joined(
    first: tuple[int, str | Remark, str],
    lines: Iterator[tuple[int, str | Remark, str]],
    waiting: deque[tuple[int, str | Remark, str]],
) -> tuple[str, int]:
    """The record that begins in ``first`` and the lines after it that it takes; 0: it never closes.

    What was read ahead is in ``waiting``, so that it can be read again by itself.
    """
    whole = str(first[1])
    for used in range(MOST_JOINED):
        if used == len(waiting):
            ahead = next(lines, None)
            if ahead is None:
                break
            waiting.append(ahead)
        line = waiting[used][1]
        if isinstance(line, Remark) or len(whole) + len(line) > MOST_LINE:
            break
        whole += f"\n{line}"
        if line.count('"') % 2:
            return whole, used + 1
    return whole, 0


def _lacking(known: Mapping[str, object]) -> Iterator[str]:
    if "name" not in known:
        yield COLUMNS["name"][1]
    if not {"code", "old_number"} & set(known):
        yield f"{COLUMNS['code'][2]}（或{COLUMNS['old_number'][3]}）"


def _told(cells: Sequence[object]) -> str:
    plain = [str(cell) if isinstance(cell, date) else cell for cell in cells]
    return json.dumps(plain, ensure_ascii=False, default=str)[:MOST_RAW]


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
