"""Sampling designs 抽样设计: which units of a frame are drawn, and with what inclusion probability.

Every draw is a function of the frame, the design and its seed, so a plan can be drawn again exactly.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from crawlers.sampling.allocation import allocate
from crawlers.sampling.chance import Flags, Floats, Ints, number
from crawlers.sampling.clusters import cluster_chances
from crawlers.sampling.estimators import (
    Bounds,
    Estimate,
    Sampled,
    bounds,
    estimate,
    estimate_within,
)
from crawlers.sampling.frame import Frame, make_frame
from crawlers.sampling.layouts import GroupLayout, Layout, lay_out
from crawlers.sampling.waves import estimate_waves, second_sizes, select_second
from domain.errors import UsageError
from domain.sweep import DesignKind, SamplingDesign
from domain.target import FrameUnit

__all__ = [
    "Draw",
    "Sample",
    "SampleFigures",
    "allocate",
    "cluster_inclusion",
    "draw",
    "draw_second",
    "estimate_part",
    "figures",
    "second_wave_sizes",
]

Verdicts = Mapping[str, bool | None]
"""By unit key: whether a violation was found, ``None`` where the page could not be judged."""


@dataclass(frozen=True, slots=True)
class Draw:
    """One drawn unit and its inclusion probability 入样概率, 0 < p <= 1."""

    unit: FrameUnit
    inclusion_probability: float

    def __post_init__(self) -> None:
        if not 0 < self.inclusion_probability <= 1:
            raise UsageError(
                f"{self.unit.key} was drawn with probability {self.inclusion_probability}; only (0, 1] is one"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What was drawn, with the frame and the layout it was drawn from."""

    draws: tuple[Draw, ...]
    rows: Ints
    """Rows of the frame, in the order of ``draws``."""
    frame: Frame
    layout: Layout
    design: SamplingDesign

    @property
    def drawn_by_stratum(self) -> dict[str, tuple[int, int]]:
        """(units in the frame, units drawn) of every stratum, finer cuts included."""
        names = self.frame.columns.stratum_names
        totals = np.bincount(self.frame.columns.strata, minlength=len(names)).tolist()
        drawn = np.bincount(self.frame.columns.strata[self.rows], minlength=len(names)).tolist()
        return {name: (totals[code], drawn[code]) for code, name in enumerate(names)}


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleFigures:
    """What a visited sample says of its frame."""

    overall: Estimate
    bounds: Bounds
    strata: Mapping[str, Estimate]
    """Strata with at least one judged page."""
    silent: Mapping[str, int]
    """Strata of which nothing was judged, and how many units they have: no figure is given for them."""


def draw(
    units: Sequence[FrameUnit], design: SamplingDesign, *, rates: Mapping[str, float] | None = None
) -> Sample:
    """The sample that ``design`` draws from ``units``; of an adaptive design, the first wave.

    A frame smaller than the size is taken whole. Of a risk-driven design ``rates`` are relative violation
    rates by unit key; without them they follow from the risk scores that the units carry.
    """
    frame = make_frame(units, design, rates=rates)
    if not frame.units:
        nothing = GroupLayout.of(frame.columns.strata, [])
        return _sample(frame, nothing, design, np.zeros(0, dtype=np.int64), nothing.probability)
    layout = lay_out(frame.columns, design)
    rows = layout.select(frame.chance(design.seed))
    return _sample(frame, layout, design, rows, layout.probability[rows])


def second_wave_sizes(first: Sample, verdicts: Verdicts) -> dict[str, int]:
    """Units of the second wave 第二波 per stratum of an adaptive design, from what the first one showed.

    To be kept: when verdicts have changed the sizes would be others. Frame, seed and sizes give the same
    second wave at any time.

    Raises:
        UsageError: the design is not adaptive, nothing was judged yet, or the size does not reach every
            stratum.
    """
    layout = _first_layout(first)
    seen = _sampled(first, verdicts)
    if not seen.judged.any():
        raise UsageError("no page of the first wave was judged; there is nothing to plan a second wave by")
    size = max(min(first.design.size, first.frame.columns.total) - first.rows.size, 0)
    sizes = second_sizes(layout, seen, size, first.design.floor).tolist()
    return dict(zip(first.frame.columns.stratum_names, sizes, strict=True))


def draw_second(first: Sample, sizes: Mapping[str, int]) -> Sample:
    """The second wave with these sizes per stratum; probabilities are those given the first wave.

    Raises:
        UsageError: the design is not adaptive, or the sizes are of another frame.
    """
    layout = _first_layout(first)
    names = first.frame.columns.stratum_names
    if strangers := sorted(set(sizes) - set(names)):
        raise UsageError(f"the frame has no stratum {strangers[0]}: it is not the one of the first wave")
    wanted = np.array([sizes.get(name, 0) for name in names], dtype=np.int64)
    wave = select_second(layout, wanted, first.frame.chance(first.design.seed))
    return _sample(first.frame, layout, first.design, wave.rows, wave.probability)


def _first_layout(first: Sample) -> GroupLayout:
    if first.design.kind is not DesignKind.ADAPTIVE or not isinstance(first.layout, GroupLayout):
        raise UsageError(f"a {first.design.kind} design has no second wave; ask for 'adaptive'")
    return first.layout


