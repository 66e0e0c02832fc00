"""What a visitor sees of a page 可见性: lines of text with a verdict, and the rule and selector behind it.

Works on the page as served, or as rendered where the crawl kept the rendered document: style sheets are applied
in their cascade, simple scripts are read for what they write, frames with inline content are opened. Hidden lines
are kept: they are the evidence for LIC-HIDDEN.
"""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

import lxml.etree
import lxml.html
from lxml.html import HtmlElement

from detectors.licensing.scripts import Node, Write, read_script, strings_of
from detectors.licensing.selectors import Elements, parse_selectors
from detectors.licensing.styles import Cascade, Colour, Declared, colour, contrast, length, over, resolved
from domain.register import without_invisible

MOST_HTML = 8_000_000
_MOST_LINES = 60_000
LEAST_CONTRAST = 1.1
"""Under this ratio nobody tells the letters from their ground."""
LEAST_FONT_PX = 5.0
FAR_PX = 500.0
_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure"
    " footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html iframe legend li main menu nav ol optgroup option"
    " p pre search section select summary svg table tbody text textarea tfoot thead title tr ul canvas noscript template".split()
)
_CELLS = frozenset({"td", "th"})
_NEVER = {"script", "style", "head", "title", "meta", "link", "noscript", "template", "datalist", "rp", "noembed", "noframes",
          "area", "param", "source", "track", "audio", "video"}
_HEADING_PX = {"h1": 32.0, "h2": 24.0, "h3": 18.7, "h4": 16.0, "h5": 13.3, "h6": 10.7, "small": 13.3}
_FONT_SIZES = {"xx-small": 9.0, "x-small": 10.0, "small": 13.0, "medium": 16.0, "large": 18.0, "x-large": 24.0,
               "xx-large": 32.0}
_OLD_SIZES = {"1": 10.0, "2": 13.0, "3": 16.0, "4": 18.0, "5": 24.0, "6": 32.0, "7": 48.0}
_WHITE: Colour = (1.0, 1.0, 1.0, 1.0)
_BLACK: Colour = (0.0, 0.0, 0.0, 1.0)


class Seen(StrEnum):
    """Whether a visitor sees a text."""

    VISIBLE = "visible"
    REACHABLE = "reachable"
    """Behind something that the visitor opens: an expander, a tab."""
    HIDDEN = "hidden"
    SCRIPT = "script"
    """Only in a script that could not be followed: a rendered page would tell."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text with one verdict; ``why`` is the rule that hides it."""

    text: str
    seen: Seen
    why: str = ""
    where: str = ""
    """Selector of the element."""


@dataclass(slots=True)
class Line:
    """One line as a visitor reads it, made of pieces; ``blocks`` are the elements around it, outermost first."""

    blocks: tuple[int, ...]
    pieces: list[Piece]
    heading: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureUse:
    """A picture on a page: its address, how it is shown, and whether words near it speak of a licence."""

    src: str
    seen: Seen
    why: str
    where: str
    words: str
    """Alt text, title, class names, file name."""
    near: str
    """Visible text around it."""
    shown_width: float | None
    shown_height: float | None
    inside_link: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkUse:
    """A link on a page."""

    href: str
    label: str
    seen: Seen
    why: str
    where: str
    near: str = ""
    line: int = 0
    frame: bool = False
    """Its page is shown inside this one."""


@dataclass(frozen=True)
class View:
    """The lines with some verdicts, as one text."""

    text: str
    starts: tuple[int, ...]
    """Offset of each line."""
    lines: tuple[Line, ...]

    def line_at(self, offset: int) -> int:
        """Index of the line that holds ``offset``."""
        low, high = 0, len(self.starts)
        while low < high:
            middle = (low + high) // 2
            if self.starts[middle] <= offset:
                low = middle + 1
            else:
                high = middle
        return low - 1

    def where(self, offset: int) -> tuple[str, str]:
        """Selector of what stands at ``offset``, and the rule that hides it, if any."""
        index = self.line_at(offset)
        if index < 0:
            return "", ""
        rest = offset - self.starts[index]
        pieces = self.lines[index].pieces
        for piece in pieces:
            if rest < len(piece.text):
                return piece.where, piece.why
            rest -= len(piece.text)
        return (pieces[-1].where, pieces[-1].why) if pieces else ("", "")


@dataclass(frozen=True)
class PageText:
    """Everything of a page that a licence can stand in."""

    lines: tuple[Line, ...]
    pictures: tuple[PictureUse, ...]
    links: tuple[LinkUse, ...]
    title: str
    truncated: bool = False
    _views: dict[frozenset[Seen], View] = field(default_factory=dict, repr=False, compare=False)

    def view(self, *seen: Seen) -> View:
        """The lines whose pieces have one of these verdicts."""
        key = frozenset(seen)
        if key not in self._views:
            self._views[key] = self._made(key)
        return self._views[key]

    def _made(self, seen: frozenset[Seen]) -> View:
        kept: list[Line] = []
        starts: list[int] = []
        texts: list[str] = []
        offset = 0
        for line in self.lines:
            pieces = [piece for piece in line.pieces if piece.seen in seen]
            text = "".join(piece.text for piece in pieces)
            if not text.strip():
                continue
            kept.append(Line(line.blocks, pieces, line.heading))
            starts.append(offset)
            texts.append(text)
            offset += len(text) + 1
        return View("\n".join(texts), tuple(starts), tuple(kept))


