"""Everything judged so far 历史研判: grows by a night at the cost of what is new.

A history is a corpus judged whole; each night after it is kept as what it added: the digested new rows, and
the signals of the rows that they bear on. Base and nights together give the history back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np
import polars as pl

from detectors.campaigns.columns import Bools, Floats, Ints, Longs, Reviews, codes_in
from detectors.campaigns.families import LINE
from detectors.campaigns.inducements import offers
from detectors.campaigns.judge import TOP_OF_USER, Judgement, judged_by, level, points_of
from detectors.campaigns.memory import Memory
from detectors.campaigns.signals import Signals, Standards, measure, measure_night


@dataclass(frozen=True, slots=True)
class Night:
    """What one night added: the digested new rows, and what it changed about earlier ones."""

    memory: Memory
    """Without ``frequencies``."""
    signals: Signals
    cluster: Longs
    """Of the rows of ``signals``."""
    points: Floats
    """Of the rows of ``signals``."""


@dataclass(frozen=True, slots=True)
class History:
    """A corpus with the signals and points of all its rows."""

    memory: Memory
    standards: Standards
    signals: Signals
    points: Floats

    def __len__(self) -> int:
        return len(self.memory)

    @classmethod
    def of(cls, reviews: Reviews) -> History:
        """A corpus judged whole."""
        memory = Memory.of(reviews)
        standards = Standards.of(memory)
        signals = measure(memory, standards)
        return cls(memory, standards, signals, points_of(signals))

    def night(self, fresh: Reviews) -> tuple[History, Night]:
        """The history with reviews that it did not have, and what they added."""
        part = Memory.of(fresh, after=self.memory)
        memory = self.memory.followed_by(part)
        signals, standards = measure_night(memory, self.standards, len(self), self.signals)
        # The table of frequencies has one size, however small the night; it follows from the shingles.
        light = replace(part, frequencies=part.frequencies[:0])
        night = Night(light, signals, standards.cluster[signals.rows], points_of(signals))
        return self._joined(memory, [night]), night

    def after(self, nights: Sequence[Night]) -> History:
        """The history that these nights, in order, made of this one."""
        if not nights:
            return self
        # The small ones first: each joining copies both.
        added = reduce(Memory.followed_by, (night.memory for night in nights))
        added = replace(added, frequencies=added.shingles.frequencies())
        return self._joined(self.memory.followed_by(added), nights)

    def _joined(self, memory: Memory, nights: Sequence[Night]) -> History:
        fresh = len(memory) - len(self)
        cluster = np.concatenate((self.standards.cluster, np.full(fresh, -1, dtype=np.int64)))
        points = np.concatenate((self.points, np.zeros(fresh)))
        for night in nights:
            cluster[night.signals.rows], points[night.signals.rows] = night.cluster, night.points
        signals = self.signals.followed_by([night.signals for night in nights], len(memory))
        return History(memory, replace(self.standards, cluster=cluster), signals, points)

    def unknown(self, fresh: Reviews) -> Bools:
        """Rows of ``fresh`` whose id the history does not have."""
        found: Bools = codes_in(self.memory.reviews.ids, fresh.ids) < 0
        return found

    def changed(self, fresh: Reviews) -> Bools:
        """Rows of ``fresh`` that the history has with other text, stars or offer in the seller's reply."""
        place = codes_in(self.memory.reviews.ids, fresh.ids)
        known = np.flatnonzero(place >= 0)
        rows, reviews = place[known], self.memory.reviews
        other = (reviews.text.gather(rows) != fresh.text.gather(known)).to_numpy()
        other |= reviews.stars[rows] != fresh.stars[known]
        other |= self.memory.reply_offer[rows] != offers(fresh.reply.gather(known))
        found = np.zeros(len(fresh), dtype=bool)
        found[known] = other
        return found

    def judged(self, listings: Sequence[str], touched: Longs | None = None) -> Judgement:
        """The judgement on listings and their shops.

        ``reviews`` holds every review of the listings and those over the line on their shops' other listings.
        Scores of listings, shops and users are of all reviews that each has.

        Args:
            listings: their keys.
            touched: rows whose listings, shops and users get their scores anew; all of them if not given.
        """
        reviews = self.memory.reviews
        asked = np.zeros(len(reviews.listings) + 1, dtype=bool)
        asked[codes_in(reviews.listings, pl.Series(listings, dtype=pl.String))] = True
        asked[-1] = False
        chosen = asked[reviews.listing]
        chosen |= _same(reviews.shop, reviews.shop[chosen]) & (self.points >= LINE)
        found = judged_by(self.memory, self.standards, self.signals.of_places(np.flatnonzero(chosen)))
        if touched is not None:
            chosen[touched] = True
        levels = [
            self._level(codes, names, codes if touched is None else codes[chosen], top)
            for codes, names, top in (
                (reviews.listing, reviews.listings, None),
                (reviews.shop, reviews.shops, None),
                (reviews.user, reviews.users, TOP_OF_USER),
            )
        ]
        return replace(found, listings=levels[0], shops=levels[1], users=levels[2])

    def _level(self, codes: Ints, names: pl.Series, some: Ints, top: int | None) -> pl.DataFrame:
        rows = np.flatnonzero(_same(codes, some))
        return level(codes[rows], names, self.points[rows], **({} if top is None else {"top": top}))


def _same(codes: Ints, some: Ints) -> Bools:
    """Rows whose code is one of ``some``; never those without one."""
    marked = np.zeros(int(codes.max(initial=-1)) + 2, dtype=bool)
    marked[some] = True
    marked[-1] = False
    found: Bools = marked[codes]
    return found
