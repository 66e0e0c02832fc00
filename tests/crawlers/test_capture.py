"""What the capture middleware keeps, and what it keeps out."""

import asyncio
from ipaddress import ip_address
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse, Response
from warcio.archiveiterator import ArchiveIterator

from crawlers.middlewares.capture import Capture, latest_snapshot, snapshots_of
from domain.errors import EvidenceError
from domain.target import PageKind, Target
from evidence.warc import WarcArchive, read_record, verify

URL = "https://shop.example/item/1"
TARGET = Target(run="RUN1", url=URL, kind=PageKind.LISTING, platform="p", host="shop.example", attempts=2)


@pytest.fixture
def archive(tmp_path):
    with WarcArchive(tmp_path, "RUN1", writer_id="w", software="s") as opened:
        yield opened


def capture(archive: WarcArchive, request: Request, response: Response) -> Response:
    crawler: Any = SimpleNamespace(spider=SimpleNamespace(archive=archive))
    return asyncio.run(Capture(crawler).process_response(request, response))


def a_request(**changes) -> Request:
    return Request(URL, **({"meta": {"target": TARGET}} | changes))


def a_response(body: bytes = b"<h1>x</h1>", **changes) -> HtmlResponse:
    return HtmlResponse(URL, body=body, ip_address=ip_address("203.0.113.9"), **changes)


def test_snapshot_says_what_was_fetched_and_where_it_lies(archive, tmp_path):
    request = a_request()
    capture(archive, request, a_response(headers={"Content-Type": "text/html; charset=gbk"}))
    snapshot = latest_snapshot(request)
    assert (snapshot.target, snapshot.attempt, snapshot.status) == (TARGET.id, 2, 200)
    assert (snapshot.url, snapshot.final_url, snapshot.ip_address) == (URL, URL, "203.0.113.9")
    assert snapshot.content_type == "text/html; charset=gbk"
    assert verify(tmp_path, snapshot).body == b"<h1>x</h1>"


@pytest.mark.parametrize("size", [0, 100, 1_000_000])
def test_body_of_any_size_is_kept_whole(archive, tmp_path, size):
    request = a_request()
    body = bytes(at % 251 for at in range(size))
    capture(archive, request, a_response(body))
    assert read_record(tmp_path, latest_snapshot(request).warc).body == body


def test_secrets_are_redacted_by_name_and_the_redaction_is_a_gap(archive, tmp_path):
    request = a_request(headers={"Cookie": "session=s3cret", "Authorization": "Bearer s3cret", "X-A": "1"})
    capture(archive, request, a_response())
    with (tmp_path / archive.file).open("rb") as stream:
        sent = [r.http_headers.headers for r in ArchiveIterator(stream) if r.rec_type == "request"]
    assert dict(sent[0]) == {
        "Host": "shop.example",
        "Cookie": "[redacted]",
        "Authorization": "[redacted]",
        "X-A": "1",
    }
    gaps = latest_snapshot(request).gaps
    assert "request header Cookie: value redacted" in gaps
    assert "request header Authorization: value redacted" in gaps
    assert b"s3cret" not in (tmp_path / archive.file).read_bytes()


def test_what_the_stack_does_not_show_is_a_gap(archive):
    request = a_request()
    capture(archive, request, a_response())
    assert [gap.partition(":")[0] for gap in latest_snapshot(request).gaps] == ["http", "dns", "tls"]


@pytest.mark.parametrize(
    ("flag", "gap"),
    [("dataloss", "body: truncated"), ("partial", "body: the server does not say where it ends")],
)
def test_cut_body_is_a_gap(archive, flag, gap):
    request = a_request()
    capture(archive, request, a_response(flags=[flag]))
    assert gap in latest_snapshot(request).gaps


def test_each_hop_is_a_snapshot_of_its_own(archive):
    hop = a_request()
    capture(archive, hop, a_response(b"", status=302, headers={"Location": "/b"}))
    page = hop.replace(url="https://shop.example/b", meta=hop.meta | {"redirect_urls": [URL]})
    capture(archive, page, HtmlResponse(page.url, body=b"b"))
    last, first = snapshots_of(page)
    assert (first.url, first.final_url, first.redirects) == (URL, URL, ())
    assert (last.url, last.final_url, last.redirects) == (URL, page.url, (f"302 {URL}",))


def test_robots_txt_is_preserved_without_a_target(archive, tmp_path):
    request = Request("https://shop.example/robots.txt")
    capture(archive, request, Response(request.url, body=b"User-agent: *"))
    assert snapshots_of(request) == ()
    with (tmp_path / archive.file).open("rb") as stream:
        urls = [record.rec_headers.get_header("WARC-Target-URI") for record in ArchiveIterator(stream)]
    assert urls[1:] == [request.url] * 2


def test_page_that_cannot_be_preserved_is_not_handed_on(archive):
    archive.close()
    with pytest.raises(EvidenceError):
        capture(archive, a_request(), a_response())
