"""``netsword detect``: pure detection on files; nothing is fetched or stored."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any

import typer

from detectors.discovery import Candidate, candidates
from detectors.wording import WordingDetector
from domain.errors import UsageError
from domain.finding import Finding
from domain.subjects import Listing
from netsword.detect_reviews import moment_of, reviews
from netsword.output import emit, out, say, table
from netsword.session import find_run, open_store
from rules.catalogue import Catalogue
from rules.loader import load_catalogue, load_packs
from rules.pack_rule import Status
from rules.packs import RulePacks

app = typer.Typer(
    name="detect", no_args_is_help=True, help="Detection on files 离线检测: listings, reviews, new-terms."
)
app.command(name="reviews")(reviews)


@app.command()
def listings(
    source: Annotated[
        Path, typer.Argument(metavar="IN", help="One JSON object a line: id, title, description, …")
    ],
    target: Annotated[
        Path | None, typer.Option("--out", help="Where findings go, one JSON line a listing.")
    ] = None,
    rule: Annotated[str, typer.Option(help="This rule only, a draft too: a look before it goes live.")] = "",
    day: Annotated[str, typer.Option(help="Day whose law applies, YYYY-MM-DD; today if not given.")] = "",
) -> None:
    """Judges listing texts. Example: netsword detect listings listings.jsonl --out findings.jsonl."""
    catalogue = load_catalogue()
    packs = load_packs(catalogue)
    detector = WordingDetector(_only(packs, catalogue, rule) if rule else packs, catalogue)
    moment = moment_of(day)
    total, flagged, weak = 0, 0, 0
    lines: list[str] = []
    for listing in read_listings(source):
        found = list(detector.inspect(listing, snapshot="file", observed_at=moment))
        total += 1
        flagged += bool(found)
        weak += bool(found) and all(finding.weak for finding in found)
        lines.append(
            json.dumps({"id": listing.item_id, "findings": [_shown(f) for f in found]}, ensure_ascii=False)
        )
    text = "".join(f"{line}\n" for line in lines)
    if target is None:
        typer.echo(text, nl=False)
    else:
        target.write_text(text, encoding="utf-8")
    say(f"{total} listings judged, {flagged} with findings, {weak} of them with weak ones only.")


@app.command(name="new-terms")
def new_terms(
    source: Annotated[
        Path | None, typer.Argument(metavar="IN", help="Listings, one JSON object a line.")
    ] = None,
    run: Annotated[str, typer.Option(help="in place of IN: stored listings of this run, or 'last'")] = "",
    least: Annotated[int, typer.Option(help="Flagged listings that must hold a word.")] = 3,
    most: Annotated[int, typer.Option(help="Words shown.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Lists unknown words beside strong findings, for a person to accept into a rule or to reject.

    Example: netsword detect new-terms --run last.
    """
    if (source is None) == (not run):
        raise UsageError("new-terms reads a file, or --run RUN")
    catalogue = load_catalogue()
    packs = load_packs(catalogue)
    detector = WordingDetector(packs, catalogue)
    moment = moment_of("")
    read = read_listings(source) if source else _stored(run)
    judged = ((_text(listing), _is_strong(detector, listing, moment)) for listing in read)
    known = [term for rule in packs.texts() for term in (*rule.match.every_term, *rule.match.allowed)]
    known += [word.term for word in packs.local.rejected]
    found = candidates(judged, known=known, ordinary=packs.ordinary, least=least, most=most)
    if as_json:
        emit(found)
        return
    _show(found)


def _stored(run: str) -> Iterator[Listing]:
    with open_store() as (store, _):
        yield from (seen.subject for seen in store.listings.of_run(find_run(store, run).id))


def read_listings(source: Path) -> Iterator[Listing]:
    """Listings of a file of JSON lines.

    Raises:
        UsageError: there is no such file, or a line of it is no listing.
    """
    if not source.is_file():
        raise UsageError(f"no listings at {source}")
    with source.open(encoding="utf-8", errors="surrogateescape") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield _listing(line, f"{source}:{number}")


def _listing(line: str, where: str) -> Listing:
    try:
        row = json.loads(line)
        price = row.get("price")
        return Listing(
            platform=str(row.get("platform", "file")),
            item_id=str(row.get("id", row.get("item_id", where))),
            url=str(row.get("url", "")),
            title=str(row["title"]),
            description=str(row.get("description") or ""),
            category_path=tuple(map(str, row.get("category_path") or filter(None, [row.get("category")]))),
            price=None if price is None else Decimal(str(price)),
            attributes=tuple(
                (str(name), str(value)) for name, value in dict(row.get("attributes") or {}).items()
            ),
        )
    except (json.JSONDecodeError, KeyError, TypeError, AttributeError, ValueError, InvalidOperation) as error:
        raise UsageError(f"{where}: no listing: {type(error).__name__} {error}") from error


def _only(packs: RulePacks, catalogue: Catalogue, code: str) -> RulePacks:
    """The packs with one text rule, running whatever its status."""
    name = catalogue.get(code).code
    rules = [rule for rule in packs.texts() if rule.code == name]
    if not rules:
        raise UsageError(f"{code} is not a text rule; netsword rules explain {code} says what it is")
    running = tuple(rule.model_copy(update={"status": Status.TEST}) for rule in rules)
    one = replace(packs, prohibited=(), advertising=(), terms=())
    match packs.kind_of(name):
        case "prohibited":
            return replace(one, prohibited=running)
        case "advertising":
            return replace(one, advertising=running)
        case _:
            return replace(one, terms=running)


def _shown(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "confidence": finding.confidence,
        "weak": finding.weak,
        "severity": finding.severity,
        "reason": finding.reason,
        "basis": [f"{basis.law} {basis.article}" for basis in finding.basis],
        "spans": [
            {"field": span.field, "start": span.start, "end": span.end, "quote": span.quote}
            for span in finding.spans
        ],
        "rule_pack": finding.rule_pack,
        "detector": finding.detector,
    }


def _text(listing: Listing) -> str:
    return f"{listing.title}\n{listing.description}"


def _is_strong(detector: WordingDetector, listing: Listing, moment: datetime) -> bool:
    return any(not f.weak for f in detector.inspect(listing, snapshot="file", observed_at=moment))


def _show(found: Iterable[Candidate]) -> None:
    shown = table("New words 新词", "word", "flagged", "clean", "score", right=("flagged", "clean", "score"))
    for candidate in found:
        shown.add_row(candidate.text, str(candidate.flagged), str(candidate.clean), f"{candidate.score:.1f}")
    out.print(shown)
    say("None of them is used until a person accepts it: netsword rules accept WORD --rule CODE --by NAME")
