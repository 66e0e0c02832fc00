"""Estimators against worked textbook examples, and against every sample there is."""

from itertools import combinations, product
from math import prod, sqrt

import numpy as np
import pytest

from crawlers.sampling.estimators import bounds, estimate, estimate_within
from crawlers.sampling.intervals import exact_interval, wilson_interval
from crawlers.sampling.layouts import GroupLayout, PoissonLayout, ShopLayout
from domain.errors import UsageError
from domain.sweep import SamplingDesign
from tests.crawlers.sampling.builders import a_visit, some_columns, strata_visited


def test_cochran_addresses_to_be_corrected():
    # Cochran (1977), sec. 3.2: 38 wrong among 200 of 3,042 addresses; total 578, standard error 81.8.
    found = estimate(*strata_visited([3042], [200], [38]))
    assert found.total == pytest.approx(578, abs=0.5)
    assert found.standard_error * 3042 == pytest.approx(81.8, abs=0.05)


def test_lohr_small_farms():
    # Lohr (2010), Sampling: Design and Analysis, ex. 2.8: 153 of 300 of 3,078 counties; 0.51, s.e. 0.0275.
    found = estimate(*strata_visited([3078], [300], [153]))
    assert (round(found.prevalence, 2), round(found.standard_error, 4)) == (0.51, 0.0275)


def test_lohr_learned_societies():
    # Lohr (2010), ex. 3.4: seven strata; share 0.2465, standard error 0.0071. Shares are printed in percent,
    # so the counts made from them are off by up to half a unit.
    totals = [9100, 1950, 5500, 10850, 2100, 5500, 9000]
    drawn = [636, 451, 481, 611, 493, 575, 588]
    shares = [0.38, 0.27, 0.18, 0.19, 0.36, 0.13, 0.26]
    hits = [round(n * share) for n, share in zip(drawn, shares, strict=True)]
    found = estimate(*strata_visited(totals, drawn, hits))
    assert found.prevalence == pytest.approx(0.2465, abs=0.0003)
    assert found.standard_error == pytest.approx(0.0071, abs=0.00005)


def test_variance_of_a_stratified_sample_is_right_over_all_samples():
    truth = np.array([1, 0, 0, 1, 1, 0, 1, 0, 0], dtype=bool)
    layout = GroupLayout.of(np.array([0] * 5 + [1] * 4), [2, 3])
    found = [
        estimate(layout, a_visit([*a, *b], truth[[*a, *b]], classes=layout.groups[[*a, *b]]))
        for a in combinations(range(5), 2)
        for b in combinations(range(5, 9), 3)
    ]
    made = np.array([one.prevalence for one in found])
    assert made.mean() == pytest.approx(truth.mean())
    assert np.mean([one.standard_error**2 for one in found]) == pytest.approx(made.var())


def test_poisson_is_right_over_all_samples():
    truth = np.array([1, 0, 1, 1, 0, 1], dtype=bool)
    chance = np.array([0.2, 0.5, 0.9, 0.4, 0.3, 1.0])
    layout = PoissonLayout(chance)
    mean = square = variance = 0.0
    for picked in product([False, True], repeat=6):
        weight = prod(p if flag else 1 - p for p, flag in zip(chance, picked, strict=True))
        if weight:
            rows = np.flatnonzero(picked)
            found = estimate(layout, a_visit(rows, truth[rows]))
            mean += weight * found.prevalence
            square += weight * found.prevalence**2
            variance += weight * found.standard_error**2
    assert mean == pytest.approx(truth.mean())
    assert variance == pytest.approx(square - mean**2)


def test_two_stages_are_right_over_all_samples():
    # Six shops of two size classes; two shops of each class, two listings of each shop.
    sizes = [2, 3, 3, 4, 5, 4]
    shops = [shop for shop, size in enumerate(sizes) for _ in range(size)]
    truth = np.random.default_rng(3).random(len(shops)) < 0.4
    columns = some_columns(shops)
    layout = ShopLayout.of(columns, SamplingDesign(kind="two_stage", size=8, per_shop=2))
    members = [np.flatnonzero(columns.shops == shop) for shop in range(6)]
    classes = [np.flatnonzero(layout.classes == code) for code in range(1, layout.class_draws.size)]
    assert (layout.classes > 0).all()
    per_class = [
        combinations(shops_of, int(n)) for shops_of, n in zip(classes, layout.class_draws[1:], strict=True)
    ]
    outcomes, weights = [], []
    for parts in product(*per_class):
        chosen = [shop for part in parts for shop in part]
        picks = [list(combinations(members[shop], int(layout.takes[shop]))) for shop in chosen]
        for listings in product(*picks):
            rows = np.concatenate(listings)
            outcomes.append(estimate(layout, a_visit(rows, truth[rows])))
            weights.append(1 / prod(len(pick) for pick in picks))
    made = np.array([one.prevalence for one in outcomes])
    mean = np.average(made, weights=weights)
    assert mean == pytest.approx(truth.mean())
    real = np.average((made - mean) ** 2, weights=weights)
    claimed = np.average([one.standard_error**2 for one in outcomes], weights=weights)
    assert claimed == pytest.approx(real)


