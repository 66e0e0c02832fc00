"""Keeps hosts 站点 and runs to one process at a time, for as long as it works on them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from loguru import logger

from crawlers.processes import is_alive
from domain.errors import StorageError
from storage.holds import Hold
from storage.store import Store

HOLD = timedelta(seconds=90)
_RENEW_S = 20.0
_LOOK_S = 1.0


def host_hold(host: str) -> str:
    """The name under which a host is held."""
    return f"host {host}"


def run_hold(run: str) -> str:
    """The name under which a run is held."""
    return f"run {run}"


@contextmanager
def holding(
    store: Store,
    what: Sequence[str],
    *,
    run: str,
    owner: str,
    exclusive: bool = False,
    wait: Callable[[Hold], None] | None = None,
) -> Iterator[bool]:
    """Holds all of ``what`` while the context lasts; whether it is held.

    Args:
        store: where holds lie.
        what: names, all or none of which are taken.
        run: the run that it is for; other processes of the same run may hold the same.
        owner: this process.
        exclusive: not even another process of the same run may.
        wait: called with what is in the way, about every second; without it, nothing is waited for.
    """
    holds = [Hold(what=name, run=run, owner=owner) for name in sorted(set(what))]
    while (blocker := _take(store, holds, exclusive=exclusive)) is not None and wait is not None:
        wait(blocker)
        time.sleep(_LOOK_S)
    if blocker is not None:
        yield False
        return
    ended = threading.Event()
    renewing = threading.Thread(target=_renew, args=(store, holds, ended), daemon=True)
    renewing.start()
    try:
        yield True
    finally:
        ended.set()
        renewing.join()
        store.holds.release([hold.what for hold in holds], owner)


def is_worked_on(store: Store, run: str, *, besides: str = "") -> bool:
    """Whether a living process crawls a run, or is about to: by its leases and its holds.

    Processes on other machines count as living as long as their leases hold.
    """
    owners = {hold.owner for hold in store.holds.list() if hold.run == run}
    owners |= set(store.frontier.owners(run))
    return any(is_alive(owner) for owner in owners - {besides})


def _take(store: Store, holds: Sequence[Hold], *, exclusive: bool) -> Hold | None:
    """Takes all holds, or none; what is in the way."""
    _free_the_dead(store)
    for position, hold in enumerate(holds):
        if not store.holds.acquire(hold, HOLD, exclusive=exclusive):
            store.holds.release([taken.what for taken in holds[:position]], hold.owner)
            in_the_way = [held for held in store.holds.list() if held.what == hold.what]
            return in_the_way[0] if in_the_way else hold
    return None


def _free_the_dead(store: Store) -> None:
    """Gives back what killed processes held, unless crawl processes that they started still live."""
    for hold in store.holds.list():
        if not is_alive(hold.owner) and not is_worked_on(store, hold.run):
            store.holds.release([hold.what], hold.owner)


def _renew(store: Store, holds: Sequence[Hold], ended: threading.Event) -> None:
    while not ended.wait(_RENEW_S):
        try:
            for hold in holds:
                store.holds.acquire(hold, HOLD, exclusive=False)
        except StorageError as error:
            # Three more tries fit into a hold.
            logger.bind(run=holds[0].run, error=str(error)).warning("holds could not be renewed")
