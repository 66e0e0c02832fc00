"""``netsword run``: executions of sweeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer

from crawlers.cohorts import record_revisits
from crawlers.controls import ENDED, cancel_run, pause_run, release_run
from crawlers.holding import holding, is_worked_on, run_hold
from crawlers.processes import owner_name
from crawlers.runner import CRAWLING, CrawlResult, crawl
from domain.errors import UsageError
from domain.revisit import Revisit
from domain.run import Run, RunState
from domain.target import FINAL_STATES, Outcome
from netsword.digest import note_run
from netsword.output import emit, out, percent, say, table
from netsword.progress import RunProgress
from netsword.run_reports import compare, report
from netsword.session import existing, find_run, log_to, open_store
from pipelines.analyse import analyse
from reports.notes import told
from reports.run_summary import RunSummary, summarise
from rules.loader import load_catalogue
from settings import Settings
from storage.holds import Hold
from storage.store import Store

app = typer.Typer(
    name="run",
    no_args_is_help=True,
    help="Runs 批次: list, show, report, compare, pause, resume, cancel.",
)
app.command(epilog="Example: netsword run report last --xlsx report.xlsx --docx report.docx")(report)
app.command(epilog="Example: netsword run compare 8Q2F last --xlsx peak.xlsx")(compare)

RunId = Annotated[str, typer.Argument(help="run id, its last characters, or 'last'")]
OUTCOMES = (*(outcome.value for outcome in Outcome), "total")

Json = Annotated[bool, typer.Option("--json", help="machine-readable result on stdout")]
COMPLETE, FAULT, BELOW_FLOOR, LOCKED = 0, 1, 3, 4
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
def resume(
    run: RunId = "last",
    workers: Workers = 1,
    unless_paused: Annotated[
        bool, typer.Option("--unless-paused", help="leave a run alone that somebody paused meanwhile")
    ] = False,
    as_json: Json = False,
    scheduled: Annotated[bool, typer.Option("--scheduled", hidden=True)] = False,
) -> None:
    """Go on with a run that was paused, killed or only planned; nothing is lost or done twice."""
    with open_store() as (store, settings):
        log_to("run", settings)
        found = find_run(store, run)
        if scheduled:
            code = resume_run(
                store, settings, found, workers=workers, as_json=as_json, exclusive=True, wait=False
            )
        else:
            if not unless_paused:
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


def resume_run(
    store: Store,
    settings: Settings,
    run: Run,
    *,
    workers: int,
    as_json: bool = False,
    exclusive: bool = False,
    wait: bool = True,
) -> int:
    """Takes a run from wherever it stands to its figures; the exit code that tells how it went.

    Args:
        store: where the run lies.
        settings: limits, and where logs go.
        run: as it was when somebody chose it.
        workers: crawl processes.
        as_json: figures as JSON.
        exclusive: not while another process works on this run, as schedulers have it; people may join in.
        wait: until other runs have left the hosts of this one.
    """
    if run.state is RunState.CANCELLED:
        raise UsageError(f"run {run.id} was cancelled; start the sweep again instead")
    me = owner_name()
    with holding(store, [run_hold(run.id)], run=run.id, owner=me, exclusive=exclusive) as held:
        if exclusive and (not held or is_worked_on(store, run.id, besides=me)):
            say(f"run {run.id} is being worked on by another process.")
            return LOCKED
        # It may have moved on since it was chosen.
        run = existing(store.runs.get(run.id), f"run {run.id}")
        if exclusive and run.state in ENDED:
            return COMPLETE
        result = CrawlResult(())
        if run.state in CRAWLING:
            result = visit(store, settings, run.id, workers=workers, wait=wait)
        return finish(store, settings, run.id, result, as_json=as_json)


def visit(store: Store, settings: Settings, run_id: str, *, workers: int, wait: bool = True) -> CrawlResult:
    """Crawls a run and shows how far it is; says so when it has to wait for a host."""
    said: set[str] = set()

    def waits(hold: Hold) -> None:
        if hold.what not in said:
            said.add(hold.what)
            say(f"{hold.what} is being visited by run {hold.run}; waiting for it to end.")

    with RunProgress(store, run_id) as progress:
        return crawl(
            store,
            run_id,
            settings,
            workers=workers,
            on_progress=progress.update,
            wait=waits if wait else None,
        )


def finish(
    store: Store, settings: Settings, run_id: str, result: CrawlResult, *, as_json: bool = False
) -> int:
    """Analyses a run whose targets are settled, prints its figures, and gives the exit code."""
    open_targets = sum(row.count for row in store.frontier.counts(run_id) if row.state not in FINAL_STATES)
    now_stored = existing(store.runs.get(run_id), f"run {run_id}")
    if result.waits_for:
        say(f"run {run_id} waits: another run visits {result.waits_for}.")
        return LOCKED
    if open_targets and now_stored.is_paused:
        say(f"run {run_id} is paused, {open_targets} targets open. Go on with: netsword run resume {run_id}")
        return 0
    # A crawl that was killed between its last search page and the draw has nothing open and is not through.
    if open_targets or now_stored.state in (RunState.PLANNED, RunState.FRAMING):
        limit = f"; the limit of {result.limit} was used up" if result.limit else ""
        say(
            f"run {run_id} stopped with {open_targets} targets open (exit codes {result.exit_codes}{limit}; "
            f"logs in {settings.log_dir}). Go on with: netsword run resume {run_id}"
        )
        return FAULT
    now = datetime.now(UTC)
    run = existing(store.runs.get(run_id), f"run {run_id}")
    sweep = existing(store.sweeps.get(run.sweep, run.sweep_version), f"sweep {run.sweep}").sweep
    store.runs.advance(run_id, RunState.VISITING, RunState.ANALYSING)
    analysis = analyse(store, run, sweep, now=now, kept_in=settings.var_dir / "reviews")
    record_revisits(store, run, sweep)
    store.runs.finish(run_id, finished_at=now, summary=asdict(analysis))
    summary = summarise(store, existing(store.runs.get(run_id), f"run {run_id}"), load_catalogue())
    note_run(store, settings, summary, sweep, now)
    print_summary(summary, as_json=as_json)
    if sweep.cohort is not None and not as_json:
        print_revisits(store.revisits.of_run(run_id))
    if summary.coverage_rate < sweep.coverage_floor:
        floor = percent(sweep.coverage_floor)
        say(f"coverage {percent(summary.coverage_rate)} is below the sweep's floor {floor}.")
        return BELOW_FLOOR if result.clean else FAULT
    return COMPLETE if result.clean else FAULT


def print_revisits(revisits: Sequence[Revisit]) -> None:
    """What became of the listings of a cohort, and by how much their prices moved."""
    rows = table(
        "Cohort 跟踪结果", "listing", "title", "fate", "reason", "price before", "now", "relisted as"
    )
    for each in revisits:
        prices = ("" if price is None else str(price) for price in (each.price_before, each.price_now))
        rows.add_row(each.listing, each.title, each.fate, each.reason, *prices, " ".join(each.relisted_as))
    out.print(rows)


def print_summary(summary: RunSummary, *, as_json: bool) -> None:
    """Coverage, reasons, strata, alarms and rules, as tables or as JSON."""
    if as_json:
        emit(summary.as_dict())
        return
    _print_coverage(summary)
    for alarm in summary.alarms:
        out.print(f"ALARM 适配器告警: {told('en', alarm.note)}", markup=False, style="bold red")
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
