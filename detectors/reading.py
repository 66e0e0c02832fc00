"""A listing's text read in its views 文本读取: what was hit, where in the text as given, read how."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from detectors.folding import Folded, fold
from detectors.patterns import Patterns, Role, Signs, Use
from detectors.views import SoundView, is_swapped
from domain.finding import Span

CLAUSE_ENDS = "。！？!?；;，,\n\r"
# Marks that nobody writes between two words, so between two characters they take one word apart: 象*牙.
_SPLITTING = frozenset("*＊_＿~～^＾#＃@＠&＆%％$＄")
_MOST_SEPARATORS = 4
# From this many characters on, two neighbouring words do not make up a term by chance: 代开 发票.
_LONG_TERM = 4
# Hits a rule looks at in one listing; a page with more says the same thing over and over.
_MOST_PLACES = 5_000
_LEAST_WEAK = 3
# Ends a clause, and unlike a line end cannot stand inside a word written upright.
_BETWEEN_FIELDS = "。"


class Place(NamedTuple):
    """A stretch of the joined text that a pattern takes, half-open, and how it was read."""

    start: int
    end: int
    group: int
    view: str
    term: str


class Joined:
    """The texts of a listing as one, so that they are scanned once; a full stop parts them."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.names = [name for name, text in texts.items() if text]
        self.text = _BETWEEN_FIELDS.join(texts[name] for name in self.names)
        self.starts: list[int] = []
        at = 0
        for name in self.names:
            self.starts.append(at)
            at += len(texts[name]) + 1
        self.title_end = len(texts["title"]) if self.names[:1] == ["title"] else 0

    def span(self, start: int, end: int) -> Span:
        """The span of a stretch within its field."""
        at = bisect_right(self.starts, start) - 1
        base = self.starts[at]
        return Span(field=self.names[at], start=start - base, end=end - base, quote=self.text[start:end])


Places = dict[Role, list[Place]]
Found = tuple[int, int, int]
"""A pattern found: which, and from where to where in the folded text."""


def _bits(value: int) -> Iterator[int]:
    while value:
        low = value & -value
        yield low.bit_length() - 1
        value ^= low


