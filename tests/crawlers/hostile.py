"""A web site that does what sites do to crawlers; every path is one kind of trouble."""

from __future__ import annotations

import gzip
import threading
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from tests import loopback

PAGE = "<html><head><title>茶叶</title></head><body><h1 class=title>{title}</h1>{more}</body></html>"
LISTING = PAGE.format(
    title="明前龙井 500克", more="<b class=price>¥128.00</b><a class=shop href='/shop/7'>店铺</a>"
)
ZEROS = 60_000_000


class Site(loopback.Site):
    """Counts the requests per path."""

    def __init__(self) -> None:
        super().__init__(_Handler)
        self.hits: Counter[str] = Counter()
        self.released = threading.Event()
        self.robots_status = 200
        self.robots_delay = ""


@contextmanager
def a_site() -> Iterator[Site]:
    with loopback.serving(Site()) as site:
        try:
            yield site
        finally:
            site.released.set()


_NAMES = str.maketrans("-.", "__")


class _Handler(loopback.Handler):
    protocol_version = "HTTP/1.1"
    server: Site

    def respond(self) -> None:
        path = urlsplit(self.path).path
        self.server.hits[self.path] += 1
        name = path.strip("/").translate(_NAMES).partition("/")[0]
        getattr(self, f"_{name}", self._gone)()

    def _robots_txt(self) -> None:
        self.answer(
            f"User-agent: *\nDisallow: /forbidden-by-robots\n{self.server.robots_delay}",
            kind="text/plain",
            status=self.server.robots_status,
        )

    def _listing(self) -> None:
        self.answer(LISTING)

    def _gone(self) -> None:
        self.answer(PAGE.format(title="页面不存在", more=""), status=404)

    def _server_error(self) -> None:
        self.answer("broken", status=500)

    def _error_once(self) -> None:
        if self.server.hits[self.path] == 1:
            self.answer("later", status=503, Retry_After="1")
        else:
            self.answer(LISTING)

    def _limited(self) -> None:
        self.answer("slow down", status=429, Retry_After="1")

    def _refused(self) -> None:
        self.answer("no", status=403)

    def _captcha(self) -> None:
        self.answer(PAGE.format(title="安全验证", more="请拖动滑块完成验证"), status=403)

    def _taken_down(self) -> None:
        self.answer(PAGE.format(title="商品已下架", more=""))

    def _members_only(self) -> None:
        self._move("/member/login?back=1")

    def _member(self) -> None:
        self.answer(PAGE.format(title="欢迎", more="<form><input type=password></form>" + "字" * 900))

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
        self.answer(packed, Content_Encoding="gzip")

    def _compressed(self) -> None:
        self.answer(gzip.compress(LISTING.encode()), Content_Encoding="gzip")

    def _large_declared(self) -> None:
        self.head("text/html", 100_000_000)
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
        self.head(loopback.HTML, len(LISTING.encode()) + 500)
        self.wfile.write(LISTING.encode())
        self.close_connection = True

    def _mislabelled(self) -> None:
        self.answer(LISTING.encode("gb18030"), kind="text/html; charset=utf-8")

    def _never_ends(self) -> None:
        self.head("text/html", 1_000)
        self.wfile.write(b"<html>")
        self.server.released.wait(20)

    def _binary(self) -> None:
        self.answer(bytes(range(256)) * 8, kind="application/octet-stream")

    def _no_title(self) -> None:
        self.answer("<html><body><p>新版页面</p></body></html>")

    def _forbidden_by_robots(self) -> None:
        self.answer(LISTING)

    def _shop(self) -> None:
        links = "".join(
            f"<a href='{url}'>营业执照</a>"
            for url in ("/licence/1", "/licence-gone", "http://10.0.0.9/licence")
        )
        self.answer(PAGE.format(title="云雾茶行", more=f"<p>主营茶叶</p>{links}"))

    def _licence(self) -> None:
        self.answer(PAGE.format(title="营业执照", more="<p>统一社会信用代码 91330100MA27XXXX1X</p>"))

    def _search(self) -> None:
        page = int(urlsplit(self.path).query.partition("page=")[2] or 1)
        cards = "".join(f"<div class=card><a href='/listing/{page}{n}'>茶 {n}</a></div>" for n in range(3))
        self.answer(
            PAGE.format(title="搜索", more=f"{cards}<a class=next href='/search?q=x&page={page + 1}'>")
        )

    def _move(self, location: str) -> None:
        self.answer("", status=302, Location=location)
