"""``netsword page record``: one page as a recorded test, with a draft of what an adapter should read on
it.
"""

from __future__ import annotations

import gzip
import json
import urllib.error
import urllib.request
import urllib.robotparser
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urljoin, urlsplit

import typer

import settings
from crawlers.decoding import decode
from crawlers.platforms.base import Adapter, Page, ParsedPage
from crawlers.platforms.payload import is_json
from crawlers.platforms.recognise import reader_for
from crawlers.platforms.registry import adapter_for
from domain.errors import ExtractionError, UsageError
from domain.sweep import PlatformScope
from domain.target import PageKind
from netsword.output import say

app = typer.Typer(name="page", no_args_is_help=True, help="Pages 页面: record one as a test of an adapter.")

_LARGEST = 20_000_000
_TIMEOUT_S = 30.0


@app.callback()
def _group() -> None:
    """Keeps 'record' a sub-command while it is the only one."""


@app.command(epilog="Example: netsword page record https://shop.example/goods/1.html --name listing-sold-out")
def record(
    url: Annotated[str, typer.Argument(help="Address of the page.")],
    into: Annotated[Path, typer.Option(help="Folder of recorded pages.")] = Path(
        "tests/crawlers/platforms/pages"
    ),
    name: Annotated[
        str, typer.Option(help="What is special about the page, such as listing-sold-out.")
    ] = "listing",
    kind: Annotated[PageKind, typer.Option(help="What kind of page it is.")] = PageKind.LISTING,
    adapter: Annotated[str, typer.Option(help="Adapter; recognised by the host when left out.")] = "",
    profile: Annotated[str, typer.Option(help="Site profile by name or file, with --adapter profile.")] = "",
    saved: Annotated[Path | None, typer.Option(help="A page saved before; nothing is fetched then.")] = None,
) -> None:
    """Writes the page and a draft of expected values; a person compares the draft with the page."""
    if urlsplit(url).scheme not in ("http", "https"):
        raise UsageError(f"{url}: not a web address")
    body, content_type, status = (_saved(saved), "", 200) if saved else _fetched(url)
    text = decode(body, content_type).text
    page = Page(url=url, kind=kind, text=text, status=status, fetched_at=datetime.now(UTC))
    reader = _reader(page, adapter, profile)
    folder = into / reader.platform / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"page.{'json' if is_json(text) else 'html'}").write_text(text, encoding="utf-8")
    draft = json.dumps(draft_of(page, reader), ensure_ascii=False, indent=1, default=str)
    (folder / "expected.json").write_text(f"{draft}\n", encoding="utf-8")
    say(f"wrote {folder}. Compare expected.json with the page before it counts: it is a draft.")


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
        draft["fields"] = _fields(reader.parse(page))
    except ExtractionError as error:
        say(f"not read: {error}")
    return draft


def _fields(parsed: ParsedPage) -> dict[str, Any]:
    read = _plain(parsed)
    # Where a value stood changes with every redesign; what it is does not.
    read.pop("provenance")
    flat = {**(read.pop("listing") or {}), **(read.pop("shop") or {}), **read}
    return {name: value for name, value in flat.items() if value not in (None, "", [], False, "Unknown")}


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, datetime) else value


def _reader(page: Page, adapter: str, profile: str) -> Adapter:
    if not adapter:
        return reader_for(page)
    parts = urlsplit(page.url)
    scope: dict[str, Any] = {
        "platform": Path(profile).stem or adapter,
        "base_url": f"{parts.scheme}://{parts.netloc}/",
        "adapter": adapter,
    }
    return adapter_for(PlatformScope.model_validate(scope | ({"profile": profile} if profile else {})))


def _saved(path: Path) -> bytes:
    try:
        raw = path.read_bytes()
        return gzip.decompress(raw) if path.suffix == ".gz" else raw
    except (OSError, EOFError) as error:
        raise UsageError(f"{path}: cannot be read: {error}") from error


def _fetched(url: str) -> tuple[bytes, str, int]:
    """Body, content type and status, with the crawl's own user agent and the site's robots.txt obeyed."""
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
            return response.read(_LARGEST), response.headers.get("Content-Type", ""), response.status
    except urllib.error.HTTPError as error:
        return error.read(_LARGEST), error.headers.get("Content-Type", ""), error.code
    except OSError as error:
        raise UsageError(f"{url}: {error}") from error
