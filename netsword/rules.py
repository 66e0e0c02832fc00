"""``netsword rules``: the catalogue and the packs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, TypeVar

import typer
import yaml
from pydantic import ValidationError
from rich.text import Text

from domain.errors import RulePackError, UsageError
from domain.subjects import Listing
from netsword.evaluate_listings import predict, read_cases, read_folding, score
from netsword.output import emit, out, percent, say, table
from netsword.rule_preview import Preview, candidate_rules, detector_of
from netsword.rule_preview import preview as make_preview
from netsword.rule_words import accept as accept_word
from netsword.rule_words import reject as reject_word
from netsword.rule_words import today
from netsword.session import find_run, open_store
from reports.intervals import wilson_interval
from rules.lint import lint
from rules.loader import load_catalogue, load_packs, load_uncovered
from rules.local import LOCAL
from rules.local import PATH as LOCAL_PATH
from rules.pack_rule import PackRule
from rules.packs import TEXT_KINDS, AcceptedWord, RejectedWord, RulePacks
from rules.term_rules import TermRule
from settings import load
from storage.review_queue import Status
from storage.store import Store

Word = TypeVar("Word", AcceptedWord, RejectedWord)

app = typer.Typer(
    name="rules", no_args_is_help=True, help="Rules 规则: list, check, explain, preview, accept, reject."
)

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
    """Lint the catalogue and the packs, and count them; exit code 2 when something is wrong."""
    catalogue = load_catalogue()
    packs = load_packs(catalogue)
    problems = lint(catalogue, packs)
    for problem in problems:
        say(str(problem))
    if problems:
        raise RulePackError(f"{len(problems)} problem(s) in the rules")
    for kind in TEXT_KINDS:
        rules = packs.texts([kind])
        say(f"{kind}: {len(rules)} rules, {sum(map(_terms, rules)):,} terms with their variants")
    say(f"{len(catalogue)} codes, no problem.")


@app.command(epilog="Example: netsword rules explain PG-WILDLIFE")
def explain(code: str, as_json: Json = False) -> None:
    """One rule: duty, legal basis by date, exceptions, examples, number of terms, and how it fared."""
    catalogue = load_catalogue()
    rule = catalogue.get(code)
    packs = load_packs(catalogue)
    packed = next((known for known in packs.every if known.code == code), None)
    fared = _fared(code)
    if as_json:
        shown = packed.model_dump(mode="json", include=_SHOWN) if packed else {}
        pack = shown | {"pack": packs.pack_of(code), "terms": _terms(packed)}
        emit(rule.model_dump(mode="json") | {"rule": pack, "fared": fared})
        return
    out.print(Text(f"{rule.code}  {rule.name_zh}  {rule.name_en}", style="bold"))
    out.print(Text(f"  {rule.group}  {rule.severity}  {'、'.join(rule.scope)}"))
    out.print(Text(f"  false-positive risk 误报风险  {rule.false_positive_risk}"))
    out.print(Text(f"  duty 义务  {rule.duty}"))
    for basis in rule.basis:
        days = f"（自 {basis.valid_from}）" if basis.valid_from else ""
        days += f"（至 {basis.valid_to}）" if basis.valid_to else ""
        out.print(Text(f"  basis 依据  《{basis.law}》{basis.article}{days}  [{basis.check}]"))
    for exception in rule.exceptions:
        out.print(Text(f"  exception 例外  {exception}"))
    if packed is None:
        reason = load_uncovered(catalogue).get(code, "")
        out.print(Text(f"  not covered by a pack 未覆盖  {reason}"))
    else:
        _print_packed(packed, packs)
    for line in _fared_lines(fared):
        out.print(Text(f"  {line}"))


# The terms of a pack run into thousands with their variants; the file has them.
_SHOWN = {"status", "falsepositives", "examples"}


def _terms(packed: PackRule | None) -> int:
    return len(packed.match.every_term) if isinstance(packed, TermRule) else 0


def _print_packed(packed: PackRule, packs: RulePacks) -> None:
    if count := _terms(packed):
        out.print(Text(f"  terms 词项  {count} with their variants, {packs.pack_of(packed.code)}"))
    if isinstance(packed, TermRule):
        for exception in packed.match.exceptions:
            out.print(Text(f"  exception 法定例外  {exception.name}，{exception.source}"))
    shown = packed.model_dump(mode="json", include=_SHOWN)
    out.print(Text(yaml.safe_dump(shown, allow_unicode=True, sort_keys=False).rstrip()))


def _fared(code: str) -> dict[str, Any]:
    """Decisions on the rule's findings and its figures on the visible labelled set; {} without any."""
    settings = load()
    fared: dict[str, Any] = {}
    if settings.mongo_uri or settings.var_dir.exists():
        with open_store() as (store, _):
            decided = store.review_queue.verdicts().get(code, {})
        if decided:
            fared["decisions"] = {str(status): count for status, count in decided.items()} | _precision(
                decided
            )
    gold = settings.shared / "data" / "listings_gold" / "dev.jsonl"
    if gold.is_file():
        folding = read_folding(gold.parent / "codes.yaml")
        cases = read_cases(gold)
        figures = score(cases, predict(cases, folding))["per_code"].get(folding.get(code, code))
        if figures:
            fared["visible labelled set"] = figures | {"label": folding.get(code, code)}
    return fared


def _precision(decided: Mapping[Status, int]) -> dict[str, Any]:
    confirmed, rejected = decided.get(Status.CONFIRMED, 0), decided.get(Status.REJECTED, 0)
    if not confirmed + rejected:
        return {}
    low, high = wilson_interval(confirmed, confirmed + rejected)
    return {"precision": confirmed / (confirmed + rejected), "interval": [low, high]}


