"""A fourth set of licence pages 亮照: ``python -m bench.fresh_licence_fourth``.

Shops and sites in frames, wordings and names of their own (``bench/data/fresh_licence_fourth.yaml``), made
from the rules of the labelled licence set without a look at the detectors or at the pages of the other sets.
Truth follows from how a case is made. The first figures were blind ones; since then ``--show-wrong`` names
the cases, and the set is tuned on.
``--seen`` asks Chromium whether what the set calls hidden or visible is so.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import yaml

from bench.fresh_licence_fourth_cases import FourthMaker
from bench.fresh_licence_third import measured, told, write

DATA = Path(__file__).parent / "data" / "fresh_licence_fourth.yaml"
SEED = 27182818


def a_maker() -> FourthMaker:
    """The maker of the set."""
    return FourthMaker(yaml.safe_load(DATA.read_text(encoding="utf-8")), SEED)


def main() -> None:
    """Prints the figures, or checks with ``--seen`` what a browser shows."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument("--no-pictures", action="store_true", help="leave pictures unread")
    parser.add_argument("--show-wrong", action="store_true", help="the cases that are judged wrong")
    parser.add_argument("--keep", type=Path, help="new folder in which the pages stay")
    parser.add_argument("--seen", action="store_true", help="check hidden and visible pages in Chromium")
    given = parser.parse_args()
    if given.seen:
        from bench.fresh_licence_third_seen import check

        check(list(a_maker().cases()))
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = given.keep or Path(scratch) / "set"
        write(folder, a_maker())
        report = measured(folder, with_pictures=not given.no_pictures)
        print(told(report))
        for each in report["wrong"] if given.show_wrong else ():
            print(json.dumps(each, ensure_ascii=False))


if __name__ == "__main__":
    main()
