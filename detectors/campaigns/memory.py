"""What is remembered of a corpus of reviews, so that a new night costs in proportion to what is new.

Partition → merge: ``Memory.of`` digests any part of the reviews by itself (a shop, a night, a hash bucket)
and ``followed_by`` joins two parts; row numbers of the first stay what they were.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detectors.campaigns import copies, phrases
from detectors.campaigns.columns import Bools, Ints, Longs, Reviews, codes_in
from detectors.campaigns.inducements import offers
from detectors.campaigns.placeholders import worded_by_platform
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
    placeholder: Bools
    offer: NDArray[np.int8]
    reply_offer: NDArray[np.int8]
    sketch: Segments
    """Sketch values of each distinct text, with the row that carries it."""
    wording: Segments
    """Page and shingle of each review."""

    def __len__(self) -> int:
        return len(self.reviews)

    @property
    def comparable(self) -> Bools:
        """Rows with enough text of a buyer to be compared."""
        found: Bools = (self.texts.lengths >= copies.SHORTEST) & ~self.placeholder
        return found

    @classmethod
    def of(cls, reviews: Reviews, *, after: Memory | None = None) -> Memory:
        """Digests one part.

        Args:
            reviews: the part.
            after: the memory that this part will be joined to, if its listings occur there too; what it knows
                about stock phrases and earlier arrivals is used.
        """
        texts = Texts.of(reviews.text)
        shingles = texts.shingles()
        frequencies = shingles.frequencies()
        arrival = _arrivals(reviews.listing)
        known, corpus = frequencies, len(reviews)
        if after is not None:
            arrival += _arrived(reviews, after.reviews)[reviews.listing]
            known, corpus = frequencies + after.frequencies, len(reviews) + len(after)
        page = phrases.pages(reviews.listings, reviews.listing, arrival)
        digests = texts.digests()
        placeholder = worded_by_platform(reviews, texts.lengths)
        first = _first_of_each(digests, (texts.lengths >= copies.SHORTEST) & ~placeholder)
        return cls(
            reviews=reviews,
            texts=texts,
            shingles=shingles,
            frequencies=frequencies,
            digests=digests,
            page=page,
            placeholder=placeholder,
            offer=offers(reviews.text),
            reply_offer=offers(reviews.reply),
            sketch=Segments.of(copies.sketches(first, shingles, known, corpus)),
            wording=Segments.of(phrases.phrase_keys(shingles, page)),
        )

    def followed_by(self, later: Memory) -> Memory:
        """This part, then ``later``, whose reviews are none of this part's."""
        return Memory(
            reviews=self.reviews.followed_by(later.reviews),
            texts=self.texts.followed_by(later.texts),
            shingles=self.shingles.followed_by(later.shingles),
            frequencies=self.frequencies + later.frequencies,
            digests=np.concatenate((self.digests, later.digests)),
            page=np.concatenate((self.page, later.page)),
            placeholder=np.concatenate((self.placeholder, later.placeholder)),
            offer=np.concatenate((self.offer, later.offer)),
            reply_offer=np.concatenate((self.reply_offer, later.reply_offer)),
            # The row is the lower half of a sketch key.
            sketch=self.sketch.followed_by(later.sketch.shifted(len(self))),
            wording=self.wording.followed_by(later.wording),
        )


def _arrivals(listing: Ints) -> Longs:
    # How many rows of the same listing came before each row.
    order = np.argsort(listing, kind="stable")
    ordered = listing[order]
    found = np.empty(len(listing), dtype=np.int64)
    found[order] = np.arange(len(listing)) - np.searchsorted(ordered, ordered)
    return found


def _arrived(fresh: Reviews, known: Reviews) -> Longs:
    # Reviews that each listing of ``fresh`` has in ``known``.
    counts = np.append(np.bincount(known.listing, minlength=len(known.listings)), 0)
    where = codes_in(known.listings, fresh.listings)
    found: Longs = counts[where]
    return found


def _first_of_each(digests: NDArray[np.uint64], usable: Bools) -> Longs:
    rows = np.flatnonzero(usable)
    order = np.argsort(digests[rows], kind="stable")
    ordered = digests[rows][order]
    fresh = np.ones(len(rows), dtype=bool)
    fresh[1:] = ordered[1:] != ordered[:-1]
    found: Longs = np.sort(rows[order[fresh]])
    return found
