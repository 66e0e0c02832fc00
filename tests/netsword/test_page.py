"""``netsword page record`` and ``netsword platforms``, over real HTTP on loopback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from crawlers.platforms.site_profile import load_profile
from domain.errors import UsageError
from netsword import page, platforms
from netsword.extract import read_captures
from tests.loopback import Handler, Site, serving

_PAGE = '<html lang="en"><body><h1>Blue kettle</h1><p class="price">$25.00</p></body></html>'


class _Shop(Handler):
    def respond(self) -> None:
        self.answer("User-agent: *\nDisallow: /private\n" if self.path == "/robots.txt" else _PAGE)


@pytest.fixture
def shop() -> Iterator[str]:
    with serving(Site(_Shop)) as site:
        yield site.url


def test_record_writes_the_page_and_a_draft(shop: str, tmp_path: Path) -> None:
    result = CliRunner().invoke(page.app, ["record", f"{shop}/goods/1.html", "--into", str(tmp_path)])
    assert result.exit_code == 0, result.output
    (folder,) = {path.parent for path in tmp_path.rglob("page.html")}
    assert (folder / "page.html").read_text(encoding="utf-8") == _PAGE
    draft = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    assert (draft["fields"]["title"], draft["fields"]["price"]) == ("Blue kettle", "25.00")
    assert (draft["status"], draft["obstacle"]) == (200, None)


def test_a_recorded_page_is_not_replaced_unasked(shop: str, tmp_path: Path) -> None:
    command = ["record", f"{shop}/goods/1.html", "--into", str(tmp_path)]
    assert CliRunner().invoke(page.app, command).exit_code == 0
    (expected,) = tmp_path.rglob("expected.json")
    expected.write_text("what a person wrote", encoding="utf-8")
    refused = CliRunner().invoke(page.app, command)
    assert isinstance(refused.exception, UsageError)
    assert "--again" in str(refused.exception)
    assert expected.read_text(encoding="utf-8") == "what a person wrote"
    assert CliRunner().invoke(page.app, [*command, "--again"]).exit_code == 0
    assert "Blue kettle" in expected.read_text(encoding="utf-8")


def test_record_obeys_robots_txt(shop: str, tmp_path: Path) -> None:
    result = CliRunner().invoke(page.app, ["record", f"{shop}/private/1.html", "--into", str(tmp_path)])
    assert isinstance(result.exception, UsageError)
    assert not list(tmp_path.iterdir())


def test_a_recorded_page_is_read_again_as_it_was_recorded(shop: str, tmp_path: Path) -> None:
    profile = tmp_path / "kettles.yaml"
    profile.write_text(
        "name: kettles\nlisting: {item_id_else: url, fields: {title: [{css: h1}], stock: [{const: '0'}]}}\n",
        encoding="utf-8",
    )
    command = ["record", f"{shop}/goods/1.html", "--into", str(tmp_path), "--profile", str(profile)]
    assert CliRunner().invoke(page.app, command).exit_code == 0
    folder = tmp_path / "kettles"
    draft = folder / "listing" / "expected.json"
    assert json.loads(draft.read_text(encoding="utf-8"))["fields"]["stock"] == 0
    (capture,) = read_captures(folder)
    assert (capture["id"], capture["url"]) == ("listing", f"{shop}/goods/1.html")
    checked = ["check", str(profile), "--pages", str(folder)]
    assert CliRunner().invoke(platforms.app, checked).exit_code == 0
    profile.write_text(profile.read_text(encoding="utf-8").replace("h1", "h2"), encoding="utf-8")
    load_profile.cache_clear()
    found = CliRunner().invoke(platforms.app, checked)
    assert (found.exit_code, found.stdout.partition(":")[0]) == (1, "listing")


def test_a_field_that_changed_is_named_with_both_values(tmp_path: Path) -> None:
    folder = tmp_path / "shop" / "listing-plain"
    folder.mkdir(parents=True)
    (folder / "page.html").write_text(_PAGE, encoding="utf-8")
    expected = {"url": "http://shop.example/1", "kind": "listing", "status": 200, "obstacle": None}
    (folder / "expected.json").write_text(
        json.dumps(expected | {"fields": {"title": "Red kettle"}}), encoding="utf-8"
    )
    found = CliRunner().invoke(platforms.app, ["check", "generic", "--pages", str(folder.parent)])
    assert "listing-plain/title: expected 'Red kettle', found 'Blue kettle'" in found.stdout
    assert found.exit_code == 1


def test_platforms_says_what_was_seen_on_real_pages_and_what_only_in_the_demo() -> None:
    result = CliRunner().invoke(platforms.app, ["list", "--json"])
    known = {each["name"]: each["seen"] for each in json.loads(result.output)}
    assert known["jd"]["search"].startswith("real")
    assert "shop" not in known["jd"]
    assert known["lingang"]["search"].startswith("demo")
