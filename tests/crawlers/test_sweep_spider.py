"""Whole crawls of a run over HTTP on loopback: its phases, its bounds, and what a crash leaves."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from secrets import token_hex

import pytest

from crawlers.planning import first_targets
from domain.notes import NoteCode, note
from domain.run import RunState
from domain.subjects import LinkedPageState
from domain.target import PageKind
from evidence.warc import verify
from storage.store import open_store
from tests.crawlers.crawling import ROOT, RUN, Crawl
from tests.crawlers.hostile import Site, a_site
from tests.patience import PATIENCE_S, until

pytestmark = pytest.mark.mongo


@pytest.fixture
def site() -> Iterator[Site]:
    with a_site() as running:
        yield running


@pytest.fixture
def crawl(site, store, mongo_uri, tmp_path) -> Crawl:
    return Crawl(store, mongo_uri, tmp_path, site.url)


@pytest.fixture(scope="module")
def whole(mongo_uri, tmp_path_factory) -> Iterator[tuple[Crawl, Site]]:
    """A run that was made but not planted, crawled to its end."""
    var_dir, database = tmp_path_factory.mktemp("whole"), f"test_{token_hex(8)}"
    with a_site() as site, open_store(uri=mongo_uri, var_dir=var_dir, database=database) as store:
        crawl = Crawl(store, mongo_uri, var_dir, site.url, changes={"budget": {"search_pages": 2}})
        crawl.begin(RunState.PLANNED)
        crawl.finish()
        yield crawl, site
        store.database.client.drop_database(database)


def test_run_that_was_cut_short_before_planting_is_planted(whole):
    crawl, _ = whole
    [planned] = first_targets(crawl.sweep(), RUN)
    assert crawl.became(planned) == ("done", "")


def test_run_builds_its_frame_draws_and_visits(whole):
    crawl, _ = whole
    assert crawl.store.runs.get(RUN).state is RunState.VISITING
    assert crawl.store.frontier.open_count(RUN).total == 0
    frame = crawl.store.frame.units(RUN)
    assert len(frame) == 6
    assert {unit.stratum for unit in frame} == {"teashop/TEA"}
    read = {cell.kind: cell.count for cell in crawl.store.frontier.counts(RUN) if cell.state == "done"}
    assert read == {PageKind.SEARCH: 2, PageKind.LISTING: 6, PageKind.SHOP: 1}


def test_frame_that_a_budget_cut_says_so(whole):
    crawl, site = whole
    cut = [cell for cell in crawl.store.frontier.counts(RUN) if cell.reason == "budget"]
    assert [(cell.kind, cell.state, cell.count) for cell in cut] == [(PageKind.SEARCH, "failed", 1)]
    assert note(NoteCode.FRAME_CUT, pages=2) in crawl.store.runs.get(RUN).notes
    assert sum(count for path, count in site.hits.items() if path.startswith("/search")) == 2


def test_only_the_frame_is_built_when_that_is_asked(crawl):
    crawl.changes = {"budget": {"search_pages": 1}}
    crawl.begin(RunState.PLANNED)
    child = crawl.start(only_frame="1")
    assert child.wait(PATIENCE_S) == 0
    assert crawl.store.frame.count(RUN) == 3
    assert crawl.store.runs.get(RUN).state is RunState.FRAMING


def test_budget_ends_the_run_and_is_told_from_failure(crawl, site):
    crawl.changes = {"budget": {"pages": 4}}
    targets = crawl.plant(*(f"/listing/{number}" for number in range(10)))
    crawl.finish()
    endings = [crawl.became(target) for target in targets]
    assert endings.count(("done", "")) == 4
    assert endings.count(("failed", "budget")) == 6
    assert crawl.store.frontier.open_count(RUN).total == 0


def test_licence_links_are_followed_one_step_and_each_told_apart(crawl, site):
    [shop] = crawl.plant("/shop/7", kind=PageKind.SHOP)
    crawl.finish()
    assert crawl.became(shop) == ("done", "")
    [seen] = crawl.store.shops.of_run(RUN)
    pages = {page.url.removeprefix(site.url): page for page in seen.subject.licence_pages}
    assert pages["/licence/1"].state is LinkedPageState.FETCHED
    assert "统一社会信用代码" in pages["/licence/1"].text
    assert pages["/licence-gone"].state is LinkedPageState.DEAD
    private = pages["http://10.0.0.9/licence"]
    assert (private.state, private.reason) == (LinkedPageState.NOT_OBSERVED, "private_address")
    snapshots = crawl.snapshots(shop)
    assert {snapshot.url.removeprefix(site.url) for snapshot in snapshots} == {
        "/shop/7",
        "/licence/1",
        "/licence-gone",
    }
    for snapshot in snapshots:
        verify(crawl.var_dir / "evidence", snapshot)


def test_killed_crawl_goes_on_with_nothing_lost(crawl, site):
    targets = crawl.plant(*(f"/listing/{number}" for number in range(80)))
    child = crawl.start(DOWNLOAD_DELAY="0.02")
    until(lambda: sum(site.hits.values()) >= 25, every_s=0.02)
    child.send_signal(signal.SIGKILL)
    child.wait()
    done_before = sum(crawl.became(target)[0] == "done" for target in targets)
    assert 0 < done_before < 80
    crawl.store.frontier.release(RUN, crawl.store.frontier.owners(RUN))
    crawl.finish()
    assert {crawl.became(target) for target in targets} == {("done", "")}
    again = sum(count > 1 for path, count in site.hits.items() if path.startswith("/listing"))
    assert again <= 32, "only what was in flight is fetched again"
    for target in targets:
        for snapshot in crawl.snapshots(target):
            verify(crawl.var_dir / "evidence", snapshot)


def test_interrupted_crawl_gives_its_leases_back(crawl, site):
    crawl.plant("/listing/1", *["/never-ends"] * 1, *(f"/listing/{number}" for number in range(2, 60)))
    child = crawl.start(DOWNLOAD_DELAY="0.05", DOWNLOAD_TIMEOUT="1")
    until(lambda: sum(site.hits.values()) >= 10, every_s=0.02)
    child.send_signal(signal.SIGTERM)
    assert child.wait(PATIENCE_S) == 0
    left = crawl.store.frontier.open_count(RUN)
    assert (left.leased, left.planned + left.waiting > 0) == (0, True)
    assert crawl.store.frontier.owners(RUN) == []


def test_two_processes_share_a_run(crawl, site):
    targets = crawl.plant(*(f"/listing/{number}" for number in range(60)))
    children = [crawl.start(), crawl.start()]
    assert [child.wait(PATIENCE_S) for child in children] == [0, 0]
    assert {crawl.became(target) for target in targets} == {("done", "")}
    assert [count for path, count in site.hits.items() if path.startswith("/listing")] == [1] * 60
    assert len(list((crawl.var_dir / "evidence" / RUN).iterdir())) == 2


def test_cancelled_run_is_left(crawl, site):
    crawl.plant(*(f"/listing/{number}" for number in range(200)))
    child = crawl.start(DOWNLOAD_DELAY="0.05")
    until(lambda: sum(site.hits.values()) >= 5, every_s=0.02)
    crawl.store.runs.advance(RUN, RunState.VISITING, RunState.CANCELLED)
    assert child.wait(PATIENCE_S) == 0
    assert sum(site.hits.values()) < 100


def test_page_that_cannot_be_preserved_ends_the_crawl_and_is_not_read(crawl, site):
    targets = crawl.plant("/listing/1", "/listing/2")
    options = {"DOWNLOADER_MIDDLEWARES": BROKEN_DISK}
    child = crawl.start(**options)
    child.wait(PATIENCE_S)
    assert {crawl.became(target) for target in targets} == {("planned", "")}
    assert "Spider closed (EvidenceError)" in crawl.log.read_text()


BROKEN_DISK = (
    '{"crawlers.middlewares.address.AddressGuard": 50, "tests.crawlers.broken_disk.BrokenDisk": 940,'
    ' "crawlers.middlewares.capture.Capture": 950}'
)


def test_fault_in_a_pipeline_is_recorded_and_the_run_goes_on(crawl, site):
    targets = crawl.plant("/listing/1", "/members-only", "/gone")
    crawl.finish(ITEM_PIPELINES='{"tests.crawlers.broken_disk.BrokenPipeline": 1}')
    assert crawl.became(targets[0]) == ("failed", "fault")
    assert crawl.became(targets[2]) == ("failed", "gone")


def test_robots_that_cannot_be_had_forbids_for_now(crawl, site):
    site.robots_status = 503
    [target] = crawl.plant("/listing/1", attempts=3)
    crawl.finish()
    assert crawl.became(target) == ("failed", "connection")
    assert site.hits["/listing/1"] == 0


def test_robots_of_thirty_waiting_requests_binds_them_all(crawl, site):
    crawl.changes = {"politeness": {"delay_s": 0, "concurrency": 32}}
    targets = crawl.plant(*(f"/forbidden-by-robots?{number}" for number in range(30)))
    crawl.finish()
    assert {crawl.became(target) for target in targets} == {("blocked", "robots")}
    assert site.hits.total() == 1


def test_host_that_asks_for_distance_gets_it(crawl, site):
    site.robots_delay = "Crawl-delay: 0.5\n"
    targets = crawl.plant("/listing/1", "/listing/1?2", "/listing/1?3")
    crawl.finish()
    [first], [second], [third] = (crawl.snapshots(target) for target in targets)
    begun = sorted(snapshot.request_started_at for snapshot in (first, second, third))
    assert (begun[2] - begun[1]).total_seconds() > 0.4
    assert (begun[1] - begun[0]).total_seconds() > 0.4


def test_robots_may_be_left_with_an_authority(crawl, site):
    crawl.changes = {
        "politeness": {"delay_s": 0, "obey_robots": False, "robots_authority": "X市监函〔2026〕1号"}
    }
    [target] = crawl.plant("/forbidden-by-robots")
    crawl.finish()
    assert crawl.became(target) == ("done", "")
    assert site.hits["/robots.txt"] == 0


def test_private_site_that_the_sweep_does_not_name_is_not_asked(crawl, site):
    crawl.changes = {"private_hosts": []}
    [target] = crawl.plant("/listing/1")
    crawl.finish()
    assert crawl.became(target) == ("blocked", "private_address")
    assert site.hits.total() == 0


@pytest.mark.parametrize(
    ("arguments", "said"), [((), "name a run"), (("-a", "run=NONE"), "there is no run NONE")]
)
def test_crawl_without_a_run_says_what_to_do(crawl, arguments, said):
    environment = {
        "PATH": os.environ["PATH"],  # noqa: TID251 - a child without our variables
        "SCRAPY_SETTINGS_MODULE": "settings",
        "MONGO_URI": crawl.mongo_uri,
        "NETSWORD_VAR_DIR": str(crawl.var_dir),
        "NETSWORD_MONGO_DATABASE": crawl.store.database.name,
    }
    command = [sys.executable, "-m", "scrapy", "crawl", "sweep", *arguments]
    ended = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=PATIENCE_S
    )
    assert ended.returncode == 1
    assert said in ended.stderr
