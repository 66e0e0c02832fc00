"""Importing price histories that others recorded, on a real store."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from domain.errors import UsageError
from netsword.cli import build
from netsword.observations import read_into
from storage.store import Store

ROW = {"listing": "lingang:1", "observed_at": "2026-10-12T09:00:00+08:00", "price": "19.90"}


def lines(path: Path, *rows: object) -> Path:
    path.write_text("".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows), "utf-8")
    return path


@pytest.mark.mongo
def test_records_become_sightings_once(store: Store, tmp_path: Path) -> None:
    rows = [ROW | {"list_price": 30, "list_price_label": "原价", "sku": "S"}, ROW | {"available": False}]
    path = lines(tmp_path / "h.jsonl", *rows)
    assert [read_into(store, path, "价格台账").new for _ in range(2)] == [2, 0]
    first = store.observations.history("lingang:1")[0]
    assert first.source == "价格台账"
    assert first.snapshot.startswith("import:")
    assert read_into(store, path, "another desk").new == 2


@pytest.mark.mongo
def test_csv_and_json_lines_say_the_same(store: Store, tmp_path: Path) -> None:
    csv = tmp_path / "h.csv"
    csv.write_text("\ufefflisting,observed_at,price,promotion\nlingang:1,2026-10-12T09:00:00+08:00,19.90,\n")
    assert read_into(store, lines(tmp_path / "h.jsonl", ROW), "s").new == 1
    assert read_into(store, csv, "s").new == 0


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("{", "no JSON object"),
        ("[" * 100_000, "longer than"),
        ("[" * 50_000, "no JSON object"),
        ([1], "record: "),
        (ROW | {"price": "NaN"}, "price: "),
        (ROW | {"price": -1}, "price: "),
        (ROW | {"price": "1e400"}, "price: "),
        (ROW | {"observed_at": "2026-10-12T09:00:00"}, "observed_at: "),
        (ROW | {"observed_at": "2999-01-01T00:00:00Z"}, "observed_at: lies in the future"),
        (ROW | {"listing": "../etc"}, "listing: "),
        (ROW | {"pirce": 3}, "pirce: "),
        (ROW | {"title": "长" * 2_000}, "title: "),
    ],
)
def test_unusable_records_are_counted_with_their_line(tmp_path: Path, row: object, why: str) -> None:
    result = read_into(None, lines(tmp_path / "h.jsonl", ROW, row, row), "s")
    assert result.read == 3
    ((reason, count),) = result.refused.items()
    assert count == 2
    assert reason.startswith(why)
    assert "first on line 2" in reason


def test_a_file_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no observations at"):
        read_into(None, tmp_path / "nothing.csv", "s")
    (tmp_path / "b.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="not UTF-8"):
        read_into(None, tmp_path / "b.csv", "s")


def test_dry_run_needs_no_store_and_a_useless_file_is_wrong_usage(tmp_path: Path) -> None:
    good = lines(tmp_path / "good.jsonl", ROW)
    command = ["observations", "import", "--source", "s", "--dry-run", "--json"]
    answer = CliRunner().invoke(build(), [*command, str(good)])
    assert json.loads(answer.stdout) == {"read": 1, "new": 0, "refused": {}}
    bad = lines(tmp_path / "bad.jsonl", "x")
    answer = CliRunner().invoke(build(), [*command, str(bad)])
    assert isinstance(answer.exception, UsageError)
