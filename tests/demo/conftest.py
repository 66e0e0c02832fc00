"""A small market, and real servers of it on loopback."""

import http.client
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from demo.market import Market, build_market
from tests.patience import PATIENCE_S, until

ROOT = Path(__file__).parents[2]
SEED, SHOPS, LISTINGS = 7, 60, 700


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("gb18030")


@dataclass(frozen=True)
class Site:
    base: str
    truth: Path
    process: subprocess.Popen[bytes]

    def get(self, path: str, **headers: str) -> Answer:
        connection = http.client.HTTPConnection(urlsplit(self.base).netloc, timeout=PATIENCE_S)
        try:
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()


Starter = Callable[..., Site]


@pytest.fixture(scope="session")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Starter]:
    """Starts ``python -m demo.server`` with further options; all of them stop at the end."""
    started: list[subprocess.Popen[bytes]] = []

    def run(*options: str) -> Site:
        folder = tmp_path_factory.mktemp("demo")
        ready, truth = folder / "ready", folder / "truth.jsonl"
        sizes = f"--port 0 --seed {SEED} --shops {SHOPS} --listings {LISTINGS}".split()
        command = [
            sys.executable,
            "-m",
            "demo.server",
            *sizes,
            "--truth",
            str(truth),
            "--ready-file",
            str(ready),
            *options,
        ]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
        started.append(process)
        until(ready.exists)
        return Site(ready.read_text(encoding="utf-8").strip(), truth, process)

    yield run
    for process in started:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE_S)


@pytest.fixture(scope="session")
def calm(start: Starter) -> Site:
    """A server on which nothing goes wrong."""
    return start("--no-faults")


@pytest.fixture(scope="session")
def market() -> Market:
    """The market that the servers show."""
    return build_market(SEED, shops=SHOPS, listings=LISTINGS)
