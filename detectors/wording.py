"""What a listing's words show 文本违法线索: prohibited goods, unlawful advertising, unfair terms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from detectors.base import FindingMaker, Sighting
from detectors.judging import Match
from detectors.terms import TermEngine
from domain.finding import Finding
from domain.subjects import Listing
from rules.catalogue import Catalogue
from rules.packs import TEXT_KINDS, RulePacks
from rules.term_rules import TermField

# A hostile page may repeat a term without end; a finding quotes this many and counts the rest.
MOST_SPANS = 50
# Below this score a finding is for a person to look at, never a lead.
STRONG = 0.75
_FIELD_NAMES = {"title": "标题", "description": "描述", "attributes_text": "参数"}
_VIEW_NAMES = {
    "sound": "谐音或拼音",
    "initials": "拼音首字母",
    "turned": "倒序书写",
    "decoded": "表情、拆字或形近字",
}


@dataclass(frozen=True, slots=True)
class WordingDetector:
    """Flags a listing's texts by the term rules: one finding a rule and listing, with every place quoted."""

    packs: RulePacks
    catalogue: Catalogue
    kinds: tuple[str, ...] = TEXT_KINDS
    """Folders of rules to judge by."""
    name: str = "wording/1"
    engine: TermEngine = field(init=False, repr=False)
    _maker: FindingMaker = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "engine", TermEngine.of(self.packs, self.kinds))
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
        texts = {name.value: getattr(subject, name) for name in TermField}
        price = None if subject.price is None else float(subject.price)
        for match in self.engine.match(texts, categories=subject.category_path, price=price):
            yield self._finding(match, seen)

    def _finding(self, match: Match, seen: Sighting) -> Finding:
        rule = self.catalogue.get(match.rule.code)
        finding = self._maker.make(
            rule.code,
            seen,
            pack=self.packs.pack_of(rule.code),
            reason=_reason(match, rule.name_zh),
            refuted_by="；".join(rule.exceptions or match.rule.falsepositives),
            confidence=match.score,
            spans=tuple(hit.span for hit in match.hits[:MOST_SPANS]),
        )
        return replace(finding, weak=True) if match.score < STRONG else finding


def _reason(match: Match, name_zh: str) -> str:
    fields = dict.fromkeys(_FIELD_NAMES[hit.span.field] for hit in match.hits)
    quotes = list(dict.fromkeys(hit.span.quote for hit in match.hits))
    more = f"等{len(match.hits)}处" if len(match.hits) > len(quotes[:5]) else ""
    parts = [f"商品{'、'.join(fields)}中出现{_quoted(quotes[:5])}{more}，涉嫌{name_zh}"]
    if read := {f"“{hit.span.quote}”读作“{hit.term}”": hit.view for hit in match.hits if hit.view != "plain"}:
        views = "、".join(dict.fromkeys(_VIEW_NAMES[view] for view in read.values()))
        parts.append(f"其中{'，'.join(list(read)[:3])}（{views}）")
    if companions := dict.fromkeys(hit.companion for hit in match.hits if hit.companion):
        parts.append(f"其中部分词语因同时出现{_quoted(list(companions)[:5])}而计入")
    if match.contexts:
        parts.append(f"另有词语处在{_quoted(match.contexts[:5])}的语境中，未计入或已降低分值")
    if match.exceptions:
        parts.append(f"已考虑例外：{'、'.join(match.exceptions)}")
    return "；".join(parts) + "。"


def _quoted(words: list[str] | tuple[str, ...]) -> str:
    return "".join(f"“{word}”" for word in words)
