"""``netsword observations``: price histories of listings, seen by our visits or recorded by others."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from domain.errors import UsageError
from domain.identity import digest_of
from domain.subjects import Availability, Observation
from netsword.output import emit, out, say, table
from netsword.session import open_store
from storage.store import Store

app = typer.Typer(
    name="observations",
    no_args_is_help=True,
    help="Price histories 价格历史: import what others recorded, show what is known of a listing.",
)

Json = Annotated[bool, typer.Option("--json", help="machine-readable result on stdout")]
Short = Annotated[str, StringConstraints(max_length=1_000)]
Yuan = Annotated[Decimal, Field(ge=0, lt=10**12, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0, lt=2**63)]
MOST_LINE = 64 * 1024
BATCH = 2_000
CLOCK_SLACK = timedelta(days=1)
SHOWN_REFUSALS = 20


class Row(BaseModel):
    """One sighting as somebody else recorded it; times need a zone, money is yuan."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    listing: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]{1,40}:\S{1,200}$")]
    observed_at: AwareDatetime
    title: Short = ""
    sku: Short = ""
    price: Yuan | None = None
    price_label: Short = ""
    list_price: Yuan | None = None
    list_price_label: Short = ""
    promotion: Short = ""
    deposit: Short = ""
    sales_low: Count | None = None
    stock: Count | None = None
    available: bool = True

    def observation(self, source: str) -> Observation:
        """The sighting; the same record gives the same id."""
        facts = self.model_dump(exclude={"listing", "available"})
        digest = digest_of(source, self.model_dump_json())
        return Observation(
            subject=self.listing,
            snapshot=f"import:{digest[:32]}",
            target="",
            source=source,
            availability=Availability.UNKNOWN if self.available else Availability.OUT_OF_STOCK,
            **facts,
        )


@dataclass(slots=True)
class Imported:
    """What became of the records of a file."""

    read: int = 0
    new: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    """Reason, with the first line it was met on, to count."""
    _first: dict[str, int] = field(default_factory=dict)

    def refuse(self, line: int, why: str) -> None:
        """Counts a record that cannot be used."""
        first = self._first.setdefault(why, line)
        self.refused[f"{why} (first on line {first})"] += 1


@app.command(
    name="import",
    epilog="Example: netsword observations import prices.jsonl --source 'price desk, district A'",
)
def import_(
    path: Annotated[
        Path, typer.Argument(metavar="FILE", help="CSV with a header, or one JSON object a line")
    ],
    source: Annotated[str, typer.Option(help="who recorded it; findings that rest on it say so")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="read and check; store nothing")] = False,
    as_json: Json = False,
) -> None:
    """Adds earlier sightings of listings to the price histories; what is there already is left alone.

    Columns: listing (platform:id) and observed_at with its zone; title, sku, price, price_label, list_price,
    list_price_label, promotion, deposit, sales_low, stock, available where known. Records that cannot be used
    are counted by reason; exit code 2 if none can.
    """
    if not source.strip():
        raise UsageError("--source is empty: say who recorded these prices")
    if dry_run:
        result = read_into(None, path, source)
    else:
        with open_store() as (store, _):
            result = read_into(store, path, source)
    if as_json:
        emit({"read": result.read, "new": result.new, "refused": dict(result.refused)})
    for why, count in result.refused.most_common(SHOWN_REFUSALS):
        say(f"refused {count}: {why}")
    usable = result.read - sum(result.refused.values())
    say(f"{result.read} records, {usable} usable, {result.new} new{' (dry run)' if dry_run else ''}.")
    if result.read and not usable:
        raise UsageError(f"no record of {path} can be used")


@app.command(epilog="Example: netsword observations show lingang:610000396")
def show(
    listing: Annotated[str, typer.Argument(help="key of the listing, platform:id")], as_json: Json = False
) -> None:
    """Every sighting of one listing, oldest first."""
    with open_store() as (store, _):
        history = store.observations.history(listing)
    if as_json:
        emit(history)
        return
    rows = table(
        f"{listing} 价格历史", "observed 时间", "price", "list price", "label", "promotion", "sku", "source",
        right=("price", "list price"),
    )  # fmt: skip
    for one in history:
        at = one.observed_at.isoformat(timespec="minutes")
        shown = (one.list_price_label, one.promotion, one.sku, one.source or one.snapshot[:12])
        rows.add_row(at, _yuan(one.price), _yuan(one.list_price), *shown)
    out.print(rows)
    say(f"{len(history)} sightings.")


def _yuan(price: Decimal | None) -> str:
    return "—" if price is None else f"{price}"


def read_into(store: Store | None, path: Path, source: str) -> Imported:
    """Reads a file of records into the store in batches, or only checks it where there is none.

    Raises:
        UsageError: there is no such file, or it is no text.
    """
    if not path.is_file():
        raise UsageError(f"no observations at {path}")
    result, latest = Imported(), datetime.now(UTC) + CLOCK_SLACK
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            records = _csv(lines) if path.suffix.lower() == ".csv" else _json(lines)
            observations = _observations(records, result, source, latest)
            while batch := list(islice(observations, BATCH)):
                if store is not None:
                    result.new += store.observations.save((one, "") for one in batch)
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8 at byte {error.start}") from error
    except csv.Error as error:
        raise UsageError(f"{path}: no CSV: {error}") from error
    return result


Record = tuple[int, Any]


def _observations(
    records: Iterable[Record], result: Imported, source: str, latest: datetime
) -> Iterator[Observation]:
    for line, record in records:
        result.read += 1
        if isinstance(record, str):
            result.refuse(line, record)
            continue
        try:
            row = Row.model_validate(record)
        except ValidationError as error:
            first = error.errors()[0]
            result.refuse(
                line, f"{'.'.join(str(part)[:40] for part in first['loc']) or 'record'}: {first['msg']}"
            )
            continue
        if row.observed_at > latest:
            result.refuse(line, "observed_at: lies in the future")
            continue
        yield row.observation(source)


def _json(lines: Iterable[str]) -> Iterator[Record]:
    # A record, or why there is none.
    for number, line in enumerate(lines, 1):
        if len(line) > MOST_LINE:
            yield number, f"longer than {MOST_LINE} characters"
        elif line.strip():
            try:
                yield number, json.loads(line)
            except (json.JSONDecodeError, RecursionError):
                yield number, "no JSON object"


def _csv(lines: Iterable[str]) -> Iterator[Record]:
    reader = csv.DictReader(lines)
    for record in reader:
        too_many = None in record
        known = {name: value for name, value in record.items() if name and value not in ("", None)}
        yield reader.line_num, "more fields than the header names" if too_many else known
