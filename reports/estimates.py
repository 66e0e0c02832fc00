"""Prevalence 违法率 of the frame, from the listings that a run visited and the design that drew them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from crawlers.drawing import Visited
from crawlers.sampling.designs import SampleFigures
from domain.finding import Finding


def prevalence_by_rule(visited: Visited | None, findings: Iterable[Finding]) -> Mapping[str, SampleFigures]:
    """Design-based figures for each rule that flagged a listing; nothing where no frame was sampled.

    A drawn listing that could not be read has no verdict and counts as non-response 未采集. Shops are not in
    it: they are visited through their listings, by a design of their own.
    """
    if visited is None or not visited.judged:
        return {}
    return {rule: visited.figures(found) for rule, found in flagged_by_rule(findings).items()}


def flagged_by_rule(findings: Iterable[Finding]) -> dict[str, set[str]]:
    """Keys of the listings that each rule flagged."""
    flagged: dict[str, set[str]] = {}
    for finding in findings:
        if finding.subject_kind == "listing":
            flagged.setdefault(finding.rule, set()).add(finding.subject)
    return flagged
