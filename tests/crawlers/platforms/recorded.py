"""Recorded pages: a folder named after what is special about it, with ``page.html`` (or
``page.json``) and ``expected.json``.

``expected.json`` holds ``url``, ``kind``, ``status``, ``obstacle`` (a reason, or null) and ``fields``: what
the adapter
must read. Listing, shop and review fields stand under their own names.
"""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from crawlers.platforms.base import Page, ParsedPage
from domain.target import PageKind

PAGES = Path(__file__).parent / "pages"
FETCHED_AT = datetime(2026, 11, 11, 2, 0, tzinfo=UTC)


def recorded_page(folder: Path) -> tuple[Page, dict[str, Any]]:
    """The page in ``folder`` and what is expected of it."""
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    page = Page(
        url=expected["url"],
        kind=PageKind(expected["kind"]),
        text=next(folder.glob("page.*")).read_text(encoding="utf-8"),
        status=expected["status"],
        fetched_at=FETCHED_AT,
    )
    return page, expected


def plain(value: Any) -> Any:
    """A domain value in JSON's words."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {each.name: plain(getattr(value, each.name)) for each in dataclasses.fields(value)}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, datetime) else value


def fields_of(parsed: ParsedPage) -> dict[str, Any]:
    """Everything read from a page, one entry a field; what stays at its default is left out."""
    read = plain(parsed)
    # Checked on its own: where a value stood is not what it is.
    read.pop("provenance")
    flat = {**(read.pop("listing") or {}), **(read.pop("shop") or {}), **read}
    return {name: value for name, value in flat.items() if value not in (None, "", [], False, "Unknown")}
