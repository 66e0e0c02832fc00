"""Two days of the calendar with kills; ``python -m bench.week`` is the long trial. A minute when idle."""

import pytest

from bench.week import trial
from settings import Settings

pytestmark = [pytest.mark.mongo, pytest.mark.slow]


def test_nothing_is_lost_or_doubled_under_kills(store_settings: Settings, kills: int) -> None:
    if kills < 20:
        pytest.skip("a trial of minutes: make check-all")
    # However slow the machine, what is due is waited for.
    outcome = trial(store_settings, seconds=20, days=2, kills=3, seed=1, settle_s=900)
    assert (outcome.lost, outcome.doubled, outcome.pages_doubled, outcome.unfinished) == (0, 0, 0, 0)
    assert outcome.due == outcome.ran + outcome.made_up_for == 4
    assert outcome.ran >= 3
    assert outcome.drained
