"""The sample-size calculator against a textbook, and against itself backwards."""

import pytest

from crawlers.sampling.size import SizeQuestion, sample_size, size_to_see, smallest_seen
from domain.errors import UsageError


def test_cochran_blood_groups():
    # Cochran (1977), sec. 4.2 and 4.4: margin 5 %, t = 2, p = 50 %: 400; on an island of 3,200 people 356.
    two_sigma = 0.954_499_7
    assert sample_size(SizeQuestion(margin=0.05, confidence=two_sigma, response_rate=1)).judged == 400
    assert (
        sample_size(SizeQuestion(margin=0.05, confidence=two_sigma, frame=3200, response_rate=1)).judged
        == 356
    )


def test_pages_and_hours():
    answer = sample_size(
        SizeQuestion(margin=0.05, response_rate=0.5, pages_per_listing=3, delay_s=2, hosts=2, design_effect=2)
    )
    assert (answer.judged, answer.drawn, answer.pages) == (769, 1537, 4611)
    assert answer.hours == pytest.approx(4611 * 2 / 2 / 3600)


def test_interval_to_expect_is_about_two_margins_wide():
    answer = sample_size(SizeQuestion(margin=0.02, prevalence=0.1, frame=5000, response_rate=1))
    assert answer.high - answer.low == pytest.approx(0.04, rel=0.01)


@pytest.mark.parametrize(
    "wrong",
    [
        {"margin": 0},
        {"margin": 0.5},
        {"confidence": 1},
        {"prevalence": 0},
        {"response_rate": 0},
        {"response_rate": 1.1},
        {"hosts": 0},
        {"frame": 0},
        {"design_effect": float("nan")},
    ],
)
def test_numbers_out_of_range_are_errors(wrong):
    with pytest.raises(UsageError, match="out of range"):
        sample_size(SizeQuestion(**{"margin": 0.1} | wrong))


def test_frame_too_small_for_the_margin_is_an_error():
    with pytest.raises(UsageError, match="wider margin"):
        sample_size(SizeQuestion(margin=0.01, frame=100, response_rate=0.8))


def test_seeing_one_and_the_rule_of_three():
    assert size_to_see(smallest_seen(300)) == 300
    assert smallest_seen(1000) == pytest.approx(3 / 1000, rel=0.01)
    with pytest.raises(UsageError, match="between 0 and 1"):
        size_to_see(0)
