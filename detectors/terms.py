"""The term engine 词项引擎: one automaton a view over the terms and contexts of every rule.

A listing's texts are joined, folded (``detectors.folding``) and scanned once; a second automaton looks for
the same terms by sound, and disguises that are read (``detectors.views``) are scanned again. What a hit means
is judged only where something was hit, on offsets of the text as given.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import accumulate, pairwise
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from detectors.folding import Folded, fold
from detectors.views import Decoder, SoundView, is_swapped, sound_of
from domain.finding import Span
from rules.models import Contexts, Disguises, OrdinaryWords, RulePacks, TermRule

# Characters between a warning word and the term it warns of, at most: 谨防不法分子出售的象牙.
_BEFORE_REACH = 20
_BESIDE_REACH = 1
_CLAUSE_ENDS = frozenset("。！？!?；;，,\n\r")
_CLAUSE_END = re.compile(r"[。！？!?；;，,\n\r]")
# Marks that nobody writes between two words, so between two characters they take one word apart: 象*牙.
_SPLITTING = frozenset("*＊_＿~～^＾#＃@＠&＆%％$＄")
_MOST_SEPARATORS = 4
# From this many characters on, two neighbouring words do not make up a term by chance: 代开 发票.
_LONG_TERM = 4
# Hits a rule looks at in one listing; a page with more says the same thing over and over.
_MOST_PLACES = 5_000


class Role(IntEnum):
    """What a pattern of the automaton means to a rule."""

    SURE = 0
    TERM = 1
    WEAK = 2
    PAIRED = 3
    FIRST = 4
    THEN = 5
    COMPANION = 6
    ALLOWED = 7
    BEFORE = 8
    PREFIX = 9
    SUFFIX = 10
    TITLE = 11
    ANYWHERE = 12
    EXCEPTION = 13
    SLANG = 14


_ALONE = frozenset({Role.SURE, Role.TERM, Role.SLANG})
# A code word sounds like the ordinary word that it was made from, so it is not looked for by sound.
_ALONE_BY_SOUND = frozenset({Role.SURE, Role.TERM})
_PAIRS = frozenset({Role.PAIRED, Role.COMPANION, Role.FIRST, Role.THEN})
_LEAST_WEAK = 3
_CONTEXT_ROLES = (Role.BEFORE, Role.PREFIX, Role.SUFFIX, Role.TITLE, Role.ANYWHERE)
_BY_SOUND = frozenset({Role.SURE, Role.TERM, Role.PAIRED, Role.FIRST, Role.THEN})
# How sure a term alone is 权重; two of them are surer than one.
_WEIGHTS = {Role.SURE: 0.95, Role.TERM: 0.85, Role.SLANG: 0.85, Role.WEAK: 0.3}
# What a disguise, a field or an innocent context leaves of a weight.
_DISGUISED = 0.9
_IN_ATTRIBUTES = 0.85
_IN_CONTEXT = 0.3
_SURE_IN_CONTEXT = 0.55
# What categories and prices add or take, together at most: sellers misfile, and make up prices.
_RAISED, _LOWERED = 0.1, 0.28
_PRICED = 0.1
_MOST_PRIOR = 0.3
_SHORT_SOUND = 2


class Use(NamedTuple):
    """One use of a pattern: by which rule, as what, and in which group."""

    rule: int
    role: Role
    group: int


class Signs(NamedTuple):
    """What a pattern contributes, as bits: rules that it starts alone, and halves of pairs that must meet."""

    alone: int
    halves: int
    others: int
    weak: tuple[int, ...]
    """Rules that it starts with two more like it."""


class Place(NamedTuple):
    """A stretch of the joined text that a pattern takes, half-open, and how it was read."""

    start: int
    end: int
    group: int
    view: str
    term: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A term found: its span, what it weighs, and how it was read."""

    span: Span
    weight: float
    term: str
    """The term as folded in the rule."""
    view: str = "plain"
    """``plain``, ``sound`` or ``decoded``."""
    companion: str = ""
    """Word that made a weak term count; "" for a term that counts by itself."""
    exact: bool = True
    """Written as in the rule, but for what folding undoes in the rule too."""


