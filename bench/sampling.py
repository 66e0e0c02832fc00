"""What risk-driven sampling gains over simple random sampling, and what a plan costs.

``python -m bench.sampling`` prints ratios to simple random sampling in the same run: violations per page and
width of the interval at the same page budget, for scores from worthless to excellent; then the time to draw a
plan from result cards, as a multiple of ``random.sample``.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from functools import partial

from crawlers.sampling.designs import draw
from crawlers.sampling.market import MarketPlan
from crawlers.sampling.simulation import DESIGNS, Trial, TrialResult, named_design, run_trial
from domain.sweep import SamplingDesign
from domain.target import FrameUnit

PAGES = 500
FRAME = 20_000
AUCS = (0.5, 0.7, 0.85, 0.95)
PREVALENCES = (0.005, 0.05)
RISKY = ("poisson", "risk_bands")


def main() -> None:
    """Both tables."""
    print(f"{PAGES} of {FRAME} pages; the designs take the score's AUC for 0.85")
    print("prevalence   AUC  design       violations/page   width   coverage")
    for prevalence in PREVALENCES:
        for auc in AUCS:
            plain = _trial("simple_random", prevalence, auc)
            for name in RISKY:
                risky = _trial(name, prevalence, auc)
                found = risky.found_per_page / plain.found_per_page
                print(
                    f"{prevalence:10.1%}  {auc:.2f}  {name:12} {found:13.2f} x"
                    f" {risky.width / plain.width:7.2f} x {risky.coverage:9.1%}"
                )
    _print_times()


def _trial(name: str, prevalence: float, auc: float) -> TrialResult:
    market = MarketPlan(listings=FRAME, prevalence=prevalence, auc=auc)
    return run_trial(Trial(design=named_design(name, PAGES, market), market=market, replications=400))


def _print_times() -> None:
    units = [
        FrameUnit(
            run="r",
            url=f"http://h/{n}",
            platform="p",
            stratum=f"s{n % 8}",
            category="c",
            subject=f"p:{n}",
            shop=f"p:s{n % 2000}",
            price=str(1 + n % 97),
            rank=n,
        )
        for n in range(FRAME)
    ]
    baseline = _seconds(lambda: random.Random(1).sample(units, PAGES))  # noqa: S311 - sampling, not secrets
    census = SamplingDesign(kind="census")
    whole = _seconds(lambda: draw(units, census))
    print(f"plan from {FRAME} cards: census {whole / baseline:.0f} x random.sample ({whole:.2f} s)")
    for name in DESIGNS:
        drawing = partial(draw, units, named_design(name, PAGES, MarketPlan()))
        print(f"  {name:18} {_seconds(drawing) / whole:5.2f} x census")


def _seconds(work: Callable[[], object]) -> float:
    """The quickest of three."""
    times = []
    for _ in range(3):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return min(times)


if __name__ == "__main__":
    main()
