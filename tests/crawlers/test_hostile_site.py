"""One real crawl over HTTP on loopback; every page of the site is another kind of trouble."""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

import pytest
from warcio.archiveiterator import ArchiveIterator

from domain.target import Target
from evidence.warc import read_record, verify
from storage.store import open_store
from tests.crawlers.crawling import Crawl
from tests.crawlers.hostile import LISTING, Site, a_site

pytestmark = pytest.mark.mongo

# Transient troubles are planted with all tries but one used up, so that the crawl is short.
LAST_TRY = 3
ENDINGS = {
    "/listing/1": ("done", ""),
    "/moved": ("done", ""),
    "/compressed": ("done", ""),
    "/mislabelled": ("done", ""),
    "/error-once": ("done", ""),
    "/gone": ("failed", "gone"),
    "/taken-down": ("failed", "gone"),
    "/refused": ("blocked", "forbidden"),
    "/captcha": ("blocked", "captcha"),
    "/members-only": ("blocked", "login"),
    "/to-login-host": ("blocked", "login"),
    "/forbidden-by-robots": ("blocked", "robots"),
    "/to-metadata": ("blocked", "private_address"),
    "/to-private": ("blocked", "private_address"),
    "/to-decimal": ("blocked", "private_address"),
    "/to-localhost": ("blocked", "off_site"),
    "/to-other-site": ("blocked", "off_site"),
    "/redirect-loop": ("failed", "redirects"),
    "/gzip-bomb": ("failed", "too_large"),
    "/large-declared": ("failed", "too_large"),
    "/large-streamed": ("failed", "too_large"),
    "/binary": ("failed", "not_html"),
    "/no-title": ("failed", "extraction"),
}
TRANSIENT = {
    "/limited": ("blocked", "rate_limited"),
    "/server-error": ("failed", "http_error"),
    "/truncated": ("failed", "truncated"),
    "/never-ends": ("failed", "timeout"),
}


@dataclass
class Crawled:
    crawl: Crawl
    site: Site
    targets: dict[str, Target]


@pytest.fixture(scope="module")
def crawled(mongo_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    var_dir = tmp_path_factory.mktemp("hostile")
    database = f"test_{token_hex(8)}"
    with a_site() as site, open_store(uri=mongo_uri, var_dir=var_dir, database=database) as store:
        crawl = Crawl(store, mongo_uri, var_dir, site.url)
        planted = [*crawl.plant(*ENDINGS), *crawl.plant(*TRANSIENT, attempts=LAST_TRY)]
        crawl.finish(DOWNLOAD_TIMEOUT="2")
        yield Crawled(crawl, site, {target.url.removeprefix(site.url): target for target in planted})
        store.database.client.drop_database(database)


@pytest.mark.parametrize(("path", "ending"), [*ENDINGS.items(), *TRANSIENT.items()])
def test_every_trouble_has_its_own_ending(crawled: Crawled, path: str, ending: tuple[str, str]):
    assert crawled.crawl.became(crawled.targets[path]) == ending


def test_crawl_ends_with_nothing_open(crawled: Crawled):
    assert crawled.crawl.store.frontier.open_count(crawled.crawl.run).total == 0
    assert "Spider closed (finished)" in crawled.crawl.log.read_text()


def test_page_behind_robots_is_never_asked_for(crawled: Crawled):
    assert crawled.site.hits["/robots.txt"] == 1
    assert crawled.site.hits["/forbidden-by-robots"] == 0


def test_refusal_is_not_tried_again(crawled: Crawled):
    assert [crawled.site.hits[path] for path in ("/refused", "/captcha", "/gone")] == [1, 1, 1]


def test_asked_for_pause_is_kept_and_the_page_read(crawled: Crawled):
    assert crawled.site.hits["/error-once"] == 2


def test_every_snapshot_matches_its_preserved_bytes(crawled: Crawled):
    preserved = {path: crawled.crawl.snapshots(target) for path, target in crawled.targets.items()}
    for snapshot in (each for snapshots in preserved.values() for each in snapshots):
        verify(crawled.crawl.var_dir / "evidence", snapshot)
    # Nothing came back whole from these, so nothing is claimed.
    silent = {"/forbidden-by-robots", "/large-declared", "/large-streamed", "/never-ends"}
    assert {path for path, snapshots in preserved.items() if not snapshots} == silent


def test_compressed_body_is_preserved_as_sent(crawled: Crawled):
    [snapshot] = crawled.crawl.snapshots(crawled.targets["/compressed"])
    record = read_record(crawled.crawl.var_dir / "evidence", snapshot.warc)
    assert gzip.decompress(record.body).decode() == LISTING
    assert ("Content-Encoding", "gzip") in record.http_headers


def test_wrong_charset_label_is_a_gap_and_the_text_is_read(crawled: Crawled):
    [snapshot] = crawled.crawl.snapshots(crawled.targets["/mislabelled"])
    assert snapshot.charset == "gb18030"
    assert "charset: declared utf-8, read as gb18030" in snapshot.gaps
    stored = crawled.crawl.store.listings.of_run(crawled.crawl.run)
    assert {seen.subject.title for seen in stored} == {"明前龙井 500克"}


def test_cut_body_is_preserved_and_named(crawled: Crawled):
    [snapshot] = crawled.crawl.snapshots(crawled.targets["/truncated"])
    assert "body: truncated" in snapshot.gaps
    assert snapshot.payload_bytes == len(LISTING.encode())


def test_redirects_are_listed_with_their_status(crawled: Crawled):
    site = crawled.site.url
    page = next(s for s in crawled.crawl.snapshots(crawled.targets["/moved"]) if s.status == 200)
    assert page.redirects == (f"302 {site}/moved",)
    assert (page.url, page.final_url) == (f"{site}/moved", f"{site}/listing/moved")


def test_hop_to_a_private_address_is_preserved(crawled: Crawled):
    [snapshot] = crawled.crawl.snapshots(crawled.targets["/to-metadata"])
    assert snapshot.status == 302
    record = read_record(crawled.crawl.var_dir / "evidence", snapshot.warc)
    assert ("Location", "http://169.254.169.254/latest/meta-data/") in record.http_headers


def test_archive_is_read_by_others(crawled: Crawled):
    [file] = Path(crawled.crawl.var_dir, "evidence", crawled.crawl.run).iterdir()
    with file.open("rb") as stream:
        records = [
            (record.rec_type, record.rec_headers.get_header("WARC-Target-URI"), record.raw_stream.read())
            for record in ArchiveIterator(stream, check_digests="raise")
        ]
    assert records[0][0] == "warcinfo"
    assert b"robots: obey" in records[0][2]
    kinds = [kind for kind, _, _ in records[1:]]
    assert kinds.count("request") == kinds.count("response") == sum(crawled.site.hits.values()) - 3
    assert f"{crawled.site.url}/robots.txt" in [url for _, url, _ in records]


def test_user_agent_names_the_operator(crawled: Crawled):
    [snapshot] = crawled.crawl.snapshots(crawled.targets["/gone"])
    [file] = Path(crawled.crawl.var_dir, "evidence", crawled.crawl.run).iterdir()
    with file.open("rb") as stream:
        requests = [
            record.http_headers.get_header("User-Agent")
            for record in ArchiveIterator(stream)
            if record.rec_type == "request"
            and record.rec_headers.get_header("WARC-Target-URI") == snapshot.url
        ]
    assert len(requests) == 1
    assert requests[0].startswith("NetSword/")
    assert "(+netsword-operator@example.invalid)" in requests[0]
