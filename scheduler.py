"""The scheduler service: asks every few minutes what is due, in a child process, and nothing more.

The truth about sweeps and runs lies in the store; ``netsword nightly`` reads it, runs what is due, one at a
time, and holds a lock, so a second scheduler started by mistake runs nothing twice. A child that dies takes
nothing with it; the next round resumes its run. Start it with ``python scheduler.py``; stop it with
SIGTERM, which lets the running child end.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from types import FrameType

from apscheduler.schedulers.blocking import BlockingScheduler
from loguru import logger

EVERY_MINUTES = 5
LOCKED = 4


def run_due() -> int:
    """Runs what is due in a child process; its exit code."""
    child = subprocess.run([sys.executable, "-m", "netsword.cli", "nightly"], check=False)
    if child.returncode not in (0, LOCKED):
        logger.bind(exit_code=child.returncode).warning("a round of due sweeps did not end well")
    return child.returncode


def main() -> None:
    """Runs until SIGTERM or SIGINT, then waits for the running child."""
    scheduler = BlockingScheduler(timezone="Asia/Shanghai")
    scheduler.add_job(
        run_due, "interval", minutes=EVERY_MINUTES, max_instances=1, coalesce=True, misfire_grace_time=None
    )

    def drain(signum: int, _frame: FrameType | None) -> None:
        logger.bind(signal=signum).info("draining")
        scheduler.shutdown(wait=False)

    signal.signal(signal.SIGTERM, drain)
    signal.signal(signal.SIGINT, drain)
    run_due()
    scheduler.start()


if __name__ == "__main__":
    main()
