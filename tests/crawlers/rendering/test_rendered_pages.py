"""One real crawl with Chromium over a site whose pages need a browser; every page is another kind of trouble."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any

import psutil
import pytest

from domain.snapshot import Snapshot
from domain.target import Target
from evidence.warc import read_record, verify
from storage.store import open_store
from tests.crawlers.crawling import PROFILE, Crawl
from tests.crawlers.rendering.hostile_pages import TITLE, Site, a_site

pytestmark = [pytest.mark.mongo, pytest.mark.browser]

LAST_TRY = 3
ENDINGS = {
    "/plain": ("done", ""),
    "/never-idle": ("done", ""),
    "/timers": ("done", ""),
    "/dialogs": ("done", ""),
    "/leaves": ("done", ""),
    "/reloads": ("done", ""),
    "/downloads": ("done", ""),
    "/tall": ("done", ""),
    "/pictures": ("done", ""),
    "/reaches-out": ("done", ""),
    "/kills-the-browser": ("done", ""),
    "/gigabyte": ("failed", "memory"),
    "/leaves-nothing": ("failed", "extraction"),
    "/large": ("failed", "too_large"),
    "/file": ("failed", "not_html"),
}
# Planted with all tries but one used up, so that the crawl is short.
HANGING = {"/busy": ("failed", "timeout"), "/dialogs-forever": ("failed", "timeout")}


@dataclass
class Rendered:
    crawl: Crawl
    site: Site
    targets: dict[str, Target]

    def snapshot(self, path: str) -> Snapshot:
        [snapshot] = self.crawl.snapshots(self.targets[path])
        return snapshot

    def body(self, ref: Any) -> bytes:
        return read_record(self.crawl.var_dir / "evidence", ref).body


def browsers_of(child: subprocess.Popen[bytes]) -> list[psutil.Process]:
    found = []
    for process in psutil.Process(child.pid).children(recursive=True):
        with suppress(psutil.Error):
            line = process.cmdline()
            if "--headless" in line and not any(word.startswith("--type=") for word in line):
                found.append(process)
    return found


@pytest.fixture(scope="module")
def rendered(mongo_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rendered]:
    var_dir: Path = tmp_path_factory.mktemp("rendered")
    database = f"test_{token_hex(8)}"
    limits = {"NETSWORD_RENDER_TIMEOUT_S": "11", "NETSWORD_RENDER_MEMORY_MB": "400"}
    with a_site() as site, open_store(uri=mongo_uri, var_dir=var_dir, database=database) as store:
        profile = PROFILE + "render: [listing]\n"
        crawl = Crawl(store, mongo_uri, var_dir, site.url, profile=profile, environment=limits)
        planted = [*crawl.plant(*ENDINGS), *crawl.plant(*HANGING, attempts=LAST_TRY)]
        child = crawl.start()
        site.on_kill = lambda: [each.kill() for each in browsers_of(child)] and None
        try:
            child.wait(100)
        finally:
            child.kill()
            child.wait()
        yield Rendered(crawl, site, {target.url.removeprefix(site.url): target for target in planted})
        store.database.client.drop_database(database)


@pytest.mark.parametrize(("path", "ending"), [*ENDINGS.items(), *HANGING.items()])
def test_every_page_has_its_own_ending(rendered: Rendered, path: str, ending: tuple[str, str]) -> None:
    assert rendered.crawl.became(rendered.targets[path]) == ending
