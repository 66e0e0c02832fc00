"""Every recorded page, field by field: the id of a test is ``platform/page/field``."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from crawlers.platforms.base import Adapter
from netsword.recorded import fields_of, reader_of, recorded_page
from tests.crawlers.platforms.recorded import PAGES


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    folders = sorted(path.parent for path in PAGES.glob("*/*/expected.json"))
    if "field" in metafunc.fixturenames:
        cases = [(folder, field) for folder in folders for field in _expected(folder)["fields"]]
        ids = [f"{folder.parent.name}/{folder.name}/{field}" for folder, field in cases]
        metafunc.parametrize(("folder", "field"), cases, ids=ids)
    else:
        metafunc.parametrize(
            "folder", folders, ids=[f"{folder.parent.name}/{folder.name}" for folder in folders]
        )


def test_field_is_read_as_recorded(folder: Path, field: str) -> None:
    assert _read(folder).get(field) == _expected(folder)["fields"][field]


def test_nothing_else_is_read(folder: Path) -> None:
    assert sorted(_read(folder)) == sorted(_expected(folder)["fields"])


def test_values_say_where_they_stood(folder: Path) -> None:
    page, expected = recorded_page(folder)
    parsed = None if expected["obstacle"] else _adapter(folder).parse(page)
    if parsed is None or parsed.listing is None:
        return
    where = dict(parsed.provenance)
    shown = {
        name
        for name in ("title", "price", "list_price", "stock")
        if getattr(parsed.listing, name) is not None
    }
    assert shown <= set(where)
    assert all(place.partition(": ")[2] or place == "url" for place in where.values())


def test_obstacle_is_told_from_the_page(folder: Path) -> None:
    page, expected = recorded_page(folder)
    assert _adapter(folder).obstacle(page) == expected["obstacle"]


def _expected(folder: Path) -> dict[str, Any]:
    return recorded_page(folder)[1]


@lru_cache(maxsize=64)
def _read(folder: Path) -> dict[str, Any]:
    page, expected = recorded_page(folder)
    return {} if expected["obstacle"] else fields_of(_adapter(folder).parse(page))


def _adapter(folder: Path) -> Adapter:
    return reader_of(folder, recorded_page(folder)[0])
