"""Every capture beside the checkout, read by the adapter of its host: the figures that the issue asks for."""

from __future__ import annotations

from typing import Any

import pytest

from netsword.evaluate_pages import FREQUENT, score
from netsword.extract import predict, read_captures
from tests.shared_data import shared


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    folder = shared("data/pages")
    captures = read_captures(folder)
    return score(captures, [predict(folder, each).prediction for each in captures])


def test_frequent_fields_are_right_and_rarely_wrong(figures: dict[str, Any]) -> None:
    frequent = {field: each for field, each in figures["fields"].items() if each["cases"] >= FREQUENT}
    assert {"title", "price", "currency", "availability", "sku", "brand"} <= set(frequent)
    weak = {
        field: each
        for field, each in frequent.items()
        if each["accuracy"] < 0.9 or each["wrong_share"] > 0.02
    }
    assert not weak


def test_rarer_fields_pooled_are_right_and_rarely_wrong(figures: dict[str, Any]) -> None:
    pooled = figures["rare_fields_pooled"]
    assert pooled["accuracy"] >= 0.9, pooled
    assert pooled["wrong_share"] <= 0.02, pooled


def test_list_rows_are_right(figures: dict[str, Any]) -> None:
    assert figures["list_rows"]["accuracy"] >= 0.95
