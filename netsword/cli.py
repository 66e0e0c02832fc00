"""``netsword``: one command group per noun, errors in one sentence, exit codes for cron."""

from __future__ import annotations

import signal
import sys

import typer
from pydantic import ValidationError

from domain.errors import NetswordError, UsageError
from netsword.output import say

COMPLETE, FAULT, USAGE, BELOW_FLOOR, LOCKED, INTERRUPTED = 0, 1, 2, 3, 4, 130


def build() -> typer.Typer:
    """The command line with all its commands."""
    # Imported here, so that a setting that does not validate is a message, not the traceback of an import.
    from netsword import (
        demo,
        detect,
        digest,
        doctor,
        evaluate,
        evidence,
        extract,
        findings,
        nightly,
        observations,
        page,
        platforms,
        registry,
        rules,
        run,
        sample,
        schedule,
        serve,
        sweep,
    )

    app = typer.Typer(
        name="netsword",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        help="Marketplace monitoring for market regulators 网剑监测: plan, sample, crawl, preserve, judge.",
        epilog="Try first: netsword demo. Every command has --help with an example.",
    )
    for noun in (
        sweep,
        run,
        findings,
        evidence,
        observations,
        platforms,
        page,
        registry,
        rules,
        sample,
        schedule,
        detect,
        evaluate,
    ):
        app.add_typer(noun.app)
    for verb in (demo.demo, doctor.doctor, nightly.nightly, digest.digest, extract.extract, serve.serve):
        app.command()(verb)
    return app


def main() -> None:
    """Runs the command line; exit codes: 0 complete, 1 fault, 2 wrong usage, 3 below the floor, 4 locked."""
    # A service manager's stop is a person's Ctrl-C: children are asked to stop, and leases given back.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        build()()
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
