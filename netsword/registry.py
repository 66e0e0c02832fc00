"""``netsword registry``: operator and permit registers 经济户口 brought in, and looked up."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, date, datetime
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text
from ulid import ULID

from domain.cover import WHOLE, Cover, CoverCount, parse_cover
from domain.errors import UsageError
from domain.register import OperatorRow, PermitRow
from netsword.output import emit, out, say, table
from netsword.session import open_store
from registry.imports import ImportReport, read_rows
from registry.index import repeat_of
from registry.records import Reject
from storage.registers import RegisterImport, StoredRegister
from storage.store import Store

app = typer.Typer(
    name="registry",
    no_args_is_help=True,
    help="Operator and permit registers 登记与许可数据: import, lookup, show, operators.",
)

Json = Annotated[bool, typer.Option("--json", help="machine-readable result on stdout")]
BATCH = 1_000
_SHOWN_REJECTS = 10
_LOOKED_UP = 20


class Kind(StrEnum):
    """What a file holds."""

    OPERATORS = "operators"
    PERMITS = "permits"


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
    rejects: Annotated[Path | None, typer.Option(help="write every reject here, a JSON line each")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="read and check, store nothing")] = False,
    as_json: Json = False,
) -> None:
    """Bring in a register; rows that cannot be taken are named with line and reason."""
    day, cover = _day(snapshot_date), _cover(covers)
    report = ImportReport()
    with ExitStack() as stack:
        if rejects is not None:
            report.rejects_to = stack.enter_context(rejects.open("w", encoding="utf-8"))
        rows = read_rows(file, report, progress=_tell)
        store = None if dry_run else stack.enter_context(open_store())[0]
        removed, cover = _take(store, rows, report, file=file, kind=kind, day=day, whole=whole, cover=cover)
    told = {
        "file": file.name,
        "kind": kind.value,
        "snapshot_date": day,
        "covers": str(cover),
        "lines": report.lines,
        "stored": 0 if dry_run else report.rows,
        "rows": report.rows,
        "rejected": report.rejected,
        "removed": removed,
        "encoding": report.encoding,
        "reasons": dict(report.reasons.most_common()),
    }
    if as_json:
        emit(told | {"rejects": report.rejects[:100]})
    else:
        _show_report(told, report)


def take(store: Store, file: Path, *, day: date | None, kind: Kind = Kind.OPERATORS) -> ImportReport:
    """Imports a file without a word, for commands that bring their own register."""
    report = ImportReport()
    _take(store, read_rows(file, report), report, file=file, kind=kind, day=day, whole=False, cover=WHOLE)
    return report


def _take(
    store: Store | None,
    rows: Iterator[OperatorRow],
    report: ImportReport,
    *,
    file: Path,
    kind: Kind,
    day: date | None,
    whole: bool,
    cover: Cover | None,
) -> tuple[int, Cover]:
    source, counted = str(ULID()), CoverCount()
    while batch := list(islice(rows, BATCH)):
        kept = [row for row in batch if kind is Kind.OPERATORS or _has_permit(row, report)]
        for row in kept:
            counted.add(row.code or row.old_number)
        if store is None:
            continue
        registers = store.registers
        add = registers.add_operators if kind is Kind.OPERATORS else registers.add_permits
        for row, earlier in add(kept, source):
            report.rows -= 1
            report.keep(repeat_of(row, earlier))
    cover = cover or counted.cover()
    if store is None:
        return 0, cover
    if not report.rows:
        raise UsageError(f"{file.name}: no row could be taken; the register stays as it was")
    made = RegisterImport(
        id=source,
        file=file.name,
        digest=_digest(file),
        kind=kind.value,
        rows=report.rows,
        rejected=report.rejected,
        at=datetime.now(UTC),
        snapshot_date=day,
        cover=cover,
    )
    return store.registers.finish(made, whole=whole), cover


def _has_permit(row: OperatorRow, report: ImportReport) -> bool:
    if row.permits:
        return True
    report.rows -= 1
    report.keep(Reject(line=row.line, reason="没有许可证编号", sample=row.name[:60]))
    return False


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


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _show_report(told: dict[str, Any], report: ImportReport) -> None:
    out.print(
        f"{told['file']}: {told['rows']} rows taken, {told['rejected']} of {told['lines']} lines rejected"
        f" ({told['encoding']})" + (f", {told['removed']} older rows removed" if told["removed"] else ""),
        markup=False,
    )
    out.print(f"covers 数据范围: {told['covers']}; beyond it no number counts as missing", markup=False)
    if not report.rejects:
        return
    reasons = table("Rejected by reason 退回原因", "reason", "lines", right=("lines",))
    for reason, count in report.reasons.most_common(20):
        reasons.add_row(Text(reason), str(count))
    out.print(reasons)
    first = table("First rejects 退回行", "line", "reason", "sample", right=("line",))
    for reject in report.rejects[:_SHOWN_REJECTS]:
        first.add_row(str(reject.line), Text(reject.reason), Text(reject.sample))
    out.print(first)


@app.command(epilog="Example: netsword registry lookup 91330106MA1K2B3C56")
def lookup(
    words: Annotated[list[str], typer.Argument(help="code, old number, permit number, name or former name")],
    as_json: Json = False,
) -> None:
    """Operators of the register by number or name, and the shops that show their code."""
    with open_store() as (store, _):
        register = store.registers.register()
        if register is None:
            raise UsageError("no register was imported; netsword registry import FILE brings one in")
        found = {word: _found(register, word)[:_LOOKED_UP] for word in words}
        shops = {
            row.code: list(store.licences.shops_of(row.code)) for rows in found.values() for row, _ in rows
        }
        day = register.snapshot_date
    if as_json:
        emit(
            {
                "snapshot_date": day,
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
    """Operators behind several shops 一主体多店, across platforms, with the rules that any of them breaks."""
    with open_store() as (store, _):
        found = store.licences.several(least=least, limit=limit)
    if as_json:
        emit({"operators": found})
        return
    rows = table(f"{len(found)} operators", "code", "name", "shops", "rules")
    for each in found:
        rows.add_row(each.code, Text(each.name), Text("\n".join(each.shops)), "\n".join(each.rules))
    out.print(rows)


@app.command(epilog="Example: netsword registry show")
def show(as_json: Json = False) -> None:
    """The imports that make up the register, newest first."""
    with open_store() as (store, _):
        imports, operators = store.registers.imports(), store.registers.count()
    if as_json:
        emit({"operators": operators, "imports": imports})
        return
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
    spelled = "".join(word.split()).upper()
    for row in (register.by_code(spelled), register.by_old_number(spelled)):
        if row is not None:
            return [(row, None)]
    return register.by_permit(word) or [(row, None) for row in register.by_name(word)]


def _show_row(row: OperatorRow, permit: PermitRow | None, shops: list[str]) -> None:
    out.print(Text(f"{row.code or row.old_number}  {row.name}", style="bold"))
    facts = {
        "类型": row.kind,
        "状态": "、".join(filter(None, (row.status, row.status_note))),
        "曾用名": "、".join(row.former_names),
        "法定代表人/经营者": row.legal_representative,
        "住所": row.address,
        "许可": "；".join(
            f"{each.number}{f' 至{each.valid_to}' if each.valid_to else ''}"
            for each in (row.permits if permit is None else (permit,))
        ),
        "网店": "、".join(shops),
    }
    for name, value in facts.items():
        if value:
            out.print(Text(f"  {name}  {value}"))
