"""One parsed page: a shared lxml tree, compiled queries, the embedded state, and the text that a person
sees.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from functools import lru_cache
from typing import Any, TypeAlias, cast
from urllib.parse import urljoin, urlsplit

from lxml import etree
from parsel.csstranslator import HTMLTranslator

from domain.errors import ExtractionError
from domain.tags import bounded_tags

Element: TypeAlias = etree._Element
Query: TypeAlias = Callable[[Element], list[Any]]

XPathError = etree.XPathError

MOST_CHARACTERS = 8_000_000
"""Longer pages are cut before they are parsed; no shop page that a person reads comes near."""

_UNSEEN = frozenset({
    "head", "script", "style", "template", "noscript", "iframe", "object", "svg", "canvas", "video",
    "audio", "select", "datalist", "textarea"
})  # fmt: skip
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "dd", "details", "dialog", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header",
    "hr", "legend", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody",
    "tfoot", "thead", "tr", "ul", "caption", "br",
    # What frameworks of small apps write in place of div.
    "uni-view", "uni-scroll-view", "uni-swiper", "uni-swiper-item", "uni-page", "uni-page-body", "wx-view",
    "taro-view-core"
})  # fmt: skip
_CELLS = frozenset(("td", "th"))


@lru_cache(maxsize=2)
def tree_of(text: str) -> Element:
    """The page's tree, which callers do not change; an empty page gives an empty ``html`` element.

    So does a page nested deeper than any that a person made: the parser gives up there and drops the rest in
    silence, and half a page must not pass for a whole one.
    """
    # Bytes with a named encoding: lxml refuses text with an XML declaration, and a page's own charset no
    # longer counts.
    raw = _raw(text[:MOST_CHARACTERS])
    if b"\x00" in raw:
        raw = _raw(text[:MOST_CHARACTERS].replace("\x00", ""))
    parser = etree.HTMLParser(
        encoding="utf-8", recover=True, remove_pis=True, no_network=True, huge_tree=True
    )
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError:
        root = None
    gave_up = any(fault.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for fault in parser.error_log)
    return etree.Element("html") if root is None or gave_up else cast("Element", root)


def _raw(text: str) -> bytes:
    return bounded_tags(text).encode("utf-8", "replace")


def xpath(expression: str) -> Query:
    """A compiled XPath query for node sets; EXSLT regular expressions are off."""
    return cast("Query", etree.XPath(expression, regexp=False, smart_strings=False))


def place_of(query: Query, within: Query | None = None) -> str:
    """The XPath of a compiled query, for provenance; ``within`` finds the element that it is asked of."""
    path = str(getattr(query, "path", ""))
    return path if within is None else f"{place_of(within)}{path.removeprefix('.')}"


@lru_cache(maxsize=4096)
def css(selector: str) -> Query:
    """A compiled CSS query, relative to the element it is asked of; ``::text`` and ``::attr(name)`` as in
    parsel.

    Raises:
        ValueError: the selector does not parse.
    """
    try:
        return xpath(HTMLTranslator().css_to_xpath(selector))
    except (SyntaxError, etree.XPathError) as error:
        raise ValueError(f"CSS selector {selector!r}: {error}") from error


def place_in(element: Element) -> str:
    """XPath of an element, for provenance."""
    return str(element.getroottree().getpath(element))


def squash(text: str) -> str:
    r"""White space of any kind, the ideographic and the non-breaking included, as single spaces.

    >>> squash(" 精选\u3000茶叶\n 礼盒")
    '精选 茶叶 礼盒'
    """
    return " ".join(text.split())


def text_of(found: Any) -> str:
    """Squashed text of one query result: an element's whole text, an attribute's or a text node's own."""
    if not isinstance(found, etree._Element):
        return squash(str(found))
    # A third of the time that XPath's string() takes for the same text.
    whole = etree.tostring(found, encoding=str, method="text", with_tail=False) if len(found) else found.text
    return squash(whole or "")


def texts_of(query: Query, element: Element) -> list[str]:
    """Squashed texts of everything that ``query`` finds, without the empty ones."""
    return [text for text in map(text_of, query(element)) if text]


