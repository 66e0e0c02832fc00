"""The scorer of captured pages: right, wrong, undecided, by the rules beside the captures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from domain.errors import UsageError
from netsword.evaluate_pages import FREQUENT, score
from netsword.extract import predict, read_captures


def verdict(truth: dict[str, Any], predicted: dict[str, Any], field: str) -> str:
    figures = score([{"id": "a", "expected": truth}], [{"id": "a", **predicted}])["fields"][field]
    return next(name for name in ("right", "wrong", "undecided") if figures[name])


@pytest.mark.parametrize(
    ("truth", "predicted", "field", "expected"),
    [
        ({"title_contains": "Blue  kettle"}, {"title": "Blue kettle 2 l"}, "title", "right"),
        ({"title_contains": "Blue kettle 2 l"}, {"title": "Blue kettle"}, "title", "right"),
        ({"title_contains": "Blue kettle"}, {"title": ""}, "title", "wrong"),
        ({"price_any_of": ["19.90"]}, {"price": "19.9"}, "price", "right"),
        ({"price_any_of": ["19.90"]}, {"price": "1990"}, "price", "wrong"),
        ({"price_any_of": ["19.90"]}, {"price": None}, "price", "undecided"),
        ({"price_any_of": ["19.90"]}, {}, "price", "undecided"),
        ({"price_any_of": None}, {"price": None}, "price", "right"),
        ({"price_any_of": None}, {"price": "1"}, "price", "wrong"),
        ({"price_any_of": None}, {}, "price", "undecided"),
        ({"price_range": ["10", "20"]}, {"price": "10"}, "price", "right"),
        ({"price_range": ["10", "20"]}, {"price": "20.01"}, "price", "wrong"),
        ({"brand_any_of": ["Apple"]}, {"brand": "APPLE"}, "brand", "right"),
        ({"sku_any_of": ["1", "2"]}, {"sku": "2"}, "sku", "right"),
        ({"seller": "Small Shop Ltd"}, {"seller": "Small Shop"}, "seller", "right"),
        ({"rating": 4.5}, {"rating": "4.54"}, "rating", "right"),
        ({"rating": 4.5}, {"rating": "4.56"}, "rating", "wrong"),
        ({"review_count": 12}, {"review_count": 12}, "review_count", "right"),
        ({"review_count": 12}, {"review_count": 11}, "review_count", "wrong"),
        ({"availability": "InStock"}, {"availability": "OutOfStock"}, "availability", "wrong"),
    ],
)
def test_each_field_has_its_own_comparison(
    truth: dict[str, Any], predicted: dict[str, Any], field: str, expected: str
) -> None:
    assert verdict(truth, predicted, field) == expected


def test_list_rows_count_in_page_order_and_surplus_rows_are_wrong() -> None:
    rows = [{"title": "a", "price": "1"}, {"title": "b", "price": "2"}]
    truth = [{"id": "a", "expected": {"items": rows}}]
    one = score(truth, [{"id": "a", "items": rows[:1]}])["list_rows"]
    assert (one["right"], one["undecided"]) == (1, 1)
    three = score(truth, [{"id": "a", "items": [*rows, {"title": "c", "price": "3"}]}])["list_rows"]
    assert (three["right"], three["wrong"]) == (2, 1)


@pytest.mark.parametrize(("cases", "pooled"), [(FREQUENT - 1, FREQUENT - 1), (FREQUENT, 0)])
def test_fields_with_few_cases_are_pooled(cases: int, pooled: int) -> None:
    captures = [{"id": str(n), "expected": {"rating": 4}} for n in range(cases)]
    assert score(captures, [])["rare_fields_pooled"]["cases"] == pooled


def test_a_folder_without_an_index_is_read_page_by_page(tmp_path: Path) -> None:
    page = '<html><body><h1>Blue kettle</h1><p class="price">$25.00</p></body></html>'
    (tmp_path / "kettle.html").write_text(page, encoding="utf-8")
    (capture,) = read_captures(tmp_path)
    found = predict(tmp_path, capture)
    assert (found.prediction["id"], found.prediction["price"]) == ("kettle", "25.00")
    assert found.explained["provenance"]["price"] == "visible: /html/body/p"
    assert found.explained["read"]["price"] == str(found.prediction["price"])


def test_a_page_that_cannot_be_read_is_refused_and_not_guessed(tmp_path: Path) -> None:
    (tmp_path / "expected.jsonl").write_text(
        json.dumps({"id": "a", "kind": "search", "host": "search.jd.com", "file": "a.html"}), encoding="utf-8"
    )
    (tmp_path / "a.html").write_text("<p>new layout</p>", encoding="utf-8")
    found = predict(tmp_path, read_captures(tmp_path)[0])
    assert found.prediction == {"id": "a"}
    assert "gl-item" in found.refused


def test_a_folder_without_pages_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no recorded page"):
        read_captures(tmp_path)
