"""Reviews judged when a run ends: campaigns, deletions between two full visits, and reviews against sales."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from detectors.campaigns.sales import outgrown
from detectors.corpus import review_detectors
from domain.finding import Finding
from domain.subjects import Observation, Review
from domain.target import PageKind
from pipelines.reviews import as_known, judge_frame, judge_reviews, peaks_between
from rules.loader import load_promotions
from storage.store import Store
from tests.detectors.campaigns.builders import a_market, a_review, at, words
from tests.shipped import catalogue, packs
from tests.storage.builders import LEASE, a_finding, a_listing, a_run, a_sweep, a_target, a_visit

pytestmark = pytest.mark.mongo

PROMOTIONS = load_promotions()
NOW = at(400)
FIRST, SECOND = a_run(1).id, a_run(2).id
SLOTS = ("上手很轻巧", "颜色比图上正", "闺女特别中意", "用了两周没毛病", "回头给爸妈带", "比专柜便宜不少")


def reviews_of(rows) -> list[Review]:
    return [
        Review(
            platform="p",
            review_id=row["review_id"],
            listing=f"p:{row['listing']}",
            shop=f"p:{row['shop']}",
            user=row["user"],
            text=row["text"],
            stars=int(row["stars"]),
            posted_at=row["posted_at"],
            purchased_at=row["bought_at"],
        )
        for row in rows
    ]


def visit(store: Store, run: str, reviews: list[Review], *, listings=(), day=0, failed=()) -> None:
    """One run that reads the reviews of each listing on one page; of those in ``failed`` it reads nothing."""
    started = NOW + timedelta(days=day)
    store.sweeps.save(a_sweep(budget={"review_pages": 3}), started)
    store.runs.create(a_run(1, id=run, started_at=started))
    by_listing: dict[str, list[Review]] = {}
    for review in reviews:
        by_listing.setdefault(review.listing, []).append(review)
    names = sorted({*by_listing, *listings})
    store.frontier.plant(
        [
            a_target(place, run=run, kind=PageKind.REVIEWS, platform="p", subject=name)
            for place, name in enumerate(names)
        ]
    )
    taken = store.frontier.lease(run, owner="a", limit=len(names), duration=LEASE)
    visits = [
        a_visit(target, body=f"{run}{target.subject}", listings=(), observations=(),
                reviews=tuple(by_listing.get(target.subject, ())))
        for target in taken
        if target.subject not in failed
    ]  # fmt: skip
    visits = [
        replace(one, snapshots=(replace(one.snapshots[0], fetched_at=started + timedelta(minutes=1)),))
        for one in visits
    ]
    store.visits.store(visits)
    store.visits.judge(visits)


def judged(store: Store, run: str) -> list[Finding]:
    stored = store.runs.get(run)
    assert stored is not None
    detectors = review_detectors(packs(), catalogue(), ["reviews"])
    assert detectors is not None
    sweep = a_sweep(budget={"review_pages": 3})
    judge_reviews(store, stored, sweep, detectors, PROMOTIONS, now=NOW + timedelta(days=30))
    return store.findings.of_run(run)


def a_burst(count=25):
    chance = np.random.default_rng(2)
    return [
        a_review(f"fake{i:02}", listing="L3", shop="S1", posted_at=at(150 + i / 12),
                 text="，".join(chance.choice(SLOTS, 4)))
        for i in range(count)
    ]  # fmt: skip


def test_campaign_is_found_with_its_evidence_and_once(store: Store) -> None:
    rows = a_market(listings=12) + a_burst()
    visit(store, FIRST, reviews_of(rows))
    (finding,) = judged(store, FIRST)
    assert (finding.rule, finding.subject, finding.shop) == ("REVIEW-BURST", "p:L3", "p:S1")
    assert set(finding.evidence_ids) >= {f"p:fake{i:02}" for i in range(3, 22)}
    assert store.snapshots.of_target(a_target(3, run=FIRST).id) is not None
    assert finding.snapshot
    assert finding.signals
    assert judged(store, FIRST) == [finding]
    assert [found["key"] for found in store.scores.top("listing")] == ["p:L3"]


def test_pipeline_gives_the_scores_of_the_file(store: Store) -> None:
    rows = a_market(listings=12) + a_burst()
    visit(store, FIRST, reviews_of(rows))
    stored = judge_frame(pl.concat(store.reviews.columns(store.reviews.listings_of(FIRST))), now=NOW)
    prefixed = [
        row | {name: f"p:{row[name]}" for name in ("review_id", "listing", "shop", "user")} for row in rows
    ]
    of_file = judge_frame(pl.DataFrame(prefixed, infer_schema_length=None), now=NOW)
    columns = ["review_id", "points", "family"]
    assert stored.reviews.select(columns).equals(of_file.reviews.select(columns))


def first_reviews() -> list[Review]:
    chance = np.random.default_rng(5)
    return reviews_of(
        [
            a_review(f"r{i:02}", stars=1.0 if i < 6 else 5.0, posted_at=at(i), text=words(chance))
            for i in range(30)
        ]
    )


def two_visits(store: Store, later: list[Review], **second) -> list[Finding]:
    """Findings on deletions after a first full visit and a second one, a week later, that read ``later``."""
    visit(store, FIRST, first_reviews())
    visit(store, SECOND, later, day=7, **second)
    return [finding for finding in judged(store, SECOND) if finding.rule == "PLATFORM-REVIEW-SYSTEM"]


def test_bad_reviews_that_disappeared_between_two_full_visits_are_a_finding(store: Store) -> None:
    (finding,) = two_visits(store, first_reviews()[5:])
    assert finding.evidence_ids == tuple(f"p:r{i:02}" for i in range(5))
    assert (finding.subject, finding.shop) == ("p:L0", "")
    assert not finding.weak
    values = {signal.name: (signal.value, signal.reference[0]) for signal in finding.signals}
    assert values["vanished.gone"] == (5.0, 30.0)
    assert values["vanished.gone_low"] == (5.0, 6.0)
    assert "30条中，5条已不再展示" in finding.reason


def test_one_good_review_taken_back_is_weak(store: Store) -> None:
    (finding,) = two_visits(store, first_reviews()[:-1])
    assert finding.weak


def test_changed_stars_and_texts_are_named(store: Store) -> None:
    kept = first_reviews()
    changed = [replace(kept[0], stars=5), replace(kept[1], text="改成好评了"), *kept[2:]]
    (finding,) = two_visits(store, changed)
    assert finding.evidence_ids == ("p:r00", "p:r01")
    assert "2条文字或星级被改动" in finding.reason


def test_nothing_changed_is_nothing(store: Store) -> None:
    assert two_visits(store, first_reviews()) == []


def test_visit_that_did_not_read_to_the_end_observes_nothing(store: Store) -> None:
    assert two_visits(store, first_reviews()[5:], failed=["p:L0"]) == []


def test_first_visit_that_did_not_read_to_the_end_observes_nothing(store: Store) -> None:
    visit(store, FIRST, first_reviews())
    store.frontier.plant([a_target(9, run=FIRST, kind=PageKind.REVIEWS, platform="p", subject="p:L0")])
    visit(store, SECOND, first_reviews()[5:], day=7)
    assert judged(store, SECOND) == []


def test_campaign_keeps_its_identity_when_an_earlier_review_of_it_is_seen(store: Store) -> None:
    known = a_finding(1, rule="REVIEW-BURST", spans=(), window="burst_template@2026-05-31")
    store.findings.save([known], FIRST)
    moved = replace(known, window="burst_template@2026-05-28", evidence_ids=("a",))
    other = replace(known, window="slow_drip_copy@2026-05-28")
    apart = replace(known, window="burst_template@2026-08-28")
    assert [found.id for found in as_known(store, [moved, other, apart])] == [known.id, other.id, apart.id]


def seen_counts(*counts):
    rows = [
        ("L", datetime(2026, month, 20, tzinfo=UTC), sales, reviews, f"o{month}")
        for month, sales, reviews in counts
    ]
    return pl.DataFrame(
        rows, schema=["listing", "observed_at", "sales_low", "review_count", "observation"], orient="row"
    )


@pytest.mark.parametrize(
    ("counts", "state"),
    [
        ([(3, 10, 5), (4, 12, 90)], "outgrown"),
        ([(3, 10, 5), (4, 95, 90)], "usual"),
        # The count is shown as "1.2万+", so the next step of it may nearly have been reached.
        ([(3, 12_000, 5), (4, 12_000, 90)], "usual"),
        ([(3, 10, 5)], "not_observed"),
        ([(3, 10, 5), (4, None, 90)], "not_observed"),
        ([(3, 100, 5), (4, 10, 90)], "not_observed"),
        # Reviews of what was bought on 618 come in after it.
        ([(6, 10, 5), (7, 12, 90)], "not_observed"),
    ],
)
def test_reviews_beyond_sales_outside_sale_days(counts, state):
    peaks = [(date(2026, 5, 31), date(2026, 6, 20))]
    assert outgrown(seen_counts(*counts), peaks)["state"].to_list() == [state]


def test_sales_finding_comes_from_two_sightings_of_a_run(store: Store) -> None:
    store.sweeps.save(a_sweep(), NOW)
    for run, sales, reviews, moment in ((FIRST, 40, 5, at(95)), (SECOND, 43, 160, at(105))):
        store.runs.create(a_run(1, id=run, started_at=moment))
        store.frontier.plant([a_target(1, run=run)])
        (target,) = store.frontier.lease(run, owner="a", limit=1, duration=LEASE)
        listing = a_listing(1, sales_low=sales, review_count=reviews)
        one = a_visit(target, listings=(listing,), body=run)
        seen = Observation.of(listing, snapshot=one.snapshots[0].id, target=target.id, observed_at=moment)
        store.visits.store([replace(one, observations=(seen,))])
    (finding,) = judged(store, SECOND)
    assert (finding.rule, finding.window) == ("REVIEW-SALES-MISMATCH", "outgrown")
    assert "评价增加155条，同期所示销量至多增加4" in finding.reason
    assert len(finding.evidence_ids) == 2


def test_peaks_of_a_stretch_are_those_whose_dates_are_known() -> None:
    peaks = peaks_between(PROMOTIONS, datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC))
    assert any(first <= date(2026, 11, 11) <= last for first, last in peaks)
    assert all(last >= date(2026, 3, 1) for _, last in peaks)
