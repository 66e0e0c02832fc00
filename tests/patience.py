"""How long a test waits for what must happen: this ends a hang, never a busy machine."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE_S = 240.0


def until(condition: Callable[[], object], every_s: float = 0.05) -> None:
    """Wait until ``condition`` holds.

    :raises AssertionError: It did not within ``PATIENCE_S``.
    """
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(every_s)
