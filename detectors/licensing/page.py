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
from detectors.licensing.values import length, rem_of
from domain.page_text import Line, LinkUse, PageText, PictureUse, Piece, Seen
from domain.register import without_invisible

MOST_HTML = 8_000_000
_MOST_LINES = 60_000
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
    elements = Elements(root)
    cascade = Cascade(elements, (*sheets, *own_sheets(root)))
    size = cascade.winners[root].get("font-size") if root in cascade.winners else None
    rem = rem_of(size.value if size else "", scripts)
    reader = _PageReader(Looks(cascade, controls_of(root, followed.clicked), rem), followed.leftovers)
    reader.read(root)
    title = root.findtext(".//title") or ""
    unstyled = cascade.truncated or followed.given_up or len(html) > MOST_HTML
    return PageText(
        tuple(reader.lines),
        tuple(reader.pictures),
        tuple(reader.links),
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
    def __init__(self, looks_of: Looks, leftovers: Mapping[HtmlElement, str]) -> None:
        self.cascade = looks_of.cascade
        self.looks_of = looks_of
        self.leftovers = leftovers
        self.lines: list[Line] = []
        self.pictures: list[PictureUse] = []
        self.links: list[LinkUse] = []
        self.looks: dict[HtmlElement, Look] = {}
        self.numbers: dict[HtmlElement, int] = {}
        self.paths: dict[HtmlElement, str] = {}
        self.chain: list[int] = []
        self.current: Line | None = None
        self.areas: list[tuple[HtmlElement, int]] = []

    def read(self, root: HtmlElement) -> None:
        self._walk(root)
        if self.areas:
            self._image_maps(root)

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
            self._picture(element, look, _source_of(element))
        elif tag in {"iframe", "object", "embed", "frame"} and len(element) == 0:
            self._frame(element, look)
        elif tag == "input":
            self._input(element, look)
        elif tag == "area":
            self.areas.append((element, len(self.lines)))
        for name in ("before",):
            self._generated(element, look, name)
        self._attributes(element, look)
        self._background(element, look)
        self._text(element, element.text, reverse=look.reversed)

    def _close(self, element: HtmlElement) -> None:
        look = self.looks[element]
        self._generated(element, look, "after")
        if element.tag == "a" or (
            _scripted_address(element) and len(element.text_content()) <= _LONGEST_LABEL
        ):
            self._link(element, look)
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
            heading = element.tag in {
                "h1",
                "h2",
                "h3",
                "h4",
                "h5",
                "h6",
                "b",
                "strong",
                "th",
                "dt",
                "legend",
                "summary",
                "caption",
            }
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

    # ------------------------------------------------------------ the look of one element
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
        sizes: list[float | None] = []
        won = self.cascade.winners.get(element, {})
        for name in ("width", "height"):
            value = won[name].value if name in won else element.get(name) or ""
            sizes.append(length(value, look.font, 800) if "%" not in value or name == "width" else None)
        link = next((each.get("href") or "" for each in element.iterancestors("a")), "")
        words = " ".join(element.get(name) or "" for name in ("alt", "title", "class", "id", "aria-label"))
        parents = " ".join(
            (each.get("class") or "") + " " + (each.get("id") or "")
            for each in list(element.iterancestors())[:3]
        )
        self.pictures.append(
            PictureUse(
                src=src,
                seen=seen,
                why=why,
                where=self._path(element),
                words=f"{words} {parents} {src.rsplit('/', 1)[-1][:80]}",
                near="",
                shown_width=sizes[0],
                shown_height=sizes[1],
                inside_link=link,
                line=len(self.lines),
            )
        )

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

    def _frame(self, element: HtmlElement, look: Look) -> None:
        src = (element.get("src") or element.get("data") or "").strip()
        if src and not src.lower().startswith(("data:", "about:", "javascript:")):
            seen, why = box_verdict(look)
            self.links.append(
                LinkUse(
                    href=src,
                    label=element.get("title") or "",
                    seen=seen,
                    why=why,
                    where=self._path(element),
                    frame=True,
                    line=len(self.lines),
                )
            )

    def _image_maps(self, root: HtmlElement) -> None:
        """Links in image maps 图像映射: they are seen where a picture that uses the map is."""
        pictures: dict[str, HtmlElement] = {}
        for picture in root.iter("img", "object"):
            if picture in self.looks and picture.get("usemap"):
                pictures.setdefault(picture.get("usemap").lstrip("#"), picture)
        for area, line in self.areas:
            above = next(area.iterancestors("map"), None)
            names = {above.get("name"), above.get("id")} - {None} if above is not None else set()
            picture = next((pictures[name] for name in names if name in pictures), None)
            look = self.looks[picture] if picture is not None else None
            seen, why = box_verdict(look) if look else (Seen.HIDDEN, "图像映射没有图片")
            label = " ".join(filter(None, (area.get(name) for name in ("alt", "title", "aria-label"))))
            href, where = (area.get("href") or "").strip(), self._path(area)
            self.links.append(LinkUse(href=href, label=label, seen=seen, why=why, where=where, line=line))

    def _link(self, element: HtmlElement, look: Look) -> None:
        href = (element.get("href") or "").strip()
        if _LEADS_NOWHERE.match(href):
            href = _scripted_address(element) or href
        label = " ".join("".join(element.itertext()).split())[:200]
        extra = " ".join(
            filter(
                None,
                (
                    element.get("title"),
                    element.get("aria-label"),
                    *(each.get("alt") for each in element.iter("img")),
                ),
            )
        )
        seen, why = self._link_verdict(element, look)
        before = element.getparent()
        near = (
            " ".join("".join(before.itertext()).split())[:200]
            if before is not None and len(before) < 30
            else ""
        )
        self.links.append(
            LinkUse(
                href=href,
                label=f"{label} {extra}".strip(),
                seen=seen,
                why=why,
                where=self._path(element),
                near=near,
                line=len(self.lines),
            )
        )

    def _link_verdict(self, element: HtmlElement, look: Look) -> tuple[Seen, str]:
        # A link with a picture is seen by its picture, whatever colour its letters have.
        if any(True for _ in element.iter("img", "svg")):
            return box_verdict(look)
        inner = [
            each
            for each in element.iter()
            if isinstance(each.tag, str) and (each.text or "").strip() and each in self.looks
        ]
        if not inner and not any((child.tail or "").strip() for child in element):
            return box_verdict(look)
        verdicts = [verdict(self.looks[each]) for each in inner or [element]]
        return next((each for each in verdicts if each[0] is not Seen.HIDDEN), verdicts[0])


_WRITES = re.compile(
    r"innerHTML|outerHTML|textContent|innerText|insertAdjacent|append|document\.write|\.(?:html|text)\("
    r"|createElement|new Vue|createApp|\brender\b"
)
_WORDY = re.compile(r"[一-龥]{2}|\d{5}")
"""A text that people read, or a number."""
_LEADS_NOWHERE = re.compile(r"(?:#.*|javascript:.*|about:blank)?$", re.IGNORECASE | re.DOTALL)
_ADDRESS = re.compile(
    r"""["'`]((?:https?:)?//[^"'`\s]{4,}|\.{0,2}/[^"'`\s]+|[\w./-]+\.(?:html?|php|jsp|aspx?|do)\b[^"'`\s]*)["'`]""",
    re.IGNORECASE,
)


def _scripted_address(element: HtmlElement) -> str:
    """Where a click leads that a script answers, by ``onclick`` or ``data-href``; "" for nowhere."""
    if element.tag in {"html", "body", "form", "img", "script", "iframe"}:
        return ""
    if element.tag == "button":
        form = next(element.iterancestors("form"), None)
        if form is not None and (form.get("method") or "get").lower() == "get":
            return element.get("formaction") or form.get("action") or ""
    for name in ("data-href", "data-url", "data-link"):
        value = (element.get(name) or "").strip()
        if value and not _LEADS_NOWHERE.match(value):
            return value
    href = element.get("href") or ""
    code = (element.get("onclick") or "") + (href if href.lower().startswith("javascript:") else "")
    found = _ADDRESS.search(code)
    return found[1] if found else ""


def _source_of(element: HtmlElement) -> str:
    """Address of a picture; a lazy one keeps its address beside a stand-in."""
    src = (element.get("src") or "").strip()
    stands_in = (
        not src
        or (src.startswith("data:") and "svg" not in src[:20] and len(src) < 400)
        or re.search(
            r"(?:blank|loading|placeholder|lazy|spacer|grey|transparent)[\w.-]*\.(?:gif|png|jpe?g|svg|webp)",
            src,
            re.IGNORECASE,
        )
    )
    if stands_in:
        for name, value in element.attrib.items():
            if name.startswith("data-") and re.search(
                r"\.(?:jpe?g|png|webp|gif|bmp|svg)(?:$|[?#])", value, re.IGNORECASE
            ):
                return str(value).strip()
        several = element.get("srcset") or element.get("data-srcset") or ""
        parent = element.getparent()
        if not several and parent is not None and parent.tag == "picture":
            several = next(
                (each.get("srcset") or "" for each in parent.iter("source") if each.get("srcset")), ""
            )
        if several:
            return several.split(",")[-1].split()[0] if several.split(",")[-1].split() else src
    return src or str(element.get("xlink:href") or element.get("href") or "")


def _css_string(text: str) -> str:
    return re.sub(
        r"\\([0-9a-fA-F]{1,6})\s?|\\(.)",
        lambda m: chr(int(m[1], 16)) if m[1] and int(m[1], 16) < 0x110000 else m[2] or "",
        text,
    )


def _unescaped(text: str) -> str:
    return entities.unescape(text)
