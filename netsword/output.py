"""Where words go: data on stdout, progress and messages on stderr."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, is_dataclass
from datetime import date
from typing import Any

from pydantic import BaseModel
from rich.console import Console
from rich.table import Table

# A pipe or a file has no width of its own; there a table must not be folded to a terminal's.
PLAIN_WIDTH = 140
out = Console(highlight=False, width=None if sys.stdout.isatty() else PLAIN_WIDTH)
err = Console(stderr=True, highlight=False, width=None if sys.stderr.isatty() else PLAIN_WIDTH)


# Columns that are useless when they are broken in two.
CODES = ("rule", "subject", "run", "platform", "page", "state", "severity", "stratum", "reason")


def say(text: str) -> None:
    """A message for the person at the terminal; markup in ``text`` is shown, not obeyed."""
    err.print(text, markup=False)


def emit(value: Any) -> None:
    """One JSON document on stdout."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2, default=_plain)
    sys.stdout.write("\n")


def table(title: str, *columns: str, right: tuple[str, ...] = ()) -> Table:
    """An empty table; the columns named in ``right`` hold numbers."""
    made = Table(title=title, title_justify="left", title_style="bold", header_style="bold")
    for column in columns:
        is_code = column in right or column in CODES
        made.add_column(
            column, justify="right" if column in right else "left", overflow="fold", no_wrap=is_code
        )
    return made


def percent(share: float) -> str:
    """A share for people.

    >>> percent(0.0345)
    '3.5 %'
    """
    return f"{100 * share:.1f} %"


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
