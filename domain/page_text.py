"""Lines of a page with what a visitor sees of them, and the pictures and links on it 可见内容."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Seen(StrEnum):
    """Whether a visitor sees a text."""

    VISIBLE = "visible"
    REACHABLE = "reachable"
    """Behind something that the visitor opens: an expander, a tab."""
    HIDDEN = "hidden"
    UNRUN = "unrun"
    """Only in a script that could not be followed: neither seen nor hidden until a browser ran it."""


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
    """One line as a visitor reads it, made of pieces; ``blocks`` are the elements around it, from outside."""

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
    unstyled: bool = False
    """Styles were left out, so that nothing on the page can be called seen or hidden."""
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