@dataclass(slots=True)
class _Look:
    """How one element is shown; what it does not set comes from its parent."""

    gone: str = ""
    """Rule that takes it and all inside it off the page."""
    reachable: str = ""
    unseen: str = ""
    """``visibility``, which a child may undo."""
    font: float = 16.0
    font_rule: str = ""
    ink: Colour = _BLACK
    ink_rule: str = ""
    fill: Colour | None = None
    grounds: tuple[Colour, ...] | None = (_WHITE,)
    """Colours that may lie behind; ``None``: a picture, so nothing can be said."""
    opacity: float = 1.0
    indent: str = ""
    squeezed: str = ""
    reversed: bool = False
    variables: dict[str, str] = field(default_factory=dict)
    block: bool = False
    cell: bool = False
    covers: bool = False
    """It or an element around it paints an opaque ground of its own."""
    display: str = ""


def read_page(html: str, *, sheets: Iterable[str] = (), rendered: bool = False, depth: int = 0) -> PageText:
    """The visible and hidden text of a page.

    Args:
        html: the document; cut at eight million characters.
        sheets: style sheets that it links to, in order, where they were fetched.
        rendered: the document is what a browser ended with, so its scripts have done their work.
        depth: frames within frames.
    """
    root = _parsed(html[:MOST_HTML])
    if root is None:
        return PageText((), (), (), "", truncated=len(html) > MOST_HTML)
    clicked, leftovers = ([], []) if rendered else _run_scripts(root)
    _open_frames(root, depth)
    elements = Elements(root)
    cascade = Cascade(elements, (*sheets, *_own_sheets(root)))
    reader = _PageReader(cascade, _controls(root, clicked), leftovers)
    reader.read(root)
    title = root.findtext(".//title") or ""
    return PageText(
        tuple(reader.lines), tuple(reader.pictures), tuple(reader.links), title.strip(),
        truncated=cascade.truncated or len(html) > MOST_HTML or len(reader.lines) >= _MOST_LINES,
    )


def _parsed(html: str) -> HtmlElement | None:
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", html.replace("\x00", ""))
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_pis=True)
    try:
        return lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (lxml.etree.ParserError, lxml.etree.XMLSyntaxError, ValueError):
        return None


def _own_sheets(root: HtmlElement) -> list[str]:
    return [
        element.text or ""
        for element in root.iter("style")
        if (element.get("type") or "text/css").strip().lower() in {"", "text/css"}
        and _media_ok(element.get("media"))
        and not any(parent.tag in {"template", "noscript"} for parent in element.iterancestors())
    ]


def _media_ok(media: str | None) -> bool:
    from detectors.licensing.styles import media_applies  # noqa: PLC0415

    return not media or media_applies(media)


# ---------------------------------------------------------------- scripts and frames


def _run_scripts(root: HtmlElement) -> tuple[list[Node], list[tuple[HtmlElement, str]]]:
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
        if not any(done):
            leftovers.append((script, source))
    return clicked, leftovers


def _write(root: HtmlElement, script: HtmlElement, write: Write) -> bool:  # noqa: C901, PLR0912
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
        holder = lxml.html.fragment_fromstring(_xml_safe(html), create_parent="span")
    except (lxml.etree.ParserError, ValueError):
        return []
    return [holder]


def _found(root: HtmlElement, node: Node) -> list[HtmlElement]:
    if node.how == "id":
        return [each for each in root.iter() if isinstance(each.tag, str) and each.get("id") == node.name][:1]
    elements = Elements(root)
    return [each for selector in parse_selectors(node.name) for each in elements.matching(selector)]


def _open_frames(root: HtmlElement, depth: int) -> None:
    for frame in list(root.iter("iframe", "object", "embed")):
        inner = frame.get("srcdoc")
        address = frame.get("src") or frame.get("data") or ""
        if inner is None and address.lower().startswith("data:text/html"):
            head, _, body = address.partition(",")
            inner = _decoded(head, body)
        if inner is None or depth > 2:
            continue
        try:
            document = lxml.html.document_fromstring(inner) if inner.strip() else None
        except (lxml.etree.ParserError, ValueError):
            continue
        body_element = document.find("body") if document is not None else None
        if body_element is None:
            continue
        if not any(isinstance(child.tag, str) and child.tag == "script" for child in body_element.iter()):
            body_element.tag = "div"
        else:
            _run_scripts(body_element)
            body_element.tag = "div"
        # A frame's page has its own white ground and black ink, whatever surrounds it.
        plain = "color:#000;background:#fff;font-size:16px;text-indent:0;letter-spacing:normal;"
        body_element.set("style", plain + (body_element.get("style") or ""))
        frame.text = None
        frame.append(body_element)


