"""The embedded server: one per ``var/``, shared, adopted, and gone with its last user."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from pymongo import MongoClient

from domain.errors import StorageError
from storage import server
from storage.server import embedded_server
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.mongo

ROOT = Path(__file__).parents[2]
USER = """
import sys
from pathlib import Path
from storage.server import embedded_server
with embedded_server(Path(sys.argv[1])) as uri:
    print(uri, flush=True)
    sys.stdin.read()
"""


def servers_of(var: Path) -> list[int]:
    return [process.pid for process in server._processes((var / "mongod").resolve())]


@contextmanager
def a_user(var: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that uses the server until its standard input ends."""
    with subprocess.Popen(
        [sys.executable, "-c", USER, str(var)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.communicate("", timeout=PATIENCE_S)


def uri_of(user: subprocess.Popen[str]) -> str:
    assert user.stdout is not None
    return user.stdout.readline().strip()


@pytest.fixture
def short_path() -> Iterator[Path]:
    """A folder whose name leaves room for a socket, which that of a parallel test run may not."""
    with tempfile.TemporaryDirectory(prefix="ns-") as folder:
        yield Path(folder)


def test_server_has_a_private_socket_and_no_port(short_path: Path) -> None:
    with embedded_server(short_path) as uri:
        (pid,) = servers_of(short_path)
        process = psutil.Process(pid)
        assert not [c for c in process.net_connections("inet") if c.status == psutil.CONN_LISTEN]
        folder = short_path / "mongod" / "run"
        assert {socket.stat().st_mode & 0o777 for socket in folder.iterdir()} == {0o700}
        assert folder.stat().st_mode & 0o777 == 0o700
        with MongoClient[dict[str, object]](uri) as client:
            assert client.admin.command("ping")["ok"] == 1
    assert servers_of(short_path) == []


def test_last_user_stops_the_server_and_no_one_before(tmp_path: Path) -> None:
    with a_user(tmp_path) as other:
        uri_of(other)
        running = servers_of(tmp_path)
        with embedded_server(tmp_path):
            assert servers_of(tmp_path) == running
        assert servers_of(tmp_path) == running
    assert servers_of(tmp_path) == []


def test_two_processes_that_start_at_once_share_one_server(tmp_path: Path) -> None:
    with a_user(tmp_path) as one, a_user(tmp_path) as two:
        assert uri_of(one) == uri_of(two) != ""
        assert len(servers_of(tmp_path)) == 1
    assert servers_of(tmp_path) == []


def test_server_of_a_killed_starter_is_adopted_and_then_stopped(tmp_path: Path) -> None:
    with a_user(tmp_path) as starter:
        uri = uri_of(starter)
        orphan = servers_of(tmp_path)
        starter.kill()
        starter.wait()
    assert servers_of(tmp_path) == orphan
    with embedded_server(tmp_path) as adopted:
        assert adopted == uri
        assert servers_of(tmp_path) == orphan
    assert servers_of(tmp_path) == []


def test_server_survives_ctrl_c_of_its_starter(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", USER, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
        start_new_session=True,
    ) as starter:
        uri_of(starter)
        with embedded_server(tmp_path):
            os.killpg(starter.pid, signal.SIGINT)
            starter.wait(timeout=PATIENCE_S)
            assert len(servers_of(tmp_path)) == 1
    assert servers_of(tmp_path) == []


def test_killed_server_is_started_again_with_its_data(tmp_path: Path) -> None:
    with embedded_server(tmp_path) as uri:
        with MongoClient[dict[str, object]](uri, journal=True) as client:
            client["t"]["c"].insert_one({"_id": 1})
        (pid,) = servers_of(tmp_path)
        os.kill(pid, signal.SIGKILL)
        while servers_of(tmp_path):
            time.sleep(0.01)
        with embedded_server(tmp_path) as again, MongoClient[dict[str, object]](again) as client:
            assert client["t"]["c"].count_documents({}) == 1


def test_long_path_gets_a_short_socket_that_is_removed_at_the_end(tmp_path: Path) -> None:
    var = tmp_path / ("长" * 40)
    with embedded_server(var) as uri:
        memory = Path((var / "mongod" / "socket_dir").read_text())
        assert memory.stat().st_mode & 0o777 == 0o700
        with embedded_server(var) as again:
            assert again == uri
        with MongoClient[dict[str, object]](uri) as client:
            assert client.admin.command("ping")["ok"] == 1
    assert not memory.exists()
    assert servers_of(var) == []


def test_another_major_release_is_refused_and_says_what_to_do(tmp_path: Path) -> None:
    with embedded_server(tmp_path):
        pass
    (tmp_path / "mongod" / "version").write_text("4.4.29\n")
    said = r"written by MongoDB 4\.4\.29.*Put mongod 4 on PATH"
    with pytest.raises(StorageError, match=said), embedded_server(tmp_path):
        pass


def test_missing_library_is_named_with_its_package(tmp_path: Path) -> None:
    broken = tmp_path / "mongod"
    broken.write_text(
        "#!/bin/sh\necho 'error while loading shared libraries: libcurl.so.4: cannot open'\nexit 127\n"
    )
    broken.chmod(0o755)
    said = "apt-get install libcurl4"
    with pytest.raises(StorageError, match=said), embedded_server(tmp_path / "var", binary=broken):
        pass


def test_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    said = "nowhere/mongod cannot be run"
    with pytest.raises(StorageError, match=said), embedded_server(tmp_path, binary=Path("/nowhere/mongod")):
        pass


def test_broken_data_shows_the_end_of_the_log(tmp_path: Path) -> None:
    with embedded_server(tmp_path):
        pass
    (tmp_path / "mongod" / "data" / "WiredTiger.turtle").write_text("not a turtle")
    said = r"did not start \(exit code \d+\)[\s\S]*mongod\.log[\s\S]*WiredTiger"
    with pytest.raises(StorageError, match=said), embedded_server(tmp_path):
        pass


def test_full_disk_is_refused_before_it_breaks_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "LEAST_FREE_BYTES", 2**60)
    with pytest.raises(StorageError, match="MB left"), embedded_server(tmp_path):
        pass


def test_large_log_is_set_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "MAX_LOG_BYTES", 100)
    for _ in range(2):
        with embedded_server(tmp_path):
            pass
    assert (tmp_path / "mongod" / "mongod.log.1").stat().st_size > 100
