"""Yunfan's shops, which only a browser shows, crawled with and without one."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from urllib.parse import urlsplit

import pytest

from demo.market import build_market
from demo.world import Display
from domain.subjects import LinkedPageState
from domain.target import PageKind, Target
from evidence.warc import verify
from storage.store import Store, open_store
from tests.crawlers.crawling import ROOT, Crawl
from tests.patience import PATIENCE_S, until

pytestmark = [pytest.mark.mongo, pytest.mark.browser]

SEED, SHOPS = 5, 30
WANTED = {Display.LINK_LICENCE, Display.FOOTER_TEXT, Display.NOTHING}


@dataclass
class Crawled:
    crawl: Crawl
    targets: dict[Display, Target]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    ready: Path = tmp_path_factory.mktemp("yunfan") / "ready"
    sizes = f"--seed {SEED} --shops {SHOPS} --listings {2 * SHOPS}".split()
    command = [
        sys.executable,
        "-m",
        "demo.server",
        "--platform",
        "yunfan",
        "--port",
        "0",
        "--no-faults",
        *sizes,
    ]
    server = subprocess.Popen([*command, "--ready-file", str(ready)], cwd=ROOT)
    try:
        until(ready.exists)
        yield ready.read_text(encoding="utf-8").strip()
    finally:
        server.terminate()
        server.wait(PATIENCE_S)


def shops_by_display() -> dict[Display, str]:
    market = build_market(SEED, platform="yunfan", shops=SHOPS, listings=2 * SHOPS)
    return {shop.display: shop.id for shop in market.shops.values() if shop.display in WANTED}


def crawled(store: Store, mongo_uri: str, var_dir: Path, site: str, **environment: str) -> Crawled:
    changes = {
        "platforms": [{"platform": "yunfan", "base_url": site, "adapter": "yunfan"}],
        "private_hosts": [urlsplit(site).netloc],
    }
    crawl = Crawl(store, mongo_uri, var_dir, site, changes=changes, environment=environment)
    shops = shops_by_display()
    paths = [f"/store/{shop}" for shop in shops.values()]
    planted = crawl.plant(*paths, kind=PageKind.SHOP, platform="yunfan", stratum="yunfan")
    crawl.finish()
    return Crawled(crawl, dict(zip(shops, planted, strict=True)))


@pytest.fixture(scope="module")
def shown(mongo_uri: str, site: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    var_dir = tmp_path_factory.mktemp("shown")
    database = f"test_{token_hex(8)}"
    with open_store(uri=mongo_uri, var_dir=var_dir, database=database) as store:
        yield crawled(store, mongo_uri, var_dir, site)
        store.database.client.drop_database(database)


def test_shop_that_signs_its_questions_is_read(shown: Crawled) -> None:
    assert set(shown.targets) == WANTED
    assert {shown.crawl.became(target) for target in shown.targets.values()} == {("done", "")}
    shops = {seen.subject.shop_id: seen.subject for seen in shown.crawl.store.shops.of_run(shown.crawl.run)}
    text = shops[shops_by_display()[Display.FOOTER_TEXT]]
    assert "统一社会信用代码" in text.page_text
    assert "云帆远行" not in text.page_text


def test_licence_in_a_picture_is_kept_and_not_taken_for_missing(shown: Crawled) -> None:
    shops = {seen.subject.shop_id: seen.subject for seen in shown.crawl.store.shops.of_run(shown.crawl.run)}
    [page] = shops[shops_by_display()[Display.LINK_LICENCE]].licence_pages
    assert (page.state, page.reason) == (LinkedPageState.FETCHED, "picture")
    kept = shown.crawl.snapshots(shown.targets[Display.LINK_LICENCE])
    [picture] = [each for each in kept if each.content_type == "image/png"]
    assert verify(shown.crawl.var_dir / "evidence", picture).body.startswith(b"\x89PNG")
    assert sum(each.screenshot is not None for each in kept) == 2


def test_without_a_browser_the_run_goes_on_and_says_so(
    store: Store, mongo_uri: str, tmp_path: Path, site: str
) -> None:
    ended = crawled(store, mongo_uri, tmp_path, site, NETSWORD_CHROMIUM=str(tmp_path / "none"))
    assert {ended.crawl.became(target) for target in ended.targets.values()} == {("failed", "no_browser")}
    assert all(ended.crawl.snapshots(target) for target in ended.targets.values())
    assert "Spider closed (finished)" in ended.crawl.log.read_text()
