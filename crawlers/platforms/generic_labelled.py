"""Labels and their values on a page of an unknown shop 标签与值: on one line, on two, or the value on top."""

from __future__ import annotations

import re
from dataclasses import dataclass

from crawlers.platforms.generic_labels import fields_of
from crawlers.platforms.generic_pairs import (
    LABEL_BEGINNINGS,
    LONGEST_LABEL,
    begins_like_label,
    coded_in,
    split_label,
)
from crawlers.platforms.generic_seen import SeenPage
from crawlers.platforms.generic_view import chain
from crawlers.platforms.kept import kept
from crawlers.platforms.tree import squash

_BLANKS = " \t\n\r\xa0\u3000"
_NEXT_LABEL = re.compile(r"\s+[|·•/]\s+(?=[^:：]{2,40}[:：])")
_LABEL_INSIDE = re.compile(r"\s(?P<label>[^\s:：]{2,20}(?:\s[^\s:：]{2,20})?)\s?[:：]\s")
_LABEL_FIRST = frozenset({"td", "th", "dt", "dd", "a", "button"})
"""Tags of parts of which the label is the first, or that are none."""
_LEVELS = 5


@dataclass(frozen=True)
class LabelledPage(SeenPage):
    """Labels and their values on a page of an unknown shop."""

    @kept
    def labelled(self) -> dict[str, list[tuple[str, str]]]:
        """(label, value) pairs on the page whose label is a known word, by field, in reading order."""
        found: dict[str, list[tuple[str, str]]] = {}
        for text, following in dict.fromkeys(self._label_lines):
            label, mark, value = split_label(text)
            value = _without_next_label(_NEXT_LABEL.split(value, maxsplit=1)[0])
            if not (mark and value):
                if coded := coded_in(text):
                    found.setdefault(coded[0], []).append(coded[1:])
                    continue
                label, value = (label, following.lstrip(":：#- ")) if len(text) <= LONGEST_LABEL else ("", "")
            names = fields_of(label.lower()) if value else ()
            if names and (mark or not self._are_links(text, following)):
                for name in names:
                    found.setdefault(name, []).append((label, value))
        return found

    def _are_links(self, text: str, following: str) -> bool:
        """Whether a text and what follows it are links of their own, as catchwords in a row are."""
        runs = self.view.runs
        pairs = [
            runs[place : place + 2]
            for place in self.view.runs_with(text.lower())
            if place + 1 < len(runs) and squash(runs[place + 1].text) == following
        ]
        linked = (any(each.tag == "a" for each in chain(run.element, 2)) for pair in pairs for run in pair)
        return bool(pairs) and all(linked)

    @kept
    def _label_lines(self) -> list[tuple[str, str]]:
        """(text, the text after it): lines from the title on that begin like a label, then parts of lines."""
        runs, lines = self.view.runs, self.view.lines
        start = max(0, (self.title_place or 0) - 2)
        found = [
            (lines[place], self._value_beside(place))
            for place in range(runs[start].line if runs else 0, len(lines))
            if lines[place][0] in LABEL_BEGINNINGS and begins_like_label(lines[place])
        ]
        for place in range(start, len(runs)):
            text = runs[place].text.lstrip(_BLANKS)
            if (
                text[:1] in LABEL_BEGINNINGS
                and begins_like_label(text)
                and (self._is_parted(place) or self._is_parted(place + 1))
            ):
                following = squash(runs[place + 1].text) if place + 1 < len(runs) else ""
                found.append((squash(text), following))
        return found

    def _value_beside(self, line: int) -> str:
        """The line behind a label, or the one before it where labels stand under their values."""
        lines = self.view.lines
        if line and len(lines[line]) <= LONGEST_LABEL and self._stands_under(line):
            return lines[line - 1]
        return lines[line + 1] if line + 1 < len(lines) else ""

    def _stands_under(self, line: int) -> bool:
        """Whether a label is the second of the two parts of an item that repeats, its value the first."""
        runs = self.view.runs
        first = self.view.starts[line]
        if not first:
            return False
        part = runs[first].element
        item = part.getparent()
        if item is None or len(item) != 2 or part is not item[1] or part.tag in _LABEL_FIRST:
            return False
        above = item[0] in chain(runs[first - 1].element, _LEVELS)
        beside = [each for each in (item.getprevious(), item.getnext()) if each is not None]
        repeats = any(each.tag == item.tag and each.get("class") == item.get("class") for each in beside)
        return above and repeats and not fields_of(self.view.lines[line - 1].lower())

    def _is_parted(self, place: int) -> bool:
        """Whether a run shares its line with the run before or behind it."""
        runs = self.view.runs
        if place >= len(runs):
            return False
        line = runs[place].line
        return (place > 0 and runs[place - 1].line == line) or (
            place + 1 < len(runs) and runs[place + 1].line == line
        )


def _without_next_label(value: str) -> str:
    """A value up to another label on its line, as in "Acme Ref: 4711"."""
    if ":" in value or "：" in value:
        for match in _LABEL_INSIDE.finditer(value):
            if fields_of(match["label"].lower()):
                return value[: match.start()]
    return value
