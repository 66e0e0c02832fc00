"""``netsword sample``: what a sampling design can do, and what earlier runs teach it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from typing import Annotated

import typer
import yaml
from rich.progress import track

from crawlers.sampling.market import MarketPlan
from crawlers.sampling.simulation import DESIGNS, Trial, TrialResult, named_design, run_trial
from crawlers.sampling.size import SizeQuestion, sample_size, size_to_see
from domain.errors import UsageError
from netsword.output import emit, err, out, percent, say, table
from netsword.session import find_run, open_store
from reports.learning import learn as learn_from

RARE = 0.01
"""Prevalence below which replications are four times as many: estimates of rare violations vary more."""
RARE_FACTOR = 4

app = typer.Typer(name="sample", no_args_is_help=True, help="Sampling 抽样: simulate, size, learn.")

RunId = Annotated[str, typer.Argument(help="run id, its last characters, or 'last'")]
Json = Annotated[bool, typer.Option("--json", help="machine-readable result on stdout")]
Confidence = Annotated[float, typer.Option(help="confidence of the interval, such as 0.95")]
Delay = Annotated[float, typer.Option(help="seconds between two pages of a host")]
Sizes = Annotated[list[int] | None, typer.Option("--size", help="pages drawn; 500 and 1000 if none", min=2)]
Designs = Annotated[list[str] | None, typer.Option("--design", help=f"all if none: {', '.join(DESIGNS)}")]
Prevalences = Annotated[
    list[float] | None, typer.Option("--prevalence", help="true share; 0.005, 0.05 and 0.3 if none")
]


@app.command(epilog="Example: netsword sample simulate --design risk_bands --prevalence 0.05 --size 500")
def simulate(
    design: Designs = None,
    size: Sizes = None,
    prevalence: Prevalences = None,
    replications: Annotated[
        int, typer.Option(help="draws per line; four times as many below 1 %", min=20)
    ] = 1000,
    listings: Annotated[int, typer.Option(help="listings in the market", min=100)] = 20_000,
    auc: Annotated[float, typer.Option(help="how well the risk score separates", min=0.5, max=0.99)] = 0.85,
    assumed_auc: Annotated[
        float, typer.Option(help="what the design takes it for", min=0.5, max=0.99)
    ] = 0.85,
    floor: Annotated[float, typer.Option(help="share of pages spread evenly", min=0.01, max=1)] = 0.3,
    blocked: Annotated[float, typer.Option(help="share of pages that cannot be read", min=0, max=0.9)] = 0.05,
    blocked_violating: Annotated[
        float, typer.Option(help="times as often for violating ones", min=0, max=20)
    ] = 1.0,
    seed: Annotated[int, typer.Option(min=0)] = 1,
    workers: Annotated[int, typer.Option(help="processes; 0 for one a core", min=0, max=64)] = 0,
    as_json: Json = False,
) -> None:
    """Draw designs from markets with known truth: bias, coverage, width, violations per page."""
    if blocked * blocked_violating >= 1:
        raise UsageError(
            f"--blocked {blocked} times --blocked-violating {blocked_violating} blocks everything"
        )
    cells = [
        (name, pages, MarketPlan(listings=listings, prevalence=share, auc=auc))
        for share in prevalence or (0.005, 0.05, 0.3)
        for pages in size or (500, 1000)
        for name in design or DESIGNS
    ]
    trials = {
        (name, pages, market.prevalence): Trial(
            design=named_design(name, pages, market, floor=floor, score_auc=assumed_auc),
            market=market,
            replications=replications * (RARE_FACTOR if market.prevalence < RARE else 1),
            blocked=blocked,
            blocked_violating=blocked_violating,
            seed=seed,
        )
        for name, pages, market in cells
    }
    names = [name for name, _, _ in trials]
    results = list(_results(list(trials.values()), workers or os.cpu_count() or 1))
    if as_json:
        emit([_row(*line) for line in zip(names, trials.values(), results, strict=True)])
        return
    _print(names, list(trials.values()), results)


@app.command(epilog="Example: netsword sample size --margin 0.02 --prevalence 0.05 --frame 20000 --delay 1.5")
def size(
    margin: Annotated[float, typer.Option(help="half-width of the interval, such as 0.02")],
    confidence: Confidence = 0.95,
    prevalence: Annotated[float, typer.Option(help="expected share; 0.5 is the worst case")] = 0.5,
    frame: Annotated[int, typer.Option(help="listings in the frame; 0 if endless", min=0)] = 0,
    design_effect: Annotated[float, typer.Option(help="of the design; about 2 for five a shop")] = 1.0,
    response: Annotated[float, typer.Option(help="share of pages that will be read")] = 0.95,
    pages_per_listing: Annotated[float, typer.Option(help="pages fetched per listing drawn")] = 2.0,
    delay: Delay = 1.0,
    hosts: Annotated[int, typer.Option(help="hosts visited side by side", min=1)] = 1,
    as_json: Json = False,
) -> None:
    """Sample-size calculator 样本量计算: margin and confidence in, pages and hours out."""
    answer = sample_size(
        SizeQuestion(
            margin=margin,
            confidence=confidence,
            prevalence=prevalence,
            frame=frame or None,
            design_effect=design_effect,
            response_rate=response,
            pages_per_listing=pages_per_listing,
            delay_s=delay,
            hosts=hosts,
        )
    )
    if as_json:
        emit({**asdict(answer), "to_see_one": size_to_see(prevalence, confidence)})
        return
    rows = table("Sample size 样本量", "what", "value", right=("value",))
    for what, value in (
        ("pages to be judged 有效样本", str(answer.judged)),
        ("listings to draw 抽样数", str(answer.drawn)),
        ("pages to fetch 采集页数", str(answer.pages)),
        ("hours 小时", f"{answer.hours:.1f}"),
        ("interval to expect 预期置信区间", f"{percent(answer.low)} – {percent(answer.high)}"),
        ("prevalence seen at least once from 可发现的最低违法率", percent(answer.sees_from)),
    ):
        rows.add_row(what, value)
    out.print(rows)


@app.command(epilog="Example: netsword sample learn last")
def learn(run: RunId = "last", as_json: Json = False) -> None:
    """Rates per stratum and the worth of the risk score, for the next design, from decided findings."""
    with open_store() as (store, _):
        learnt = learn_from(store, find_run(store, run).id)
    if as_json:
        emit(asdict(learnt))
        return
    design: dict[str, object] = {"prior_rates": dict(learnt.prior_rates)}
    if learnt.score_auc is not None:
        design["score_auc"] = learnt.score_auc
    out.print(yaml.safe_dump({"design": design}, allow_unicode=True, sort_keys=False), markup=False, end="")
    say(f"from {learnt.decided} decided listings of run {learnt.run}, {learnt.confirmed} of them confirmed.")
    if learnt.undecided:
        say(f"{learnt.undecided} flagged listings are not decided: without them the rates are too low.")


def _results(trials: Sequence[Trial], workers: int) -> Iterator[TrialResult]:
    with ProcessPoolExecutor(max_workers=min(workers, len(trials))) as pool:
        yield from track(
            pool.map(run_trial, trials), "simulating", total=len(trials), console=err, transient=True
        )


def _row(name: str, trial: Trial, result: TrialResult) -> dict[str, object]:
    bias = {"bias_in_errors": result.bias_in_errors}
    return {"design": name, "size": trial.design.size, **asdict(result), **bias}


def _print(names: Sequence[str], trials: Sequence[Trial], results: Sequence[TrialResult]) -> None:
    numbers = ("n", "pages", "bias", "± s.e.", "coverage", "Wald", "width", "found")
    rows = table("Simulation 模拟检验", "prevalence", "design", *numbers, right=numbers)
    for name, trial, result in zip(names, trials, results, strict=True):
        rows.add_row(
            percent(result.truth),
            name,
            str(trial.design.size),
            f"{result.pages:.0f}",
            f"{100 * result.bias:+.3f}",
            f"{100 * result.bias_error:.3f}",
            percent(result.coverage),
            percent(result.wald_coverage),
            f"{100 * result.width:.2f}",
            f"{result.found_per_page:.2f}",
        )
    out.print(rows)
    out.print(
        "bias, its Monte-Carlo standard error and the mean width in percentage points; coverage of the 95 % "
        "interval, and of ± 1.96 standard errors (Wald); found: violations per page read, as a multiple of a "
        "simple random sample's.",
        markup=False,
    )