class Reading:
    """One listing's text in its views, and what was hit there."""

    def __init__(self, patterns: Patterns, joined: Joined) -> None:
        self.patterns = patterns
        self.joined = joined
        self.folded = Folded(joined.text)
        self.places: dict[int, Places] = {}

    def live(self) -> list[int]:
        """Rules that something was hit for; ``places`` then holds what each of them needs."""
        patterns = self.patterns
        plain = patterns.automaton.find_matches_as_indexes(self.folded.text, overlapping=True)
        read = [*self._turned(plain), *self._heard(), *self._spelt(), *self._decoded()]
        live = self._may_be_found(plain, read)
        if live:
            self._place(live, plain, read)
        return sorted(live & set(self.places))

    def _may_be_found(self, plain: Sequence[Found], read: Sequence[tuple[int, Place]]) -> set[int]:
        """Rules for which everything is there that they need, near enough and not all of it allowed."""
        patterns = self.patterns
        signs = patterns.signs
        hidden = {pattern for pattern, _ in read}
        seen = {hit[0] for hit in plain if hit[0] < len(signs)}
        alone = halves = others = allowed = hidden_signs = hidden_pairs = 0
        weak: list[int] = []
        for pattern in seen | hidden:
            sign = signs[pattern]
            alone |= sign.alone
            halves |= sign.halves
            others |= sign.others
            allowed |= sign.allowed
            weak += sign.weak
        for pattern in hidden:
            hidden_signs |= signs[pattern].alone
            hidden_pairs |= signs[pattern].halves | signs[pattern].others
        doubtful = alone & allowed & ~hidden_signs
        live = set(_bits((alone & ~doubtful) | self._uncovered(doubtful, plain)))
        live.update(rule for rule, count in Counter(weak).items() if count >= _LEAST_WEAK)
        return live | self._paired(halves & others, hidden_pairs, live, plain)

    def _paired(self, meeting: int, hidden: int, live: set[int], plain: Sequence[Found]) -> set[int]:
        """Rules of the pairs that meet; where a half is hidden, nearness is judged later."""
        found: set[int] = set()
        doubtful = 0
        for group in _bits(meeting):
            rule, gap = self.patterns.groups[group]
            if gap < 0 or hidden >> group & 1:
                found.add(rule)
            elif rule not in live:
                doubtful |= 1 << group
        return found.union(self._near(doubtful, plain))

    def _uncovered(self, rules: int, plain: Sequence[Found]) -> int:
        """Of these rules, those with a term that no allowed phrase covers."""
        if not rules:
            return 0
        reached: dict[int, int] = defaultdict(int)
        found = 0
        told = [
            (start, -end, sign.allowed & rules, sign.alone & rules)
            for start, end, sign in self._signs_at(plain)
            if (sign.allowed | sign.alone) & rules
        ]
        # By start, longest first: a term is covered when some phrase that started by then reaches past it.
        for _, end, allowed, alone in sorted(told):
            for rule in _bits(allowed):
                reached[rule] = max(reached[rule], -end)
            for rule in _bits(alone & ~found):
                if reached[rule] < -end:
                    found |= 1 << rule
        return found

    def _near(self, groups: int, plain: Sequence[Found]) -> Iterator[int]:
        """Rules of those pairs whose halves stand within their reach; folding only brings words closer."""
        if not groups:
            return
        ends: dict[int, int] = {}
        told = [
            (start, end, sign.halves & groups, sign.others & groups)
            for start, end, sign in self._signs_at(plain)
            if (sign.halves | sign.others) & groups
        ]
        for start, end, *halves in sorted(told):
            for half, bits in enumerate(halves):
                for group in _bits(bits & groups):
                    rule, gap = self.patterns.groups[group]
                    if start - ends.get(2 * group + 1 - half, start - gap - 1) <= gap:
                        groups &= ~(1 << group)
                        yield rule
                    ends[2 * group + half] = max(end, ends.get(2 * group + half, 0))

    def _signs_at(self, plain: Sequence[Found]) -> Iterator[tuple[int, int, Signs]]:
        signs = self.patterns.signs
        return ((start, end, signs[pattern]) for pattern, start, end in plain if pattern < len(signs))

    def shared_places(self, rule: int) -> Places:
        """Hits of the contexts that hold for the rule's folder."""
        patterns = self.patterns
        if not patterns.shared_of:
            return {}
        return self.places.get(patterns.shared_of[rule], {})

    def _turned(self, plain: Sequence[tuple[int, int, int]]) -> Iterator[tuple[int, Place]]:
        """Terms written backwards."""
        patterns, folded = self.patterns, self.folded
        for back, start, end in plain:
            if back >= len(patterns.texts) and _is_one_word(folded, start, end):
                pattern = patterns.turned[back]
                yield pattern, Place(*folded.original_span(start, end), 0, "turned", patterns.texts[pattern])

    def _spelt(self) -> Iterator[tuple[int, Place]]:
        """Terms with characters written as first letters."""
        patterns, folded = self.patterns, self.folded
        for pattern, start, end in patterns.initials.find(folded.text):
            if _is_one_word(folded, start, end):
                yield (
                    pattern,
                    Place(*folded.original_span(start, end), 0, "initials", patterns.texts[pattern]),
                )

    def _heard(self) -> Iterator[tuple[int, Place]]:
        patterns, text = self.patterns, self.folded.text
        view = SoundView(text)
        for sound, start, end in patterns.sounds.find_matches_as_indexes(view.codes, overlapping=True):
            first, last = view.stretch(start, end)
            spelt = text[first:last]
            for term, pattern in patterns.sounding[sound]:
                # Nearly all hits are two other characters that only sound alike.
                if len(spelt) == 2 and spelt[0] != term[0] and spelt[1] != term[1]:
                    continue
                if spelt == term or not is_swapped(view, start, end, term, text, patterns.ordinary):
                    continue
                if _is_one_word(self.folded, first, last):
                    yield pattern, Place(*self.folded.original_span(first, last), 0, "sound", term)

    def _decoded(self) -> Iterator[tuple[int, Place]]:
        patterns = self.patterns
        for decoded in patterns.decoder.decode(self.joined.text):
            hits = patterns.automaton.find_matches_as_indexes(decoded.folded.text, overlapping=True)
            for pattern, start, end in hits:
                if pattern >= len(patterns.texts):
                    continue
                first, last = decoded.original_span(start, end)
                if decoded.is_disguised(first, last) and _is_one_word(decoded.folded, start, end):
                    yield pattern, Place(first, last, 0, "decoded", patterns.texts[pattern])

    def _place(
        self, live: set[int], plain: list[tuple[int, int, int]], read: list[tuple[int, Place]]
    ) -> None:
        patterns, folded = self.patterns, self.folded
        wanted = live | {patterns.shared_of[rule] for rule in live if patterns.shared_of}
        one_word: dict[tuple[int, int], bool] = {}
        for pattern, start, end in plain:
            if pattern >= len(patterns.texts):
                continue
            uses = patterns.uses[pattern]
            if patterns.rules_of[pattern].isdisjoint(wanted):
                continue
            if (start, end) not in one_word:
                one_word[start, end] = _is_one_word(folded, start, end)
            is_word = one_word[start, end]
            first, last = folded.original_span(start, end)
            for use in uses:
                # An allowed phrase covers a term however the two are written.
                if use.rule in wanted and (is_word or use.role is Role.ALLOWED):
                    self._add(use, Place(first, last, use.group, "plain", patterns.texts[pattern]))
        for pattern, place in read:
            for use in patterns.uses[pattern]:
                if use.rule in wanted and (use.rule < 0 or patterns.rules[use.rule].match.disguised):
                    self._add(use, place._replace(group=use.group))

    def _add(self, use: Use, place: Place) -> None:
        found = self.places.setdefault(use.rule, {}).setdefault(use.role, [])
        if len(found) < _MOST_PLACES:
            found.append(place)


