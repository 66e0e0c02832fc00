"""Reading preserved records back, and checking them against what the store says of them 校验."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from domain.errors import EvidenceError
from domain.snapshot import Snapshot, WarcRef

MAX_RECORD_BYTES = 64 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record as preserved; the body is as sent, before content decoding."""

    kind: str
    url: str
    headers: tuple[tuple[str, str], ...]
    """The WARC record's own."""
    status: int
    http_headers: tuple[tuple[str, str], ...]
    body: bytes


def read_record(root: Path, ref: WarcRef, *, max_bytes: int = MAX_RECORD_BYTES) -> Record:
    """The record at ``ref``, its WARC digests checked.

    Raises:
        EvidenceError: there is no such record, it is cut or larger than ``max_bytes``, or a digest differs.
    """
    plain = _inflate(_member_bytes(root, ref, max_bytes), ref, max_bytes)
    try:
        for record in ArchiveIterator(BytesIO(plain), check_digests="raise"):
            return _record_of(record)
    except ArchiveLoadFailed as error:
        raise EvidenceError(f"{_where(ref)}: {error}") from error
    raise EvidenceError(f"{_where(ref)}: no WARC record begins there")


def verify(root: Path, snapshot: Snapshot) -> Record:
    """The snapshot's record, after its payload digest was found to match, and those of DOM and screenshot.

    Raises:
        EvidenceError: a record is missing, cut, or not what the snapshot says it is.
    """
    record = _verified(root, snapshot.warc, snapshot.payload_digest)
    made = ((snapshot.dom, snapshot.dom_digest), (snapshot.screenshot, snapshot.screenshot_digest))
    for ref, digest in made:
        if ref is not None:
            _verified(root, ref, digest)
    return record


def _verified(root: Path, ref: WarcRef, expected: str) -> Record:
    record = read_record(root, ref)
    digest = hashlib.sha256(record.body).hexdigest()
    if digest != expected:
        raise EvidenceError(
            f"{_where(ref)}: payload is sha256 {digest}, the store says {expected}; "
            "keep both, and restore the file from its copy"
        )
    return record


def _member_bytes(root: Path, ref: WarcRef, max_bytes: int) -> bytes:
    name = PurePosixPath(ref.file)
    if name.is_absolute() or ".." in name.parts:
        raise EvidenceError(f"{_where(ref)}: points outside the evidence directory")
    if not 0 < ref.length <= max_bytes or ref.offset < 0:
        raise EvidenceError(f"{_where(ref)}: {ref.length} bytes at {ref.offset} is no record's place")
    try:
        with (root / name).open("rb") as file:
            file.seek(ref.offset)
            return file.read(ref.length)
    except OSError as error:
        raise EvidenceError(f"{_where(ref)}: {error.strerror}; restore the file from its copy") from error


def _inflate(member: bytes, ref: WarcRef, max_bytes: int) -> bytes:
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        plain = unpacker.decompress(member, max_bytes)
    except zlib.error as error:
        raise EvidenceError(f"{_where(ref)}: not a gzip member: {error}") from error
    if unpacker.unconsumed_tail:
        raise EvidenceError(f"{_where(ref)}: larger than {max_bytes} bytes unpacked")
    if not unpacker.eof:
        raise EvidenceError(f"{_where(ref)}: the record is cut")
    return plain


def _record_of(record: Any) -> Record:
    body = record.raw_stream.read()
    http = record.http_headers
    code = http.get_statuscode() if http is not None and record.rec_type == "response" else ""
    return Record(
        kind=record.rec_type,
        url=record.rec_headers.get_header("WARC-Target-URI") or "",
        headers=tuple(record.rec_headers.headers),
        status=int(code) if code.isdigit() else 0,
        http_headers=tuple(http.headers) if http is not None else (),
        body=body,
    )


def _where(ref: WarcRef) -> str:
    return f"{ref.file} at {ref.offset}"
