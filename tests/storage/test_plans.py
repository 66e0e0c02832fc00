"""Every query runs on an index that also gives its order: the server's profiler says what was really done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from domain.finding import Decision, Lead, Severity, Verdict
from domain.run import RunState
from domain.target import PageKind, Reason, TargetState
from storage.frontier import Settlement
from storage.store import Store
from tests.storage.builders import (
    DAY,
    LEASE,
    RUN,
    a_finding,
    a_review,
    a_run,
    a_shop,
    a_snapshot,
    a_sweep,
    a_target,
    a_unit,
    a_visit,
)

pytestmark = pytest.mark.mongo


@pytest.fixture
def filled(store: Store) -> Store:
    """Enough of two runs that a collection scan would cost more than an index."""
    for run in (RUN, "01K0000000000000000000RUN2"):
        store.frontier.plant([a_target(number, run=run) for number in range(120)])
        visits = [
            a_visit(
                target,
                shops=(a_shop(target.position % 5),),
                reviews=(a_review(target.position, shop=f"lingang:{target.position % 5}"),),
                frame=(a_unit(target.position, run=run),),
                findings=(a_finding(target.position, confidence=(target.position % 7) / 7),),
                not_judged=("LIC-1: no text",),
            )
            for target in store.frontier.lease(run, owner="a", limit=60, duration=LEASE)
        ]
        store.visits.store(visits)
        store.visits.judge(visits)
        store.frontier.cool(f"{run}.example", LEASE)
    for number in range(30):
        state = RunState.FINISHED if number % 2 else RunState.VISITING
        store.runs.create(a_run(number, sweep=f"s{number % 3}", state=state))
        store.sweeps.save(a_sweep(name=f"s{number % 10}", title=f"{number}"), DAY)
        store.leads.save(
            [Lead(campaign="C", shop=f"s:{number}", findings=("f",), rules=("R",), severity=Severity.LOW)]
        )
        store.decisions.add(a_decision(number))
    return store


def a_decision(number: int) -> Decision:
    return Decision(
        rule="R",
        subject=f"s:{number % 3}",
        finding="f",
        verdict=Verdict.CONFIRM,
        decided_by="李",
        decided_at=DAY + timedelta(minutes=number),
    )


@pytest.fixture
def profiled(filled: Store) -> Iterator[Store]:
    filled.database.command({"profile": 2})
    yield filled
    filled.database.command({"profile": 0})


def operations(store: Store) -> list[dict[str, Any]]:
    """What the server did since profiling began, its own bookkeeping left out."""
    store.database.command({"profile": 0})
    seen = store.database["system.profile"].find({"ns": {"$not": {"$regex": "system"}}})
    return [operation for operation in seen if "planSummary" in operation]


def assert_indexed(store: Store, *, least: int) -> None:
    found = operations(store)
    assert len(found) >= least
    for operation in found:
        summary = operation["planSummary"]
        assert "COLLSCAN" not in summary, operation["command"]
        assert not operation.get("hasSortStage"), operation["command"]


def test_frontier_is_worked_on_indexes_alone(profiled: Store) -> None:
    frontier = profiled.frontier
    got = frontier.lease(RUN, owner="b", limit=10, duration=LEASE)
    got += frontier.lease(RUN, owner="b", limit=10, duration=LEASE, kinds=[PageKind.LISTING, PageKind.SHOP])
    assert len(got) == 20
    frontier.renew([target.lease for target in got], LEASE)
    frontier.retry_later(got[0], reason=Reason.TIMEOUT, detail="", after=LEASE, max_attempts=3)
    failed = Settlement(
        target=got[1], state=TargetState.FAILED, reason=Reason.GONE, snapshots=(a_snapshot(got[1]),)
    )
    frontier.settle([failed])
    frontier.owners(RUN)
    frontier.counts(RUN)
    frontier.open_count(RUN)
    frontier.open_count(RUN, [PageKind.SEARCH])
    frontier.not_judged(RUN)
    frontier.read_subjects(RUN, PageKind.LISTING)
    profiled.pace.settled(RUN, LEASE)
    profiled.pace.open_by_host(RUN)
    frontier.release(RUN, ["b"])
    frontier.cool("shop.example", LEASE)
    frontier.cancel_open(RUN, Reason.CANCELLED)
    assert_indexed(profiled, least=20)


def test_lease_looks_at_no_more_targets_than_it_takes(profiled: Store) -> None:
    profiled.frontier.lease(RUN, owner="b", limit=10, duration=LEASE)
    queries = (o for o in operations(profiled) if o["op"] == "query")
    search = next(o for o in queries if o["ns"].endswith(".targets"))
    assert search["planSummary"].startswith("IXSCAN")
    # One key more per state that the merge looks ahead to.
    assert search["keysExamined"] <= 10 + 3 * 2


def test_visits_are_stored_on_indexes_alone(profiled: Store) -> None:
    for _ in range(2):
        targets = profiled.frontier.lease(RUN, owner="b", limit=5, duration=LEASE)
        visits = [
            a_visit(target, reviews=(a_review(1),), shops=(a_shop(),), findings=(a_finding(),))
            for target in targets
        ]
        profiled.visits.store(visits)
        profiled.frontier.release(RUN, ["b"])
    profiled.visits.judge(visits)
    assert_indexed(profiled, least=30)


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"run": RUN},
        {"rule": "AD-ABSOLUTE"},
        {"subject": "lingang:3"},
        {"shop": "lingang:1"},
        {"run": RUN, "rule": "AD-ABSOLUTE"},
        {"run": RUN, "subject": "lingang:3"},
        {"run": RUN, "shop": "lingang:1"},
        {"run": RUN, "rule": "AD-ABSOLUTE", "shop": "lingang:1"},
    ],
)
def test_every_page_of_findings_comes_in_index_order(profiled: Store, asked: dict[str, Any]) -> None:
    first = profiled.findings.list(**asked, limit=10)
    profiled.findings.list(**asked, limit=10, after=first[-1].cursor)
    assert_indexed(profiled, least=2)


def test_lists_of_the_other_repositories_come_in_index_order(profiled: Store) -> None:
    store = profiled
    list(store.findings.iterate(RUN))
    store.findings.count_by_rule(RUN)
    store.findings.get(3)
    store.sweeps.get("s1")
    store.sweeps.get("s1", 2)
    store.sweeps.list()
    store.runs.list(5)
    store.runs.list(5, sweep="s1")
    store.runs.latest("s1")
    store.runs.active()
    store.runs.between(DAY, DAY + timedelta(days=1))
    store.frame.units(RUN)
    store.frame.count(RUN)
    store.frame.count_by_stratum(RUN)
    store.snapshots.count(RUN)
    list(store.snapshots.of_run(RUN))
    store.snapshots.of_target(a_target(1).id)
    store.observations.history("lingang:1")
    store.listings.count(RUN)
    list(store.listings.of_run(RUN))
    list(store.shops.of_run(RUN))
    store.reviews.listings_of(RUN)
    list(store.reviews.columns(["lingang:1"]))
    list(store.reviews.visits_of(["lingang:1"]))
    store.observations.counts(["lingang:1"])
    store.frontier.read_through(RUN, PageKind.REVIEWS, 9)
    store.scores.of("listing", "lingang:1")
    store.scores.top("listing")
    store.reviews.of_listing("lingang:1")
    store.reviews.count(RUN)
    store.leads.of_campaign("C")
    store.leads.count("C")
    store.decisions.latest("R", "s:1")
    store.decisions.history("R", "s:1")
    assert_indexed(store, least=30)


def test_sightings_of_a_run_are_read_without_those_of_other_runs(profiled: Store) -> None:
    assert len(list(profiled.observations.of_run(RUN))) == 60
    (read,) = operations(profiled)
    assert read["docsExamined"] == 60
    assert not read.get("hasSortStage")


def test_a_collection_scan_would_be_noticed(profiled: Store) -> None:
    list(profiled.database["targets"].find({"detail": "x"}).sort("url", 1))
    with pytest.raises(AssertionError):
        assert_indexed(profiled, least=1)
