"""What stands around the goods on a page that tells machines nothing: the trail of categories, pictures."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import chain, islice

from crawlers.platforms.tree import Element, link_of, squash, visible_text

_YOU_ARE_HERE = re.compile(
    r"^(?:当前位置|当前的位置|您(?:现在)?的位置|你(?:现在)?的位置|所在位置|您的当前位置|目前位置|you are here"
    r"|sie sind hier|vous êtes ici|estás en|sei qui|вы здесь|現在地)\s*[:：]?\s*",
    re.IGNORECASE,
)
_HOME = frozenset({
    "首页", "主页", "首頁", "网站首页", "商城首页", "店铺首页", "home", "homepage", "home page", "start",
    "startseite", "accueil", "inicio", "início", "homepagina", "hem", "hjem", "etusivu", "strona główna",
    "domů", "úvod", "domov", "főoldal", "kezdőlap", "acasă", "начало", "главная", "головна", "ana sayfa",
    "anasayfa", "αρχική", "trang chủ", "หน้าแรก", "beranda", "ホーム", "トップ", "홈", "الرئيسية", "בית",
    "דף הבית", "avaleht", "sākums", "pagrindinis", "naslovna", "početna", "shop", "store",
})  # fmt: skip
"""What the first page of a site is called in its trails, in lower case."""
_BETWEEN = re.compile(r"\n|\s*[>›»→＞❯▸▶|｜]\s*|\s+[/\\·•-]\s+|\s*>>\s*")
_SIGNED = re.compile(r"[>›»→＞❯▸▶]|\s/\s")
_MOST_PARTS, _LONGEST_PART, _MOST_LINES, _MOST_ELEMENTS = 10, 60, 80, 150
_MOST_PICTURES, _LEVELS, _SMALLEST = 20, 8, 120
_SOURCES = ("data-zoom-image", "data-large_image", "data-original", "data-src", "data-lazy-src", "src")
_NO_GOODS = re.compile(
    r"logo|icon|avatar|star|flag|sprite|payment|pay-|badge|loading|placeholder|blank|captcha|qrcode|share"
    r"|banner|arrow|close|spacer"
)
_A_PICTURE = re.compile(r"^(?:#|javascript:|$)|\.(?:jpe?g|png|webp|gif|avif)(?:[?#]|$)", re.IGNORECASE)


def trail_of(marked: Iterable[Element], lines: Iterable[str], title: str) -> tuple[str, ...]:
    """Categories of the goods 面包屑 as a person reads them, the widest first; () where none stand there.

    Args:
        marked: what the page calls a trail, in document order.
        lines: those before the heading; one that begins with the first page's name is a trail too.
        title: of the goods, which trails often end with.
    """
    called = (visible_text(each) for each in islice(marked, _MOST_PARTS) if _is_short(each))
    plain = (line for line in islice(lines, _MOST_LINES) if _SIGNED.search(line) and _leads_from_home(line))
    return next(filter(None, (_parts(text, title) for text in chain(called, plain))), ())


def _is_short(part: Element) -> bool:
    return next(islice(part.iter(), _MOST_ELEMENTS, None), None) is None


def _leads_from_home(line: str) -> bool:
    return _BETWEEN.split(_YOU_ARE_HERE.sub("", line))[0].strip().lower() in _HOME


def _parts(text: str, title: str) -> tuple[str, ...]:
    found = [squash(part).strip(">›»/ ") for part in _BETWEEN.split(_YOU_ARE_HERE.sub("", text.strip()))]
    found = [part for part in found if part]
    if len(found) < 2 or len(found) > _MOST_PARTS + 2 or max(map(len, found[:-1])) > _LONGEST_PART:
        return ()
    if found[0].lower() in _HOME:
        del found[0]
    if found and (title.startswith(found[-1].rstrip(".…")) or found[-1].startswith(title)):
        del found[-1]
    return tuple(found)


def pictures_beside(pictures: Iterable[Element], heading: Element, url: str) -> tuple[str, ...]:
    """Addresses of the goods' pictures 商品图片: those in the smallest part around the heading that has any.

    Pictures in links to other pages are of other goods or of the site; small ones are signs.
    """
    around = {part: level for level, part in enumerate(islice(heading.iterancestors(), _LEVELS))}
    found: dict[int, dict[str, None]] = {}
    for picture in islice(pictures, _MOST_PICTURES * 10):
        level = next((around[part] for part in picture.iterancestors() if part in around), None)
        if level is not None and _is_of_goods(picture) and (link := _link(picture, url)):
            found.setdefault(level, {})[link] = None
    return tuple(islice(found[min(found)], _MOST_PICTURES)) if found else ()


def _is_of_goods(picture: Element) -> bool:
    named = " ".join(picture.get(name) or "" for name in ("class", "id", "src", "alt"))[:600].lower()
    if _NO_GOODS.search(named) or _is_small(picture):
        return False
    link = next(picture.iterancestors("a"), None)
    return link is None or _A_PICTURE.search(link.get("href") or "") is not None


def _is_small(picture: Element) -> bool:
    sizes = [picture.get(name) or "" for name in ("width", "height")]
    return any(size.isdecimal() and len(size) < 5 and int(size) < _SMALLEST for size in sizes)


def _link(picture: Element, url: str) -> str:
    """The largest picture that an element names; data attributes hold what a script draws later."""
    given = (picture.get(name) or "" for name in _SOURCES)
    return next((link_of(url, each) for each in given if each and not each.startswith("data:")), "")
