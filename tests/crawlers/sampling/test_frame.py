"""What a frame saw, and how it changed."""

from crawlers.sampling.chance import number
from crawlers.sampling.frame import Claim, frame_change, frame_limits
from tests.crawlers.sampling.builders import a_frame


def test_frame_that_shrinks_between_waves_is_a_recorded_fact():
    before = a_frame({"a": 10, "b": 5})
    now = [*before[3:10], *a_frame({"b": 7})]
    change = frame_change(before, now)
    assert change.gone == {"a": 3}
    assert change.new == {"b": 2}


def test_platform_that_says_nothing_is_told_from_one_that_hides_nothing():
    silent, open_ = frame_limits(a_frame({"a": 4, "b": 4}), {"a": None, "b": Claim(reported=6, shown=6)})
    assert (silent.claim, silent.note) == (None, None)
    assert (open_.hidden, open_.note) == (0, None)


def test_numbers_never_change():
    # Plans of past years have to be drawn again from their seed: these values are for ever.
    assert number(1, "unit", "abc") == 0.19124771968373266
    assert number(2, "start", "0") == 0.38182293007942647
