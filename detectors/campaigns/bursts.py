"""Bursts 集中评价: each listing's reviews against its own rate, the platform's sale days taken out.

For every review the windows that start with it are counted in several lengths. The expected count is the
listing's rate outside the window times the window's exposure: its share of time or, where that is more, its
share of what all other listings received in the same days, so that 双11 explains itself. The surprise is the
upper tail of the Poisson distribution (scan statistic; Naus, 1965, JASA 60), in powers of ten, less the
number of windows tried.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from detectors.campaigns.columns import DAY, Bools, Floats, Longs, Reviews, counts_by

WINDOWS_DAYS = (1.0, 3.0, 7.0, 14.0)
LEAST = 4
"""Reviews below which nothing is called a burst."""
_SHORTEST_LIFE_DAYS = 30.0
_FEWEST_ELSEWHERE = 5


@dataclass(frozen=True, slots=True)
class Calendar:
    """Timed rows by listing and time; ``key`` is both in one number, so bisection finds a window."""

    rows: Longs
    key: Longs
    stride: int
    start: int
    moments: Longs
    """All times of the corpus, sorted: when the platform as a whole was reviewed."""

    @classmethod
    def of(cls, reviews: Reviews) -> Calendar:
        """The calendar of all timed reviews."""
        rows = reviews.calendar
        posted = reviews.posted[rows]
        start = int(posted.min()) if len(rows) else 0
        stride = (int(posted.max()) - start if len(rows) else 0) + 400 * DAY
        key = reviews.listing[rows].astype(np.int64) * stride + (posted - start)
        return cls(rows, key, stride, start, np.sort(posted))

    def between(self, listing: Longs, first: Longs, last: Longs) -> tuple[Longs, Longs]:
        """Half-open calendar positions of what ``listing`` received in the closed time span."""
        base = listing * self.stride - self.start
        return np.searchsorted(self.key, base + first), np.searchsorted(self.key, base + last, side="right")

    def elsewhere(self, listing: Longs, first: Longs, last: Longs) -> Longs:
        """Reviews that all other listings received in the closed time span."""
        all_of_them = np.searchsorted(self.moments, last, side="right") - np.searchsorted(self.moments, first)
        begin, end = self.between(listing, first, last)
        found: Longs = all_of_them - (end - begin)
        return found


@dataclass(frozen=True, slots=True)
class Bursts:
    """Per review: the most surprising window it stands in.

    ``surprise`` is -log10 of the tail probability (0: none), ``excess`` the share of the window's reviews
    beyond expectation, ``first``/``last`` the closed time span of the window.
    """

    surprise: Floats
    excess: Floats
    first: Longs
    last: Longs

    def of_rows(self, rows: Longs) -> Bursts:
        """The same for ``rows`` only."""
        return Bursts(self.surprise[rows], self.excess[rows], self.first[rows], self.last[rows])

    @classmethod
    def none(cls, size: int) -> Bursts:
        """No burst anywhere."""
        return cls(
            np.zeros(size), np.zeros(size), np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
        )


def scan(
    reviews: Reviews,
    calendar: Calendar,
    stream: Bools,
    *,
    share: Floats | None = None,
    scope: Bools | None = None,
) -> Bursts:
    """Bursts within the reviews that ``stream`` selects, per listing.

    Args:
        reviews: all columns.
        calendar: of ``reviews``.
        stream: rows that belong to the stream, such as low-star reviews; rows without a time never do.
        share: per listing, the stream's usual share of reviews elsewhere. If given, a window is expected to
            hold at least this share of the listing's reviews in it, so that a rush of ordinary reviews is no
            burst.
        scope: rows that may start or fill a window; rates come from all rows. ``None``: every row.
    """
    best = Bursts.none(len(reviews))
    chosen = stream[calendar.rows]
    total = counts_by(reviews.listing[calendar.rows[chosen]], len(reviews.listings))
    born, died = _lives(reviews, calendar)
    if scope is not None:
        chosen = chosen & scope[calendar.rows]
    rows, key = calendar.rows[chosen], calendar.key[chosen]
    if not len(rows):
        return best
    listing, posted = reviews.listing[rows].astype(np.int64), reviews.posted[rows]
    total = total[listing]
    life = np.maximum(died - born, _SHORTEST_LIFE_DAYS * DAY)[listing]
    in_life = calendar.elsewhere(listing, born[listing], died[listing])
    for days in WINDOWS_DAYS:
        window = round(days * DAY)
        stop = np.searchsorted(key, key + window, side="right")
        count = stop - np.arange(len(rows))
        outside = total - count + 0.5
        expected = outside * window / np.maximum(life - window, window)
        there = calendar.elsewhere(listing, posted, posted + window)
        busy = there >= _FEWEST_ELSEWHERE
        expected = np.maximum(
            expected, np.where(busy, outside * there / np.maximum(in_life - there, there + 1), 0)
        )
        if share is not None:
            begin, end = calendar.between(listing, posted, posted + window)
            expected = np.maximum(expected, share[listing] * (end - begin))
        surprise = poisson_tail(count, expected) - np.log10(np.maximum(total, 1))
        surprise[count < LEAST] = 0
        winner = _best_window_of_each(key, window, surprise)
        better = surprise[winner] > best.surprise[rows]
        target, source = rows[better], winner[better]
        best.surprise[target] = surprise[source]
        best.excess[target] = 1 - np.minimum(expected[source] / count[source], 1)
        best.first[target], best.last[target] = posted[source], posted[stop[source] - 1]
    return best


def around(calendar: Calendar, scope: Bools) -> Bools:
    """Rows that stand in some window together with a row in ``scope``, and so have to be counted with it."""
    window = round(WINDOWS_DAYS[-1] * DAY)
    key = calendar.key[scope[calendar.rows]]
    edges = np.zeros(len(calendar.rows) + 1, dtype=np.int64)
    np.add.at(edges, np.searchsorted(calendar.key, key - window), 1)
    np.add.at(edges, np.searchsorted(calendar.key, key + window, side="right"), -1)
    found = scope.copy()
    found[calendar.rows] |= np.cumsum(edges[:-1]) > 0
    return found


def poisson_tail(count: Longs, expected: Floats) -> Floats:
    """-log10 P(X >= count) for X ~ Poisson(expected): first term and geometric bound of the rest.

    >>> round(float(poisson_tail(np.array([10]), np.array([1.0]))[0]), 1)
    7.0
    """
    # Imported here: half a second that most commands have no use for.
    from scipy.special import gammaln

    expected = np.maximum(expected, 1e-9)
    first = count * np.log(expected) - expected - gammaln(count + 1)
    rest = -np.log1p(-np.minimum(expected / (count + 1), 0.999))
    return np.where(count > expected, np.maximum(-(first + rest) / np.log(10), 0.0), 0.0)


def share_tail(count: Longs, out_of: Longs, usual: Floats) -> Floats:
    """-log10 of the Chernoff bound on seeing at least ``count`` of ``out_of`` at the ``usual`` share.

    >>> round(float(share_tail(np.array([10]), np.array([10]), np.array([0.1]))[0]), 6)
    10.0
    """
    seen = np.divide(count, np.maximum(out_of, 1))
    usual = np.clip(usual, 1e-4, 1 - 1e-4)
    with np.errstate(divide="ignore", invalid="ignore"):
        up = np.where(seen > 0, seen * np.log(seen / usual), 0)
        down = np.where(seen < 1, (1 - seen) * np.log((1 - seen) / (1 - usual)), 0)
    return np.where(seen > usual, out_of * (up + down) / np.log(10), 0.0)


def shift(reviews: Reviews, calendar: Calendar, bursts: Bursts, mark: Bools, known: Bools) -> Floats:
    """How much more often ``mark`` holds inside each review's burst than outside it on the same listing.

    Rows where ``known`` is false say nothing. The usual share is the listing's own outside the window, drawn
    towards the corpus by two reviews' worth.
    """
    found = np.zeros(len(reviews))
    rows = np.flatnonzero(bursts.surprise > 0)
    if not len(rows) or not known.any():
        return found
    listing = reviews.listing[rows].astype(np.int64)
    begin, end = calendar.between(listing, bursts.first[rows], bursts.last[rows])
    in_order, asked = (mark & known)[calendar.rows], known[calendar.rows]
    marked, known_so_far = _running(in_order), _running(asked)
    inside, inside_known = marked[end] - marked[begin], known_so_far[end] - known_so_far[begin]
    size = len(reviews.listings)
    all_marked = counts_by(reviews.listing[mark & known], size)[listing]
    all_known = counts_by(reviews.listing[known], size)[listing]
    corpus = float((mark & known).sum() / known.sum())
    usual = (all_marked - inside + 2 * corpus) / (all_known - inside_known + 2)
    found[rows] = share_tail(inside, inside_known, np.maximum(usual, corpus))
    return found


def _running(values: Bools) -> Longs:
    summed = np.zeros(len(values) + 1, dtype=np.int64)
    np.cumsum(values, out=summed[1:])
    return summed


def _lives(reviews: Reviews, calendar: Calendar) -> tuple[Longs, Longs]:
    size = len(reviews.listings)
    edges = np.searchsorted(reviews.listing[calendar.rows], np.arange(size + 1))
    born, died = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    some = np.diff(edges) > 0
    born[some] = reviews.posted[calendar.rows[edges[:-1][some]]]
    died[some] = reviews.posted[calendar.rows[edges[1:][some] - 1]]
    return born, died


def _best_window_of_each(key: Longs, window: int, surprise: Floats) -> Longs:
    # Windows that hold row i start at rows earliest[i]..i: a range maximum by doubling (sparse table).
    here = np.arange(len(key))
    earliest = np.searchsorted(key, key - window)
    level = np.frexp((here - earliest + 1).astype(float))[1] - 1
    leader, winner = here.copy(), here.copy()
    for height in range(int(level.max()) + 1):
        asked = np.flatnonzero(level == height)
        left, right = leader[earliest[asked]], leader[here[asked] - (1 << height) + 1]
        winner[asked] = np.where(surprise[left] >= surprise[right], left, right)
        further = leader[np.minimum(here + (1 << height), len(here) - 1)]
        leader = np.where(surprise[leader] >= surprise[further], leader, further)
    return winner
