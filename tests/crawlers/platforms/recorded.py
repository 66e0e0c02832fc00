"""Where the recorded pages of the tests lie."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

PAGES = Path(__file__).parent / "pages"
FETCHED_AT = datetime(2026, 11, 11, 2, 0, tzinfo=UTC)
