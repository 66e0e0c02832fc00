"""The scheduler service: asks every few minutes what is due, in a child process, and nothing more.

The truth about sweeps and runs lies in the store; ``netsword nightly`` reads it, runs what is due, one at a
time, and holds a lock, so a second scheduler started by mistake runs nothing twice. A child that dies takes
nothing with it; the next round resumes its run. Start it with ``python scheduler.py``. SIGTERM asks the
running child to stop, which gives its targets back, and waits for it.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import datetime
from types import FrameType
from zoneinfo import ZoneInfo

from apscheduler.schedulers.blocking import BlockingScheduler
from loguru import logger

CHINA = ZoneInfo("Asia/Shanghai")
EVERY_MINUTES = 5
LOCKED = 4


class Rounds:
    """Rounds of due sweeps, each a child process, one at a time."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._stopping = False

    def run(self) -> None:
        """One round; its exit code goes to the log when it is not what one hopes for."""
        if self._stopping:
            return
        self._child = subprocess.Popen([sys.executable, "-m", "netsword.cli", "nightly"])
        exit_code = self._child.wait()
        if exit_code not in (0, LOCKED):
            logger.bind(exit_code=exit_code).warning("a round of due sweeps did not end well")

    def stop(self) -> None:
        """Asks the running round to stop, and starts no other."""
        self._stopping = True
        if self._child is not None and self._child.poll() is None:
            self._child.terminate()


def main() -> None:
    """Runs until SIGTERM or SIGINT."""
    rounds = Rounds()
    scheduler = BlockingScheduler(timezone=CHINA)
    scheduler.add_job(
        rounds.run,
        "interval",
        minutes=EVERY_MINUTES,
        next_run_time=datetime.now(CHINA),
        max_instances=1,
        coalesce=True,
        misfire_grace_time=None,
    )

    def drain(signum: int, _frame: FrameType | None) -> None:
        logger.bind(signal=signum).info("draining")
        rounds.stop()
        scheduler.shutdown(wait=True)

    signal.signal(signal.SIGTERM, drain)
    signal.signal(signal.SIGINT, drain)
    scheduler.start()


if __name__ == "__main__":
    main()
