"""Rates and the worth of a score, learnt from what persons decided about an earlier run."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawlers.drawing import Visited
from crawlers.sampling.designs import draw
from domain.errors import UsageError
from domain.sweep import SamplingDesign
from reports import learning
from reports.learning import learn, score_auc
from storage.review_queue import Review, Status
from storage.store import Store
from tests.console.finished import a_finished_run
from tests.storage.builders import a_unit

DAY = datetime(2026, 11, 12, tzinfo=UTC)


def decide(store: Store, run: str, verdicts: dict[str, Status]) -> None:
    for finding in store.findings.of_run(run):
        if finding.subject in verdicts:
            review = Review(status=verdicts[finding.subject], by="a", at=DAY)
            assert store.review_queue.decide(finding.id, seen="", review=review) is not None


@pytest.mark.mongo
def test_rates_are_those_of_confirmed_findings_and_what_is_open_is_left_out(
    store: Store, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(learning, "LEAST_DECIDED", 30)
    monkeypatch.setattr(learning, "LEAST_OF_A_KIND", 2)
    run = a_finished_run(store, 1, flagged={1, 2, 3, 4})
    verdicts = {"lingang:1": Status.CONFIRMED, "lingang:2": Status.CONFIRMED, "lingang:3": Status.REJECTED}
    decide(store, run.id, verdicts)
    learnt = learn(store, run.id)
    assert (learnt.decided, learnt.confirmed, learnt.undecided) == (38, 2, 1)
    # 2 of 31 decided of 32 food listings, none of 8 others: 0.0516 over all; each rate drawn to it by a page.
    assert learnt.prior_rates == pytest.approx(
        {"lingang/FOOD": (2 + 0.0516) / 32, "lingang/HEALTHFOOD": 0.0516 / 8}, abs=1e-4
    )
    assert learnt.score_auc is None, "a census has no risk scores"
    design = SamplingDesign.model_validate({"allocation": "neyman", "prior_rates": learnt.prior_rates})
    assert design.prior_rates == learnt.prior_rates


@pytest.mark.mongo
def test_a_run_that_nobody_decided_teaches_nothing(store: Store):
    run = a_finished_run(store, 1, flagged={1, 2})
    with pytest.raises(UsageError, match="37 decided listings, 0 of them confirmed"):
        learn(store, run.id)


@pytest.mark.parametrize(
    ("risk_of_violating", "auc"), [(9.0, 0.99), (0.0, 0.5), (None, None)], ids=["perfect", "equal", "none"]
)
def test_the_worth_of_a_score_counts_pairs(risk_of_violating: float | None, auc: float | None):
    units = [a_unit(place, risk=0.0 if place > 10 else risk_of_violating) for place in range(1, 31)]
    sample = draw(units, SamplingDesign.model_validate({"kind": "census"}))
    keys = {unit.key: unit.key for unit in units}
    verdicts = {unit.key: unit.rank <= 10 for unit in units}
    seen = Visited(sample=sample, second=None, subject_of=keys)
    assert score_auc(seen, verdicts) == auc