def _decoded(head: str, body: str) -> str | None:
    import base64  # noqa: PLC0415
    import binascii  # noqa: PLC0415

    try:
        if head.endswith(";base64"):
            return base64.b64decode(body).decode("utf-8", "replace")
        return urllib.parse.unquote(body)
    except (binascii.Error, ValueError):
        return None


# ---------------------------------------------------------------- what opens what


@dataclass(frozen=True, slots=True)
class _Controls:
    """Ids and classes that something on the page opens, and elements that open their neighbour."""

    ids: frozenset[str]
    classes: frozenset[str]
    neighbours: frozenset[HtmlElement]


_NAMED = re.compile(r"getElementById\(\s*['\"]([\w-]+)|['\"]#([\w-]+)|['\"]\.([\w-]+)")


def _controls(root: HtmlElement, clicked: list[Node]) -> _Controls:
    ids = {node.name.lstrip("#") for node in clicked if node.how == "id" or node.name.startswith("#")}
    classes = {node.name[1:] for node in clicked if node.how == "css" and node.name.startswith(".")}
    neighbours: set[HtmlElement] = set()
    for element in root.iter():
        if not isinstance(element.tag, str) or element.tag in {"script", "style", "link", "meta", "base", "template"}:
            continue
        handler = element.get("onclick") or element.get("onmouseover") or element.get("ontoggle") or ""
        href = element.get("href") or ""
        if href.startswith("javascript:"):
            handler += href
        for match in _NAMED.finditer(handler):
            ids.add(match[1] or match[2] or "")
            classes.add(match[3] or "")
        if "nextElementSibling" in handler or "nextSibling" in handler or ".next(" in handler:
            neighbours.add(element)
        if element.tag in {"a", "button", "label", "li", "span", "div", "summary", "input", "dt", "h3", "h4", "i", "p", "td", "th"}:
            for name, value in element.attrib.items():
                if name in {"href", "for", "aria-controls", "popovertarget", "commandfor"} or name.startswith("data-"):
                    plain = value.strip()
                    if plain.startswith("#") or name not in {"href"}:
                        ids.add(plain.lstrip("#"))
                    if plain.startswith("."):
                        classes.add(plain[1:])
    for script in root.iter("script"):
        text = (script.text or "")[:60_000]
        if re.search(r"click|toggle|slideDown|fadeIn", text):
            for match in _NAMED.finditer(text):
                ids.add(match[1] or match[2] or "")
                classes.add(match[3] or "")
    return _Controls(frozenset(ids - {""}), frozenset(classes - {""}), frozenset(neighbours))


# ---------------------------------------------------------------- reading


