"""What one review shows by itself 空泛好评: top stars, padding, praise without a "but".

These are weak signals: they order reviews where nothing else is known and never bring one to the line.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from detectors.campaigns.columns import Floats, Ints, Longs, Reviews, counts_by
from detectors.campaigns.texts import Shingles, Texts, tally

_BINS = 30
_FOLDS = 5
_BITS = 20
_LEAST_SEEN = 3


@dataclass(frozen=True, slots=True)
class Fluency:
    """How varied texts of each length are: upper length, middle share of distinct characters, spread."""

    upto: Longs
    middle: Floats
    spread: Floats

    @classmethod
    def of(cls, texts: Texts) -> Fluency:
        """Measured on a corpus."""
        share = texts.variety / np.maximum(texts.written, 1)
        parts = [
            part for part in np.array_split(np.argsort(texts.written, kind="stable"), _BINS) if len(part)
        ]
        return cls(
            upto=np.array([texts.written[part[-1]] for part in parts], dtype=np.int64),
            middle=np.array([np.median(share[part]) for part in parts]),
            spread=np.array([np.std(share[part]) + 0.01 for part in parts]),
        )

    def padding(self, texts: Texts, rows: Longs) -> Floats:
        """How few distinct characters a text has for its length, in standard deviations; above 0: fewer."""
        if not len(self.upto):
            return np.zeros(len(rows))
        written = texts.written[rows]
        place = np.minimum(np.searchsorted(self.upto, written), len(self.upto) - 1)
        share = texts.variety[rows] / np.maximum(written, 1)
        return np.clip((self.middle[place] - share) / self.spread[place], -4, 4)


@dataclass(frozen=True, slots=True)
class Praise:
    """What five-star texts say and others do not: a weight per shingle and fold.

    Naive Bayes on the stars themselves, which every reader can see: no label of any kind. Each fold is read
    by a model of the other folds, so that no review vouches for itself.
    """

    weights: Floats
    """One table a fold, end to end; empty where nothing could be learnt."""

    @classmethod
    def of(cls, reviews: Reviews, texts: Texts, folds: Longs) -> Praise:
        """Learnt from the rows with stars; silent if there are none, or only five.

        Args:
            reviews: columns.
            texts: of the same rows; two characters in a row say most here.
            folds: any number that is equal for equal texts.
        """
        top, rated = reviews.stars == 5, reviews.stars > 0
        if not top.any() or not (rated & ~top).any():
            return cls(np.empty(0))
        kind = np.where(rated, 2 * (folds % _FOLDS) + top, -1)
        tables = np.zeros((2 * _FOLDS, 1 << _BITS), dtype=np.int32)
        for pairs, first, last in texts.pairs():
            owner = np.repeat(kind[first:last], pairs.counts)
            tally(tables.reshape(-1), _place(pairs, owner)[owner >= 0])
        rows = np.bincount(kind[kind >= 0], minlength=2 * _FOLDS)
        return cls(np.concatenate([_weights(tables, rows, turn) for turn in range(_FOLDS)]))

    def unreserved(self, texts: Texts, folds: Longs) -> Floats:
        """How much each text reads like the five-star ones rather than the others, per root of its length."""
        found = np.zeros(len(texts))
        if not len(self.weights):
            return found
        for pairs, first, last in texts.pairs():
            turn = np.repeat(folds[first:last] % _FOLDS, pairs.counts)
            owner = np.repeat(np.arange(last - first), pairs.counts)
            summed = np.bincount(owner, weights=self.weights[_place(pairs, turn)], minlength=last - first)
            found[first:last] = summed / np.sqrt(np.maximum(pairs.counts, 1))
        return found


def _place(pairs: Shingles, table: Longs) -> Longs:
    # Place of each pair in its table, the tables lying end to end.
    found: Longs = (table << _BITS) + (pairs.hashes.whole >> np.uint32(32 - _BITS)).astype(np.int64)
    return found


def _weights(tables: Ints, rows: Longs, turn: int) -> Floats:
    learnt = [fold for fold in range(_FOLDS) if fold != turn]
    other = tables[[2 * fold for fold in learnt]].sum(axis=0)
    good = tables[[2 * fold + 1 for fold in learnt]].sum(axis=0)
    others, goods = rows[[2 * fold for fold in learnt]].sum(), rows[[2 * fold + 1 for fold in learnt]].sum()
    seen = np.flatnonzero(good + other >= _LEAST_SEEN)
    weight = np.zeros(tables.shape[1])
    weight[seen] = np.log((good[seen] + 1) / (goods + 2)) - np.log((other[seen] + 1) / (others + 2))
    return weight


def persons_at_address(reviews: Reviews) -> Longs:
    """Distinct users seen at the review's network address; 0 where none is given."""
    found = np.zeros(len(reviews), dtype=np.int64)
    rows = np.flatnonzero(reviews.address >= 0)
    person = np.where(reviews.user >= 0, reviews.user.astype(np.int64), -1 - np.arange(len(reviews)))
    table = pl.DataFrame({"address": reviews.address[rows], "person": person[rows]}).unique()
    found[rows] = counts_by(table["address"].to_numpy(), len(reviews.addresses))[reviews.address[rows]]
    return found
