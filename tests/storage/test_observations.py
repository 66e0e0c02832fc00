"""Price histories as columns: every listing of a run whole, bounded, with its earlier sightings."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import polars as pl

from domain.subjects import Availability, Observation
from storage import observations
from storage.store import Store
from tests.storage.builders import DAY, RUN


def an_observation(number: int = 1, *, day: float = 0, **changes: Any) -> Observation:
    facts: dict[str, Any] = {
        "subject": f"lingang:{number}",
        "snapshot": f"s{day}",
        "target": "t",
        "observed_at": DAY + timedelta(days=day),
        "title": "手工黑糖 500克",
        "price": Decimal("19.90"),
    }
    return Observation(**facts | changes)


def frames(store: Store, **options) -> list[pl.DataFrame]:
    return list(store.observations.frames(RUN, since=DAY - timedelta(days=40), **options))


def test_a_run_gets_the_whole_history_of_what_it_saw(store: Store) -> None:
    store.observations.save([(an_observation(1, day=day), f"run{day}") for day in (-50, -30, -1)])
    store.observations.save([(an_observation(2, day=-1), "other")])
    store.observations.save([(an_observation(1), RUN), (an_observation(3), RUN)])
    (frame,) = frames(store)
    assert frame.schema == observations.SCHEMA
    seen = frame.sort("listing", "observed_at").select("listing", "observed_at", "price").rows()
    assert seen == [("lingang:1", DAY + timedelta(days=day), 19.9) for day in (-30, -1, 0)] + [
        ("lingang:3", DAY, 19.9)
    ]


def test_variants_are_rows_of_their_own(store: Store) -> None:
    prices = (("SKU S", Decimal("19.90")), ("SKU L", Decimal(35)), ("拼团价", Decimal(15)))
    store.observations.save([(an_observation(sku="S", list_price=Decimal(30), prices=prices), RUN)])
    (frame,) = frames(store)
    assert sorted(frame.select("sku", "price", "list_price").rows()) == [("L", 35.0, None), ("S", 19.9, 30.0)]


def test_frames_are_bounded_by_listings_sightings_and_rows(store: Store, monkeypatch) -> None:
    monkeypatch.setattr(observations, "MOST_SIGHTINGS", 3)
    monkeypatch.setattr(observations, "MOST_ROWS", 4)
    store.observations.save([(an_observation(n, day=day), RUN) for n in (1, 2, 3) for day in range(-5, 1)])
    found = [sorted(frame["listing"].value_counts().rows()) for frame in frames(store, batch_listings=3)]
    assert found == [[("lingang:2", 3), ("lingang:3", 3)], [("lingang:1", 3)]]
    assert [frame["listing"].n_unique() for frame in frames(store, batch_listings=1)] == [1, 1, 1]
    latest = pl.concat(frames(store))["observed_at"].min()
    assert latest == DAY - timedelta(days=2)


def test_sightings_of_an_earlier_release_are_read(store: Store) -> None:
    old = {
        "subject",
        "snapshot",
        "target",
        "observed_at",
        "price",
        "list_price",
        "promotion",
        "sales_low",
        "stock",
    }
    store.observations.save([(an_observation(availability=Availability.OUT_OF_STOCK), RUN)])
    collection = store.database["observations"]
    known = {"_id", "run", "review_count", "availability"} | old
    (document,) = collection.find()
    collection.replace_one({}, {name: value for name, value in document.items() if name in known})
    (frame,) = frames(store)
    assert frame.select("title", "sku", "available").row(0) == ("", "", False)
    assert store.observations.history("lingang:1")[0].title == ""
