"""Sample size 样本量: margin and confidence in, pages and hours out."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, exp, inf, log, log1p

from crawlers.sampling.intervals import normal_quantile, wilson_of_share
from domain.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeQuestion:
    """What the sample has to achieve, and what it is up against."""

    margin: float
    """Half-width 允许误差 of the interval, as a share."""
    confidence: float = 0.95
    prevalence: float = 0.5
    """Expected; 0.5 is the worst case."""
    frame: int | None = None
    """Listings in the frame; ``None`` counts as endless."""
    design_effect: float = 1.0
    response_rate: float = 0.95
    pages_per_listing: float = 2.0
    """The listing, its reviews, its share of a shop's pages."""
    delay_s: float = 1.0
    hosts: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeAnswer:
    """What has to be drawn and how long the visit takes."""

    judged: int
    """Pages that have to be judged."""
    drawn: int
    """Listings to draw, so that enough answer."""
    pages: int
    hours: float
    low: float
    high: float
    """The interval to expect if the prevalence is as assumed."""
    sees_from: float
    """Smallest prevalence of which at least one violation is seen, with the asked confidence."""


def sample_size(question: SizeQuestion) -> SizeAnswer:
    """Listings, pages and hours for a margin.

    n0 = z² p (1 - p) / e², and n = n0 / (1 + (n0 - 1) / N) in a finite frame (Cochran 1977, Sampling
    Techniques, sec. 4.4), times the design effect (Kish 1965, Survey Sampling, sec. 8.2), over the response
    rate.

    Raises:
        UsageError: a number lies outside its range, or the frame is too small for what is asked.

    >>> sample_size(SizeQuestion(margin=0.05, response_rate=1)).judged
    385
    """
    _check(question)
    z = normal_quantile(question.confidence)
    p = question.prevalence
    judged = z * z * p * (1 - p) / question.margin**2 * question.design_effect
    if question.frame is not None:
        judged = min(judged / (1 + (judged - 1) / question.frame), question.frame)
    drawn = ceil(round(judged / question.response_rate, 9))
    if question.frame is not None and drawn > question.frame:
        raise UsageError(
            f"{ceil(judged)} judged pages need {drawn} drawn, more than the frame's {question.frame}; "
            "allow a wider margin"
        )
    pages = ceil(drawn * question.pages_per_listing)
    left = 1 - judged / question.frame if question.frame else 1.0
    effective = judged / question.design_effect / left if left > 0 else inf
    low, high = wilson_of_share(p, effective, z=z)
    return SizeAnswer(
        judged=ceil(round(judged, 9)),
        drawn=drawn,
        pages=pages,
        hours=pages * question.delay_s / question.hosts / 3600,
        low=low,
        high=high,
        sees_from=smallest_seen(ceil(round(judged, 9)), question.confidence),
    )


def smallest_seen(judged: int, confidence: float = 0.95) -> float:
    """Prevalence at which a sample shows at least one violation with this chance: 1 - (1 - c)^(1/n).

    About 3 / n at 95 %, the rule of three (Hanley & Lippman-Hand 1983, JAMA 249, pp. 1743-1745).

    >>> round(smallest_seen(300), 4)
    0.0099
    """
    return 1 - exp(log(1 - confidence) / judged)


def size_to_see(prevalence: float, confidence: float = 0.95) -> int:
    """Judged pages that show at least one violation of this prevalence with this chance 发现概率.

    >>> size_to_see(0.01)
    299
    """
    if not 0 < prevalence < 1:
        raise UsageError(f"a prevalence of {prevalence} is not between 0 and 1")
    return ceil(log(1 - confidence) / log1p(-prevalence))


def _check(question: SizeQuestion) -> None:
    wrong = [
        name
        for name, fits in (
            ("margin", 0 < question.margin < 0.5),
            ("confidence", 0.5 <= question.confidence < 1),
            ("prevalence", 0 < question.prevalence < 1),
            ("frame", question.frame is None or question.frame > 0),
            ("design effect", 0 < question.design_effect < inf),
            ("response rate", 0 < question.response_rate <= 1),
            ("pages per listing", question.pages_per_listing > 0),
            ("delay", question.delay_s >= 0),
            ("hosts", question.hosts > 0),
        )
        if not fits
    ]
    if wrong:
        raise UsageError(f"out of range: {', '.join(wrong)}; shares lie between 0 and 1, counts above 0")
