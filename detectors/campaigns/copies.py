"""Near-duplicate reviews 雷同评价: candidates by MinHash, exact rescoring, peers per review.

Texts equal after folding are one text. The sketch of a text is the sixteen smallest hashes of its shingles
(bottom-k MinHash; Broder, 1997, SEQUENCES), after stock phrases of the corpus were left out. Texts that
follow each other in a sketch value's bucket and share two values are candidates; each text meets a bounded
number of neighbours, however large the bucket, so nothing is quadratic. Candidates are rescored by their
longest common subsequence.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import polars as pl
from numpy.typing import NDArray
from rapidfuzz.distance import Indel
from rapidfuzz.process import cpdist

from detectors.campaigns.columns import Floats, Ints, Longs
from detectors.campaigns.parts import in_parts
from detectors.campaigns.segments import Segments, distinct, lower, packed, upper
from detectors.campaigns.texts import Shingles, Texts, bucket
from detectors.campaigns.texts import joined as joined_parts

LIKE = 0.6
"""Similarity from which two texts are near-duplicates: twice the common subsequence over both lengths."""
_SKETCH = 16
_NEIGHBOURS = 2
_BATCH = 1 << 15
SHORTEST = 6
_STOCK_LEAST, _STOCK_SHARE = 200, 0.005


def sketches(rows: Longs, shingles: Shingles, frequencies: Ints, corpus: int) -> NDArray[np.uint64]:
    """Sketch values of ``rows``, each packed with its row."""
    most = max(_STOCK_LEAST, _STOCK_SHARE * corpus)

    def smallest(first: int, last: int) -> NDArray[np.uint64]:
        # Shingles come ascending, so the first ones are the smallest.
        part = rows[first:last]
        hashes, owner = shingles.of_rows(part)
        usual = frequencies[bucket(hashes)] <= most
        hashes, owner = hashes[usual], owner[usual]
        counts = np.bincount(owner, minlength=len(part))
        rank = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
        kept = rank < _SKETCH
        return packed(hashes[kept], part[owner[kept]])

    return joined_parts(in_parts(len(rows), smallest), np.uint64)


def near_pairs(
    texts: Texts, keys: Segments, fresh: NDArray[np.uint64] | None = None
) -> tuple[Longs, Longs, Floats]:
    """Near-duplicate pairs of rows among all ``keys``, or those that involve ``fresh`` ones."""
    met = _met(next(iter(keys))) if fresh is None else _met_by(fresh, keys)
    met.sort()
    # Sharing one value is chance; sharing two is worth a comparison.
    repeated = met[1:][met[1:] == met[:-1]]
    pairs = distinct(repeated)
    left, right = upper(pairs), lower(pairs)
    likeness = _likeness(texts, left, right)
    near = likeness >= LIKE
    return left[near], right[near], likeness[near]


def clusters(digests: NDArray[np.uint64], left: Longs, right: Longs, usable: NDArray[np.bool_]) -> Longs:
    """Usable rows joined by equal texts or near pairs share a number; -1 for rows that no other joins."""
    rows = np.flatnonzero(usable)
    order = rows[np.argsort(digests[rows], kind="stable")]
    equal = np.flatnonzero(digests[order][1:] == digests[order][:-1])
    component = joined(
        np.concatenate((left, order[equal])), np.concatenate((right, order[equal + 1])), len(digests)
    )
    alone = np.bincount(component, minlength=1)[component] == 1
    return np.where(alone, -1, component)


def joined(left: Longs, right: Longs, size: int) -> Longs:
    """Number of the connected part that each of ``size`` nodes belongs to."""
    # Imported here: half a second that most commands have no use for.
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    edges = coo_array((np.ones(len(left), dtype=np.int8), (left, right)), shape=(size, size))
    return connected_components(edges, directed=False)[1].astype(np.int64)


def _met(keys: NDArray[np.uint64]) -> NDArray[np.uint64]:
    hashes = keys >> np.uint64(32)
    found = []
    for step in range(1, _NEIGHBOURS + 1):
        same = np.flatnonzero(hashes[step:] == hashes[:-step])
        found.append(_ordered(lower(keys[same]), lower(keys[same + step])))
    return np.concatenate(found)


def _met_by(fresh: NDArray[np.uint64], keys: Segments) -> NDArray[np.uint64]:
    found = []
    for known in keys:
        place = np.searchsorted(known, fresh)
        for step in range(-_NEIGHBOURS, _NEIGHBOURS + 1):
            beside = np.clip(place + step, 0, len(known) - 1)
            same = np.flatnonzero(
                (known[beside] >> np.uint64(32) == fresh >> np.uint64(32)) & (known[beside] != fresh)
            )
            found.append(_ordered(lower(fresh[same]), lower(known[beside[same]])))
    return np.concatenate(found)


def _ordered(left: Longs, right: Longs) -> NDArray[np.uint64]:
    return packed(np.minimum(left, right).astype(np.uint64), np.maximum(left, right))


def _likeness(texts: Texts, left: Longs, right: Longs) -> Floats:
    found = np.zeros(len(left))
    for start in range(0, len(left), _BATCH):
        part = slice(start, start + _BATCH)
        # One long string to cut from is quicker than a decoding per text.
        rows, place = np.unique(np.concatenate((left[part], right[part])), return_inverse=True)
        own = texts.of_rows(rows)
        whole = own.points.whole.tobytes().decode("utf-32-le")
        edges = own.starts.tolist()
        strings = [whole[first:last] for first, last in pairwise(edges)]
        count = len(place) // 2
        found[part] = cpdist(
            [strings[at] for at in place[:count].tolist()],
            [strings[at] for at in place[count:].tolist()],
            scorer=Indel.normalized_similarity,
            score_cutoff=LIKE,
            workers=-1,
        )
    return found


def crowd(cluster: Longs, listing: Ints, person: Longs) -> tuple[Longs, Longs]:
    """Per row: persons that wrote its cluster's text on the same listing, and anywhere.

    Args:
        cluster: number of each row's cluster.
        listing: code of each row's listing.
        person: code of each row's user, distinct for rows without one.
    """
    table = pl.DataFrame({"cluster": cluster, "listing": listing, "person": person})
    here = table.group_by("cluster", "listing").agg(pl.col("person").n_unique().alias("here"))
    anywhere = table.group_by("cluster").agg(pl.col("person").n_unique().alias("anywhere"))
    counted = table.join(here, on=["cluster", "listing"], how="left", maintain_order="left").join(
        anywhere, on="cluster", how="left", maintain_order="left"
    )
    return counted["here"].cast(pl.Int64).to_numpy(), counted["anywhere"].cast(pl.Int64).to_numpy()
