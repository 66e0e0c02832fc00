"""Every capture beside the checkout, read by the adapter of its host: the figures that the issue asks for."""

from __future__ import annotations

import contextlib
import gzip
import random
import time
from typing import Any

import pytest

from crawlers.platforms.base import Page
from crawlers.platforms.recognise import reader_for
from domain.errors import ExtractionError
from domain.target import PageKind
from netsword.evaluate_pages import FREQUENT, score
from netsword.extract import predict, read_captures
from tests.crawlers.platforms.recorded import FETCHED_AT
from tests.shared_data import shared

_LIMIT_S = 4.0
"""CPU seconds for one page; the slowest capture was measured at 0.3 s."""


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


def test_damaged_captures_neither_crash_nor_hang() -> None:
    folder = shared("data/pages")
    chance = random.Random(20261111)
    captures = sorted(read_captures(folder), key=lambda each: each["bytes"])
    for capture in captures[:: max(1, len(captures) // 12)]:
        text = _text(folder, capture)
        for damage in _DAMAGES:
            page = Page(
                url=capture.get("url") or f"https://{capture['host']}/",
                kind=PageKind.SEARCH if "search" in capture["kind"] else PageKind.LISTING,
                text=damage(text, chance),
                status=200,
                fetched_at=FETCHED_AT,
            )
            started = time.process_time()
            with contextlib.suppress(ExtractionError):
                reader_for(page).parse(page)
            assert time.process_time() - started < _LIMIT_S, (capture["id"], damage)


def _text(folder: Any, capture: dict[str, Any]) -> str:
    return gzip.decompress((folder / capture["file"]).read_bytes()).decode(capture["charset"], "replace")[
        :600_000
    ]


def _cut(text: str, chance: random.Random) -> str:
    return text[: chance.randrange(len(text))]


def _swap(text: str, chance: random.Random) -> str:
    one, other = sorted(chance.randrange(len(text)) for _ in range(2))
    return text[other:] + text[one:other] + text[:one]


def _noise(text: str, chance: random.Random) -> str:
    marks = ["\x00", "<", '"', "\u202e", "{", "\ufffd", "</script>", "<script>", "9" * 300]
    for _ in range(30):
        place = chance.randrange(len(text))
        text = text[:place] + chance.choice(marks) + text[place:]
    return text


_DAMAGES = (_cut, _swap, _noise)
