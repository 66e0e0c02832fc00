"""Adaptive allocation 自适应分配: a second wave of a run that goes where the first one found violations.

Which strata the second wave favours depends on what the first showed, so lumping both together would be
biased. Instead each wave gives an unbiased estimate of its own, the second of what the first left over, and
both are averaged with weights that were fixed before anything was seen. Given the first wave the second one's
expectation is the truth, so the two are uncorrelated and their variances add: the idea of Des Raj (1956),
JASA 51, pp. 269-284.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from crawlers.sampling.allocation import neyman_weights, share_out
from crawlers.sampling.chance import Chance, Floats, Ints
from crawlers.sampling.estimators import (
    Estimate,
    Sampled,
    Variance,
    assembled,
    group_variance,
)
from crawlers.sampling.layouts import GroupLayout
from domain.errors import UsageError
from domain.problems import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondWave:
    """Rows of the second wave, and the sizes by which it was drawn."""

    rows: Ints
    sizes: Ints
    probability: Floats
    """Chance of each row, given the first wave."""


def second_sizes(layout: GroupLayout, first: Sampled, size: int, floor: float) -> Ints:
    """Units of the second wave per stratum 追加样本: Neyman's allocation by what the first wave found.

    Rates are taken as (x + 1/2) / (n + 1), so that a stratum without a finding is not written off; ``floor``
    of the wave is shared out in proportion, and every stratum with units left gets at least one, two where
    the size allows.

    Raises:
        UsageError: the size does not reach every stratum.
    """
    judged, hits = _counts(layout, first)
    names = [str(code) for code in range(layout.totals.size)]
    left = dict(zip(names, (layout.totals - layout.drawn).tolist(), strict=True))
    found = dict(zip(names, ((hits + 0.5) / (judged + 1)).tolist(), strict=True))
    wave = min(size, sum(left.values()))
    if wave < sum(1 for rest in left.values() if rest):
        raise UsageError(f"a second wave of {wave} cannot reach every stratum; ask for a larger size")
    sizes = share_out(left, neyman_weights(left, found, floor), wave) if wave else dict.fromkeys(names, 0)
    return np.array([sizes[name] for name in names], dtype=np.int64)


def select_second(layout: GroupLayout, sizes: Ints, chance: Chance) -> SecondWave:
    """The units of each stratum whose numbers follow those of the first wave.

    Raises:
        UsageError: more is asked of a stratum than the first wave left; the frame shrank, or the sizes
            belong to another one.
    """
    left = layout.totals - layout.drawn
    if (sizes > left).any():
        code = int(np.flatnonzero(sizes > left)[0])
        raise UsageError(
            f"stratum {code} has {left[code]} units left for {sizes[code]} of the second wave; draw it from "
            "the frame of the first wave"
        )
    rows = [
        members[np.argsort(chance.units[members], kind="stable")[drawn : drawn + size]]
        for members, drawn, size in zip(layout.members, layout.drawn, sizes, strict=True)
    ]
    share = sizes / np.maximum(left, 1)
    chosen = np.concatenate(rows)
    return SecondWave(rows=chosen, sizes=sizes, probability=share[layout.groups[chosen]])


def estimate_waves(
    layout: GroupLayout,
    first: Sampled,
    second: Sampled,
    *,
    pilot: float,
    only: int | None = None,
    confidence: float = 0.95,
) -> Estimate:
    """Prevalence from both waves; ``pilot`` is the weight of the first, fixed by the design.

    A stratum where one wave read nothing is estimated from the other alone; one where neither did counts as
    uncovered. With ``only`` the estimate is of that stratum.

    Raises:
        UsageError: nothing at all was judged.
    """
    if only is not None:
        first, second = (wave.where(layout.groups[wave.rows] == only) for wave in (first, second))
    total = layout.totals * (1.0 if only is None else np.arange(layout.totals.size) == only)
    judged, again = _counts(layout, first)[0], _counts(layout, second)[0]
    if not (judged.any() or again.any()):
        raise UsageError(Problem.NOTHING_JUDGED, count=int(first.rows.size + second.rows.size))
    frame = int(total.sum())
    covered = float(total[(judged > 0) | (again > 0)].sum()) / frame
    share = np.where((again == 0) & (total > judged), 1.0, np.where(judged == 0, 0.0, pilot))
    # The first wave's expansion, and what it read itself, which the second takes as known.
    expanded = share * total / np.maximum(judged, 1) / covered
    known = (1 - share) / covered
    rest = (1 - share) * (total - judged) / np.maximum(again, 1) / covered
    groups = [layout.groups[wave.rows[wave.judged]] for wave in (first, second)]
    hits = [wave.violating[wave.judged] for wave in (first, second)]
    weights = np.concatenate([(expanded + known)[groups[0]], rest[groups[1]]])
    value = group_variance(groups[0], layout.totals, expanded[groups[0]] * hits[0] / frame)
    value += group_variance(groups[1], layout.totals - judged, rest[groups[1]] * hits[1] / frame)
    hit = 1 / weights.size
    spread = float((weights**2).sum()) / frame**2 * (1 - weights.size / frame)
    return assembled(
        first.joined(second),
        weights,
        frame,
        Variance(value=value, hit=hit, hit_variance=spread * hit),
        uncovered=1 - covered,
        confidence=confidence,
    )


def _counts(layout: GroupLayout, wave: Sampled) -> tuple[Ints, Ints]:
    groups, size = layout.groups[wave.rows], layout.totals.size
    judged = np.bincount(groups[wave.judged], minlength=size)
    hits = np.bincount(groups[wave.judged & wave.violating], minlength=size)
    return judged, hits
