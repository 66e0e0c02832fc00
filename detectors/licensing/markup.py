"""The document tree made ready 文档准备: parsed, its simple scripts followed, its inline frames opened."""

from __future__ import annotations

import base64
import binascii
import html as entities
import re
import urllib.parse
from contextlib import suppress

import lxml.etree
import lxml.html
from lxml.html import HtmlElement

from detectors.licensing.scripts import MOST_SCRIPT, Node, Write, read_script
from detectors.licensing.selectors import Elements, parse_selectors
from detectors.licensing.styles import media_applies
from domain.tags import bounded_tags

MOST_HEAD = 1_000_000
_LINK_TAG = re.compile(r"<link\b([^<>]{1,2000})>", re.IGNORECASE)
_REPEATS = re.compile(r"\b(?:for|while)\s*\(|\.(?:forEach|map|each|reduce)\(|\bfunction\b|=>")
"""What the reader of scripts does not follow: loops, and functions called with values."""
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
    return [
        element.text or ""
        for element in root.iter("style")
        if (element.get("type") or "text/css").strip().lower() in {"", "text/css"}
        and _media_ok(element.get("media"))
        and not any(parent.tag in {"template", "noscript"} for parent in element.iterancestors())
    ]


def linked_sheets(html: str, base: str) -> list[str]:
    """Web addresses of the style sheets that a document links to for a screen, in order."""
    found = []
    for tag in _LINK_TAG.findall(html[:MOST_HEAD]):
        values = {name.lower(): value for name, value in _ATTRIBUTE.findall(tag)}
        told = {name: entities.unescape(value.strip("\"' \t\r\n")) for name, value in values.items()}
        is_sheet = "stylesheet" in told.get("rel", "").lower().split()
        if is_sheet and told.get("href") and _media_ok(told.get("media")):
            with suppress(ValueError):
                found.append(urllib.parse.urldefrag(urllib.parse.urljoin(base, told["href"]))[0])
    return [each for each in dict.fromkeys(found) if each.startswith(("http:", "https:"))]


def _media_ok(media: str | None) -> bool:

    return not media or media_applies(media)


# ---------------------------------------------------------------- scripts and frames


def run_scripts(root: HtmlElement) -> tuple[list[Node], list[tuple[HtmlElement, str]]]:
    """Follows simple scripts; gives what a click would change, and scripts that could not be followed."""
    clicked: list[Node] = []
    leftovers: list[tuple[HtmlElement, str]] = []
    for script in list(root.iter("script")):
        kind = (script.get("type") or "").strip().lower()
        source = script.text or ""
        if kind and "javascript" not in kind and kind not in {"module", "text/ecmascript"}:
            continue
        reading = read_script(source)
        clicked += reading.clicked
        done = [_write(root, script, write) for write in reading.writes]
        if not any(done) or _REPEATS.search(source[:MOST_SCRIPT]):
            leftovers.append((script, source))
    return clicked, leftovers


def _write(root: HtmlElement, script: HtmlElement, write: Write) -> bool:  # noqa: C901
    targets = [script] if write.target is None else _found(root, write.target)
    for target in targets[:20]:
        if write.kind in {"html", "append_html"}:
            parts = _fragments(write.value)
            if write.kind == "html":
                _emptied(target)
            place = target.getparent() if write.target is None else target
            if place is None:
                continue
            index = place.index(script) + 1 if write.target is None else len(place)
            for part in parts:
                place.insert(index, part)
                index += 1
        elif write.kind in {"text", "append_text"}:
            if write.kind == "text":
                _emptied(target)
            holder = lxml.html.Element("span")
            holder.text = _xml_safe(write.value)
            target.append(holder)
        elif write.kind == "style":
            target.set("style", _xml_safe(f"{target.get('style') or ''};{write.value}"))
        elif write.kind == "class":
            target.set("class", _xml_safe(write.value))
        elif write.kind == "hidden":
            if write.value:
                target.set("hidden", "")
            elif "hidden" in target.attrib:
                del target.attrib["hidden"]
        elif write.kind == "remove" and target.getparent() is not None:
            target.drop_tree()
    return bool(targets)


def _xml_safe(text: str) -> str:
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", text)


def _emptied(element: HtmlElement) -> None:
    for child in list(element):
        element.remove(child)
    element.text = None


def _fragments(html: str) -> list[HtmlElement]:
    try:
        holder = lxml.html.fragment_fromstring(bounded_tags(_xml_safe(html)), create_parent="span")
    except (lxml.etree.ParserError, ValueError):
        return []
    return [holder]


def _found(root: HtmlElement, node: Node) -> list[HtmlElement]:
    if node.how == "id":
        return [each for each in root.iter() if isinstance(each.tag, str) and each.get("id") == node.name][:1]
    elements = Elements(root)
    return [each for selector in parse_selectors(node.name) for each in elements.matching(selector)]


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


def decoded_data(head: str, body: str) -> str | None:
    """Text of a ``data:`` address."""
    try:
        if head.endswith(";base64"):
            return base64.b64decode(body).decode("utf-8", "replace")
        return urllib.parse.unquote(body)
    except (binascii.Error, ValueError):
        return None
