"""A web site of shops that lead to their licence in every way a page can, each judged by a real sweep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

HANGS = "hangs"
Answer = str | tuple[int, str, str]
"""A page; or status, kind, and where it leads or what it holds; or ``HANGS``."""


@contextmanager
def a_site(answers: Mapping[str, Answer]) -> Iterator[str]:
    """Serves ``answers`` by path on loopback; gives its address."""
    released = Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            answer = answers.get(self.path, (404, "text/html", "gone"))
            if answer == HANGS:
                self.close_connection = True
                released.wait(30)
                return
            status, kind, text = answer if isinstance(answer, tuple) else (200, "text/html", answer)
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            if status in (301, 302):
                self.send_header("Location", text)
            self.end_headers()
            with suppress(ConnectionError):
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """A quiet server."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        released.set()
        server.shutdown()
        server.server_close()
        thread.join()