@dataclass(frozen=True, slots=True)
class Match:
    """What one rule found in one listing."""

    rule: TermRule
    hits: tuple[Hit, ...]
    """In field order, then document order; none overlaps another."""
    score: float
    contexts: tuple[str, ...]
    """Context words for which further hits were not counted, or the score was lowered."""
    exceptions: tuple[str, ...] = ()
    """Names of exceptions of the law that lowered the score."""


class _Joined:
    """The texts of a listing as one, so that they are scanned once; a line end parts them."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.names = [name for name, text in texts.items() if text]
        self.text = "\n".join(texts[name] for name in self.names)
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


@dataclass(frozen=True, slots=True)
class TermEngine:
    """Every term rule compiled into one automaton a view. Making it costs; matching is linear in the text."""

    rules: tuple[TermRule, ...]
    contexts: tuple[Contexts, ...] = ()
    """For each rule, the innocent contexts that hold for its folder."""
    disguises: Disguises = field(default_factory=Disguises)
    ordinary: OrdinaryWords = field(default_factory=OrdinaryWords)
    patterns: tuple[str, ...] = field(init=False, repr=False)
    _uses: tuple[tuple[Use, ...], ...] = field(init=False, repr=False)
    _rules_of: tuple[frozenset[int], ...] = field(init=False, repr=False)
    _signs: tuple[Signs, ...] = field(init=False, repr=False)
    """For each pattern, what it may contribute to a finding, as bits."""
    _groups: tuple[int, ...] = field(init=False, repr=False)
    """For each pair of lists that must meet, its rule."""
    _shared: tuple[Contexts, ...] = field(init=False, repr=False)
    _shared_of: tuple[int, ...] = field(init=False, repr=False)
    """For each rule, the number under which the contexts of its folder are noted."""
    _automaton: AhoCorasick = field(init=False, repr=False)
    _sounding: tuple[tuple[tuple[str, int], ...], ...] = field(init=False, repr=False)
    """For each sound, the terms that have it, with their patterns."""
    _sounds: AhoCorasick = field(init=False, repr=False)
    _decoder: Decoder = field(init=False, repr=False)

    @classmethod
    def of(cls, packs: RulePacks, kinds: Sequence[str]) -> TermEngine:
        """The engine for the running rules of these folders."""
        rules = tuple(rule for rule in packs.texts(kinds) if rule.runs)
        contexts = tuple(packs.contexts.get(packs.kind_of(rule.code), Contexts()) for rule in rules)
        return cls(rules, contexts, packs.disguises, packs.ordinary)

    def __post_init__(self) -> None:
        uses: dict[str, dict[Use, None]] = defaultdict(dict)
        shared = list(dict.fromkeys(self.contexts))
        for at, contexts in enumerate(shared):
            for word, use in _context_uses(-1 - at, contexts):
                if folded := fold(word):
                    uses[folded][use] = None
        for index, rule in enumerate(self.rules):
            for word, use in _uses_of(index, rule):
                if folded := fold(word):
                    uses[folded][use] = None
        patterns = tuple(uses)
        groups: dict[tuple[int, bool, int], int] = {}
        signs = tuple(_signs_of(uses[pattern], groups) for pattern in patterns)
        sounding: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for at, pattern in enumerate(patterns):
            if self._is_sought_by_sound(pattern, uses[pattern]) and (sound := sound_of(pattern)):
                sounding[sound].append((pattern, at))
        made = {
            "patterns": patterns,
            "_uses": tuple(tuple(found) for found in uses.values()),
            "_rules_of": tuple(frozenset(use.rule for use in uses[pattern]) for pattern in patterns),
            "_signs": signs,
            "_groups": tuple(rule for rule, _, _ in groups),
            "_shared": tuple(shared),
            "_shared_of": tuple(-1 - shared.index(contexts) for contexts in self.contexts),
            "_automaton": _automaton_of(patterns),
            "_sounding": tuple(map(tuple, sounding.values())),
            "_sounds": _automaton_of(tuple(sounding)),
            "_decoder": Decoder(self.disguises, self.ordinary),
        }
        for name, value in made.items():
            object.__setattr__(self, name, value)

    def _is_sought_by_sound(self, pattern: str, uses: Mapping[Use, None]) -> bool:
        roles = {use.role for use in uses if use.rule >= 0 and self.rules[use.rule].match.disguised}
        if len(pattern) < _SHORT_SOUND:
            return False
        if len(pattern) == _SHORT_SOUND:
            return not roles.isdisjoint(_ALONE_BY_SOUND)
        return not roles.isdisjoint(_BY_SOUND)

    def match(
        self, texts: Mapping[str, str], *, categories: Sequence[str] = (), price: float | None = None
    ) -> Iterator[Match]:
        """What each rule finds in the named texts of one listing, in the order of the rules.

        Args:
            texts: field name to text; ``title`` first if there is one.
            categories: names of the listing's categories as the platform shows them.
            price: yuan; ``None`` is not shown.
        """
        joined = _Joined(texts)
        if not joined.text:
            return
        reading = _Reading(self, joined)
        for index in reading.live():
            shared = self.contexts[index] if self.contexts else Contexts()
            places = reading.places[index]
            judge = _Judge(self.rules[index], joined, places, reading.shared_places(index), shared.categories)
            match = judge.match(categories, price)
            if match is not None:
                yield match


def _signs_of(uses: Iterable[Use], groups: dict[tuple[int, bool, int], int]) -> Signs:
    alone = halves = others = 0
    weak = []
    for rule, role, group in uses:
        if role in _ALONE:
            alone |= 1 << rule
        elif role is Role.WEAK:
            weak.append(rule)
        elif role in _PAIRS:
            bit = 1 << groups.setdefault((rule, role in {Role.FIRST, Role.THEN}, group), len(groups))
            if role in {Role.FIRST, Role.PAIRED}:
                halves |= bit
            else:
                others |= bit
    return Signs(alone, halves, others, tuple(weak))


def _bits(value: int) -> Iterator[int]:
    while value:
        low = value & -value
        yield low.bit_length() - 1
        value ^= low


def _automaton_of(patterns: tuple[str, ...]) -> AhoCorasick:
    return AhoCorasick(
        list(patterns), matchkind=MatchKind.Standard, implementation=Implementation.ContiguousNFA
    )


def _uses_of(index: int, rule: TermRule) -> Iterator[tuple[str, Use]]:
    match = rule.match
    alone = (
        (match.sure, Role.SURE),
        (match.terms, Role.TERM),
        (match.slang, Role.SLANG),
        (match.foreign, Role.SLANG),
        (match.weak, Role.WEAK),
        (match.allowed, Role.ALLOWED),
    )
    for words, role in alone:
        yield from ((word, Use(index, role, 0)) for word in words)
    yield from _context_uses(index, match.excluded)
    for group, weak in enumerate(match.requires):
        yield from ((word, Use(index, Role.PAIRED, group)) for word in weak.terms)
        yield from ((word, Use(index, Role.COMPANION, group)) for word in weak.companions)
    for group, pair in enumerate(match.near):
        yield from ((word, Use(index, Role.FIRST, group)) for word in pair.first)
        yield from ((word, Use(index, Role.THEN, group)) for word in pair.then)
    for group, exception in enumerate(match.exceptions):
        yield from ((word, Use(index, Role.EXCEPTION, group)) for word in exception.words)


def _context_uses(index: int, contexts: Contexts) -> Iterator[tuple[str, Use]]:
    for name, words in contexts.words:
        yield from ((word, Use(index, Role[name.upper()], 0)) for word in words)


class _Reading:
    """One listing's text in its views, and what was hit there."""

    def __init__(self, engine: TermEngine, joined: _Joined) -> None:
        self.engine = engine
        self.joined = joined
        self.folded = Folded(joined.text)
        self.places: dict[int, Places] = {}

    def live(self) -> list[int]:
        """Rules that something was hit for; ``places`` then holds what each of them needs."""
        engine = self.engine
        plain = engine._automaton.find_matches_as_indexes(self.folded.text, overlapping=True)
        sound = list(self._heard())
        decoded = list(self._decoded())
        live = self._may_be_found({hit[0] for hit in plain} | {pattern for pattern, _ in (*sound, *decoded)})
        if live:
            self._place(live, plain, [*sound, *decoded])
        return sorted(live & set(self.places))

    def _may_be_found(self, patterns: set[int]) -> set[int]:
        """Rules for which everything is there that they need, wherever it stands."""
        engine = self.engine
        alone = halves = others = 0
        weak: list[int] = []
        for pattern in patterns:
            signs = engine._signs[pattern]
            alone |= signs.alone
            halves |= signs.halves
            others |= signs.others
            weak += signs.weak
        live = set(_bits(alone))
        live.update(engine._groups[group] for group in _bits(halves & others))
        live.update(rule for rule, count in Counter(weak).items() if count >= _LEAST_WEAK)
        return live

    def shared_places(self, rule: int) -> Places:
        """Hits of the contexts that hold for the rule's folder."""
        engine = self.engine
        if not engine.contexts:
            return {}
        return self.places.get(engine._shared_of[rule], {})

    def _heard(self) -> Iterator[tuple[int, Place]]:
        engine, text = self.engine, self.folded.text
        view = SoundView(text)
        for sound, start, end in engine._sounds.find_matches_as_indexes(view.codes, overlapping=True):
            first, last = view.stretch(start, end)
            spelt = text[first:last]
            for term, pattern in engine._sounding[sound]:
                # Nearly all hits are two other characters that only sound alike.
                if len(spelt) == 2 and spelt[0] != term[0] and spelt[1] != term[1]:
                    continue
                if spelt == term or not is_swapped(view, start, end, term, text, engine.ordinary):
                    continue
                if _is_one_word(self.folded, first, last):
                    yield pattern, Place(*self.folded.original_span(first, last), 0, "sound", term)

    def _decoded(self) -> Iterator[tuple[int, Place]]:
        engine = self.engine
        for decoded in engine._decoder.decode(self.joined.text):
            hits = engine._automaton.find_matches_as_indexes(decoded.folded.text, overlapping=True)
            for pattern, start, end in hits:
                first, last = decoded.original_span(start, end)
                if decoded.is_disguised(first, last) and _is_one_word(decoded.folded, start, end):
                    yield pattern, Place(first, last, 0, "decoded", engine.patterns[pattern])

    def _place(
        self, live: set[int], plain: list[tuple[int, int, int]], read: list[tuple[int, Place]]
    ) -> None:
        engine, folded = self.engine, self.folded
        wanted = live | {engine._shared_of[rule] for rule in live if engine.contexts}
        one_word: dict[tuple[int, int], bool] = {}
        for pattern, start, end in plain:
            uses = engine._uses[pattern]
            if engine._rules_of[pattern].isdisjoint(wanted):
                continue
            if (start, end) not in one_word:
                one_word[start, end] = _is_one_word(folded, start, end)
            is_word = one_word[start, end]
            first, last = folded.original_span(start, end)
            for use in uses:
                # An allowed phrase covers a term however the two are written.
                if use.rule in wanted and (is_word or use.role is Role.ALLOWED):
                    self._add(use, Place(first, last, use.group, "plain", engine.patterns[pattern]))
        for pattern, place in read:
            for use in engine._uses[pattern]:
                if use.rule in wanted and (use.rule < 0 or engine.rules[use.rule].match.disguised):
                    self._add(use, place._replace(group=use.group))

    def _add(self, use: Use, place: Place) -> None:
        found = self.places.setdefault(use.rule, {}).setdefault(use.role, [])
        if len(found) < _MOST_PLACES:
            found.append(place)


