"""Folded texts and shingles 字符片段 of a whole column at once, in NumPy: no Python loop over reviews.

A text is folded character by character (width, case, traditional forms; punctuation, emoji and spaces
dropped), digits count as one digit, and a character repeated more than twice in a row counts twice. A shingle
is four folded characters in a row, as a 32-bit hash.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from detectors.campaigns.columns import Ints, Longs
from detectors.campaigns.segments import distinct
from detectors.folding import fold_character

SHINGLE = 4
_CODE_POINTS = 0x110000
_DIGIT = ord("0")
_MIX = np.uint64(0x9E3779B97F4A7C15)
_TABLE_BITS = 24
_BATCH = 1 << 16


@dataclass(frozen=True, slots=True)
class Texts:
    """Folded code points of all texts end to end; text ``i`` is ``points[starts[i] : starts[i + 1]]``."""

    points: NDArray[np.uint32]
    starts: Longs
    written: Ints
    """Characters per text as written."""
    variety: Ints
    """Distinct characters per text as written."""

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def lengths(self) -> Longs:
        """Folded characters per text."""
        return np.diff(self.starts)

    @classmethod
    def of(cls, column: pl.Series) -> Texts:
        """Folds a column of strings."""
        raw = np.frombuffer("".join(column).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        sizes = column.str.len_chars().to_numpy().astype(np.int64)
        owner = np.repeat(np.arange(len(sizes)), sizes)
        folded = _folding_table(raw)[raw]
        kept = folded != 0
        folded, owner = folded[kept], owner[kept]
        if len(folded) > 2:
            third = np.zeros(len(folded), dtype=bool)
            third[2:] = (
                (folded[2:] == folded[1:-1]) & (folded[1:-1] == folded[:-2]) & (owner[2:] == owner[:-2])
            )
            folded, owner = folded[~third], owner[~third]
        starts = np.zeros(len(sizes) + 1, dtype=np.int64)
        np.cumsum(np.bincount(owner, minlength=len(sizes)), out=starts[1:])
        return cls(folded, starts, sizes.astype(np.int32), _variety(raw, sizes))

    def string(self, row: int) -> str:
        """The folded text of one row."""
        return self.points[self.starts[row] : self.starts[row + 1]].tobytes().decode("utf-32-le")

    def of_rows(self, rows: Longs) -> Texts:
        """The texts of ``rows``, in their order."""
        counts = self.lengths[rows]
        starts = np.zeros(len(rows) + 1, dtype=np.int64)
        np.cumsum(counts, out=starts[1:])
        places = np.repeat(self.starts[rows] - starts[:-1], counts) + np.arange(starts[-1])
        return Texts(self.points[places], starts, self.written[rows], self.variety[rows])

    def digests(self) -> NDArray[np.uint64]:
        """64-bit hash of each folded text; 0 for an empty one. Equal texts have equal hashes."""
        places = np.arange(len(self.points), dtype=np.uint64) - np.repeat(
            self.starts[:-1].astype(np.uint64), self.lengths
        )
        mixed = _scrambled((self.points.astype(np.uint64) << np.uint64(32)) + places)
        running = np.zeros(len(mixed) + 1, dtype=np.uint64)
        np.cumsum(mixed, out=running[1:])
        sums: NDArray[np.uint64] = running[self.starts[1:]] - running[self.starts[:-1]]
        return sums

    def shingles(self) -> Shingles:
        """The distinct shingles of every text, ascending per text; texts shorter than a shingle have none."""
        if len(self.points) < SHINGLE:
            return Shingles(np.empty(0, dtype=np.uint32), np.zeros(len(self) + 1, dtype=np.int64))
        parts: list[NDArray[np.uint64]] = []
        counts = np.zeros(len(self), dtype=np.int64)
        for first in range(0, len(self), _BATCH):
            last = min(first + _BATCH, len(self))
            packed = self._packed(first, last)
            counts[first:last] = np.bincount(
                (packed >> np.uint64(32)).astype(np.int64), minlength=last - first
            )
            parts.append(packed.astype(np.uint32))
        starts = np.zeros(len(self) + 1, dtype=np.int64)
        np.cumsum(counts, out=starts[1:])
        return Shingles(np.concatenate(parts), starts)

    def pairs(self) -> Shingles:
        """Every two characters in a row of every text, repeated ones too: quick, as nothing is sorted."""
        if len(self.points) < 2:
            return Shingles(np.empty(0, dtype=np.uint32), np.zeros(len(self) + 1, dtype=np.int64))
        rolled = self.points[:-1].astype(np.uint64) * np.uint64(_CODE_POINTS) + self.points[1:]
        # One multiplication is mixing enough where only the upper bits count.
        hashed = ((rolled * _MIX) >> np.uint64(32)).astype(np.uint32)
        within = np.ones(len(hashed), dtype=bool)
        # A pair must not reach over the end of its text.
        ends = self.starts[1:-1]
        within[ends[(ends > 0) & (ends < len(self.points))] - 1] = False
        starts = np.zeros(len(self) + 1, dtype=np.int64)
        np.cumsum(np.maximum(self.lengths - 1, 0), out=starts[1:])
        return Shingles(hashed[within], starts)

    def _packed(self, first: int, last: int) -> NDArray[np.uint64]:
        # Row in the upper half, hash in the lower: sorted and distinct in one step.
        points = self.points[self.starts[first] : self.starts[last]].astype(np.uint64)
        if len(points) < SHINGLE:
            return np.empty(0, dtype=np.uint64)
        rolled = points[: len(points) - SHINGLE + 1]
        for step in range(1, SHINGLE):
            rolled = rolled * np.uint64(0x110001) + points[step : len(points) - SHINGLE + 1 + step]
        owner = np.repeat(np.arange(last - first, dtype=np.uint64), self.lengths[first:last])
        whole = owner[: len(rolled)] == owner[SHINGLE - 1 :]
        packed = (owner[: len(rolled)][whole] << np.uint64(32)) | (_scrambled(rolled[whole]) >> np.uint64(32))
        return distinct(packed)

    def followed_by(self, later: Texts) -> Texts:
        """These texts, then those of ``later``."""
        return Texts(
            np.concatenate((self.points, later.points)),
            np.concatenate((self.starts, later.starts[1:] + self.starts[-1])),
            np.concatenate((self.written, later.written)),
            np.concatenate((self.variety, later.variety)),
        )


@dataclass(frozen=True, slots=True)
class Shingles:
    """Shingle hashes end to end; row ``i`` has ``hashes[starts[i] : starts[i + 1]]``."""

    hashes: NDArray[np.uint32]
    starts: Longs

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def counts(self) -> Longs:
        """Shingles per row."""
        return np.diff(self.starts)

    def of_rows(self, rows: Longs) -> tuple[NDArray[np.uint32], Longs]:
        """Shingles of ``rows`` end to end, and for each its place in ``rows``."""
        counts = self.counts[rows]
        owner = np.repeat(np.arange(len(rows)), counts)
        offsets = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
        return self.hashes[np.repeat(self.starts[rows], counts) + offsets], owner

    def followed_by(self, later: Shingles) -> Shingles:
        """These rows, then those of ``later``."""
        return Shingles(
            np.concatenate((self.hashes, later.hashes)),
            np.concatenate((self.starts, later.starts[1:] + self.starts[-1])),
        )

    def frequencies(self) -> Ints:
        """Texts per hash bucket: a table of fixed size, so the tables of partitions add up."""
        return np.bincount(bucket(self.hashes), minlength=1 << _TABLE_BITS).astype(np.int32)


def bucket(hashes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Place of each hash in the table of ``Shingles.frequencies``."""
    return hashes >> np.uint32(32 - _TABLE_BITS)


