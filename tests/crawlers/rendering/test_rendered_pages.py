"""One real crawl with Chromium; every page of the site is another kind of trouble for a browser."""

from __future__ import annotations

import hashlib
import struct
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
from tests.patience import PATIENCE_S

pytestmark = [pytest.mark.mongo, pytest.mark.browser]

LAST_TRY = 3
ENDINGS = {
    # First: those without a further try, which come last, must not be open when it is.
    "/kills-the-browser": ("done", ""),
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


def kill_browsers_of(child: subprocess.Popen[bytes]) -> None:
    for process in psutil.Process(child.pid).children(recursive=True):
        with suppress(psutil.Error):
            line = process.cmdline()
            if "--headless" in line and not any(word.startswith("--type=") for word in line):
                process.kill()


@pytest.fixture(scope="module")
def rendered(mongo_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rendered]:
    var_dir: Path = tmp_path_factory.mktemp("rendered")
    database = f"test_{token_hex(8)}"
    limits = {"NETSWORD_RENDER_TIMEOUT_S": "18", "NETSWORD_RENDER_MEMORY_MB": "400"}
    with a_site() as site, open_store(uri=mongo_uri, var_dir=var_dir, database=database) as store:
        profile = PROFILE + "render: [listing]\n"
        crawl = Crawl(store, mongo_uri, var_dir, site.url, profile=profile, environment=limits)
        planted = [*crawl.plant(*ENDINGS), *crawl.plant(*HANGING, first=len(ENDINGS) + 1, attempts=LAST_TRY)]
        child = crawl.start()
        site.on_kill = lambda: kill_browsers_of(child)
        try:
            child.wait(PATIENCE_S)
        finally:
            child.kill()
            child.wait()
        yield Rendered(crawl, site, {target.url.removeprefix(site.url): target for target in planted})
        store.database.client.drop_database(database)


@pytest.mark.parametrize(("path", "ending"), [*ENDINGS.items(), *HANGING.items()])
def test_every_page_has_its_own_ending(rendered: Rendered, path: str, ending: tuple[str, str]) -> None:
    assert rendered.crawl.became(rendered.targets[path]) == ending


def test_crawl_ends_with_nothing_open(rendered: Rendered) -> None:
    assert rendered.crawl.store.frontier.open_count(rendered.crawl.run).total == 0
    assert "Spider closed (finished)" in rendered.crawl.log.read_text()


def test_document_is_kept_as_sent_and_the_dom_beside_it(rendered: Rendered) -> None:
    snapshot = rendered.snapshot("/plain")
    document = verify(rendered.crawl.var_dir / "evidence", snapshot).body.decode()
    dom = rendered.body(snapshot.dom)
    assert TITLE not in document
    assert f'<h1 class="title">{TITLE}</h1>' in dom.decode()
    assert hashlib.sha256(dom).hexdigest() == snapshot.dom_digest
    assert snapshot.payload_bytes == len(document.encode())


def test_picture_of_the_whole_page_is_kept(rendered: Rendered) -> None:
    snapshot = rendered.snapshot("/tall")
    picture = rendered.body(snapshot.screenshot)
    assert hashlib.sha256(picture).hexdigest() == snapshot.screenshot_digest
    assert (picture[:4], struct.unpack(">II", picture[16:24])) == (b"\x89PNG", (1280, 16_000))
    assert struct.unpack(">II", rendered.body(rendered.snapshot("/plain").screenshot)[16:24]) == (1280, 1024)


def test_resource_records_say_what_they_are(rendered: Rendered) -> None:
    snapshot = rendered.snapshot("/plain")
    assert snapshot.dom is not None
    assert snapshot.screenshot is not None
    records = [
        read_record(rendered.crawl.var_dir / "evidence", each) for each in (snapshot.dom, snapshot.screenshot)
    ]
    url = f"{rendered.site.url}/plain"
    assert [each.kind for each in records] == ["resource", "resource"]
    assert [each.url for each in records] == [f"urn:dom:{url}", f"urn:screenshot:fullPage:{url}"]


@pytest.mark.parametrize(
    ("path", "gap"),
    [
        ("/never-idle", "the page did not come to rest within 8 s"),
        ("/dialogs", "dialog dismissed (3)"),
        ("/dialogs", "window closed that the page opened"),
        ("/leaves", "the page wanted to go to http://127.0.0.1"),
        ("/reloads", "the page wanted to go to http://127.0.0.1"),
        ("/downloads", "download refused"),
        ("/tall", "the picture is cut after 16000 of "),
        ("/pictures", "not loaded: image"),
        ("/reaches-out", "not loaded, private_address: http://10.0.0.8/"),
        ("/reaches-out", "not loaded, private_address: http://169.254.169.254/latest/"),
        ("/reaches-out", "not loaded, private_address: http://localhost:"),
        ("/reaches-out", "not loaded: ping"),
        ("/reaches-out", "not loaded: eventsource"),
    ],
)
def test_what_a_page_did_not_get_is_named(rendered: Rendered, path: str, gap: str) -> None:
    gaps = rendered.snapshot(path).gaps
    assert [each for each in gaps if each.startswith(f"render: {gap}")], gaps


def test_nothing_private_is_reached_on_any_way(rendered: Rendered) -> None:
    # Once or more: a page beside the killed browser is rendered again.
    assert rendered.site.hits["/to-secret"] > 0
    assert rendered.site.hits["/to-private"] > 0
    assert rendered.site.hits["/secret"] == 0
    assert b"GOT secret" not in rendered.body(rendered.snapshot("/reaches-out").dom)


def test_pictures_are_not_asked_for_where_they_are_no_evidence(rendered: Rendered) -> None:
    assert rendered.site.hits["/picture.png"] == 0


def test_killed_browser_costs_a_try_and_not_the_run(rendered: Rendered) -> None:
    target = rendered.crawl.store.frontier.get(rendered.targets["/kills-the-browser"].id)
    assert target is not None
    assert target.attempts == 1
    assert rendered.site.hits["/kill"] == 2


def test_page_that_was_not_shown_keeps_its_document(rendered: Rendered) -> None:
    snapshot = rendered.snapshot("/gigabyte")
    assert (snapshot.dom, snapshot.screenshot) == (None, None)
    assert b"Uint8Array" in verify(rendered.crawl.var_dir / "evidence", snapshot).body
