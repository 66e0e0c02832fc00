"""Real product pages that others saved, read by the schema-org profile alone: no crash, in time, and rarely
wrong."""

from __future__ import annotations

import gzip
import json
import time
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from domain.errors import ExtractionError
from domain.subjects import Listing
from tests.crawlers.platforms.builders import a_bundled_adapter, a_page
from tests.shared_data import shared

_LIMIT_S = 2.0
"""CPU time for one page; the slowest of two megabytes was measured at 0.09 s."""


@pytest.fixture(scope="module")
def scores() -> Counter[str]:
    """How many captures had which field right, wrong, undecided, and how many were slow or refused."""
    folder = shared("data/pages")
    adapter = a_bundled_adapter("schema-org")
    counted: Counter[str] = Counter()
    for line in (folder / "expected.jsonl").read_text(encoding="utf-8").splitlines():
        capture = json.loads(line)
        if capture["kind"] != "product":
            continue
        page = a_page(_text(folder, capture), url=capture.get("url") or "http://shop.example/")
        started = time.process_time()
        counted["obstacle"] += adapter.obstacle(page) is not None
        try:
            listing = adapter.parse(page).listing
        except ExtractionError:
            listing = None
        counted["slow"] += time.process_time() - started > _LIMIT_S
        counted["captures"] += 1
        counted.update(_judged(listing, capture["expected"]))
    return counted


def test_no_capture_is_slow_or_taken_for_an_obstacle(scores: Counter[str]) -> None:
    assert scores["captures"] >= 70
    assert (scores["slow"], scores["obstacle"]) == (0, 0)


def test_title_is_right_on_nearly_every_capture(scores: Counter[str]) -> None:
    # Measured: 74 of 74 right.
    assert scores["title right"] >= 0.93 * scores["captures"], scores


def test_price_is_rather_left_open_than_wrong(scores: Counter[str]) -> None:
    # Measured: 39 right, 34 undecided, 0 wrong of 73; two captures contradict themselves and are left open.
    assert scores["price wrong"] <= 2, scores
    assert scores["price right"] >= 34, scores


def _text(folder: Path, capture: dict[str, Any]) -> str:
    return gzip.decompress((folder / capture["file"]).read_bytes()).decode(capture["charset"], "replace")


def _judged(listing: Listing | None, expected: dict[str, Any]) -> list[str]:
    title = " ".join(expected["title_contains"].split())
    right = listing is not None and (title in listing.title or listing.title in title)
    judged = ["title " + ("undecided" if listing is None else "right" if right else "wrong")]
    if "price_any_of" in expected:
        price = listing.price if listing else None
        known = [Decimal(each) for each in expected["price_any_of"] or ()]
        judged.append("price " + ("undecided" if price is None else "right" if price in known else "wrong"))
    return judged
