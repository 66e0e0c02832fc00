"""Prices when a run ends: history in the store, findings and leads out."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from domain.subjects import Observation
from pipelines.analyse import analyse
from rules.loader import load_catalogue, load_packs
from storage.store import Store
from storage.subjects import Sighting
from tests.storage.builders import DAY, a_listing, a_run, a_shop, a_sweep, a_target

pytestmark = pytest.mark.mongo


TARGET = a_target(run=a_run().id)


def visit(store: Store, day: float, price: str, **shown) -> None:
    """One visit to the listing ``day`` days from the promotion, the last ones in the run."""
    at = DAY + timedelta(days=day)
    listing = a_listing(price=Decimal(price), shop="lingang:1", **shown)
    sighting = Observation.of(listing, snapshot=f"s{day}", target=TARGET.id, observed_at=at)
    run = a_run().id if day > 0 else f"run{day}"
    store.observations.save([(sighting, run)])
    store.listings.save([(listing, Sighting(run=run, snapshot=f"s{day}", seen_at=at))])


def found(store: Store) -> list[tuple[str, str, int]]:
    for _ in range(2):
        analyse(store, a_run(), a_sweep(), now=DAY + timedelta(days=2))
    findings = store.findings.of_run(a_run().id)
    return [(one.rule, one.snapshot, len(one.evidence_ids)) for one in findings]


@pytest.fixture
def month(store: Store) -> Store:
    store.shops.save([(a_shop(), Sighting(run="r", snapshot="s", seen_at=DAY))])
    for day in range(-36, -19, 4):
        visit(store, day, "100")
    return store


def test_raised_and_cut_back_is_found_once_with_its_observations(month: Store) -> None:
    for day in (-6, -4, -2, -0.5):
        visit(month, day, "160")
    for day in (0.5, 1.5):
        visit(month, day, "99", list_price=Decimal(160), list_price_label="日常价", promotion="618直降")
    assert found(month) == [("PRICE-FAKE-DISCOUNT", "s1.5", 11)]
    (lead,) = month.leads.of_campaign("C618")
    assert lead.rules == ("PRICE-FAKE-DISCOUNT",)


def test_an_honest_markdown_is_none(month: Store) -> None:
    for day in (-6, -4, -2, -0.5):
        visit(month, day, "100")
    visit(month, 0.5, "80", list_price=Decimal(100), list_price_label="日常价", promotion="618直降")
    assert found(month) == []


def test_a_gap_before_the_promotion_leaves_it_open_and_out_of_the_denominator(month: Store) -> None:
    month.frontier.plant([TARGET])
    visit(month, 0.5, "99", list_price=Decimal(160), list_price_label="日常价", promotion="618直降")
    assert found(month) == []
    assert month.frontier.not_judged(a_run().id) == {"PRICE-FAKE-DISCOUNT": 1}


def test_a_run_names_the_rule_packs_that_judged_it(store: Store) -> None:
    store.runs.create(a_run())
    analyse(store, a_run(), a_sweep(), now=DAY)
    run = store.runs.get(a_run().id)
    assert run is not None
    assert run.rule_packs == load_packs(load_catalogue()).digest != ""
