"""Shared phrasing 模板话术: reviews of a listing that share more wording than the trade does.

For each shingle of a review: in how many *other* reviews of the same listing it stands, against how often it
stands in the reviews of all other listings. The surprise is the Poisson log-likelihood ratio, capped, so that
no single phrase decides; a review's lift is the mean over its shingles. Catches slot templates in any order
of slots without a list of phrases: what the whole trade writes ("物流很快") is expected everywhere and lifts
nothing.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray
from xxhash import xxh32_intdigest

from detectors.campaigns.columns import Bools, Floats, Ints, Longs
from detectors.campaigns.parts import in_parts
from detectors.campaigns.segments import Segments, packed
from detectors.campaigns.texts import Shingles, bucket, joined

_CAP = 6.0
PAGE = 1_000
"""Reviews of a listing that are compared with each other, in order of arrival."""


def pages(listings: pl.Series, listing: Ints, arrival: Longs) -> NDArray[np.uint32]:
    """Page of each review: its listing's key and the block of ``PAGE`` arrivals in it, mixed into 32 bits.

    From the key, not the code, so that parts which were digested apart can be joined.
    """
    keyed = np.array(
        [xxh32_intdigest(key.encode("utf-8", "surrogatepass")) for key in listings], dtype=np.uint64
    )
    mixed = keyed[listing] + (arrival // PAGE).astype(np.uint64) * np.uint64(0x85EBCA77)
    return mixed.astype(np.uint32)


def phrase_keys(shingles: Shingles, page: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """One key per page and shingle of every row."""
    return packed(np.repeat(page, shingles.counts), shingles.hashes.whole)


def lift(
    rows: Longs,
    *,
    shingles: Shingles,
    page: NDArray[np.uint32],
    local: Segments,
    frequencies: Ints,
    peers: Bools | None = None,
) -> Floats:
    """Mean surprise per shingle (natural log units, 0..``_CAP``) for each of ``rows``.

    Args:
        rows: row numbers to judge.
        shingles: of all rows.
        page: of all rows.
        local: ``phrase_keys`` of all rows, or of the rows in ``peers``.
        frequencies: texts per shingle in the corpus.
        peers: rows that count as peers; ``None``: all.
    """
    among = np.ones(len(page), dtype=bool) if peers is None else peers
    names, number = np.unique(page, return_inverse=True)
    size = np.bincount(number[among], minlength=len(names))[number]

    def lifted(first: int, last: int) -> Floats:
        part = rows[first:last]
        hashes, owner = shingles.of_rows(part)
        here = local.counts_of(packed(page[part][owner], hashes)).astype(np.float32)
        self_too = among[part].astype(np.float32)
        company = (size[part] - self_too)[owner]
        elsewhere = np.maximum(frequencies[bucket(hashes)] - here, 0) + np.float32(0.5)
        expected = company * elsewhere / np.maximum(len(page) - company, 1)
        others = np.maximum(here - self_too[owner], 0)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = others * np.log(others / expected) - (others - expected)
        surprise = np.where(others > expected, np.minimum(ratio, _CAP), 0)
        summed = np.bincount(owner, weights=surprise, minlength=len(part))
        means: Floats = summed / np.maximum(shingles.counts[part], 1)
        return means

    return joined(in_parts(len(rows), lifted), np.float64)
