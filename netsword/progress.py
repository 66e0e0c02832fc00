"""Progress of a run: counts, rate and time left, on stderr."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from domain.target import FINAL_STATES, PageKind
from netsword.output import err, say
from storage.store import Store

QUIET_STEP_S = 10


class RunProgress:
    """A bar on a terminal; a line every ten seconds where stderr is a file."""

    def __init__(self, store: Store, run: str) -> None:
        self._store = store
        self._run = run
        self._began = time.monotonic()
        self._last_line = 0.0
        self._first_done: int | None = None
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed:.0f}/{task.total:.0f}"),
            TimeElapsedColumn(),
            TextColumn("{task.fields[note]}"),
            console=err,
            disable=not err.is_terminal,
        )
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        """Shows the bar."""
        self._bar.start()
        self._task = self._bar.add_task("crawling 采集", total=1, note="")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leaves the last counts on the screen."""
        self.update(last=True)
        self._bar.stop()

    def update(self, *, last: bool = False) -> None:
        """Reads the counts and shows them."""
        counts = self._store.frontier.counts(self._run)
        total = sum(row.count for row in counts)
        done = sum(row.count for row in counts if row.state in FINAL_STATES)
        framing = sum(row.count for row in counts if row.kind is not PageKind.SEARCH) == 0
        note = self._note(done, total, framing=framing)
        if self._task is not None:
            self._bar.update(self._task, completed=done, total=max(total, 1), note=note)
        now = time.monotonic()
        if not err.is_terminal and (last or now - self._last_line > QUIET_STEP_S):
            self._last_line = now
            say(f"crawling: {done}/{total} pages, {note}")

    def _note(self, done: int, total: int, *, framing: bool) -> str:
        if self._first_done is None:
            self._first_done = done
        elapsed = time.monotonic() - self._began
        rate = (done - self._first_done) / elapsed if elapsed > 1 else 0.0
        if framing:
            return f"{rate:.1f} pages/s, reading search pages"
        left = f", about {(total - done) / rate:.0f} s left" if rate > 0 else ""
        return f"{rate:.1f} pages/s{left}"
