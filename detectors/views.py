"""Views of a text in which disguised words read as themselves 变体还原, with the way back to the original.

``SoundView``: the folded text with one code for each toneless syllable; runs of Latin letters that are pinyin
are syllables too (气qiang). ``DecodedView``: emoji by what they are called, characters put together from
their parts, look-alikes as what they are mistaken for. Both are linear in the text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from ahocorasick_rs import AhoCorasick, MatchKind

from detectors.folding import Folded, Known
from rules.characters import READINGS
from rules.term_rules import Disguises, OrdinaryWords

# One private-use code point for a syllable; folding drops private-use characters, so none comes from a page.
_FIRST_CODE = 0xE000
_SYLLABLES = {syllable: chr(_FIRST_CODE + at) for at, syllable in enumerate(READINGS)}
# Half a character, which no encoder takes; pages make them with broken escapes.
_SURROGATES = re.compile("[\ud800-\udfff]")
_LEAST_CODE = chr(_FIRST_CODE)
_LATIN = re.compile(r"[a-z]{2,}")
_LONGEST_RUN = 40
_LONGEST_SYLLABLE = 6


class _Sounds(dict[str, str]):
    """Code of each character; a character without a reading is its own code."""

    def __missing__(self, character: str) -> str:
        return character


_SOUNDS = _Sounds(
    {character: _SYLLABLES[syllable] for syllable, characters in READINGS.items() for character in characters}
)


def _syllables(run: str) -> tuple[str, ...]:
    """A Latin run as the fewest pinyin syllables that spell all of it; () for none or a very long one."""
    if len(run) > _LONGEST_RUN:
        return ()
    best: list[tuple[str, ...] | None] = [()] + [None] * len(run)
    for end in range(1, len(run) + 1):
        for start in range(max(0, end - _LONGEST_SYLLABLE), end):
            before = best[start]
            piece = run[start:end]
            # A vowel alone is a syllable on paper; accepted, every English word would be pinyin.
            if before is None or len(piece) < 2 or piece not in _SYLLABLES:
                continue
            known = best[end]
            if known is None or len(before) + 1 < len(known):
                best[end] = (*before, piece)
    return best[len(run)] or ()


_RUNS = Known(_syllables)


def sound_of(word: str) -> str:
    """Syllable codes of a folded word, by which it is looked for; "" if some character has no reading.

    >>> sound_of("象牙") == sound_of("像芽"), sound_of("v信")
    (True, '')
    """
    codes = "".join(map(_SOUNDS.__getitem__, word))
    return codes if codes and min(codes) >= _LEAST_CODE else ""


class SoundView:
    """A folded text as syllable codes 同音."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._has_latin = False
        spelt = _LATIN.sub(self._spell, text)
        self.codes = "".join(map(_SOUNDS.__getitem__, spelt))

    def _spell(self, run: re.Match[str]) -> str:
        syllables = _RUNS[run.group()]
        if not syllables:
            return run.group()
        self._has_latin = True
        return "".join(_SYLLABLES[syllable] for syllable in syllables)

    @cached_property
    def _starts(self) -> list[int]:
        starts: list[int] = []
        at = 0
        for run in _LATIN.finditer(self._text):
            starts += range(at, run.start())
            at = run.start()
            for syllable in _RUNS[run.group()] or run.group():
                starts.append(at)
                at += len(syllable)
        starts += range(at, len(self._text) + 1)
        return starts

    def stretch(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the folded text of the codes ``[start, end)``."""
        return (self._starts[start], self._starts[end]) if self._has_latin else (start, end)

    def pieces(self, start: int, end: int) -> Iterator[tuple[int, str]]:
        """Offset and spelling, in the folded text, of each code of ``[start, end)``."""
        for at in range(start, end):
            first, last = self.stretch(at, at + 1)
            yield first, self._text[first:last]


def is_swapped(view: SoundView, start: int, end: int, term: str, text: str, ordinary: OrdinaryWords) -> bool:
    """Whether the codes ``[start, end)`` are ``term`` in another spelling, not ordinary words that sound so.

    A character that belongs to an ordinary word around it was not put there to hide another (相机 is not a
    disguise of 象鸡). Two or three syllables are easily alike by chance, so there one character must be the
    term's own.
    """
    first, last = view.stretch(start, end)
    if last - first == len(term):
        spelt = text[first:last]
        swapped = [first + at for at, (a, b) in enumerate(zip(spelt, term, strict=True)) if a != b]
        if len(swapped) == len(term) <= _SHORT + 1:
            return False
        return _are_odd(swapped, term, text, ordinary)
    swapped, own, latin = [], 0, 0
    for character, (at, piece) in zip(term, view.pieces(start, end), strict=True):
        if piece == character:
            own += 1
        elif piece.isascii():
            latin += len(piece)
        else:
            swapped.append(at)
    if swapped:
        return (own > 0 or len(term) > _SHORT + 1) and _are_odd(swapped, term, text, ordinary)
    return own > 0 or _is_whole_run(view, start, end, text, latin)


def _are_odd(swapped: list[int], term: str, text: str, ordinary: OrdinaryWords) -> bool:
    odd = (not is_in_a_word(text, at, ordinary, alone=True) for at in swapped)
    return all(odd) if len(term) <= _SHORT else any(odd)


_SHORT = 2
_LEAST_LETTERS = 6
_LONG_RUN = 3


def _is_whole_run(view: SoundView, start: int, end: int, text: str, latin: int) -> bool:
    first, last = view.stretch(start, end)
    edges = (text[max(first - 1, 0) : first], text[last : last + 1])
    open_edges = sum("a" <= edge <= "z" for edge in edges)
    # A longer run is pinyin all through; a term of three syllables at one end of it is no chance.
    return latin >= _LEAST_LETTERS and open_edges <= (end - start >= _LONG_RUN)


def is_in_a_word(text: str, at: int, ordinary: OrdinaryWords, *, alone: bool) -> bool:
    """Whether the character at ``at`` is part of an ordinary word, or one by itself if ``alone`` counts."""
    if alone and text[at] in ordinary.alone:
        return True
    return any(
        text[first : first + length] in ordinary.words
        for length in (2, 3, 4)
        for first in range(max(at - length + 1, 0), at + 1)
        if first + length <= len(text)
    )


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text with its disguises read, and where each of its characters comes from."""

    folded: Folded
    sources: list[tuple[int, int]]
    """For each character before folding, the original stretch it stands for."""
    replaced: list[tuple[int, int]]
    """Original stretches that were read as something else."""

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Original offsets of the folded stretch ``[start, end)``."""
        first, last = self.folded.original_span(start, end)
        return self.sources[first][0], self.sources[last - 1][1]

    def is_disguised(self, start: int, end: int) -> bool:
        """Whether an original stretch holds something that was read."""
        at = bisect_left(self.replaced, (start, start))
        near = self.replaced[max(at - 1, 0) : at + 1]
        return any(first < end and start < last for first, last in near)


@dataclass(frozen=True)
class Decoder:
    """Reads pictures, split characters and look-alikes; made once, from ``rules/disguises.yaml``."""

    disguises: Disguises
    ordinary: OrdinaryWords
    _keys: tuple[str, ...] = field(init=False, repr=False)
    _names: tuple[tuple[str, ...], ...] = field(init=False, repr=False)
    _automaton: AhoCorasick = field(init=False, repr=False)

    def __post_init__(self) -> None:
        names = dict(self.disguises.pictures)
        names |= {parts: (whole,) for parts, whole in self.disguises.apart.items()}
        names |= {odd: (plain,) for odd, plain in self.disguises.shapes.items()}
        object.__setattr__(self, "_keys", tuple(names))
        object.__setattr__(self, "_names", tuple(names.values()))
        object.__setattr__(self, "_automaton", AhoCorasick(list(names), matchkind=MatchKind.LeftmostLongest))

    def decode(self, text: str) -> Iterator[Decoded]:
        """The text with its disguises read; once more with second names where a picture has two."""
        try:
            matches = self._automaton.find_matches_as_indexes(text)
        except UnicodeEncodeError:
            matches = self._automaton.find_matches_as_indexes(_SURROGATES.sub("\ufffd", text))
        found = [match for match in matches if self._is_odd(text, *match)]
        if not found:
            return
        for choice in range(max(len(self._names[key]) for key, _, _ in found)):
            yield self._decoded(text, found, choice)

    def _is_odd(self, text: str, key: int, start: int, end: int) -> bool:
        """Parts and look-alikes that belong to ordinary words say what they say."""
        if self._keys[key] in self.disguises.pictures:
            return True
        return not any(is_in_a_word(text, at, self.ordinary, alone=False) for at in range(start, end))

    def _decoded(self, text: str, found: list[tuple[int, int, int]], choice: int) -> Decoded:
        pieces: list[str] = []
        sources: list[tuple[int, int]] = []
        at = 0
        for key, start, end in found:
            pieces.append(text[at:start])
            sources += [(spot, spot + 1) for spot in range(at, start)]
            names = self._names[key]
            name = names[min(choice, len(names) - 1)]
            pieces.append(name)
            sources += [(start, end)] * len(name)
            at = end
        pieces.append(text[at:])
        sources += [(spot, spot + 1) for spot in range(at, len(text))]
        return Decoded(Folded("".join(pieces)), sources, [(start, end) for _, start, end in found])
