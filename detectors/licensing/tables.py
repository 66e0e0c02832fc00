"""Tables with their heads above 表头: which cell stands under which head, where tabs set cells apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

_MOST_ROWS = 50
"""Rows below its heads in which a table of licences is looked at."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell, the head above it, and where it stands in the text."""

    head: str
    text: str
    start: int
    end: int


def rows_under_heads(text: str, is_head: Callable[[str], bool]) -> Iterator[list[Cell]]:
    r"""Rows of cells below a row in which two heads stand side by side.

    A row of a label and its value, or of two such pairs, has no heads side by side.

    >>> table = "名称\t类型\n甲\t店"
    >>> [[cell.text for cell in row] for row in rows_under_heads(table, ("名称", "类型").__contains__)]
    [['甲', '店']]
    """
    if "\t" not in text:
        return
    heads: list[str] = []
    rows = at = 0
    for line in text.split("\n"):
        parts = line.rstrip("\t").split("\t")
        known = [is_head(part.strip()) for part in parts]
        if any(first and second for first, second in pairwise(known)):
            heads, rows = [part.strip() for part in parts], 0
        elif 2 <= len(parts) <= len(heads) and rows < _MOST_ROWS:
            rows += 1
            yield list(_cells(heads, parts, at))
        elif line.strip():
            heads = []
        at += len(line) + 1


def _cells(heads: list[str], parts: list[str], at: int) -> Iterator[Cell]:
    for head, part in zip(heads, parts, strict=False):
        start = at + len(part) - len(part.lstrip())
        yield Cell(head, part.strip(), start, start + len(part.strip()))
        at += len(part) + 1
