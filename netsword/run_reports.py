"""``netsword run report`` and ``netsword run compare``: figures to hand on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from domain.errors import UsageError
from netsword.output import emit, out, percent, say, table
from netsword.session import find_run, open_store
from reports.comparison import RunComparison, compare_runs
from reports.document import Document, Paragraph, Remarks, Table
from reports.labels import LANGUAGES, labeller
from reports.notes import told
from reports.run_document import comparison_document, run_document
from reports.run_report import ANY_RULE, run_report
from reports.to_docx import to_docx
from reports.to_html import to_html
from reports.to_pdf import to_pdf
from reports.to_xlsx import to_xlsx
from settings import PLAYWRIGHT_LAUNCH_OPTIONS

RunId = Annotated[str, typer.Argument(help="run id, its last characters, or 'last'")]
Json = Annotated[bool, typer.Option("--json", help="machine-readable result on stdout")]
Language = Annotated[str, typer.Option(help=f"of the report: {' or '.join(LANGUAGES)}")]
Xlsx = Annotated[Path | None, typer.Option(help="write a workbook here", dir_okay=False)]
Docx = Annotated[Path | None, typer.Option(help="write a text document here", dir_okay=False)]
Pdf = Annotated[Path | None, typer.Option(help="write a PDF here, printed by Chromium", dir_okay=False)]
Html = Annotated[Path | None, typer.Option(help="write an HTML fragment here", dir_okay=False)]
_FORMATS: dict[str, Callable[[Document], bytes]] = {
    ".xlsx": to_xlsx,
    ".docx": to_docx,
    ".pdf": lambda document: to_pdf(document, PLAYWRIGHT_LAUNCH_OPTIONS),
    ".html": lambda document: to_html(document).encode(),
}


def report(
    run: RunId = "last",
    xlsx: Xlsx = None,
    docx: Docx = None,
    pdf: Pdf = None,
    html: Html = None,
    language: Language = "zh",
    as_json: Json = False,
) -> None:
    """The report of a run: prevalence by rule and stratum, coverage, design, limits; as a file too."""
    check_language(language)
    with open_store() as (store, _):
        found = run_report(store, find_run(store, run).id)
    files = {".xlsx": xlsx, ".docx": docx, ".pdf": pdf, ".html": html}
    document = run_document(found, language=language)
    _write(document, files)
    if as_json:
        emit(found.as_dict())
    elif not any(files.values()):
        show_document(document)


def compare(
    first: Annotated[str, typer.Argument(help="run id, its last characters, or 'last'")],
    second: Annotated[str, typer.Argument(help="the run to compare with it, such as during the peak")],
    platforms: Annotated[
        str, typer.Option(help="compare these two: one of the first run, one of the second, with a comma")
    ] = "",
    xlsx: Xlsx = None,
    docx: Docx = None,
    pdf: Pdf = None,
    html: Html = None,
    language: Language = "zh",
    as_json: Json = False,
) -> None:
    """Compare two runs, or two platforms: difference, its interval and a test for every rule."""
    check_language(language)
    names = [name.strip() for name in platforms.split(",")] if platforms else ["", ""]
    if len(names) != 2:
        raise UsageError("--platforms takes two names with a comma, such as lingang,yunfan")
    with open_store() as (store, _):
        runs = [find_run(store, run).id for run in (first, second)]
        found = compare_runs(store, *runs, platform_a=names[0], platform_b=names[1])
    files = {".xlsx": xlsx, ".docx": docx, ".pdf": pdf, ".html": html}
    _write(comparison_document(found, language=language), files)
    if as_json:
        emit(found.as_dict())
    elif not any(files.values()):
        show_comparison(found, language)


def check_language(language: str) -> None:
    """Refuses a language that reports are not written in.

    Raises:
        UsageError: with the known ones.
    """
    if language not in LANGUAGES:
        raise UsageError(f"no reports in {language!r}; there are {', '.join(LANGUAGES)}")


def _write(document: Document, files: dict[str, Path | None]) -> None:
    """The files that were asked for."""
    for ending, path in files.items():
        if path is not None:
            path.write_bytes(_FORMATS[ending](document))
            say(f"written: {path}")


def show_document(document: Document) -> None:
    """A document on the terminal; charts are left to the files, their tables stand beside them."""
    out.print(f"{document.title}: {document.subtitle}", markup=False, style="bold")
    for block in document.blocks:
        if isinstance(block, Table):
            _show_table(block)
        elif isinstance(block, Remarks):
            out.print(block.title, markup=False, style="bold")
            for item in block.items:
                out.print(f"- {item}", markup=False)
        elif isinstance(block, Paragraph):
            out.print(block.text, markup=False)


def _show_table(block: Table) -> None:
    texts = {place for row in block.rows for place, value in enumerate(row) if isinstance(value, str)}
    # Two columns may bear the same heading, so a column is told by its place.
    rows = table(block.title)
    for place, title in enumerate(block.columns):
        rows.add_column(
            title, justify="left" if place in texts else "right", overflow="fold", no_wrap=place == 0
        )
    for row in block.rows:
        rows.add_row(*("—" if value is None else str(value) for value in row))
    out.print(rows)
    if block.note:
        out.print(block.note, markup=False)


def show_comparison(found: RunComparison, language: str) -> None:
    """A comparison on the terminal, each share with its interval in one column."""
    words = labeller(language)
    columns = ("rule", "first", "second", "difference", "p_value", "adjusted_p", "in_both")
    rows = table(f"{words('comparison')} {found.first.id} / {found.second.id}")
    for place, name in enumerate(columns):
        rows.add_column(words(name), justify="right" if place else "left", no_wrap=True)
    for row in found.rules:
        shares = [
            f"{percent(side.share)} ({100 * side.low:.1f} – {100 * side.high:.1f})"
            for side in (row.first, row.second)
        ]
        difference = f"{100 * row.difference:+.1f} ({100 * row.low:+.1f} – {100 * row.high:+.1f})"
        label = words("total") if row.rule == ANY_RULE else row.rule
        tests = (f"{row.p_value:.3g}", f"{row.adjusted_p:.3g}{' *' if row.is_significant else ''}")
        rows.add_row(label, *shares, difference, *tests, str(row.in_both))
    out.print(rows)
    for note in found.notes:
        out.print(f"- {told(language, note)}", markup=False)
