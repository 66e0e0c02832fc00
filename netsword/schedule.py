"""``netsword schedule``: what is to come, what was missed, and the hand on the switch."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from crawlers.peaks import peaks_between
from crawlers.rounds import ask_for_run
from crawlers.schedule import CHINA, planned_runs
from netsword.output import emit, out, say, table
from netsword.session import open_store
from reports.notes import told

app = typer.Typer(
    name="schedule", no_args_is_help=True, help="Calendar 排期: show, now, pause, resume, missed."
)

Json = Annotated[bool, typer.Option("--json", help="machine-readable result on stdout")]
Days = Annotated[int, typer.Option(help="how many days", min=1, max=366)]


@app.command(epilog="Example: netsword schedule show --days 30")
def show(days: Days = 7, as_json: Json = False) -> None:
    """Runs to come with their expected load per host, and the promotion phases of those days."""
    now = datetime.now(UTC)
    with open_store() as (store, _):
        planned = planned_runs(store.sweeps.list(), now, now + timedelta(days=days))
        held = store.slots.pause().is_on
    today = now.astimezone(CHINA).date()
    peaks = peaks_between(today, today + timedelta(days=days))
    if as_json:
        emit({"held": held, "runs": planned, "peaks": peaks})
        return
    rows = table(
        "To come 排期 (Asia/Shanghai)", "at", "sweep", "phase", "campaign phase", "pages, hours per host"
    )
    for run in planned:
        load = "; ".join(f"{host} {pages}, {run.hours[host]:.1f} h" for host, pages in run.pages.items())
        at = f"{run.at.astimezone(CHINA):%Y-%m-%d %H:%M}"
        rows.add_row(at, run.sweep, run.phase, "、".join(run.campaign_phases), load)
    out.print(rows)
    rows = table("Promotions 促销节点", "promotion", "phase", "from", "to")
    for span in peaks:
        rows.add_row(f"{span.promotion} {span.name}", span.phase, str(span.start), str(span.end))
    out.print(rows)
    if held:
        say("the whole schedule is paused: netsword schedule resume")


@app.command(epilog="Example: netsword schedule now double11-food-2026")
def now(sweep: str) -> None:
    """Ask for a run of a stored sweep outside the calendar; the scheduler or the next 'nightly' makes it."""
    with open_store() as (store, _):
        claim = ask_for_run(store, sweep, datetime.now(UTC), "command line")
    say(f"run {claim.run} of {sweep} is asked for; the scheduler takes it up, or 'netsword nightly'.")


@app.command(epilog="Example: netsword schedule pause")
def pause() -> None:
    """Hold the whole schedule: nothing new is begun; runs under way are not touched."""
    with open_store() as (store, _):
        store.slots.set_paused(paused=True, by="command line")
    say("schedule paused. Go on with: netsword schedule resume")


@app.command(epilog="Example: netsword schedule resume")
def resume() -> None:
    """Let the whole schedule go on; what was due meanwhile is made up for by one run per sweep."""
    with open_store() as (store, _):
        store.slots.set_paused(paused=False, by="command line")
    say("schedule active.")


@app.command(epilog="Example: netsword schedule missed --days 30")
def missed(days: Days = 30, as_json: Json = False) -> None:
    """Due times that passed without a run, and runs that could not be made; exit code 1 if there are any."""
    with open_store() as (store, _):
        alarms = store.slots.alarms(datetime.now(UTC) - timedelta(days=days))
    if as_json:
        emit(alarms)
    else:
        rows = table("Missed 漏跑", "at", "sweep", "state", "missed", "run", "error", right=("missed",))
        for each in alarms:
            at = f"{each.at.astimezone(CHINA):%Y-%m-%d %H:%M}"
            rows.add_row(at, each.sweep, each.state, str(each.missed), each.run, told("en", each.error))
        out.print(rows)
    raise typer.Exit(1 if alarms else 0)
