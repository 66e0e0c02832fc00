"""A fourth set of licence pages 亮照: ``python -m bench.fresh_licence_fourth``.

Shops and sites in frames, wordings and names of their own (``bench/data/fresh_licence_fourth.yaml``), made
from the rules of the labelled licence set without a look at the detectors or at the pages of the other sets.
Truth follows from how a case is made. The first figures were blind ones; since then ``--show-wrong`` names
the cases, and the set is tuned on.
``--seen`` asks Chromium whether what the set calls hidden or visible is so.
"""

from __future__ import annotations

from pathlib import Path

import yaml

from bench.fresh_licence_fourth_cases import FourthMaker
from bench.fresh_licence_third import run

DATA = Path(__file__).parent / "data" / "fresh_licence_fourth.yaml"
SEED = 27182818


def a_maker() -> FourthMaker:
    """The maker of the set."""
    return FourthMaker(yaml.safe_load(DATA.read_text(encoding="utf-8")), SEED)


if __name__ == "__main__":
    run(a_maker(), __doc__ or "")
