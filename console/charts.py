"""Charts of the report pages 图表: shares with their intervals, beside a table that says the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from reports.comparison import ComparedRule
from reports.document import Bar, Chart
from reports.run_report import Figure, RuleFigures

MOST_BARS = 30
WIDEST = 20


def by_stratum(
    rule: RuleFigures, *, title: str, total: str, named: Callable[[str], str] = str
) -> Chart | None:
    """One rule in every stratum 层 that was judged, and in all; ``None`` where no stratum was."""
    judged = [row for row in rule.strata if row.figure is not None][:MOST_BARS]
    bars = [_bar(named(row.stratum), row.figure) for row in judged if row.figure is not None]
    if not bars:
        return None
    return _chart(title, [*bars, replace(_bar(total, rule.overall), is_total=True)])


def of_pairs(
    rules: Sequence[ComparedRule], *, title: str, first: str, second: str, named: Callable[[str], str]
) -> Chart:
    """The two shares of every rule, one below the other; ``named`` gives a rule's name by its code."""
    bars = [
        Bar(
            label=f"{_short(named(row.rule))} {called}",
            share=side.share,
            low=side.low,
            high=side.high,
            caption=f"{side.flagged} / {side.judged}",
        )
        for row in rules[: MOST_BARS // 2]
        for called, side in ((first, row.first), (second, row.second))
    ]
    return _chart(title, bars)


def _short(name: str) -> str:
    """A name that fits beside the chart; a Chinese character is as wide as two others."""
    width, kept = 0, ""
    for character in name:
        width += 2 if ord(character) > 0x2E7F else 1
        if width > WIDEST:
            return f"{kept}…"
        kept += character
    return name


def _chart(title: str, bars: Sequence[Bar]) -> Chart:
    told = "; ".join(f"{bar.label} {bar.share:.1%} ({bar.low:.1%} – {bar.high:.1%})" for bar in bars)
    return Chart(title=title, description=told, bars=tuple(bars))


def _bar(label: str, figure: Figure) -> Bar:
    return Bar(
        label=label,
        share=figure.share,
        low=figure.low,
        high=figure.high,
        caption=f"{figure.flagged} / {figure.judged}",
    )
