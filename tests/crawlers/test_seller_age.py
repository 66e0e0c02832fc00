"""Strata by the age of sellers: what was known before the draw, an age unknown as a class of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from crawlers.drawing import framed_units
from crawlers.sampling.designs import draw
from crawlers.seller_age import SellerAge, seller_ages
from domain.notes import NoteCode, note
from reports.labels import STRATUM_PARTS
from storage.store import Store
from storage.subjects import Sighting
from tests.builders import a_sweep
from tests.storage.builders import a_run, a_shop, a_unit

NOW = datetime(2026, 11, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("opened", "age"),
    [
        ("2026-03-02", SellerAge.YOUNG),
        ("开店时间：2024年11月1日", SellerAge.GROWN),
        ("2011/01/02", SellerAge.OLD),
        ("2027-01-01", SellerAge.UNKNOWN),
        ("2026-13-41", SellerAge.UNKNOWN),
        ("5年老店", SellerAge.UNKNOWN),
        ("", SellerAge.UNKNOWN),
    ],
)
@pytest.mark.mongo
def test_an_opening_date_that_a_visit_recorded_tells_the_class(store: Store, opened: str, age: SellerAge):
    _visited(store, opened)
    assert seller_ages(store, ["lingang:s1"], date(2026, 11, 11)) == {"lingang:s1": age}


@pytest.mark.mongo
def test_classes_are_kept_with_the_cards_so_the_draw_can_be_repeated(store: Store):
    _visited(store, "2011-01-02")
    run = a_run(2, started_at=NOW)
    store.runs.create(run)
    shops = {1: "lingang:s1", 2: "lingang:s1", 3: "lingang:s2", 4: "lingang:s2"}
    store.frame.save(replace(a_unit(place, run=run.id), shop=shop) for place, shop in shops.items())
    sweep = a_sweep(design={"kind": "stratified", "size": 2, "cuts": ["seller_age"]})
    units = framed_units(store, sweep, run.id)
    assert [unit.seller_age for unit in units] == [SellerAge.OLD] * 2 + [SellerAge.UNKNOWN] * 2
    assert set(draw(units, sweep.design).drawn_by_stratum) == {
        "lingang/food/seller 3+ years",
        "lingang/food/seller age unknown",
    }
    kept = store.runs.get(run.id)
    assert kept is not None
    assert kept.notes == (note(NoteCode.SELLER_AGES, shops=2, unknown=1),)
    _visited(store, "2026-01-02", run=3)
    assert framed_units(store, sweep, run.id) == units


def test_a_sweep_without_the_cut_has_no_ages_and_every_class_a_chinese_name():
    units = [a_unit(place) for place in range(4)]
    plain, cut = (
        a_sweep(design={"kind": "stratified", "cuts": cuts}).design for cuts in ([], ["seller_age"])
    )
    assert set(draw(units, plain).drawn_by_stratum) == {"lingang/food"}
    assert set(draw(units, cut).drawn_by_stratum) == {"lingang/food/seller age unknown"}
    assert {age.value for age in SellerAge} <= set(STRATUM_PARTS)


def _visited(store: Store, opened: str, run: int = 1) -> None:
    sighting = Sighting(run=a_run(run).id, snapshot="s", seen_at=NOW)
    store.shops.save([(a_shop("s1", opened=opened), sighting)])
