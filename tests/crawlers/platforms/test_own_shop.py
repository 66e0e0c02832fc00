"""The guide "Adding a platform", followed for a new site: a shop of our own, its profile, over HTTP."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from typer.testing import CliRunner

from netsword.page import app as page_app
from tests.crawlers.platforms.own_shop.shop import app as shop_app

_PROFILE = Path(__file__).parent / "own_shop" / "hofladen.yaml"


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """The shop on loopback."""
    server = uvicorn.Server(uvicorn.Config(shop_app(), port=0, log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=10)


def _recorded(site: str, into: Path, path: str, kind: str, *reader: str) -> dict[str, Any]:
    command = ["record", f"{site}{path}", "--kind", kind, "--name", "a-page", "--into", str(into), *reader]
    result = CliRunner().invoke(page_app, command)
    assert result.exit_code == 0, result.output
    [draft] = into.glob("*/a-page/expected.json")
    read: dict[str, Any] = json.loads(draft.read_text(encoding="utf-8"))
    return read


def _by_profile(site: str, into: Path, path: str, kind: str) -> dict[str, Any]:
    return _recorded(site, into, path, kind, "--adapter", "profile", "--profile", str(_PROFILE))


def test_the_generic_adapter_reads_most_of_a_new_site_before_anybody_described_it(
    site: str, tmp_path: Path
) -> None:
    fields = _recorded(site, tmp_path, "/a/101", "listing")["fields"]
    assert (fields["title"], fields["price"], fields["list_price"]) == ("Waldhonig 500 g", "8.90", "9.90")
    assert (fields["currency"], fields["availability"], fields["stock"]) == ("EUR", "InStock", 34)


def test_an_ordinary_listing_is_read_by_the_profile(site: str, tmp_path: Path) -> None:
    fields = _by_profile(site, tmp_path, "/a/101", "listing")["fields"]
    assert (fields["platform"], fields["item_id"], fields["brand"]) == ("hofladen", "101", "Imkerei Brand")
    assert (fields["price"], fields["list_price"], fields["stock"]) == ("8.90", "9.90", 34)
    assert ["Herkunft", "Odenwald"] in fields["attributes"]
    assert fields["reviews_url"] == f"{site}/a/101/meinungen"


def test_a_sold_out_listing_has_no_price_and_says_so(site: str, tmp_path: Path) -> None:
    fields = _by_profile(site, tmp_path, "/a/102", "listing")["fields"]
    assert fields["availability"] == "OutOfStock"
    assert "price" not in fields
    assert "price" in fields["missing_fields"]


def test_results_lead_on_and_an_empty_list_says_so(site: str, tmp_path: Path) -> None:
    fields = _by_profile(site, tmp_path / "some", "/suche?q=honig", "search")["fields"]
    assert [Decimal(card["price"]) for card in fields["cards"]] == [
        Decimal("8.90"),
        Decimal("6.40"),
        Decimal("4.20"),
    ]
    assert fields["next_url"] == f"{site}/suche?q=honig&ab=3"
    assert _by_profile(site, tmp_path / "none", "/suche?q=zimt", "search")["fields"] == {
        "empty": True,
        "reported": 0,
    }


def test_reviews_of_two_listings_never_share_an_identity(site: str, tmp_path: Path) -> None:
    fields = _by_profile(site, tmp_path, "/a/101/meinungen", "reviews")["fields"]
    assert [review["stars"] for review in fields["reviews"]] == [5, 3]
    assert fields["reviews"][0]["nickname"] == "G***r"
    # The page counts its reviews from one, so its own ids would be those of every other listing too.
    assert all(len(review["review_id"]) == 32 for review in fields["reviews"])


def test_an_article_that_is_gone_stands_in_the_way(site: str, tmp_path: Path) -> None:
    assert _by_profile(site, tmp_path, "/a/999", "listing")["obstacle"] == "gone"
