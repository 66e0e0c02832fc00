"""Near-duplicate reviews 雷同评价: candidates by shared rare shingles, exact rescoring, peers per review.

Texts equal after folding are one text. For every distinct text the rarest shingles that occur at least twice are its
keys; texts that follow each other in a key's bucket and share two keys are candidates (bounded: each text meets a fixed
number of neighbours, however large the bucket); candidates are rescored by the length of their longest common
subsequence. Rare shingles instead of MinHash rows: stock phrases never become keys, so boilerplate costs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Indel
from rapidfuzz.process import cpdist

from detectors.campaigns.columns import Floats, Ints, Longs, concatenated
from detectors.campaigns.texts import Shingles, Texts, bucket

LIKE = 0.6
"""Similarity from which two texts are near-duplicates: 2 LCS / (a + b)."""
_KEYS = 10
_NEIGHBOURS = 2
_BATCH = 1 << 16
_SHORTEST = 6


@dataclass(frozen=True, slots=True)
class Copies:
    """Which reviews carry the same or nearly the same text.

    ``text`` numbers the distinct folded texts (-1: too short to compare); ``left``/``right``/``likeness`` are pairs of distinct texts that
    are near-duplicates.
    """

    text: Longs
    first_row: Longs
    left: Longs
    right: Longs
    likeness: Floats

    @property
    def cluster(self) -> Longs:
        """Connected near-duplicates share a number; per distinct text."""
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        size = len(self.first_row)
        edges = coo_array((np.ones(len(self.left)), (self.left, self.right)), shape=(size, size))
        found: Longs = connected_components(edges, directed=False)[1].astype(np.int64)
        return found


def find_copies(texts: Texts, shingles: Shingles, frequencies: Ints) -> Copies:
    """All near-duplicate pairs of distinct texts, up to the bounds of the module's docstring."""
    digests = texts.digests()
    digests[texts.lengths < _SHORTEST] = 0
    distinct, first, number = np.unique(digests, return_index=True, return_inverse=True)
    if len(distinct) and distinct[0] == 0:
        first, number = first[1:], number - 1
    # Numbered by first appearance, so that neighbours in number are neighbours in listing and time.
    order = np.argsort(first)
    place = np.empty(len(order) + 1, dtype=np.int64)
    place[order], place[-1] = np.arange(len(order)), -1
    number, first = place[number], first[order]
    left, right = _candidates(first, shingles, frequencies)
    likeness = _likeness(texts, first[left], first[right])
    near = likeness >= LIKE
    return Copies(number, first, left[near], right[near], likeness[near])


def _candidates(first: Longs, shingles: Shingles, frequencies: Ints) -> tuple[Longs, Longs]:
    keys: list[NDArray[np.uint64]] = []
    for start in range(0, len(first), _BATCH):
        keys.append(_rarest(first[start : start + _BATCH], start, shingles, frequencies))
    ordered = np.sort(concatenated(keys))
    hashes, owners = ordered >> np.uint64(32), (ordered & np.uint64(0xFFFFFFFF)).astype(np.int64)
    pairs: list[NDArray[np.uint64]] = []
    for step in range(1, _NEIGHBOURS + 1):
        same = np.flatnonzero(hashes[step:] == hashes[:-step])
        pairs.append((owners[same].astype(np.uint64) << np.uint64(32)) + owners[same + step].astype(np.uint64))
    met = np.sort(concatenated(pairs))
    # Sharing one rare shingle is chance; sharing two is worth a comparison.
    twice = np.unique(met[1:][met[1:] == met[:-1]])
    left, right = (twice >> np.uint64(32)).astype(np.int64), (twice & np.uint64(0xFFFFFFFF)).astype(np.int64)
    return left[left != right], right[left != right]


def _rarest(rows: Longs, base: int, shingles: Shingles, frequencies: Ints) -> NDArray[np.uint64]:
    # One sort does it: row, then frequency, then hash, in the bits of one number.
    counts = shingles.counts[rows]
    local = np.repeat(np.arange(len(rows), dtype=np.uint64), counts)
    offsets = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    hashes = shingles.hashes[np.repeat(shingles.starts[rows], counts) + offsets]
    seen = frequencies[bucket(hashes)]
    shared = seen >= 2
    packed = (
        (local[shared] << np.uint64(48))
        | (np.minimum(seen[shared], 0xFFFF).astype(np.uint64) << np.uint64(32))
        | hashes[shared].astype(np.uint64)
    )
    packed = np.unique(packed)
    owner = (packed >> np.uint64(48)).astype(np.int64)
    rank = np.arange(len(owner)) - np.searchsorted(owner, owner)
    best = packed[rank < _KEYS]
    return (best << np.uint64(32)) | ((best >> np.uint64(48)) + np.uint64(base))


def _likeness(texts: Texts, left: Longs, right: Longs) -> Floats:
    found = np.zeros(len(left))
    for start in range(0, len(left), _BATCH):
        part = slice(start, start + _BATCH)
        found[part] = cpdist(
            [texts.string(row) for row in left[part].tolist()],
            [texts.string(row) for row in right[part].tolist()],
            scorer=Indel.normalized_similarity,
            score_cutoff=LIKE,
            workers=-1,
        )
    return found
