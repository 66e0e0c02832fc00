"""Starts crawls as child processes: nothing is fetched in the process that shows pages."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime

from crawlers.runner import ROOT
from settings import Settings

END_LIMIT_S = 30


class Launcher:
    """The crawls that this console started; ended with it, and resumed by the next nightly round."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._children: dict[str, subprocess.Popen[bytes]] = {}

    def plan(self, run: str) -> None:
        """Reads the search pages of a run and draws no further: the dry run."""
        self._start(run, "-m", "console.framing", run)

    def visit(self, run: str) -> None:
        """Takes a run from wherever it stands to its figures."""
        # Whoever pauses the run before this process is up must not be overruled by it.
        self._start(run, "-m", "netsword.cli", "run", "resume", run, "--unless-paused")

    def is_working(self, run: str) -> bool:
        """Whether a crawl that this console started still works on a run."""
        child = self._children.get(run)
        return child is not None and child.poll() is None

    def exit_code(self, run: str) -> int | None:
        """How the last crawl started here ended; ``None`` while it works, or when there was none."""
        child = self._children.get(run)
        return None if child is None else child.poll()

    def end(self) -> None:
        """Interrupts what still works, as Ctrl+C would; each was started here."""
        working = [child for child in self._children.values() if child.poll() is None]
        for child in working:
            child.send_signal(signal.SIGINT)
        for child in working:
            try:
                child.wait(timeout=END_LIMIT_S)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()

    def _start(self, run: str, *command: str) -> None:
        if self.is_working(run):
            return
        self._settings.log_dir.mkdir(parents=True, exist_ok=True)
        log = self._settings.log_dir / f"console-{run}-{datetime.now(UTC):%H%M%S}.log"
        with log.open("wb") as sink:
            self._children[run] = subprocess.Popen(  # noqa: S603 - our own command line
                [sys.executable, *command],
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                env=environment(self._settings),
                cwd=ROOT,
                # Ctrl+C at the terminal reaches this process, which then ends them in order.
                start_new_session=True,
            )


def environment(settings: Settings) -> dict[str, str]:
    """Variables under which a child process finds the same store."""
    found = dict(os.environ, PYTHONPATH=str(ROOT))  # noqa: TID251
    found["NETSWORD_VAR_DIR"] = str(settings.var_dir.resolve())
    found["NETSWORD_MONGO_DATABASE"] = settings.mongo_database
    if settings.mongo_uri:
        found["MONGO_URI"] = settings.mongo_uri
    return found
