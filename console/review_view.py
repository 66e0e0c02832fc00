"""The reviews behind a finding 评价证据: their days, texts that repeat each other, who reviews with whom."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from rapidfuzz import fuzz, process

from console.desk import Desk
from console.showing import Piece
from detectors.base import BEIJING
from domain.errors import SweepError
from domain.finding import Finding
from domain.subjects import Review
from rules.promotions import Promotions
from storage.review_evidence import DayCounts, Written

MOST_REVIEWS = 200
MOST_LISTINGS = 20
MOST_BARS = 90
MOST_PAIRS = 4
MOST_COMPARED = 100
MOST_CHARACTERS = 400
MOST_USERS = 12
MOST_SHOWN_LISTINGS = 10
LEAST_ALIKE = 60.0
"""Percent of two texts that are the same before they are shown as a pair."""
_WIDTH, _HEIGHT = 720.0, 150.0
_ROW = 26.0
_TICKS = 6
_AROUND = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """Reviews of ``days`` days from ``first`` on; lengths are units of the drawing."""

    first: date
    last: date
    reviews: int
    marked: int
    """Of these, reviews that the finding lists."""
    is_sale: bool
    x: float
    width: float
    y: float
    height: float
    marked_y: float
    marked_height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Reviews over time."""

    bars: tuple[Bar, ...]
    days_a_bar: int
    usual: float
    """Reviews a bar where the finding lists none, on average."""
    usual_y: float
    most: int
    undated: int
    is_cut: bool

    @property
    def told(self) -> tuple[Bar, ...]:
        """Bars with reviews, for the table."""
        return tuple(bar for bar in self.bars if bar.reviews)

    @property
    def ticks(self) -> tuple[Bar, ...]:
        """Bars under which the drawing writes a date."""
        return self.bars[:: -(-len(self.bars) // _TICKS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two reviews side by side; what is marked differs."""

    left: Review
    right: Review
    left_pieces: tuple[Piece, ...]
    right_pieces: tuple[Piece, ...]
    alike: float
    """Percent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """An account or a listing in the drawing."""

    key: str
    label: str
    degree: int
    y: float
    is_subject: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Accounts and the listings that they reviewed together."""

    users: tuple[Dot, ...]
    listings: tuple[Dot, ...]
    edges: tuple[tuple[Dot, Dot, int], ...]
    height: float
    users_left_out: int

    def count(self, user: Dot, listing: Dot) -> int:
        """Reviews by ``user`` under ``listing``."""
        return sum(reviews for left, right, reviews in self.edges if (left, right) == (user, listing))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewView:
    """What the review section shows; parts that have nothing to show are empty or ``None``."""

    reviews: int
    timeline: Timeline | None
    pairs: tuple[Pair, ...]
    group: Group | None


def review_view(desk: Desk, finding: Finding) -> ReviewView | None:
    """The reviews that ``finding`` lists, drawn; ``None`` where it lists none that are stored."""
    reviews = desk.store.review_evidence.some(finding.evidence_ids[:MOST_REVIEWS])
    if not reviews:
        return None
    listings = [key for key, _ in Counter(one.listing for one in reviews).most_common(MOST_LISTINGS)]
    counts = desk.store.review_evidence.per_day(listings)
    return ReviewView(
        reviews=len(reviews),
        timeline=timeline(counts, reviews, desk.promotions),
        pairs=pairs(reviews),
        group=_group(desk, finding, reviews),
    )


def masked(name: str) -> str:
    """A nickname of which one character is left.

    >>> masked("快乐的小猫")
    '快***'
    """
    return f"{name[:1]}***" if name else "—"


# ---------------------------------------------------------------- over time


def timeline(counts: DayCounts, reviews: Sequence[Review], promotions: Promotions) -> Timeline | None:
    """Bars of equal width over the weeks around the reviews that are listed; ``None`` if none has a date."""
    marked = Counter(one.posted_at.astimezone(BEIJING).date() for one in reviews if one.posted_at)
    if not marked or not counts.days:
        return None
    first, last = _weeks_around(marked, counts.days[-1][0])
    days = [(day, count) for day, count in counts.days if first <= day <= last]
    span = (last - first).days + 1
    step = -(-span // MOST_BARS)
    total, listed = Counter[int](), Counter[int]()
    for day, count in days:
        total[(day - first).days // step] += count
    for day, count in marked.items():
        listed[(day - first).days // step] += count
    bars = -(-span // step)
    most = max(total.values())
    others = [total[place] for place in range(bars) if not listed[place]]
    usual = sum(others) / max(len(others), 1)
    sales = _sale_days(promotions, first, last)
    width = _WIDTH / max(bars, 20)
    drawn = []
    for place in range(bars):
        start = first + timedelta(days=place * step)
        end = min(start + timedelta(days=step - 1), last)
        height = _HEIGHT * total[place] / most
        marked_height = _HEIGHT * min(listed[place], total[place]) / most
        drawn.append(
            Bar(
                first=start,
                last=end,
                reviews=total[place],
                marked=listed[place],
                is_sale=any(start <= day <= end for day in sales),
                x=round(place * width, 2),
                width=round(width, 2),
                y=round(_HEIGHT - height, 2),
                height=round(height, 2),
                marked_y=round(_HEIGHT - marked_height, 2),
                marked_height=round(marked_height, 2),
            )
        )
    return Timeline(
        bars=tuple(drawn),
        days_a_bar=step,
        usual=usual,
        usual_y=round(_HEIGHT - _HEIGHT * min(usual / most, 1), 2),
        most=most,
        undated=counts.undated,
        is_cut=counts.is_cut,
    )


def _weeks_around(marked: Counter[date], latest: date) -> tuple[date, date]:
    """A month before the first listed review to a month after the last, as far as reviews go."""
    first, last = min(marked), max(marked)
    end = min(last + _AROUND, max(latest, last + timedelta(days=3)))
    return date.fromordinal(max(first.toordinal() - _AROUND.days, 1)), end


def _sale_days(promotions: Promotions, first: date, last: date) -> frozenset[date]:
    """Days of the calendar's peaks 大促高峰日 between two days, where the calendar names such days."""
    found: set[date] = set()
    for code, peak in promotions.peaks.items():
        for year in range(first.year - 1, last.year + 1) if peak.peak else ():
            for start, end in _peaks(promotions, code, year):
                found |= {start + timedelta(days=n) for n in range((end - start).days + 1)}
    return frozenset(day for day in found if first <= day <= last)


def _peaks(promotions: Promotions, code: str, year: int) -> list[tuple[date, date]]:
    try:
        return promotions.peak_days(code, year)
    except SweepError:
        # The table has no lunar days for that year.
        return []


# ---------------------------------------------------------------- side by side


def pairs(reviews: Sequence[Review]) -> tuple[Pair, ...]:
    """The pairs of most similar texts, every review in one of them at most."""
    told = [one for one in reviews if one.text.strip()][:MOST_COMPARED]
    texts = [one.text[:MOST_CHARACTERS] for one in told]
    scores = process.cdist(texts, texts, scorer=fuzz.ratio, score_cutoff=LEAST_ALIKE)
    # Texts that differ a little say more than two that are the same.
    ranked = sorted(
        (scores[a][b] >= 100, -float(scores[a][b]), a, b)
        for a in range(len(told))
        for b in range(a + 1, len(told))
        if scores[a][b] >= LEAST_ALIKE
    )
    used: set[int] = set()
    found: list[Pair] = []
    for _, alike, a, b in ranked:
        if len(found) < MOST_PAIRS and not {a, b} & used:
            used |= {a, b}
            left, right = _differences(texts[a], texts[b])
            found.append(
                Pair(left=told[a], right=told[b], left_pieces=left, right_pieces=right, alike=-alike)
            )
    return tuple(found)


def _differences(left: str, right: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    codes = difflib.SequenceMatcher(a=left, b=right, autojunk=False).get_opcodes()
    return (
        tuple(_pieces((left[a:b], kind != "equal") for kind, a, b, _, _ in codes)),
        tuple(_pieces((right[a:b], kind != "equal") for kind, _, _, a, b in codes)),
    )


def _pieces(parts: Iterator[tuple[str, bool]]) -> Iterator[Piece]:
    for text, is_marked in parts:
        if text:
            yield Piece(text=text, is_marked=is_marked)


# ---------------------------------------------------------------- who with whom


def _group(desk: Desk, finding: Finding, reviews: Sequence[Review]) -> Group | None:
    names = {one.user: one.nickname for one in reviews if one.user}
    written = desk.store.review_evidence.by_users(list(names)) if len(names) > 1 else []
    chosen = shared(written)
    if not chosen:
        return None
    titles = {key: _title(desk, key) for key in {one.listing for one in chosen}}
    return group(chosen, names, titles, finding.subject)


def shared(written: Sequence[Written]) -> list[Written]:
    """What accounts wrote that have at least two listings in common with others: one is no company."""
    common = Counter(one.listing for one in written)
    kept = [one for one in written if common[one.listing] > 1]
    listings = Counter(one.user for one in kept)
    return [one for one in kept if listings[one.user] > 1]


def _title(desk: Desk, key: str) -> str:
    listing = desk.store.listings.get(key)
    return listing.title if listing else key


def group(
    written: Sequence[Written], names: dict[str, str], titles: dict[str, str], subject: str
) -> Group | None:
    """Accounts on the left, listings on the right, most connected first; ``None`` below two accounts."""
    by_user, by_listing = Counter(one.user for one in written), Counter(one.listing for one in written)
    users = sorted(by_user, key=lambda user: (-by_user[user], user))[:MOST_USERS]
    listings = sorted(by_listing, key=lambda key: (key != subject, -by_listing[key], key))[
        :MOST_SHOWN_LISTINGS
    ]
    if len(users) < 2:
        return None
    height = _ROW * max(len(users), len(listings))
    left = {
        user: Dot(key=user, label=masked(names.get(user, "")), degree=by_user[user], y=y)
        for user, y in zip(users, _spread(len(users), height), strict=True)
    }
    right = {
        key: Dot(key=key, label=titles.get(key, key), degree=by_listing[key], y=y, is_subject=key == subject)
        for key, y in zip(listings, _spread(len(listings), height), strict=True)
    }
    edges = tuple(
        (left[one.user], right[one.listing], one.reviews)
        for one in written
        if one.user in left and one.listing in right
    )
    return Group(
        users=tuple(left.values()),
        listings=tuple(right.values()),
        edges=edges,
        height=height,
        users_left_out=len(by_user) - len(users),
    )


def _spread(count: int, height: float) -> list[float]:
    return [round(height * (place + 0.5) / count, 2) for place in range(count)]
