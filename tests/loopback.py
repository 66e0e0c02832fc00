"""Servers on this machine for tests 本机站点: quiet, in a thread of their own, closed at the end."""

from __future__ import annotations

import socketserver
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TypeVar

HTML = "text/html; charset=utf-8"
Served = TypeVar("Served", bound=socketserver.BaseServer)


class Handler(BaseHTTPRequestHandler, ABC):
    """Logs nothing, and does not mind a client that goes away."""

    def handle(self) -> None:
        with suppress(ConnectionError):
            super().handle()

    def log_message(self, *_: object) -> None: ...

    def do_GET(self) -> None:
        self.respond()

    def do_POST(self) -> None:
        self.respond()

    @abstractmethod
    def respond(self) -> None:
        """Answers a request of either kind."""

    def answer(self, body: str | bytes, kind: str = HTML, status: int = 200, **more: str) -> None:
        """A whole answer; names in ``more`` are headers with underscores for hyphens."""
        data = body.encode() if isinstance(body, str) else body
        self.head(kind, len(data), status, **more)
        self.wfile.write(data)

    def head(self, kind: str, length: int, status: int = 200, **more: str) -> None:
        """The head of an answer whose body is said to have ``length`` bytes."""
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(length), **more}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()


class Site(ThreadingHTTPServer):
    """A web site on a free port."""

    daemon_threads = True
    # A burst of connections must not be refused by a short queue.
    request_queue_size = 64

    def __init__(self, handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"


@contextmanager
def serving(server: Served) -> Iterator[Served]:
    """The server, which answers while the block runs."""
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
