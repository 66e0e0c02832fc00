"""``netsword evidence``: what was preserved, and whether it is still what it was."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.progress import track
from rich.text import Text

from domain.errors import EvidenceError
from evidence.warc import read_record, verify
from netsword.output import emit, err, out, say
from netsword.session import existing, find_run, open_store

app = typer.Typer(
    name="evidence", no_args_is_help=True, help="Evidence 固证: show a snapshot, verify digests."
)

Json = Annotated[bool, typer.Option("--json", help="machine-readable result on stdout")]


@app.command(epilog="Example: netsword evidence show 3f2a… | head -40")
def show(
    snapshot: Annotated[str, typer.Argument(help="snapshot id, or its beginning")], as_json: Json = False
) -> None:
    """Fetch facts and headers of one snapshot, from the store and from its WARC record."""
    with open_store() as (store, settings):
        found = existing(
            store.snapshots.get(snapshot) or store.snapshots.beginning(snapshot),
            f"snapshot {snapshot}; 'netsword findings show' names it",
        )
        record = read_record(settings.evidence_dir, found.warc)
    if as_json:
        emit({"snapshot": found, "warc_headers": dict(record.headers), "http_headers": record.http_headers})
        return
    for name, value in [*record.headers, ("", ""), ("status", str(record.status)), *record.http_headers]:
        out.print(Text(f"{name}: {value}" if name else ""))


@app.command(name="verify", epilog="Example: netsword evidence verify last")
def verify_(run: Annotated[str, typer.Argument(help="run id or 'last'")] = "last") -> None:
    """Recompute the digest of every snapshot of a run; exit code 1 names what does not match."""
    with open_store() as (store, settings):
        found = find_run(store, run)
        snapshots = list(store.snapshots.of_run(found.id))
        wrong = []
        for snapshot in track(
            snapshots, description="verifying 校验", console=err, disable=not err.is_terminal
        ):
            try:
                verify(settings.evidence_dir, snapshot)
            except EvidenceError as error:
                wrong.append(str(error))
    for line in wrong:
        say(line)
    say(f"{len(snapshots) - len(wrong)} of {len(snapshots)} snapshots match their digests.")
    raise typer.Exit(1 if wrong else 0)
