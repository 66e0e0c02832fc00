"""Scores sets of invented licence pages: ``python -m bench.fresh_licence SET``, or ``all`` for one table."""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.fresh_licence.figures import HEAD, measured, row, told
from bench.fresh_licence.sets import SETS, FreshSet
from bench.fresh_licence.written import write


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    lines = "\n".join(f"  {name:16}{each.about}" for name, each in SETS.items())
    parser = argparse.ArgumentParser(
        prog="python -m bench.fresh_licence",
        description=f"Scores a set of invented licence pages.\n\nsets:\n{lines}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("set", choices=(*SETS, "all"), metavar="SET", help="a name from the list, or all")
    parser.add_argument("--no-pictures", action="store_true", help="leave pictures unread")
    parser.add_argument("--show-wrong", action="store_true", help="name the cases that are judged wrong")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="new folder in which the pages stay")
    parser.add_argument("--seen", action="store_true", help="check hidden and visible pages in Chromium")
    given = parser.parse_args(arguments)
    if given.set == "all" and (given.show_wrong or given.keep or given.seen):
        parser.error("all prints totals only: name one set")
    if given.set != "all" and SETS[given.set].is_blind and (given.show_wrong or given.keep):
        parser.error("this set is blind: its cases are not named, only totals are")
    return given


def _scored(fresh: FreshSet, given: argparse.Namespace) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as scratch:
        folder = given.keep or Path(scratch) / "set"
        write(folder, fresh.maker(), prefix=fresh.prefix, shops=fresh.shops)
        return measured(folder, with_pictures=not given.no_pictures)


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints what was asked for."""
    given = _asked(arguments)
    if given.set == "all":
        print(HEAD)
        for name, fresh in SETS.items():
            print(row(name, _scored(fresh, given)), flush=True)
        return
    fresh = SETS[given.set]
    if given.seen:
        from bench.fresh_licence.seen import check

        check(list(fresh.maker().cases()))
        return
    report = _scored(fresh, given)
    print(told(report))
    for each in report["wrong"] if given.show_wrong else ():
        print(json.dumps(each, ensure_ascii=False))


if __name__ == "__main__":
    main()
