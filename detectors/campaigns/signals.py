"""Every signal of every review 信号: measured once, combined in ``families``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from detectors.campaigns import bursts, copies, phrases, praise
from detectors.campaigns.bursts import Bursts, Calendar
from detectors.campaigns.columns import DAY, NO_TIME, Bools, Floats, Longs, Reviews, counts_by
from detectors.campaigns.companions import Companions, companions
from detectors.campaigns.memory import Memory
from detectors.campaigns.placeholders import stock_texts
from detectors.campaigns.segments import Segments, packed

_LOW_STARS = 2
_FAST_SHARE = 0.1
_BACK_DAYS = round(bursts.WINDOWS_DAYS[-1])
_RUSH = 3.0
"""Surprise from which a review stands in a rush."""
_FEW = 2
_ODD = 1.5
_FULL_LENGTH = 20
"""Characters from which a text counts in full: short ones are alike by chance."""
_OWN_WORDS = 2.0
"""Times a listing's usual lift that its buyers' own words may reach in a rush, where most are written."""


@dataclass(frozen=True, slots=True)
class Standards:
    """What is usual in a corpus: measured over all of it, kept for the nights until it is measured again."""

    stock: NDArray[np.uint64]
    """Digests of texts that stand everywhere."""
    fast_silent_s: float
    fast_worded_s: float
    """Delay from purchase to review that a tenth of the reviews undercuts."""
    fluency: praise.Fluency
    praise: praise.Praise
    cluster: Longs
    """Near-duplicates share a number; -1 for rows that no other joins."""

    @classmethod
    def of(cls, memory: Memory) -> Standards:
        """Measures a whole corpus."""
        reviews = memory.reviews
        stock = stock_texts(memory.digests, reviews.listing, len(reviews.listings))
        silent = memory.placeholder | np.isin(memory.digests, stock)
        left, right, _ = copies.near_pairs(memory.texts, memory.sketch)
        usable = memory.comparable & ~silent
        kept = usable[left] & usable[right]
        return cls(
            stock=stock,
            fast_silent_s=_fast_delay(reviews, silent),
            fast_worded_s=_fast_delay(reviews, ~silent),
            fluency=praise.Fluency.of(memory.texts),
            praise=praise.Praise.of(reviews, memory.texts, _folds(memory)),
            cluster=copies.clusters(memory.digests, left[kept], right[kept], usable),
        )


@dataclass(frozen=True, slots=True)
class Signals:
    """Every signal of ``rows``, in powers of ten unless said otherwise; what is not given is 0."""

    rows: Longs

    rush: Bursts
    silent_rush: Bursts
    low_rush: Bursts
    placeholder: Bools
    lift: Floats
    """Natural log units per shingle, 0..6."""
    new_lift: Floats
    """``lift`` beyond what the listing's reviews outside the rush have: its buyers' own words for the goods
    are no template."""
    odd_lift: Floats
    """``lift`` beyond twice what half of the listing's reviews have; short texts count less."""
    patched: Floats
    """Surprise that so many persons' reviews of this listing have an ``odd_lift``."""
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

    def of_places(self, places: Longs) -> Signals:
        """The same for some places of ``rows`` only."""
        return Signals(**{name: _picked(value, places) for name, value in self._fields()})

    def followed_by(self, later: Sequence[Signals], size: int) -> Signals:
        """These, which are of the first rows, with what ``later`` ones say instead, for ``size`` rows."""
        found = {name: _grown(value, size) for name, value in self._fields()}
        for newer in later:
            for name, value in newer._fields():
                _put(found[name], newer.rows, value)
        found["rows"] = np.arange(size)
        return Signals(**found)

    def _fields(self) -> list[tuple[str, Any]]:
        return [(field.name, getattr(self, field.name)) for field in fields(self)]


def _picked(value: Any, places: Longs) -> Any:
    if isinstance(value, Bursts | Companions):
        return value.of_rows(places)
    return value[places] if isinstance(value, np.ndarray) else value


def _grown(value: Any, size: int) -> Any:
    if isinstance(value, Bursts | Companions):
        return type(value)(**{one.name: _grown(getattr(value, one.name), size) for one in fields(value)})
    if not isinstance(value, np.ndarray):
        return value
    grown = np.zeros(size, dtype=value.dtype)
    grown[: len(value)] = value
    return grown


