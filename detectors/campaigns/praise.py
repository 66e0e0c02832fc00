"""What one review shows by itself 空泛好评: top stars, few distinct characters for its length, praise without a "but".

These are weak signals: they order reviews where nothing else is known and never bring one to the line.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from detectors.campaigns.columns import Floats, Longs, Reviews, counts_by
from detectors.campaigns.texts import Shingles, Texts

_BINS = 30
_FOLDS = 5
_BITS = 20
_LEAST_SEEN = 3


def padding(texts: Texts) -> Floats:
    """How few distinct characters a text has against texts of its length, in standard deviations; above 0: fewer."""
    found = np.zeros(len(texts))
    share = texts.variety / np.maximum(texts.written, 1)
    for part in np.array_split(np.argsort(texts.written, kind="stable"), _BINS):
        if len(part):
            found[part] = (np.median(share[part]) - share[part]) / (np.std(share[part]) + 1e-9)
    return np.clip(found, -4, 4)


def unreserved(reviews: Reviews, shingles: Shingles, folds: Longs) -> Floats:
    """How much a text reads like the five-star ones of this corpus rather than the others, per root of its length.

    Naive Bayes on shingles against the stars themselves, which every reader can see: no label of any kind. Each
    fold is read by a model of the other folds, so that no review vouches for itself. 0 where no stars are given.

    Args:
        reviews: columns.
        shingles: of the same rows; short ones (two characters) say most here.
        folds: any number that is equal for equal texts.
    """
    found = np.zeros(len(reviews))
    top, rated = reviews.stars == 5, reviews.stars > 0
    if not top.any() or not (rated & ~top).any():
        return found
    place = (shingles.hashes >> np.uint32(32 - _BITS)).astype(np.int64)
    owner = np.repeat(np.arange(len(shingles)), shingles.counts)
    size = 1 << _BITS
    fold = folds % _FOLDS
    for turn in range(_FOLDS):
        learnt = rated & (fold != turn)
        good = np.bincount(place[(learnt & top)[owner]], minlength=size)
        other = np.bincount(place[(learnt & ~top)[owner]], minlength=size)
        weight = np.log((good + 1) / ((learnt & top).sum() + 2)) - np.log((other + 1) / ((learnt & ~top).sum() + 2))
        weight[good + other < _LEAST_SEEN] = 0
        asked = (fold == turn)[owner]
        found += np.bincount(owner[asked], weights=weight[place[asked]], minlength=len(reviews))
    return found / np.sqrt(np.maximum(shingles.counts, 1))


def persons_at_address(reviews: Reviews) -> Longs:
    """Distinct users seen at the review's network address; 0 where none is given."""
    found = np.zeros(len(reviews), dtype=np.int64)
    rows = np.flatnonzero(reviews.address >= 0)
    person = np.where(reviews.user >= 0, reviews.user.astype(np.int64), -1 - np.arange(len(reviews)))
    table = pl.DataFrame({"address": reviews.address[rows], "person": person[rows]}).unique()
    found[rows] = counts_by(table["address"].to_numpy(), len(reviews.addresses))[reviews.address[rows]]
    return found


