"""The term engine 词项引擎: one automaton over the terms and contexts of every rule.

Texts are folded first (``detectors.folding``), so 象*牙 and full-width letters are found, and spans are
mapped back to the text as given. A hit that had to jump over separators must look like one word taken
apart, not like two words that happen to stand together.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import accumulate, pairwise

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from detectors.folding import Folded, fold
from domain.finding import Span
from rules.models import Contexts, TermRule

# Folded characters between a warning word and the term it warns of, at most: 谨防不法分子出售的象牙.
_BEFORE_REACH = 20
# Uses of contexts that hold for every rule are noted once a text, not once a rule.
_EVERY_RULE = -1
_CLAUSE_ENDS = frozenset("。！？!?；;，,\n\r")
# Marks that nobody writes between two words, so between two characters they take one word apart: 象*牙.
_SPLITTING = frozenset("*＊_＿~～^＾#＃@＠&＆%％$＄")
_MOST_SEPARATORS = 4
# From this many characters on, two neighbouring words do not make up a term by chance: 代开 发票.
_LONG_TERM = 4


class Role(Enum):
    """What a pattern of the automaton means to a rule."""

    TERM = "term"
    WEAK = "weak"
    COMPANION = "companion"
    ALLOWED = "allowed"
    BEFORE = "before"
    TITLE = "title"


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a pattern: by which rule, as what, and in which group of companions."""

    rule: int
    role: Role
    group: int = 0


@dataclass(frozen=True, slots=True)
class Hit:
    """A term found: its span, and whether it counts by itself."""

    span: Span
    companion: str = ""
    """Word that made a weak term count; "" for a term that counts by itself."""
    exact: bool = True
    """Written as in the rule, without folding."""


@dataclass(frozen=True, slots=True)
class Match:
    """What one rule found in one listing."""

    rule: TermRule
    hits: tuple[Hit, ...]
    """In field order, then document order; none overlaps another."""
    contexts: tuple[str, ...]
    """Context words for which further hits were not counted."""


@dataclass(slots=True)
class _Places:
    """Folded stretches that one rule's patterns take in one field, by role."""

    found: dict[Role, list[tuple[int, int, int]]] = field(default_factory=lambda: defaultdict(list))
    """Role to (start, end, group or pattern index)."""

    def add(self, use: Use, start: int, end: int) -> None:
        """Notes one use of a pattern."""
        self.found[use.role].append((start, end, use.group))

    @property
    def has_terms(self) -> bool:
        """Whether there is anything to judge."""
        return Role.TERM in self.found or Role.WEAK in self.found


@dataclass(frozen=True, slots=True)
class TermEngine:
    """Every term rule compiled into one automaton. Making it costs; matching is linear in the text."""

    rules: tuple[TermRule, ...]
    contexts: Contexts = field(default_factory=Contexts)
    """Innocent contexts that hold for every rule."""
    _uses: tuple[tuple[Use, ...], ...] = field(init=False, repr=False)
    _automaton: AhoCorasick = field(init=False, repr=False)

    def __post_init__(self) -> None:
        uses: dict[str, list[Use]] = defaultdict(list)
        every = [*_context_uses(_EVERY_RULE, self.contexts)]
        for index, rule in enumerate(self.rules):
            every += _uses_of(index, rule)
        for word, use in every:
            if folded := fold(word):
                uses[folded].append(use)
        object.__setattr__(self, "_uses", tuple(tuple(dict.fromkeys(found)) for found in uses.values()))
        automaton = AhoCorasick(
            list(uses), matchkind=MatchKind.Standard, implementation=Implementation.ContiguousNFA
        )
        object.__setattr__(self, "_automaton", automaton)

    def match(self, texts: Mapping[str, str]) -> Iterator[Match]:
        """What each rule finds in the named texts of one listing, in the order of the rules."""
        folded = {name: Folded(text) for name, text in texts.items() if text}
        places: dict[int, dict[str, _Places]] = defaultdict(dict)
        for name, text in folded.items():
            for rule, found in self._places_in(text).items():
                places[rule][name] = found
        shared = places.pop(_EVERY_RULE, {})
        title = _first_word("title", folded, shared)
        for index in sorted(places):
            if not title and any(found.has_terms for found in places[index].values()):
                match = self._judge(self.rules[index], folded, places[index], shared)
                if match.hits:
                    yield match

    def _places_in(self, text: Folded) -> dict[int, _Places]:
        found: dict[int, _Places] = defaultdict(_Places)
        for pattern, start, end in self._automaton.find_matches_as_indexes(text.text, overlapping=True):
            for use in self._uses[pattern]:
                found[use.rule].add(use, start, end)
        return found

    def _judge(
        self,
        rule: TermRule,
        folded: Mapping[str, Folded],
        places: Mapping[str, _Places],
        shared: Mapping[str, _Places],
    ) -> Match:
        if title := _first_word("title", folded, places):
            return Match(rule, (), (title,))
        present = _companions_present(folded, places)
        hits: list[Hit] = []
        contexts: dict[str, None] = {}
        for name in rule.match.fields:
            if name.value in places:
                found = [at[name.value] for at in (places, shared) if name.value in at]
                reader = _FieldReader(rule, name.value, folded[name.value], found, present)
                hits.extend(reader.hits())
                contexts.update(dict.fromkeys(reader.contexts))
        return Match(rule, tuple(hits), tuple(contexts))


