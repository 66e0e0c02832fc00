"""Work over rows in parts 分块计算: bounded memory, two threads, results in order."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")

_ROWS = 1 << 16
_THREADS = 2


def spans(rows: int) -> list[tuple[int, int]]:
    """Consecutive ranges, first and last exclusive, that cover ``rows``.

    >>> spans(3)
    [(0, 3)]
    """
    return [(first, min(first + _ROWS, rows)) for first in range(0, rows, _ROWS)]


def in_parts(rows: int, work: Callable[[int, int], Result]) -> list[Result]:
    """``work(first, last)`` for consecutive ranges that cover ``rows``, in their order.

    >>> in_parts(3, lambda first, last: last - first)
    [3]
    """
    ranges = spans(rows)
    if len(ranges) < 2:
        return [work(*span) for span in ranges]
    with ThreadPoolExecutor(_THREADS) as pool:
        return list(pool.map(lambda span: work(*span), ranges))
