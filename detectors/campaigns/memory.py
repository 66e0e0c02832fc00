"""What is remembered of a corpus of reviews, so that a new night costs in proportion to what is new.

Partition → merge: ``Memory.of`` digests any part of the reviews by itself (a shop, a night, a hash bucket) and
``followed_by`` joins two parts; row numbers of the first stay what they were.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detectors.campaigns import copies, phrases
from detectors.campaigns.columns import Bools, Ints, Longs, Reviews
from detectors.campaigns.inducements import offers
from detectors.campaigns.segments import Segments
from detectors.campaigns.texts import Shingles, Texts


@dataclass(frozen=True, slots=True)
class Memory:
    """Columns, folded texts and the sorted keys by which a new review finds its peers."""

    reviews: Reviews
    texts: Texts
    shingles: Shingles
    frequencies: Ints
    digests: NDArray[np.uint64]
    page: NDArray[np.uint32]
    offer: NDArray[np.int8]
    reply_offer: NDArray[np.int8]
    sketch: Segments
    wording: Segments

    def __len__(self) -> int:
        return len(self.reviews)

    @property
    def comparable(self) -> Bools:
        """Rows with enough text to be compared."""
        found: Bools = self.texts.lengths >= copies.SHORTEST
        return found

    @classmethod
    def of(cls, reviews: Reviews) -> Memory:
        """Digests one part."""
        texts = Texts.of(reviews.text)
        shingles = texts.shingles()
        frequencies = shingles.frequencies()
        page = phrases.pages(reviews.listing, _arrivals(reviews.listing))
        digests = texts.digests()
        usable = texts.lengths >= copies.SHORTEST
        first = _first_of_each(digests, usable)
        return cls(
            reviews=reviews,
            texts=texts,
            shingles=shingles,
            frequencies=frequencies,
            digests=digests,
            page=page,
            offer=offers(reviews.text),
            reply_offer=offers(reviews.reply),
            sketch=Segments.of(copies.sketches(first, shingles, frequencies, len(reviews))),
            wording=Segments.of(phrases.phrase_keys(shingles, page)),
        )


def _arrivals(listing: Ints) -> Longs:
    # How many rows of the same listing came before each row.
    order = np.argsort(listing, kind="stable")
    ordered = listing[order]
    found = np.empty(len(listing), dtype=np.int64)
    found[order] = np.arange(len(listing)) - np.searchsorted(ordered, ordered)
    return found


def _first_of_each(digests: NDArray[np.uint64], usable: Bools) -> Longs:
    rows = np.flatnonzero(usable)
    first = np.unique(digests[rows], return_index=True)[1]
    found: Longs = np.sort(rows[first])
    return found