class _PageReader:
    def __init__(self, cascade: Cascade, controls: _Controls, leftovers: list[tuple[HtmlElement, str]]) -> None:
        self.cascade = cascade
        self.controls = controls
        self.leftovers = dict(leftovers)
        self.lines: list[Line] = []
        self.pictures: list[PictureUse] = []
        self.links: list[LinkUse] = []
        self.looks: dict[HtmlElement, _Look] = {}
        self.numbers: dict[HtmlElement, int] = {}
        self.paths: dict[HtmlElement, str] = {}
        self.chain: list[int] = []
        self.current: Line | None = None
        self.link_lines: list[tuple[HtmlElement, int]] = []

    def read(self, root: HtmlElement) -> None:
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
        look = self._look(element, above or _Look())
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
        elif tag == "img" or (tag == "image" and element.get("{http://www.w3.org/1999/xlink}href", element.get("href") or element.get("xlink:href"))):
            self._picture(element, look, _source_of(element))
        elif tag in {"iframe", "object", "embed", "frame"} and len(element) == 0:
            self._frame(element, look)
        elif tag == "input":
            self._input(element, look)
        elif tag == "a":
            self.link_lines.append((element, len(self.lines)))
        for name in ("before",):
            self._generated(element, look, name)
        self._attributes(element, look)
        self._background(element, look)
        self._text(element, element.text, reverse=look.reversed)

    def _close(self, element: HtmlElement) -> None:
        look = self.looks[element]
        self._generated(element, look, "after")
        if element.tag == "a":
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
        seen, why = self._verdict(element, self.looks[element])
        self._add(element, plain[::-1] if reverse else plain, seen, why)

    def _add(self, element: HtmlElement, text: str, seen: Seen, why: str) -> None:
        if self.current is None:
            heading = element.tag in {"h1", "h2", "h3", "h4", "h5", "h6", "b", "strong", "th", "dt", "legend", "summary", "caption"}
            self.current = Line(tuple(self.chain), [], heading)
            self.lines.append(self.current)
        self.current.pieces.append(Piece(text, seen, why, self._path(element)))

    def _verdict(self, element: HtmlElement, look: _Look) -> tuple[Seen, str]:  # noqa: PLR0911
        if look.gone:
            return Seen.HIDDEN, look.gone
        if look.unseen:
            return (Seen.REACHABLE, look.reachable) if look.reachable else (Seen.HIDDEN, look.unseen)
        if look.font < LEAST_FONT_PX:
            return Seen.HIDDEN, look.font_rule or f"font-size {look.font:g}px"
        if look.indent or look.squeezed:
            return Seen.HIDDEN, look.indent or look.squeezed
        ink = look.fill or look.ink
        alpha = ink[3] * look.opacity
        if alpha < 0.06:
            return Seen.HIDDEN, look.ink_rule or "透明"
        if look.grounds is not None:
            front = (ink[0], ink[1], ink[2], alpha)
            best = max(contrast(over(front, ground), ground) for ground in look.grounds)
            if best < LEAST_CONTRAST:
                return Seen.HIDDEN, f"{look.ink_rule or '文字颜色'}（与背景对比度 {best:.2f}）"
        return (Seen.REACHABLE, look.reachable) if look.reachable else (Seen.VISIBLE, "")

    def _path(self, element: HtmlElement) -> str:
        if element not in self.paths:
            parts = []
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

    def _look(self, element: HtmlElement, above: _Look) -> _Look:
        won = self.cascade.winners.get(element, {})
        own = {name: declared for name, declared in won.items() if not name.startswith("--")}
        variables = above.variables
        if len(own) != len(won):
            variables = {**variables, **{name: each.value for name, each in won.items() if name.startswith("--")}}
        values = {name: resolved(each.value, variables).strip().lower() for name, each in own.items()}
        look = _Look(
            gone=above.gone, reachable=above.reachable, unseen=above.unseen, font=above.font, font_rule=above.font_rule,
            ink=above.ink, ink_rule=above.ink_rule, fill=above.fill, grounds=above.grounds, opacity=above.opacity,
            indent=above.indent, squeezed=above.squeezed, reversed=above.reversed, variables=variables, covers=above.covers,
        )
        self._font(element, values, own, look, above)
        self._colours(element, values, own, look, above)
        self._box(element, values, own, look)
        self._inline_text(element, values, own, look)
        self._layout(element, values, look, above)
        return look

    def _font(self, element: HtmlElement, values: dict[str, str], own: dict[str, Declared], look: _Look, above: _Look) -> None:
        size = values.get("font-size")
        if size is None:
            if element.tag in _HEADING_PX:
                # Headings are sized by their surroundings, so what is shrunk to nothing stays so.
                look.font = _HEADING_PX[element.tag] * above.font / 16.0
            if element.tag == "font" and element.get("size") in _OLD_SIZES:
                look.font = _OLD_SIZES[element.get("size")]
            return
        found = length(size, above.font, above.font)
        if found is None:
            found = _FONT_SIZES.get(size, above.font * {"smaller": 0.83, "larger": 1.2}.get(size, 1.0))
            if size in {"initial", "revert"}:
                found = 16.0
        if size.startswith(("calc", "clamp", "min", "max")):
            found = max(found, 16.0)
        look.font, look.font_rule = found, own["font-size"].rule

    def _colours(self, element: HtmlElement, values: dict[str, str], own: dict[str, Declared], look: _Look, above: _Look) -> None:
        ink = _colour_of(values.get("color"), above.ink)
        if ink is None and element.tag == "font":
            ink = _old_colour(element.get("color"))
        if ink is None and element.tag == "body":
            ink = _old_colour(element.get("text"))
        if ink is None and element.tag in {"text", "tspan"}:
            fill = element.get("fill") or _style_value(element, "fill")
            ink = (0.0, 0.0, 0.0, 0.0) if fill == "none" else colour(fill.lower()) if fill else (_BLACK if element.tag == "text" else None)
        if ink is not None:
            look.ink, look.ink_rule = ink, own["color"].rule if "color" in own else ""
        if "-webkit-text-fill-color" in values:
            look.fill = _colour_of(values["-webkit-text-fill-color"], look.ink)
        ground = _colour_of(values.get("background-color"), look.ink) or _old_colour(element.get("bgcolor"))
        image = values.get("background-image", "none")
        if element.get("background") or "url(" in image:
            look.grounds = None if ground is None or ground[3] < 1 else (ground[:3] + (1.0,),)  # type: ignore[assignment]
            if "url(" in image or element.get("background"):
                look.grounds = None
        elif "gradient(" in image:
            stops = [found for found in map(colour, re.findall(r"#[0-9a-f]{3,8}|rgba?\([^()]*\)|hsla?\([^()]*\)|\b[a-z]+\b", image)) if found]
            look.grounds = tuple(over(stop, _WHITE) for stop in stops) or None
        elif ground is not None and ground[3] > 0:
            if look.grounds is not None:
                look.grounds = tuple(over(ground, each) for each in look.grounds)
            elif ground[3] >= 1:
                look.grounds = (ground,)
            if element.tag not in {"html", "body"} and ground[3] >= 1:
                look.covers = True
        if "opacity" in values:
            found = length(values["opacity"].replace("%", "e-2"), 1, 1)
            if found is not None:
                look.opacity = above.opacity * max(0.0, min(1.0, found))
                if look.opacity < 0.06:
                    look.ink_rule = own["opacity"].rule

    def _box(self, element: HtmlElement, values: dict[str, str], own: dict[str, Declared], look: _Look) -> None:
        if look.gone:
            return
        name, always = self._why_gone(element, values, look)
        if name == "details":
            look.reachable = look.reachable or "收起的 <details>"
        elif name:
            rule = own[name].rule if name in own else always
            if self._opens(element, name):
                look.reachable = look.reachable or rule
            else:
                look.gone = rule
        visibility = values.get("visibility")
        if visibility in {"hidden", "collapse"}:
            look.unseen = own["visibility"].rule
            if self._opens(element, "visibility"):
                look.reachable = look.reachable or look.unseen
        elif visibility in {"visible", "initial"}:
            look.unseen = ""

    def _why_gone(self, element: HtmlElement, values: dict[str, str], look: _Look) -> tuple[str, str]:  # noqa: C901, PLR0911, PLR0912
        """The property that takes the element off the page, or what the markup itself says."""
        tag = element.tag
        display = values.get("display")
        if display is None:
            if "hidden" in element.attrib:
                return "hidden", "hidden 属性"
            if tag == "dialog" and "open" not in element.attrib:
                return "hidden", "未打开的 <dialog>"
            if "popover" in element.attrib:
                return "hidden", "popover 属性"
        if tag in _NEVER and (display is None or tag not in {"title", "datalist"}):
            return "tag", f"<{tag}>"
        if display == "none":
            return "display", ""
        if values.get("content-visibility") == "hidden":
            return "content-visibility", ""
        parent = element.getparent()
        if parent is not None and parent.tag == "details" and "open" not in parent.attrib:
            first = next((child for child in parent if child.tag == "summary"), None)
            if element is not first:
                return "details", ""
        if look.opacity < 0.06 and "opacity" in values:
            return "opacity", ""
        for name, test in _GONE_BY.items():
            if name in values and test(values[name]):
                return name, ""
        position = values.get("position", "static")
        if position in {"absolute", "fixed"}:
            if _is_clipped(values.get("clip", "")):
                return "clip", ""
            for side in ("left", "right", "top", "bottom"):
                if side in values and _is_far(values[side], look.font):
                    return side, ""
        elif position == "relative":
            for side in ("left", "top"):
                if side in values and _is_far(values[side], look.font):
                    return side, ""
        if position != "static" and look.covers and _is_number(values.get("z-index", "")) and int(values["z-index"]) < 0:
            return "z-index", ""
        for side in ("margin-left", "margin-top"):
            if side in values and _is_far(values[side], look.font, plus=False):
                return side, ""
        return self._squashed(element, values, look)

    def _squashed(self, element: HtmlElement, values: dict[str, str], look: _Look) -> tuple[str, str]:
        clips = {axis: values.get(f"overflow-{axis}", "visible") not in {"visible", ""} for axis in "xy"}
        for axis, names in (("y", ("height", "max-height")), ("x", ("width", "max-width"))):
            for name in names:
                size = length(values.get(name, ""), look.font, 1000)
                if size is not None and size <= 2 and (clips[axis] or clips["x"] or clips["y"]):
                    return name, ""
        if clips["y"] and (found := length(values.get("line-height", ""), look.font, look.font)) is not None:
            if found <= 0.01 and values.get("height") is None:
                return "line-height", ""
        if element.tag in {"iframe", "img", "object", "embed", "svg", "marquee", "canvas", "frame"}:
            for name in ("width", "height"):
                size = length(values.get(name) or element.get(name) or "", look.font, 1000)
                if size is not None and size <= 3:
                    return name, f"{name}={size:g}"
        return "", ""

    def _opens(self, element: HtmlElement, name: str) -> bool:
        """Whether a visitor can undo what hides ``element``."""
        if name == "tag":
            return False
        if element.get("id") in self.controls.ids or set((element.get("class") or "").split()) & self.controls.classes:
            return True
        before = element.getprevious()
        if before is not None and before in self.controls.neighbours:
            return True
        return any(_undoes(declared, name) for declared in self.cascade.awakened.get(element, ()))

    def _inline_text(self, element: HtmlElement, values: dict[str, str], own: dict[str, Declared], look: _Look) -> None:
        if "text-indent" in values:
            look.indent = own["text-indent"].rule if _is_far(values["text-indent"], look.font) else ""
        if "letter-spacing" in values:
            found = length(values["letter-spacing"], look.font, look.font)
            look.squeezed = own["letter-spacing"].rule if found is not None and found <= -0.8 * look.font else ""
        turned = values.get("unicode-bidi") in {"bidi-override", "isolate-override"} and values.get("direction") == "rtl"
        if element.tag == "bdo" and (element.get("dir") or "").lower() == "rtl":
            turned = True
        if turned:
            look.reversed = True
        elif values.get("direction") == "ltr" or values.get("unicode-bidi") == "normal":
            look.reversed = False
        if element.tag == "text" and _is_off_canvas(element):
            look.gone = look.gone or "SVG 文字在画布之外"

    def _layout(self, element: HtmlElement, values: dict[str, str], look: _Look, above: _Look) -> None:
        display = values.get("display", "")
        look.display = display
        tag = element.tag
        inline = display.startswith("inline") or display == "contents"
        if above.display in {"flex", "inline-flex", "grid", "inline-grid"}:
            # Items of one row read like words of one line.
            look.cell = tag in _BLOCKS
            return
        look.cell = (tag in _CELLS and not display) or display == "table-cell"
        look.block = not look.cell and not inline and (tag in _BLOCKS or display in {"block", "flex", "grid", "table", "list-item", "table-row"})

    # ------------------------------------------------------------ other places of text

    def _script(self, element: HtmlElement) -> None:
        if element.tag == "style":
            return
        kind = (element.get("type") or "").strip().lower()
        if kind and "javascript" not in kind and kind != "module":
            self._hidden_markup(element, element.text or "", f'<script type="{kind}">')
        elif element in self.leftovers:
            for text in strings_of(self.leftovers[element]):
                if len(text) >= 8 and re.search(r"[0-9A-Za-z]{15}", text):
                    self._break()
                    self._add(element, without_invisible(re.sub(r"<[^>]*>", " ", text))[:500], Seen.SCRIPT, "脚本")
                    self._break()

    def _hidden_markup(self, element: HtmlElement, text: str, why: str) -> None:
        if not re.search(r"\d", text) and "<" not in text and len(text) < 6:
            return
        self._break()
        plain = re.sub(r"<br\s*/?>|</(?:p|div|li|dd|dt|tr|h\d|td)>", "\n", text[:20_000])
        for part in re.sub(r"<[^>]*>", "", plain).split("\n"):
            if part.strip():
                parent = element if isinstance(element.tag, str) else element.getparent()
                self._add(parent if parent is not None else element, _unescaped(part.strip()), Seen.HIDDEN, why)
                self._break()

    def _generated(self, element: HtmlElement, look: _Look, name: str) -> None:
        won = self.cascade.pseudo.get(element, {}).get(name)
        if not won or "content" not in won:
            return
        text = "".join(
            _css_string(match[1] or match[2] or "") if match[3] is None else element.get(match[3]) or ""
            for match in re.finditer(r'"((?:[^"\\]|\\.)*)"|\'((?:[^\'\\]|\\.)*)\'|attr\(\s*([\w-]+)\s*\)', won["content"].value)
        )
        if text.strip():
            seen, why = self._verdict(element, look)
            values = {key: each.value.lower() for key, each in won.items()}
            if values.get("display") == "none" or values.get("visibility") == "hidden":
                seen, why = Seen.HIDDEN, f"::{name}"
            self._add(element, text, seen, why)

    def _attributes(self, element: HtmlElement, look: _Look) -> None:
        for name, value in element.attrib.items():
            if (name.startswith("data-") or name in {"content", "title", "alt", "aria-label", "value", "placeholder"}) and (
                len(value) < 2000 and re.search(r"[0-9A-Za-z](?:[\s-]?[0-9A-Za-z]){13}", value)
            ):
                if name == "value" and element.tag == "input":
                    continue
                mark = self.current
                self._break()
                self._add(element, _unescaped(value), Seen.HIDDEN, f"{name} 属性")
                self.current = mark
        if element.tag == "meta" or element.tag == "input":
            return

    def _input(self, element: HtmlElement, look: _Look) -> None:
        kind = (element.get("type") or "text").lower()
        value = element.get("value") or element.get("placeholder") or ""
        if value and kind in {"text", "button", "submit", "search", "tel", "url", "email", "number", "reset", "hidden"}:
            seen, why = self._verdict(element, look)
            if kind == "hidden":
                seen, why = Seen.HIDDEN, '<input type="hidden">'
            self._add(element, f" {value} ", seen, why)

    def _picture(self, element: HtmlElement, look: _Look, src: str) -> None:
        src = src.strip()
        if not src:
            return
        seen, why = self._box_verdict(look)
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
        parents = " ".join((each.get("class") or "") + " " + (each.get("id") or "") for each in list(element.iterancestors())[:3])
        self.pictures.append(PictureUse(
            src=src, seen=seen, why=why, where=self._path(element), words=f"{words} {parents} {src.rsplit('/', 1)[-1][:80]}",
            near="", shown_width=sizes[0], shown_height=sizes[1], inside_link=link, line=len(self.lines),
        ))

    def _box_verdict(self, look: _Look) -> tuple[Seen, str]:
        if look.gone:
            return Seen.HIDDEN, look.gone
        if look.unseen:
            return (Seen.REACHABLE, look.reachable) if look.reachable else (Seen.HIDDEN, look.unseen)
        if look.opacity < 0.06:
            return Seen.HIDDEN, "opacity"
        return (Seen.REACHABLE, look.reachable) if look.reachable else (Seen.VISIBLE, "")

    def _svg_text(self, element: HtmlElement, src: str, seen: Seen, why: str) -> None:
        head, _, body = src.partition(",")
        markup = _decoded(head, body) or ""
        for text in re.findall(r"<text[^>]*>(.*?)</text>", markup[:200_000], re.DOTALL | re.IGNORECASE):
            self._break()
            self._add(element, _unescaped(re.sub(r"<[^>]*>", "", text)).strip(), seen, why)
        self._break()

    def _background(self, element: HtmlElement, look: _Look) -> None:
        won = self.cascade.winners.get(element, {})
        if "background-image" in won:
            for match in re.finditer(r"url\(\s*['\"]?([^'\")]+)", won["background-image"].value):
                if not match[1].startswith("data:") or "svg" in match[1][:20]:
                    self._picture(element, look, match[1])

    def _frame(self, element: HtmlElement, look: _Look) -> None:
        src = (element.get("src") or element.get("data") or "").strip()
        if src and not src.lower().startswith(("data:", "about:", "javascript:")):
            seen, why = self._box_verdict(look)
            self.links.append(LinkUse(href=src, label=element.get("title") or "", seen=seen, why=why,
                                      where=self._path(element), frame=True, line=len(self.lines)))

    def _link(self, element: HtmlElement, look: _Look) -> None:
        href = (element.get("href") or "").strip()
        label = " ".join("".join(element.itertext()).split())[:200]
        extra = " ".join(filter(None, (element.get("title"), element.get("aria-label"),
                                       *(each.get("alt") for each in element.iter("img")))))
        seen, why = self._link_verdict(element, look)
        before = element.getparent()
        near = " ".join("".join(before.itertext()).split())[:200] if before is not None and len(before) < 30 else ""
        self.links.append(LinkUse(href=href, label=f"{label} {extra}".strip(), seen=seen, why=why,
                                  where=self._path(element), near=near, line=len(self.lines)))

    def _link_verdict(self, element: HtmlElement, look: _Look) -> tuple[Seen, str]:
        # A link with a picture is seen by its picture, whatever colour its letters have.
        if any(True for _ in element.iter("img", "svg")):
            return self._box_verdict(look)
        inner = [each for each in element.iter() if isinstance(each.tag, str) and (each.text or "").strip() and each in self.looks]
        if not inner and not any((child.tail or "").strip() for child in element):
            return self._box_verdict(look)
        verdicts = [self._verdict(each, self.looks[each]) for each in inner or [element]]
        return next((each for each in verdicts if each[0] is not Seen.HIDDEN), verdicts[0])


