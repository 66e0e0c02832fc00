"""Terms and contexts of every rule as patterns 词项编译: what is looked for, which rule a hit concerns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from detectors.folding import fold
from detectors.initials import Initials
from detectors.views import Decoder, sound_of
from rules.term_rules import Contexts, Disguises, OrdinaryWords, TermRule


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


ALONE = frozenset({Role.SURE, Role.TERM, Role.SLANG})
# A code word sounds like the ordinary word that it was made from, so it is not looked for by sound.
_ALONE_BY_SOUND = frozenset({Role.SURE, Role.TERM})
_PAIRS = frozenset({Role.PAIRED, Role.COMPANION, Role.FIRST, Role.THEN})
_BY_SOUND = frozenset({Role.SURE, Role.TERM, Role.PAIRED, Role.FIRST, Role.THEN})
_SHORT_SOUND = 2
# From this many characters on, no ordinary phrase is a term written backwards.
_SHORT_TURNED = 4


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
    allowed: int
    """Rules that it is an allowed phrase of."""
    weak: tuple[int, ...]
    """Rules that it starts with two more like it."""


@dataclass(frozen=True, slots=True)
class Patterns:
    """The rules compiled: one automaton a view. Making it costs; it is made once."""

    rules: tuple[TermRule, ...]
    ordinary: OrdinaryWords
    texts: tuple[str, ...]
    """The patterns, folded; the tables below go by their places here."""
    uses: tuple[tuple[Use, ...], ...]
    rules_of: tuple[frozenset[int], ...]
    signs: tuple[Signs, ...]
    """For each pattern, what it may contribute to a finding, as bits."""
    groups: tuple[tuple[int, int], ...]
    """For each pair of lists that must meet, its rule, and how near, -1 for anywhere."""
    shared_of: tuple[int, ...]
    """For each rule, the number under which the contexts of its folder are noted."""
    automaton: AhoCorasick
    sounding: tuple[tuple[tuple[str, int], ...], ...]
    """For each sound, the terms that have it, with their patterns."""
    sounds: AhoCorasick
    turned: Mapping[int, int]
    """Place of each term written backwards to that of the term."""
    initials: Initials
    decoder: Decoder


def compile_patterns(
    rules: Sequence[TermRule], contexts: Sequence[Contexts], disguises: Disguises, ordinary: OrdinaryWords
) -> Patterns:
    """The patterns of these rules.

    Args:
        rules: rules that run.
        contexts: for each rule, the innocent contexts of its folder; empty for none.
        disguises: tables for the decoded view.
        ordinary: words that hide nothing.
    """
    uses: dict[str, dict[Use, None]] = defaultdict(dict)
    shared = list(dict.fromkeys(contexts))
    for at, context in enumerate(shared):
        for word, use in _context_uses(-1 - at, context):
            if folded := fold(word):
                uses[folded][use] = None
    for index, rule in enumerate(rules):
        for word, use in _uses_of(index, rule):
            if folded := fold(word):
                uses[folded][use] = None
    texts = tuple(uses)
    groups: dict[tuple[int, bool, int], int] = {}
    signs = tuple(_signs_of(uses[text], groups) for text in texts)
    sounding, turned, spelt = _respelt(uses, rules)
    return Patterns(
        rules=tuple(rules),
        ordinary=ordinary,
        texts=texts,
        uses=tuple(map(tuple, uses.values())),
        rules_of=tuple(frozenset(use.rule for use in uses[text]) for text in texts),
        signs=signs,
        groups=tuple((rule, rules[rule].match.near[at].gap if near else -1) for rule, near, at in groups),
        shared_of=tuple(-1 - shared.index(context) for context in contexts),
        automaton=automaton_of((*texts, *turned)),
        sounding=tuple(map(tuple, sounding.values())),
        sounds=automaton_of(tuple(sounding)),
        turned={len(texts) + at: term for at, term in enumerate(turned.values())},
        initials=Initials.of(spelt),
        decoder=Decoder(disguises, ordinary),
    )


def _respelt(
    uses: Mapping[str, Iterable[Use]], rules: Sequence[TermRule]
) -> tuple[dict[str, list[tuple[str, int]]], dict[str, int], list[tuple[str, int, bool]]]:
    """Patterns by their sound, those written backwards, and those to look for by their initials."""
    sounding: dict[str, list[tuple[str, int]]] = defaultdict(list)
    turned: dict[str, int] = {}
    spelt: list[tuple[str, int, bool]] = []
    for at, text in enumerate(uses):
        roles = _disguised_roles(uses[text], rules)
        counts_alone = not roles.isdisjoint(_ALONE_BY_SOUND)
        if _is_sought_by_sound(text, roles) and (sound := sound_of(text)):
            sounding[sound].append((text, at))
        if counts_alone and len(text) >= _SHORT_TURNED and (back := text[::-1]) not in uses:
            turned[back] = at
        if not roles.isdisjoint(_BY_SOUND):
            spelt.append((text, at, counts_alone))
    return sounding, turned, spelt


def _disguised_roles(uses: Iterable[Use], rules: Sequence[TermRule]) -> set[Role]:
    """What a pattern is to the rules that look for it behind disguises."""
    return {use.role for use in uses if use.rule >= 0 and rules[use.rule].match.disguised}


def _is_sought_by_sound(text: str, roles: set[Role]) -> bool:
    if len(text) < _SHORT_SOUND:
        return False
    return not roles.isdisjoint(_ALONE_BY_SOUND if len(text) == _SHORT_SOUND else _BY_SOUND)


def _signs_of(uses: Iterable[Use], groups: dict[tuple[int, bool, int], int]) -> Signs:
    alone = halves = others = allowed = 0
    weak = []
    for rule, role, group in uses:
        if role in ALONE:
            alone |= 1 << rule
        elif role is Role.ALLOWED:
            allowed |= 1 << rule
        elif role is Role.WEAK:
            weak.append(rule)
        elif role in _PAIRS:
            bit = 1 << groups.setdefault((rule, role in {Role.FIRST, Role.THEN}, group), len(groups))
            if role in {Role.FIRST, Role.PAIRED}:
                halves |= bit
            else:
                others |= bit
    return Signs(alone, halves, others, allowed, tuple(weak))


def automaton_of(patterns: tuple[str, ...]) -> AhoCorasick:
    """Finds every occurrence of the patterns, overlapping ones too."""
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
