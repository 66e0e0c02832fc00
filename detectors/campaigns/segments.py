"""Sorted number sets that grow 有序分段: each night adds a small segment, old ones stay sorted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detectors.campaigns.columns import Ints, Longs

_RATIO = 8
_HALF = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)
_PIECE = 1 << 22


def packed(high: NDArray[np.unsignedinteger], low: NDArray[np.unsignedinteger] | Longs) -> NDArray[np.uint64]:
    """``high`` in the upper, ``low`` in the lower 32 bits."""
    # In place, as these are the largest arrays there are.
    joined = high.astype(np.uint64)
    joined <<= _HALF
    joined |= low if low.dtype.kind == "u" else low.astype(np.uint64)
    return joined


def upper(values: NDArray[np.uint64]) -> Longs:
    """The upper 32 bits."""
    return (values >> _HALF).astype(np.int64)


def lower(values: NDArray[np.uint64]) -> Longs:
    """The lower 32 bits."""
    return (values & _LOW).astype(np.int64)


def distinct(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Distinct values, ascending; sorts ``values`` in place (``np.unique`` would hash: far slower)."""
    values.sort()
    fresh = np.ones(len(values), dtype=bool)
    fresh[1:] = values[1:] != values[:-1]
    return values[fresh]


@dataclass(frozen=True, slots=True)
class Segments:
    """Distinct sorted keys with a count each, in segments of falling size."""

    parts: tuple[tuple[NDArray[np.uint64], Ints], ...] = ()

    @classmethod
    def of(cls, keys: NDArray[np.uint64]) -> Segments:
        """One segment; ``keys`` in any order, repeated ones are counted. Sorts ``keys`` in place."""
        keys.sort()
        return cls((_counted(keys, None),))

    def followed_by(self, later: Segments) -> Segments:
        """Both; a segment that has grown to an eighth of its elder is merged into it."""
        parts = [*self.parts, *later.parts]
        while len(parts) > 1 and len(parts[-1][0]) * _RATIO > len(parts[-2][0]):
            (young, few), (old, many) = parts.pop(), parts.pop()
            keys, counts = np.concatenate((old, young)), np.concatenate((many, few))
            order = np.argsort(keys, kind="stable")
            parts.append(_counted(keys[order], counts[order]))
        return Segments(tuple(parts))

    def shifted(self, rows: int) -> Segments:
        """The same keys with ``rows`` added to their lower halves, which must not overflow."""
        return Segments(tuple((known + np.uint64(rows), counts) for known, counts in self.parts))

    def counts_of(self, keys: NDArray[np.uint64]) -> Ints:
        """How often each of ``keys`` was added."""
        total = np.zeros(len(keys), dtype=np.int32)
        for known, counts in self.parts:
            if len(known):
                place = np.minimum(np.searchsorted(known, keys), len(known) - 1)
                total += np.where(known[place] == keys, counts[place], 0).astype(np.int32)
        return total

    def __iter__(self) -> Iterator[NDArray[np.uint64]]:
        return (known for known, _ in self.parts)


def _counted(keys: NDArray[np.uint64], weights: Ints | None) -> tuple[NDArray[np.uint64], Ints]:
    # Distinct keys of sorted ones, with their summed weights; without weights each counts one.
    fresh = np.ones(len(keys), dtype=bool)
    fresh[1:] = keys[1:] != keys[:-1]
    if weights is None:
        return _repeats(keys, fresh)
    starts = np.flatnonzero(fresh)
    return keys[fresh], np.add.reduceat(weights, starts).astype(np.int32) if len(starts) else weights


def _repeats(keys: NDArray[np.uint64], fresh: NDArray[np.bool_]) -> tuple[NDArray[np.uint64], Ints]:
    # Piece by piece: what is between would be as large again as the keys, several times.
    size = int(fresh.sum())
    names, starts = np.empty(size, dtype=np.uint64), np.empty(size + 1, dtype=np.uint32)
    done = 0
    for first in range(0, len(keys), _PIECE):
        places = np.flatnonzero(fresh[first : first + _PIECE])
        places += first
        names[done : done + len(places)] = keys[places]
        starts[done : done + len(places)] = places
        done += len(places)
    starts[size] = len(keys)
    return names, np.diff(starts).astype(np.int32)
