"""New words 新词 into a rule, by a person: checked, dated, signed; a rejected word is not proposed again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from detectors.base import BEIJING
from detectors.folding import fold
from domain.errors import UsageError
from domain.subjects import Listing
from netsword.rule_preview import detector_of
from rules.catalogue import Catalogue
from rules.lint import lint
from rules.local import dump_local, with_local
from rules.packs import AcceptedWord, LocalWords, RejectedWord, RulePacks


def today() -> date:
    """The day in China."""
    return datetime.now(UTC).astimezone(BEIJING).date()


def accept(word: AcceptedWord, packs: RulePacks, catalogue: Catalogue, path: Path) -> LocalWords:
    """Takes a word into a rule and writes it down.

    Raises:
        UsageError: the word stands in the rule already, breaks a check of the rules, or flags a listing
            that the rule's examples call innocent; nothing is written then.
    """
    rule = next((known for known in packs.texts() if known.code == word.rule), None)
    if rule is None:
        raise UsageError(f"{word.rule} is not a text rule; netsword rules list shows them")
    if fold(word.term) in {fold(term) for term in rule.match.every_term}:
        raise UsageError(f"{word.term} stands in {word.rule} already")
    rejected = tuple(old for old in packs.local.rejected if old.term != word.term)
    local = LocalWords(accepted=(*packs.local.accepted, word), rejected=rejected)
    plain = replace(packs, local=LocalWords())
    changed = with_local(plain, local.model_copy(update={"accepted": (word,)}))
    if problems := lint(catalogue, changed):
        raise UsageError(f"not taken: {problems[0]}")
    for text in _innocent_but_flagged(changed, catalogue, word.rule):
        raise UsageError(f"not taken: {word.rule} would then flag its own clean example {text!r}")
    _write(local, path)
    return local


def reject(word: RejectedWord, packs: RulePacks, path: Path) -> LocalWords:
    """Notes that a word is not wanted, and takes it out of the accepted ones."""
    local = LocalWords(
        accepted=tuple(old for old in packs.local.accepted if old.term != word.term),
        rejected=(*(old for old in packs.local.rejected if old.term != word.term), word),
    )
    _write(local, path)
    return local


def _innocent_but_flagged(packs: RulePacks, catalogue: Catalogue, code: str) -> list[str]:
    """The rule's clean examples that it would flag."""
    rules = [rule for rule in packs.texts() if rule.code == code]
    detector = detector_of({packs.kind_of(code): rules}, packs, catalogue)
    moment = datetime.now(UTC)
    texts = [example.text for rule in rules for example in rule.examples.clean]
    listings = [Listing(platform="example", item_id="1", url="", title=text) for text in texts]
    return [
        listing.title
        for listing in listings
        if any(detector.inspect(listing, snapshot="example", observed_at=moment))
    ]


def _write(local: LocalWords, path: Path) -> None:
    part = path.with_suffix(".part")
    part.write_text(dump_local(local), encoding="utf-8")
    part.replace(path)
