"""``netsword registry``: operator and permit registers 经济户口 brought in, and looked up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from detectors.base import legal_day
from detectors.licensing.numbers import Numbers
from domain.cover import Cover, parse_cover
from domain.errors import UsageError
from domain.finding import operator_cases
from domain.register import OperatorRow, PermitRow, normal_number
from netsword.cli import LOCKED
from netsword.output import emit, out, say, table
from netsword.register_import import TWO_HOLDERS, Asked, ImportRunning, Kind, check_rows, take_rows
from netsword.session import open_store
from registry.imports import ImportReport, Remarks, read_rows
from registry.index import CONFLICT, DUPLICATE
from registry.permits import PermitForms
from registry.records import Remark, RowReader
from rules.licensing import load_licensing
from storage.registers import StoredRegister

app = typer.Typer(
    name="registry",
    no_args_is_help=True,
    help="Operator and permit registers 登记与许可数据: import, lookup, show, operators.",
)

Json = Annotated[bool, typer.Option("--json", help="machine-readable result on stdout")]
_SHOWN_REMARKS = 10
_LOOKED_UP = 20


@app.command(
    name="import", epilog="Example: netsword registry import operators.csv --snapshot-date 2026-11-01"
)
def import_(
    file: Annotated[Path, typer.Argument(help=".csv, .tsv, .jsonl or .xlsx", exists=True, dir_okay=False)],
    kind: Annotated[
        Kind, typer.Option(help="operators, one a row; or permits, one a row with its holder")
    ] = (Kind.OPERATORS),
    snapshot_date: Annotated[
        str, typer.Option(help="the day whose state the file is 数据截止日, YYYY-MM-DD")
    ] = "",
    whole: Annotated[
        bool, typer.Option("--whole", help="the file is the whole register: older rows go")
    ] = False,
    covers: Annotated[
        str,
        typer.Option(
            help="what the file holds whole 数据范围: 行政区划 digits, 企业 个体 合作社, or all;"
            " left out: the provinces and kinds that its rows show"
        ),
    ] = "",
    keep_bad_check: Annotated[
        bool,
        typer.Option(
            "--keep-bad-check",
            help="keep rows whose code fails the check character of GB 32100, for registers typed by hand;"
            " without it they are rejected, since no such code can have been given out",
        ),
    ] = False,
    rejects: Annotated[
        Path | None, typer.Option(help="write every reject here, a JSON line each: line, reason, detail, row")
    ] = None,
    warnings: Annotated[
        Path | None, typer.Option(help="write every warning on a row that was taken here, likewise")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="read and check each row, store nothing; rows are not compared")
    ] = False,
    as_json: Json = False,
) -> None:
    """Bring in a register; rows that cannot be taken are named with line and reason.

    A code with a wrong length, alphabet or check character rejects its row. A wrong digit of GB 11714 inside
    the code, a wrong check digit of an old number, and a permit number out of its form are warnings. Until
    the end of the file is reached, look-ups see the register as it was; one import runs at a time.
    """
    day, cover = _day(snapshot_date), _cover(covers)
    report = ImportReport()
    with ExitStack() as stack:
        reader = RowReader(keep_bad_check=keep_bad_check, permits=PermitForms(load_licensing().table))
        asked = Asked(file=file, kind=kind, day=day, whole=whole, cover=cover)
        rows = _rows(file, report, reader, stack, rejects, warnings)
        if dry_run:
            taken = check_rows(rows, report, asked)
        else:
            try:
                taken = take_rows(stack.enter_context(open_store())[0], rows, report, asked)
            except ImportRunning as running:
                say(str(running))
                raise typer.Exit(LOCKED) from None
    told: dict[str, Any] = {
        "file": file.name,
        "kind": kind.value,
        "snapshot_date": day,
        "covers": str(taken.cover),
        "lines": report.lines,
        "stored": 0 if dry_run else report.rows,
        "rows": report.rows,
        "rejected": report.rejects.count,
        "duplicates": None if dry_run else report.rejects.reasons[DUPLICATE],
        "conflicts": None
        if dry_run
        else report.rejects.reasons[CONFLICT] + report.warnings.reasons[TWO_HOLDERS],
        "warned": report.warnings.count,
        "removed": taken.removed,
        "unfinished_removed": taken.left,
        "encoding": report.encoding,
        "unused": report.unused,
        "reasons": dict(report.rejects.reasons.most_common()),
        "warnings": dict(report.warnings.reasons.most_common()),
    }
    if as_json:
        told["rejects"] = [_told(each) for each in report.rejects.first[:100]]
        emit(told | {"first_warnings": [_told(each) for each in report.warnings.first[:100]]})
    else:
        _show_report(told, report)


def _rows(
    file: Path,
    report: ImportReport,
    reader: RowReader,
    files: ExitStack,
    rejects: Path | None,
    warnings: Path | None,
) -> Iterator[tuple[OperatorRow, str]]:
    """Rows; files of remarks are made with the first one, so that an import that may not run makes none."""
    for path, remarks in ((rejects, report.rejects), (warnings, report.warnings)):
        if path is not None:
            remarks.to = files.enter_context(path.open("w", encoding="utf-8"))
    yield from read_rows(file, report, reader=reader, progress=_tell)


def _tell(lines: int, rejected: int) -> None:
    say(f"{lines} lines read, {rejected} rejected")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise UsageError(f"--snapshot-date {text!r}: expected YYYY-MM-DD") from error


def _cover(text: str) -> Cover | None:
    try:
        return parse_cover(text) if text.strip() else None
    except ValueError as error:
        raise UsageError(f"--covers: {error}; for example --covers 33,3301 or --covers 44,个体") from error


def _show_report(told: dict[str, Any], report: ImportReport) -> None:
    repeated = f"{told['duplicates']} duplicates 重复, {told['conflicts']} conflicts 冲突"
    out.print(
        f"{told['file']}: {told['rows']} rows taken, {told['rejected']} of {told['lines']} lines rejected,"
        f" {'rows not compared' if told['conflicts'] is None else repeated},"
        f" {told['warned']} warnings 提示 ({told['encoding']})"
        + (f", {told['removed']} older rows removed" if told["removed"] else ""),
        markup=False,
    )
    out.print(f"covers 数据范围: {told['covers']}; beyond it no number counts as missing", markup=False)
    if report.unused:
        out.print(f"left aside 未用: {'、'.join(report.unused)[:300]}", markup=False)
    _show_remarks("Rejected by reason 退回原因", "First rejects 退回行", report.rejects)
    _show_remarks("Taken with a warning, by reason 提示", "First warnings 提示行", report.warnings)


def _show_remarks(by_reason: str, lines: str, remarks: Remarks) -> None:
    if not remarks.first:
        return
    reasons = table(by_reason, "reason", "lines", right=("lines",))
    for reason, count in remarks.reasons.most_common(20):
        reasons.add_row(Text(reason), str(count))
    out.print(reasons)
    first = table(lines, "line", "reason", "row", right=("line",))
    for remark in remarks.first[:_SHOWN_REMARKS]:
        first.add_row(str(remark.line), Text(str(remark)), Text(remark.raw[:80]))
    out.print(first)


def _told(remark: Remark) -> dict[str, object]:
    return {"line": remark.line, "reason": remark.reason, "detail": remark.detail, "row": remark.raw}


@app.command(epilog="Example: netsword registry lookup 91330106MA1K2B3C56")
def lookup(
    words: Annotated[
        list[str],
        typer.Argument(help="code, old or permit number, or how a name begins"),
    ],
    as_json: Json = False,
) -> None:
    """Operators of the register by number or name, and the shops that show their code."""
    with open_store() as (store, _):
        register = store.registers.register()
        if register is None:
            raise UsageError("no register was imported; netsword registry import FILE brings one in")
        found = {word: _found(register, word)[:_LOOKED_UP] for word in words}
        shops = {
            row.code: [record.shop for record in store.licences.shops_of(row.code or row.old_number)]
            for rows in found.values()
            for row, _ in rows
        }
        day = register.snapshot_date
    numbers = Numbers(load_licensing().table)
    kinds = {word: numbers.explained(word, legal_day(datetime.now(UTC))) for word in words}
    if as_json:
        emit(
            {
                "snapshot_date": day,
                "numbers": {word: told for word, told in kinds.items() if told},
                "found": [
                    {"asked": word, "operator": row, "permit": permit, "shops": shops[row.code]}
                    for word, rows in found.items()
                    for row, permit in rows
                ],
            }
        )
        return
    say(f"register of {day or 'an unknown day'} 数据截止日")
    for word, rows in found.items():
        if kinds[word]:
            out.print(kinds[word], markup=False)
        if not rows:
            out.print(f"{word}: not in the register 查无", markup=False)
        for row, permit in rows:
            _show_row(row, permit, shops[row.code])


@app.command(epilog="Example: netsword registry operators --least 3")
def operators(
    least: Annotated[int, typer.Option(min=2, help="shops that an operator has at least")] = 2,
    limit: Annotated[int, typer.Option(min=1, help="operators shown at most")] = 50,
    as_json: Json = False,
) -> None:
    """Operators behind several shops 一主体多店, across platforms, with the rules that any of them breaks.

    A shop is an operator's where its number was displayed and the register has it under the name shown; shops
    that only claim the number 自称 stand apart.
    """
    with open_store() as (store, _):
        found = store.licences.several(least=least, limit=limit)
        cases = {each.identity: operator_cases(store.leads.of_operator(each.identity)) for each in found}
    if as_json:
        emit({"operators": [{"operator": each, "cases": cases[each.identity]} for each in found]})
        return
    rows = table(f"{len(found)} operators", "operator", "name", "shops", "claim to be 自称", "rules", "cases")
    for each in found:
        told = [f"{case.campaign}: {len(case.findings)} findings" for case in cases[each.identity]]
        rows.add_row(
            each.identity,
            Text(each.name),
            Text("\n".join(each.shops)),
            Text("\n".join(each.claims)),
            "\n".join(each.rules),
            Text("\n".join(told)),
        )
    out.print(rows)


@app.command(epilog="Example: netsword registry show")
def show(as_json: Json = False) -> None:
    """The imports that make up the register, newest first."""
    with open_store() as (store, _):
        imports, operators = store.registers.imports(), store.registers.count()
        unfinished = sum(store.registers.unfinished(kind) for kind in Kind)
    if as_json:
        emit({"operators": operators, "imports": imports, "unfinished_rows": unfinished})
        return
    if unfinished:
        say(f"{unfinished} rows of an import that is not complete; no look-up sees them 未完成的导入")
    rows = table(
        f"{operators} operators",
        "file",
        "kind",
        "as of",
        "covers",
        "rows",
        "rejected",
        "imported",
        right=("rows", "rejected"),
    )
    for each in imports:
        numbers = (str(each.rows), str(each.rejected))
        rows.add_row(
            Text(each.file),
            each.kind,
            str(each.snapshot_date or "—"),
            str(each.cover),
            *numbers,
            f"{each.at:%Y-%m-%d %H:%M}",
        )
    out.print(rows)


def _found(register: StoredRegister, word: str) -> Sequence[tuple[OperatorRow, PermitRow | None]]:
    spelled = normal_number(word)
    for row in (register.by_code(spelled), register.by_old_number(spelled)):
        if row is not None:
            return [(row, None)]
    named = register.by_permit(word) or [(row, None) for row in register.by_name(word)]
    return named or [(row, None) for row in register.by_beginning(word)]


def _show_row(row: OperatorRow, permit: PermitRow | None, shops: list[str]) -> None:
    out.print(Text(f"{row.code or row.old_number}  {row.name}", style="bold"))
    facts = {
        "类型": row.kind,
        "状态": "、".join(filter(None, (row.status, row.status_note)))
        + (f"（{row.status_since}起）" if row.status_since else ""),
        "曾用名": "、".join(row.former_names),
        "法定代表人/经营者": row.legal_representative,
        "住所": row.address,
        "许可": "；".join(
            f"{each.number}{f' 至{each.valid_to}' if each.valid_to else ''}"
            for each in (row.permits if permit is None else (permit,))
        ),
        "网店": "、".join(shops),
        "数据截止日": str(row.as_of or ""),
    }
    for name, value in facts.items():
        if value:
            out.print(Text(f"  {name}  {value}"))
