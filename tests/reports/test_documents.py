"""Reports in three formats: the same figures in each, and nothing in them that runs or breaks."""

from dataclasses import replace
from io import BytesIO

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn
from lxml import etree

from domain.errors import UsageError
from reports.document import Bar, Chart, Document, Paragraph, Remarks, Share, Table
from reports.labels import LABELS, NOTES_OF_ALL
from reports.to_docx import to_docx
from reports.to_html import chart_svg, to_html
from reports.to_pdf import to_pdf
from reports.to_xlsx import to_xlsx
from settings import PLAYWRIGHT_LAUNCH_OPTIONS

HOSTILE = (
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\tx",
    "\x00\x1b",
    "\ud800",
    "<script>x</script>",
)


def a_document(*texts: str) -> Document:
    rows = tuple((text, 7, Share(0.125), None) for text in texts)
    columns = ("文字", "数量", "比率", "无")
    bars = tuple(Bar(label=text, share=0.1, low=0.05, high=0.19, caption="1 / 10") for text in texts)
    return Document(
        title="报告",
        subtitle=texts[0],
        language="zh",
        blocks=(
            Paragraph(texts[0]),
            Table(title="各规则涉嫌违法率", columns=columns, rows=rows, note=texts[-1]),
            Table(title="各规则涉嫌违法率", columns=columns, rows=rows),
            Chart(title="图[1]: a/b?*", description="图", bars=bars),
            Remarks(title="说明", items=texts),
        ),
    )


def test_workbook_holds_numbers_as_numbers_and_every_text_as_text():
    book = openpyxl.load_workbook(BytesIO(to_xlsx(a_document(*HOSTILE))))
    assert book.sheetnames[1:3] == ["各规则涉嫌违法率", "各规则涉嫌违法率 2"]
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr", "n"}
    begins = [cell for cell in cells if isinstance(cell.value, str) and cell.value[0] in "=+-@\t"]
    assert begins
    assert all(cell.quotePrefix for cell in begins)
    first = [cell.value for cell in book.worksheets[1][2]]
    assert first == ["=1+1", 7, 0.125, None]
    assert book.worksheets[1]["C2"].number_format == "0.0%"


def test_text_document_has_chinese_fonts_and_a_drawing_for_each_share():
    made = docx.Document(BytesIO(to_docx(a_document(*HOSTILE))))
    fonts = made.styles["Normal"].element.rPr.rFonts
    assert fonts.get(qn("w:eastAsia")) == "宋体"
    assert made.styles["Heading 1"].element.rPr.rFonts.get(qn("w:eastAsia")) == "黑体"
    assert [cell.text for cell in made.tables[0].rows[1].cells] == ["=1+1", "7", "12.5%", "—"]
    assert len(made.inline_shapes) == len(HOSTILE)


def test_table_too_long_for_a_text_document_says_that_it_is_cut():
    made = docx.Document(BytesIO(to_docx(a_document(*(str(n) for n in range(250))))))
    assert len(made.tables[0].rows) == 201
    assert any("只列前 200 行" in paragraph.text for paragraph in made.paragraphs)


def test_web_page_escapes_what_strangers_wrote():
    html = str(to_html(a_document(*HOSTILE)))
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert html.count("<table>") == 2
    assert 'lang="zh-CN"' in html


@pytest.mark.parametrize(("high", "end"), [(0.004, 0.01), (0.19, 0.2), (0.21, 0.3), (1.0, 1.0)])
def test_chart_is_well_formed_and_keeps_to_its_axis(high, end):
    bar = Bar(label='<&"层', share=high / 2, low=0.0, high=high, caption="0 / 9")
    svg = etree.fromstring(str(chart_svg(Chart(title="<图>", description="d", bars=(bar,)))))
    spots = [float(line.get(name)) for line in svg.iter("{*}line") for name in ("x1", "x2")]
    assert min(spots) == 230
    assert max(spots) == 600
    assert f"{100 * end:g}%" in [text.text for text in svg.iter("{*}text")]


def test_only_the_row_of_the_total_is_bold():
    rows = [Bar(label=name, share=0.1, low=0.0, high=0.2, caption="1 / 10") for name in "ab"]
    for bars in (rows, [*rows, replace(rows[0], label="合计", is_total=True)]):
        svg = etree.fromstring(str(chart_svg(Chart(title="t", description="d", bars=tuple(bars)))))
        bold = [text.text for text in svg.iter("{*}text") if text.get("font-weight") == "bold"]
        assert bold == [bar.label for bar in bars if bar.is_total]


def test_every_label_is_there_in_both_languages():
    assert all(chinese and english for chinese, english in LABELS.values())
    assert {len(notes) for notes in NOTES_OF_ALL.values()} == {3}


@pytest.mark.browser
@pytest.mark.long
def test_a_pdf_is_printed_by_chromium_and_nothing_in_it_runs():
    made = to_pdf(
        a_document(*HOSTILE[:-2], "<script>x</script><img src=http://127.0.0.1:9/x>"),
        PLAYWRIGHT_LAUNCH_OPTIONS,
    )
    assert made.startswith(b"%PDF-")
    assert b"/JavaScript" not in made
    assert b"/URI" not in made


def test_without_chromium_there_is_no_pdf_and_it_is_said_why():
    with pytest.raises(UsageError, match="netsword doctor"):
        to_pdf(a_document("x"), {"executable_path": ""})
