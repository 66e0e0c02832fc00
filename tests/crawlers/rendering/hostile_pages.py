"""A web site whose pages need a browser, and do to it what pages do."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from urllib.parse import urlsplit

from tests import loopback

TITLE = "明前龙井 500克"
SHELL = (
    "<!DOCTYPE html><html><head><title>茶</title></head>"
    "<body><div id=app></div><script>{script}</script></body></html>"
)
SHOW = "document.getElementById('app').innerHTML = '<h1 class=title>明前龙井 500克</h1>';"
# Keeps the page from rest for a second, so that on a busy machine, too, what it does next is seen before.
BUSY = "fetch('/poll');"
FROM_API = """
fetch('/api/title?sign=' + [...'tea'].reverse().join('')).then(r => r.json()).then(d => {
  document.getElementById('app').innerHTML = '<h1 class=title></h1><b class=price>¥128.00</b>';
  document.querySelector('h1').textContent = d.title;
});
"""
PAGES = {
    "/plain": FROM_API,
    "/never-idle": SHOW + "setInterval(() => fetch('/poll?' + Math.random()), 60);",
    "/timers": SHOW + "setInterval(() => { document.title += '茶'; document.body.append('茶'); }, 1);",
    "/dialogs": "alert('一'); confirm('二'); prompt('三');"
    + SHOW
    + "const w = window.open('/plain'); (function wait() { if (!w.closed) fetch('/poll').then(wait); })();",
    "/dialogs-forever": "while (true) alert('再来');",
    "/busy": "while (true) {}",
    "/gigabyte": "const kept = [];"
    "for (let i = 0; i < 64; i++) kept.push(new Uint8Array(1 << 24).fill(i + 1));" + SHOW,
    "/leaves": SHOW + BUSY + "setTimeout(() => { location.href = '/elsewhere'; }, 50);",
    "/reloads": SHOW + BUSY + "location.reload();",
    "/leaves-nothing": SHOW + "location.href = 'about:blank';",
    "/downloads": SHOW + BUSY + "const a = document.createElement('a'); a.download = 'x.bin';"
    "a.href = URL.createObjectURL(new Blob([new Uint8Array(1 << 20)])); a.click();",
    "/tall": SHOW + "document.body.style.height = '90000px';",
    "/large": "const text = '<p>' + '茶'.repeat(1000) + '</p>';"
    "document.getElementById('app').innerHTML = '<h1 class=title>茶</h1>' + text.repeat(1200);",
    "/pictures": SHOW + "document.body.insertAdjacentHTML('beforeend', '<img src=/picture.png>');",
    "/kills-the-browser": "fetch('/kill').then(r => r.text()).then(() => {" + SHOW + "});",
    "/reaches-out": SHOW
    + """
      for (const url of ['http://10.0.0.8/', 'http://169.254.169.254/latest/', 'file:///etc/passwd', 'ftp://10.0.0.8/',
                         'http://localhost:PORT/secret', '/to-secret', '/to-private'])
        fetch(url).then(r => r.text()).then(t => document.body.append('GOT ' + t)).catch(() => {});
      document.body.insertAdjacentHTML('beforeend', '<iframe src="http://localhost:PORT/secret"></iframe>');
      try { new WebSocket('ws://localhost:PORT/secret'); } catch (e) {}
      navigator.sendBeacon('http://localhost:PORT/secret', 'x');
      new EventSource('http://localhost:PORT/secret');
      document.head.insertAdjacentHTML('beforeend', '<link rel=preconnect href="http://localhost:PORT/">');
    """,
}


class Site(loopback.Site):
    """Counts what it is asked for; ``on_kill`` runs when the page that wants to end the browser is open."""

    def __init__(self) -> None:
        super().__init__(_Handler)
        self.hits: Counter[str] = Counter()
        self.on_kill: Callable[[], None] = lambda: None


def a_site() -> AbstractContextManager[Site]:
    return loopback.serving(Site())


class _Handler(loopback.Handler):
    protocol_version = "HTTP/1.1"
    server: Site

    def respond(self) -> None:
        path = urlsplit(self.path).path
        self.server.hits[path] += 1
        if path in PAGES:
            script = PAGES[path].replace("PORT", str(self.server.server_port))
            self._answer(SHELL.format(script=script), loopback.HTML)
        elif path == "/api/title":
            wanted = self.path.endswith("sign=aet")
            self._answer('{"title": "明前龙井 500克"}' if wanted else "{}", "application/json")
        elif path == "/file":
            self._answer("PK", "application/zip", Content_Disposition="attachment; filename=x.zip")
        elif path == "/to-secret":
            self._answer("", "text/plain", 302, Location=f"http://localhost:{self.server.server_port}/secret")
        elif path == "/to-private":
            self._answer("", "text/plain", 302, Location="http://10.0.0.8/admin")
        elif path == "/kill":
            if self.server.hits[path] == 1:
                self.server.on_kill()
            self._answer("still here", "text/plain")
        elif path == "/robots.txt":
            self._answer("User-agent: *\nDisallow: /poll-not\n", "text/plain")
        elif path == "/poll":
            # So that one is always under way, however seldom a busy machine lets the page ask.
            time.sleep(1)
            self._answer("", "text/plain")
        else:
            self._answer("secret" if path == "/secret" else "", "text/plain")

    def _answer(self, text: str, kind: str, status: int = 200, **more: str) -> None:
        self.answer(text, kind, status, Access_Control_Allow_Origin="*", **more)
