"""The command line in this process: a start of its own would take seconds."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import settings
from netsword.cli import main


class Answer(NamedTuple):
    """What a command said; ``err`` is one line, however it was broken."""

    code: int
    out: str
    err: str


Command = Callable[..., Answer]


@pytest.fixture
def netsword(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Iterator[Command]:
    """Calls the command line, with a store of its own unless a test names another."""
    monkeypatch.setenv("NETSWORD_VAR_DIR", str(tmp_path / "var"))
    monkeypatch.delenv("MONGO_URI", raising=False)
    settings.load.cache_clear()

    def call(*words: str) -> Answer:
        monkeypatch.setattr(sys, "argv", ["netsword", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return Answer(int(ended.value.code or 0), printed.out, " ".join(printed.err.split()))

    yield call
    settings.load.cache_clear()


@pytest.fixture
def registry(
    netsword: Command, monkeypatch: pytest.MonkeyPatch, store_settings: settings.Settings
) -> Command:
    """Calls ``netsword registry`` on the store of the test."""
    monkeypatch.setenv("MONGO_URI", str(store_settings.mongo_uri))
    monkeypatch.setenv("NETSWORD_MONGO_DATABASE", store_settings.mongo_database)
    settings.load.cache_clear()
    return lambda *words: netsword("registry", *words)
