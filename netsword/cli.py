"""``netsword``: one command group per noun, errors in one sentence, exit codes for cron."""

from __future__ import annotations

import gc
import signal
import sys
from importlib import import_module

import typer
from pydantic import ValidationError

from domain.errors import NetswordError, UsageError
from netsword.output import say

COMPLETE, FAULT, USAGE, BELOW_FLOOR, LOCKED, INTERRUPTED = 0, 1, 2, 3, 4, 130


GROUPS = (
    *("sweep", "run", "findings", "evidence", "observations", "platforms", "page", "registry", "rules"),
    *("sample", "schedule", "detect", "evaluate"),
)
VERBS = ("demo", "doctor", "nightly", "digest", "extract", "serve")


def build(only: str = "") -> typer.Typer:
    """The command line with all its commands, or with ``only`` one of them where that is its name.

    Importing every command takes seconds, which a command that cron calls should not.
    """
    app = typer.Typer(
        name="netsword",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        help="Marketplace monitoring for market regulators 网剑监测: plan, sample, crawl, preserve, judge.",
        epilog="Try first: netsword demo. Every command has --help with an example.",
    )
    # Also keeps a command that stands alone from becoming the whole command line.
    app.callback()(_nothing_in_common)
    # Imported here, so that a setting that does not validate is a message, not the traceback of an import.
    for name in [only] if only in GROUPS + VERBS else GROUPS + VERBS:
        module = import_module(f"netsword.{name}")
        if name in VERBS:
            app.command()(getattr(module, name))
        else:
            app.add_typer(module.app)
    return app


def _nothing_in_common() -> None:
    pass


def main() -> None:
    """Runs the command line; exit codes: 0 complete, 1 fault, 2 wrong usage, 3 below the floor, 4 locked."""
    # A service manager's stop is a person's Ctrl-C: children are asked to stop, and leases given back.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # What a start makes stays to the end; to look through it every 700 objects costs a quarter of the start.
    gc.set_threshold(10_000)
    try:
        build(next((word for word in sys.argv[1:] if not word.startswith("-")), ""))()
    except (UsageError, ValidationError) as error:
        _stop(str(error), USAGE)
    except NetswordError as error:
        _stop(str(error), FAULT)
    except KeyboardInterrupt:
        _stop(
            "interrupted. What was stored stays; 'netsword run resume last' goes on from there.", INTERRUPTED
        )


def _stop(message: str, code: int) -> None:
    say(f"netsword: {message}")
    sys.exit(code)


if __name__ == "__main__":
    main()
