"""``netsword sweep``: what officers ask for."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from crawlers.controls import pause_run
from crawlers.planning import categories_of, first_targets, keywords_of, unnamed_private_hosts
from crawlers.platforms.registry import with_profiles_beside
from crawlers.runner import crawl, start_run
from crawlers.sweep_text import as_yaml, difference, parse_sweep
from detectors.registry import refuse_unknown
from domain.cadence import PeakCadence, PeakPhase
from domain.errors import SweepError
from domain.run import Run
from domain.sweep import StoredSweep, Sweep
from netsword.output import emit, out, say, table
from netsword.plan_output import print_plan
from netsword.progress import RunProgress
from netsword.run import finish, visit
from netsword.session import existing, log_to, open_store
from reports.plan_preview import PREVALENCE, plan_preview
from rules.loader import load_catalogue, load_packs
from settings import Settings
from storage.store import Store

app = typer.Typer(
    name="sweep", no_args_is_help=True, help="Sweeps 定向监测: validate, plan, run, list, show."
)

File = Annotated[Path, typer.Argument(help="sweep in YAML", exists=True, dir_okay=False)]
Workers = Annotated[int, typer.Option(help="crawl processes that share the run", min=1, max=32)]
Json = Annotated[bool, typer.Option("--json", help="machine-readable result on stdout")]


def read_sweep(path: Path) -> Sweep:
    """A sweep file.

    Raises:
        SweepError: it does not parse or does not validate; every wrong key is named.
        UsageError: it names a detector that does not exist.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise SweepError(f"{path}: not YAML: {error}") from error
    sweep = with_profiles_beside(parse_sweep(text, called=str(path)), path.parent)
    first_targets(sweep, "check")
    refuse_unknown(sweep.detectors)
    # Broken rules are said now, not by a crawl that has begun.
    load_packs(load_catalogue())
    return sweep


@app.command(epilog="Example: netsword sweep validate demo/sweep.yaml")
def validate(file: File) -> None:
    """Check a sweep file; nothing is stored or fetched."""
    sweep = read_sweep(file)
    for category in categories_of(sweep):
        words = "、".join(keywords_of(sweep, category))
        negative = "、".join(sweep.negative_words.get(category, ()))
        out.print(f"{category}: {words}{f'   not 排除: {negative}' if negative else ''}", markup=False)
    for host in unnamed_private_hosts(sweep):
        say(
            f"{host} is a private address: the crawl refuses it until 'private_hosts: [\"{host}\"]' names it."
        )
    say(f"{file}: valid; {len(first_targets(sweep, 'check'))} first pages.")


@app.command(epilog="Example: netsword sweep plan sweep.yaml, then: netsword run resume last")
def plan(
    file: File,
    prevalence: Annotated[
        float, typer.Option(help="share of violating listings that the expected half-widths assume")
    ] = PREVALENCE,
    as_json: Json = False,
) -> None:
    """Dry run: read the search pages only; print targets, half-widths and hours, and what stays unseen."""
    sweep = read_sweep(file)
    with open_store() as (store, settings):
        run = _start(store, sweep)
        with RunProgress(store, run.id) as progress:
            crawl(store, run.id, settings, only_frame=True, on_progress=progress.update)
        # The plan waits for a person, whatever the calendar says.
        pause_run(store, run)
        preview = plan_preview(store, run.id, prevalence=prevalence)
    print_plan(preview, as_json=as_json)


@app.command(name="run", epilog="Example: netsword sweep run demo/sweep.yaml --workers 2")
def run_(file: File, workers: Workers = 1, as_json: Json = False) -> None:
    """Run a sweep now, from frame to findings, and print its figures."""
    sweep = read_sweep(file)
    with open_store() as (store, settings):
        log_to("sweep", settings)
        code = run_now(store, settings, sweep, workers=workers, as_json=as_json)
    raise typer.Exit(code)


@app.command(name="list", epilog="Example: netsword sweep list --json")
def list_(as_json: Json = False) -> None:
    """All sweeps with their newest version."""
    with open_store() as (store, _):
        found = store.sweeps.list()
    if as_json:
        emit(found)
        return
    rows = table(
        "Sweeps 监测任务", "name", "title", "version", "cadence", "window", "state", right=("version",)
    )
    for stored in found:
        window = f"{stored.sweep.window.start} – {stored.sweep.window.end}" if stored.sweep.window else "—"
        state = "paused" if stored.paused else "active"
        cells = (
            stored.sweep.name,
            stored.sweep.title,
            str(stored.version),
            cadence_of(stored.sweep),
            window,
            state,
        )
        rows.add_row(*cells)
    out.print(rows)


@app.command(epilog="Example: netsword sweep save weekly.yaml; 'netsword nightly' then runs it")
def save(file: File) -> None:
    """Store a sweep, so that 'netsword nightly' and the scheduler run it when it is due."""
    with open_store() as (store, _):
        stored = store.sweeps.save(read_sweep(file), saved_at=datetime.now(UTC))
    say(f"{stored.sweep.name}: version {stored.version} saved, cadence {cadence_of(stored.sweep)}.")


@app.command(epilog="Example: netsword sweep pause demo; netsword sweep pause demo --resume")
def pause(
    name: str, resume: Annotated[bool, typer.Option("--resume", help="let it run again")] = False
) -> None:
    """Keep a sweep from being due, or let it be due again."""
    with open_store() as (store, _):
        stored = store.sweeps.set_paused(name, not resume)
    say(f"{name}: {'paused' if stored.paused else 'active'}.")


@app.command(epilog="Example: netsword sweep show demo > sweep.yaml; netsword sweep show demo --history")
def show(
    name: str,
    version: Annotated[int | None, typer.Option(help="this version, not the newest", min=1)] = None,
    history: Annotated[bool, typer.Option("--history", help="every version, and what it changed")] = False,
) -> None:
    """A sweep as YAML, or all its versions with their differences."""
    with open_store() as (store, _):
        versions = store.sweeps.versions(name)
    found = [stored for stored in versions if version in (None, stored.version)]
    stored = existing(
        found[-1] if found else None, f"such version of sweep {name}; see 'netsword sweep list'"
    )
    if not history:
        out.print(as_yaml(stored.sweep), markup=False)
        return
    for before, after in zip([None, *versions], versions, strict=False):
        out.print(f"# {name} version {after.version}, {after.saved_at:%Y-%m-%d %H:%M}Z", markup=False)
        if before is not None:
            out.print(difference(before, after), markup=False)


def cadence_of(sweep: Sweep) -> str:
    """The cadence in one line: ``weekly``, or ``weekly; DOUBLE11: presale daily, peak every_6_hours``."""
    if not isinstance(sweep.cadence, PeakCadence):
        return sweep.cadence
    phases = [f"{phase} {sweep.cadence.on(phase)}" for phase in PeakPhase if phase is not PeakPhase.USUAL]
    return f"{sweep.usual_cadence}; {sweep.promotion}: {', '.join(phases)}"


def run_now(store: Store, settings: Settings, sweep: Sweep, *, workers: int, as_json: bool = False) -> int:
    """Runs a sweep from its first page to its figures; the exit code that tells how it went."""
    run = _start(store, sweep)
    say(f"run {run.id}: {sweep.title}")
    result = visit(store, settings, run.id, workers=workers)
    return finish(store, settings, run.id, result, as_json=as_json)


def _start(store: Store, sweep: Sweep) -> Run:
    now = datetime.now(UTC)
    stored: StoredSweep = store.sweeps.save(sweep, saved_at=now)
    return start_run(store, stored, now=now)
