"""Prevalence 违法率 of the frame, from the listings that a run visited and the design that drew them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from crawlers.sampling.designs import SampleFigures, draw, figures
from domain.finding import Finding
from domain.identity import canonical_url, digest_of
from domain.run import Run
from domain.sweep import DesignKind, Sweep
from domain.target import FrameUnit, PageKind
from storage.store import Store


def prevalence_by_rule(
    store: Store, run: Run, sweep: Sweep, findings: Iterable[Finding]
) -> Mapping[str, SampleFigures]:
    """Design-based figures for each rule that flagged a listing; nothing where no frame was sampled.

    The sample is drawn again from the stored frame: the draw is a function of frame, design and seed. A drawn
    listing that could not be read has no verdict and counts as non-response 未采集. Shops are not in it: they
    are visited through their listings, by a design of their own.
    """
    units = store.frame.units(run.id)
    # The second wave of an adaptive design has weights of its own, which this run did not keep.
    if not units or sweep.design.kind is DesignKind.ADAPTIVE:
        return {}
    sample = draw(units, sweep.design)
    target_of = {unit.key: _target_id(run, unit) for unit in units}
    read = {sighting.target: sighting.subject for sighting in store.observations.of_run(run.id)}
    subject_of = {one.unit.key: read.get(target_of[one.unit.key]) for one in sample.draws}
    # A run of an earlier release may have drawn its sample otherwise; then its weights are not known.
    others = read.keys() & {target_of[key] for key in target_of.keys() - subject_of.keys()}
    if others or not any(subject_of.values()):
        return {}
    flagged: dict[str, set[str]] = {}
    for finding in findings:
        if finding.subject_kind == "listing":
            flagged.setdefault(finding.rule, set()).add(finding.subject)
    return {
        rule: figures(sample, {key: None if who is None else who in found for key, who in subject_of.items()})
        for rule, found in flagged.items()
    }


def _target_id(run: Run, unit: FrameUnit) -> str:
    return digest_of(run.id, canonical_url(unit.url), PageKind.LISTING)
