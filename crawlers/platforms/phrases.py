"""Patterns of many words, looked for in many lines: only lines that hold a piece of one are tried.

An alternation of a hundred phrases tries each of them at every character; an automaton that finds the few
lines that can match costs next to nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from ahocorasick_rs import AhoCorasick, Implementation

from crawlers.platforms.kept import kept


def pieces(texts: Iterable[str]) -> AhoCorasick:
    """An automaton that finds all of many short texts in one pass."""
    return AhoCorasick(sorted(set(texts)), implementation=Implementation.DFA)


class Phrases:
    """A pattern whose every alternative has a fixed piece of text; matched against lower-case lines."""

    def __init__(self, pattern: str, stems: Iterable[str] = ()) -> None:
        """Compiles ``pattern``; every match holds one of ``stems``, which are found when left out.

        Raises:
            ValueError: an alternative has no fixed piece, so no line could be left out.
        """
        self.pattern = re.compile(pattern)
        self.all_stems = frozenset(stems) or frozenset(stems_of(pattern))
        self.stems = pieces(self.all_stems)

    def are_in(self, text: str) -> bool:
        """Whether a lower-case text holds a match."""
        return self.search(text) is not None

    def search(self, text: str) -> re.Match[str] | None:
        """The first match in one lower-case text."""
        return self.pattern.search(text) if self.stems.find_matches_as_indexes(text) else None

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """All matches in one lower-case text, in order."""
        return self.pattern.finditer(text) if self.stems.find_matches_as_indexes(text) else iter(())


class Book:
    """Several patterns whose pieces are looked for in one pass over a text."""

    def __init__(self, *phrases: Phrases) -> None:
        """Puts the pieces of all patterns into one automaton."""
        owners: dict[str, list[Phrases]] = {}
        for each in phrases:
            for stem in each.all_stems:
                owners.setdefault(stem, []).append(each)
        stems = sorted(owners)
        self.phrases = frozenset(phrases)
        self._stems, self._owners = pieces(stems), [owners[stem] for stem in stems]

    def possible_in(self, text: str) -> set[Phrases]:
        """The patterns that may have a match in a lower-case text."""
        found = self._stems.find_matches_as_indexes(text, overlapping=True)
        return {each for index, _, _ in found for each in self._owners[index]}

    def found_in(self, text: str) -> Iterator[tuple[int, list[Phrases]]]:
        """(where a piece begins, the patterns that it belongs to)."""
        for index, start, _ in self._stems.find_matches_as_indexes(text, overlapping=True):
            yield start, self._owners[index]


@dataclass(frozen=True)
class Lines:
    """Lines in lower case that several patterns are looked for in, those of ``book`` all at once."""

    lines: Sequence[str]
    book: Book | None = None
    whole: Lines | None = None
    """The lines that these are the first of."""

    def first(self, most: int) -> Lines:
        """The first of the lines, which share what was found."""
        return Lines(self.lines[:most], self.book, self)

    def matches(self, phrases: Phrases, longest: int | None = None) -> Iterator[tuple[int, re.Match[str]]]:
        """(index of the line, its first match), in order; of lines of ``longest`` characters at most."""
        most = len(self.lines)
        for place in sorted(self._places_of(phrases)):
            if place >= most or (longest is not None and len(self.lines[place]) > longest):
                continue
            if match := phrases.pattern.search(self.lines[place]):
                yield place, match

    def _places_of(self, phrases: Phrases) -> Collection[int]:
        if self.whole is not None:
            return self.whole._places_of(phrases)
        if self.book is not None and phrases in self.book.phrases:
            return self._found.get(phrases, ())
        text, starts = self._joined
        found = phrases.stems.find_matches_as_indexes(text, overlapping=True)
        return {bisect_right(starts, at) - 1 for _, at, _ in found}

    @kept
    def _found(self) -> dict[Phrases, set[int]]:
        text, starts = self._joined
        places: dict[Phrases, set[int]] = {}
        for at, owners in self.book.found_in(text) if self.book else ():
            place = bisect_right(starts, at) - 1
            for each in owners:
                places.setdefault(each, set()).add(place)
        return places

    @kept
    def _joined(self) -> tuple[str, list[int]]:
        ends = accumulate(len(line) + 1 for line in self.lines)
        return "\n".join(self.lines), [0, *ends][:-1]


def alternatives_of(pattern: str) -> list[str]:
    """The alternatives of a pattern that are in no group.

    >>> alternatives_of("sold out|(?:a|b)c|[|]x")
    ['sold out', '(?:a|b)c', '[|]x']
    """
    found, depth, in_class, escaped = [""], 0, False, False
    for letter in pattern:
        if letter == "|" and not depth and not in_class and not escaped:
            found.append("")
            continue
        found[-1] += letter
        if escaped:
            escaped = False
            continue
        escaped = letter == "\\"
        in_class = letter == "[" or (in_class and letter != "]")
        if not in_class:
            depth += {"(": 1, ")": -1}.get(letter, 0)
    return found


def stems_of(pattern: str) -> list[str]:
    """Texts of which every match of a pattern holds one.

    Raises:
        ValueError: an alternative has no fixed piece.

    >>> stems_of("sold ?out|(?:plus|pas) (?:en stock|disponible)|épuisée?s?")
    ['sold', 'en stock', 'disponible', 'épuisé']
    """
    return [stem for each in alternatives_of(pattern) for stem in _stems_of(each)]


def _stems_of(alternative: str) -> list[str]:
    """The longest text that every match of an alternative holds, or texts of which it holds one."""
    stem = _stem_of(alternative)
    choices = [[stem]] if stem else []
    for group in _needed_groups(alternative):
        try:
            choices.append(stems_of(group))
        except ValueError:
            continue
    if not choices:
        raise ValueError(f"no fixed text in {alternative!r}")
    return max(choices, key=lambda stems: min(map(len, stems)))


def _needed_groups(alternative: str) -> Iterator[str]:
    """What stands in the groups of an alternative that a match cannot do without; in no other group."""
    depth, start, in_class, escaped = 0, 0, False, False
    for place, letter in enumerate(alternative):
        if escaped or letter == "\\":
            escaped = not escaped
        elif in_class or letter == "[":
            in_class = letter != "]"
        elif letter == "(":
            start = place + 1 if not depth else start
            depth += 1
        elif letter == ")":
            depth -= 1
            group, behind = alternative[start:place], alternative[place + 1 : place + 2]
            if not depth and group.startswith("?:") and behind not in ("?", "*", "{"):
                yield group.removeprefix("?:")


def _stem_of(alternative: str) -> str:
    """The longest text outside groups that every match of an alternative holds; "" if there is none."""
    runs, depth, in_class, escaped = [""], 0, False, False
    for letter in alternative:
        if escaped:
            escaped = False
            # A class of letters or a border; a mark stands for itself.
            if depth or in_class or letter.isalnum():
                runs.append("")
            else:
                runs[-1] += letter
        elif letter == "\\":
            escaped = True
        elif in_class or letter == "[":
            in_class = letter != "]"
            runs.append("")
        elif letter in "(){}":
            # What stands between braces is a count; the letter before them may be missing.
            runs[-1] = runs[-1][:-1] if letter == "{" else runs[-1]
            depth += 1 if letter in "({" else -1
            runs.append("")
        elif depth:
            continue
        elif letter in "?*":
            runs[-1] = runs[-1][:-1]
            runs.append("")
        elif letter in ".^$+":
            runs.append("")
        else:
            runs[-1] += letter
    return max(runs, key=len).strip()