def only(field: str, found: list[str], *, url: str) -> str:
    """The one text that a mandatory field has.

    Raises:
        ExtractionError: nothing was found, or more than one thing.
    """
    if len(found) != 1 or not found[0]:
        shown = [text[:60] for text in found[:4]]
        raise ExtractionError(field, url=url, why=f"expected exactly one, found {len(found)}: {shown}")
    return found[0]


def at_most_one(field: str, found: list[str], *, url: str) -> str:
    """The text of a field that a page may leave out; "" when it does.

    Raises:
        ExtractionError: more than one was found, so the page is not what this adapter knows.
    """
    return only(field, found, url=url) if found else ""


def link_of(base: str, href: str) -> str:
    """Absolute address of a link, without its fragment; "" for what is no web address.

    >>> link_of("http://a.example/x/", "../item/1.html#top")
    'http://a.example/item/1.html'
    >>> link_of("http://a.example/", "javascript:void(0)")
    ''
    """
    try:
        url = urljoin(base, href.strip()).partition("#")[0]
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and len(url) <= 4096
    except ValueError:
        return ""
    return url if usable and not (href.strip().startswith("#")) else ""


def same_site(url: str, base: str) -> bool:
    """Whether two addresses have the same host and port."""
    return urlsplit(url).netloc.lower() == urlsplit(base).netloc.lower()


def json_of(text: str) -> Any:
    """A JSON value, ``None`` when it does not parse: hostile nesting and huge numbers included."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def visible_text(element: Element, *, leave_out: Callable[[Element], bool] | None = None) -> str:
    """What a person reads in ``element``, a block a line, white space squashed.

    Scripts, styles, comments, templates and what is hidden by its own ``hidden`` attribute or inline style
    are left out; style sheets are not read. ``leave_out`` names further subtrees, such as a platform's own
    footer.
    """
    pieces: list[str] = []
    walk = etree.iterwalk(element, events=("start", "end", "comment"))
    for event, node in walk:
        if event == "start":
            pieces.append("\n" if node.tag in _BLOCKS else " " if node.tag in _CELLS else "")
            if _is_unseen(node) or (leave_out is not None and leave_out(node)):
                walk.skip_subtree()
            elif node.text:
                pieces.append(_in_one_line(node.text))
            continue
        if event == "end" and node.tag in _BLOCKS:
            pieces.append("\n")
        if node.tail and node is not element:
            pieces.append(_in_one_line(node.tail))
    return "\n".join(line for line in map(squash, "".join(pieces).split("\n")) if line)


def _in_one_line(text: str) -> str:
    """``text`` without line breaks of its own: in HTML they are spaces."""
    return text.replace("\n", " ")


def _is_unseen(node: Element) -> bool:
    if node.tag in _UNSEEN:
        return True
    if not node.attrib:
        return False
    style = node.get("style")
    return node.get("hidden") is not None or (
        style is not None and "display:none" in style[:4096].lower().replace(" ", "")
    )


_LICENCE_WORDS = (
    "营业执照", "亮照", "亮证", "经营者信息", "经营资质", "资质", "证照", "工商信息", "工商执照", "企业信息",
    "主体信息",
    "商家信息", "许可证", "经营许可", "电子执照", "自我声明", "business licence", "business license",
)  # fmt: skip
_LINKS = xpath(".//a[@href] | .//area[@href]")
_PICTURE_WORDS = xpath(".//img/@alt | .//img/@title")
_MOST_LICENCE_LINKS = 10


def licence_links_in(
    part: Element, url: str, *, leave_out: Collection[Element] = ()
) -> tuple[tuple[str, str], ...]:
    """(URL, label) of links in the shop's part whose words promise a licence 亮照链接, a picture's words
    included.

    电子商务法 第十五条 asks for the licence or a link to it 在首页显著位置; which words make such a link is
    practice.
    """
    found: dict[str, str] = {}
    for link in _LINKS(part):
        label = squash(" ".join((text_of(link), link.get("title") or "", *_PICTURE_WORDS(link))))[:100]
        target = link_of(url, link.get("href") or "")
        if not target or target in found or not any(word in label.lower() for word in _LICENCE_WORDS):
            continue
        if not any(each in leave_out for each in link.iterancestors()):
            found[target] = " ".join(dict.fromkeys(label.split()))
    return tuple(found.items())[:_MOST_LICENCE_LINKS]
