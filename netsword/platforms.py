"""``netsword platforms``: what can be visited without writing anything."""

from __future__ import annotations

import typer

from crawlers.platforms.registry import known_adapters, known_profiles
from netsword.output import out, table

app = typer.Typer(
    name="platforms", no_args_is_help=True, help="Platforms 平台: list adapters and site profiles."
)


@app.command(name="list", epilog="Example: netsword platforms list")
def list_() -> None:
    """Adapters and bundled site profiles."""
    rows = table("Platforms 平台", "name", "kind")
    for name in known_adapters():
        rows.add_row(name, "adapter")
    for name in known_profiles():
        rows.add_row(name, "site profile")
    out.print(rows)


@app.callback()
def _group() -> None:
    """Keeps 'list' a sub-command while it is the only one."""