class _Judge:
    """Sorts out what one rule's patterns mean in one listing."""

    def __init__(
        self,
        rule: TermRule,
        joined: _Joined,
        places: Places,
        shared: Places,
        shared_categories: tuple[str, ...] = (),
    ) -> None:
        self.rule = rule
        self.shared_categories = shared_categories
        self.joined = joined
        self.places = places
        self.contexts: dict[str, None] = {}
        self.exceptions: dict[str, None] = {}
        every = {role: [*places.get(role, ()), *shared.get(role, ())] for role in _CONTEXT_ROLES}
        self._before = sorted((place.end, place.start) for place in every[Role.BEFORE])
        self._prefixes = sorted((place.end, place.start) for place in every[Role.PREFIX])
        self._suffixes = sorted((place.start, place.end) for place in every[Role.SUFFIX])
        self._elsewhere = [*every[Role.ANYWHERE]]
        self._elsewhere += [place for place in every[Role.TITLE] if place.end <= joined.title_end]
        allowed = sorted((place.start, place.end) for place in places.get(Role.ALLOWED, ()))
        self._allowed_starts = [start for start, _ in allowed]
        self._allowed_ends = list(accumulate((end for _, end in allowed), max))
        self._excepted = sorted(places.get(Role.EXCEPTION, ()))

    def match(self, categories: Sequence[str], price: float | None) -> Match | None:
        """The rule's findings, or ``None`` when they do not reach its threshold."""
        hits = self._kept_hits()
        if not hits:
            return None
        score = _noisy_or(hits) + self._prior(categories, price, is_hidden=any(map(_is_hidden, hits)))
        if score < self.rule.match.threshold:
            return None
        score = round(min(score, 1.0), 3)
        return Match(self.rule, tuple(hits), score, tuple(self.contexts), tuple(self.exceptions))

    def _candidates(self) -> Iterator[tuple[Place, float, str]]:
        for role, weight in _WEIGHTS.items():
            for place in self.places.get(role, ()):
                yield place, weight, ""
        match = self.rule.match
        present = self._companions_present()
        for place in self.places.get(Role.PAIRED, ()):
            if companion := present.get(place.group, ""):
                yield place, match.requires[place.group].weight, companion
        yield from self._near()

    def _companions_present(self) -> dict[int, str]:
        present: dict[int, str] = {}
        for place in self.places.get(Role.COMPANION, ()):
            present.setdefault(place.group, self.joined.text[place.start : place.end])
        return present

    def _near(self) -> Iterator[tuple[Place, float, str]]:
        """Pairs that stand close: both their places, so that the words between them need not be quoted."""
        then: dict[int, list[Place]] = defaultdict(list)
        for place in sorted(self.places.get(Role.THEN, ())):
            then[place.group].append(place)
        for first in self.places.get(Role.FIRST, ()):
            pair = self.rule.match.near[first.group]
            others = then.get(first.group, [])
            at = bisect_left(others, first.end, key=lambda place: place.start)
            found = others[at : at + 1]
            if pair.either_order:
                found += others[max(bisect_right(others, first.start, key=lambda place: place.end) - 1, 0) :][
                    :1
                ]
            for other in found:
                left, right = sorted((first, other))
                gap = self.joined.text[left.end : right.start]
                if left.end <= right.start and len(gap) <= pair.gap and not _CLAUSE_END.search(gap):
                    if not (self._counts(left) and self._counts(right)):
                        continue
                    if len(gap) <= _BESIDE_REACH:
                        view = left.view if left.view != "plain" else right.view
                        yield (
                            Place(left.start, right.end, first.group, view, left.term + right.term),
                            pair.weight,
                            "",
                        )
                    else:
                        # One sign that is quoted in two places, so it weighs once.
                        sign = f"{left.term}…{right.term}"
                        yield first._replace(term=sign), pair.weight, self._quote(other)
                        yield other._replace(term=sign), pair.weight, self._quote(first)

    def _quote(self, place: Place) -> str:
        return self.joined.text[place.start : place.end]

    def _kept_hits(self) -> list[Hit]:
        """Counted hits in document order; of two that overlap, the one that starts first, then the longer."""
        found = sorted(
            self._candidates(), key=lambda item: (item[0].start, -item[0].end, -item[1], item[0].view)
        )
        kept: list[Hit] = []
        reached = 0
        fields = {name.value for name in self.rule.match.fields}
        for place, weight, companion in found:
            if place.start < reached or not self._counts(place):
                continue
            span = self.joined.span(place.start, place.end)
            if span.field not in fields:
                continue
            weight = self._weight(place, weight, span)
            kept.append(Hit(span, weight, place.term, place.view, companion, exact=span.quote == place.term))
            reached = place.end
        return kept

    def _weight(self, place: Place, weight: float, span: Span) -> float:
        is_sure = weight == _WEIGHTS[Role.SURE]
        if place.view != "plain":
            weight *= _DISGUISED
        if span.field == "attributes_text":
            weight *= _IN_ATTRIBUTES
        if self._elsewhere:
            self.contexts.update(dict.fromkeys(self._quote(context) for context in self._elsewhere[:3]))
            weight *= _SURE_IN_CONTEXT if is_sure else _IN_CONTEXT
        for exception in self._excepted:
            rule = self.rule.match.exceptions[exception.group]
            gap = max(exception.start - place.end, place.start - exception.end)
            if not rule.reach or gap <= rule.reach:
                self.exceptions[rule.name] = None
                weight *= _IN_CONTEXT
                break
        return weight

    def _counts(self, place: Place) -> bool:
        at = bisect_right(self._allowed_starts, place.start) - 1
        # Running maximum of ends: some allowed phrase that starts here or earlier reaches at least this far.
        if at >= 0 and self._allowed_ends[at] >= place.end:
            return False
        context = self._context_of(place)
        if context:
            self.contexts[context] = None
        return not context

    def _context_of(self, place: Place) -> str:
        text = self.joined.text
        for reach, words in ((_BEFORE_REACH, self._before), (_BESIDE_REACH, self._prefixes)):
            at = bisect_right(words, (place.start, len(text))) - 1
            if at >= 0 and place.start - words[at][0] <= reach:
                end, begin = words[at]
                if not _CLAUSE_END.search(text, end, place.start):
                    return text[begin:end]
        at = bisect_left(self._suffixes, (place.end, 0))
        if at < len(self._suffixes) and self._suffixes[at][0] - place.end <= _BESIDE_REACH:
            start, last = self._suffixes[at]
            if not _CLAUSE_END.search(text, place.end, start):
                return text[start:last]
        return ""

    def _prior(self, categories: Sequence[str], price: float | None, *, is_hidden: bool) -> float:
        """What category and price add or take. Nobody hides an innocent word: then no category excuses it."""
        match = self.rule.match
        shift = 0.0
        lowered = (*match.prior.lowered, *self.shared_categories, *match.excluded.categories)
        for change, words in ((_RAISED, match.prior.raised), (-_LOWERED, lowered)):
            if any(word in category for word in words for category in categories):
                shift += change if change > 0 or not is_hidden else 0.0
        if match.price is not None and price is not None:
            inside = match.price.above <= price <= match.price.below
            shift += _PRICED if inside else -_PRICED
        return max(-_MOST_PRIOR, min(_MOST_PRIOR, shift))


def _noisy_or(hits: Sequence[Hit]) -> float:
    """Chance that at least one of several independent signs is right; a repeated term is one sign."""
    weights: dict[str, float] = {}
    for hit in hits:
        weights[hit.term] = max(hit.weight, weights.get(hit.term, 0.0))
    missed = 1.0
    for weight in weights.values():
        missed *= 1 - weight
    return 1 - missed


def _is_hidden(hit: Hit) -> bool:
    return hit.view != "plain" or any(not fold(character) for character in hit.span.quote)


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
