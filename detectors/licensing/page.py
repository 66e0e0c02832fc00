"""What a visitor sees of a page 可见性: lines of text with a verdict, and the rule and selector behind it.

Works on the page as served, or as rendered where the crawl kept the rendered document: style sheets are
applied in their cascade, simple scripts are read for what they write, frames with inline content are opened.
Hidden lines are kept: they are the evidence for LIC-HIDDEN.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

import lxml.etree
from lxml.html import HtmlElement

from detectors.licensing.clicks import Clicks, clicks_of
from detectors.licensing.controls import controls_of
from detectors.licensing.look import Look, box_verdict, verdict
from detectors.licensing.looks import Looks
from detectors.licensing.markup import (
    Followed,
    decoded_data,
    hide_stand_ins,
    open_frames,
    open_shadows,
    own_sheets,
    parsed,
    resolve_addresses,
    run_scripts,
)
from detectors.licensing.script_tokens import strings_of
from detectors.licensing.selectors import Elements
from detectors.licensing.styles import Cascade
from detectors.licensing.toggles import toggles_of
from detectors.licensing.uses import Uses, source_of
from detectors.licensing.values import rem_of
from domain.page_text import Line, LinkUse, PageText, Piece, Seen
from domain.register import without_invisible

MOST_HTML = 8_000_000
_MOST_LINES = 60_000
_HEADINGS = frozenset(
    {"b", "strong", "th", "dt", "legend", "summary", "caption", *(f"h{level}" for level in range(1, 7))}
)
_LONGEST_LABEL = 40
"""Characters of a button; a longer text inside what a click answers is a card, or half the page."""


def read_page(html: str, *, sheets: Iterable[str] = (), rendered: bool = False, depth: int = 0) -> PageText:
    """The visible and hidden text of a page.

    Args:
        html: the document; cut at eight million characters.
        sheets: style sheets that it links to, in order, where they were fetched.
        rendered: the document is what a browser ended with, so its scripts have done their work.
        depth: frames within frames.
    """
    root = parsed(html[:MOST_HTML])
    if root is None:
        return PageText((), (), (), "", truncated=len(html) > MOST_HTML, unstyled=len(html) > MOST_HTML)
    hide_stand_ins(root)
    scripts = [script.text or "" for script in root.iter("script")]
    followed = Followed() if rendered else run_scripts(root)
    open_frames(root, depth)
    open_shadows(root)
    resolve_addresses(root)
    elements = Elements(root, toggles=toggles_of(root))
    cascade = Cascade(elements, (*sheets, *own_sheets(root)))
    size = cascade.winners[root].get("font-size") if root in cascade.winners else None
    rem = rem_of(size.value if size else "", scripts)
    looks_of = Looks(cascade, controls_of(root, followed.clicked), rem)
    reader = _PageReader(looks_of, followed.leftovers, clicks_of(scripts))
    reader.read(root)
    title = root.findtext(".//title") or ""
    unstyled = cascade.truncated or followed.given_up or len(html) > MOST_HTML
    return PageText(
        tuple(reader.lines),
        tuple(reader.uses.pictures),
        tuple(reader.uses.links),
        title.strip(),
        truncated=unstyled or len(reader.lines) >= _MOST_LINES,
        unstyled=unstyled,
    )


def text_page(text: str, links: Iterable[tuple[str, str]] = ()) -> PageText:
    """A page of which only its visible text is left, a block a line, and (address, label) of its links."""
    lines = [
        Line(blocks=(0,), pieces=[Piece(text=line, seen=Seen.VISIBLE)])
        for line in text.split("\n")[:_MOST_LINES]
        if line.strip()
    ]
    uses = tuple(
        LinkUse(href=href, label=label, seen=Seen.VISIBLE, why="", where="", line=len(lines))
        for href, label in links
    )
    return PageText(tuple(lines), (), uses, "")


class _PageReader:
    def __init__(self, looks_of: Looks, leftovers: Mapping[HtmlElement, str], clicks: Clicks) -> None:
        self.cascade = looks_of.cascade
        self.looks_of = looks_of
        self.leftovers = leftovers
        self.lines: list[Line] = []
        self.looks: dict[HtmlElement, Look] = {}
        self.numbers: dict[HtmlElement, int] = {}
        self.paths: dict[HtmlElement, str] = {}
        self.chain: list[int] = []
        self.current: Line | None = None
        self.uses = Uses(self.cascade, self.looks, self._path, clicks)

    def read(self, root: HtmlElement) -> None:
        self._walk(root)
        if self.uses.areas:
            self.uses.read_image_maps(root)

    def _walk(self, root: HtmlElement) -> None:
        for event, element in lxml.etree.iterwalk(root, events=("start", "end", "comment")):
            if len(self.lines) >= _MOST_LINES:
                return
            if event == "comment":
                self._hidden_markup(element, element.text or "", "注释 <!-- -->")
                self._text(element.getparent(), element.tail)
            elif event == "start":
                self._open(element)
            else:
                self._close(element)

    # ------------------------------------------------------------ elements

    def _open(self, element: HtmlElement) -> None:
        parent = element.getparent()
        above = self.looks.get(parent) if parent is not None else None
        look = self.looks_of.of(element, above or Look())
        self.looks[element] = look
        self.numbers[element] = len(self.numbers) + 1
        if look.block:
            self._break()
            self.chain.append(self.numbers[element])
        elif look.cell:
            self._tab()
            self.chain.append(self.numbers[element])
        tag = element.tag
        if tag in {"script", "style"}:
            self._script(element)
            return
        if tag == "br":
            self._break()
        elif tag == "img" or (
            tag == "image"
            and element.get(
                "{http://www.w3.org/1999/xlink}href", element.get("href") or element.get("xlink:href")
            )
        ):
            self._picture(element, look, source_of(element))
        elif tag in {"iframe", "object", "embed", "frame"} and len(element) == 0:
            self.uses.frame(element, look, len(self.lines))
        elif tag == "input":
            self._input(element, look)
        elif tag == "area":
            self.uses.areas.append((element, len(self.lines)))
        for name in ("before",):
            self._generated(element, look, name)
        self._attributes(element, look)
        self._label(element, look)
        self._background(element, look)
        self._text(element, element.text, reverse=look.reversed)

    def _close(self, element: HtmlElement) -> None:
        look = self.looks[element]
        self._generated(element, look, "after")
        if element.tag == "a" or (
            self.uses.clicks.address(element) and len(element.text_content()) <= _LONGEST_LABEL
        ):
            self.uses.link(element, look, len(self.lines))
        if look.block:
            self._break()
            self.chain.pop()
        elif look.cell:
            self._tab()
            self.chain.pop()
        parent = element.getparent()
        if parent is not None:
            self._text(parent, element.tail, reverse=self.looks[parent].reversed)

    def _break(self) -> None:
        self.current = None

    def _tab(self) -> None:
        if self.current is not None and self.current.pieces:
            last = self.current.pieces[-1]
            if not last.text.endswith("\t"):
                self.current.pieces.append(replace(last, text="\t"))

    def _text(self, element: HtmlElement | None, text: str | None, *, reverse: bool = False) -> None:
        if not text or element is None:
            return
        plain = re.sub(r"[ \t\r\n\f]+", " ", text)
        if not plain.strip() and (self.current is None or not self.current.pieces):
            return
        seen, why = verdict(self.looks[element])
        self._add(element, plain[::-1] if reverse else plain, seen, why)

    def _add(self, element: HtmlElement, text: str, seen: Seen, why: str) -> None:
        if self.current is None:
            heading = element.tag in _HEADINGS
            self.current = Line(tuple(self.chain), [], heading)
            self.lines.append(self.current)
        self.current.pieces.append(Piece(text, seen, why, self._path(element)))

    def _path(self, element: HtmlElement) -> str:
        if element not in self.paths:
            parts: list[str] = []
            at: HtmlElement | None = element
            while at is not None and len(parts) < 4 and isinstance(at.tag, str):
                name = at.tag
                if at.get("id"):
                    parts.append(f"{name}#{at.get('id')}")
                    break
                if at.get("class"):
                    name += "." + ".".join(at.get("class").split()[:2])
                parts.append(name)
                at = at.getparent()
            self.paths[element] = " > ".join(reversed(parts))
        return self.paths[element]

    # ------------------------------------------------------------ other places of text

    def _script(self, element: HtmlElement) -> None:
        if element.tag == "style":
            return
        kind = (element.get("type") or "").strip().lower()
        if kind and "javascript" not in kind and kind != "module":
            self._hidden_markup(element, element.text or "", f'<script type="{kind}">')
        elif element in self.leftovers:
            self._strings(element)

    def _strings(self, element: HtmlElement) -> None:
        """What a script that was not followed may write: its strings, a line each, if it writes at all."""
        source = self.leftovers[element]
        writes = _WRITES.search(source)
        for text in strings_of(source):
            number = len(text) >= 8 and re.search(r"[0-9A-Za-z]{15}", text)
            if number or (writes and _WORDY.search(text)):
                self._break()
                self._add(element, without_invisible(re.sub(r"<[^>]*>", " ", text))[:500], Seen.UNRUN, "脚本")
                self._break()

    def _hidden_markup(self, element: HtmlElement, text: str, why: str) -> None:
        if not re.search(r"\d", text) and "<" not in text and len(text) < 6:
            return
        self._break()
        plain = re.sub(r"<br\s*/?>|</(?:p|div|li|dd|dt|tr|h\d|td)>", "\n", text[:20_000])
        for part in re.sub(r"<[^>]*>", "", plain).split("\n"):
            if part.strip():
                parent = element if isinstance(element.tag, str) else element.getparent()
                self._add(
                    parent if parent is not None else element, _unescaped(part.strip()), Seen.HIDDEN, why
                )
                self._break()

    def _generated(self, element: HtmlElement, look: Look, name: str) -> None:
        won = self.cascade.pseudo.get(element, {}).get(name)
        if not won or "content" not in won:
            return
        text = "".join(
            _css_string(match[1] or match[2] or "") if match[3] is None else element.get(match[3]) or ""
            for match in re.finditer(
                r'"((?:[^"\\]|\\.)*)"|\'((?:[^\'\\]|\\.)*)\'|attr\(\s*([\w-]+)\s*\)', won["content"].value
            )
        )
        if text.strip():
            seen, why = verdict(self.looks_of.generated(element, look, name))
            self._add(element, text, seen, why)

    def _attributes(self, element: HtmlElement, look: Look) -> None:
        for name, value in element.attrib.items():
            if (
                name.startswith("data-")
                or name in {"content", "title", "alt", "aria-label", "value", "placeholder"}
            ) and (len(value) < 2000 and re.search(r"[0-9A-Za-z](?:[\s-]?[0-9A-Za-z]){13}", value)):
                if name == "value" and element.tag == "input":
                    continue
                mark = self.current
                self._break()
                self._add(element, _unescaped(value), Seen.HIDDEN, f"{name} 属性")
                self.current = mark
        if element.tag == "meta" or element.tag == "input":
            return

    def _label(self, element: HtmlElement, look: Look) -> None:
        """The label of a number or a name that stands in a ``title`` alone, before what it labels."""
        label = (element.get("title") or element.get("aria-label") or "").strip().rstrip(":：")
        if not _LABEL.fullmatch(label) or element.tag in _NAMED_OTHERWISE:
            return
        text = " ".join(element.text_content().split())
        if label not in text and _LABELLED.fullmatch(text):
            seen, why = verdict(look)
            self._add(element, f"{label}：", seen, why)

    def _input(self, element: HtmlElement, look: Look) -> None:
        kind = (element.get("type") or "text").lower()
        value = element.get("value") or element.get("placeholder") or ""
        if value and kind in {
            "text",
            "button",
            "submit",
            "search",
            "tel",
            "url",
            "email",
            "number",
            "reset",
            "hidden",
        }:
            seen, why = verdict(look)
            if kind == "hidden":
                seen, why = Seen.HIDDEN, '<input type="hidden">'
            self._add(element, f" {value} ", seen, why)

    def _picture(self, element: HtmlElement, look: Look, src: str) -> None:
        src = src.strip()
        if not src:
            return
        seen, why = box_verdict(look)
        if src.lower().startswith("data:image/svg+xml"):
            self._svg_text(element, src, seen, why)
            return
        self.uses.picture(element, look, src, len(self.lines))

    def _svg_text(self, element: HtmlElement, src: str, seen: Seen, why: str) -> None:
        head, _, body = src.partition(",")
        markup = decoded_data(head, body) or ""
        for text in re.findall(r"<text[^>]*>(.*?)</text>", markup[:200_000], re.DOTALL | re.IGNORECASE):
            self._break()
            self._add(element, _unescaped(re.sub(r"<[^>]*>", "", text)).strip(), seen, why)
        self._break()

    def _background(self, element: HtmlElement, look: Look) -> None:
        won = self.cascade.winners.get(element, {})
        if "background-image" in won:
            for match in re.finditer(r"url\(\s*['\"]?([^'\")]+)", won["background-image"].value):
                if not match[1].startswith("data:") or "svg" in match[1][:20]:
                    self._picture(element, look, match[1])


_LABEL = re.compile(r"[一-龥/()（） ]{0,12}(?:代码|编码|号码|编号|名称|全称|[照册证]号)")
"""A label by its end, so that no name of an operator passes for one: what is unseen never counts as shown."""
_LABELLED = re.compile(r"(?=[^:：]*(?:\d|[一-龥]{4}))[^:：]{4,60}")
_NAMED_OTHERWISE = frozenset({"a", "area", "img", "input", "button", "iframe", "object", "embed", "svg"})
"""Elements whose title says what they do or show."""
_WRITES = re.compile(
    r"innerHTML|outerHTML|textContent|innerText|insertAdjacent|append|document\.write|\.(?:html|text)\("
    r"|createElement|new Vue|createApp|\brender\b"
)
_WORDY = re.compile(r"[一-龥]{2}|\d{5}")
"""A text that people read, or a number."""


def _css_string(text: str) -> str:
    return re.sub(
        r"\\([0-9a-fA-F]{1,6})\s?|\\(.)",
        lambda m: chr(int(m[1], 16)) if m[1] and int(m[1], 16) < 0x110000 else m[2] or "",
        text,
    )


def _unescaped(text: str) -> str:
    return entities.unescape(text)
