"""What a run's reviews show when it ends: the listings it read, over all that was ever read of them.

Campaigns are judged on one corpus of columns, exactly as ``netsword detect reviews`` and ``netsword evaluate
reviews`` judge a file. Reviews that disappeared are looked for only where this run and the one before both
read a listing's reviews to the end; anything else is not observed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import polars as pl

from detectors.base import BEIJING, Sighting
from detectors.campaigns.columns import Reviews
from detectors.campaigns.judge import Judgement, judge
from detectors.campaigns.memory import Memory
from detectors.corpus import ReviewDetectors
from domain.errors import SweepError
from domain.finding import Finding
from domain.run import Run
from domain.sweep import Sweep
from domain.target import PageKind
from pipelines.review_corpus import ReviewHistory
from rules.promotions import Promotions
from storage.reviews import SCHEMA, ReviewVisits
from storage.store import Store

_AT_ONCE = 500
_SAME_CAMPAIGN = timedelta(days=14)


def judge_reviews(
    store: Store,
    run: Run,
    sweep: Sweep,
    detectors: ReviewDetectors,
    promotions: Promotions,
    *,
    now: datetime,
    history: ReviewHistory | None = None,
) -> int:
    """Stores the findings on a run's reviews and the scores of what they are about; how many findings.

    Args:
        store: where the run's reviews lie.
        run: the run.
        sweep: the version of the sweep that the run started with.
        detectors: what judges.
        promotions: the calendar of promotions.
        now: aware; the moment of the judgement.
        history: keeps what was judged before, so that a night costs what is new; without one all is judged.
    """
    frame = pl.concat([SCHEMA.to_frame(), *store.reviews.columns_of_runs([run.id])])
    seen = sightings(frame)
    with (history or ReviewHistory(store)).judged(run, frame, now=now) as judged:
        findings = [
            *detectors.campaigns.findings(judged, seen=seen, as_of=now),
            *_changes(store, run, sweep, detectors, seen),
            *_sales(store, run, detectors, promotions, now),
        ]
        kept = list(as_known(store, findings))
        store.findings.save(kept, run.id)
        store.scores.save(judged.listings, "listing", now)
        store.scores.save(judged.shops, "shop", now)
        store.scores.save(judged.users, "user", now)
    return len(kept)


def judge_frame(frame: pl.DataFrame, *, now: datetime) -> Judgement:
    """The judgement over rows in ``storage.reviews.SCHEMA``, whatever their order."""
    return judge(Memory.of(Reviews.of(frame, as_of=now)))


def sightings(frame: pl.DataFrame) -> dict[str, Sighting]:
    """How each listing's reviews were last seen."""
    latest = (
        frame.sort("seen_at", "review_id")
        .group_by("listing")
        .agg(pl.col("snapshot", "seen_at").last(), pl.col("shop").filter(pl.col("shop") != "").last())
    )
    return {
        listing: Sighting(
            subject=listing, kind="listing", snapshot=snapshot, observed_at=seen_at, shop=shop or ""
        )
        for listing, snapshot, seen_at, shop in latest.iter_rows()
    }