# ---------------------------------------------------------------- tests of single values


def _source_of(element: HtmlElement) -> str:
    """Address of a picture; a lazy one keeps its address beside a stand-in."""
    src = (element.get("src") or "").strip()
    stands_in = not src or (src.startswith("data:") and "svg" not in src[:20] and len(src) < 400) or re.search(
        r"(?:blank|loading|placeholder|lazy|spacer|grey|transparent)[\w.-]*\.(?:gif|png|jpe?g|svg|webp)", src, re.IGNORECASE)
    if stands_in:
        for name, value in element.attrib.items():
            if name.startswith("data-") and re.search(r"\.(?:jpe?g|png|webp|gif|bmp|svg)(?:$|[?#])", value, re.IGNORECASE):
                return value.strip()
        several = element.get("srcset") or element.get("data-srcset") or ""
        parent = element.getparent()
        if not several and parent is not None and parent.tag == "picture":
            several = next((each.get("srcset") or "" for each in parent.iter("source") if each.get("srcset")), "")
        if several:
            return several.split(",")[-1].split()[0] if several.split(",")[-1].split() else src
    return src or element.get("xlink:href") or element.get("href") or ""


def _is_far(value: str, font: float, *, plus: bool = True) -> bool:
    if value.endswith("%") or value.endswith(("vw", "vh")):
        found = length(value, font, 1366)
        return found is not None and (found <= -1000 or (plus and found >= 2700))
    found = length(value, font, 0)
    return found is not None and (found <= -FAR_PX or (plus and found >= 3000))


