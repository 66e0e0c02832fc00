"""The sweeps that the guides show are sweeps."""

import re

import pytest

from crawlers.planning import first_targets
from crawlers.runner import ROOT
from crawlers.sweep_text import parse_sweep

GUIDE = (ROOT / "docs" / "officers-guide.md").read_text(encoding="utf-8")
SHOWN = [text for text in re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL) if text.startswith("name: ")]


@pytest.mark.parametrize("text", SHOWN, ids=lambda text: str(text).split()[1])
def test_sweep_in_the_guide_is_valid(text):
    sweep = parse_sweep(text)
    assert first_targets(sweep, "check") or sweep.cohort


def test_guide_shows_sweeps():
    assert len(SHOWN) >= 2
