"""Generic-only and leave-one-site-out scoring, on pages of two sites written here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from netsword.evaluate_pages import score
from netsword.extract import predict, read_captures
from netsword.leave_one_out import GRID, generic_reader, leave_one_site_out

_PAGE = '<h1>Kettle {n}</h1><p class="price">${n}5.00</p><button>Add to cart</button>'


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    lines = []
    for n, host in enumerate(("a.example", "a.example", "item.jd.com"), 1):
        (tmp_path / f"{n}.html").write_text(
            f"<html><body>{_PAGE.format(n=n)}</body></html>", encoding="utf-8"
        )
        truth = {"title_contains": f"Kettle {n}", "price_any_of": [f"{n}5.00"], "availability": "InStock"}
        capture = {
            "id": str(n),
            "kind": "product",
            "host": host,
            "url": f"https://{host}/{n}.html",
            "bytes": 1,
        }
        lines.append(json.dumps(capture | {"file": f"{n}.html", "expected": truth}))
    (tmp_path / "expected.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return tmp_path


def test_generic_only_reads_a_platform_page_with_the_generic_adapter(gold: Path) -> None:
    captures = read_captures(gold)
    assert predict(gold, captures[2]).adapter == "jd"
    assert predict(gold, captures[2], generic_reader).adapter == "generic"


def test_every_product_page_is_scored_once_with_thresholds_of_other_sites(gold: Path) -> None:
    figures = leave_one_site_out(gold, read_captures(gold), score)
    assert figures["sites"] == 2
    assert figures["fields"]["price"]["cases"] == 3
    assert figures["fields"]["price"]["right"] == 3
    assert sum(each["pages"] for each in figures["thresholds"]) == 3


def test_thresholds_in_use_win_a_tie(gold: Path) -> None:
    [chosen] = leave_one_site_out(gold, read_captures(gold), score)["thresholds"]
    assert (chosen["score"], chosen["margin"]) == (GRID[0].score, GRID[0].margin)


def test_explaining_names_every_candidate_with_its_reasons(gold: Path) -> None:
    explained = predict(gold, read_captures(gold)[0]).explained
    [price] = explained["candidates"]["price"]
    assert price["value"] == "15.00"
    assert "currency +2" in price["reasons"]
    assert explained["provenance"]["price"] == price["place"]