def _variety(raw: NDArray[np.uint32], sizes: Longs) -> Ints:
    edges = np.concatenate(([0], np.cumsum(sizes)))
    found = np.zeros(len(sizes), dtype=np.int32)
    for first in range(0, len(sizes), _BATCH):
        last = min(first + _BATCH, len(sizes))
        owner = np.repeat(np.arange(last - first, dtype=np.uint64), sizes[first:last])
        seen = distinct((owner << np.uint64(32)) | raw[edges[first] : edges[last]])
        found[first:last] = np.bincount((seen >> np.uint64(32)).astype(np.int64), minlength=last - first)
    return found


def _folding_table(raw: NDArray[np.uint32]) -> NDArray[np.uint32]:
    table = np.zeros(_CODE_POINTS, dtype=np.uint32)
    present = np.zeros(_CODE_POINTS, dtype=bool)
    present[raw] = True
    for point in np.flatnonzero(present).tolist():
        folded = fold_character(chr(point))
        if folded:
            table[point] = _DIGIT if folded[0].isdigit() else ord(folded[0])
    return table


def _scrambled(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    # The finaliser of SplitMix64 (Steele, Lea, Flood, 2014): every input bit reaches every output bit.
    mixed = values * _MIX
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed ^= mixed >> np.uint64(shift)
        mixed *= np.uint64(factor)
    mixed ^= mixed >> np.uint64(31)
    return mixed
