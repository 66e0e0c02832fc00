"""The document tree made ready 文档准备: parsed, its simple scripts followed, its inline frames opened."""

from __future__ import annotations

import base64
import binascii
import html as entities
import re
import urllib.parse
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice

import lxml.etree
import lxml.html
from lxml.html import HtmlElement

from detectors.licensing.conditions import media_applies
from detectors.licensing.script_effects import Write
from detectors.licensing.script_tokens import MOST_SCRIPT
from detectors.licensing.script_values import Node
from detectors.licensing.scripts import read_script
from detectors.licensing.selectors import Elements, TooMuch, parse_selectors
from detectors.licensing.sheets import imports_of
from domain.tags import bounded_tags

MOST_HEAD = 1_000_000
MOST_WRITE_WORK = 1_000_000
"""Elements that are indexed anew for what the scripts of one page write."""
_MOST_TARGETS = 20
_MOST_SHADOWS = 500
_MOST_IMPORTS = 20
_LONGEST_STYLE = 20_000
_LINK_TAG = re.compile(r"<link\b([^<>]{1,2000})>", re.IGNORECASE)
_ADDRESSED = ("a", "area", "img", "iframe", "frame", "embed", "form")
_STYLE_TAG = re.compile(r"<style\b([^<>]*)>([^<]*)", re.IGNORECASE)
_REPEATS = re.compile(r"\b(?:for|while)\s*\(|\.(?:forEach|map|each|reduce)\(|\bfunction\b|=>")
"""What the reader of scripts does not follow: loops, and functions called with values."""
_NUMBER = re.compile(r"[0-9A-Z]{15,}|\d{8,}")
"""Of the length of a code, a permit's or an ICP number."""
_ATTRIBUTE = re.compile(r"([a-zA-Z-]+)\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'>]+)")


def parsed(html: str) -> HtmlElement | None:
    """The tree of a document; ``None`` for one without elements."""
    text = bounded_tags(re.sub(r"^\s*<\?xml[^>]*\?>", "", html.replace("\x00", "")))
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_pis=True)
    try:
        return lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (lxml.etree.ParserError, lxml.etree.XMLSyntaxError, ValueError):
        return None


def own_sheets(root: HtmlElement) -> list[str]:
    """Style sheets inside the document that apply on a screen."""
    found: list[str] = []
    for element in root.iter("style", "link"):
        if any(parent.tag in {"template", "noscript"} for parent in element.iterancestors()):
            continue
        if not _media_ok(element.get("media")):
            continue
        if element.tag == "link":
            if "stylesheet" in (element.get("rel") or "").lower().split():
                found += _inline_sheet(element.get("href") or "")
        elif (element.get("type") or "text/css").strip().lower() in {"", "text/css"}:
            text = element.text or ""
            for address in imports_of(text)[:_MOST_IMPORTS] if "@import" in text.lower() else ():
                found += _inline_sheet(address)
            found.append(text)
    return found


def _inline_sheet(address: str) -> list[str]:
    head, _, body = address.strip().partition(",")
    text = decoded_data(head, body) if head.lower().startswith("data:text/css") else None
    return [text] if text else []


def linked_sheets(html: str, base: str) -> list[str]:
    """Web addresses of the style sheets that a document links to or imports for a screen, in order."""
    found = []
    for tag in _LINK_TAG.findall(html[:MOST_HEAD]):
        values = {name.lower(): value for name, value in _ATTRIBUTE.findall(tag)}
        told = {name: entities.unescape(value.strip("\"' \t\r\n")) for name, value in values.items()}
        is_sheet = "stylesheet" in told.get("rel", "").lower().split()
        if is_sheet and told.get("href") and _media_ok(told.get("media")):
            found += _web_addresses([told["href"]], base)
    for tag, text in _STYLE_TAG.findall(html[:MOST_HEAD]):
        media = next((value for name, value in _ATTRIBUTE.findall(tag) if name.lower() == "media"), "")
        found += web_imports(text, base) if _media_ok(media.strip("\"'")) else []
    return list(dict.fromkeys(found))


