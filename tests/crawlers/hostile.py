"""A web site that does what sites do to crawlers; every path is one kind of trouble."""

from __future__ import annotations

import gzip
import threading
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

PAGE = "<html><head><title>茶叶</title></head><body><h1 class=title>{title}</h1>{more}</body></html>"
LISTING = PAGE.format(
    title="明前龙井 500克", more="<b class=price>¥128.00</b><a class=shop href='/shop/7'>店铺</a>"
)
ZEROS = 60_000_000


class Site(ThreadingHTTPServer):
    """Counts the requests per path and keeps their headers."""

    daemon_threads = True
    # A burst of connections must not be refused by a short queue.
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.hits: Counter[str] = Counter()
        self.released = threading.Event()
        self.robots_status = 200
        self.robots_delay = ""

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"


@contextmanager
def a_site() -> Iterator[Site]:
    site = Site()
    thread = threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield site
    finally:
        site.released.set()
        site.shutdown()
        thread.join()
        site.server_close()


_NAMES = str.maketrans("-.", "__")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Site

    def handle(self) -> None:
        with suppress(ConnectionError):
            super().handle()

    def log_message(self, *_: object) -> None: ...

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        self.server.hits[self.path] += 1
        name = path.strip("/").translate(_NAMES).partition("/")[0]
        getattr(self, f"_{name}", self._gone)()

    def _robots_txt(self) -> None:
        self._text(
            f"User-agent: *\nDisallow: /forbidden-by-robots\n{self.server.robots_delay}",
            kind="text/plain",
            status=self.server.robots_status,
        )

    def _listing(self) -> None:
        self._text(LISTING)

    def _gone(self) -> None:
        self._text(PAGE.format(title="页面不存在", more=""), status=404)

    def _server_error(self) -> None:
        self._text("broken", status=500)

    def _error_once(self) -> None:
        if self.server.hits[self.path] == 1:
            self._text("later", status=503, Retry_After="1")
        else:
            self._text(LISTING)

    def _limited(self) -> None:
        self._text("slow down", status=429, Retry_After="1")

    def _refused(self) -> None:
        self._text("no", status=403)

    def _captcha(self) -> None:
        self._text(PAGE.format(title="安全验证", more="请拖动滑块完成验证"), status=403)

    def _taken_down(self) -> None:
        self._text(PAGE.format(title="商品已下架", more=""))

    def _members_only(self) -> None:
        self._move("/member/login?back=1")

    def _member(self) -> None:
        self._text(PAGE.format(title="欢迎", more="<form><input type=password></form>" + "字" * 900))

    def _to_login_host(self) -> None:
        self._move("https://passport.other.example/x")

    def _redirect_loop(self) -> None:
        self._move("/redirect-loop")

    def _moved(self) -> None:
        self._move("/listing/moved")

    def _to_metadata(self) -> None:
        self._move("http://169.254.169.254/latest/meta-data/")

    def _to_private(self) -> None:
        self._move("http://10.0.0.8/admin")

    def _to_decimal(self) -> None:
        self._move(f"http://2130706433:{self.server.server_address[1] + 1}/")

    def _to_localhost(self) -> None:
        self._move(f"http://localhost:{self.server.server_address[1]}/listing/1")

    def _to_other_site(self) -> None:
        self._move("http://other.example/")

    def _gzip_bomb(self) -> None:
        packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
        packed = b"".join(packer.compress(bytes(1 << 20)) for _ in range(ZEROS >> 20)) + packer.flush()
        self._body(packed, Content_Encoding="gzip")

    def _compressed(self) -> None:
        self._body(gzip.compress(LISTING.encode()), Content_Encoding="gzip")

    def _large_declared(self) -> None:
        self._head(200, "text/html", 100_000_000)
        self.wfile.write(b"x" * 100)
        self.server.released.wait(5)

    def _large_streamed(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        for _ in range(100):
            self.wfile.write(bytes(1 << 20))

    def _truncated(self) -> None:
        self._head(200, "text/html; charset=utf-8", len(LISTING.encode()) + 500)
        self.wfile.write(LISTING.encode())
        self.close_connection = True

    def _mislabelled(self) -> None:
        self._body(LISTING.encode("gb18030"), kind="text/html; charset=utf-8")

    def _never_ends(self) -> None:
        self._head(200, "text/html", 1_000)
        self.wfile.write(b"<html>")
        self.server.released.wait(20)

    def _binary(self) -> None:
        self._body(bytes(range(256)) * 8, kind="application/octet-stream")

    def _no_title(self) -> None:
        self._text("<html><body><p>新版页面</p></body></html>")

    def _forbidden_by_robots(self) -> None:
        self._text(LISTING)

    def _shop(self) -> None:
        links = "".join(
            f"<a href='{url}'>营业执照</a>"
            for url in ("/licence/1", "/licence-gone", "http://10.0.0.9/licence")
        )
        self._text(PAGE.format(title="云雾茶行", more=f"<p>主营茶叶</p>{links}"))

    def _licence(self) -> None:
        self._text(PAGE.format(title="营业执照", more="<p>统一社会信用代码 91330100MA27XXXX1X</p>"))

    def _search(self) -> None:
        page = int(urlsplit(self.path).query.partition("page=")[2] or 1)
        cards = "".join(f"<div class=card><a href='/listing/{page}{n}'>茶 {n}</a></div>" for n in range(3))
        self._text(
            PAGE.format(title="搜索", more=f"{cards}<a class=next href='/search?q=x&page={page + 1}'>")
        )

    def _move(self, location: str) -> None:
        self._text("", status=302, Location=location)

    def _text(
        self, text: str, *, status: int = 200, kind: str = "text/html; charset=utf-8", **more: str
    ) -> None:
        self._body(text.encode(), status=status, kind=kind, **more)

    def _body(
        self, body: bytes, *, status: int = 200, kind: str = "text/html; charset=utf-8", **more: str
    ) -> None:
        self._head(status, kind, len(body), more)
        self.wfile.write(body)

    def _head(self, status: int, kind: str, length: int, more: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(length), **(more or {})}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
