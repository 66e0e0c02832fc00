"""Sentences of notes 说明 in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

from domain.errors import UsageError
from domain.notes import Note, NoteOrText
from reports.labels import labeller

NAMED = ("kind", "field", "health")
"""Values that are words of the program, and have a name in each language."""


class NotedError(UsageError):
    """What was asked for has no figures, as a note that any language can tell; the text is English."""

    def __init__(self, note: Note) -> None:
        super().__init__(told("en", note))
        self.note = note


@cache
def sentences() -> Mapping[str, Mapping[str, str]]:
    """Every code's sentence by language."""
    text = Path(__file__).with_name("notes.yaml").read_text(encoding="utf-8")
    found: dict[str, dict[str, str]] = yaml.safe_load(text)
    return found


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
    return known[language].format(**{**note.values, **names})
