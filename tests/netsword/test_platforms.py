"""``netsword platforms``: no more is claimed than was seen."""

from __future__ import annotations

import json
from typing import Any

from typer.testing import CliRunner

from netsword.extract import read_captures
from netsword.platforms import app
from tests.shared_data import shared

_KINDS = {
    "listing": {"product", "product-json"},
    "search": {"search", "search-json"},
    "reviews": {"product", "product-json"},
}
_MARKS = {"real", "software", "demo"}


def _listed() -> list[dict[str, Any]]:
    found = CliRunner().invoke(app, ["list", "--json"])
    assert found.exit_code == 0, found.output
    listed: list[dict[str, Any]] = json.loads(found.stdout)
    return listed


def test_every_mark_says_where_a_page_kind_was_seen() -> None:
    marks = {seen.partition(":")[0] for each in _listed() for seen in each["seen"].values()}
    assert marks == _MARKS


def test_real_is_claimed_only_where_a_capture_of_that_kind_exists() -> None:
    captures = read_captures(shared("data/pages"))
    for platform in _listed():
        for kind, seen in platform["seen"].items():
            if platform["hosts"] and seen.startswith("real"):
                assert any(
                    each["kind"] in _KINDS[kind] and each["host"].endswith(tuple(platform["hosts"]))
                    for each in captures
                ), (platform["name"], kind)


def test_software_that_was_never_met_says_so() -> None:
    [generic] = [each for each in _listed() if each["name"] == "generic"]
    assert "Youzan 有赞: never seen" in generic["about"]
    assert "Shopify: state read on captures" in generic["about"]
