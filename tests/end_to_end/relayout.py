"""A marketplace whose layout changed over night: a proxy that rewrites its pages on the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from urllib.parse import urlsplit

from tests.loopback import Handler, Site, serving


@contextmanager
def a_new_layout(
    url: str, changes: Mapping[str, str], answers: Mapping[str, tuple[int, str]] | None = None
) -> Iterator[str]:
    """Address of a copy of the site at ``url`` in whose HTML every key of ``changes`` reads as its value.

    ``answers`` gives status and page for paths that begin so, in place of the site's own.
    """
    upstream = urlsplit(url).netloc

    class Proxy(Handler):
        def respond(self) -> None:
            for start, (status, page) in (answers or {}).items():
                if self.path.startswith(start):
                    self.answer(page, status=status)
                    return
            connection = HTTPConnection(upstream, timeout=30)
            connection.request("GET", self.path, headers={"Host": upstream, "Accept-Encoding": "identity"})
            answer = connection.getresponse()
            body = answer.read()
            if "html" in (answer.getheader("Content-Type") or ""):
                for old, new in changes.items():
                    body = body.replace(old.encode(), new.encode())
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() in ("content-type", "location", "retry-after"):
                    self.send_header(name, value.replace(upstream, self.headers["Host"]))
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            connection.close()

    with serving(Site(Proxy)) as site:
        yield site.url
