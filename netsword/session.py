"""What most commands start with: settings, the store, logs, and the rules."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar

from loguru import logger

from domain.errors import UsageError
from domain.run import Run
from settings import Settings, load
from storage.store import Store
from storage.store import open_store as _open_store

Found = TypeVar("Found")
RUN_LOG_DAYS = 60


@contextmanager
def open_store() -> Iterator[tuple[Store, Settings]]:
    """The store and the settings of this command; a private server is started, or shared, and left again."""
    settings = load()
    with _open_store(
        uri=settings.mongo_uri,
        var_dir=settings.var_dir,
        database=settings.mongo_database,
        user_salt=settings.user_salt,
    ) as store:
        yield store, settings


def existing(found: Found | None, what: str) -> Found:
    """What was found.

    Raises:
        UsageError: nothing was.
    """
    if found is None:
        raise UsageError(f"there is no {what}")
    return found


def find_run(store: Store, run: str) -> Run:
    """A run by id, by the last characters of its id, or ``last``.

    Raises:
        UsageError: there is no such run, or there are several.
    """
    runs = store.runs.list(limit=500)
    found = runs[:1] if run == "last" else [known for known in runs if known.id.endswith(run.upper())]
    if len(found) != 1:
        known = ", ".join(known.id for known in runs[:5]) or "none yet"
        raise UsageError(f"{len(found)} runs match {run!r}. Newest runs: {known}. See 'netsword run list'.")
    return found[0]


def log_to(name: str, settings: Settings) -> None:
    """Rotated log file under the log directory; warnings on stderr too, values of variables never."""
    settings.log_dir.mkdir(parents=True, exist_ok=True)
    logger.remove()
    logger.add(sys.stderr, level="WARNING", diagnose=False, backtrace=False)
    logger.add(
        settings.log_dir / f"{name}.log",
        level="INFO",
        rotation="20 MB",
        retention=10,
        encoding="utf-8",
        diagnose=False,
        backtrace=False,
    )
    logging.getLogger("apscheduler").setLevel(logging.WARNING)


def prune_logs(settings: Settings, now: datetime) -> int:
    """Deletes logs of single runs that nobody has written to for 60 days; how many files."""
    count = 0
    for pattern in ("crawl-*.log", "run-*.log", "console-*.log"):
        for path in settings.log_dir.glob(pattern):
            if now.timestamp() - path.stat().st_mtime > RUN_LOG_DAYS * 24 * 3600:
                path.unlink(missing_ok=True)
                count += 1
    return count
