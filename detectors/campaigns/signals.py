"""Every signal of every review 信号: measured once, combined in ``families``."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from detectors.campaigns import bursts, copies, phrases, praise
from detectors.campaigns.bursts import Bursts, Calendar
from detectors.campaigns.columns import NO_TIME, Bools, Floats, Reviews, counts_by
from detectors.campaigns.companions import Companions, companions
from detectors.campaigns.memory import Memory
from detectors.campaigns.placeholders import placeholders
from detectors.campaigns.segments import Segments

_LOW_STARS = 2


@dataclass(frozen=True, slots=True)
class Signals:
    """Every signal of every row, each in powers of ten unless said otherwise; what is not given is 0."""

    rush: Bursts
    silent_rush: Bursts
    low_rush: Bursts
    placeholder: Bools
    lift: Floats
    """Natural log units per shingle, 0..6."""
    near_here: Floats
    """Surprise that so many persons write this text on this listing."""
    copied: Floats
    """1 where a text like this was written by another person on another listing."""
    copied_share: Floats
    """Surprise that so many reviews of this listing are copies from elsewhere."""
    stars_up: Floats
    stars_down: Floats
    fast: Floats
    """Reviews in the rush that came sooner after the purchase than is usual."""
    one_off: Floats
    """Accounts in the rush that reviewed nothing else."""
    silent_fast: Floats
    company: Companions
    offer: Floats
    """1 where a reward for the review is mentioned as given."""
    top: Bools
    padding: Floats
    unreserved: Floats
    at_address: Floats
    """Distinct users at the network address; 0 where none is given."""
    bare: bool
    """No listing and no time is given anywhere: only what each review shows by itself is left."""
    offered_like: Floats
    """Wording shared with those reviews of the same listing that mention a reward; as ``lift``."""


def measure(memory: Memory) -> Signals:
    """All signals of all rows."""
    reviews = memory.reviews
    calendar = Calendar.of(reviews)
    empty = placeholders(reviews, memory.digests, memory.texts.lengths)
    everyone = np.ones(len(reviews), dtype=bool)
    low = (reviews.stars > 0) & (reviews.stars <= _LOW_STARS)
    rush = bursts.scan(reviews, calendar, ~empty & ~low)
    silent = bursts.scan(reviews, calendar, empty, share=_usual_share(reviews, empty, everyone))
    low_rush = bursts.scan(reviews, calendar, low)
    fast, delay_known = _fast(reviews, empty)
    single = counts_by(reviews.user, len(reviews.users))[reviews.user] == 1
    worded = np.flatnonzero(~empty & memory.comparable)
    lift = np.zeros(len(reviews))
    lift[worded] = phrases.lift(
        worded, shingles=memory.shingles, page=memory.page, local=memory.wording, frequencies=memory.frequencies
    )
    near_here, copied, copied_share = _copies(memory, empty)
    return Signals(
        rush=rush,
        silent_rush=silent,
        low_rush=low_rush,
        placeholder=empty,
        lift=lift,
        near_here=near_here,
        copied=copied,
        copied_share=copied_share,
        stars_up=bursts.shift(reviews, calendar, rush, reviews.stars == 5, reviews.stars > 0),
        stars_down=bursts.shift(reviews, calendar, low_rush, low, reviews.stars > 0),
        fast=bursts.shift(reviews, calendar, rush, fast, delay_known),
        one_off=bursts.shift(reviews, calendar, rush, single, reviews.user >= 0),
        silent_fast=bursts.shift(reviews, calendar, silent, fast, delay_known),
        company=companions(reviews, calendar),
        offer=(memory.offer > 0).astype(float),
        offered_like=_offered_like(memory),
        top=reviews.stars == 5,
        padding=praise.padding(memory.texts),
        unreserved=praise.unreserved(reviews, memory.texts.shingles(2), (memory.digests >> np.uint64(8)).astype(np.int64)),
        at_address=praise.persons_at_address(reviews).astype(float),
        bare=len(reviews.listings) <= 1 and not reviews.timed.any(),
    )


def _usual_share(reviews: Reviews, stream: Bools, known: Bools) -> Floats:
    # Share of the stream among all other listings' reviews, so that a campaign does not raise its own yardstick.
    size = len(reviews.listings)
    marked, total = counts_by(reviews.listing[stream & known], size), counts_by(reviews.listing[known], size)
    found: Floats = (marked.sum() - marked + 1) / (total.sum() - total + 2)
    return found


def _fast(reviews: Reviews, empty: Bools) -> tuple[Bools, Bools]:
    known = (reviews.bought != NO_TIME) & reviews.timed
    delay = np.where(known, reviews.posted - np.where(known, reviews.bought, 0), 0)
    fast = np.zeros(len(reviews), dtype=bool)
    for kind in (empty & known, ~empty & known):
        if kind.any():
            fast[kind] = delay[kind] <= np.quantile(delay[kind], 0.1)
    return fast, known


def _copies(memory: Memory, empty: Bools) -> tuple[Floats, Floats, Floats]:
    reviews = memory.reviews
    usable = memory.comparable & ~empty
    left, right, _ = copies.near_pairs(memory.texts, memory.sketch)
    kept = usable[left] & usable[right]
    cluster = copies.clusters(memory.digests, left[kept], right[kept], usable)
    person = np.where(reviews.user >= 0, reviews.user.astype(np.int64), -1 - np.arange(len(reviews)))
    crowd = copies.crowd(cluster, reviews.listing, person)
    row = crowd["row"].to_numpy()
    near_here, copied = np.zeros(len(reviews)), np.zeros(len(reviews))
    share = counts_by(reviews.listing, len(reviews.listings))[reviews.listing[row]] / max(len(reviews), 1)
    here, anywhere = crowd["here"].to_numpy(), crowd["anywhere"].to_numpy()
    length = np.minimum(memory.texts.lengths[row] / 20, 1.0)
    near_here[row] = length * np.where(here >= 2, bursts.poisson_tail(here.astype(np.int64), anywhere * share), 0)
    copied[row] = length * (anywhere > here)
    size = len(reviews.listings)
    taken, total = counts_by(reviews.listing[copied > 0], size), counts_by(reviews.listing, size)
    usual = (taken.sum() - taken + 1) / (total.sum() - total + 2)
    return near_here, copied, bursts.share_tail(taken, total, usual)[reviews.listing]


def _offered_like(memory: Memory) -> Floats:
    found = np.zeros(len(memory))
    made = memory.offer > 0
    if not made.any():
        return found
    keys = phrases.phrase_keys(memory.shingles, memory.page)
    owner = np.repeat(np.arange(len(memory)), memory.shingles.counts)
    rows = np.flatnonzero(np.isin(memory.page, np.unique(memory.page[made])) & memory.comparable)
    found[rows] = phrases.lift(
        rows,
        shingles=memory.shingles,
        page=memory.page,
        local=Segments.of(keys[made[owner]]),
        frequencies=memory.frequencies,
        peers=made,
    )
    return found
