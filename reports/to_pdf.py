"""Documents as PDF: the HTML of a report, printed by the Chromium that renders pages; A4, numbered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.errors import UsageError
from domain.problems import Problem
from reports.document import Document
from reports.to_html import to_html

_STYLE = """
body { font: 9.5pt/1.5 "Noto Sans CJK SC", "WenQuanYi Zen Hei", sans-serif; color: #000; }
h2 { font-size: 15pt; margin: 0; } h3 { font-size: 11pt; margin: 12pt 0 3pt; break-after: avoid; }
table { border-collapse: collapse; width: 100%; font-size: 8pt; }
th, td { border: .5pt solid #888; padding: 1.5pt 4pt; text-align: left; overflow-wrap: anywhere; }
th { background: #eee; } td.number { text-align: right; white-space: nowrap; }
thead { display: table-header-group; }
tr, figure { break-inside: avoid; } figure { margin: 6pt 0; } svg { max-width: 150mm; }
"""
_FOOT = (
    '<div style="font-size:7pt;width:100%;text-align:center">'
    '<span class="pageNumber"></span> / <span class="totalPages"></span></div>'
)
_MARGIN = {"top": "18mm", "bottom": "18mm", "left": "16mm", "right": "16mm"}


def to_pdf(document: Document, launch_options: Mapping[str, Any]) -> bytes:
    """The document as PDF; nothing in it runs, and nothing is fetched.

    Args:
        document: what to print.
        launch_options: Playwright's, as the settings have them for pages that are rendered.

    Raises:
        UsageError: there is no Chromium, or it does not start.
    """
    if not launch_options["executable_path"]:
        raise UsageError(Problem.PDF_WITHOUT_CHROMIUM)
    # Imported here: half a second that most reports have no use for.
    from playwright.sync_api import Error, sync_playwright

    language = "zh-CN" if document.language == "zh" else "en"
    page = f'<!doctype html><html lang="{language}"><meta charset="utf-8"><style>{_STYLE}</style>'
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(**launch_options)
            sheet = browser.new_context(java_script_enabled=False, offline=True).new_page()
            sheet.set_content(f"{page}<body>{to_html(document)}</body></html>")
            made: bytes = sheet.pdf(
                format="A4",
                margin=_MARGIN,  # type: ignore[arg-type]
                display_header_footer=True,
                header_template="<span></span>",
                footer_template=_FOOT,
                tagged=True,
            )
            browser.close()
    except Error as error:
        raise UsageError(Problem.PDF_NOT_PRINTED, why=str(error).splitlines()[0]) from error
    return made
