"""A fifth, blind set of licence pages 亮照: ``python -m bench.fresh_licence_fifth``.

Long, busy shop and company pages as Chinese platforms and site builders make them
(``bench/data/fresh_licence_fifth.yaml``); three in five are innocent, few are tricky: what is measured
is above all how often the innocent are accused. Made from the rules of the labelled licence set
without a look at the detectors or at the pages of the other sets. Truth follows from how a case is made.
Only totals are printed: which page fails is not to be known, so that nothing is tuned on it.
``--seen`` asks Chromium whether what the set calls hidden or visible is so.
"""

from __future__ import annotations

from pathlib import Path

import yaml

from bench.fresh_licence_fifth_cases import FifthMaker
from bench.fresh_licence_third import run

DATA = Path(__file__).parent / "data" / "fresh_licence_fifth.yaml"
SEED = 16180339


def a_maker() -> FifthMaker:
    """The maker of the set."""
    return FifthMaker(yaml.safe_load(DATA.read_text(encoding="utf-8")), SEED)


if __name__ == "__main__":
    run(a_maker(), __doc__ or "", blind=True)
