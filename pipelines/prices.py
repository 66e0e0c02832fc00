"""What a run's prices show when it ends: the listings that it saw, judged over all that was seen of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial

import polars as pl

from detectors.base import Sighting
from detectors.pricing.detector import HISTORY, PriceDetector, not_observed
from storage.store import Store


def judge_prices(store: Store, run: str, detector: PriceDetector, *, now: datetime) -> int:
    """Stores the price findings of a run; how many. Doing it twice changes nothing.

    A listing on which a rule could not be judged leaves that rule's denominator, with the reason.
    """
    found = 0
    for frame in store.observations.frames(run, since=now - HISTORY):
        judged = list(detector.judge(frame, as_of=now))
        visits = _latest(frame)
        findings = list(detector.findings(judged, seen=partial(_sighting, store, visits)))
        store.findings.save(findings, run)
        found += len(findings)
        store.frontier.abstain(
            {
                visits[listing].target: {f"{code}: {why}" for code, why in reasons.items()}
                for listing, reasons in not_observed(judged).items()
                if listing in visits
            }
        )
    return found


@dataclass(frozen=True, slots=True)
class _Visit:
    snapshot: str
    target: str
    at: datetime


def _latest(frame: pl.DataFrame) -> dict[str, _Visit]:
    """The last visit to each listing; imported sightings are none."""
    visited = frame.filter(pl.col("source") == "").sort("observed_at", "observation_id")
    last = visited.group_by("listing").agg(pl.col("snapshot", "target", "observed_at").last())
    return {listing: _Visit(snapshot, target, at) for listing, snapshot, target, at in last.iter_rows()}


def _sighting(store: Store, visits: dict[str, _Visit], key: str) -> Sighting | None:
    listing = store.listings.get(key)
    if listing is None or key not in visits:
        return None
    visit = visits[key]
    return Sighting(
        subject=key, kind="listing", snapshot=visit.snapshot, observed_at=visit.at, shop=listing.shop
    )
