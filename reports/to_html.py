"""Documents as HTML fragments, and charts as SVG; everything in them is escaped."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from reports.document import Block, Chart, Document, Share
from reports.labels import labeller

MOST_ROWS = 300
_WIDTH, _LEFT, _RIGHT, _LINE = 760, 230, 600, 26
_LONGEST_LABEL = 32
_TICKS = 5


@cache
def _templates() -> Environment:
    folder = Path(__file__).parent / "templates"
    return Environment(
        loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )


def to_html(document: Document) -> Markup:
    """The document as one ``<section class="report">`` without scripts or styles; charts are inline SVG."""
    template = _templates().get_template("report.html")
    return Markup(  # noqa: S704 - the template escapes what it shows
        template.render(
            document=document,
            kind=_kind,
            svg=chart_svg,
            words=labeller(document.language),
            most_rows=MOST_ROWS,
        )
    )


def chart_svg(chart: Chart, *, ident: str = "chart") -> Markup:
    """The chart as ``<svg>``: a dot per share, a whisker for its interval; colours are those of the text.

    Args:
        chart: what to draw.
        ident: begins the ids inside; to be unique on a page.
    """
    scale = (_RIGHT - _LEFT) / chart.end

    def x(share: float) -> float:
        return round(_LEFT + min(max(share, 0.0), chart.end) * scale, 1)

    rows: list[dict[str, Any]] = [
        {
            "bar": bar,
            "label": bar.label if len(bar.label) <= _LONGEST_LABEL else bar.label[: _LONGEST_LABEL - 1] + "…",
            "y": 20 + place * _LINE,
            "x": x(bar.share),
            "x_low": x(bar.low),
            "x_high": x(bar.high),
            "share": Share(bar.share),
            "low": Share(bar.low),
            "high": Share(bar.high),
        }
        for place, bar in enumerate(chart.bars)
    ]
    marks = [chart.end * step / _TICKS for step in range(_TICKS + 1)]
    svg = (
        _templates()
        .get_template("chart.svg")
        .render(
            chart=chart,
            id=ident,
            rows=rows,
            ticks=[{"x": x(mark), "label": f"{100 * mark:g}%"} for mark in marks],
            width=_WIDTH,
            height=20 + len(rows) * _LINE + 28,
            left=_LEFT,
            right=_RIGHT,
        )
    )
    return Markup(svg)  # noqa: S704 - the template escapes what it shows


def _kind(block: Block) -> str:
    return type(block).__name__
