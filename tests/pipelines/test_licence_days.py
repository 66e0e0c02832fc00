"""What is missing on one day is a hint, on another day too a finding: through the store, in two sweeps."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from detectors.licensing.page import read_page
from domain.licence import LicenceCapture
from domain.target import PageKind
from pipelines.licences import LicenceJudging
from storage.store import Store
from tests.builders import a_snapshot, a_target, a_visit
from tests.shipped import licence

EVENING = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
"""Half an hour before midnight in Beijing."""


def sweep(store: Store, pictures: Path, run: str, moment: datetime, body: str) -> None:
    capture = LicenceCapture(shop="p:s1", name="小店", url="http://h/s1", page=read_page(body))
    visit = a_visit(
        target=a_target(run=run, url="http://h/s1", kind=PageKind.SHOP),
        snapshots=(a_snapshot(run=run, target=run, fetched_at=moment),),
        displays=(capture,),
    )
    judging = LicenceJudging(detector=licence(), store=store, pictures=pictures)
    asyncio.run(judging.judge(visit))
    store.findings.save(visit.findings, run)
    store.licences.save(visit.licences)


@pytest.mark.parametrize(
    ("wait", "is_weak"),
    [
        pytest.param(timedelta(minutes=10), True, id="the same Beijing day"),
        pytest.param(timedelta(hours=1), False, id="after midnight in Beijing"),
    ],
)
def test_what_is_missing_is_weak_until_another_day_misses_it_too(
    store: Store, tmp_path: Path, wait: timedelta, is_weak: bool
) -> None:
    sweep(store, tmp_path, "first", EVENING, "<p>小店</p>")
    (once,) = store.findings.list()
    assert once.finding.weak
    sweep(store, tmp_path, "second", EVENING + wait, "<p>小店</p>")
    (again,) = store.findings.list()
    assert again.number == once.number
    assert again.finding.weak is is_weak
    assert ("另日采集仍未见" in again.finding.reason) is not is_weak
