"""What every rule of a pack has, whatever engine runs it: its life, its examples, what it is mistaken for."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from rules.written import RuleCode, Text, Written


class Status(StrEnum):
    """Life of a rule; drafts and retired rules are checked but not run."""

    DRAFT = "draft"
    TEST = "test"
    STABLE = "stable"
    RETIRED = "retired"


class Flagged(Written):
    """A text that the rule flags, with the exact quotes in document order."""

    text: Annotated[str, StringConstraints(min_length=1)]
    quotes: tuple[Text, ...] = ()
    why: Text


class Clean(Written):
    """A near miss that the rule leaves alone, and why."""

    text: Annotated[str, StringConstraints(min_length=1)]
    why: Text


class Examples(Written):
    """The tests that a rule brings along."""

    flagged: Annotated[tuple[Flagged, ...], Field(min_length=1)]
    clean: Annotated[tuple[Clean, ...], Field(min_length=1)]


class PackRule(Written):
    """What every rule of a pack has, whatever engine runs it."""

    code: RuleCode
    status: Status
    falsepositives: Annotated[tuple[Text, ...], Field(min_length=1)]

    @property
    def runs(self) -> bool:
        """Whether detectors use it."""
        return self.status in (Status.TEST, Status.STABLE)
