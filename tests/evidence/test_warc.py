import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from warcio.archiveiterator import ArchiveIterator

from domain.errors import EvidenceError
from domain.snapshot import Snapshot, WarcRef
from evidence.warc import Exchange, Resource, WarcArchive, read_record, verify

AT = datetime(2026, 11, 11, 0, 0, 0, 123_000, tzinfo=UTC)
HTML = "<h1>双11 特价 龙井</h1>".encode("gb18030")


def an_exchange(body: bytes = HTML, **changes) -> Exchange:
    exchange = Exchange(
        url="http://shop.example/item/1?a=%E8%8C%B6",
        method="GET",
        request_headers=(("Host", "shop.example"), ("User-Agent", "NetSword/1 (+a@b.example)")),
        status=200,
        response_headers=(("Content-Type", "text/html"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")),
        body=body,
        fetched_at=AT,
        ip_address="198.51.100.7",
    )
    return replace(exchange, **changes)


def an_archive(root: Path, writer: str = "node-1", **options) -> WarcArchive:
    return WarcArchive(root, "RUN1", writer_id=writer, software="NetSword/1", **options)


def a_snapshot(body: bytes, reference: WarcRef) -> Snapshot:
    return Snapshot(
        run="RUN1",
        target="t",
        attempt=0,
        url="http://shop.example/",
        final_url="http://shop.example/",
        status=200,
        payload_digest=sha256(body).hexdigest(),
        payload_bytes=len(body),
        warc=reference,
        request_started_at=AT,
        fetched_at=AT,
    )


def records(path: Path) -> list[SimpleNamespace]:
    with path.open("rb") as stream:
        return [
            SimpleNamespace(
                kind=record.rec_type,
                warc=record.rec_headers,
                http=record.http_headers,
                body=record.raw_stream.read(),
            )
            for record in ArchiveIterator(stream, check_digests="raise")
        ]


def test_pair_is_read_by_warcio_with_its_digests(tmp_path):
    with an_archive(tmp_path, facts={"operator": "甲市市场监督管理局", "robots": "obey"}) as archive:
        archive.write(an_exchange())
    info, response, request = records(tmp_path / archive.file)
    assert [info.kind, response.kind, request.kind] == ["warcinfo", "response", "request"]
    assert "operator: 甲市市场监督管理局\r\nrobots: obey" in info.body.decode()
    assert response.body == HTML
    assert response.http.get_statuscode() == "200"
    assert response.http.headers.count(("Set-Cookie", "a=1")) == 1
    assert response.http.headers.count(("Set-Cookie", "b=2")) == 1
    assert response.warc.get_header("WARC-IP-Address") == "198.51.100.7"
    assert response.warc.get_header("WARC-Date") == "2026-11-11T00:00:00.123000Z"
    assert response.warc.protocol == "WARC/1.1"
    assert request.http.protocol == "GET"
    assert request.http.statusline == "/item/1?a=%E8%8C%B6 HTTP/1.1"
    assert request.warc.get_header("WARC-Concurrent-To") == response.warc.get_header("WARC-Record-ID")


def test_reference_leads_back_to_the_record(tmp_path):
    bodies = [HTML, b"", bytes(range(256)) * 5_000]
    with an_archive(tmp_path) as archive:
        references = [archive.write(an_exchange(body)) for body in bodies]
    assert [read_record(tmp_path, reference).body for reference in references] == bodies
    record = read_record(tmp_path, references[0])
    assert (record.kind, record.status, record.url) == ("response", 200, an_exchange().url)
    assert ("Content-Type", "text/html") in record.http_headers


def test_two_writers_of_a_run_have_a_file_each(tmp_path):
    with an_archive(tmp_path, "a") as first, an_archive(tmp_path, "b") as second:
        assert {first.file, second.file} == {"RUN1/a-00001.warc.gz", "RUN1/b-00001.warc.gz"}


def test_file_of_another_writer_is_never_touched(tmp_path):
    with an_archive(tmp_path):
        pass
    with pytest.raises(EvidenceError, match="cannot begin WARC file"):
        an_archive(tmp_path)


def test_full_file_is_followed_by_the_next_number(tmp_path):
    with an_archive(tmp_path, max_bytes=3_000) as archive:
        references = [archive.write(an_exchange(os.urandom(1_000))) for _ in range(3)]
    assert [reference.file for reference in references] == [
        f"RUN1/node-1-{number:05d}.warc.gz" for number in (1, 2, 3)
    ]
    for path in (tmp_path / "RUN1").iterdir():
        assert records(path)[0].kind == "warcinfo"
        assert path.stat().st_size <= 3_000


def test_header_cannot_forge_another_header(tmp_path):
    forged = (("X-Title", "a\r\nWARC-Type: resource\r\n\r\nHTTP/1.1 200 OK"),)
    with an_archive(tmp_path) as archive:
        reference = archive.write(an_exchange(response_headers=forged))
    record = read_record(tmp_path, reference)
    assert [name for name, _ in record.http_headers] == ["X-Title"]
    assert record.body == HTML


KILLED = """
import os, sys
from pathlib import Path
from tests.evidence.test_warc import an_archive, an_exchange
archive = an_archive(Path(sys.argv[1]))
print(archive.file, flush=True)
while True:
    archive.write(an_exchange(os.urandom(50_000)))
    print(".", flush=True)
"""


def test_file_that_kill_cut_is_readable_up_to_the_cut(tmp_path):
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", KILLED, str(tmp_path)]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        file = writer.stdout.readline().strip()
        for _ in range(20):
            writer.stdout.readline()
        writer.send_signal(signal.SIGKILL)
    path = tmp_path / file
    path.write_bytes(path.read_bytes()[:-20_000])
    with path.open("rb") as stream:
        bodies = [
            record.raw_stream.read() for record in ArchiveIterator(stream) if record.rec_type == "response"
        ]
    assert len(bodies) >= 20
    assert [len(body) for body in bodies[:-1]] == [50_000] * (len(bodies) - 1)


def test_cut_record_is_said_to_be_cut(tmp_path):
    with an_archive(tmp_path) as archive:
        reference = archive.write(an_exchange(os.urandom(5_000)))
    path = tmp_path / archive.file
    path.write_bytes(path.read_bytes()[: reference.offset + reference.length - 100])
    with pytest.raises(EvidenceError, match="the record is cut"):
        read_record(tmp_path, reference)


def test_changed_byte_is_found(tmp_path):
    with an_archive(tmp_path) as archive:
        reference = archive.write(an_exchange(b"a" * 10))
        other = archive.write(an_exchange(b"b" * 10))
    assert verify(tmp_path, a_snapshot(b"a" * 10, reference)).body == b"a" * 10
    with pytest.raises(EvidenceError, match="the store says"):
        verify(tmp_path, a_snapshot(b"a" * 10, other))
    path = tmp_path / archive.file
    data = bytearray(path.read_bytes())
    data[reference.offset + reference.length // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(EvidenceError):
        verify(tmp_path, a_snapshot(b"a" * 10, reference))


@pytest.mark.parametrize(
    ("file", "offset", "length", "why"),
    [
        ("../secret", 0, 10, "outside"),
        ("/etc/passwd", 0, 10, "outside"),
        ("RUN1/none.warc.gz", 0, 10, "No such file"),
        ("RUN1/node-1-00001.warc.gz", 0, 0, "no record's place"),
        ("RUN1/node-1-00001.warc.gz", 0, 1 << 40, "no record's place"),
        ("RUN1/node-1-00001.warc.gz", -1, 10, "no record's place"),
        ("RUN1/node-1-00001.warc.gz", 5, 40, "not a gzip member"),
    ],
)
def test_reference_that_leads_nowhere_is_refused(tmp_path, file, offset, length, why):
    with an_archive(tmp_path):
        pass
    with pytest.raises(EvidenceError, match=why):
        read_record(tmp_path, WarcRef(file=file, offset=offset, length=length))


def test_record_larger_than_asked_for_is_refused(tmp_path):
    with an_archive(tmp_path) as archive:
        reference = archive.write(an_exchange(bytes(1_000_000)))
    with pytest.raises(EvidenceError, match="larger than 100000 bytes"):
        read_record(tmp_path, reference, max_bytes=100_000)


def test_nearly_full_disk_is_said_before_the_first_page(tmp_path):
    with pytest.raises(EvidenceError, match="free some space"):
        an_archive(tmp_path, floor_bytes=1 << 60)


def test_full_disk_leaves_no_half_record(tmp_path, monkeypatch):
    with an_archive(tmp_path) as archive:
        first = archive.write(an_exchange(b"kept"))
        write = os.write

        def full(fd: int, data: memoryview) -> int:
            if len(data) > 100:
                return write(fd, data[:100])
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(os, "write", full)
            with pytest.raises(EvidenceError, match="No space left on device; free some disk space"):
                archive.write(an_exchange(os.urandom(2_000)))
        after = archive.write(an_exchange(b"after"))
    assert read_record(tmp_path, first).body == b"kept"
    assert read_record(tmp_path, after).body == b"after"
    assert [record.kind for record in records(tmp_path / archive.file)].count("response") == 2


def test_threads_do_not_mix_their_records(tmp_path):
    found: dict[bytes, WarcRef] = {}
    with an_archive(tmp_path, max_bytes=400_000) as archive:

        def work(letter: bytes) -> None:
            for number in range(20):
                body = letter * 1_000 + os.urandom(2_000) + bytes([number])
                found[body] = archive.write(an_exchange(body))

        threads = [threading.Thread(target=work, args=(letter,)) for letter in (b"a", b"b", b"c", b"d")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        archive.sync()
    assert len(found) == 80
    assert all(read_record(tmp_path, reference).body == body for body, reference in found.items())


def test_write_after_close_is_an_error(tmp_path):
    with an_archive(tmp_path) as archive:
        pass
    with pytest.raises(EvidenceError, match="is closed"):
        archive.write(an_exchange())


def test_members_stand_alone(tmp_path):
    with an_archive(tmp_path) as archive:
        reference = archive.write(an_exchange())
    data = (tmp_path / archive.file).read_bytes()[reference.offset :][: reference.length]
    [record] = [each.rec_type for each in ArchiveIterator(BytesIO(data))]
    assert record == "response"


def test_resource_is_read_back_and_checked_with_its_snapshot(tmp_path: Path) -> None:
    dom = Resource(
        uri="urn:dom:http://shop.example/",
        content_type="text/html; charset=utf-8",
        body="<p>龙井</p>".encode(),
        made_at=AT,
    )
    with an_archive(tmp_path) as archive:
        page, made = archive.write(an_exchange()), archive.write_resource(dom)
        file = archive.file
    record = read_record(tmp_path, made)
    assert (record.kind, record.url, record.body) == ("resource", dom.uri, dom.body)
    assert [each.kind for each in records(tmp_path / file)] == [
        "warcinfo",
        "response",
        "request",
        "resource",
    ]
    snapshot = replace(a_snapshot(HTML, page), dom=made, dom_digest=sha256(dom.body).hexdigest())
    assert verify(tmp_path, snapshot).body == HTML
    with pytest.raises(EvidenceError, match="the store says 00"):
        verify(tmp_path, replace(snapshot, dom_digest="00"))
