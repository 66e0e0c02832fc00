"""``netsword run``: executions of sweeps."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer

from crawlers.controls import cancel_run, pause_run, release_run
from crawlers.runner import CRAWLING, CrawlResult, crawl
from domain.errors import UsageError
from domain.run import Run, RunState
from domain.target import FINAL_STATES
from netsword.output import emit, out, percent, say, table
from netsword.progress import RunProgress
from netsword.run_reports import compare, report
from netsword.session import existing, find_run, log_to, open_store
from pipelines.analyse import analyse
from reports.run_summary import RunSummary, summarise
from rules.loader import load_catalogue
from settings import Settings
from storage.store import Store

app = typer.Typer(
    name="run",
    no_args_is_help=True,
    help="Runs 批次: list, show, report, compare, pause, resume, cancel.",
)
app.command(epilog="Example: netsword run report last --xlsx report.xlsx --docx report.docx")(report)
app.command(epilog="Example: netsword run compare 8Q2F last --xlsx peak.xlsx")(compare)

RunId = Annotated[str, typer.Argument(help="run id, its last characters, or 'last'")]
OUTCOMES = ("read", "empty", "gone", "broken", "blocked", "pending", "total")

Json = Annotated[bool, typer.Option("--json", help="machine-readable result on stdout")]
Workers = Annotated[int, typer.Option(help="crawl processes that share the run", min=1, max=32)]


@app.command(name="list", epilog="Example: netsword run list --json")
def list_(limit: int = 20, as_json: Json = False) -> None:
    """Newest runs first."""
    with open_store() as (store, _):
        runs = store.runs.list(limit=limit)
    if as_json:
        emit(runs)
        return
    rows = table("Runs 批次", "run", "sweep", "version", "state", "started", right=("version",))
    for run in runs:
        started = f"{run.started_at.astimezone():%Y-%m-%d %H:%M}"
        state = f"{run.state} (paused)" if run.is_paused else run.state
        rows.add_row(run.id, run.sweep, str(run.sweep_version), state, started)
    out.print(rows)


@app.command(epilog="Example: netsword run show last --json")
def show(run: RunId = "last", as_json: Json = False) -> None:
    """Coverage and findings of a run, with denominators and intervals."""
    with open_store() as (store, _):
        summary = summarise(store, find_run(store, run), load_catalogue())
    print_summary(summary, as_json=as_json)


@app.command(epilog="Example: netsword run resume last --workers 2")
def resume(run: RunId = "last", workers: Workers = 1, as_json: Json = False) -> None:
    """Go on with a run that was paused, killed or only planned; nothing is lost or done twice."""
    with open_store() as (store, settings):
        log_to("run", settings)
        found = find_run(store, run)
        release_run(store, found)
        code = resume_run(store, settings, found, workers=workers, as_json=as_json)
    raise typer.Exit(code)


@app.command(epilog="Example: netsword run cancel last")
def cancel(run: RunId) -> None:
    """Stop a run for good: what was not visited is recorded as cancelled."""
    with open_store() as (store, _):
        found = find_run(store, run)
        count = cancel_run(store, found)
    if count is None:
        raise UsageError(f"run {found.id} is {found.state} already")
    say(f"run {found.id} cancelled; {count} targets were not visited.")


@app.command(epilog="Example: netsword run pause last")
def pause(run: RunId) -> None:
    """Hold a run: its crawl processes end in order, and only 'run resume' goes on with it."""
    with open_store() as (store, _):
        found = find_run(store, run)
        held = pause_run(store, found)
    if not held:
        is_paused = "paused already" if found.is_paused else f"{found.state}: nothing of it is being crawled"
        raise UsageError(f"run {found.id} is {is_paused}")
    say(f"run {found.id} paused. Go on with: netsword run resume {found.id}")


def resume_run(store: Store, settings: Settings, run: Run, *, workers: int, as_json: bool = False) -> int:
    """Takes a run from wherever it stands to its figures; the exit code that tells how it went."""
    if run.state is RunState.CANCELLED:
        raise UsageError(f"run {run.id} was cancelled; start the sweep again instead")
    result = CrawlResult(())
    if run.state in CRAWLING:
        with RunProgress(store, run.id) as progress:
            result = crawl(store, run.id, settings, workers=workers, on_progress=progress.update)
    return finish(store, settings, run.id, result, as_json=as_json)


def finish(
    store: Store, settings: Settings, run_id: str, result: CrawlResult, *, as_json: bool = False
) -> int:
    """Analyses a run whose targets are settled, prints its figures, and gives the exit code."""
    open_targets = sum(row.count for row in store.frontier.counts(run_id) if row.state not in FINAL_STATES)
    now_stored = existing(store.runs.get(run_id), f"run {run_id}")
    if open_targets and now_stored.is_paused:
        say(f"run {run_id} is paused, {open_targets} targets open. Go on with: netsword run resume {run_id}")
        return 0
    if open_targets:
        say(
            f"run {run_id} stopped with {open_targets} targets open (exit codes {result.exit_codes}; logs in "
            f"{settings.log_dir}). Go on with: netsword run resume {run_id}"
        )
        return 1
    now = datetime.now(UTC)
    run = existing(store.runs.get(run_id), f"run {run_id}")
    sweep = existing(store.sweeps.get(run.sweep, run.sweep_version), f"sweep {run.sweep}").sweep
    store.runs.advance(run_id, RunState.VISITING, RunState.ANALYSING)
    analysis = analyse(store, run, sweep, now=now)
    store.runs.finish(run_id, finished_at=now, summary=asdict(analysis))
    summary = summarise(store, existing(store.runs.get(run_id), f"run {run_id}"), load_catalogue())
    print_summary(summary, as_json=as_json)
    if summary.coverage_rate < sweep.coverage_floor:
        floor = percent(sweep.coverage_floor)
        say(f"coverage {percent(summary.coverage_rate)} is below the sweep's floor {floor}.")
        return 3
    return 0 if result.clean else 1


def print_summary(summary: RunSummary, *, as_json: bool) -> None:
    """Coverage, reasons, strata, alarms and rules, as tables or as JSON."""
    if as_json:
        emit(summary.as_dict())
        return
    _print_coverage(summary)
    for alarm in summary.alarms:
        out.print(f"ALARM 适配器告警: {alarm.message}", markup=False, style="bold red")
    _print_rules(summary)
    out.print(
        f"snapshots 固证页面 {summary.snapshots}   leads 线索 {summary.leads}   "
        f"coverage 覆盖率 {percent(summary.coverage_rate)}",
        markup=False,
    )


def _print_coverage(summary: RunSummary) -> None:
    rows = table("Coverage 采集覆盖", "platform", "page", *OUTCOMES, right=OUTCOMES)
    for row in summary.coverage:
        rows.add_row(row.platform, row.kind, *(str(getattr(row, outcome)) for outcome in OUTCOMES))
    out.print(rows)
    if summary.reasons:
        rows = table(
            "Not read 未采集原因", "platform", "page", "outcome", "reason", "count", right=("count",)
        )
        for reason in summary.reasons:
            rows.add_row(reason.platform, reason.kind, reason.outcome, reason.reason, str(reason.count))
        out.print(rows)
    _print_strata(summary)


def _print_strata(summary: RunSummary) -> None:
    sample = ("frame", "drawn")
    rows = table(
        "Strata 分层覆盖: listings in the frame and drawn; what became of all pages of the stratum",
        "stratum",
        *sample,
        *OUTCOMES,
        right=(*sample, *OUTCOMES),
    )
    for row in summary.strata:
        rows.add_row(row.stratum, *(str(getattr(row, name)) for name in (*sample, *OUTCOMES)))
    out.print(rows)


def _print_rules(summary: RunSummary) -> None:
    numbers = ("judged", "flagged", "findings")
    shares = ("share (95 %)", "if unread all clean – all violating")
    rows = table("Findings 违法疑点", "rule", "名称", "severity", *numbers, *shares, right=numbers)
    for row in summary.rules:
        share = f"{percent(row.share)} ({percent(row.low)} – {percent(row.high)})"
        reach = "of those judged"
        if row.all_clean is not None and row.all_violating is not None:
            reach = f"{percent(row.all_clean)} – {percent(row.all_violating)}"
        cells = (str(row.judged), str(row.flagged), str(row.findings))
        rows.add_row(row.rule, row.name, row.severity, *cells, share, reach)
    out.print(rows)