def _uses_of(index: int, rule: TermRule) -> Iterator[tuple[str, Use]]:
    match = rule.match
    yield from ((word, Use(index, Role.TERM)) for word in match.terms)
    yield from ((word, Use(index, Role.ALLOWED)) for word in match.allowed)
    yield from _context_uses(index, match.excluded)
    for group, weak in enumerate(match.requires):
        yield from ((word, Use(index, Role.WEAK, group)) for word in weak.terms)
        yield from ((word, Use(index, Role.COMPANION, group)) for word in weak.companions)


def _context_uses(index: int, contexts: Contexts) -> Iterator[tuple[str, Use]]:
    yield from ((word, Use(index, Role.BEFORE)) for word in contexts.before)
    yield from ((word, Use(index, Role.TITLE)) for word in contexts.title)


def _first_word(name: str, folded: Mapping[str, Folded], places: Mapping[str, _Places]) -> str:
    """The first context word of the title that stands there as one word."""
    for start, end, _ in places[name].found[Role.TITLE] if name in places else ():
        if _is_one_word(folded[name], start, end):
            return _original(folded[name], start, end)
    return ""


def _companions_present(folded: Mapping[str, Folded], places: Mapping[str, _Places]) -> dict[int, str]:
    present: dict[int, str] = {}
    for name, found in places.items():
        for start, end, group in found.found[Role.COMPANION]:
            text = folded[name]
            if group not in present and _is_one_word(text, start, end):
                present[group] = _original(text, start, end)
    return present


def _original(text: Folded, start: int, end: int) -> str:
    first, last = text.original_span(start, end)
    return text.original[first:last]


class _FieldReader:
    """Sorts out what one rule's patterns mean in one field."""

    def __init__(
        self, rule: TermRule, name: str, text: Folded, found: Sequence[_Places], present: Mapping[int, str]
    ) -> None:
        self.name = name
        self.text = text
        self.present = present
        self.contexts: list[str] = []
        self._spellings = {*rule.match.terms, *(term for weak in rule.match.requires for term in weak.terms)}
        self._places = found[0].found
        allowed = sorted(self._places[Role.ALLOWED])
        self._allowed_starts = [start for start, _, _ in allowed]
        self._allowed_ends = list(accumulate((end for _, end, _ in allowed), max))
        self._before = sorted((end, start) for at in found for start, end, _ in at.found[Role.BEFORE])

    def hits(self) -> list[Hit]:
        """Counted hits in document order; of two that overlap, the one that starts first, then the longer."""
        found = [(start, -end, 0, "") for start, end, _ in self._places[Role.TERM]]
        found += [
            (start, -end, 1, self.present[group])
            for start, end, group in self._places[Role.WEAK]
            if group in self.present
        ]
        kept: list[Hit] = []
        reached = 0
        for start, minus_end, _, companion in sorted(found):
            if start >= reached and self._counts(start, -minus_end):
                kept.append(self._hit(start, -minus_end, companion))
                reached = -minus_end
        return kept

    def _counts(self, start: int, end: int) -> bool:
        if self._is_allowed(start, end) or not _is_one_word(self.text, start, end):
            return False
        warning = self._warning_before(start)
        if warning:
            self.contexts.append(warning)
        return not warning

    def _is_allowed(self, start: int, end: int) -> bool:
        # Running maximum of ends: some allowed phrase that starts here or earlier reaches at least this far.
        at = bisect_right(self._allowed_starts, start) - 1
        return at >= 0 and self._allowed_ends[at] >= end

    def _warning_before(self, start: int) -> str:
        at = bisect_right(self._before, (start, len(self.text.text))) - 1
        if at < 0:
            return ""
        end, begin = self._before[at]
        if start - end > _BEFORE_REACH:
            return ""
        between = self.text.original[self.text.origins[end - 1] + 1 : self.text.origins[start]]
        return "" if _CLAUSE_ENDS & set(between) else _original(self.text, begin, end)

    def _hit(self, start: int, end: int, companion: str) -> Hit:
        first, last = self.text.original_span(start, end)
        quote = self.text.original[first:last]
        span = Span(field=self.name, start=first, end=last, quote=quote)
        return Hit(span=span, companion=companion, exact=quote in self._spellings)


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
    if any(len(gap) > _MOST_SEPARATORS or _CLAUSE_ENDS & set(gap) for gap in filled):
        return False
    loose = [gap for gap in filled if not all(_splits(c) for c in gap)]
    if not loose or length >= _LONG_TERM:
        return True
    # Spaces, dots and strokes also part two words (大象 牙刷): then every character must stand alone.
    alone = not fold(original[max(first - 1, 0) : first]) and not fold(original[last + 1 : last + 2])
    return alone and len(filled) == len(gaps)


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
