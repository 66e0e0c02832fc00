"""The preserved bytes of one response, with the facts of its fetch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.identity import digest_of


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcRef:
    """Where a record lies: file relative to the evidence root, byte offset and length of its gzip member."""

    file: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One response as it came 页面固定, made before anything is parsed and never changed.

    ``payload_digest`` is the SHA-256 (hex) of the body as sent, before content decoding; ``gaps`` names what
    the HTTP stack does not show or what was cut; an empty tuple says that nothing is known to be missing
    (evidence standard E-18).
    """

    run: str
    target: str
    attempt: int
    url: str
    final_url: str
    status: int
    payload_digest: str
    payload_bytes: int
    warc: WarcRef
    request_started_at: datetime
    fetched_at: datetime
    method: str = "GET"
    content_type: str = ""
    charset: str = ""
    ip_address: str = ""
    redirects: tuple[str, ...] = ()
    """Each hop as ``status url``, oldest first."""
    gaps: tuple[str, ...] = ()
    dom: WarcRef | None = None
    """Resource record of the final DOM 渲染后页面, UTF-8; ``None`` for a page that was not rendered."""
    dom_digest: str = ""
    """SHA-256 (hex) of the DOM's bytes."""
    screenshot: WarcRef | None = None
    """Resource record of the full-page picture 全页截图, PNG."""
    screenshot_digest: str = ""
    """SHA-256 (hex) of the picture's bytes."""

    @property
    def id(self) -> str:
        """hash(target, attempt, URL, payload digest)."""
        return digest_of(self.target, str(self.attempt), self.url, self.payload_digest)