def _put(into: Any, rows: Longs, value: Any) -> None:
    if isinstance(value, Bursts | Companions):
        for one in fields(value):
            _put(getattr(into, one.name), rows, getattr(value, one.name))
    elif isinstance(value, np.ndarray):
        into[rows] = value


def measure(memory: Memory, standards: Standards) -> Signals:
    """All signals of all rows."""
    calendar = Calendar.of(memory.reviews)
    company = companions(memory.reviews, calendar)
    return _measured(memory, standards, np.arange(len(memory)), calendar, company)


def measure_night(
    memory: Memory, standards: Standards, since: int, earlier: Signals | None = None
) -> tuple[Signals, Standards]:
    """Signals of the rows from ``since`` on and of the earlier rows that they bear on.

    Those are their near-duplicates, what their listings received in the longest window before, the reviews
    beside a new mention of a reward, and the earlier meetings of those who met again. Standards stay, but for
    the near-duplicates, which grow.

    Args:
        memory: everything, the new rows last.
        standards: as measured before them.
        since: the first new row.
        earlier: signals of all rows before; they tell what is usual on each listing. Without them only rows
            that are measured do.
    """
    standards, touched = _joined(memory, standards, since)
    scope = touched
    scope[since:] = True
    _add_neighbours(memory, since, scope)
    calendar = Calendar.of(memory.reviews)
    company = companions(memory.reviews, calendar, scope=scope)
    if earlier is not None:
        # Of those who were met again, only the meetings with these users were looked at.
        met = np.flatnonzero((company.partners > 0) & ~scope)
        for now, before in (
            (company.partners, earlier.company.partners),
            (company.surprise, earlier.company.surprise),
        ):
            now[met] = np.maximum(now[met], before[met])
    scope |= company.partners > 0
    return _measured(memory, standards, np.flatnonzero(scope), calendar, company, scope, earlier), standards


def _add_neighbours(memory: Memory, since: int, scope: Bools) -> None:
    reviews, fresh = memory.reviews, np.arange(since, len(memory))
    dated = fresh[reviews.timed[fresh]]
    if len(dated):
        first = np.full(len(reviews.listings), np.iinfo(np.int64).max)
        np.minimum.at(first, reviews.listing[dated], reviews.posted[dated])
        scope |= reviews.posted >= first[reviews.listing] - _BACK_DAYS * DAY
    offering = np.unique(memory.page[fresh[memory.offer[fresh] > 0]])
    if len(offering):
        scope |= np.isin(memory.page, offering)


