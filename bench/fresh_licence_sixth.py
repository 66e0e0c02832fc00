"""A sixth set of licence pages 亮照: ``python -m bench.fresh_licence_sixth``.

Shop home pages, licence pages, company sites, small programs and telephone pages of its own
(``bench/data/fresh_licence_sixth.yaml``), with the kinds of cases of the labelled licence set in about its
shares, a little harder; more than half are innocent, and tempt an accusation. Made from the rules of that set
without a look at the detectors or at the pages of the other sets. Truth follows from how a case is made.
The first figures were blind ones; since then ``--show-wrong`` names the cases, and the set is tuned on.
``--seen`` asks Chromium whether what the set calls hidden or visible is so.
"""

from __future__ import annotations

from pathlib import Path

import yaml

from bench.fresh_licence_sixth_cases import SixthMaker
from bench.fresh_licence_third import run

DATA = Path(__file__).parent / "data" / "fresh_licence_sixth.yaml"
SEED = 17320508


def a_maker() -> SixthMaker:
    """The maker of the set."""
    return SixthMaker(yaml.safe_load(DATA.read_text(encoding="utf-8")), SEED)


if __name__ == "__main__":
    run(a_maker(), __doc__ or "")
