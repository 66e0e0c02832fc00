"""All rule packs of one version of ``rules/`` 规则包, the words decided on here, and faults of the files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Annotated

from pydantic import StringConstraints

from rules.engine_rules import LicenceRule, PriceRule, ReviewRule
from rules.pack_rule import PackRule
from rules.term_rules import Contexts, Disguises, OrdinaryWords, TermRule
from rules.written import RuleCode, Term, Text, Written


class AcceptedWord(Written):
    """A word that a person took into a rule 采纳新词: by whom and when."""

    term: Term
    rule: RuleCode
    kind: Annotated[str, StringConstraints(pattern=r"^(slang|terms)$")] = "slang"
    by: Text
    day: date
    note: str = ""


class RejectedWord(Written):
    """A word that a person looked at and left out, so that it is not proposed again 不予采纳."""

    term: Term
    by: Text
    day: date
    note: str = ""


class LocalWords(Written):
    """What people decided about new words at this installation: ``rules/local.yaml``."""

    accepted: tuple[AcceptedWord, ...] = ()
    rejected: tuple[RejectedWord, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault in the rule files: where it is, what it is and what to do."""

    file: str
    line: int
    message: str
    code: str = ""

    def __str__(self) -> str:
        name = f"{self.code}: " if self.code else ""
        return f"{self.file}:{self.line}: {name}{self.message}"


TEXT_KINDS = ("prohibited", "advertising", "terms")
"""Folders under ``rules/`` whose rules run on the term engine."""


@dataclass(frozen=True, slots=True)
class RulePacks:
    """All rule packs of one version of ``rules/``."""

    prohibited: tuple[TermRule, ...] = ()
    advertising: tuple[TermRule, ...] = ()
    terms: tuple[TermRule, ...] = ()
    licence: tuple[LicenceRule, ...] = ()
    reviews: tuple[ReviewRule, ...] = ()
    pricing: tuple[PriceRule, ...] = ()
    contexts: Mapping[str, Contexts] = field(default_factory=lambda: MappingProxyType({}))
    """Folder to the innocent contexts that hold for every term rule in it."""
    disguises: Disguises = field(default_factory=lambda: Disguises())
    ordinary: OrdinaryWords = field(default_factory=lambda: OrdinaryWords())
    local: LocalWords = field(default_factory=lambda: LocalWords())
    """Words that people of this installation accepted, already in the rules, or rejected."""
    origins: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Rule code to ``file@digest``, the pack version that findings carry."""
    lines: Mapping[str, tuple[str, int]] = field(default_factory=lambda: MappingProxyType({}))
    """Rule code to file and line, for messages."""
    problems: tuple[Problem, ...] = ()
    """What was skipped, when loading was asked to skip."""
    digest: str = ""
    """SHA-256 over every pack file, in hex."""

    @property
    def every(self) -> tuple[PackRule, ...]:
        """All rules, in file order within a kind."""
        return (*self.texts(), *self.licence, *self.reviews, *self.pricing)

    def texts(self, kinds: Iterable[str] = TEXT_KINDS) -> tuple[TermRule, ...]:
        """Rules for the term engine, of these folders."""
        return tuple(rule for kind in kinds for rule in getattr(self, kind))

    def kind_of(self, code: str) -> str:
        """Folder that holds ``code``; "" for none."""
        return self.origins.get(code, "").partition("/")[0]

    def pack_of(self, code: str) -> str:
        """``file@digest`` of the pack that holds ``code``; "" for none."""
        return self.origins.get(code, "")