@pytest.mark.parametrize("hits", [0, 1, 20, 199, 200])
def test_simple_random_sample_of_an_endless_frame_has_wilsons_interval(hits):
    found = estimate(*strata_visited([2_000_000], [200], [hits]))
    assert (found.low, found.high) == pytest.approx(wilson_interval(hits, 200), rel=0.03, abs=1e-9)


def test_census_is_exact():
    found = estimate(*strata_visited([40, 10], [40, 10], [4, 1]))
    assert (found.prevalence, found.low, found.high) == pytest.approx((0.1, 0.1, 0.1))


def test_sample_without_violations_claims_no_certainty():
    layout, seen = strata_visited([9000, 1000], [250, 250], [0, 0])
    found = estimate(layout, seen)
    assert (found.prevalence, found.low) == (0, 0)
    # The first stratum's pages weigh nine times as much: less is known than from 500 equal ones.
    assert found.high > wilson_interval(0, 500)[1]
    assert found.high < exact_interval(0, 250)[1]


def test_blocked_pages_are_made_up_for_within_their_class_and_bounded():
    layout, _ = strata_visited([100, 100], [10, 10], [0, 0])
    rows = [*range(10), *range(100, 110)]
    judged = [True] * 5 + [False] * 5 + [True] * 10
    violating = [True] + [False] * 14 + [True] * 5
    seen = a_visit(rows, violating, judged, classes=[0] * 10 + [1] * 10)
    found, edges = estimate(layout, seen), bounds(layout, seen)
    assert found.prevalence == pytest.approx((1 / 5 + 5 / 10) / 2)
    assert edges.all_clean.prevalence == pytest.approx((1 / 10 + 5 / 10) / 2)
    assert edges.all_violating.prevalence == pytest.approx((6 / 10 + 5 / 10) / 2)
    assert found.response_rate == 0.75
    assert edges.all_clean.low < found.low < found.high < edges.all_violating.high


def test_class_that_never_answered_is_a_recorded_fact():
    layout, seen = strata_visited([300, 100], [6, 2], [3, 0])
    silent = a_visit(seen.rows, seen.violating, seen.classes == 0, seen.classes)
    found = estimate(layout, silent)
    assert found.uncovered == pytest.approx(0.25)
    assert found.prevalence == pytest.approx(0.5)


def test_stratum_that_the_size_did_not_reach_is_left_out_and_bounded():
    layout, seen = strata_visited([80, 20], [8, 0], [2, 0])
    found, edges = estimate(layout, seen), bounds(layout, seen)
    assert found.prevalence == pytest.approx(0.25)
    assert found.uncovered == pytest.approx(0.2)
    assert edges.all_clean.prevalence == pytest.approx(0.2)
    assert edges.all_violating.prevalence == pytest.approx(0.4)


def test_nothing_judged_is_an_error():
    layout, seen = strata_visited([10], [2], [0])
    with pytest.raises(UsageError, match="nothing to estimate"):
        estimate(layout, a_visit(seen.rows, seen.violating, [False, False]))
    with pytest.raises(UsageError, match="of this part"):
        estimate_within(layout, seen, np.arange(10) > 4)


@pytest.mark.parametrize("chance", [0.0, 1.5, float("nan")])
def test_probability_outside_the_range_is_an_error(chance):
    with pytest.raises(UsageError, match="outside"):
        estimate(PoissonLayout(np.array([0.5, chance])), a_visit([0, 1], [True, False]))


def test_stratum_of_its_own_is_estimated_as_its_own_sample():
    layout, seen = strata_visited([4000, 1000], [200, 100], [10, 30])
    found = estimate_within(layout, seen, layout.groups == 1)
    alone = estimate(*strata_visited([1000], [100], [30]))
    assert found.prevalence == pytest.approx(0.3)
    assert found.standard_error == pytest.approx(alone.standard_error)
    assert (found.low, found.high) == pytest.approx((alone.low, alone.high), rel=0.01)


def test_design_effect_of_equal_weights_is_one():
    found = estimate(*strata_visited([20_000], [1000], [50]))
    assert found.design_effect == pytest.approx(0.95, abs=0.01)
    assert sqrt(found.prevalence * (1 - found.prevalence) / found.effective_size) == pytest.approx(
        found.standard_error, rel=0.02
    )
