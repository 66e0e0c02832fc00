"""Documents as DOCX: headings, tables and text in fonts that Chinese offices have."""

from __future__ import annotations

from io import BytesIO

import docx
from docx.document import Document as Docx
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.styles.style import ParagraphStyle
from docx.table import Table as DocxTable
from docx.table import _Cell
from PIL import Image, ImageDraw

from reports.document import Bar, Cell, Chart, Document, Paragraph, Remarks, Share, Table, printable
from reports.labels import labeller

MOST_ROWS = 200
TEXT_FONT, HEADING_FONT = ("Times New Roman", "宋体"), ("Arial", "黑体")
_PICTURE = (360, 24)


def to_docx(document: Document) -> bytes:
    """The document on A4 across; a table longer than 200 rows is cut, and says so."""
    made = docx.Document()
    _set_up(made)
    made.add_heading(printable(document.title), level=0)
    made.add_paragraph(printable(document.subtitle))
    for block in document.blocks:
        if isinstance(block, Table):
            _add_table(made, block, document.language)
        elif isinstance(block, Chart):
            _add_chart(made, block)
        elif isinstance(block, Remarks):
            made.add_heading(printable(block.title), level=1)
            for item in block.items:
                made.add_paragraph(printable(item), style="List Bullet")
        elif isinstance(block, Paragraph):
            made.add_paragraph(printable(block.text))
    stream = BytesIO()
    made.save(stream)
    return stream.getvalue()


def _set_up(made: Docx) -> None:
    section = made.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21.0)
    for name, fonts, size in (
        ("Normal", TEXT_FONT, 10.5),
        ("Title", HEADING_FONT, 20),
        ("Heading 1", HEADING_FONT, 14),
    ):
        style = made.styles[name]
        if isinstance(style, ParagraphStyle):
            style.font.name, style.font.size = fonts[0], Pt(size)
            # Word takes a font of its own for Chinese characters.
            own = style.element.get_or_add_rPr().get_or_add_rFonts()
            own.set(qn("w:eastAsia"), fonts[1])
            own.attrib.pop(qn("w:eastAsiaTheme"), None)
            own.attrib.pop(qn("w:asciiTheme"), None)
            own.attrib.pop(qn("w:hAnsiTheme"), None)


def _add_table(made: Docx, table: Table, language: str) -> None:
    made.add_heading(printable(table.title), level=1)
    grid = _grid(made, table.columns)
    for cells in table.rows[:MOST_ROWS]:
        for place, value in zip(_row(grid), cells, strict=True):
            place.text = _text(value)
    if len(table.rows) > MOST_ROWS:
        made.add_paragraph(labeller(language)("cut").format(count=MOST_ROWS))
    if table.note:
        made.add_paragraph(printable(table.note))


def _add_chart(made: Docx, chart: Chart) -> None:
    """A row per share with its interval drawn on a common axis."""
    made.add_heading(printable(chart.title), level=1)
    grid = _grid(made, ("", f"0 – {100 * chart.end:g} %", ""))
    for bar in chart.bars:
        label, picture, figures = _row(grid)
        label.text = printable(bar.label)
        picture.paragraphs[0].add_run().add_picture(BytesIO(_whisker(bar, chart.end)), width=Cm(12))
        figures.text = printable(f"{Share(bar.share)} ({Share(bar.low)} – {Share(bar.high)}), {bar.caption}")


def _grid(made: Docx, columns: tuple[str, ...]) -> DocxTable:
    grid: DocxTable = made.add_table(rows=1, cols=len(columns), style="Table Grid")
    for place, title in zip(grid.rows[0].cells, columns, strict=True):
        place.paragraphs[0].add_run(printable(title)).bold = True
    return grid


def _row(grid: DocxTable) -> tuple[_Cell, ...]:
    cells: tuple[_Cell, ...] = grid.add_row().cells  # type: ignore[no-untyped-call]
    return cells


def _whisker(bar: Bar, end: float) -> bytes:
    width, height = _PICTURE
    image = Image.new("L", _PICTURE, 255)
    pen = ImageDraw.Draw(image)
    low, dot, high = (
        8 + (width - 16) * min(max(share, 0.0), end) / end for share in (bar.low, bar.share, bar.high)
    )
    middle = height / 2
    pen.line([(8, height - 1), (width - 8, height - 1)], fill=190)
    pen.line([(low, middle), (high, middle)], fill=0, width=2)
    for edge in (low, high):
        pen.line([(edge, middle - 5), (edge, middle + 5)], fill=0, width=2)
    pen.ellipse([dot - 5, middle - 5, dot + 5, middle + 5], fill=0)
    stream = BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


def _text(value: Cell) -> str:
    return "—" if value is None else printable(str(value))
