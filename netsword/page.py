"""``netsword page record``: one page as a recorded test, with a draft of what an adapter should read on
it.
"""

from __future__ import annotations

import gzip
import json
import urllib.error
import urllib.request
import urllib.robotparser
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urljoin, urlsplit

import typer

import settings
from crawlers.decoding import decode
from crawlers.platforms.base import Adapter, Page
from crawlers.platforms.payload import is_json
from crawlers.platforms.recognise import reader_for
from crawlers.platforms.registry import PROFILE
from domain.errors import ExtractionError, UsageError
from domain.target import PageKind
from netsword.output import say
from netsword.recorded import EXPECTED, PAGES, fields_of, reader_named

app = typer.Typer(name="page", no_args_is_help=True, help="Pages 页面: record one as a test of an adapter.")

_LARGEST = 20_000_000
_TIMEOUT_S = 30.0


@app.callback()
def _group() -> None:
    """Keeps 'record' a sub-command while it is the only one."""


@app.command(epilog="Example: netsword page record https://shop.example/goods/1.html --name listing-sold-out")
def record(
    url: Annotated[str, typer.Argument(help="Address of the page.")],
    into: Annotated[Path, typer.Option(help="Folder of recorded pages.")] = PAGES,
    name: Annotated[
        str, typer.Option(help="What is special about the page, such as listing-sold-out.")
    ] = "listing",
    kind: Annotated[PageKind, typer.Option(help="What kind of page it is.")] = PageKind.LISTING,
    adapter: Annotated[str, typer.Option(help="Adapter; recognised by the host when left out.")] = "",
    profile: Annotated[str, typer.Option(help="Site profile by name or file, in place of an adapter.")] = "",
    saved: Annotated[Path | None, typer.Option(help="A page saved before; nothing is fetched then.")] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Replace a page of this name, and what was expected of it.")
    ] = False,
) -> None:
    """Writes the page and a draft of expected values; a person compares the draft with the page."""
    if urlsplit(url).scheme not in ("http", "https"):
        raise UsageError(f"{url}: not a web address; it begins with http:// or https://")
    body, content_type, status, url = (_saved(saved), "", 200, url) if saved else _fetched(url)
    text = decode(body, content_type).text
    page = Page(url=url, kind=kind, text=text, status=status, fetched_at=datetime.now(UTC))
    reader = _reader(page, adapter, profile)
    folder = into / reader.platform / name
    if (folder / EXPECTED).exists() and not again:
        raise UsageError(
            f"{folder} is recorded already: give another --name, or --again to replace it with its "
            "expected values"
        )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"page.{'json' if is_json(text) else 'html'}").write_text(text, encoding="utf-8")
    draft = draft_of(page, reader)
    written = json.dumps(draft, ensure_ascii=False, indent=1, default=str)
    (folder / EXPECTED).write_text(f"{written}\n", encoding="utf-8")
    if draft["obstacle"]:
        say(f"the page is not the one asked for: {draft['obstacle']}. No field was read.")
    say(f"wrote {folder}. Compare expected.json with the page before it counts: it is a draft.")
    say(f"where each value stood: netsword extract {folder} --explain")


def draft_of(page: Page, reader: Adapter) -> dict[str, Any]:
    """What ``expected.json`` holds: the page's facts, the obstacle in the way, and the fields as read."""
    obstacle = reader.obstacle(page)
    draft: dict[str, Any] = {
        "url": page.url,
        "kind": str(page.kind),
        "status": page.status,
        "obstacle": str(obstacle) if obstacle else None,
        "fields": {},
    }
    if obstacle is not None:
        return draft
    try:
        draft["fields"] = fields_of(reader.parse(page))
    except ExtractionError as error:
        say(f"not read: {error}")
    return draft


def _reader(page: Page, adapter: str, profile: str) -> Adapter:
    name = profile or adapter
    if profile and adapter not in ("", PROFILE):
        raise UsageError(f"--profile {profile} and --adapter {adapter}: give one of them")
    if name == PROFILE:
        raise UsageError("--adapter profile needs --profile NAME_OR_FILE")
    return reader_named(name, page) if name else reader_for(page)


def _saved(path: Path) -> bytes:
    try:
        raw = path.read_bytes()
        return gzip.decompress(raw) if path.suffix == ".gz" else raw
    except (OSError, EOFError) as error:
        raise UsageError(f"{path}: cannot be read: {error}") from error


def _fetched(url: str) -> tuple[bytes, str, int, str]:
    """Body, content type, status and address after redirects; user agent and robots.txt as in a crawl."""
    robots = urllib.robotparser.RobotFileParser(urljoin(url, "/robots.txt"))
    agent = settings.USER_AGENT
    try:
        robots.read()
        if not robots.can_fetch(agent, url):
            raise UsageError(
                f"{url}: robots.txt of the site forbids it; save the page by hand and give --saved"
            )
        request = urllib.request.Request(url, headers={"User-Agent": agent})  # noqa: S310 - http(s) was checked
        with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as response:  # noqa: S310
            kind = response.headers.get("Content-Type", "")
            return response.read(_LARGEST), kind, response.status, response.url
    except urllib.error.HTTPError as error:
        return error.read(_LARGEST), error.headers.get("Content-Type", ""), error.code, url
    except OSError as error:
        raise UsageError(
            f"{url}: {error}. Is it reachable from here? A page saved by hand goes in with --saved FILE"
        ) from error
