"""A report as a document 报告文档: blocks that a web page, a workbook and a text document all can show."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Characters that XML 1.0, and so every format here, does not have.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def printable(text: str) -> str:
    r"""``text`` with U+FFFD for what no document can hold.

    >>> printable("a\x00b") == "a\ufffdb"
    True
    """
    return _NO_XML.sub("\ufffd", text)


@dataclass(frozen=True, slots=True)
class Share:
    """A fraction that is shown in percent."""

    value: float

    def __str__(self) -> str:
        """With one decimal.

        >>> str(Share(0.0345))
        '3.5%'
        """
        return f"{100 * self.value:.1f}%"


Cell = str | int | Share | None
"""``None`` is shown as a dash: there is no such figure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with headings; ``note`` stands below it."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One line of a chart: a share and its interval, all fractions."""

    label: str
    share: float
    low: float
    high: float
    caption: str
    """What stands beside it, such as hits and pages."""
    is_total: bool = False
    """Of everything above it together; set in bold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Shares with their intervals, one above the other on a common axis."""

    title: str
    description: str
    """For people who do not see the chart."""
    bars: tuple[Bar, ...]

    @property
    def end(self) -> float:
        """Where the axis ends: a round number that no interval exceeds."""
        most = max((bar.high for bar in self.bars), default=1.0)
        return next(end for end in (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0) if most <= end)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Remarks:
    """Facts one below the other."""

    title: str
    items: tuple[str, ...]


Block = Table | Chart | Paragraph | Remarks


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Title and blocks, in order."""

    title: str
    subtitle: str
    language: str
    """``zh`` or ``en``."""
    blocks: tuple[Block, ...]
