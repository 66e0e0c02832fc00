"""Labelled data beside the checkout: tests skip without it, except in CI, where its absence is a failure."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[1]


def shared(path: str) -> Path:
    """A file or folder under ``NETSWORD_SHARED`` (default ``../shared``)."""
    found = Path(os.environ.get("NETSWORD_SHARED", str(_ROOT.parent / "shared"))) / path  # noqa: TID251 - tests
    if found.exists():
        return found
    if os.environ.get("CI") == "true":  # noqa: TID251 - tests
        pytest.fail(f"{path} is missing under NETSWORD_SHARED, and CI does not skip", pytrace=False)
    pytest.skip(f"no {path} under NETSWORD_SHARED (default ../shared)")
