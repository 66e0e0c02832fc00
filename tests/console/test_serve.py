"""``netsword serve`` starts store, scheduler and console together, and ends them together."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import psutil
import pytest

from console.launcher import environment
from crawlers.runner import ROOT
from settings import Settings
from storage.store import Store
from tests.patience import PATIENCE_S

pytestmark = [pytest.mark.mongo, pytest.mark.slow]


def test_serve_names_its_address_and_the_first_password_and_ends_in_order(
    store: Store, store_settings: Settings, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "netsword.cli", "serve", "--port", "0"]
    with (tmp_path / "out").open("wb") as sink:
        serving = subprocess.Popen(
            command, cwd=ROOT, env=environment(store_settings), stdout=sink, stderr=sink
        )
    try:
        address, password = said(tmp_path / "out", serving)
        assert "登录" in httpx2.get(f"{address}/sign-in").text
        assert len(password) >= 16
        children = psutil.Process(serving.pid).children(recursive=True)
        assert any("scheduler.py" in " ".join(child.cmdline()) for child in children)
    finally:
        serving.send_signal(signal.SIGINT)
        code = serving.wait(timeout=PATIENCE_S)
    assert code == 0
    assert [account.name for account in store.accounts.list()] == ["admin"]
    assert "console ended" in (tmp_path / "out").read_text(encoding="utf-8")
    assert [
        child for child in children if child.is_running() and "scheduler.py" in str(child.cmdline())
    ] == []


def said(path: Path, serving: subprocess.Popen[bytes]) -> tuple[str, str]:
    """Address and password, once they stand there."""
    for _ in range(600):
        text = path.read_text(encoding="utf-8")
        found = re.search(r"(http://\S+)\n.*with password (\S+)", text)
        if found:
            return found[1], found[2]
        if serving.poll() is not None:
            break
        time.sleep(0.1)
    raise AssertionError(f"it did not start: {path.read_text(encoding='utf-8')}")


def test_a_taken_port_is_said_in_one_sentence(store_settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "netsword.cli", "serve", "--port", port, "--no-scheduler"]
        ended = subprocess.run(
            command,
            cwd=ROOT,
            env=environment(store_settings),
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
        )
    assert ended.returncode == 2
    assert f"cannot listen on 127.0.0.1:{port}" in ended.stderr
    assert "Traceback" not in ended.stderr
