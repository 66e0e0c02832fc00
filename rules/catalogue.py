"""The rule catalogue 规则目录, once parsed: each code with its law and how grave a breach is."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from domain.errors import RulePackError
from domain.finding import LegalBasis, Severity
from rules.written import RuleCode, Text, Written, near

Requirement = Annotated[str, StringConstraints(pattern=r"^R-\d{3}$")]


class Risk(StrEnum):
    """How often a match of the rule turns out to be innocent 误报风险."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Basis(Written):
    """One law with the articles a rule rests on 法律依据, and the days on which those numbers count."""

    law: Text
    article: Text
    valid_from: date | None = None
    valid_to: date | None = None
    check: Annotated[str, StringConstraints(pattern=r"^(verified|unverified)\b")]
    about: tuple[Text, ...] = ()
    """Beginnings of the permits' slots it is about; empty for all."""

    def speaks_of(self, slots: Collection[str]) -> bool:
        """Whether it says something on one of these permits; none given: on any."""
        return not (self.about and slots) or any(slot.startswith(self.about) for slot in slots)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValueError(f"valid_to {self.valid_to} lies before valid_from {self.valid_from}")
        return self

    @property
    def legal_basis(self) -> LegalBasis:
        """The same as a domain value, to be carried by findings."""
        return LegalBasis(
            law=self.law,
            article=self.article,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            check=self.check,
        )


class CatalogueRule(Written):
    """One code of the catalogue: what the law demands, where it says so, and how grave a breach is."""

    code: RuleCode
    name_zh: Text
    name_en: Text
    group: Text
    scope: Annotated[tuple[Text, ...], Field(min_length=1)]
    severity: Severity
    duty: Text
    basis: Annotated[tuple[Basis, ...], Field(min_length=1)]
    exceptions: tuple[Text, ...] = ()
    false_positive_risk: Risk = Risk.LOW
    transfer_to: str = ""
    """Authority to which such a lead is handed over 移送, where it is another one."""
    requirements: tuple[Requirement, ...] = ()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every rule code with its law 规则目录. Codes are permanent; ``as_of`` dates the state of the law."""

    as_of: date
    rules: Mapping[str, CatalogueRule]

    def __contains__(self, code: object) -> bool:
        return code in self.rules

    def __iter__(self) -> Iterator[CatalogueRule]:
        return iter(self.rules.values())

    def __len__(self) -> int:
        return len(self.rules)

    def get(self, code: str) -> CatalogueRule:
        """The rule of this code.

        Raises:
            RulePackError: there is none; the text names near matches.
        """
        try:
            return self.rules[code]
        except KeyError:
            raise RulePackError(f"no rule {code!r} in the catalogue{near(code, self.rules)}") from None

    def basis_on(self, code: str, day: date, slots: Collection[str] = ()) -> tuple[LegalBasis, ...]:
        """Laws and articles of ``code`` in force on ``day``; of those on permits, the ones on ``slots``."""
        bases = (basis.legal_basis for basis in self.get(code).basis if basis.speaks_of(slots))
        return tuple(basis for basis in bases if basis.holds_on(day))
