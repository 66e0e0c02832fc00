"""Contracts for ``scrapy check``: recorded pages through the callbacks, without a network."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.contracts import Contract
from scrapy.exceptions import ContractFail
from scrapy.http import HtmlResponse, Response

from crawlers.middlewares.capture import SNAPSHOTS
from crawlers.platforms.registry import adapter_for
from domain.snapshot import Snapshot, WarcRef
from domain.sweep import PlatformScope
from domain.target import PageKind, Target
from domain.visit import Visit

PAGES = Path(__file__).parent.parent / "tests" / "crawlers" / "platforms" / "pages"


class RecordedPage(Contract):
    """``@recorded_page PLATFORM/NAME KIND``: the callback gets that recorded page as its response."""

    name = "recorded_page"

    def adjust_request_args(self, args: dict[str, Any]) -> dict[str, Any]:
        """A request that needs no network, and a callback that is given the recorded page."""
        folder, kind = self.args
        platform = folder.partition("/")[0]
        callback = args["callback"]
        spider = callback.__self__
        scope = PlatformScope.model_validate(
            {"platform": platform, "adapter": platform, "base_url": f"http://{platform}.example/"}
        )
        spider.adapters[platform] = adapter_for(scope)
        page = PAGES / folder / "page.html"
        args["url"] = "data:text/html,"
        args["callback"] = _with_page(callback, page, PageKind(kind), platform)
        return args


class Reads(Contract):
    """``@reads FIELD …``: the callback yields one visit, and each of these fields of it holds something."""

    name = "reads"

    def post_process(self, output: list[Any]) -> None:
        """Look at what came out.

        Raises:
            ContractFail: it is not one visit, or a field is empty.
        """
        visits = [item for item in output if isinstance(item, Visit)]
        if len(visits) != 1:
            raise ContractFail(f"expected one visit, got {len(visits)} of {len(output)} outputs")
        empty = [name for name in self.args if not getattr(visits[0], name)]
        if empty:
            raise ContractFail(f"nothing was read for: {', '.join(empty)}")


def _with_page(
    callback: Callable[[Response], AsyncIterator[Visit]], page: Path, kind: PageKind, platform: str
) -> Callable[..., AsyncIterator[Visit]]:
    @wraps(callback)
    async def with_recorded_page(_: Response, **__: Any) -> AsyncIterator[Visit]:
        async for visit in callback(_recorded(page, kind, platform)):
            yield visit

    return cast("Callable[..., AsyncIterator[Visit]]", with_recorded_page)


def _recorded(page: Path, kind: PageKind, platform: str) -> HtmlResponse:
    body = page.read_bytes()
    url = json.loads(page.with_name("expected.json").read_text(encoding="utf-8"))["url"]
    now = datetime.now(UTC)
    target = Target(run="check", url=url, kind=kind, platform=platform, host=urlsplit(url).netloc)
    snapshot = Snapshot(
        run=target.run,
        target=target.id,
        attempt=0,
        url=url,
        final_url=url,
        status=200,
        payload_digest=hashlib.sha256(body).hexdigest(),
        payload_bytes=len(body),
        warc=WarcRef(file=page.name, offset=0, length=len(body)),
        request_started_at=now,
        fetched_at=now,
    )
    request = Request(url, meta={"target": target, SNAPSHOTS: (snapshot,)})
    return HtmlResponse(url, body=body, request=request)
