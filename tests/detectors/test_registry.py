"""Detectors by name."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from detectors.corpus import review_detectors
from detectors.registry import item_detectors
from domain.errors import UsageError
from domain.subjects import Listing, Shop
from domain.sweep import Sweep
from tests.shipped import catalogue, packs

SEEN: dict[str, Any] = {"snapshot": "s", "observed_at": datetime(2026, 11, 20, tzinfo=UTC)}
LISTING = Listing(platform="t", item_id="1", url="https://t.example/1", title="象牙手串，全网第一")
SHOP = Shop(platform="t", shop_id="1", url="https://t.example/s", name="n", page_text="小店")


@pytest.mark.parametrize(
    ("names", "rules"),
    [
        ((), []),
        (("prohibited",), ["PG-WILDLIFE"]),
        (("advertising",), ["AD-ABSOLUTE"]),
        (("terms", "advertising", "prohibited"), ["PG-WILDLIFE", "AD-ABSOLUTE"]),
        (("licence",), ["LIC-MISSING"]),
        (("reviews",), []),
        (("licence", "prohibited", "reviews"), ["PG-WILDLIFE", "LIC-MISSING"]),
    ],
)
def test_each_name_judges_its_own_subjects(names, rules):
    detectors = item_detectors(packs(), catalogue(), names)
    found = [
        finding.rule
        for subject in (LISTING, SHOP)
        for detector in detectors.of(subject)
        for finding in detector.inspect(subject, **SEEN)
    ]
    assert found == rules
    assert (review_detectors(packs(), catalogue(), names) is not None) == ("reviews" in names)


def test_the_names_a_sweep_has_by_default_are_known():
    item_detectors(packs(), catalogue(), Sweep.model_fields["detectors"].default)


@pytest.mark.parametrize("make", [item_detectors, review_detectors])
def test_unknown_name_gives_the_known_ones(make):
    with pytest.raises(
        UsageError, match=r"'license'.*advertising, licence, pricing, prohibited, reviews, terms"
    ):
        make(packs(), catalogue(), ["license"])
