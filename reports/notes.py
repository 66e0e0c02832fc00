"""Sentences of notes 说明 and problems 问题 in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from domain.errors import NetswordError, UsageError
from domain.notes import NoteOrText
from domain.problems import Problem
from reports.labels import labeller, stratum_name

NAMED = ("kind", "field", "health")
"""Values that are words of the program, and have a name in each language."""


@cache
def sentences() -> Mapping[str, Mapping[str, str]]:
    """Every code's sentence by language, of notes and of problems."""
    found: dict[str, dict[str, str]] = _read("notes.yaml")
    chinese: dict[str, str] = _read("problems.yaml")
    problems = {problem.code: {"zh": chinese[problem.code], "en": problem.value} for problem in Problem}
    return found | problems


def told_problem(language: str, error: NetswordError) -> str:
    """Why something cannot be done; a fault that is no ``Problem`` as it is, for whoever runs the machine."""
    noted = error.note if isinstance(error, UsageError) else None
    if noted is not None:
        return told(language, noted)
    return str(error) if language == "en" else f"程序给出的原因：{error}"


def _read(name: str) -> Any:
    return yaml.safe_load(Path(__file__).with_name(name).read_text(encoding="utf-8"))


def told(language: str, note: NoteOrText) -> str:
    """A note in ``zh`` or ``en``; one that an earlier release kept as a sentence, as it is.

    A code of another release has no sentence here: it is shown with its values.
    """
    if isinstance(note, str):
        return note
    known = sentences().get(note.code)
    if known is None:
        return " ".join((note.code, *(f"{name}={value}" for name, value in note.values.items())))
    words = labeller(language)
    names = {name: words(str(note.values[name])) for name in NAMED if name in note.values}
    if "stratum" in note.values:
        names["stratum"] = stratum_name(language, str(note.values["stratum"]))
    return known[language].format(**{**note.values, **names})