def as_known(store: Store, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Findings under the window that an earlier judgement gave the same campaign.

    Its first review may turn out a few days earlier or later as more is seen; it stays one campaign.
    """
    for finding in findings:
        family, start = _window(finding)
        known = (
            _window(stored.finding)
            for stored in store.findings.list(subject=finding.subject, rule=finding.rule)
        )
        near = sorted(
            (abs(start - other), other)
            for name, other in known
            if start and other and name == family and abs(start - other) <= _SAME_CAMPAIGN
        )
        yield replace(finding, window=f"{family}@{near[0][1]}") if near else finding


def _window(finding: Finding) -> tuple[str, date | None]:
    family, _, day = finding.window.partition("@")
    try:
        return family, date.fromisoformat(day)
    except ValueError:
        return family, None


def _changes(
    store: Store, run: Run, sweep: Sweep, detectors: ReviewDetectors, seen: Mapping[str, Sighting]
) -> Iterator[Finding]:
    full = sorted(store.frontier.read_through(run.id, PageKind.REVIEWS, sweep.budget.review_pages))
    visits = _Visits(store, {run.id: frozenset(full)})
    for first in range(0, len(full), _AT_ONCE):
        some = full[first : first + _AT_ONCE]
        by_listing: dict[str, list[ReviewVisits]] = {}
        for review in store.reviews.visits_of(some):
            by_listing.setdefault(review.listing, []).append(review)
        compared = [
            (before, reviews)
            for listing, reviews in by_listing.items()
            if (before := visits.before(run.id, listing, reviews)) is not None
        ]
        if compared:
            earlier = _frame(_as_of(review, before) for before, reviews in compared for review in reviews)
            later = _frame(review for _, reviews in compared for review in reviews if run.id in review.runs)
            days = pl.DataFrame(
                [
                    (reviews[0].listing, True, None, before.started_at.astimezone(BEIJING).date().isoformat())
                    for before, reviews in compared
                ],
                schema={
                    "listing": pl.String,
                    "complete": pl.Boolean,
                    "oldest": pl.Datetime("us", "UTC"),
                    "since": pl.String,
                },
                orient="row",
            )
            yield from detectors.changes.findings(earlier, later, days, seen=seen)


class _Visits:
    """Which earlier run read which listings' reviews to the end."""

    def __init__(self, store: Store, full: dict[str, frozenset[str]]) -> None:
        self._store = store
        self._full = full
        self._runs: dict[str, Run | None] = {}

    def before(self, run: str, listing: str, reviews: Sequence[ReviewVisits]) -> Run | None:
        """The run before ``run`` that read reviews of ``listing``, if it read them all."""
        earlier = max((each for review in reviews for each in review.runs if each < run), default="")
        found = self._run(earlier)
        return found if found is not None and listing in self._full[earlier] else None

    def _run(self, run_id: str) -> Run | None:
        if run_id not in self._runs:
            run = self._runs[run_id] = self._store.runs.get(run_id) if run_id else None
            stored = self._store.sweeps.get(run.sweep, run.sweep_version) if run else None
            most = stored.sweep.budget.review_pages if stored else 0
            self._full[run_id] = frozenset(
                self._store.frontier.read_through(run_id, PageKind.REVIEWS, most) if most else ()
            )
        return self._runs[run_id]


def _as_of(review: ReviewVisits, run: Run) -> ReviewVisits | None:
    """The review as ``run`` read it; ``None`` if it did not."""
    if run.id not in review.runs:
        return None
    if review.changed_after is None or review.changed_after < run.started_at:
        return review
    return replace(review, text=review.earlier_text or "", stars=review.earlier_stars)


def _frame(reviews: Iterable[ReviewVisits | None]) -> pl.DataFrame:
    rows = [
        (review.review_id, review.listing, review.text, review.stars, review.posted_at)
        for review in reviews
        if review is not None
    ]
    columns = ("review_id", "listing", "text", "stars", "posted_at")
    return pl.DataFrame(rows, schema={name: SCHEMA[name] for name in columns}, orient="row", strict=False)


def _sales(
    store: Store, run: Run, detectors: ReviewDetectors, promotions: Promotions, now: datetime
) -> Iterator[Finding]:
    rows, seen = [], {}
    for found in store.listings.of_run(run.id):
        listing = found.subject
        rows.append(
            (listing.key, listing.category, listing.sales_low, listing.sales_high, listing.review_count)
        )
        seen[listing.key] = Sighting(
            subject=listing.key,
            kind="listing",
            snapshot=found.last_snapshot,
            observed_at=found.last_seen,
            shop=listing.shop,
        )
    if not rows:
        return
    counts = pl.DataFrame(
        rows,
        schema={
            "listing": pl.String,
            "category": pl.String,
            "sales_low": pl.Int64,
            "sales_high": pl.Int64,
            "review_count": pl.Int64,
        },
        orient="row",
        strict=False,
    )
    history = store.observations.counts(sorted(seen))
    first = min((day for day in history["observed_at"] if day is not None), default=now)
    yield from detectors.sales.findings(
        counts, history, peaks=peaks_between(promotions, first, now), seen=seen
    )


def peaks_between(promotions: Promotions, first: datetime, last: datetime) -> list[tuple[date, date]]:
    """First and last day of every promotion peak between two moments, as far as its dates are known."""
    found = []
    for code in promotions.peaks:
        for year in range(first.year - 1, last.year + 1):
            try:
                found.append(promotions.window(code, year))
            except SweepError:
                # A peak without dates of its own, or a lunar year that the table does not have.
                continue
    return [window for window in found if window[1] >= first.date() - timedelta(days=31)]
