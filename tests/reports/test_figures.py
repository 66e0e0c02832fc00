"""Every target is in one column; intervals and scores are those worked out by hand."""

import pytest

from domain.target import Outcome, PageKind, TargetState
from reports.evaluation import pooled, score
from reports.intervals import wilson_interval
from reports.run_summary import coverage, reasons, strata
from storage.frontier import TargetCount


def a_count(
    state: TargetState,
    count: int,
    reason: str = "",
    kind: PageKind = PageKind.LISTING,
    stratum: str = "p/FOOD",
) -> TargetCount:
    return TargetCount(kind=kind, platform="p", stratum=stratum, state=state, reason=reason, count=count)


COUNTS = [
    a_count(TargetState.DONE, 50),
    a_count(TargetState.DONE, 2, "empty"),
    a_count(TargetState.FAILED, 3, "gone"),
    a_count(TargetState.FAILED, 4, "timeout"),
    a_count(TargetState.BLOCKED, 5, "captcha"),
    a_count(TargetState.FAILED, 8, "budget"),
    a_count(TargetState.PLANNED, 6),
    a_count(TargetState.LEASED, 1),
    a_count(TargetState.DONE, 7, kind=PageKind.SEARCH),
]


def test_blocked_broken_gone_and_empty_are_four_columns():
    search, listing = coverage(COUNTS)
    assert (search.kind, search.read, search.total) == (PageKind.SEARCH, 7, 7)
    assert [getattr(listing, outcome) for outcome in Outcome] == [50, 2, 3, 4, 5, 8, 7]
    assert (listing.total, listing.answered) == (79, 55)


def test_a_stratum_tells_really_empty_from_blocked_and_broken():
    nothing = a_count(TargetState.DONE, 3, "empty", kind=PageKind.SEARCH, stratum="p/COSMETIC")
    shop = a_count(TargetState.BLOCKED, 9, "login", kind=PageKind.SHOP, stratum="p")
    empty, food = strata([*COUNTS, nothing, shop], {"p/FOOD": 200})
    assert (empty.stratum, empty.frame, empty.drawn, empty.empty, empty.total) == ("p/COSMETIC", 0, 0, 3, 3)
    assert (food.frame, food.drawn) == (200, 79)
    assert [getattr(food, outcome) for outcome in Outcome] == [57, 2, 3, 4, 5, 8, 7]
    assert food.total == 86


def test_reasons_come_most_frequent_first():
    assert [(row.reason, row.count) for row in reasons(COUNTS)] == [
        ("budget", 8),
        ("captcha", 5),
        ("timeout", 4),
        ("gone", 3),
    ]


@pytest.mark.parametrize(
    # Newcombe (1998), Statistics in Medicine 17, pp. 857-872, table I, method 3.
    ("hits", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_interval_matches_published_figures(hits, n, low, high):
    assert wilson_interval(hits, n) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


@pytest.mark.parametrize(("hits", "n"), [(0, 0), (2, 1), (-1, 5)])
def test_no_interval_without_a_proportion(hits, n):
    with pytest.raises(ValueError, match="no proportion"):
        wilson_interval(hits, n)


def test_scores_look_at_judged_subjects_only():
    flagged = {"PG": {"a", "b"}, "LIC": set()}
    truth = {"PG": {"a", "c", "never-seen"}, "LIC": {"d"}}
    rows = score(flagged, truth, {"a", "b", "c", "d"}, ["PG", "LIC"])
    assert [(r.rule, r.true_positives, r.false_positives, r.false_negatives) for r in rows] == [
        ("LIC", 0, 0, 1),
        ("PG", 1, 1, 1),
    ]
    whole = pooled(rows)
    assert (whole.precision, whole.recall) == (0.5, pytest.approx(1 / 3))
    assert rows[0].precision is None
