"""Draws a run's sample 抽样 from its stored frame, plants its targets, and draws it again for the figures.

Whatever a draw depends on besides frame, design and seed is kept once and for all: the risk score with each
card, and the sizes of an adaptive design's second wave with the run. So any process may take any step, a
step taken twice plants nothing new, and a draw after the run has ended is the draw of the run.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from loguru import logger

from crawlers.sampling.designs import (
    Sample,
    SampleFigures,
    draw,
    draw_second,
    estimate_part,
    figures,
    second_wave_sizes,
)
from crawlers.sampling.estimators import Estimate
from crawlers.sampling.plan import plan_second_wave, plan_visits
from crawlers.schedule import CHINA
from crawlers.scoring import score_frame
from crawlers.seller_age import note_of, seller_ages
from domain.errors import UsageError
from domain.identity import canonical_url, digest_of
from domain.notes import NoteCode, note
from domain.problems import Problem
from domain.run import RunState
from domain.sweep import Cut, DesignKind, Sweep
from domain.target import FrameUnit, PageKind
from storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Visited:
    """A run's sample, drawn again, and what was read of it."""

    sample: Sample
    second: Sample | None
    """Second wave 第二波 of an adaptive design."""
    subject_of: Mapping[str, str | None]
    """Key of the listing that was read, by unit key of the drawn; ``None`` where none was."""

    @property
    def judged(self) -> set[str]:
        """Keys of the listings of the sample that were read."""
        return {subject for subject in self.subject_of.values() if subject is not None}

    def verdicts(self, flagged: Collection[str]) -> dict[str, bool | None]:
        """By unit key whether the listing is among ``flagged``; ``None`` where it was not read."""
        return {key: None if who is None else who in flagged for key, who in self.subject_of.items()}

    def figures(self, flagged: Collection[str]) -> SampleFigures:
        """Design-based figures of the share of the frame that is like the ``flagged`` listings."""
        return self.figures_of(self.verdicts(flagged))

    def figures_of(self, verdicts: Mapping[str, bool | None]) -> SampleFigures:
        """The same for verdicts by unit key."""
        return figures(self.sample, verdicts, second=self.second)

    def estimate(self, flagged: Collection[str], platform: str = "") -> Estimate:
        """The same share of the frame, or of one platform's part of it.

        Raises:
            UsageError: nothing was judged there, or the platform's part of an adaptive sample is asked for,
                whose two waves give a figure for the whole and for single strata only.
        """
        if not platform:
            return self.figures(flagged).overall
        if self.second is not None:
            raise UsageError(Problem.WAVES_OF_A_PLATFORM)
        mine = np.array([unit.platform == platform for unit in self.sample.frame.units], dtype=bool)
        return estimate_part(self.sample, self.verdicts(flagged), mine)


def framed_units(store: Store, sweep: Sweep, run: str) -> list[FrameUnit]:
    """The complete frame of a run, each card with what its design goes by; what was given first stays."""
    units = _aged_units(store, sweep, run)
    if all(unit.risk is not None for unit in units):
        return units
    scored = score_frame(store, sweep, run, units)
    if scored is None:
        return units
    store.frame.keep_risk(run, scored.scores)
    store.runs.note(run, scored.note)
    return store.frame.units(run)


def _aged_units(store: Store, sweep: Sweep, run: str) -> list[FrameUnit]:
    units = store.frame.units(run)
    shops = sorted({unit.shop for unit in units if unit.shop and not unit.seller_age})
    stored = store.runs.get(run)
    if Cut.SELLER_AGE not in sweep.design.cuts or not shops or stored is None:
        return units
    ages = seller_ages(store, shops, stored.started_at.astimezone(CHINA).date())
    store.frame.keep_seller_ages(run, ages)
    store.runs.note(run, note_of(ages))
    return store.frame.units(run)


def plant_first(store: Store, sweep: Sweep, run: str) -> int:
    """Plants the sample, of an adaptive design its first wave; how many targets are new."""
    units = framed_units(store, sweep, run)
    planted = store.frontier.plant(plan_visits(units, sweep, run))
    for (stratum, word), count in store.frame.excluded(run).items():
        store.runs.note(run, note(NoteCode.WORD_EXCLUDED, stratum=stratum, word=word, count=count))
    store.runs.advance(run, RunState.FRAMING, RunState.VISITING)
    logger.bind(run=run, units=len(units), planted=planted).info("sample drawn")
    return planted


def plant_second(store: Store, sweep: Sweep, run: str) -> int:
    """Plants an adaptive design's second wave once the first is done and judged; how many targets are new.

    Nothing of another design, and nothing where the first wave shows nothing to go by, which the run notes.
    """
    if sweep.design.kind is not DesignKind.ADAPTIVE:
        return 0
    units = store.frame.units(run)
    sizes = store.runs.second_wave(run)
    if sizes is None:
        store.runs.record_second_wave(run, _decide(store, sweep, run, units))
        sizes = store.runs.second_wave(run) or {}
    planted = store.frontier.plant(plan_second_wave(units, sweep, run, sizes))
    logger.bind(run=run, planted=planted).info("second wave drawn")
    return planted


def visited(store: Store, sweep: Sweep, run: str) -> Visited | None:
    """The run's sample drawn again, with what was read; ``None`` where no frame was sampled or nothing read.

    Also ``None`` where a listing of the frame was read that this draw does not hold: then an earlier release
    drew otherwise, and the weights are not known.
    """
    units = store.frame.units(run)
    if not units:
        return None
    sample = draw(units, sweep.design)
    sizes = store.runs.second_wave(run) or {}
    second = draw_second(sample, sizes) if any(sizes.values()) else None
    drawn = {one.unit.key for wave in (sample, second) if wave for one in wave.draws}
    target_of = {unit.key: _target_id(run, unit) for unit in units}
    read = {sighting.target: sighting.subject for sighting in store.observations.of_run(run)}
    others = read.keys() & {target_of[key] for key in target_of.keys() - drawn}
    if others or not read:
        return None
    return Visited(
        sample=sample, second=second, subject_of={key: read.get(target_of[key]) for key in sorted(drawn)}
    )


def flagged_listings(store: Store, run: str) -> set[str]:
    """Listings with a finding that is more than a weak hint 涉嫌违法商品信息."""
    return {
        finding.subject
        for finding in store.findings.of_run(run)
        if finding.subject_kind == "listing" and not finding.weak
    }


def _decide(store: Store, sweep: Sweep, run: str, units: Sequence[FrameUnit]) -> dict[str, int]:
    """Sizes of the second wave by what the first one showed; none where it showed nothing."""
    seen = visited(store, sweep, run)
    if seen is None or not seen.judged:
        if units:
            store.runs.note(run, note(NoteCode.SECOND_WAVE_UNREAD))
        return {}
    try:
        return second_wave_sizes(seen.sample, seen.verdicts(flagged_listings(store, run)))
    except UsageError:
        store.runs.note(run, note(NoteCode.SECOND_WAVE_SMALL, size=sweep.design.size))
        return {}


def _target_id(run: str, unit: FrameUnit) -> str:
    return digest_of(run, canonical_url(unit.url), PageKind.LISTING)