def _is_number(value: str) -> bool:
    return bool(re.fullmatch(r"-?\d{1,9}", value))


def _is_clipped(value: str) -> bool:
    found = re.match(r"rect\(([^)]*)\)", value)
    if not found:
        return False
    parts = [length(part, 16, 0) for part in re.split(r"[\s,]+", found[1].strip())]
    if len(parts) != 4 or None in parts:
        return False
    top, right, bottom, left = (part or 0.0 for part in parts)
    return bottom - top <= 1 or right - left <= 1


def _clip_path_hides(value: str) -> bool:
    inset = re.match(r"inset\(([^)]*)\)", value)
    if inset:
        parts = [length(part, 16, 100) for part in inset[1].split(" round ")[0].split()]
        if parts and None not in parts:
            sides = [part or 0.0 for part in parts]
            top = sides[0]
            bottom = sides[2] if len(sides) > 2 else top
            right = sides[1] if len(sides) > 1 else top
            left = sides[3] if len(sides) > 3 else right
            return "%" in value and (top + bottom >= 100 or left + right >= 100) or top >= 400
    circle = re.match(r"(?:circle|ellipse)\(\s*([\d.]+)(?:px|%|em|)(?![\d.])", value)
    return bool(circle and float(circle[1]) < 1) or bool(re.match(r"polygon\(\s*0(?:px|%)?\s+0(?:px|%)?(?:\s*,\s*0(?:px|%)?\s+0(?:px|%)?)*\s*\)", value))


