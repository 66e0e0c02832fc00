"""Prohibited goods 禁售商品: listings whose texts name goods that may not be sold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from detectors.base import FindingMaker, Sighting
from detectors.terms import Hit, Match, TermEngine
from domain.finding import Finding
from domain.subjects import Listing
from rules.models import Catalogue, RulePacks, TermField

# A hostile page may repeat a term without end; a finding quotes this many and counts the rest.
MOST_SPANS = 50
_FIELD_NAMES = {"title": "标题", "description": "描述", "attributes_text": "参数"}


@dataclass(frozen=True, slots=True)
class ProhibitedDetector:
    """Flags terms of the prohibited-goods packs: one finding a rule and listing, with every place quoted."""

    packs: RulePacks
    catalogue: Catalogue
    name: str = "prohibited/1"
    _engine: TermEngine = field(init=False, repr=False)
    _maker: FindingMaker = field(init=False, repr=False)

    def __post_init__(self) -> None:
        running = tuple(rule for rule in self.packs.prohibited if rule.runs)
        object.__setattr__(self, "_engine", TermEngine(running, self.packs.contexts))
        object.__setattr__(self, "_maker", FindingMaker(catalogue=self.catalogue, detector=self.name))

    def abstains(self, subject: Listing) -> tuple[str, ...]:
        """Nothing: a listing's words are there to be judged."""
        return ()

    def inspect(self, subject: Listing, *, snapshot: str, observed_at: datetime) -> Iterator[Finding]:
        """Findings on a listing, in the order of the rule files."""
        seen = Sighting(
            subject=subject.key,
            kind="listing",
            snapshot=snapshot,
            observed_at=observed_at,
            shop=subject.shop,
        )
        for match in self._engine.match({name.value: getattr(subject, name) for name in TermField}):
            yield self._finding(match, seen)

    def _finding(self, match: Match, seen: Sighting) -> Finding:
        rule = self.catalogue.get(match.rule.code)
        return self._maker.make(
            rule.code,
            seen,
            pack=self.packs.pack_of(rule.code),
            reason=_reason(match, rule.name_zh),
            refuted_by="；".join(rule.exceptions or match.rule.falsepositives),
            confidence=max(_confidence(hit) for hit in match.hits),
            spans=tuple(hit.span for hit in match.hits[:MOST_SPANS]),
        )


def _confidence(hit: Hit) -> float:
    if hit.companion:
        return 0.7
    return 1.0 if hit.exact else 0.9


def _reason(match: Match, name_zh: str) -> str:
    fields = dict.fromkeys(_FIELD_NAMES[hit.span.field] for hit in match.hits)
    quotes = list(dict.fromkeys(hit.span.quote for hit in match.hits))
    more = f"等{len(match.hits)}处" if len(match.hits) > len(quotes[:5]) else ""
    parts = [f"商品{'、'.join(fields)}中出现{_quoted(quotes[:5])}{more}，涉嫌{name_zh}"]
    if companions := dict.fromkeys(hit.companion for hit in match.hits if hit.companion):
        parts.append(f"其中部分词语因同时出现{_quoted(companions)}而计入")
    if match.contexts:
        parts.append(f"另有词语处在{_quoted(match.contexts[:5])}的语境中，未计入")
    return "；".join(parts) + "。"


def _quoted(words: list[str] | dict[str, None] | tuple[str, ...]) -> str:
    return "".join(f"“{word}”" for word in words)
