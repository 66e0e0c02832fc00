"""Recorded pages 录制页面: a folder named after what is special about it, with page and ``expected.json``.

``expected.json`` holds ``url``, ``kind``, ``status``, ``obstacle`` (a reason, or null) and ``fields``: what
must be read. Listing, shop and review fields stand under their own names. The folder above is named after the
adapter or site profile that reads the page.
"""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crawlers.platforms.base import Adapter, Page, ParsedPage
from crawlers.platforms.recognise import reader_for
from crawlers.platforms.registry import GENERIC, PROFILE, adapter_for, adapter_modules, known_profiles
from domain.errors import UsageError
from domain.sweep import PlatformScope
from domain.target import PageKind

EXPECTED = "expected.json"
PAGES = Path("tests/crawlers/platforms/pages")
"""Where pages are recorded unless another folder is given."""
# A recorded page names no time of its own; extraction does not depend on it.
UNTIMED = datetime(2000, 1, 1, tzinfo=UTC)


def recorded_page(folder: Path) -> tuple[Page, dict[str, Any]]:
    """The page in ``folder`` and what is expected of it.

    Raises:
        UsageError: one of them is not there or does not parse.
    """
    try:
        expected = json.loads((folder / EXPECTED).read_text(encoding="utf-8"))
        page = Page(
            url=expected["url"],
            kind=PageKind(expected["kind"]),
            text=next(folder.glob("page.*")).read_text(encoding="utf-8"),
            status=expected["status"],
            fetched_at=UNTIMED,
        )
        _ = expected["obstacle"], expected["fields"]
    except (OSError, ValueError, KeyError, TypeError, StopIteration) as error:
        why = f"{type(error).__name__}: {error}"
        raise UsageError(
            f"{folder}: no recorded page ({why}); 'netsword page record' writes page and expected.json"
        ) from error
    return page, expected


def reader_named(name: str, page: Page) -> Adapter:
    """The adapter or site profile ``name``; a profile may be a file.

    Raises:
        UsageError: there is none.
        SiteProfileError: the profile does not parse.
    """
    parts = urlsplit(page.url)
    is_profile = name.endswith((".yaml", ".yml")) or name in known_profiles()
    reads = {"adapter": PROFILE, "profile": name} if is_profile else {"adapter": name}
    scope = {"platform": Path(name).stem, "base_url": f"{parts.scheme}://{parts.netloc}/", **reads}
    return adapter_for(PlatformScope.model_validate(scope))


def reader_of(folder: Path, page: Page) -> Adapter:
    """The adapter of a recorded page: what the folder above it is named after, else its host's."""
    name = folder.absolute().parent.name
    if name in (*adapter_modules(), *known_profiles(), GENERIC):
        return reader_named(name, page)
    return reader_for(page)


def fields_of(parsed: ParsedPage) -> dict[str, Any]:
    """Everything read from a page, one entry a field; what stays at its default is left out."""
    read = plain(parsed)
    # Where a value stood changes with every redesign; what it is does not.
    read.pop("provenance")
    flat = {**(read.pop("listing") or {}), **(read.pop("shop") or {}), **read}
    return {name: value for name, value in flat.items() if not _is_default(value)}


def plain(value: Any) -> Any:
    """A domain value in JSON's words."""
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, datetime) else value


def _is_default(value: Any) -> bool:
    # A zero is a value: nothing left in stock, no review yet.
    return value is None or value is False or value in ("", [], "Unknown")
