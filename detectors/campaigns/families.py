"""Combination by campaign family 按类型综合: few strong signals each, every one capped, the strongest named.

Each signal is weighed in points and saturates, so that one signal alone stays below ``LINE`` unless the
family is defined by it: a viral honest product has a rush and nothing else, a copied phrase without a crowd
is a phrase. A family's score is ``1 - 2 ** (-points / LINE)``: 0.5 on the line. The weights were set on
reviews without labels, by what ordinary reviews reach: under 1 % of them come to the line.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from detectors.campaigns.columns import Floats
from detectors.campaigns.signals import Signals

LINE = 3.0
"""Points at which a score is 0.5: the dial between missed campaigns and false alarms."""


class Family(StrEnum):
    """Kinds of campaign, by how the reviews come about."""

    BURST_TEMPLATE = "burst_template"
    COLLUSION_GROUP = "collusion_group"
    SLOW_DRIP_COPY = "slow_drip_copy"
    CASHBACK = "cashback"
    DEFAULT_GOOD_BURST = "default_good_burst"
    NEGATIVE_ATTACK = "negative_attack"
    SHARED_ADDRESS = "shared_address"


@dataclass(frozen=True, slots=True)
class Weight:
    """How a signal counts: ``value / scale`` points at first, never more than ``cap``."""

    signal: str
    scale: float
    cap: float

    def points(self, value: Floats) -> Floats:
        """Points of every row."""
        found: Floats = self.cap * -np.expm1(-np.maximum(value, 0) / self.scale / self.cap)
        return found


def _gate(value: Floats, scale: float) -> Floats:
    found: Floats = -np.expm1(-np.maximum(value, 0) / scale)
    return found


def family_points(signals: Signals) -> dict[Family, dict[str, Floats]]:
    """Points of every row in every family, signal by signal; a family's points are their sum."""
    return {
        Family.BURST_TEMPLATE: _burst(signals),
        Family.COLLUSION_GROUP: _collusion(signals),
        Family.SLOW_DRIP_COPY: _drip(signals),
        Family.CASHBACK: _cashback(signals),
        Family.DEFAULT_GOOD_BURST: _default_good(signals),
        Family.NEGATIVE_ATTACK: _attack(signals),
        Family.SHARED_ADDRESS: _shared_address(signals),
    }


def score(points: Floats) -> Floats:
    """Points as a score from 0 to 1.

    >>> score(np.array([0.0, LINE, 2 * LINE])).tolist()
    [0.0, 0.5, 0.75]
    """
    found: Floats = 1 - np.exp2(-np.maximum(points, 0) / LINE)
    return found


def _lift(s: Signals, gate: Floats) -> Floats:
    """Points of a lift in new reviews, or of a patchwork of earlier ones, behind a gate."""
    lifted: Floats = np.maximum(
        gate * Weight("lift", 1.0, 3.0).points(s.new_lift), np.minimum(2 * gate, 1) * _patchwork(s)
    )
    return lifted


def _burst(s: Signals) -> dict[str, Floats]:
    gate = _gate(s.rush.surprise, 6) * s.rush.excess
    return {
        "rush": Weight("rush", 6, 1.5).points(s.rush.surprise) * s.rush.excess,
        "lift": _lift(s, gate),
        "near_here": gate * Weight("near_here", 4, 1.2).points(s.near_here),
        "stars_up": gate * Weight("stars_up", 5, 0.7).points(s.stars_up),
        "one_off": gate * Weight("one_off", 3, 0.3).points(s.one_off),
        "fast": gate * Weight("fast", 3, 0.5).points(s.fast),
    }


def _attack(s: Signals) -> dict[str, Floats]:
    gate = _gate(s.low_rush.surprise, 3) * s.low_rush.excess
    return {
        "low_rush": Weight("low_rush", 3, 1.8).points(s.low_rush.surprise) * s.low_rush.excess,
        "stars_down": gate * Weight("stars_down", 3, 1.2).points(s.stars_down),
        "lift": _lift(s, gate),
        "near_here": gate * Weight("near_here", 4, 1.2).points(s.near_here),
    }


def _default_good(s: Signals) -> dict[str, Floats]:
    gate = _gate(s.silent_rush.surprise, 6) * s.silent_rush.excess
    return {
        "silent_rush": Weight("silent_rush", 2.2, 4.5).points(s.silent_rush.surprise) * s.silent_rush.excess,
        "fast": gate * Weight("fast", 3, 1.0).points(s.silent_fast),
    }


def _drip(s: Signals) -> dict[str, Floats]:
    calm = (
        1
        - 0.8 * _gate(s.rush.surprise, 12) * s.rush.excess
        - 0.8 * _gate(s.low_rush.surprise, 6) * s.low_rush.excess
    )
    calm = np.maximum(calm, 0.1)
    crowd = calm * Weight("near_here", 2.5, 3.5).points(s.near_here)
    shared = calm * _gate(s.near_here, 3) * Weight("lift", 1.5, 1.5).points(s.lift)
    return {
        "near_here": crowd,
        "lift": shared,
        "copied": calm * Weight("copied_share", 4, 2.0).points(s.copied_share) * s.copied,
        # Copies share their wording too: that is said once.
        "odd_lift": np.maximum(_patchwork(s) - crowd - shared, 0),
    }


def _patchwork(s: Signals) -> Floats:
    # Several persons share sets of phrases that the listing's other reviews do not have, rush or none.
    found: Floats = _gate(s.patched, 2) * Weight("odd_lift", 0.45, 3.6).points(s.odd_lift)
    return found


def _cashback(s: Signals) -> dict[str, Floats]:
    return {
        "offer": 2.6 * s.offer,
        "offered_like": Weight("offered_like", 0.8, 4.0).points(s.offered_like),
    }


def _collusion(s: Signals) -> dict[str, Floats]:
    several = 1 - 0.5 ** np.maximum(s.company.partners - 1, 0)
    together = Weight("company", 1.4, 3.0).points(s.company.surprise)
    return {
        "company": several * together,
        "partners": several * Weight("partners", 2, 2.5).points(s.company.partners.astype(float)),
        "copied": several * 0.7 * s.copied,
    }


def _shared_address(s: Signals) -> dict[str, Floats]:
    # An office or a campus shares an address too: only praise counts, and slowly.
    return {"at_address": np.minimum(1.2 * np.log(np.maximum(s.at_address, 1)), 4.0) * s.top}


def profile(s: Signals) -> Floats:
    """Weak points of a review by itself, 0..about 2.5: they order what no family reaches."""
    points: Floats = 1.0 * s.top + 0.4 * s.padding + 0.1 * s.unreserved
    return np.clip(points + 1, 0, None) * (1.0 if s.bare else 0.1)


def totals(points: dict[Family, dict[str, Floats]]) -> dict[Family, Floats]:
    """Summed points of each family."""
    return {family: np.sum(list(parts.values()), axis=0) for family, parts in points.items()}


def overall(totals: dict[Family, Floats], weak: Floats) -> Floats:
    """Points of the strongest family, a little of the others, and the weak ones."""
    stacked = np.stack(list(totals.values()))
    best = stacked.max(axis=0)
    found: Floats = best + 0.05 * (stacked.sum(axis=0) - best) + weak
    return found