def figures(
    sample: Sample, verdicts: Verdicts, *, second: Sample | None = None, confidence: float = 0.95
) -> SampleFigures:
    """Prevalence overall and by stratum, with intervals, and what unread pages could hide.

    Args:
        sample: the plan, drawn again.
        verdicts: by unit key, for the drawn units; one without an entry counts as not judged.
        second: the second wave of an adaptive design.
        confidence: of every interval.

    Raises:
        UsageError: nothing was judged, or verdicts are of units that were not drawn.
    """
    waves = [sample, second] if second else [sample]
    drawn = {one.unit.key for wave in waves for one in wave.draws}
    strangers = [key for key in verdicts if key not in drawn]
    if strangers:
        raise UsageError(
            f"{len(strangers)} verdicts are of units that were not drawn, such as {strangers[0]}"
        )
    if second:
        return _figures_of_waves(sample, second, verdicts, confidence)
    seen = _sampled(sample, verdicts)
    strata, silent = {}, {}
    for code, name in enumerate(sample.frame.columns.stratum_names):
        domain: Flags = sample.frame.columns.strata == code
        if (domain[seen.rows] & seen.judged).any():
            strata[name] = estimate_within(sample.layout, seen, domain, confidence=confidence)
        else:
            silent[name] = int(domain.sum())
    return SampleFigures(
        overall=estimate(sample.layout, seen, confidence=confidence),
        bounds=bounds(sample.layout, seen, confidence=confidence),
        strata=strata,
        silent=silent,
    )


def estimate_part(sample: Sample, verdicts: Verdicts, part: Flags) -> Estimate:
    """Prevalence in a part of the frame, ``part`` by row of the frame, such as one platform's."""
    return estimate_within(sample.layout, _sampled(sample, verdicts), part)


def cluster_inclusion(sample: Sample, cluster_of: Mapping[str, str]) -> dict[str, float]:
    """Inclusion probability of each cluster 整群 that is visited when any of its units is drawn.

    A shop is visited as soon as one of its listings is in the sample.

    Args:
        sample: what was drawn, with the whole frame.
        cluster_of: cluster of each unit, by unit key; units without one are left out.
    """
    rows = [row for row, key in enumerate(sample.frame.keys) if cluster_of.get(key)]
    names = sorted({cluster_of[sample.frame.keys[row]] for row in rows})
    code = {name: place for place, name in enumerate(names)}
    clusters = np.array([code[cluster_of[sample.frame.keys[row]]] for row in rows], dtype=np.int64)
    chances = cluster_chances(sample.layout, np.array(rows, dtype=np.int64), clusters)
    return dict(zip(names, chances.tolist(), strict=True))


def _sample(frame: Frame, layout: Layout, design: SamplingDesign, rows: Ints, chance: Floats) -> Sample:
    # One common random order, so that a run that stops early has visited a random part of each stratum.
    order = sorted(range(rows.size), key=lambda place: number(design.seed, "order", frame.keys[rows[place]]))
    draws = tuple(Draw(frame.units[rows[place]], float(chance[place])) for place in order)
    return Sample(draws=draws, rows=rows[order], frame=frame, layout=layout, design=design)


def _sampled(sample: Sample, verdicts: Verdicts) -> Sampled:
    found = [verdicts.get(one.unit.key) for one in sample.draws]
    return Sampled(
        rows=sample.rows,
        judged=np.array([verdict is not None for verdict in found], dtype=bool),
        violating=np.array([bool(verdict) for verdict in found], dtype=bool),
        classes=sample.frame.columns.strata[sample.rows],
    )


def _figures_of_waves(first: Sample, second: Sample, verdicts: Verdicts, confidence: float) -> SampleFigures:
    """Both waves; a stratum's own figure is the combined estimate of that stratum alone."""
    layout = _first_layout(first)
    waves = (_sampled(first, verdicts), _sampled(second, verdicts))
    pilot = first.design.pilot

    def combined(flags: Sequence[tuple[Flags, Flags]], code: int | None = None) -> Estimate:
        parts = [
            Sampled(rows=wave.rows, judged=judged, violating=violating, classes=wave.classes)
            for wave, (judged, violating) in zip(waves, flags, strict=True)
        ]
        return estimate_waves(layout, *parts, pilot=pilot, only=code, confidence=confidence)

    seen = [(wave.judged, wave.violating) for wave in waves]
    clean = [(np.ones_like(wave.judged), wave.judged & wave.violating) for wave in waves]
    worst = [(np.ones_like(wave.judged), wave.violating | ~wave.judged) for wave in waves]
    judged = Counter(int(code) for wave in waves for code in wave.classes[wave.judged])
    names = first.frame.columns.stratum_names
    return SampleFigures(
        overall=combined(seen),
        bounds=Bounds(combined(clean), combined(worst)),
        strata={name: combined(seen, code) for code, name in enumerate(names) if judged[code]},
        silent={name: int(layout.totals[code]) for code, name in enumerate(names) if not judged[code]},
    )
