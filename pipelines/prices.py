"""What a run's prices show when it ends: the listings that it saw, judged over all that was seen of them."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import polars as pl
from loguru import logger

from detectors.base import Sighting
from detectors.pricing.detector import HISTORY, PriceDetector, not_observed
from storage.store import Store


def judge_prices(store: Store, run: str, detector: PriceDetector, *, now: datetime) -> int:
    """Stores the price findings of a run; how many. Doing it twice changes nothing.

    What could not be judged is logged by rule and reason.
    """
    found, unknown = 0, Counter[str]()
    for frame in store.observations.frames(run, since=now - HISTORY):
        judged = list(detector.judge(frame, as_of=now))
        unknown += not_observed(judged)
        latest = _latest(frame)
        findings = list(detector.findings(judged, seen=lambda key, at=latest: _sighting(store, key, at)))  # type: ignore[misc]
        store.findings.save(findings, run)
        found += len(findings)
    for reason, count in sorted(unknown.items()):
        logger.bind(run=run, rule=reason, count=count).info("prices not judged")
    return found


def _latest(frame: pl.DataFrame) -> dict[str, tuple[str, datetime]]:
    """Snapshot and time of the last visit to each listing; imported sightings have no snapshot."""
    visited = frame.filter(pl.col("source") == "").sort("observed_at", "observation_id")
    last = visited.group_by("listing").agg(pl.col("snapshot").last(), pl.col("observed_at").last())
    return {listing: (snapshot, at) for listing, snapshot, at in last.iter_rows()}


def _sighting(store: Store, key: str, latest: dict[str, tuple[str, datetime]]) -> Sighting | None:
    listing = store.listings.get(key)
    if listing is None or key not in latest:
        return None
    snapshot, at = latest[key]
    return Sighting(subject=key, kind="listing", snapshot=snapshot, observed_at=at, shop=listing.shop)
