"""Documents as XLSX workbooks: one sheet a table, numbers as numbers, and no text that a program runs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.cell.cell import MergedCell
from openpyxl.chart import BarChart, Reference
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from reports.document import Cell, Chart, Document, Paragraph, Remarks, Share, Table, printable

_LONGEST = 32_000
_WIDEST = 60
_NO_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")


def to_xlsx(document: Document) -> bytes:
    """The workbook: a first sheet with title, texts and notes, then a sheet for every table."""
    book = Workbook()
    first: Worksheet = book.worksheets[0]
    first.title = _sheet_name(document.title, ())
    _write_texts(first, document)
    for block in document.blocks:
        if isinstance(block, Table):
            _write_table(book.create_sheet(_sheet_name(block.title, book.sheetnames)), block)
        elif isinstance(block, Chart):
            _write_chart(book.create_sheet(_sheet_name(block.title, book.sheetnames)), block)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _write_texts(sheet: Worksheet, document: Document) -> None:
    lines: list[tuple[str, bool]] = [(document.title, True), (document.subtitle, False)]
    for block in document.blocks:
        if isinstance(block, Paragraph):
            lines.append((block.text, False))
        elif isinstance(block, Remarks):
            lines += [(block.title, True), *((item, False) for item in block.items)]
        elif isinstance(block, Table) and block.note:
            lines.append((block.note, False))
    for row, (text, bold) in enumerate(lines, start=1):
        cell = sheet.cell(row=row, column=1)
        _write(cell, text)
        cell.font = Font(bold=bold)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.column_dimensions["A"].width = 110


def _write_table(sheet: Worksheet, table: Table) -> None:
    for column, title in enumerate(table.columns, start=1):
        heading = sheet.cell(row=1, column=column)
        _write(heading, title)
        heading.font = Font(bold=True)
    for row, cells in enumerate(table.rows, start=2):
        for column, value in enumerate(cells, start=1):
            _write(sheet.cell(row=row, column=column), value)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    for column in range(1, len(table.columns) + 1):
        texts = [table.columns[column - 1], *(str(cells[column - 1]) for cells in table.rows[:200])]
        sheet.column_dimensions[get_column_letter(column)].width = min(_width(texts), _WIDEST)


def _write_chart(sheet: Worksheet, chart: Chart) -> None:
    """The figures behind a chart and a bar chart of them, made by the program that opens the workbook."""
    table = Table(
        title=chart.title,
        columns=("", "%", "95 % –", "95 % +"),
        rows=tuple((bar.label, Share(bar.share), Share(bar.low), Share(bar.high)) for bar in chart.bars),
    )
    _write_table(sheet, table)
    bars = BarChart()
    bars.type = "bar"
    bars.title = chart.title
    last = len(chart.bars) + 1
    bars.add_data(Reference(sheet, min_col=2, min_row=2, max_row=last))
    bars.set_categories(Reference(sheet, min_col=1, min_row=2, max_row=last))
    bars.legend = None
    bars.height = max(7.0, 0.8 * len(chart.bars))
    sheet.add_chart(bars, "F2")


def _write(cell: SheetCell | MergedCell, value: Cell) -> None:
    if isinstance(cell, MergedCell):
        raise TypeError("a merged cell holds no value")
    if isinstance(value, Share):
        cell.value = round(value.value, 6)
        cell.number_format = "0.0%"
    elif isinstance(value, int):
        cell.value = value
    elif value is not None:
        # As text whatever it begins with: "=1+1" on a page of a stranger is no formula (CWE-1236), and stays
        # none when somebody edits the cell.
        cell.value = printable(value)[:_LONGEST]
        cell.data_type = "s"
        cell.quotePrefix = value[:1] in "=+-@\t\r"


def _width(texts: Iterable[str]) -> float:
    return 2 + max(sum(2 if ord(character) > 0x2E7F else 1 for character in text) for text in texts)


def _sheet_name(title: str, taken: Iterable[str]) -> str:
    """At most 31 characters, none that a sheet name may not have, and not there yet."""
    name = _NO_SHEET_NAME.sub(" ", title)[:28].strip() or "sheet"
    known = {other.casefold() for other in taken}
    names = (name if number == 1 else f"{name} {number}" for number in range(1, 100))
    return next(found for found in names if found.casefold() not in known)
