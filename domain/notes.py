"""Notes 说明: facts that qualify figures, as a code with values; ``reports/notes.yaml`` has the sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class NoteCode(StrEnum):
    """What a note says; each code has one sentence per language."""

    FRAME_SCOPE = "frame-scope"
    """What any frame 抽样框 is, and what it leaves out."""
    FRAME_HIDDEN = "frame-hidden"
    """The platform reports more results than it showed."""
    FRAME_CUT = "frame-cut"
    FRAME_INCOMPLETE = "frame-incomplete"
    FRAME_EMPTY = "frame-empty"
    SEARCHES_UNREAD = "searches-unread"
    STRATUM_SILENT = "stratum-silent"
    STRATUM_NOT_DRAWN = "stratum-not-drawn"
    RATES_ASTRAY = "rates-astray"
    WORD_EXCLUDED = "word-excluded"
    COHORT_LEFT_OUT = "cohort-left-out"
    SELLER_AGES = "seller-ages"
    RISK_SCORED = "risk-scored"
    RISK_TRUSTED = "risk-trusted"
    SECOND_WAVE_LATER = "second-wave-later"
    SECOND_WAVE_UNREAD = "second-wave-unread"
    SECOND_WAVE_SMALL = "second-wave-small"
    BUDGET_SHORT = "budget-short"
    DIFFERENT_CATEGORIES = "different-categories"
    DIFFERENT_DETECTORS = "different-detectors"
    DIFFERENT_WORDS = "different-words"
    DIFFERENT_RULES = "different-rules"
    FRAME_MOVED = "frame-moved"
    JUDGED_IN_BOTH = "judged-in-both"
    SAME_SEED = "same-seed"
    FIELD_HEALTH = "field-health"
    PAGES_BLOCKED = "pages-blocked"


@dataclass(frozen=True, slots=True)
class Note:
    """One fact. ``values`` fill the places of its sentence."""

    code: str
    """A ``NoteCode``; a text in the store may have one of another release."""
    values: Mapping[str, str | int | float]


NoteOrText = Note | str
"""Runs of earlier releases keep their notes as sentences."""


def note(code: NoteCode, **values: str | int | float) -> Note:
    """A note with its values.

    >>> note(NoteCode.FRAME_CUT, pages=3)
    Note(code='frame-cut', values={'pages': 3})
    """
    return Note(code.value, values)