def _measured(
    memory: Memory,
    standards: Standards,
    rows: Longs,
    calendar: Calendar,
    company: Companions,
    scope: Bools | None = None,
    earlier: Signals | None = None,
) -> Signals:
    reviews = memory.reviews
    empty = memory.placeholder | np.isin(memory.digests, standards.stock)
    low = (reviews.stars > 0) & (reviews.stars <= _LOW_STARS)
    around = None if scope is None else bursts.around(calendar, scope)
    rush = bursts.scan(reviews, calendar, ~empty & ~low, scope=around)
    silent = bursts.scan(reviews, calendar, empty, share=_usual_share(reviews, empty), scope=around)
    low_rush = bursts.scan(reviews, calendar, low, scope=around)
    known = (reviews.bought != NO_TIME) & reviews.timed
    delay = np.where(known, reviews.posted - np.where(known, reviews.bought, 0), 0)
    fast = known & (delay <= np.where(empty, standards.fast_silent_s, standards.fast_worded_s))
    # The last place is that of -1, "not given".
    single = np.append(counts_by(reviews.user, len(reviews.users)), 0)[reviews.user] == 1
    rated = reviews.stars > 0
    worded = rows[memory.comparable[rows] & ~empty[rows]]
    lift = np.zeros(len(reviews))
    lift[worded] = phrases.lift(
        worded,
        shingles=memory.shingles,
        page=memory.page,
        local=memory.wording,
        frequencies=memory.frequencies,
    )
    calm = np.zeros(len(reviews), dtype=bool)
    calm[worded] = (rush.surprise[worded] < _RUSH) & (low_rush.surprise[worded] < _RUSH)
    known_copies = np.zeros(len(reviews), dtype=bool)
    if earlier is not None:
        before = _settled(earlier, rows)
        lift[before] = earlier.lift[before]
        calm[before] = (
            (earlier.rush.surprise[before] < _RUSH)
            & (earlier.low_rush.surprise[before] < _RUSH)
            & memory.comparable[before]
            & ~earlier.placeholder[before]
        )
        known_copies[before] = earlier.copied[before] > 0
    usual_lift = _usual_lift(reviews, lift, np.flatnonzero(calm))
    worded_at_all = memory.comparable & ~empty
    odd_lift = np.maximum(lift - _OWN_WORDS * _middle_lift(reviews, lift, worded_at_all)[reviews.listing], 0)
    odd_lift *= np.minimum(memory.texts.lengths / _FULL_LENGTH, 1.0)
    near_here, copied, copied_share = _copies(memory, standards.cluster, rows, known_copies)
    texts = memory.texts if scope is None else memory.texts.of_rows(rows)
    return Signals(
        rows=rows,
        rush=rush.of_rows(rows),
        silent_rush=silent.of_rows(rows),
        low_rush=low_rush.of_rows(rows),
        placeholder=empty[rows],
        lift=lift[rows],
        new_lift=np.maximum(lift - _OWN_WORDS * usual_lift[reviews.listing], 0)[rows],
        odd_lift=odd_lift[rows],
        patched=_patched(reviews, odd_lift, worded_at_all)[reviews.listing[rows]],
        near_here=near_here[rows],
        copied=copied[rows],
        copied_share=copied_share[rows],
        stars_up=bursts.shift(reviews, calendar, rush, reviews.stars == 5, rated)[rows],
        stars_down=bursts.shift(reviews, calendar, low_rush, low, rated)[rows],
        fast=bursts.shift(reviews, calendar, rush, fast, known)[rows],
        one_off=bursts.shift(reviews, calendar, rush, single, reviews.user >= 0)[rows],
        silent_fast=bursts.shift(reviews, calendar, silent, fast, known)[rows],
        company=company.of_rows(rows),
        offer=(memory.offer[rows] > 0).astype(float),
        offered_like=_offered_like(memory, rows)[rows],
        top=reviews.stars[rows] == 5,
        padding=standards.fluency.padding(memory.texts, rows),
        unreserved=standards.praise.unreserved(texts, _folds(memory)[rows]),
        at_address=praise.persons_at_address(reviews)[rows].astype(float),
        bare=len(reviews.listings) <= 1 and not reviews.timed.any(),
    )


def _settled(earlier: Signals, rows: Longs) -> Longs:
    # Rows that were measured before and are not measured again.
    settled = np.ones(len(earlier.rows), dtype=bool)
    settled[rows[rows < len(settled)]] = False
    found: Longs = np.flatnonzero(settled)
    return found


def _usual_lift(reviews: Reviews, lift: Floats, calm: Longs) -> Floats:
    # Mean of each listing's reviews outside a rush, drawn towards nothing by some reviews' worth.
    size = len(reviews.listings)
    summed = np.bincount(reviews.listing[calm], weights=lift[calm], minlength=size)
    found: Floats = summed / (counts_by(reviews.listing[calm], size) + _FEW)
    return found


def _middle_lift(reviews: Reviews, lift: Floats, among: Bools) -> Floats:
    # Median of each listing's worded reviews: half of them would have to belong to a campaign to move it.
    table = pl.DataFrame({"listing": reviews.listing[among], "lift": lift[among]})
    medians = table.group_by("listing").agg(pl.col("lift").median(), pl.len().alias("reviews"))
    found = np.zeros(len(reviews.listings))
    found[medians["listing"].to_numpy()] = medians["lift"].to_numpy()
    return found


def _patched(reviews: Reviews, odd: Floats, among: Bools) -> Floats:
    # One person's habit is one; the share of all other listings is what is usual.
    size = len(reviews.listings)
    rows = np.flatnonzero(among & (odd >= _ODD))
    person = np.where(reviews.user[rows] >= 0, reviews.user[rows].astype(np.int64), -1 - rows)
    persons = pl.DataFrame({"listing": reviews.listing[rows], "person": person}).unique()
    counted = counts_by(persons["listing"].to_numpy(), size)
    total = counts_by(reviews.listing[among], size)
    usual = (counted.sum() - counted + 1) / (total.sum() - total + 2)
    surprise = bursts.poisson_tail(counted, total * usual)
    return np.where(counted >= bursts.LEAST, surprise, 0)


