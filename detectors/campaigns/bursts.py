"""Bursts 集中评价: a scan of each listing's reviews against its own rate, with the platform's sale days taken out.

For every review the windows that start with it are counted in several lengths. The expected count is the listing's rate
outside the window times the window's exposure: its share of time or, where that is more, its share of what all other
listings received in the same days, so that 双11 explains itself. The surprise is the upper tail of the Poisson
distribution (scan statistic; Naus, 1965, JASA 60), in powers of ten.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

from detectors.campaigns.columns import DAY, Bools, Floats, Longs, Reviews

WINDOWS_DAYS = (1.0, 3.0, 7.0, 14.0)
_SHORTEST_LIFE_DAYS = 30.0
_CALM = 0.5


@dataclass(frozen=True, slots=True)
class Bursts:
    """Per review: the most surprising window it stands in.

    ``surprise`` is -log10 of the tail probability (0: none), ``excess`` the share of the window's reviews beyond
    expectation, ``first``/``last`` the window as half-open rows.
    """

    surprise: Floats
    excess: Floats
    first: Longs
    last: Longs


def scan(reviews: Reviews, stream: Bools, *, share: Floats | None = None) -> Bursts:
    """Bursts within the reviews that ``stream`` selects, per listing.

    Args:
        reviews: all columns.
        stream: rows that belong to the stream, such as low-star reviews; rows without a time never do.
        share: per listing, the stream's usual share of reviews elsewhere. If given, the window's expectation is at
            least this share of all reviews of the listing in the window, so that a rush of ordinary reviews is no burst of the stream.
    """
    size = len(reviews)
    rows = np.flatnonzero(stream & reviews.timed)
    best = Bursts(np.zeros(size), np.zeros(size), np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64))
    if not len(rows):
        return best
    clock = _Clock.of(reviews)
    listing, posted = reviews.listing[rows], reviews.posted[rows]
    key = listing.astype(np.int64) * clock.stride + (posted - clock.start)
    edges = np.searchsorted(listing, np.arange(len(reviews.listings) + 1))
    total = np.diff(edges)[listing]
    life = np.maximum(posted[edges[listing + 1] - 1] - posted[edges[listing]], _SHORTEST_LIFE_DAYS * DAY)
    everyone = clock.all_key
    for days in WINDOWS_DAYS:
        window = round(days * DAY)
        stop = np.searchsorted(key, key + window, side="right")
        count = stop - np.arange(len(rows))
        outside = total - count + _CALM
        by_time = outside * window / np.maximum(life - window, window)
        flow, usual = clock.flow(posted, window), clock.flow_of_life(posted[edges[listing]], posted[edges[listing + 1] - 1])
        by_platform = outside * flow / np.maximum(usual - flow, flow + 1e-9)
        expected = np.maximum(by_time, by_platform)
        if share is not None:
            around = np.searchsorted(everyone, key + window, side="right") - np.searchsorted(everyone, key)
            expected = np.maximum(expected, share[listing] * around)
        surprise = np.where(count >= 3, poisson_tail(count, expected) - np.log10(np.maximum(total, 1)), 0.0)
        _keep_best(best, rows, key, window, stop, surprise, 1 - np.minimum(expected / count, 1))
    return best


@dataclass(frozen=True, slots=True)
class _Clock:
    """When the whole platform was reviewed: cumulative share of reviews per day."""

    start: int
    stride: int
    cumulative: Floats
    all_key: Longs

    @classmethod
    def of(cls, reviews: Reviews) -> _Clock:
        posted = reviews.posted[reviews.timed]
        start = int(posted.min()) if len(posted) else 0
        last = int(posted.max()) if len(posted) else 0
        daily = np.bincount((posted - start) // DAY, minlength=1).astype(float)
        stride = last - start + 400 * DAY
        cumulative = np.concatenate(([0.0], np.cumsum(daily) / max(len(posted), 1)))
        return cls(start, stride, cumulative, reviews.listing[reviews.timed].astype(np.int64) * stride + (posted - start))

    def at(self, moment: Longs) -> Floats:
        days = (moment - self.start) / DAY
        return np.interp(days, np.arange(len(self.cumulative)), self.cumulative)

    def flow(self, moment: Longs, window: int) -> Floats:
        found: Floats = self.at(moment + window) - self.at(moment)
        return found

    def flow_of_life(self, first: Longs, last: Longs) -> Floats:
        found: Floats = self.at(last) - self.at(first)
        return found


def poisson_tail(count: Longs, expected: Floats) -> Floats:
    """-log10 P(X >= count) for X ~ Poisson(expected), from its first term and the geometric bound of the rest.

    >>> round(float(poisson_tail(np.array([10]), np.array([1.0]))[0]), 1)
    6.9
    """
    expected = np.maximum(expected, 1e-9)
    above = count > expected
    first = count * np.log(expected) - expected - gammaln(count + 1)
    rest = -np.log1p(-np.minimum(expected / (count + 1), 0.999))
    found: Floats = np.where(above, -(first + rest) / np.log(10), 0.0)
    return np.maximum(found, 0.0)


def _keep_best(
    best: Bursts, rows: Longs, key: Longs, window: int, stop: Longs, surprise: Floats, excess: Floats
) -> None:
    # Windows that hold row i start at rows earliest[i]..i: a range maximum, by doubling (sparse table).
    earliest = np.searchsorted(key, key - window, side="left")
    here = np.arange(len(rows))
    level = np.frompyfunc(int.bit_length, 1, 1)(here - earliest + 1).astype(np.int64) - 1
    leader = here.copy()
    winner = here.copy()
    for height in range(int(level.max()) + 1):
        asked = np.flatnonzero(level == height)
        left, right = leader[earliest[asked]], leader[here[asked] - (1 << height) + 1]
        winner[asked] = np.where(surprise[left] >= surprise[right], left, right)
        shifted = leader[np.minimum(here + (1 << height), len(here) - 1)]
        leader = np.where(surprise[leader] >= surprise[shifted], leader, shifted)
    better = surprise[winner] > best.surprise[rows]
    chosen, target = winner[better], rows[better]
    best.surprise[target] = surprise[chosen]
    best.excess[target] = excess[chosen]
    best.first[target] = rows[chosen]
    best.last[target] = rows[stop[chosen] - 1] + 1
