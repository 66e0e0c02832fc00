"""What people do to a run that is under way: hold it 暂停, let it go on 继续, end it for good 终止.

Each is a mark in the store; crawl processes, wherever they run, see it in about a second and end in order.
"""

from __future__ import annotations

from crawlers.runner import CRAWLING
from domain.run import Run, RunState
from domain.target import Reason
from storage.store import Store

ENDED = (RunState.FINISHED, RunState.CANCELLED)


def pause_run(store: Store, run: Run) -> bool:
    """Holds a run whose pages are being read; whether it was this call that did.

    What is being fetched is still stored; what was only leased goes back to the frontier. Neither the
    scheduler nor ``netsword nightly`` goes on with it before a person does.
    """
    return run.state in CRAWLING and store.runs.set_paused(run.id, paused=True)


def release_run(store: Store, run: Run) -> bool:
    """Lets a held run go on, as soon as somebody crawls it; whether it was held."""
    return store.runs.set_paused(run.id, paused=False)


def cancel_run(store: Store, run: Run) -> int | None:
    """Ends a run for good; what was not visited is failed as cancelled.

    Returns:
        How many targets were not visited; ``None`` where the run had ended, or moved on at this very moment.
    """
    if run.state in ENDED or not store.runs.advance(run.id, run.state, RunState.CANCELLED):
        return None
    return store.frontier.cancel_open(run.id, Reason.CANCELLED)
