"""Folded texts and shingles 字符片段 of a whole column at once, in NumPy: no Python loop over reviews.

A text is folded character by character (width, case, traditional forms; punctuation, emoji and spaces
dropped), digits count as one digit, and a character repeated more than twice in a row counts twice. A shingle
is four folded characters in a row, as a 32-bit hash.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from detectors.campaigns.columns import Ints, Longs
from detectors.campaigns.parts import in_parts, spans
from detectors.campaigns.pieces import Pieces
from detectors.campaigns.segments import distinct
from detectors.folding import fold

SHINGLE = 4
_CODE_POINTS = 0x110000
_DIGIT = ord("0")
_MIX = np.uint64(0x9E3779B97F4A7C15)
_TABLE_BITS = 24
_FEW_OF = 16

Number = TypeVar("Number", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Texts:
    """Folded code points of all texts end to end; text ``i`` is ``points[starts[i] : starts[i + 1]]``."""

    points: Pieces[np.uint32]
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
        parts = in_parts(len(column), lambda first, last: _folded(column.slice(first, last - first)))
        return cls(
            Pieces((joined([points for points, _, _, _ in parts], np.uint32),)),
            _starts(joined([counts for _, counts, _, _ in parts], np.int64)),
            joined([written for _, _, written, _ in parts], np.int32),
            joined([variety for _, _, _, variety in parts], np.int32),
        )

    def string(self, row: int) -> str:
        """The folded text of one row."""
        return self.points.between(self.starts[row], self.starts[row + 1]).tobytes().decode("utf-32-le")

    def of_rows(self, rows: Longs) -> Texts:
        """The texts of ``rows``, in their order."""
        counts = self.lengths[rows]
        starts = np.zeros(len(rows) + 1, dtype=np.int64)
        np.cumsum(counts, out=starts[1:])
        places = np.repeat(self.starts[rows] - starts[:-1], counts) + np.arange(starts[-1])
        return Texts(Pieces((self.points.take(places),)), starts, self.written[rows], self.variety[rows])

    def digests(self) -> NDArray[np.uint64]:
        """64-bit hash of each folded text; 0 for an empty one. Equal texts have equal hashes."""
        return joined(in_parts(len(self), self._digests), np.uint64)

    def shingles(self) -> Shingles:
        """The distinct shingles of every text, ascending per text; texts shorter than a shingle have none."""
        parts = in_parts(len(self), self._shingles)
        hashes = joined([hashes for hashes, _ in parts], np.uint32)
        return Shingles(Pieces((hashes,)), _starts(joined([counts for _, counts in parts], np.int64)))

    def pairs(self) -> Iterator[tuple[Shingles, int, int]]:
        """Every two characters in a row, repeated ones too, of some rows after the other: first, last row.

        Quick, as nothing is sorted.
        """
        for first, last in spans(len(self)):
            counts = np.maximum(self.lengths[first:last] - 1, 0)
            yield Shingles(Pieces((self._pairs(first, last),)), _starts(counts)), first, last

    def _part(self, first: int, last: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
        # Code points of some rows, and the place of each one's row among them.
        points = self.points.between(self.starts[first], self.starts[last]).astype(np.uint64)
        return points, np.repeat(np.arange(last - first, dtype=np.uint64), self.lengths[first:last])

    def _digests(self, first: int, last: int) -> NDArray[np.uint64]:
        points, _ = self._part(first, last)
        lengths, starts = self.lengths[first:last], self.starts[first : last + 1] - self.starts[first]
        places = np.arange(len(points), dtype=np.uint64) - np.repeat(starts[:-1].astype(np.uint64), lengths)
        running = np.zeros(len(points) + 1, dtype=np.uint64)
        np.cumsum(_scrambled((points << np.uint64(32)) + places), out=running[1:])
        sums: NDArray[np.uint64] = running[starts[1:]] - running[starts[:-1]]
        return sums

    def _shingles(self, first: int, last: int) -> tuple[NDArray[np.uint32], Longs]:
        points, owner = self._part(first, last)
        size = max(len(points) - SHINGLE + 1, 0)
        rolled = points[:size]
        for step in range(1, SHINGLE):
            rolled = rolled * np.uint64(_CODE_POINTS + 1) + points[step : step + size]
        whole = owner[:size] == owner[len(owner) - size :]
        # Row in the upper half, hash in the lower: sorted and distinct in one step.
        packed = distinct(
            (owner[:size][whole] << np.uint64(32)) | (_scrambled(rolled[whole]) >> np.uint64(32))
        )
        counts = np.bincount((packed >> np.uint64(32)).astype(np.int64), minlength=last - first)
        return packed.astype(np.uint32), counts

    def _pairs(self, first: int, last: int) -> NDArray[np.uint32]:
        points, owner = self._part(first, last)
        # One multiplication is mixing enough where only the upper bits count.
        rolled = (points[:-1] * np.uint64(_CODE_POINTS) + points[1:]) * _MIX
        found: NDArray[np.uint32] = (rolled[owner[1:] == owner[:-1]] >> np.uint64(32)).astype(np.uint32)
        return found

    def followed_by(self, later: Texts) -> Texts:
        """These texts, then those of ``later``."""
        return Texts(
            self.points.followed_by(later.points),
            np.concatenate((self.starts, later.starts[1:] + self.starts[-1])),
            np.concatenate((self.written, later.written)),
            np.concatenate((self.variety, later.variety)),
        )


@dataclass(frozen=True, slots=True)
class Shingles:
    """Shingle hashes end to end; row ``i`` has ``hashes[starts[i] : starts[i + 1]]``."""

    hashes: Pieces[np.uint32]
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
        return self.hashes.take(np.repeat(self.starts[rows], counts) + offsets), owner

    def followed_by(self, later: Shingles) -> Shingles:
        """These rows, then those of ``later``."""
        return Shingles(
            self.hashes.followed_by(later.hashes),
            np.concatenate((self.starts, later.starts[1:] + self.starts[-1])),
        )

    def frequencies(self) -> Ints:
        """Texts per hash bucket: a table of fixed size, so the tables of partitions add up."""
        found = np.zeros(1 << _TABLE_BITS, dtype=np.int32)
        for first in range(0, len(self.hashes), len(found)):
            tally(found, bucket(self.hashes.between(first, first + len(found))))
        return found


def bucket(hashes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Place of each hash in the table of ``Shingles.frequencies``."""
    return hashes >> np.uint32(32 - _TABLE_BITS)


