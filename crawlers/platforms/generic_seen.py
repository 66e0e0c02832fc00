"""What all fields of a page of an unknown shop share: how it looks, what it tells machines, its title
and its labels.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from urllib.parse import urlsplit

from crawlers.platforms.embedded import Embedded
from crawlers.platforms.generic_buttons import label_of, may_be_button
from crawlers.platforms.generic_counts import COUNTS
from crawlers.platforms.generic_facts import META, Facts, facts_of
from crawlers.platforms.generic_families import family_facts
from crawlers.platforms.generic_labels import fields_of
from crawlers.platforms.generic_locale import Locale, locale_of
from crawlers.platforms.generic_pairs import (
    begins_like_label,
    split_label,
)
from crawlers.platforms.generic_seller import SENT_BY
from crawlers.platforms.generic_software import software_of
from crawlers.platforms.generic_stock_words import BUY, IN_STOCK, SOLD_OUT
from crawlers.platforms.generic_view import View, chain, view_of
from crawlers.platforms.generic_walk import Parts
from crawlers.platforms.generic_words import DEPOSIT, PROMOTION, SERVICES
from crawlers.platforms.kept import kept
from crawlers.platforms.phrases import Book, Lines
from crawlers.platforms.tree import Element, squash, text_of, xpath

_TITLE = xpath("/html/head/title")
_MOST_SECOND = 10
_MOST_BUTTONS = 5_000
_LONGEST_BUTTON = 40
_MOST_IN_HEADING, _LEVELS_IN_HEADING = 20, 5
_LONGEST_NAME = 300
_BETWEEN_PARTS = re.compile(r"\s+(?:[-–—|/·»:]|--)\s+|[|_｜]")
_NOT_WORDS = re.compile(r"\W+")
_FIRST_LINES = 60
_NOTICES = Book(SOLD_OUT, IN_STOCK, SERVICES, PROMOTION, DEPOSIT, SENT_BY, *COUNTS)
"""What is looked for in the lines behind the heading."""
_NAMING_LABELS = frozenset({"brand", "sku", "gtin", "mpn"})
_LEAST_NAME, _MOST_PICTURES = 3, 200
_LEAST_IN_WINDOW = 6
"""Characters of a line that is looked for within the window's title: shorter ones are categories."""
_LEAST_LIKENESS = 0.4
"""Share of its words that a part of a name has in common with another name."""


