"""Holding a run, letting it go on and ending it, while a real crawl process works on it."""

import pytest

from crawlers.controls import cancel_run, pause_run, release_run
from domain.run import RunState
from tests.crawlers.crawling import RUN, Crawl
from tests.crawlers.hostile import a_site
from tests.patience import PATIENCE_S, until

pytestmark = pytest.mark.mongo
PAGES = 400
# At this pace the crawl takes twenty seconds at least: it is under way whenever the test looks.
SLOWLY = {"DOWNLOAD_DELAY": "0.05"}


@pytest.fixture
def site():
    with a_site() as running:
        yield running


@pytest.fixture
def crawl(site, store, mongo_uri, tmp_path) -> Crawl:
    made = Crawl(store, mongo_uri, tmp_path, site.url)
    made.plant(*(f"/listing/{number}" for number in range(PAGES)))
    return made


def settled(crawl: Crawl) -> int:
    return sum(cell.count for cell in crawl.store.frontier.counts(RUN) if cell.state == "done")


def wait_for(crawl: Crawl, pages: int) -> None:
    until(lambda: settled(crawl) >= pages)


def test_a_held_run_gives_its_leases_back_and_goes_on_where_it_was(crawl):
    run = crawl.store.runs.get(RUN)
    child = crawl.start(**SLOWLY)
    wait_for(crawl, 1)
    assert pause_run(crawl.store, run)
    assert child.wait(PATIENCE_S) == 0
    assert "Spider closed (paused)" in crawl.log.read_text()
    left, done = crawl.store.frontier.open_count(RUN), settled(crawl)
    assert left.leased == 0
    assert left.total > 0
    # Nothing came to an end but by being read; the listings' shop is a target more.
    assert left.total + done == PAGES + 1
    held = crawl.store.runs.get(RUN)
    assert (held.state, held.is_paused) == (RunState.VISITING, True)
    assert not pause_run(crawl.store, held), "it is held already"

    assert crawl.start(**SLOWLY).wait(PATIENCE_S) == 0, "who crawls a held run leaves it at once"
    assert settled(crawl) == done
    assert release_run(crawl.store, held)
    assert not crawl.store.runs.get(RUN).is_paused


def test_what_a_cancelled_run_left_is_failed_with_its_reason(crawl):
    run = crawl.store.runs.get(RUN)
    assert cancel_run(crawl.store, run) == PAGES
    assert {(cell.state, cell.reason) for cell in crawl.store.frontier.counts(RUN)} == {
        ("failed", "cancelled")
    }
    assert cancel_run(crawl.store, run) is None
    ended = crawl.store.runs.get(RUN)
    assert not pause_run(crawl.store, ended)
    assert crawl.start().wait(PATIENCE_S) == 0
