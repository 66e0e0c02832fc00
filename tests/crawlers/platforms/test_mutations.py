"""Every capture, damaged: no crash, no unbounded time, whatever a transfer or an attacker did to a page.

Each capture meets ``--mutations`` damages drawn with a fixed seed: one in ``make test``, all of them in
``make check-all``.
"""

from __future__ import annotations

import contextlib
import gzip
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from crawlers.decoding import decode
from crawlers.platforms.base import Page
from crawlers.platforms.recognise import reader_for
from domain.errors import ExtractionError
from domain.target import PageKind
from netsword.extract import read_captures
from tests.crawlers.platforms.recorded import FETCHED_AT
from tests.shared_data import shared

_LIMIT_S = 8.0
"""CPU seconds for one page; the slowest damaged capture was measured at 1 s."""
_SEED = 20261111
_LONGEST = 600_000
_DEEP = 20_000

Damage = Callable[[bytes, random.Random, Sequence[bytes]], bytes]


def _cut(body: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    return body[: chance.randrange(len(body))]


def _flip(body: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    flipped = bytearray(body)
    for _ in range(max(20, len(body) // 500)):
        flipped[chance.randrange(len(body))] ^= 1 << chance.randrange(8)
    return bytes(flipped)


def _insert(what: bytes) -> Damage:
    def damage(body: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
        place = chance.randrange(len(body))
        return body[:place] + what + body[place:]

    return damage


def _swap(body: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    one, other = sorted(chance.randrange(len(body)) for _ in range(2))
    return body[other:] + body[one:other] + body[:one]


def _other_charset(body: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    text = body.decode("utf-8", "replace")
    half = len(text) // 2
    return text[:half].encode("gb18030", "replace") + text[half:].encode("utf-8", "replace")


def _other_page(body: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    return chance.choice(others)


DAMAGES: dict[str, Damage] = {
    "cut": _cut,
    "bits flipped": _flip,
    "parts swapped": _swap,
    "two charsets": _other_charset,
    "page of another site": _other_page,
    "deep nesting": _insert(b"<div>" * _DEEP),
    "deep JSON": _insert(b'<script type="application/ld+json">' + b'{"a":[' * _DEEP),
    "script that never closes": _insert(b"<script>var a = '"),
    "comment that never closes": _insert(b"<!-- "),
    "megabyte attribute": _insert(
        b'<p class="' + b"price " * 170_000 + b'" style="' + b"x" * 100_000 + b'">'
    ),
    "NULs": _insert(b"\0" * 5_000),
    "right-to-left marks": _insert("\u202e\u2066".encode() * 2_000),
    "a hundred thousand digits": _insert(b"<p class=price>$" + b"9" * 100_000 + b"</p>"),
}


@pytest.fixture(scope="module")
def captures() -> list[tuple[dict[str, Any], bytes]]:
    folder = shared("data/pages")
    return [(each, _body(folder / each["file"])) for each in read_captures(folder)]


def test_damaged_captures_are_read_or_refused_in_time(
    captures: list[tuple[dict[str, Any], bytes]], pytestconfig: pytest.Config
) -> None:
    chance = random.Random(_SEED)
    bodies = [body for _, body in captures]
    names = list(DAMAGES)
    for place, (capture, body) in enumerate(captures):
        drawn = [
            names[(place + n) % len(names)]
            for n in range(min(len(names), pytestconfig.getoption("--mutations")))
        ]
        for name in drawn:
            page = _page(capture, DAMAGES[name](body, chance, bodies))
            started = time.process_time()
            with contextlib.suppress(ExtractionError):
                reader = reader_for(page)
                reader.obstacle(page)
                reader.parse(page)
            assert time.process_time() - started < _LIMIT_S, (capture["id"], name)


def _page(capture: dict[str, Any], body: bytes) -> Page:
    return Page(
        url=capture.get("url") or f"https://{capture['host']}/",
        kind=PageKind.SEARCH if "search" in capture["kind"] else PageKind.LISTING,
        text=decode(body).text,
        status=200,
        fetched_at=FETCHED_AT,
    )


def _body(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes())[:_LONGEST]