def _is_one_word(text: Folded, start: int, end: int) -> bool:
    """Whether a folded stretch reads as one word in the original."""
    origins = text.origins
    first, last = origins[start], origins[end - 1]
    if not _has_word_edges(text, start, end, first, last):
        return False
    if last - first < end - start:
        return True
    gaps = [text.original[a + 1 : b] for a, b in pairwise(origins[start:end]) if b > a]
    visible = [
        "".join(c for c in gap if unicodedata.category(c)[0] not in "CM" or c in "\r\n") for gap in gaps
    ]
    return _is_taken_apart(text.original, first, last, visible, end - start)


def _is_taken_apart(original: str, first: int, last: int, gaps: Sequence[str], length: int) -> bool:
    filled = [gap for gap in gaps if gap]
    if len(filled) == len(gaps) and all(gap.strip(" \t\r") == "\n" for gap in filled):
        # Written upright, a character a line.
        return _stands_alone(original, first, last)
    if any(len(gap) > _MOST_SEPARATORS or not set(gap).isdisjoint(CLAUSE_ENDS) for gap in filled):
        return False
    loose = [gap for gap in filled if not all(_splits(c) for c in gap)]
    if not loose or length >= _LONG_TERM:
        return True
    # Spaces, dots and strokes also part two words (大象 牙刷): then every character must stand alone.
    return len(filled) == len(gaps) and _stands_alone(original, first, last)


def _stands_alone(original: str, first: int, last: int) -> bool:
    return not fold(original[max(first - 1, 0) : first]) and not fold(original[last + 1 : last + 2])


def _splits(character: str) -> bool:
    return character in _SPLITTING or unicodedata.category(character) == "So"


def _has_word_edges(text: Folded, start: int, end: int, first: int, last: int) -> bool:
    """An ASCII letter or digit at the edge of a term must not continue outside it: vpn, not vpns."""
    if _is_ascii_word(text.text[start]) and _is_ascii_word(
        fold(text.original[max(first - 1, 0) : first])[-1:]
    ):
        return False
    return not (
        _is_ascii_word(text.text[end - 1]) and _is_ascii_word(fold(text.original[last + 1 : last + 2])[:1])
    )


def _is_ascii_word(character: str) -> bool:
    return character.isascii() and character.isalnum()
