"""What the calendar asks for, claimed and made into runs: the part that ``nightly`` and the scheduler share.

The truth lies in the store. A round may be cut short anywhere, and any number of rounds may run at a time:
each due time is claimed once, a claim names its run, and a run is made once.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from loguru import logger
from ulid import ULID

from crawlers.holding import is_worked_on
from crawlers.processes import is_alive
from crawlers.runner import start_run
from crawlers.schedule import (
    CHINA,
    Slot,
    due_slot,
    is_unfinished,
    latest_slot,
    missed_between,
)
from domain.errors import NetswordError, StorageError, UsageError
from domain.run import Run
from domain.sweep import StoredSweep
from storage.slots import Claim, ClaimState
from storage.store import Store

MOST_STARTS = 20
"""A run that was taken up so often and has not ended waits for a person."""
_ALARM_FOR = timedelta(days=30)
_BY_HAND = "now-"


def begin_round(store: Store, now: datetime, owner: str) -> list[Run]:
    """Claims what is due at ``now`` and makes its runs; all runs that wait for a crawl, oldest first.

    While the whole schedule is held, nothing is claimed and no run is taken up; runs that people ask for are.
    """
    _complete(store, now, owner)
    pause = store.slots.pause()
    if not pause.is_on:
        for stored in store.sweeps.list():
            _claim_due(store, stored, now, owner, pause.until)
    return waiting_runs(store)


def due_now(store: Store, now: datetime) -> list[Slot]:
    """What a round at ``now`` would claim; nothing is written."""
    if store.slots.pause().is_on:
        return []
    slots = (due_slot(stored, store.runs.latest(stored.sweep.name), now) for stored in store.sweeps.list())
    return [slot for slot in slots if slot is not None and store.slots.get(slot.id) is None]


def waiting_runs(store: Store) -> list[Run]:
    """Unfinished runs that are not held and that no process works on, oldest first.

    Left out are runs of paused sweeps, runs taken up too often, and, while the whole schedule is held, all
    but those that a person asked for.
    """
    is_held = store.slots.pause().is_on
    return [
        run
        for run in reversed(store.runs.active())
        if not run.is_paused
        and run.starts < MOST_STARTS
        and not (is_held and not run.asked_by)
        and not _is_paused(store, run)
        and not is_worked_on(store, run.id)
    ]


def stuck_runs(store: Store) -> list[Run]:
    """Unfinished runs that were taken up too often: something about them has to be mended."""
    return [run for run in store.runs.active() if run.starts >= MOST_STARTS]


def ask_for_run(store: Store, sweep: str, now: datetime, by: str) -> Claim:
    """A run outside the calendar, as soon as a scheduler or ``nightly`` looks 立即执行.

    Asking twice within a minute is asking once. The calendar goes on as if nothing had happened.

    Raises:
        UsageError: there is no such sweep, its window is over or has not begun, or a run is under way.
    """
    stored = store.sweeps.get(sweep)
    if stored is None:
        raise UsageError(f"there is no sweep {sweep}; see 'netsword sweep list'")
    latest = store.runs.latest(sweep)
    if latest is not None and is_unfinished(latest):
        raise UsageError(f"run {latest.id} of sweep {sweep} is {latest.state}: let it end, or cancel it")
    window, today = stored.sweep.window, now.astimezone(CHINA).date()
    if window is not None and not window.start <= today <= window.end:
        raise UsageError(f"the window of sweep {sweep} is {window.start} to {window.end}; today is {today}")
    claim = Claim(
        sweep=sweep,
        key=f"{_BY_HAND}{now:%Y%m%dT%H%MZ}",
        at=now,
        run=str(ULID.from_datetime(now)),
        owner="",
        claimed_at=now,
        asked_by=by or "?",
    )
    store.slots.claim(claim)
    return store.slots.get(claim.id) or claim


def _complete(store: Store, now: datetime, owner: str) -> None:
    """Makes the runs of claims whose process is gone before its run was there, and those people asked for."""
    for claim in store.slots.waiting():
        if claim.owner and claim.owner != owner and is_alive(claim.owner):
            continue
        if store.slots.take_over(claim, owner) or claim.owner == owner:
            stored = store.sweeps.get(claim.sweep)
            if stored is not None:
                _make_run(store, stored, claim, now)


def _claim_due(
    store: Store, stored: StoredSweep, now: datetime, owner: str, resumed_at: datetime | None
) -> None:
    if stored.paused:
        return
    latest = store.runs.latest(stored.sweep.name)
    slot = due_slot(stored, latest, now)
    lost = _lost_slot(stored, latest, now) if slot is None else None
    wanted = slot or lost
    if wanted is None or store.slots.get(wanted.id) is not None:
        return
    since = [stored.resumed_at, resumed_at]
    if lost is not None and any(moment is not None and lost.at <= moment for moment in since):
        return
    missed = _missed(store, stored, wanted, [moment for moment in since if moment is not None])
    claim = Claim(
        sweep=wanted.sweep,
        key=wanted.key,
        at=wanted.at,
        run="" if lost else str(ULID.from_datetime(now)),
        owner=owner,
        claimed_at=now,
        state=ClaimState.MISSED if lost else ClaimState.CLAIMED,
        missed=missed,
    )
    if not store.slots.claim(claim):
        return
    if claim.is_alarm:
        logger.bind(sweep=claim.sweep, at=claim.at.isoformat(), missed=missed).warning(
            "due times were missed"
        )
    if not lost:
        _make_run(store, stored, claim, now)


def _lost_slot(stored: StoredSweep, latest: Run | None, now: datetime) -> Slot | None:
    """The last due time of a window that is over, where nothing ran for it and nobody can make up for it."""
    window = stored.sweep.window
    over = now.astimezone(CHINA).date()
    if window is None or over <= window.end or (over - window.end) > _ALARM_FOR:
        return None
    slot = latest_slot(stored, now)
    if slot is None or slot.at < stored.saved_at or (latest is not None and is_unfinished(latest)):
        return None
    return None if latest is not None and latest.started_at >= slot.at else slot


def _missed(store: Store, stored: StoredSweep, slot: Slot, since: list[datetime]) -> int:
    before = store.slots.last_before(slot.sweep, slot.at)
    if before is None:
        return 0
    return missed_between(stored, max(before.at, *since) if since else before.at, slot)


def _make_run(store: Store, stored: StoredSweep, claim: Claim, now: datetime) -> None:
    # One sweep's fault must not cost the others their night.
    try:
        start_run(store, stored, now=now, run_id=claim.run, asked_by=claim.asked_by)
    except StorageError:
        raise
    except NetswordError as error:
        logger.bind(sweep=claim.sweep).error("a due sweep could not be run")
        why = error.note if isinstance(error, UsageError) else None
        store.slots.settle(claim.id, ClaimState.FAILED, why or str(error))
    else:
        store.slots.settle(claim.id, ClaimState.STARTED)


def _is_paused(store: Store, run: Run) -> bool:
    """Whether the sweep is held; a run that a person asked for goes on all the same."""
    if run.asked_by:
        return False
    stored = store.sweeps.get(run.sweep)
    return stored is not None and stored.paused