def _fared_lines(fared: Mapping[str, Any]) -> Iterator[str]:
    decided = fared.get("decisions")
    if decided is None:
        yield "decisions 研判  none yet"
    else:
        counts = [
            f"{decided.get(s.value, 0)} {s.value}" for s in (Status.CONFIRMED, Status.REJECTED, Status.UNSURE)
        ]
        tail = ""
        if "precision" in decided:
            low, high = decided["interval"]
            tail = f"; precision {percent(decided['precision'])}, 95 % interval"
            tail += f" {percent(low)} to {percent(high)}"
        yield f"decisions 研判  {', '.join(counts)}{tail}"
    if figures := fared.get("visible labelled set"):
        hits = f"{figures['tp']} found, {figures['fn']} missed, {figures['fp']} wrong"
        yield f"visible labelled set ({figures['label']})  {hits}; the rules were made with it in view"


@app.command(epilog="Example: netsword rules preview PG-TICKET --run last")
def preview(
    what: Annotated[str, typer.Argument(metavar="FILE_OR_CODE", help="pack file (.yaml), or a code")],
    run: Annotated[str, typer.Option(help="stored listings of this run; 'last' for the newest")] = "last",
    sweep: Annotated[str, typer.Option(help="of all runs of this sweep, in place of one run")] = "",
    kind: Annotated[
        str, typer.Option(help="folder whose contexts hold: prohibited, advertising, terms")
    ] = "",
    most: Annotated[int, typer.Option(min=0, max=10_000, help="changed listings shown")] = 50,
    as_json: Json = False,
) -> None:
    """What a rule would flag, or no longer flag, on stored listings; nothing is stored."""
    catalogue = load_catalogue()
    packs = load_packs(catalogue)
    rules = candidate_rules(what, packs, catalogue, kind)
    codes = {rule.code for found in rules.values() for rule in found}
    current = {
        name: [rule for rule in packs.texts([name]) if rule.code in codes and rule.runs]
        for name in TEXT_KINDS
    }
    with open_store() as (store, _):
        runs = _runs(store, run, sweep)
        found = make_preview(
            _stored(store, runs),
            detector_of(current, packs, catalogue),
            detector_of(rules, packs, catalogue),
            most,
        )
    if as_json:
        emit(found)
        return
    _print_preview(found, sorted(codes))


def _runs(store: Store, run: str, sweep: str) -> list[str]:
    if not sweep:
        return [find_run(store, run).id]
    found = [known.id for known in store.runs.list(limit=500) if known.sweep == sweep]
    if not found:
        raise UsageError(f"no run of a sweep {sweep!r}; see 'netsword run list'")
    return found


def _stored(store: Store, runs: Sequence[str]) -> Iterator[tuple[Listing, datetime]]:
    """Each listing once, as last read; the store hands them over in batches."""
    for at, run in enumerate(runs):
        earlier = frozenset(runs[:at])
        for seen in store.listings.of_run(run):
            if earlier.isdisjoint(seen.runs):
                yield seen.subject, seen.last_seen


_COUNTS = ("newly flagged", "no longer")


def _print_preview(found: Preview, codes: Sequence[str]) -> None:
    rows = table(f"Preview 规则预演 {', '.join(codes)}", "change", "rule", "subject", "title", "quotes")
    for change in found.changes:
        name = "newly flagged" if change.is_new else "no longer flagged"
        quotes = " … ".join(change.after or change.before)
        weak = " (weak)" if change.is_weak else ""
        rows.add_row(name + weak, change.rule, change.subject, Text(change.title[:60]), Text(quotes[:60]))
    out.print(rows)
    platforms = table(
        "By platform 各平台", "platform", "newly flagged", "no longer", right=("newly flagged", "no longer")
    )
    for platform in sorted({*found.newly, *found.no_longer}):
        platforms.add_row(
            platform, *(str(counts.get(platform, 0)) for counts in (found.newly, found.no_longer))
        )
    out.print(platforms)
    say(f"{found.listings} listings judged, {found.same} flagged as today; nothing was stored.")


By = Annotated[str, typer.Option(help="who decides; written down with the day")]


@app.command(epilog="Example: netsword rules accept 鹊鸪料 --rule PG-WILDLIFE --by 王芳")
def accept(
    word: str,
    rule: Annotated[str, typer.Option(help="code of the text rule that the word joins")],
    by: By,
    kind: Annotated[str, typer.Option(help="slang: not looked for by sound; terms: also by sound")] = "slang",
    note: Annotated[str, typer.Option(help="why")] = "",
) -> None:
    """Takes a new word into a rule, after the checks of 'rules check'; see 'detect new-terms'."""
    catalogue = load_catalogue()
    fields = {"term": word, "rule": catalogue.get(rule).code, "kind": kind, "by": by, "note": note}
    accept_word(_word(AcceptedWord, fields), load_packs(catalogue), catalogue, LOCAL_PATH)
    say(f"{word} now counts under {rule}; it stands in {LOCAL}. Look at it: netsword rules preview {rule}")


@app.command(epilog="Example: netsword rules reject 鹊鸪料 --by 王芳 --note 地名")
def reject(word: str, by: By, note: Annotated[str, typer.Option(help="why")] = "") -> None:
    """Notes that a word is not wanted, so that 'detect new-terms' does not propose it again."""
    packs = load_packs(load_catalogue())
    reject_word(_word(RejectedWord, {"term": word, "by": by, "note": note}), packs, LOCAL_PATH)
    say(f"{word} will not be proposed again; it stands in {LOCAL}.")


def _word(model: type[Word], fields: Mapping[str, str]) -> Word:
    try:
        return model(day=today(), **fields)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise UsageError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