def _transform_hides(value: str) -> bool:
    scale = re.search(r"scale(?:[xy]|3d)?\(\s*(-?[\d.]+%?)(?:\s*,\s*(-?[\d.]+%?))?", value)
    if scale and any(part and abs(float(part.rstrip("%"))) < 0.05 for part in scale.groups()):
        return True
    moved = re.search(r"translate(?:[xy]|3d)?\(([^)]*)\)", value)
    if moved and any(_is_far(part.strip(), 16) for part in moved[1].split(",")):
        return True
    turned = re.search(r"rotate[xy]\(\s*(-?[\d.]+)deg", value)
    return bool(turned and abs(float(turned[1])) % 180 == 90)


def _filter_hides(value: str) -> bool:
    found = re.search(r"opacity\(\s*([\d.]+)(%?)", value)
    if found and float(found[1]) / (100 if found[2] else 1) < 0.06:
        return True
    blurred = re.search(r"blur\(\s*([\d.]+)px", value)
    return bool(blurred and float(blurred[1]) >= 5)


_GONE_BY = {
    "clip-path": _clip_path_hides,
    "transform": _transform_hides,
    "filter": _filter_hides,
    "scale": lambda value: bool(re.match(r"0(?:\.0\d*)?(?:\s|$)", value)),
    "translate": lambda value: any(_is_far(part, 16) for part in value.split()),
}


