"""Evidence of one score 证据: each signal's value, what is usual, peers, window, place in the text."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from detectors.campaigns.columns import DAY, Floats, Longs
from detectors.campaigns.companions import TOGETHER_DAYS
from detectors.campaigns.inducements import Inducement, inducements
from detectors.campaigns.judge import Judgement

_MOST_PEERS = 20
_LEAST_SHARED = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One signal of one review."""

    signal: str
    """``family.signal``."""
    points: float
    value: float
    usual: tuple[float, float, float]
    """Value that a half, nine tenths and 99 % of the judged reviews do not exceed."""
    peers: tuple[str, ...] = ()
    """Ids of the reviews that it rests on, nearest first."""
    window: tuple[int, int] | None = None
    """Unix seconds, both ends included."""
    spans: tuple[Inducement, ...] = ()


def evidence(judged: Judgement, place: int) -> tuple[Evidence, ...]:
    """What the score of the review in row ``place`` of ``judged.reviews`` rests on, most points first."""
    found = []
    for name, points in judged.signals_of(place).items():
        signal = name.partition(".")[2]
        values = values_of(judged, name)
        found.append(
            Evidence(
                signal=name,
                points=points,
                value=float(values[place]),
                usual=usual(values),
                peers=_peers(judged, signal, place),
                window=_window(judged, name, place),
                spans=inducements(judged.memory.reviews.text[_row(judged, place)])
                if signal == "offer"
                else (),
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.points, one.signal)))


def _row(judged: Judgement, place: int) -> int:
    return int(judged.signals.rows[place])


def usual(values: Floats) -> tuple[float, float, float]:
    """What a half, nine tenths and 99 % of the values do not exceed."""
    if not len(values):
        return 0.0, 0.0, 0.0
    half, most, nearly_all = np.quantile(values, (0.5, 0.9, 0.99)).tolist()
    return half, most, nearly_all


def values_of(judged: Judgement, name: str) -> Floats:
    """Values of ``family.signal`` for every judged review."""
    signals = judged.signals
    special = {
        "rush": signals.rush.surprise,
        "silent_rush": signals.silent_rush.surprise,
        "low_rush": signals.low_rush.surprise,
        "company": signals.company.surprise,
        "partners": signals.company.partners.astype(float),
        "lift": signals.lift if name.startswith("slow_drip") else signals.new_lift,
        "fast": signals.silent_fast if name.startswith("default_good") else signals.fast,
    }
    signal = name.partition(".")[2]
    values: Floats = special[signal] if signal in special else getattr(signals, signal)
    return values


def _window(judged: Judgement, name: str, place: int) -> tuple[int, int] | None:
    family = name.partition(".")[0]
    bursts = {
        "burst_template": judged.signals.rush,
        "default_good_burst": judged.signals.silent_rush,
        "negative_attack": judged.signals.low_rush,
    }.get(family)
    return None if bursts is None else (int(bursts.first[place]), int(bursts.last[place]))


def _peers(judged: Judgement, signal: str, place: int) -> tuple[str, ...]:
    row = _row(judged, place)
    rows: Longs
    if signal in {"near_here", "copied"}:
        rows = _copies(judged, row)
    elif signal in {"company", "partners"}:
        rows = _company(judged, place)
    elif signal in {"lift", "odd_lift", "offered_like"}:
        rows = _wording(judged, row, offered=signal == "offered_like")
    else:
        return ()
    return tuple(judged.memory.reviews.ids.gather(rows[:_MOST_PEERS]).to_list())


def _copies(judged: Judgement, row: int) -> Longs:
    cluster = judged.standards.cluster
    same = np.flatnonzero(cluster == cluster[row]) if cluster[row] >= 0 else np.empty(0, dtype=np.int64)
    listing = judged.memory.reviews.listing
    others = same[same != row]
    found: Longs = others[np.argsort(listing[others] != listing[row], kind="stable")]
    return found


def _company(judged: Judgement, place: int) -> Longs:
    signals, reviews = judged.signals, judged.memory.reviews
    row = _row(judged, place)
    group = np.flatnonzero(
        (signals.company.group == signals.company.group[place]) & (signals.company.partners > 0)
    )
    rows = signals.rows[group]
    near = np.abs(reviews.posted[rows] - reviews.posted[row]) <= TOGETHER_DAYS * DAY
    found: Longs = rows[(reviews.listing[rows] == reviews.listing[row]) & near & (rows != row)]
    return found


def _wording(judged: Judgement, row: int, *, offered: bool) -> Longs:
    memory = judged.memory
    page = np.flatnonzero((memory.page == memory.page[row]) & (~offered | (memory.offer > 0)))
    page = page[page != row]
    own, _ = memory.shingles.of_rows(np.array([row]))
    hashes, owner = memory.shingles.of_rows(page)
    shared = np.bincount(owner[np.isin(hashes, own)], minlength=len(page)) / max(len(own), 1)
    order = np.argsort(-shared, kind="stable")
    found: Longs = page[order[shared[order] >= _LEAST_SHARED]]
    return found