@dataclass
class Notes:
    """Where values stood, what contradicts them, and what stayed open."""

    provenance: dict[str, str] = field(default_factory=dict)
    contradictions: dict[str, str] = field(default_factory=dict)
    undecided: dict[str, None] = field(default_factory=dict)
    missing: dict[str, None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Points that a price has to reach 价格判定阈值: what was tuned on captured pages.

    ``netsword evaluate pages --leave-one-site-out`` shows what other choices give on sites that had no say.
    """

    score: float = 4.5
    """Least points of an amount in sight."""
    against_told: float = 8.0
    """The same where machines are told another price."""
    margin: float = 0.75
    """Least distance to the next amount."""
    nearly: float = 3.0
    """Distance within which the smaller of two told prices is the new one."""


@dataclass(frozen=True)
class WalkedLayers(Embedded):
    """Machine-readable layers whose elements the walk has found."""

    parts: Parts

    @kept
    def _scripts(self) -> list[Element]:
        return self.parts.scripts

    @kept
    def _metas(self) -> list[Element]:
        return self.parts.metas

    @kept
    def _items(self) -> list[Element]:
        return self.parts.items


@dataclass(frozen=True)
class SeenPage:
    """What all fields of a page of an unknown shop share."""

    root: Element
    url: str
    thresholds: Thresholds = field(default_factory=Thresholds)
    notes: Notes = field(default_factory=Notes)
    is_turned: bool = False
    """Numbers on it are written against their direction, and nobody could say how they look."""

    @kept
    def view(self) -> View:
        """The page as seen."""
        return view_of(self.root)

    @kept
    def embedded(self) -> Embedded:
        """The page's machine-readable layers."""
        return WalkedLayers(self.root, self.view.parts)

    @kept
    def locale(self) -> Locale:
        """Language and region."""
        return locale_of(self.root, self.url, self.view.parts.metas)

    @kept
    def headings(self) -> list[tuple[Element, str]]:
        """Visible first-rank headings."""
        found = [(each, text_of(each)) for each in self.view.parts.headings[:50]]
        return [(each, text) for each, text in found if text]

    @kept
    def facts(self) -> Facts:
        """What the page tells machines about its own goods."""
        texts = [text for _, text in self.headings]
        texts += [*self.embedded.meta("og:title")[:1], self._window]
        told = facts_of(self.embedded, headings=texts, url=self.url)
        return Facts((*told.found, *family_facts(self.software, self.root)))

    @kept
    def software(self) -> str:
        """The family of shop software, by the marks it leaves; "" if unknown."""
        return software_of(self.root, self.view.parts)

    @kept
    def title(self) -> str:
        """The heading that the page's other names confirm, else those names themselves."""
        window = self._window
        others = [*self.facts.values("title"), window]
        best, best_score = "", 0.0
        headings = self.headings
        if headings and all(self._is_site_name(text) for _, text in headings):
            # The first rank is the shop's own name: the goods' is of the second.
            second = ((each, text_of(each)) for each in islice(self.root.iter("h2"), _MOST_SECOND))
            headings = [*headings, *((each, text) for each, text in second if text)]
        of_the_site = 3.0 if headings is self.headings else 5.0
        for element, text in headings:
            score = 1.0 + 3.0 * max((_overlap(text, other) for other in others if other), default=0.0)
            score -= 1.5 if self.view.is_aside(element) else 0.0
            score -= 2.0 if len(text) < 3 and text.isascii() else 0.0
            score -= of_the_site if self._is_site_name(text) else 0.0
            score -= 5.0 if leads_home(element) else 0.0
            if score > best_score:
                best, best_score = text, score
        if best and best_score > 1.4:
            self._from("title", "visible: h1")
            return best
        if name := self._name_in_sight:
            self._from("title", "visible: line that the page's other names confirm")
            return name
        return self._weaker_title(best)

    def _weaker_title(self, best: str) -> str:
        """A heading that nothing confirms, or a name that the page does not show by itself."""
        for fact in self.facts.of("title"):
            if fact.layer != META and best and not self._is_shown(fact.value):
                self.notes.contradictions["title"] = (
                    f"{fact.layer} says {fact.value[:200]}; a person sees {best[:200]}"
                )
            elif fact.layer != META or not best:
                self._from("title", fact.source)
                return self._shown_part(fact.value)
        if best:
            self._from("title", "visible: h1")
            return best
        if name := self._line_in_window:
            self._from("title", "visible: line that the head title holds")
            return name
        if not self.facts.of("title") and (name := self._name_above_labels):
            self._from("title", "visible: line above the labels of the goods")
            return name
        if self._window:
            self._from("title", "visible: head title")
        return self._shown_part(self._window)

    @kept
    def _window(self) -> str:
        """The title of the browser's window."""
        return next(map(text_of, _TITLE(self.root)), "")

    @kept
    def _name_in_sight(self) -> str:
        """The part of one of the page's names that stands on the page by itself and others confirm; else a
        longer form of one that a picture bears too.

        Pages without a heading of the first rank name their goods in the window's title, in tags that are
        often cut short, and somewhere in plain words.
        """
        told = {fact.layer: fact.value for fact in reversed(self.facts.of("title"))}
        names = list(dict.fromkeys(filter(None, (self._window, *told.values()))))
        if len(names) > 1 and not _likeness_to(names[1:])(names[0]) < -_LEAST_LIKENESS:
            # A window that is called something else, such as "product details", is no name of the goods.
            names.append(names.pop(0))
        places: dict[str, int] = {}
        for place, run in enumerate(self.view.runs if names else ()):
            if len(run.text) <= _LONGEST_NAME and not self._is_link(place):
                places.setdefault(words_of(run.text), place)
        for name in names:
            others = [other for other in names if other != name]
            for part in (name, *sorted(_BETWEEN_PARTS.split(name), key=_likeness_to(others))):
                folded = words_of(part)
                if len(folded) < _LEAST_NAME or self._is_site_name(folded) or folded not in places:
                    continue
                if part == name or not others or _likeness_to(others)(part) < -_LEAST_LIKENESS:
                    return squash(self.view.runs[places[folded]].text)
        described = {words_of(each.get("alt") or "") for each in self.view.parts.pictures[:_MOST_PICTURES]}
        beginnings = tuple(f"{words_of(name)} " for name in names)
        return next(
            (
                squash(self.view.runs[places[folded]].text)
                for folded in places
                if folded in described and folded.startswith(beginnings)
            ),
            "",
        )

    @kept
    def _line_in_window(self) -> str:
        """The longest line that the window's title holds among words of its own, where it makes a good part
        of it.
        """
        window = words_of(self._window).replace(" ", "")
        least = max(_LEAST_IN_WINDOW, _LEAST_LIKENESS * len(window))
        held = [
            place
            for place, run in enumerate(self.view.runs if window else ())
            if least <= len(run.text) <= _LONGEST_NAME
            and len(folded := words_of(run.text).replace(" ", "")) >= least
            and folded in window
            and not self._is_link(place)
        ]
        texts = [squash(self.view.runs[place].text) for place in held]
        return max(texts, key=len, default="")

    def _is_link(self, place: int) -> bool:
        """Whether a run stands in a link, a menu or a footer."""
        element = self.view.runs[place].element
        return any(each.tag == "a" for each in chain(element, 3)) or self.view.is_aside(element)

    @kept
    def _name_above_labels(self) -> str:
        """The line right above the first labelled brand or code, on a page that is named nowhere else."""
        lines = self.view.lines
        for place, line in enumerate(lines):
            if not begins_like_label(line):
                continue
            label, mark, value = split_label(line)
            if mark and value and not _NAMING_LABELS.isdisjoint(fields_of(label.lower())):
                above = lines[place - 1] if place else ""
                is_name = len(words_of(above)) >= _LEAST_NAME and not split_label(above)[1]
                is_link = place > 0 and self._is_link(self.view.starts[place - 1])
                return above if is_name and not is_link and len(above) <= _LONGEST_NAME else ""
        return ""

    @kept
    def _site_names(self) -> frozenset[str]:
        host = (urlsplit(self.url).hostname or "").removeprefix("www.")
        names = map(words_of, (*self.embedded.meta("og:site_name"), host, host.split(".")[0]))
        return frozenset(name.replace(" ", "") for name in names)

    def _is_site_name(self, text: str) -> bool:
        """Whether a name is the site's or the host's, however its words are set apart."""
        return words_of(text).replace(" ", "") in self._site_names

    def _shown_part(self, name: str) -> str:
        """The part of a name such as "shop - goods" that stands on the page by itself, else all of it."""
        parts = [part for part in map(squash, _BETWEEN_PARTS.split(name)) if len(part) > 2]
        if len(parts) < 2:
            return name
        lines = set(map(words_of, self.view.lines))
        shown = [part for part in parts if words_of(part) in lines and not self._is_site_name(part)]
        return max(shown, key=len, default=name)

    def _is_shown(self, name: str) -> bool:
        return words_of(name) in words_of(self.view.folded[0])

    @kept
    def title_place(self) -> int | None:
        """Index of the run in which the heading begins."""
        folded = words_of(self.title)
        places = self.view.place_of
        for heading in self.view.parts.headings:
            start = next((places[each] for each in heading.iter() if each in places), None)
            for place in range(start, start + _MOST_IN_HEADING) if start is not None else ():
                if self._holds_title(place, folded, heading):
                    return place
        return next((place for place in range(len(self.view.runs)) if self._holds_title(place, folded)), None)

    def _holds_title(self, place: int, folded: str, within: Element | None = None) -> bool:
        """Whether a run, in a heading where one is given, is the title or a good part of it."""
        run = self.view.runs[place] if place < len(self.view.runs) else None
        least = max(3.0 if folded.isascii() else 2.0, 0.4 * len(folded))
        if run is None or len(run.text) < least:
            return False
        if within is not None and within not in chain(run.element, _LEVELS_IN_HEADING):
            return False
        text = words_of(run.text)
        return len(text) >= least and (text in folded or folded in text)

    @kept
    def buttons(self) -> list[tuple[Element, str]]:
        """What can be pressed to buy, in document order."""
        parts = self.view.parts
        pressed = [each for each in parts.pressable if may_be_button(each)]
        known = set(parts.pressable)
        pressed += [each for each in parts.roles if each not in known]
        labels = [label_of(each) for each in pressed[:_MOST_BUTTONS]]
        lines = Lines([label.lower() if len(label) <= _LONGEST_BUTTON else "" for label in labels])
        return [(pressed[place], labels[place]) for place, _ in lines.matches(BUY)]

    @kept
    def _main_lines(self) -> list[str]:
        return self.view.lines[self._main_part]

    @kept
    def _main_lower(self) -> Lines:
        lines = self._main_lines
        return Lines("\n".join(lines).lower().split("\n") if lines else [], _NOTICES)

    @kept
    def _first_lower(self) -> Lines:
        """The lines right behind the heading, where notices and counts stand."""
        return self._main_lower.first(_FIRST_LINES)

    @kept
    def _main_part(self) -> slice:
        """The lines that begin with the heading."""
        start = self.title_place
        if start is None or not self.view.runs:
            return slice(0, 150)
        first = self.view.runs[start].line
        return slice(first, first + 111)

    def _from(self, name: str, source: str) -> None:
        self.notes.provenance[name] = source


def leads_home(heading: Element) -> bool:
    """Whether a heading is a link to the first page of the site, as a logo is."""
    links = [*heading.iter("a"), *heading.iterancestors("a")]
    return any((each.get("href") or "").strip() in ("/", "./", "index.html", "/index.html") for each in links)


def _overlap(one: str, other: str) -> float:
    """Share of the words of ``one`` that ``other`` has too."""
    words = words_of(one).split()
    if not words:
        return 0.0
    theirs = set(words_of(other).split())
    shared = sum(word in theirs for word in words) / len(words)
    contained = 0.3 if words_of(one) in words_of(other) else 0.0
    return shared + contained


def _likeness_to(names: Sequence[str]) -> Callable[[str], float]:
    """A key that puts what is most like one of ``names`` first, then the longest."""
    return lambda text: (
        -max((max(_overlap(text, name), _overlap(name, text)) for name in names), default=0.0)
        - len(text) / 10_000
    )


def words_of(text: str) -> str:
    """``text`` in lower case, without anything but words."""
    return _words_of(text) if len(text) <= _LONGEST_NAME else _NOT_WORDS.sub(" ", text).strip().casefold()


@lru_cache(maxsize=2048)
def _words_of(text: str) -> str:
    # The names of a page are compared with each other over and over.
    return _NOT_WORDS.sub(" ", text).strip().casefold()
