"""A fifth, blind set of licence pages 亮照: ``python -m bench.fresh_licence_fifth``.

Long, busy shop and company pages as Chinese platforms and site builders make them
(``bench/data/fresh_licence_fifth.yaml``); three in five are innocent, few are tricky: what is measured
is above all how often the innocent are accused. Made from the rules of the labelled licence set
without a look at the detectors or at the pages of the other sets. Truth follows from how a case is made.
Only totals are printed: which page fails is not to be known, so that nothing is tuned on it.
``--seen`` asks Chromium whether what the set calls hidden or visible is so.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, cast

import yaml

from bench.fresh_licence_fifth_cases import FifthMaker
from bench.fresh_licence_third import measured, told, write

if TYPE_CHECKING:
    from bench.fresh_licence_third_cases import CaseMaker

DATA = Path(__file__).parent / "data" / "fresh_licence_fifth.yaml"
SEED = 16180339


def a_maker() -> FifthMaker:
    """The maker of the set."""
    return FifthMaker(yaml.safe_load(DATA.read_text(encoding="utf-8")), SEED)


def main() -> None:
    """Prints the figures, or checks with ``--seen`` what a browser shows."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument("--no-pictures", action="store_true", help="leave pictures unread")
    parser.add_argument("--show-wrong", action="store_true", help="refused: the set is blind")
    parser.add_argument("--seen", action="store_true", help="check hidden and visible pages in Chromium")
    given = parser.parse_args()
    if given.show_wrong:
        parser.error("this set is blind: its wrong cases are not named, only totals are")
    if given.seen:
        from bench.fresh_licence_third_seen import check

        check(list(a_maker().cases()))
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "set"
        # Writing asks a maker only for its platform and its cases.
        write(folder, cast("CaseMaker", a_maker()))
        print(told(measured(folder, with_pictures=not given.no_pictures)))


if __name__ == "__main__":
    main()
