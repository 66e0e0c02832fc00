"""Allocations spend the size, and Neyman's is the best there is."""

from itertools import product
from math import sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.sampling.allocation import allocate
from domain.sweep import Allocation


@given(
    st.dictionaries(st.text("abcdef", min_size=1), st.integers(1, 200), min_size=1, max_size=6),
    st.integers(1, 400),
    st.sampled_from(Allocation),
)
@settings(max_examples=150, deadline=None)
def test_allocation_spends_the_size_and_never_overdraws(totals, size, allocation):
    sizes = allocate(totals, size, allocation, rates={"a": 0.2, "b": 0.0})
    assert sum(sizes.values()) == min(size, sum(totals.values()))
    assert all(0 <= sizes[name] <= totals[name] for name in totals)
    assert size < len(totals) or all(sizes.values())
    assert size < 2 * len(totals) or all(sizes[name] >= min(2, totals[name]) for name in totals)


def test_stratum_without_targets_gets_nothing_and_breaks_nothing():
    assert allocate({"a": 0, "b": 50}, 10, Allocation.NEYMAN, rates={"b": 0.1}) == {"a": 0, "b": 10}
    assert allocate({"a": 0}, 10, Allocation.EQUAL) == {"a": 0}


def test_neyman_has_the_smallest_variance_of_all_allocations():
    totals, rates, size = {"a": 4000, "b": 2500, "c": 1500}, {"a": 0.02, "b": 0.2, "c": 0.5}, 60

    def variance(sizes):
        return sum(
            totals[name] ** 2 * (1 - n / totals[name]) * rates[name] * (1 - rates[name]) / n
            for name, n in sizes.items()
        )

    ours = allocate(totals, size, Allocation.NEYMAN, rates=rates, floor=1e-9)
    best = min(
        variance({"a": a, "b": b, "c": size - a - b})
        for a, b in product(range(1, 59), repeat=2)
        if a + b < size
    )
    # Equal up to the rounding of one unit.
    assert variance(ours) <= best * 1.001
    spread = {name: totals[name] * sqrt(rates[name] * (1 - rates[name])) for name in totals}
    for name in totals:
        assert ours[name] == pytest.approx(size * spread[name] / sum(spread.values()), abs=1)


def test_floor_keeps_a_stratum_whose_prior_rate_is_wrongly_zero():
    sizes = allocate({"a": 500, "b": 500}, 100, Allocation.NEYMAN, rates={"a": 0.0, "b": 0.3}, floor=0.3)
    assert sizes == {"a": 15, "b": 85}
