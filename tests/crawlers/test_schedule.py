"""A sweep is due when its cadence has come round, inside its window, by the days of Asia/Shanghai."""

from datetime import UTC, datetime, timedelta

import pytest

from crawlers.schedule import is_due
from domain.run import Run, RunState
from domain.sweep import StoredSweep
from tests.builders import a_sweep

NOW = datetime(2026, 11, 11, 15, 0, tzinfo=UTC)  # 23:00 in Shanghai


def stored(*, version: int = 1, paused: bool = False, **changes) -> StoredSweep:
    return StoredSweep(sweep=a_sweep(**changes), version=version, saved_at=NOW, paused=paused)


def a_run(began: datetime, state: RunState = RunState.FINISHED) -> Run:
    return Run(id="1", sweep="weekly", sweep_version=1, campaign="c", state=state, seed=1, started_at=began)


@pytest.mark.parametrize(
    ("cadence", "ago", "due"),
    [
        ("once", None, True),
        ("once", timedelta(days=400), False),
        ("daily", None, True),
        ("daily", timedelta(hours=22), False),
        ("daily", timedelta(hours=24), True),
        ("weekly", timedelta(days=6), False),
        ("weekly", timedelta(days=7), True),
    ],
)
def test_cadence(cadence, ago, due):
    latest = a_run(NOW - ago) if ago else None
    assert is_due(stored(cadence=cadence), latest, NOW) is due


def test_day_changes_at_midnight_in_shanghai():
    before, after = NOW, NOW + timedelta(hours=1, seconds=1)
    assert not is_due(stored(cadence="daily"), a_run(before), NOW)
    assert is_due(stored(cadence="daily"), a_run(before), after)


@pytest.mark.parametrize(
    ("start", "end", "due"),
    [
        ("2026-11-11", "2026-11-11", True),
        ("2026-11-12", "2026-11-13", False),
        ("2026-10-01", "2026-11-10", False),
    ],
)
def test_window(start, end, due):
    assert is_due(stored(window={"start": start, "end": end}), None, NOW) is due


def test_paused_sweep_is_never_due():
    assert not is_due(stored(paused=True, cadence="daily"), None, NOW)


def test_unfinished_run_is_resumed_not_repeated():
    assert not is_due(stored(cadence="daily"), a_run(NOW - timedelta(days=3), RunState.VISITING), NOW)


def test_new_version_of_a_one_off_sweep_is_due_again():
    assert is_due(stored(version=2), a_run(NOW - timedelta(days=1)), NOW)
