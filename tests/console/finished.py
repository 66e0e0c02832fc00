"""Finished runs with a frame, a draw, a blocked page and findings, stored as a crawl stores them."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace
from datetime import timedelta
from typing import Any

from crawlers.sampling.plan import plan_visits
from domain.finding import Severity
from domain.notes import NoteCode, note
from domain.run import Run, RunState
from domain.target import Reason, Target, TargetState
from storage.frontier import Settlement
from storage.store import Store
from tests.builders import a_sweep
from tests.console.people import RULE
from tests.storage.builders import DAY, LEASE, a_finding, a_run, a_unit, a_visit


def a_finished_run(store: Store, number: int, *, flagged: Container[int] = (), **sweep_changes: Any) -> Run:
    """A census of forty listings in two strata; the last shows a CAPTCHA, ``flagged`` ones a breach."""
    sweep = a_sweep(design={"kind": "census", "size": 40}, **sweep_changes)
    stored = store.sweeps.save(sweep, DAY)
    run = a_run(
        number,
        sweep=sweep.name,
        sweep_version=stored.version,
        campaign=sweep.campaign.code,
        state=RunState.VISITING,
        started_at=DAY + timedelta(days=number),
    )
    store.runs.create(run)
    store.runs.note(run.id, note(NoteCode.WORD_EXCLUDED, stratum="lingang/FOOD", word="空瓶", count=2))
    strata = {True: "lingang/FOOD", False: "lingang/HEALTHFOOD"}
    store.frame.save(
        a_unit(place, run=run.id, stratum=strata[place <= 32], category="FOOD") for place in range(1, 41)
    )
    store.frontier.plant(plan_visits(store.frame.units(run.id), sweep, run.id))
    targets = store.frontier.lease(run.id, owner="a", limit=100, duration=LEASE)
    *read, refused = sorted(targets, key=lambda target: int(target.subject.partition(":")[2]))
    store.frontier.settle([Settlement(target=refused, state=TargetState.BLOCKED, reason=Reason.CAPTCHA)])
    visits = [_visit(target, flagged) for target in read]
    store.visits.store(visits)
    store.visits.judge(visits)
    store.runs.finish(run.id, DAY + timedelta(days=number, hours=1), {})
    found = store.runs.get(run.id)
    assert found
    return found


def _visit(target: Target, flagged: Container[int]) -> Any:
    visit = a_visit(target)
    place = int(target.subject.partition(":")[2])
    if place not in flagged:
        return visit
    finding = a_finding(place, rule=RULE, severity=Severity.HIGH, snapshot=visit.snapshots[0].id)
    return replace(visit, findings=(finding,))
