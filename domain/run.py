"""A run 批次: one execution of one version of a sweep."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.notes import NoteOrText


class RunState(StrEnum):
    """Phases of a run, in order; ``cancelled`` may follow any of the first four."""

    PLANNED = "planned"
    FRAMING = "framing"
    """Search pages are read to build the sampling frame."""
    VISITING = "visiting"
    """The drawn units are visited."""
    ANALYSING = "analysing"
    """Corpus detectors look over what was collected."""
    FINISHED = "finished"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One execution of one version of a sweep; ``id`` is a ULID, so runs sort by time."""

    id: str
    sweep: str
    sweep_version: int
    campaign: str
    state: RunState
    seed: int
    started_at: datetime
    finished_at: datetime | None = None
    rule_packs: str = ""
    """Digest over the rule packs that judged."""
    software: str = ""
    notes: tuple[NoteOrText, ...] = ()
    """What the frame cannot see, and other facts that qualify the figures."""
    asked_by: str = ""
    """Who asked for this run outside the calendar; "" where nobody did."""
    starts: int = 0
    """How often ``nightly`` or the scheduler took it up."""
    is_paused: bool = False
    """Somebody holds the run 暂停: no process leases of it, and nobody but a person goes on with it."""
