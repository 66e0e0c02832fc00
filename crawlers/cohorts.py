"""Visits flagged listings again 定向跟踪 and records what became of each."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from urllib.parse import urlsplit

from crawlers.sampling.plan import stratum_of
from domain.revisit import Fate, Revisit
from domain.run import Run
from domain.subjects import Observation
from domain.sweep import CohortFindings, Sweep
from domain.target import PageKind, Reason, Target, TargetState
from storage.review_queue import Status
from storage.revisits import ListingTarget
from storage.store import Store

_STATUSES: Mapping[CohortFindings, tuple[Status, ...]] = {
    CohortFindings.CONFIRMED: (Status.CONFIRMED,),
    CohortFindings.OPEN: (Status.NEW, Status.UNSURE),
    CohortFindings.ANY: (Status.NEW, Status.UNSURE, Status.CONFIRMED),
}


def cohort_targets(store: Store, sweep: Sweep, run: str) -> list[Target]:
    """One target per listing of the sweep's cohort, latest flagged first.

    All of the cohort is visited, so every inclusion probability is 1. Listings of platforms that the sweep
    does not name are left out; :func:`left_out` counts them.
    """
    platforms = {scope.platform for scope in sweep.platforms}
    targets: list[Target] = []
    for key in _flagged(store, sweep):
        listing = store.listings.get(key)
        if listing is None or listing.platform not in platforms:
            continue
        targets.append(
            Target(
                run=run,
                url=listing.url,
                kind=PageKind.LISTING,
                platform=listing.platform,
                host=urlsplit(listing.url).netloc,
                stratum=stratum_of(listing.platform, "cohort"),
                inclusion_probability=1.0,
                subject=key,
                shop=listing.shop,
                category=listing.category,
                position=len(targets) + 1,
            )
        )
    return targets


def left_out(store: Store, sweep: Sweep) -> int:
    """Flagged listings of the cohort that lie on platforms which the sweep does not name."""
    platforms = {scope.platform for scope in sweep.platforms}
    return sum(key.partition(":")[0] not in platforms for key in _flagged(store, sweep))


def record_revisits(store: Store, run: Run, sweep: Sweep) -> list[Revisit]:
    """What became of each listing of a cohort, kept as facts; doing it twice changes nothing."""
    if sweep.cohort is None:
        return []
    revisits = [_revisit(store, run, target) for target in store.revisits.targets(run.id) if target.subject]
    store.revisits.save(revisits)
    return revisits


def _flagged(store: Store, sweep: Sweep) -> list[str]:
    cohort = sweep.cohort
    if cohort is None:
        return []
    return store.revisits.flagged(
        cohort.of, statuses=_STATUSES[cohort.findings], rules=cohort.rules, limit=cohort.size
    )


def _revisit(store: Store, run: Run, target: ListingTarget) -> Revisit:
    sightings = store.observations.history(target.subject)
    now = next((seen for seen in sightings if seen.target == target.id), None)
    earlier = [seen for seen in sightings if seen.target != target.id]
    before = earlier[-1] if earlier else None
    listing = store.listings.get(target.subject)
    shop, title = (listing.shop, listing.title) if listing else ("", before.title if before else "")
    fate = _fate(store, run, target, now)
    namesakes: tuple[str, ...] = ()
    if fate is Fate.GONE and before is not None:
        namesakes = store.revisits.namesakes(shop, title, since=before.observed_at, besides=target.subject)
    return Revisit(
        run=run.id,
        sweep=run.sweep,
        listing=target.subject,
        shop=shop,
        title=title,
        fate=fate,
        reason=target.reason,
        availability=now.availability.value if now else "",
        price_before=_price(before),
        price_now=_price(now),
        relisted_as=namesakes,
        seen_at=now.observed_at if now else None,
    )


def _fate(store: Store, run: Run, target: ListingTarget, now: Observation | None) -> Fate:
    if target.reason == Reason.GONE:
        return Fate.GONE
    if target.state is not TargetState.DONE:
        return Fate.UNREAD
    if now is None:
        # The address shows another listing by now, or says itself that there is nothing.
        return Fate.GONE
    return Fate.RELISTED if store.revisits.was_gone(run.id, target.subject) else Fate.STILL_UP


def _price(seen: Observation | None) -> Decimal | None:
    if seen is None:
        return None
    return seen.price if seen.price is not None else seen.price_low
