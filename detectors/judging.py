"""What one rule's hits amount to 词项研判: contexts, exceptions, companions, categories, prices, a score."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from detectors.folding import fold
from detectors.patterns import Role
from detectors.reading import CLAUSE_ENDS, Joined, Place, Places
from domain.finding import Span
from rules.term_rules import TermRule

# Characters between a warning word and the term it warns of, at most: 谨防不法分子出售的象牙.
_BEFORE_REACH = 20
_BESIDE_REACH = 1
_CLAUSE_END = re.compile(f"[{CLAUSE_ENDS}]")
_CONTEXT_ROLES = (Role.BEFORE, Role.PREFIX, Role.SUFFIX, Role.TITLE, Role.ANYWHERE)
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


@dataclass(frozen=True, slots=True)
class Hit:
    """A term found: its span, what it weighs, and how it was read."""

    span: Span
    weight: float
    term: str
    """The term as folded in the rule."""
    view: str = "plain"
    """``plain``, ``sound``, ``initials``, ``turned`` or ``decoded``."""
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


class Judge:
    """Sorts out what one rule's patterns mean in one listing."""

    def __init__(
        self,
        rule: TermRule,
        joined: Joined,
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
