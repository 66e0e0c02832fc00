"""Words that people of this installation accepted or rejected 本地新词: ``rules/local.yaml``."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import MappingProxyType

import yaml

from domain.errors import RulePackError
from rules.packs import TEXT_KINDS, LocalWords, RulePacks
from rules.source import parse_source, read_text, validate
from rules.term_rules import TermRule
from rules.written import near

LOCAL = "rules/local.yaml"
PATH = Path(__file__).parent / "local.yaml"
"""Exists once there is a word in it."""


def parse_local(text: str, file: str = LOCAL) -> LocalWords:
    """Words that people accepted or rejected, from their YAML text.

    Raises:
        RulePackError: names file and line.
    """
    source = parse_source(text, file)
    return validate(source, LocalWords, source.data)


def with_local(packs: RulePacks, local: LocalWords) -> RulePacks:
    """The packs with the accepted words in their rules; findings by such a rule say so in their pack version.

    Raises:
        RulePackError: a word was accepted for a code that no text rule has.
    """
    words: dict[str, list[tuple[str, str]]] = {}
    known = {rule.code: rule for rule in packs.texts()}
    for word in local.accepted:
        if word.rule not in known:
            hint = near(word.rule, known)
            raise RulePackError(f"{LOCAL}:1: {word.term}: no text rule has code {word.rule}{hint}")
        words.setdefault(word.rule, []).append((word.kind, word.term))
    digest = hashlib.sha256(local.model_dump_json().encode("utf-8", "surrogatepass")).hexdigest()[:12]
    kinds = {kind: tuple(_joined(rule, words) for rule in getattr(packs, kind)) for kind in TEXT_KINDS}
    origins = dict(packs.origins) | {code: f"{packs.pack_of(code)}+local.yaml@{digest}" for code in words}
    return replace(
        packs,
        prohibited=kinds["prohibited"],
        advertising=kinds["advertising"],
        terms=kinds["terms"],
        origins=MappingProxyType(origins),
        local=local,
    )


def _joined(rule: TermRule, words: Mapping[str, list[tuple[str, str]]]) -> TermRule:
    if rule.code not in words:
        return rule
    lists = {}
    for kind in ("slang", "terms"):
        new = (term for its_kind, term in words[rule.code] if its_kind == kind)
        lists[kind] = tuple(dict.fromkeys((*getattr(rule.match, kind), *new)))
    return rule.model_copy(update={"match": rule.match.model_copy(update=lists)})


def load_local(path: Path = PATH) -> LocalWords:
    """What people decided about new words; nothing yet where there is no file."""
    return parse_local(read_text(path, LOCAL), LOCAL) if path.exists() else LocalWords()


def dump_local(local: LocalWords) -> str:
    """The YAML text of ``rules/local.yaml``."""
    head = "# Words accepted into a rule, or rejected; netsword rules accept and reject write here.\n"
    data = local.model_dump(mode="json")
    for words in data.values():
        for word in words:
            word["day"] = date.fromisoformat(word["day"])
    return head + yaml.safe_dump(data, allow_unicode=True, sort_keys=False)
