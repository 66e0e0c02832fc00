"""A sweep as text: the YAML that officers keep in files, and what one version changed of another."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any, NamedTuple

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from domain.errors import SweepError
from domain.problems import Problem
from domain.sweep import CODE_PATTERN, StoredSweep, Sweep

LONGEST = 200_000
"""Characters of a sweep's file; a schema's full use stays far below."""


class SweepFault(NamedTuple):
    """One thing to mend: where it stands, what kind of fault it is, and what it says in English."""

    place: tuple[int | str, ...]
    kind: str
    """Pydantic's name of the fault, or the code of a ``Problem``."""
    context: Mapping[str, Any]
    message: str

    @property
    def path(self) -> str:
        """The place as people write it."""
        return ".".join(map(str, self.place)) or "sweep"


class SweepFaultsError(SweepError):
    """A sweep's text is YAML and no sweep; ``faults`` has every wrong key."""

    def __init__(self, called: str, error: ValidationError) -> None:
        told = error.errors()
        self.faults = tuple(
            SweepFault(tuple(each["loc"]), each["type"], each.get("ctx", {}), _said(each))
            for each in told
            if not _follows(each, told)
        )
        wrong = "\n".join(f"  {each.path}: {each.message}" for each in self.faults)
        super().__init__(f"{called}: {len(self.faults)} thing(s) to mend:\n{wrong}")


def _said(fault: ErrorDetails) -> str:
    if fault["type"] == "string_pattern_mismatch" and fault["ctx"]["pattern"] == CODE_PATTERN:
        return f"{fault['input']!r} is no code: up to 64 letters, digits, '-' and '_', as in FOOD"
    return fault["msg"]


def _follows(fault: ErrorDetails, told: list[ErrorDetails]) -> bool:
    """Whether a list is too short only because its own entries are wrong."""
    place = fault["loc"]
    return fault["type"] == "too_short" and any(
        len(each["loc"]) > len(place) and each["loc"][: len(place)] == place for each in told
    )


def as_yaml(sweep: Sweep) -> str:
    """A sweep as its file would say it; what was left to the defaults is left out."""
    written = sweep.model_dump(mode="json", exclude_defaults=True)
    return yaml.safe_dump(written, allow_unicode=True, sort_keys=False)


def parse_sweep(text: str, *, called: str = "sweep") -> Sweep:
    """The sweep that a text says.

    Raises:
        SweepError: it is no YAML; the text says where.
        SweepFaultsError: it does not validate; every wrong key is named.
    """
    if len(text) > LONGEST:
        raise SweepError(Problem.FILE_TOO_LONG, file=called, most=LONGEST)
    try:
        return Sweep.model_validate(yaml.safe_load(text))
    except (yaml.YAMLError, RecursionError) as error:
        raise SweepError(Problem.FILE_NO_YAML, file=called, why=_place_of(error)) from error
    except ValidationError as error:
        raise SweepFaultsError(called, error) from error


def _place_of(error: Exception) -> str:
    """Where a text stops being YAML; PyYAML's own words are for programmers."""
    mark = getattr(error, "problem_mark", None)
    return f"{mark.line + 1}:{mark.column + 1}" if mark else "1:1"


def difference(before: StoredSweep, after: StoredSweep) -> str:
    """What one version changed of another, as a unified diff of their YAML."""
    lines = difflib.unified_diff(
        as_yaml(before.sweep).splitlines(),
        as_yaml(after.sweep).splitlines(),
        f"version {before.version}",
        f"version {after.version}",
        lineterm="",
        n=1,
    )
    return "\n".join(lines)
