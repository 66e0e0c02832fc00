"""A run's report as a file 报告下载: workbook, text document, JSON, or the figures as CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping

from reports.run_document import run_document
from reports.run_report import Figure, RunReport
from reports.to_docx import to_docx
from reports.to_xlsx import to_xlsx
from storage.review_queue import QueueFilter, QueueRow, Review, ReviewQueue

OFFICE = "application/vnd.openxmlformats-officedocument"
TYPES = {
    "xlsx": f"{OFFICE}.spreadsheetml.sheet",
    "docx": f"{OFFICE}.wordprocessingml.document",
    "json": "application/json; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
}
COLUMNS = (
    *("rule", "name", "subject_kind", "stratum", "frame", "drawn", "judged", "flagged"),
    *("share", "low", "high", "all_clean", "all_violating", "weighted_by_design"),
)
FINDING_COLUMNS = (
    *("number", "rule", "severity", "confidence", "weak", "status", "decided_by", "subject_kind", "subject"),
    *("title", "shop", "shop_name", "quotes", "reason", "observed_at", "first_seen"),
)
MOST_FINDINGS = 10_000
BATCH = 1_000
# What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_file(report: RunReport, kind: str, language: str) -> bytes:
    """The report as one of ``TYPES``.

    Args:
        report: the figures.
        kind: ending of the file.
        language: ``zh`` or ``en``, of workbook and text document.
    """
    if kind == "json":
        return json.dumps(report.as_dict(), ensure_ascii=False, indent=1, default=str).encode()
    if kind == "csv":
        return as_csv(report)
    document = run_document(report, language=language)
    return to_xlsx(document) if kind == "xlsx" else to_docx(document)


def as_csv(report: RunReport) -> bytes:
    """A row per rule and stratum, fractions as numbers; with a mark by which spreadsheets know UTF-8."""
    text = io.StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow(COLUMNS)
    rows.writerows([plain(cell) for cell in row] for row in _rows(report))
    return text.getvalue().encode("utf-8-sig")


def findings_csv(queue: ReviewQueue, asked: QueueFilter) -> bytes:
    """The findings of a list 线索队列, greatest rank first, at most ``MOST_FINDINGS`` of them."""
    text = io.StringIO(newline="")
    out = csv.writer(text)
    out.writerow(FINDING_COLUMNS)
    after, left = None, MOST_FINDINGS
    while left > 0:
        rows = queue.page(asked, after=after, limit=min(BATCH, left))
        if not rows:
            break
        names = queue.names([row for row, _ in rows])
        out.writerows([plain(cell) for cell in _finding_cells(row, review, names)] for row, review in rows)
        after, left = rows[-1][0].cursor, left - len(rows)
    return text.getvalue().encode("utf-8-sig")


def _finding_cells(row: QueueRow, review: Review, names: Mapping[str, tuple[str, str]]) -> tuple[object, ...]:
    title, shop_name = names.get(row.subject, ("", ""))
    quotes = " | ".join(span.quote for span in row.spans)
    return (
        *(row.number, row.rule, row.severity.value, round(row.confidence, 4), int(row.weak)),
        *(review.status.value, review.by, row.subject_kind, row.subject, title, row.shop, shop_name),
        *(quotes, row.reason, row.observed_at.isoformat(), row.first_seen.isoformat()),
    )


def plain(cell: object) -> object:
    """Text that no spreadsheet takes for a formula (CWE-1236); anything else as it is.

    >>> plain("=1+1"), plain("-2"), plain(-2), plain("x")
    ("'=1+1", "'-2", -2, 'x')
    """
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _rows(report: RunReport) -> Iterator[tuple[object, ...]]:
    for rule in ([report.any_rule] if report.any_rule else []) + list(report.rules):
        head = (rule.rule, rule.name, rule.subject_kind)
        yield (*head, "", *_cells(rule.overall))
        for row in rule.strata:
            if row.figure is None:
                yield (*head, row.stratum, row.frame, *([""] * 9))
            else:
                yield (*head, row.stratum, *_cells(row.figure))


def _cells(figure: Figure) -> tuple[object, ...]:
    bounds = ("" if value is None else round(value, 6) for value in (figure.all_clean, figure.all_violating))
    return (
        *(figure.frame, figure.drawn, figure.judged, figure.flagged),
        *(round(value, 6) for value in (figure.share, figure.low, figure.high)),
        *bounds,
        int(figure.is_estimate),
    )
