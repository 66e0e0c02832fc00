"""Which sweeps are due 到期: a function of the sweep, its latest run and the time."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from domain.run import Run, RunState
from domain.sweep import Cadence, StoredSweep

CHINA = ZoneInfo("Asia/Shanghai")


def is_due(stored: StoredSweep, latest: Run | None, now: datetime) -> bool:
    """Whether ``stored`` should start a run now; days are those of Asia/Shanghai.

    A run that was cancelled counts as had: a person stopped it, and only a person starts it again. An
    unfinished run is not due but to be resumed.
    """
    today = now.astimezone(CHINA).date()
    window = stored.sweep.window
    if stored.paused or (window is not None and not window.start <= today <= window.end):
        return False
    if latest is None:
        return True
    if is_unfinished(latest):
        return False
    days = (today - latest.started_at.astimezone(CHINA).date()).days
    return {
        Cadence.ONCE: latest.sweep_version < stored.version,
        Cadence.DAILY: days >= 1,
        Cadence.WEEKLY: days >= 7,
        Cadence.MONTHLY: days >= 28,
    }.get(stored.sweep.usual_cadence, days >= 1)


def is_unfinished(run: Run) -> bool:
    """Whether a run was started and neither finished nor cancelled."""
    return run.state not in (RunState.FINISHED, RunState.CANCELLED)
