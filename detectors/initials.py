"""Terms with characters written as the first letters of their syllables 拼音首字母: 代开fp, 象y手串, bzkz.

Only the neighbourhood of Latin letters is looked at, so a text without any costs nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from rules.characters import READINGS

_LETTERS = re.compile(r"[a-z]{1,8}(?![a-z])")
_INITIAL = {character: syllable[0] for syllable, characters in READINGS.items() for character in characters}
_SHORTEST, _LONGEST = 3, 8
# Characters of a term beside the letters, at most.
_REACH = 6
# A term of letters alone needs this many, and no vowel: ordinary Latin words have some.
_LEAST_LETTERS = 4
_VOWELS = frozenset("aeiouv")
# Sizes: 象牙白 s码 is no 象牙梳.
_AFTER_SIZES = frozenset("码号")
_MOST_RUNS = 2_000


def initials_of(word: str) -> str:
    """First letters of a word's syllables; "" if a character has no reading.

    >>> initials_of("代开发票"), initials_of("v信")
    ('dkfp', '')
    """
    letters = [_INITIAL.get(character, "") for character in word]
    return "".join(letters) if all(letters) else ""


@dataclass(frozen=True, slots=True)
class Initials:
    """Terms by their initials; made once."""

    terms: Mapping[str, tuple[tuple[str, int, bool], ...]]
    """Initials to terms, each with its pattern and whether it counts without another."""

    @classmethod
    def of(cls, terms: Iterable[tuple[str, int, bool]]) -> Initials:
        """Those of the terms that are long enough to be told from chance."""
        by_letters: dict[str, list[tuple[str, int, bool]]] = defaultdict(list)
        for term, pattern, alone in terms:
            if _SHORTEST <= len(term) <= _LONGEST and (letters := initials_of(term)):
                by_letters[letters].append((term, pattern, alone))
        return cls({letters: tuple(found) for letters, found in by_letters.items()})

    def find(self, text: str) -> Iterator[tuple[int, int, int]]:
        """Pattern, start and end of each term that the folded text writes with letters."""
        seen: set[tuple[int, int, int]] = set()
        for number, run in enumerate(_LETTERS.finditer(text)):
            if number >= _MOST_RUNS:
                break
            if run.start() and text[run.start() - 1].isascii() and text[run.start() - 1].isalpha():
                continue
            for hit in self._around(text, run.start(), run.end()):
                if hit not in seen:
                    seen.add(hit)
                    yield hit

    def _around(self, text: str, first: int, last: int) -> Iterator[tuple[int, int, int]]:
        low = max(first - _REACH, 0)
        near = text[low : last + _REACH]
        letters = "".join(c if c.isascii() else _INITIAL.get(c, " ") for c in near)
        for start in range(first - low + 1):
            for end in range(last - low, min(len(near), start + _LONGEST) + 1):
                for term, pattern, alone in self.terms.get(letters[start:end], ()):
                    if _reads_as(near, start, end, term, alone=alone):
                        yield pattern, low + start, low + end


def _reads_as(text: str, start: int, end: int, term: str, *, alone: bool) -> bool:
    """Whether a stretch with the term's initials is meant as the term, by how much of it is written out."""
    spelt = text[start:end]
    own = sum(a == b for a, b in zip(spelt, term, strict=True))
    letters = sum(c.isascii() for c in spelt)
    if own + letters < len(term) or _is_cut(text, start, end) or text[end : end + 1] in _AFTER_SIZES:
        return False
    if own >= 2:
        return letters <= own + 2
    if own == 1:
        return len(term) >= _LEAST_LETTERS or not alone
    return alone and letters >= _LEAST_LETTERS and _VOWELS.isdisjoint(spelt)


def _is_cut(text: str, start: int, end: int) -> bool:
    """Whether letters or digits at an edge go on outside, so that they belong to another word."""
    left, right = text[start - 1 : start] if start else "", text[end : end + 1]
    return (_is_word(left) and _is_word(text[start])) or (_is_word(right) and _is_word(text[end - 1]))


def _is_word(character: str) -> bool:
    return character.isascii() and character.isalnum()
