"""What a person sees on a page, in reading order: text runs, lines, and what the markup calls their places.

Everything the generic adapter decides by looking comes from here.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate, count
from operator import add

from crawlers.platforms.generic_styles import Styles
from crawlers.platforms.generic_walk import Parts, Run, walk_over
from crawlers.platforms.generic_words import (
    ASIDE_CLASS,
    BRAND_CLASS,
    CODE_CLASS,
    MAIN_CLASS,
    MEMBER_CLASS,
    OLD_CLASS,
    OTHER_CLASS,
    PRICE_CLASS,
)
from crawlers.platforms.kept import kept
from crawlers.platforms.phrases import Book, Phrases
from crawlers.platforms.tree import Element, squash

_NAMING = ("class", "id", "itemprop", "data-test", "data-testid")
_HAVING = re.compile(r"(?<!\S)(?:has|with|no|without)[-_]\S*")
_has_digit = re.compile(r"\d").search
HIDDEN_CLASS = Phrases(
    r"(?:^|\s)(?:hidden|hide|d-none|is-hidden|unvisible|invisible|u-hidden|aok-hidden|visually-?hidden"
    r"|sr-only|screen-reader-text|"
    r"ng-hide|a-offscreen|clipped)(?:\s|$)"
)
"""What markup calls things that are not shown; matched against lower-case names."""
_NAMES = Book(
    PRICE_CLASS,
    MAIN_CLASS,
    OLD_CLASS,
    MEMBER_CLASS,
    HIDDEN_CLASS,
    BRAND_CLASS,
    CODE_CLASS,
    OTHER_CLASS,
    ASIDE_CLASS,
)


@dataclass(frozen=True, slots=True)
class Marks:
    """What the name of an element says about an amount in it."""

    is_price: bool
    is_main: bool
    is_old: bool
    is_members: bool
    is_hidden: bool
    is_brand: bool
    is_code: bool
    """Called a number of the goods."""
    other: str
    aside: str


@lru_cache(maxsize=8192)
def marks_of(name: str) -> Marks:
    """What a name as ``named`` gives it says; pages use the same few over and over."""
    possible = _NAMES.possible_in(name)
    found = {each: match[0] for each in possible if (match := each.pattern.search(name))}
    if OTHER_CLASS in found or ASIDE_CLASS in found:
        # What has other amounts in it is not one of them.
        own = _HAVING.sub(" ", name)
        for each in (OTHER_CLASS, ASIDE_CLASS):
            if each in found and not each.pattern.search(own):
                del found[each]
    return Marks(
        is_price=PRICE_CLASS in found,
        is_main=MAIN_CLASS in found,
        is_old=OLD_CLASS in found,
        is_members=MEMBER_CLASS in found,
        is_hidden=HIDDEN_CLASS in found,
        is_brand=BRAND_CLASS in found,
        is_code=CODE_CLASS in found,
        other=found.get(OTHER_CLASS, ""),
        aside=found.get(ASIDE_CLASS, ""),
    )


@dataclass(frozen=True)
class View:
    """The visible page."""

    runs: list[Run]
    parts: Parts
    _marks: dict[Element, Marks] = field(default_factory=dict, repr=False)

    def marks(self, element: Element) -> Marks:
        """What the element's name says; asked again and again for what many amounts stand in."""
        known = self._marks.get(element)
        if known is None:
            known = self._marks[element] = marks_of(named(element))
        return known

    def is_aside(self, element: Element) -> bool:
        """Whether an element stands in a footer or menu, or is hidden by its class."""
        for each in chain(element, 12):
            if each.tag in ("footer", "nav", "body", "html"):
                return each.tag in ("footer", "nav")
            if self.marks(each).is_hidden:
                return True
        return False

    @kept
    def styles(self) -> Styles:
        """The page's own style sheets."""
        return Styles(self.parts.styles)

    def is_crossed_out(self, element: Element) -> bool:
        """Whether the page's own style sheet crosses out an element or what it stands in."""
        return self.styles.crosses and any(map(self.styles.cross_out, chain(element, 4)))

    def is_hidden(self, element: Element) -> bool:
        """Whether its class or the page's own style sheet hides an element or what it stands in."""
        hide = self.styles.hide if self.styles.hides else None
        return any(
            self.marks(each).is_hidden or (hide is not None and hide(each)) for each in chain(element, 12)
        )

    def shown_of(self, line: int) -> str:
        """A line without what is hidden in it."""
        own = self.runs[slice(*self.starts[line : line + 2])]
        shown = (run.text for run in own if not self.is_hidden(run.element))
        return _joined(shown)

    @kept
    def lines(self) -> list[str]:
        """The page a block a line, none of them empty; a run's ``line`` is an index into it."""
        lines: list[str] = []
        place = -1
        for text, _, line, _ in self.runs:
            if line != place:
                lines.append(text)
                place = line
            elif lines[-1][-1:].isdigit() and text[:1].isdigit():
                lines[-1] += f" {text}"
            else:
                lines[-1] += text
        # All at once: no text of a page has the mark that parts them here.
        squashed = squash("\x00".join(lines)).replace(" \x00", "\x00").replace("\x00 ", "\x00")
        return squashed.split("\x00") if lines else []

    @kept
    def starts(self) -> list[int]:
        """Place of the first run of each line, and where the last line ends."""
        starts: list[int] = []
        for place, run in enumerate(self.runs):
            if run.line == len(starts):
                starts.append(place)
        return [*starts, len(self.runs)]

    def runs_with(self, folded: str) -> Iterator[int]:
        """Places of runs in which a lower-case text stands whole, in order."""
        text, starts = self.folded
        at = text.find(folded) if folded else -1
        while at >= 0:
            place = bisect_right(starts, at) - 1
            yield place
            at = text.find(folded, starts[place + 1]) if place + 1 < len(starts) else -1

    def runs_like(self, phrases: Phrases) -> Iterator[int]:
        """Places of runs whose text, without space around it, holds a phrase, in order."""
        text, starts = self.folded
        found = phrases.stems.find_matches_as_indexes(text, overlapping=True)
        for place in sorted({bisect_right(starts, at) - 1 for _, at, _ in found}):
            if phrases.pattern.search(self.runs[place].text.strip().lower()):
                yield place

    @kept
    def texts(self) -> list[str]:
        """The text of each run."""
        return [run.text for run in self.runs]

    @kept
    def numbered(self) -> list[int]:
        """Places of runs with a digit."""
        return [place for place, digit in enumerate(map(_has_digit, self.texts)) if digit]

    @kept
    def folded(self) -> tuple[str, list[int]]:
        """All runs in lower case, one a line, and where each begins."""
        # The one letter whose lower case is longer would move everything behind it.
        texts = self.texts
        text = "\n".join(texts).replace("\u0130", "i").lower()
        ends = list(accumulate(map(len, texts)))
        return text, [0, *map(add, ends[:-1], count(1))]

    @kept
    def place_of(self) -> dict[Element, int]:
        """Index of the first run of each element that holds text of its own."""
        places: dict[Element, int] = {}
        for place, run in enumerate(self.runs):
            places.setdefault(run.element, place)
        return places


def _joined(texts: Iterable[str]) -> str:
    """Runs of a line as one text; numbers in two elements stay two numbers."""
    text = ""
    for each in texts:
        text += f" {each}" if text[-1:].isdigit() and each[:1].isdigit() else each
    return " ".join(text.split())


def view_of(root: Element) -> View:
    """The page as seen."""
    return View(*walk_over(root))


def chain(element: Element, levels: int) -> Iterator[Element]:
    """``element`` and its ancestors."""
    current: Element | None = element
    for _ in range(levels):
        if current is None:
            return
        yield current
        current = current.getparent()


def named(element: Element) -> str:
    """What an element is called by its markup, in lower case: class, id, itemprop and test attributes."""
    return " ".join(filter(None, map(element.get, _NAMING)))[:400].lower() if element.keys() else ""
