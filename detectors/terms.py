"""The term engine 词项引擎: one automaton a view over the terms and contexts of every rule.

A listing's texts are joined, folded (``detectors.folding``) and scanned once; a second automaton looks for
the same terms by sound, and disguises that are read (``detectors.views``) are scanned again. What a hit means
is judged (``detectors.judging``) only where something was hit, on offsets of the text as given.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from detectors.judging import Judge, Match
from detectors.patterns import Patterns, compile_patterns
from detectors.reading import Joined, Reading
from rules.packs import RulePacks
from rules.term_rules import Contexts, Disguises, OrdinaryWords, TermRule


@dataclass(frozen=True, slots=True)
class TermEngine:
    """Every term rule compiled into one automaton a view. Making it costs; matching is linear in the text."""

    rules: tuple[TermRule, ...]
    contexts: tuple[Contexts, ...] = ()
    """For each rule, the innocent contexts that hold for its folder."""
    disguises: Disguises = field(default_factory=Disguises)
    ordinary: OrdinaryWords = field(default_factory=OrdinaryWords)
    _compiled: Patterns = field(init=False, repr=False)

    @classmethod
    def of(cls, packs: RulePacks, kinds: Sequence[str]) -> TermEngine:
        """The engine for the running rules of these folders."""
        rules = tuple(rule for rule in packs.texts(kinds) if rule.runs)
        contexts = tuple(packs.contexts.get(packs.kind_of(rule.code), Contexts()) for rule in rules)
        return cls(rules, contexts, packs.disguises, packs.ordinary)

    def __post_init__(self) -> None:
        compiled = compile_patterns(self.rules, self.contexts, self.disguises, self.ordinary)
        object.__setattr__(self, "_compiled", compiled)

    @property
    def patterns(self) -> tuple[str, ...]:
        """What is looked for, folded: terms and contexts, each once."""
        return self._compiled.texts

    def match(
        self, texts: Mapping[str, str], *, categories: Sequence[str] = (), price: float | None = None
    ) -> Iterator[Match]:
        """What each rule finds in the named texts of one listing, in the order of the rules.

        Args:
            texts: field name to text; ``title`` first if there is one.
            categories: names of the listing's categories as the platform shows them.
            price: yuan; ``None`` is not shown.
        """
        joined = Joined(texts)
        if not joined.text:
            return
        reading = Reading(self._compiled, joined)
        for index in reading.live():
            shared = self.contexts[index] if self.contexts else Contexts()
            places = reading.places[index]
            judge = Judge(self.rules[index], joined, places, reading.shared_places(index), shared.categories)
            match = judge.match(categories, price)
            if match is not None:
                yield match
