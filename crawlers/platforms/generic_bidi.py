"""Text in the order in which a person sees it 视觉顺序, where a page turns it around 文字反向.

``U+202E 00.821`` and ``<bdo dir=rtl>00.821</bdo>`` show 128.00. What is written backwards is turned back
before anything is read, and marks of direction go. Where directions stand in one another, their digits are
taken out: nobody could say for certain which number is shown.

Source:
    Unicode Standard Annex 9, explicit overrides; CSS Writing Modes 3, ``unicode-bidi``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from lxml import etree

from crawlers.platforms.generic_styles import Styles
from crawlers.platforms.generic_walk import INLINE, UNSEEN
from crawlers.platforms.tree import Element

_MARKS = "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_TURNING = "\u202d\u202e\u200e\u200f"
"""Marks that turn text around or stand in numbers; without these the others change nothing."""
_MAY_TURN = (
    re.compile(r"&(?:[lr][lr]m|#(?:[xX]0*(?:200[eEfF]|202[dDeE])|0*(?:820[67]|823[78])))"),
    re.compile(r"-[oO][vV][eE][rR][rR][iI][dD][eE]\s*(?:[;}\"'!]|$)"),
)
"""The same as entities and styles; each begins with a plain letter, which is looked for fast."""
_OVERRIDE = re.compile(r"unicode-bidi\s*:\s*(?:bidi|isolate)-override", re.IGNORECASE)
_DIRECTION = re.compile(r"direction\s*:\s*(rtl|ltr)", re.IGNORECASE)
_MIRRORED = str.maketrans("()[]{}<>«»", ")(][}{><»«")
_DIGIT = re.compile(r"\d")
_UNREADABLE = "\ufffd"
_LONGEST_STYLE = 4_096
_DEEPEST = 60

Turn = Literal["right", "left", "other"]
"""What a place does to its text: writes it from the right or from the left, or only sets it apart."""
_OF_MARKS: dict[str, Turn] = {
    "\u202e": "right", "\u202d": "left", **dict.fromkeys("\u202a\u202b\u2066\u2067\u2068", "other"),
}  # fmt: skip
_ENDS = "\u202c\u2069"
_ALONE = frozenset("\u200e\u200f\u061c")
_AT_MARKS = re.compile(f"([{_MARKS}])")


class _Slot(NamedTuple):
    """Where a text stands: in an element, or behind it."""

    element: Element
    is_tail: bool

    @property
    def owner(self) -> Element | None:
        """The element that the text belongs to."""
        return self.element.getparent() if self.is_tail else self.element

    def put(self, text: str) -> None:
        if self.is_tail:
            self.element.tail = text
        else:
            self.element.text = text


class _Opened(NamedTuple):
    """A place that does something to the direction of its text, within others."""

    turn: Turn
    owner: Element | None
    """The element that ends it; a mark ends with another mark or with its block."""
    turned_by: int
    """Number of the outermost place that writes from the right; 0 if there is none."""
    is_plain: bool
    """Whether nothing within that place has another direction."""


class _Piece(NamedTuple):
    """Characters of one slot that share their directions."""

    slot: _Slot
    text: str
    turned_by: int
    is_plain: bool


def as_seen(root: Element, source: str) -> tuple[Element, bool]:
    """The tree with its text as a person sees it, and whether any number was left unreadable.

    The tree itself is given back where its source has no mark of direction; else a copy is changed.
    """
    may_turn = (
        next(root.iter("bdo"), None) is not None
        or any(mark in source for mark in _TURNING)
        or any(each.search(source) for each in _MAY_TURN)
    )
    if not may_turn:
        return root, False
    copy = deepcopy(root)
    return copy, _Turner(Styles(list(copy.iter("style")))).turn(copy)


@dataclass
class _Turner:
    """One pass over a tree, a block of text at a time."""

    styles: Styles
    block: list[_Piece] = field(default_factory=list)
    opened: list[_Opened] = field(default_factory=list)
    count: int = 0
    is_doubtful: bool = False

    def turn(self, root: Element) -> bool:
        """Brings all text into order; whether a number was left unreadable."""
        walker = etree.iterwalk(root, events=("start", "end", "comment"))
        for event, node in walker:
            if event == "start":
                if node.tag not in INLINE:
                    self._finish()
                    # What a block within turned text does depends on more than can be read here.
                    if self.opened and self.opened[-1].turned_by:
                        self._open("other", node)
                if node.tag in UNSEEN:
                    walker.skip_subtree()
                    continue
                if turn := self._turn_of(node):
                    self._open(turn, node)
                self._read(_Slot(node, False), node.text)
                continue
            if event == "end":
                self._close(node)
                if node.tag not in INLINE:
                    self._finish()
            self._read(_Slot(node, True), node.tail)
        self._finish()
        return self.is_doubtful

    def _turn_of(self, node: Element) -> Turn | None:
        """What an element does to the direction of its text; ``None`` for nothing."""
        told, style = (node.get("dir") or "").lower(), (node.get("style") or "")[:_LONGEST_STYLE]
        if node.tag == "bdo" or _OVERRIDE.search(style) or self.styles.override(node):
            own = _DIRECTION.search(style)
            is_right = (own[1].lower() if own else told or self._direction_around(node)) == "rtl"
            return "right" if is_right else "left"
        return "other" if node.tag == "bdi" or (told and node.tag in INLINE) else None

    def _direction_around(self, node: Element) -> str:
        if self.styles.from_right(node):
            return "rtl"
        around = (each.get("dir") for each in node.iterancestors())
        return next((told.lower() for told in around if told), "ltr")

    def _open(self, turn: Turn, owner: Element | None) -> None:
        if len(self.opened) >= _DEEPEST:
            return
        self.count += 1
        around, is_right = self.opened[-1] if self.opened else None, turn == "right"
        if around and around.turned_by:
            self.opened.append(_Opened(turn, owner, around.turned_by, around.is_plain and is_right))
        else:
            self.opened.append(_Opened(turn, owner, self.count if is_right else 0, True))

    def _close(self, node: Element) -> None:
        places = [place for place, each in enumerate(self.opened) if each.owner is node]
        if places:
            del self.opened[places[0] :]

    def _read(self, slot: _Slot, text: str | None) -> None:
        """Cuts a text at its marks, which end up in no piece; what nothing is done to is left alone."""
        if not text or not (self.opened or _AT_MARKS.search(text)):
            return
        for part in _AT_MARKS.split(text):
            if part and part in _ENDS:
                if self.opened and self.opened[-1].owner is None:
                    self.opened.pop()
            elif turn := _OF_MARKS.get(part):
                self._open(turn, None)
            elif part not in _ALONE and (part or not self.block or self.block[-1].slot != slot):
                around = self.opened[-1] if self.opened else None
                number, is_plain = (around.turned_by, around.is_plain) if around else (0, True)
                self.block.append(_Piece(slot, part, number, is_plain))

    def _finish(self) -> None:
        """Writes the text of a block back, in order; marks in it end with it."""
        pieces, self.block = self.block, []
        texts: dict[_Slot, list[str]] = {piece.slot: [] for piece in pieces}
        for slot, text in self._in_order(pieces):
            texts[slot].append(text)
        for slot, parts in texts.items():
            slot.put("".join(parts))
        self.opened = [each for each in self.opened if each.owner is not None]

    def _in_order(self, pieces: list[_Piece]) -> Iterator[tuple[_Slot, str]]:
        start = 0
        while start < len(pieces):
            number, end = pieces[start].turned_by, start + 1
            while number and end < len(pieces) and pieces[end].turned_by == number:
                end += 1
            group, start = pieces[start:end], end
            if not number:
                yield group[0].slot, group[0].text
            elif all(piece.is_plain for piece in group) and _are_of_one(group):
                turned = (piece.text[::-1].translate(_MIRRORED) for piece in reversed(group))
                yield from zip((piece.slot for piece in group), turned, strict=True)
            else:
                for piece in group:
                    self.is_doubtful = self.is_doubtful or _DIGIT.search(piece.text) is not None
                    yield piece.slot, _DIGIT.sub(_UNREADABLE, piece.text)


def _are_of_one(group: list[_Piece]) -> bool:
    """Whether the words of turned text belong to one element, which no other may hide or cross out."""
    return len({piece.slot.owner for piece in group if piece.text.strip()}) <= 1
