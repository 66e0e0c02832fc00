"""``netsword rules``: the catalogue and the packs."""

from __future__ import annotations

from typing import Annotated

import typer
import yaml
from rich.text import Text

from domain.errors import RulePackError
from netsword.output import emit, out, say, table
from rules.lint import lint
from rules.loader import load_catalogue, load_packs, load_uncovered

app = typer.Typer(name="rules", no_args_is_help=True, help="Rules 规则: list, check, explain.")

Json = Annotated[bool, typer.Option("--json", help="machine-readable result on stdout")]


@app.command(name="list", epilog="Example: netsword rules list --json")
def list_(as_json: Json = False) -> None:
    """Every code of the catalogue, and whether a detector covers it."""
    catalogue = load_catalogue()
    covered = {rule.code for rule in load_packs(catalogue).every if rule.runs}
    why_not = load_uncovered(catalogue)
    if as_json:
        emit(
            [
                {"code": rule.code, "name": rule.name_zh, "covered": rule.code in covered}
                | {"why_not": why_not.get(rule.code, "")}
                for rule in catalogue
            ]
        )
        return
    rows = table("Rules 规则", "rule", "名称", "severity", "covered, or why not")
    for rule in catalogue:
        note = "yes" if rule.code in covered else f"no: {why_not.get(rule.code, 'not yet')}"
        rows.add_row(rule.code, rule.name_zh, rule.severity, note)
    out.print(rows)


@app.command(epilog="Example: netsword rules check")
def check() -> None:
    """Lint the catalogue and the packs; exit code 2 when something is wrong."""
    catalogue = load_catalogue()
    problems = lint(catalogue, load_packs(catalogue))
    for problem in problems:
        say(str(problem))
    if problems:
        raise RulePackError(f"{len(problems)} problem(s) in the rules")
    say(f"{len(catalogue)} codes, no problem.")


@app.command(epilog="Example: netsword rules explain LIC-MISSING")
def explain(code: str, as_json: Json = False) -> None:
    """One rule: the duty, its legal basis with validity, exceptions, and its examples."""
    catalogue = load_catalogue()
    rule = catalogue.get(code)
    if as_json:
        emit(rule)
        return
    out.print(Text(f"{rule.code}  {rule.name_zh}  {rule.name_en}", style="bold"))
    out.print(Text(f"  {rule.group}  {rule.severity}  {'、'.join(rule.scope)}"))
    out.print(Text(f"  duty 义务  {rule.duty}"))
    for basis in rule.basis:
        until = f"（至 {basis.valid_to}）" if basis.valid_to else ""
        out.print(Text(f"  basis 依据  《{basis.law}》{basis.article}{until}  [{basis.check}]"))
    for exception in rule.exceptions:
        out.print(Text(f"  exception 例外  {exception}"))
    for packed in load_packs(catalogue).every:
        if packed.code == code:
            # The terms of a pack run into thousands with their variants; the file has them.
            shown = packed.model_dump(mode="json", include={"status", "falsepositives", "examples"})
            out.print(Text(yaml.safe_dump(shown, allow_unicode=True, sort_keys=False)))
