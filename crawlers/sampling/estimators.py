"""Estimators 估计量: prevalence 违法率 of the frame from the pages that were judged, with its interval.

Horvitz & Thompson (1952), JASA 47, pp. 663-685: every judged page counts for the 1 / probability units that
it stands for, which is unbiased whatever the design. Variances: Särndal, Swensson & Wretman (1992), Model
Assisted Survey Sampling (below SSW), sec. 3.3 (strata), 3.5 (Poisson), 4.3 (two stages), with Deville's
weights for first stages of unequal probability (Brewer & Donadio 2003, Survey Methodology 29, pp. 189-196).

The interval is Wilson's at the effective sample size p(1 - p) / v. With a handful of violations v itself is
hardly known, and a sample without any would claim v = 0; so one violation of average weight is added to
estimate and variance when the effective size is worked out (not to the estimate itself), as Fay & Feuer
(1997, Statistics in Medicine 16, pp. 791-801) and Tiwari, Clegg & Zou (2006, Statistical Methods in Medical
Research 15, pp. 547-569) do for weighted counts of rare events.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf, sqrt

import numpy as np

from crawlers.sampling.chance import Flags, Floats, Ints
from crawlers.sampling.intervals import normal_quantile, student_quantile, wilson_of_share
from crawlers.sampling.layouts import GroupLayout, Layout, PoissonLayout, ShopLayout, SystematicLayout
from domain.errors import UsageError
from domain.problems import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampled:
    """What became of the drawn units, one row per unit."""

    rows: Ints
    """Rows of the frame."""
    judged: Flags
    """Whether the page was read and judged; blocked and failed ones were not."""
    violating: Flags
    """Whether a violation was found; meaningless where not judged."""
    classes: Ints
    """Response class 回答组: within one, being blocked is taken to have nothing to do with violating."""

    def where(self, kept: Flags) -> Sampled:
        """The units that ``kept`` flags."""
        return Sampled(
            rows=self.rows[kept],
            judged=self.judged[kept],
            violating=self.violating[kept],
            classes=self.classes[kept],
        )

    def joined(self, other: Sampled) -> Sampled:
        """These units, then the other's."""
        return Sampled(
            rows=np.concatenate([self.rows, other.rows]),
            judged=np.concatenate([self.judged, other.judged]),
            violating=np.concatenate([self.violating, other.violating]),
            classes=np.concatenate([self.classes, other.classes]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Prevalence of the frame, with its 95 % interval unless another confidence was asked for."""

    prevalence: float
    low: float
    high: float
    standard_error: float
    hajek: float
    """The ratio estimate 比估计 of Hájek: weighted violations over weighted pages; slightly biased, but
    steadier where the size of the sample is random."""
    frame: int
    drawn: int
    judged: int
    hits: int
    effective_size: float
    uncovered: float
    """Share of the frame of which nothing is known: strata that the size did not reach, response classes
    without a single judged page. The estimate is of the rest."""

    @property
    def response_rate(self) -> float:
        """Share of drawn units that were judged 有效采集率."""
        return self.judged / self.drawn if self.drawn else 0.0

    @property
    def total(self) -> float:
        """Violating units in the frame."""
        return self.prevalence * self.frame

    @property
    def design_effect(self) -> float:
        """Variance as a multiple of that of a simple random sample of the pages judged 设计效应."""
        return self.judged / self.effective_size if self.effective_size else inf


@dataclass(frozen=True, slots=True)
class Bounds:
    """Non-response taken at its extremes: every unread page clean, and every one violating (Manski 1989)."""

    all_clean: Estimate
    all_violating: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Variance:
    """Variance of an estimate, and how well it is known."""

    value: float
    hit: float
    """What one more violation of average weight adds to the estimate …"""
    hit_variance: float
    """… and to the variance."""
    freedom: float = inf
    """Degrees of freedom 自由度: drawn shops less classes; infinite where single pages are drawn."""


def estimate(layout: Layout, sampled: Sampled, *, confidence: float = 0.95) -> Estimate:
    """Prevalence of the frame of ``layout``.

    Unread pages are made up for by judged ones of the same response class (SSW sec. 15.6); see ``bounds``
    for what they could hide.

    Raises:
        UsageError: nothing was judged, or a drawn unit has no probability in (0, 1].
    """
    weights = _weights(layout, sampled)
    factors, uncovered = _response_factors(weights, sampled)
    kept = sampled.judged
    made = weights[kept] * factors[sampled.classes[kept]]
    frame = _reached(layout)
    values = made * sampled.violating[kept] / frame
    variance = _variance(layout, sampled.rows[kept], values, made, float(kept.mean()))
    uncovered = 1 - (1 - uncovered) * frame / layout.probability.size
    return assembled(sampled, made, frame, variance, uncovered=uncovered, confidence=confidence)


def estimate_within(layout: Layout, sampled: Sampled, domain: Flags, *, confidence: float = 0.95) -> Estimate:
    """Prevalence in a part of the frame 分域估计, such as a platform or a stratum; ``domain`` by row.

    The ratio estimate, its variance by linearisation (SSW sec. 5.8). Where the domain is a stratum that was
    drawn by itself this is the plain share of that stratum.

    Raises:
        UsageError: no page of the domain was judged.
    """
    inside = domain[sampled.rows]
    if not (inside & sampled.judged).any():
        raise UsageError(Problem.PART_NOT_JUDGED, count=int(inside.sum()))
    weights = _weights(layout, sampled)
    factors, uncovered = _response_factors(weights, sampled)
    kept = sampled.judged
    here = inside[kept]
    made = weights[kept] * factors[sampled.classes[kept]]
    hits = sampled.violating[kept] & here
    weight = float(made[here].sum())
    share = float(made[hits].sum()) / weight
    residuals = np.where(here, made * (hits - share) / weight, 0.0)
    variance = _variance(layout, sampled.rows[kept], residuals, made, float(kept.mean()))
    left = 1 - int(here.sum()) / int(domain.sum())
    hit, hit_variance = _hit_within(layout, sampled.rows[kept][here], made[here] / weight, left)
    return assembled(
        sampled.where(inside),
        made[here] * int(domain.sum()) / weight,
        int(domain.sum()),
        replace(variance, hit=hit, hit_variance=hit_variance),
        uncovered=uncovered,
        confidence=confidence,
    )


def assembled(
    sampled: Sampled,
    weights: Floats,
    frame: int,
    variance: Variance,
    *,
    uncovered: float = 0.0,
    confidence: float = 0.95,
) -> Estimate:
    """The estimate that judged pages with these weights make, in a frame of ``frame`` units."""
    kept = sampled.judged
    hits = sampled.violating[kept]
    prevalence = float(weights[hits].sum()) / frame
    effective = _effective_size(prevalence, variance)
    certain = variance.freedom == inf
    z = normal_quantile(confidence) if certain else student_quantile(confidence, variance.freedom)
    low, high = wilson_of_share(min(prevalence, 1.0), effective, z=z)
    return Estimate(
        prevalence=prevalence,
        low=low,
        high=high,
        standard_error=sqrt(variance.value),
        hajek=float(weights[hits].sum() / weights.sum()),
        frame=frame,
        drawn=sampled.rows.size,
        judged=int(kept.sum()),
        hits=int(hits.sum()),
        effective_size=effective,
        uncovered=uncovered,
    )


def bounds(layout: Layout, sampled: Sampled, *, confidence: float = 0.95) -> Bounds:
    """What unread pages could hide: the prevalence if all were clean, and if all were violating."""
    everything = np.ones_like(sampled.judged)
    clean, violating = (
        estimate(
            layout,
            Sampled(rows=sampled.rows, judged=everything, violating=flags, classes=sampled.classes),
            confidence=confidence,
        )
        for flags in (sampled.violating & sampled.judged, sampled.violating | ~sampled.judged)
    )
    reached = _reached(layout) / layout.probability.size
    return Bounds(_of_whole(clean, reached, 0.0), _of_whole(violating, reached, 1.0))


def _reached(layout: Layout) -> int:
    """Units that had a chance; a stratum too small for the size may have none."""
    return int(np.count_nonzero(layout.probability))


def _of_whole(part: Estimate, reached: float, beyond: float) -> Estimate:
    """The estimate for the whole frame, if the prevalence is ``beyond`` in what the design did not reach."""
    prevalence, low, high = (
        reached * share + (1 - reached) * beyond for share in (part.prevalence, part.low, part.high)
    )
    return replace(part, prevalence=prevalence, low=low, high=high)


def _weights(layout: Layout, sampled: Sampled) -> Floats:
    if not sampled.judged.any():
        raise UsageError(Problem.NOTHING_JUDGED, count=int(sampled.rows.size))
    probability = layout.probability[sampled.rows]
    if not ((probability > 0) & (probability <= 1)).all():
        raise UsageError(
            "a drawn unit has an inclusion probability outside (0, 1]; was it drawn by this design?"
        )
    return np.asarray(1 / probability, dtype=np.float64)


def _response_factors(weights: Floats, sampled: Sampled) -> tuple[Floats, float]:
    """By class, drawn weight over judged weight; and the share of weight in classes nobody answered for."""
    drawn = np.bincount(sampled.classes, weights=weights)
    judged = np.bincount(sampled.classes, weights=weights * sampled.judged)
    answered = judged > 0
    covered = float(drawn[answered].sum() / drawn.sum())
    factors = np.divide(drawn, judged, out=np.zeros_like(drawn), where=answered) / covered
    return factors, 1 - covered


def _variance(layout: Layout, rows: Ints, values: Floats, weights: Floats, response: float) -> Variance:
    """Variance of the sum of ``values``, one per judged unit."""
    if isinstance(layout, ShopLayout):
        return _shop_variance(layout, rows, values)
    if isinstance(layout, PoissonLayout):
        value = float(((1 - 1 / weights) * values**2).sum())
    elif isinstance(layout, GroupLayout):
        value = group_variance(layout.groups[rows], layout.totals, values)
    elif isinstance(layout, SystematicLayout):
        # No unbiased estimator exists; that of a simple random sample errs on the safe side where
        # neighbours in the result list are alike (Cochran 1977, sec. 8.11).
        value = group_variance(np.zeros_like(rows), np.array([layout.rows.size]), values)
    else:
        raise TypeError(f"no variance is known for {type(layout).__name__}")
    chance = layout.probability[layout.probability > 0] * response
    spread = float(((1 - chance) / chance).sum()) / chance.size**2
    return Variance(value=value, hit=1 / rows.size, hit_variance=spread / rows.size)


def group_variance(groups: Ints, totals: Ints, values: Floats) -> float:
    """Simple random sampling within groups, with finite-population correction; SSW (3.7.8)."""
    counts = np.bincount(groups, minlength=totals.size)
    sums = np.bincount(groups, weights=values, minlength=totals.size)
    squares = np.bincount(groups, weights=values**2, minlength=totals.size)
    several = counts > 1
    n, total = counts[several], totals[several]
    deviations = np.maximum(squares[several] - sums[several] ** 2 / n, 0.0)
    return float((n / (n - 1) * (1 - n / total) * deviations).sum())


def _shop_variance(layout: ShopLayout, rows: Ints, values: Floats) -> Variance:
    shops, place = np.unique(layout.shops[rows], return_inverse=True)
    counts = np.bincount(place)
    sums = np.bincount(place, weights=values)
    squares = np.bincount(place, weights=values**2)
    first = layout.shop_probability[shops]
    several = counts > 1
    n = counts[several]
    within = np.maximum(squares[several] - sums[several] ** 2 / n, 0.0)
    left = 1 - n / layout.listings[shops[several]]
    second = float((n / (n - 1) * left * within * first[several]).sum())
    between = 0.0
    classes = layout.classes[shops]
    for code in np.unique(classes[classes > 0]):
        mine = classes == code
        if mine.sum() > 1:
            weight = (1 - first[mine]) * mine.sum() / (mine.sum() - 1)
            middle = np.average(sums[mine], weights=weight) if weight.sum() else 0.0
            between += float((weight * (sums[mine] - middle) ** 2).sum())
    # One more violating shop, as likely to be met as drawn ones are, all of whose listings violate.
    chance = layout.shop_probability
    reached = np.maximum(chance, np.finfo(float).tiny)
    whole = np.where(chance > 0, layout.listings / reached, 0.0) / _reached(layout)
    hit = float((chance * whole).sum() / chance.sum())
    hit_variance = float((chance * (1 - chance) * whole**2).sum() / chance.sum())
    freedom = max(float((classes > 0).sum() - np.unique(classes[classes > 0]).size), 1.0)
    return Variance(value=between + second, hit=hit, hit_variance=hit_variance, freedom=freedom)


def _hit_within(layout: Layout, rows: Ints, shares: Floats, left: float) -> tuple[float, float]:
    """What one more violation adds in a part of the frame whose judged units count by ``shares``."""
    if not isinstance(layout, ShopLayout):
        return 1 / rows.size, float((shares**2).sum()) * left / rows.size
    shops, place = np.unique(layout.shops[rows], return_inverse=True)
    whole = np.bincount(place, weights=shares)
    missed = 1 - layout.shop_probability[shops]
    return 1 / shops.size, float((missed * whole**2).sum()) / shops.size


def _effective_size(prevalence: float, variance: Variance) -> float:
    share = (min(prevalence, 1.0) + variance.hit) / (1 + 2 * variance.hit)
    spread = variance.value + variance.hit_variance
    return share * (1 - share) / spread if spread > 0 else inf
