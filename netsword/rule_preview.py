"""What a rule would flag on stored listings before it goes live 规则预演; nothing is stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from detectors.wording import WordingDetector
from domain.errors import UsageError
from domain.finding import Finding
from domain.subjects import Listing
from rules.catalogue import Catalogue
from rules.loader import load_lists, parse_pack
from rules.pack_rule import Status
from rules.packs import TEXT_KINDS, RulePacks
from rules.term_rules import TermRule

Judged = tuple[Listing, datetime]
"""A listing, and when it was last seen: the day whose law applies."""


@dataclass(frozen=True, slots=True)
class Change:
    """A listing that the rule judges otherwise than today's rules: quotes before and after."""

    rule: str
    subject: str
    platform: str
    title: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    is_weak: bool

    @property
    def is_new(self) -> bool:
        """Flagged by the candidate alone; otherwise by today's rules alone."""
        return bool(self.after)


@dataclass(slots=True)
class Preview:
    """What changes on the listings that were judged; of the changed ones the first are kept."""

    listings: int = 0
    same: int = 0
    """Listings and rules that both flag."""
    newly: dict[str, int] = field(default_factory=dict)
    """Newly flagged listings, by platform."""
    no_longer: dict[str, int] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)


def candidate_rules(
    what: str, packs: RulePacks, catalogue: Catalogue, kind: str = ""
) -> dict[str, tuple[TermRule, ...]]:
    """The rules to preview by folder: those of a pack file, or the shipped one of a code, drafts running.

    Args:
        what: path of a pack file, or a code.
        packs: today's rules.
        catalogue: every code must be in it.
        kind: folder whose contexts hold for the file's rules; "" for the name of the folder that it lies in.

    Raises:
        UsageError: there is neither such a file nor such a text rule.
        RulePackError: the file is no pack; names file and line.
    """
    path = Path(what)
    if path.suffix not in (".yaml", ".yml"):
        code = catalogue.get(what).code
        found = tuple(rule for rule in packs.texts() if rule.code == code)
        kind = packs.kind_of(code)
    elif path.is_file():
        kind = kind or path.resolve().parent.name
        if kind not in TEXT_KINDS:
            raise UsageError(f"--kind: one of {', '.join(TEXT_KINDS)}, whose contexts hold for {what}")
        text = path.read_text(encoding="utf-8")
        pack = parse_pack(text, what, kind, catalogue, lists=load_lists())
        found = tuple(rule for rule, _ in pack.rules if isinstance(rule, TermRule))
    else:
        raise UsageError(f"no pack file at {what}")
    if not found:
        raise UsageError(f"{what} holds no text rule; netsword rules list shows what each code is judged by")
    return {kind: tuple(rule.model_copy(update={"status": Status.TEST}) for rule in found)}


def detector_of(
    rules: Mapping[str, Sequence[TermRule]], packs: RulePacks, catalogue: Catalogue
) -> WordingDetector:
    """A detector with these rules alone, each under the contexts of its folder."""
    origins = {rule.code: f"{kind}/preview" for kind, found in rules.items() for rule in found}
    only = replace(
        packs,
        prohibited=tuple(rules.get("prohibited", ())),
        advertising=tuple(rules.get("advertising", ())),
        terms=tuple(rules.get("terms", ())),
        origins=MappingProxyType(dict(packs.origins) | origins),
    )
    return WordingDetector(only, catalogue)


def preview(
    listings: Iterable[Judged], today: WordingDetector, candidate: WordingDetector, most: int
) -> Preview:
    """Judges every listing twice and keeps the first ``most`` that differ."""
    found = Preview()
    for listing, seen_at in listings:
        found.listings += 1
        before, after = (_by_rule(detector, listing, seen_at) for detector in (today, candidate))
        found.same += len(before.keys() & after.keys())
        for change in _changes(listing, before, after):
            counts = found.newly if change.is_new else found.no_longer
            counts[change.platform] = counts.get(change.platform, 0) + 1
            if len(found.changes) < most:
                found.changes.append(change)
    return found


def _by_rule(detector: WordingDetector, listing: Listing, seen_at: datetime) -> dict[str, Finding]:
    findings = detector.inspect(listing, snapshot="preview", observed_at=seen_at)
    return {finding.rule: finding for finding in findings}


def _changes(listing: Listing, before: dict[str, Finding], after: dict[str, Finding]) -> Iterator[Change]:
    for code in sorted(before.keys() ^ after.keys()):
        yield Change(
            rule=code,
            subject=listing.key,
            platform=listing.platform,
            title=listing.title,
            before=_quotes(before.get(code)),
            after=_quotes(after.get(code)),
            is_weak=(after.get(code) or before[code]).weak,
        )


def _quotes(finding: Finding | None) -> tuple[str, ...]:
    return tuple(span.quote for span in finding.spans[:3]) if finding else ()