def _undoes(declared: Declared, name: str) -> bool:
    """Whether a declaration that wakes by the visitor's doing undoes the property that hides."""
    value = declared.value.lower()
    if name == "hidden":
        return declared.name == "display" and value != "none"
    if name in {"height", "max-height", "width", "max-width"}:
        found = length(value, 16, 1000)
        return declared.name.removeprefix("max-") == name.removeprefix("max-") and (found is None or found > 2)
    if name == "opacity":
        return declared.name == "opacity" and value not in {"0", "0%", "0.0"}
    if name in {"left", "right", "top", "bottom", "margin-left", "margin-top"}:
        return declared.name == name and not _is_far(value, 16)
    return declared.name == name and value not in {"none", "hidden", "collapse"}


def _is_off_canvas(element: HtmlElement) -> bool:
    svg = next(iter(element.iterancestors("svg")), None)
    for axis, size in (("x", "width"), ("y", "height")):
        at = length((element.get(axis) or "0").split()[0] if (element.get(axis) or "0").split() else "0", 16, 0)
        room = length(svg.get(size) or "", 16, 1000) if svg is not None else None
        if at is not None and (at < -50 or (room is not None and svg is not None and svg.get("viewbox") is None and at > room + 20)):
            return True
    return False


def _colour_of(value: str | None, current: Colour) -> Colour | None:
    if value is None or value in {"inherit", "unset"}:
        return None
    if value == "currentcolor":
        return current
    if value == "initial":
        return _BLACK
    return colour(value)


def _old_colour(value: str | None) -> Colour | None:
    if not value:
        return None
    return colour(value.strip().lower()) or colour("#" + value.strip().lstrip("#").lower())


def _style_value(element: HtmlElement, name: str) -> str | None:
    found = re.search(rf"(?:^|;)\s*{name}\s*:\s*([^;]+)", element.get("style") or "")
    return found[1].strip() if found else None


def _css_string(text: str) -> str:
    return re.sub(r"\\([0-9a-fA-F]{1,6})\s?|\\(.)", lambda m: chr(int(m[1], 16)) if m[1] and int(m[1], 16) < 0x110000 else m[2] or "", text)


def _unescaped(text: str) -> str:
    import html  # noqa: PLC0415

    return html.unescape(text)


def texts(page: PageText, *seen: Seen) -> Iterator[str]:
    """The lines of a page with these verdicts."""
    view: Any = page.view(*seen)
    yield from view.text.split("\n")