def web_imports(css: str, base: str) -> list[str]:
    """Web addresses of the style sheets that a sheet imports for a screen, in order."""
    return _web_addresses(imports_of(css)[:_MOST_IMPORTS], base) if "@import" in css.lower() else []


def _web_addresses(written: list[str], base: str) -> list[str]:
    found = []
    for address in written:
        with suppress(ValueError):
            found.append(urllib.parse.urldefrag(urllib.parse.urljoin(base, address))[0])
    return [each for each in found if each.startswith(("http:", "https:"))]


def _media_ok(media: str | None) -> bool:

    return not media or media_applies(media)


# ---------------------------------------------------------------- scripts and frames


@dataclass(frozen=True, slots=True)
class Followed:
    """What came of the scripts of a page."""

    clicked: tuple[Node, ...] = ()
    """What a click would change."""
    leftovers: Mapping[HtmlElement, str] = field(default_factory=dict)
    """Scripts that could not be followed, with their source."""
    given_up: bool = False
    """They do so much that the rest of it was left undone."""


def run_scripts(root: HtmlElement) -> Followed:
    """Follows simple scripts, in the tree."""
    clicked: list[Node] = []
    leftovers: dict[HtmlElement, str] = {}
    writer = _Writer(root)
    for script in list(root.iter("script")):
        kind = (script.get("type") or "").strip().lower()
        source = script.text or ""
        if kind and "javascript" not in kind and kind not in {"module", "text/ecmascript"}:
            continue
        reading = read_script(source)
        clicked += reading.clicked
        done = [writer.write(script, write) for write in reading.writes]
        written = "".join(write.value for write in reading.writes)
        more = any(number not in written for number in _NUMBER.findall(source[:MOST_SCRIPT]))
        if not any(done) or more or _REPEATS.search(source[:MOST_SCRIPT]):
            leftovers[script] = source
    return Followed(tuple(clicked), leftovers, given_up=writer.left < 0)


@dataclass
class _Writer:
    """Does to the tree what scripts do; gives up on a page whose scripts do too much."""

    root: HtmlElement
    left: int = MOST_WRITE_WORK
    _elements: Elements | None = None
    """Made anew once the tree has changed."""

    def write(self, script: HtmlElement, write: Write) -> bool:
        """Whether something was there to be changed."""
        if self.left < 0:
            return False
        targets = ([script] if write.target is None else self._found(write.target))[:_MOST_TARGETS]
        for target in targets:
            self._write(script, target, write)
        if write.kind not in {"style", "hidden", "address"}:
            self._elements = None
        return bool(targets)

    def _write(self, script: HtmlElement, target: HtmlElement, write: Write) -> None:
        if write.kind in {"html", "append_html"}:
            self._insert(script, target, write)
        elif write.kind in {"text", "append_text"}:
            if write.kind == "text":
                _emptied(target)
            holder = lxml.html.Element("span")
            holder.text = _xml_safe(write.value)
            target.append(holder)
        elif write.kind == "style":
            target.set("style", _xml_safe(f"{target.get('style') or ''};{write.value}")[-_LONGEST_STYLE:])
        elif write.kind in {"class", "address"}:
            address = "href" if target.tag in {"a", "area", "link"} else "src"
            target.set("class" if write.kind == "class" else address, _xml_safe(write.value))
        elif write.kind == "hidden":
            if write.value:
                target.set("hidden", "")
            elif "hidden" in target.attrib:
                del target.attrib["hidden"]
        elif write.kind == "remove" and target.getparent() is not None:
            target.drop_tree()

    def _insert(self, script: HtmlElement, target: HtmlElement, write: Write) -> None:
        parts = _fragments(write.value)
        if write.kind == "html":
            _emptied(target)
        place = target.getparent() if write.target is None else target
        if place is not None:
            index = place.index(script) + 1 if write.target is None else len(place)
            for part in parts:
                place.insert(index, part)
                index += 1

    def _found(self, node: Node) -> list[HtmlElement]:
        if self._elements is None:
            self._elements = Elements(self.root)
            self.left -= len(self._elements.every)
        self.left -= 1
        if node.how == "id":
            return self._elements.by_id.get(node.name, [])[:1]
        found: list[HtmlElement] = []
        with suppress(TooMuch):
            for selector in parse_selectors(node.name):
                found += islice(self._elements.matching(selector), _MOST_TARGETS)
        return found


