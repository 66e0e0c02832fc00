"""A web site of shops that lead to their licence in every way a page can, each judged by a real sweep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Event

from tests import loopback

HANGS = "hangs"
Answer = str | tuple[int, str, str]
"""A page; or status, kind, and where it leads or what it holds; or ``HANGS``."""


@contextmanager
def a_site(answers: Mapping[str, Answer]) -> Iterator[str]:
    """Serves ``answers`` by path on loopback; gives its address."""
    released = Event()

    class Handler(loopback.Handler):
        protocol_version = "HTTP/1.1"

        def respond(self) -> None:
            answer = answers.get(self.path, (404, "text/html", "gone"))
            if answer == HANGS:
                self.close_connection = True
                released.wait(30)
                return
            status, kind, text = answer if isinstance(answer, tuple) else (200, "text/html", answer)
            leads = {"Location": text} if status in (301, 302) else {}
            self.answer(text, f"{kind}; charset=utf-8", status, **leads)

    with loopback.serving(loopback.Site(Handler)) as site:
        try:
            yield site.url
        finally:
            released.set()