def _folds(memory: Memory) -> Longs:
    return (memory.digests >> np.uint64(8)).astype(np.int64)


def _fast_delay(reviews: Reviews, kind: Bools) -> float:
    rows = kind & (reviews.bought != NO_TIME) & reviews.timed
    return (
        float(np.quantile(reviews.posted[rows] - reviews.bought[rows], _FAST_SHARE)) if rows.any() else -1.0
    )


def _usual_share(reviews: Reviews, stream: Bools) -> Floats:
    # The stream's share among all other listings, so that a campaign does not raise its own yardstick.
    size = len(reviews.listings)
    marked, total = counts_by(reviews.listing[stream], size), counts_by(reviews.listing, size)
    found: Floats = (marked.sum() - marked + 1) / (total.sum() - total + 2)
    return found


def _joined(memory: Memory, standards: Standards, since: int) -> tuple[Standards, Bools]:
    # New rows join the clusters of their near-duplicates; clusters that meet in a new row become one.
    size = len(memory)
    fresh = np.arange(since, size)
    usable = memory.comparable & ~np.isin(memory.digests, standards.stock)
    keys = copies.sketches(fresh[usable[fresh]], memory.shingles, memory.frequencies, size)
    left, right, _ = copies.near_pairs(memory.texts, memory.sketch, keys)
    kept = usable[left] & usable[right]
    cluster = np.concatenate((standards.cluster, np.full(size - since, -1, dtype=np.int64)))
    node = np.where(cluster >= 0, cluster, size + np.arange(size))
    order = fresh[np.argsort(memory.digests[fresh], kind="stable")]
    equal = np.flatnonzero((memory.digests[order][1:] == memory.digests[order][:-1]) & usable[order][1:])
    ends = np.concatenate((left[kept], order[equal])), np.concatenate((right[kept], order[equal + 1]))
    nodes, number = np.unique(np.concatenate((node[ends[0]], node[ends[1]])), return_inverse=True)
    half = len(number) // 2
    component = copies.joined(number[:half], number[half:], len(nodes))
    place = np.minimum(np.searchsorted(nodes, node), max(len(nodes) - 1, 0))
    touched = nodes[place] == node if len(nodes) else np.zeros(size, dtype=bool)
    highest = int(cluster.max(initial=-1)) + 1
    cluster[touched] = highest + component[place[touched]]
    return replace(standards, cluster=cluster), touched


def _copies(memory: Memory, cluster: Longs, rows: Longs, is_copy: Bools) -> tuple[Floats, Floats, Floats]:
    reviews = memory.reviews
    near_here, copied = np.zeros(len(reviews)), np.zeros(len(reviews))
    wanted = np.zeros(int(cluster.max(initial=-1)) + 2, dtype=bool)
    wanted[cluster[rows]] = True
    wanted[-1] = False
    row = np.flatnonzero(wanted[cluster])
    person = np.where(reviews.user[row] >= 0, reviews.user[row].astype(np.int64), -1 - row)
    here, anywhere = copies.crowd(cluster[row], reviews.listing[row], person)
    size = len(reviews.listings)
    total = counts_by(reviews.listing, size)
    share = total[reviews.listing[row]] / max(len(reviews), 1)
    length = np.minimum(memory.texts.lengths[row] / _FULL_LENGTH, 1.0)
    near_here[row] = length * np.where(here >= 2, bursts.poisson_tail(here, anywhere * share), 0)
    copied[row] = length * (anywhere > here)
    is_copy[row] = anywhere > here
    taken = counts_by(reviews.listing[is_copy], size)
    usual = (taken.sum() - taken + 1) / (total.sum() - total + 2)
    return near_here, copied, bursts.share_tail(taken, total, usual)[reviews.listing]


def _offered_like(memory: Memory, rows: Longs) -> Floats:
    found = np.zeros(len(memory))
    made = memory.offer > 0
    if not made.any():
        return found
    part = np.flatnonzero(made)
    hashes, owner = memory.shingles.of_rows(part)
    near = np.isin(memory.page[rows], memory.page[part]) & memory.comparable[rows]
    found[rows[near]] = phrases.lift(
        rows[near],
        shingles=memory.shingles,
        page=memory.page,
        local=Segments.of(packed(memory.page[part][owner], hashes)),
        frequencies=memory.frequencies,
        peers=made,
    )
    return found