def _xml_safe(text: str) -> str:
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", text)


def _emptied(element: HtmlElement) -> None:
    for child in list(element):
        element.remove(child)
    element.text = None


def resolve_addresses(root: HtmlElement) -> None:
    """Makes the addresses of a page relative to where it stands, whose base element says otherwise."""
    base = next((each.get("href") for each in root.iter("base") if each.get("href")), "")
    for element in root.iter(*_ADDRESSED) if base else ():
        for name in ("href", "src", "action"):
            written = (element.get(name) or "").strip()
            if written and not written.startswith(("#", "data:", "javascript:")):
                with suppress(ValueError):
                    element.set(name, urllib.parse.urljoin(base, written))


def _fragments(html: str) -> list[HtmlElement]:
    try:
        holder = lxml.html.fragment_fromstring(bounded_tags(_xml_safe(html)), create_parent="span")
    except (lxml.etree.ParserError, ValueError):
        return []
    return [holder]


def open_frames(root: HtmlElement, depth: int) -> None:
    """Puts documents given inside a frame into the tree, as the visitor sees them."""
    for frame in list(root.iter("iframe", "object", "embed")):
        inner = frame.get("srcdoc")
        address = frame.get("src") or frame.get("data") or ""
        if inner is None and address.lower().startswith("data:text/html"):
            head, _, body = address.partition(",")
            inner = decoded_data(head, body)
        if inner is None or depth > 2:
            continue
        try:
            document = lxml.html.document_fromstring(bounded_tags(inner)) if inner.strip() else None
        except (lxml.etree.ParserError, ValueError):
            continue
        body_element = document.find("body") if document is not None else None
        if body_element is None:
            continue
        if not any(isinstance(child.tag, str) and child.tag == "script" for child in body_element.iter()):
            body_element.tag = "div"
        else:
            run_scripts(body_element)
            body_element.tag = "div"
        # A frame's page has its own white ground and black ink, whatever surrounds it.
        plain = "color:#000;background:#fff;font-size:16px;text-indent:0;letter-spacing:normal;"
        body_element.set("style", plain + (body_element.get("style") or ""))
        frame.text = None
        frame.append(body_element)


def hide_stand_ins(root: HtmlElement) -> None:
    """Takes out of sight what stands inside a canvas for browsers that have none."""
    for canvas in root.iter("canvas"):
        if canvas.text and canvas.text.strip():
            inner = lxml.html.Element("span", hidden="")
            inner.text, canvas.text = canvas.text, None
            canvas.insert(0, inner)
        for child in canvas:
            if isinstance(child.tag, str):
                child.set("hidden", "")


def open_shadows(root: HtmlElement) -> None:
    """Puts declarative shadow trees in the place of what their hosts hold; what no slot takes is hidden."""
    for shadow in list(root.iter("template"))[:_MOST_SHADOWS]:
        host = shadow.getparent()
        if host is None or shadow.get("shadowrootmode") not in {"open", "closed"}:
            continue
        light = [child for child in host if child is not shadow and isinstance(child.tag, str)]
        shadow.tag = "span"
        slots = list(shadow.iter("slot"))
        named = {slot.get("name") or "": slot for slot in reversed(slots)}
        for child in light:
            slot = named.get(child.get("slot") or "")
            if slot is None:
                child.set("hidden", "")
                child.set("style", "display:none!important")
            else:
                slot.append(child)


def decoded_data(head: str, body: str) -> str | None:
    """Text of a ``data:`` address."""
    try:
        if head.endswith(";base64"):
            return base64.b64decode(body).decode("utf-8", "replace")
        return urllib.parse.unquote(body)
    except (binascii.Error, ValueError):
        return None