def tally(counts: Ints, places: NDArray[np.unsignedinteger] | Longs) -> None:
    """Adds one to ``counts`` at each of ``places``, in the way that is quicker for so many of them."""
    if _FEW_OF * len(places) < len(counts):
        np.add.at(counts, places, 1)
    else:
        counts += np.bincount(places, minlength=len(counts)).astype(np.int32)


def joined(parts: list[NDArray[Number]], kind: type[Number]) -> NDArray[Number]:
    """One array of all parts, also when there are none."""
    return np.concatenate(parts) if parts else np.empty(0, dtype=kind)


def _starts(counts: Longs) -> Longs:
    found = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=found[1:])
    return found


def _folded(column: pl.Series) -> tuple[NDArray[np.uint32], Longs, Ints, Ints]:
    # Folded code points, how many per text, characters as written, and how many of those are distinct.
    raw = np.frombuffer("".join(column).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    sizes = column.str.len_chars().to_numpy().astype(np.int64)
    owner = np.repeat(np.arange(len(sizes), dtype=np.uint64), sizes)
    seen = distinct((owner << np.uint64(32)) | raw) >> np.uint64(32)
    variety = np.bincount(seen.astype(np.int64), minlength=len(sizes)).astype(np.int32)
    points = _folding_table(raw)[raw]
    kept = points != 0
    points, owner = points[kept], owner[kept]
    third = np.zeros(len(points), dtype=bool)
    third[2:] = (points[2:] == points[1:-1]) & (points[1:-1] == points[:-2]) & (owner[2:] == owner[:-2])
    points, owner = points[~third], owner[~third]
    counts = np.bincount(owner.astype(np.int64), minlength=len(sizes))
    return points, counts, sizes.astype(np.int32), variety


def _folding_table(raw: NDArray[np.uint32]) -> NDArray[np.uint32]:
    table = np.zeros(_CODE_POINTS, dtype=np.uint32)
    present = np.zeros(_CODE_POINTS, dtype=bool)
    present[raw] = True
    for point in np.flatnonzero(present).tolist():
        folded = fold(chr(point))
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
