"""``netsword findings``: what is suspected, and the characters that show it."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.text import Text

from domain.finding import Finding, Span
from domain.licence import LicenceProof
from netsword.output import emit, out, table
from netsword.session import existing, find_run, open_store
from rules.loader import load_catalogue
from storage.store import Store

app = typer.Typer(name="findings", no_args_is_help=True, help="Findings 违法疑点: list, show.")

Json = Annotated[bool, typer.Option("--json", help="machine-readable result on stdout")]
CONTEXT = 40


@app.command(name="list", epilog="Example: netsword findings list --rule PG-WILDLIFE --limit 10")
def list_(
    run: Annotated[str, typer.Option(help="run id, or 'last', or 'all'")] = "last",
    rule: Annotated[str | None, typer.Option(help="code in the catalogue")] = None,
    shop: Annotated[str | None, typer.Option(help="shop key, platform:id")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
    as_json: Json = False,
) -> None:
    """Findings by rank, the weightiest first."""
    with open_store() as (store, _):
        run_id = None if run == "all" else find_run(store, run).id
        found = store.findings.list(run=run_id, rule=rule, shop=shop, limit=limit)
    if as_json:
        emit(found)
        return
    rows = table(
        "Findings 违法疑点", "no", "rule", "subject", "severity", "rank", "quote", right=("no", "rank")
    )
    for stored in found:
        finding = stored.finding
        quote = " … ".join(span.quote for span in finding.spans[:3]) or finding.reason
        cells = (finding.rule, finding.subject, finding.severity, f"{finding.rank:.0f}")
        rows.add_row(str(stored.number), *cells, Text(quote[:80]))
    out.print(rows)


@app.command(epilog="Example: netsword findings show 12")
def show(finding: Annotated[str, typer.Argument(help="running number or id")], as_json: Json = False) -> None:
    """One finding in full: text with the span marked, legal basis, snapshot facts."""
    with open_store() as (store, _):
        stored = existing(store.findings.get(finding), f"finding {finding}; see 'netsword findings list'")
        facts = _snapshot_facts(store, stored.finding)
        texts = {span.field: _text(store, stored.finding, span) for span in stored.finding.spans}
    if as_json:
        emit({"number": stored.number, "finding": stored.finding, "snapshot": facts})
        return
    _print_head(stored.number, stored.finding)
    for span in stored.finding.spans:
        out.print(Text(f"  {span.field}  ", style="dim") + _marked(texts[span.field], span))
    if stored.finding.licence is not None:
        _print_licence(stored.finding.licence)
    _print_tail(stored.finding, facts)


def _snapshot_facts(store: Store, finding: Finding) -> dict[str, Any]:
    snapshot = store.snapshots.get(finding.snapshot) if finding.snapshot else None
    if snapshot is None:
        return {}
    return {
        "snapshot": snapshot.id,
        "url": snapshot.final_url,
        "status": snapshot.status,
        "fetched_at": snapshot.fetched_at.isoformat(),
        "sha256": snapshot.payload_digest,
        "warc": f"{snapshot.warc.file} @ {snapshot.warc.offset}",
        "gaps": ", ".join(snapshot.gaps) or "none known",
    }


def _text(store: Store, finding: Finding, span: Span) -> str:
    is_shop = finding.subject_kind == "shop"
    subject = store.shops.get(finding.subject) if is_shop else store.listings.get(finding.subject)
    return str(getattr(subject, span.field, "")) if subject else ""


def _marked(text: str, span: Span) -> Text:
    """The quote in its surroundings; alone, where the page shows another text by now."""
    if text[span.start : span.end] != span.quote:
        return Text(span.quote, style="bold reverse") + Text("  (the page shows another text by now)")
    before = text[max(0, span.start - CONTEXT) : span.start]
    after = text[span.end : span.end + CONTEXT]
    return Text("…" + before) + Text(f"【{span.quote}】", style="bold reverse") + Text(after + "…")


def _print_head(number: int, finding: Finding) -> None:
    rule = load_catalogue().get(finding.rule)
    weak = "  weak 弱线索" if finding.weak else ""
    out.print(Text(f"#{number}  {finding.rule}  {rule.name_zh}  {rule.name_en}", style="bold"))
    out.print(f"  {finding.severity}  confidence 置信 {finding.confidence:.2f}{weak}", markup=False)
    out.print(f"  subject 对象 {finding.subject}   shop 店铺 {finding.shop or '—'}", markup=False)
    out.print(Text(f"  {finding.reason}"))


def _print_licence(proof: LicenceProof) -> None:
    told = {"quote 内容": proof.quote, "hidden by 隐藏方式": proof.hidden_by, "element 元素": proof.where}
    for name, value in told.items():
        if value:
            out.print(Text(f"  {name}  {value}"))
    for each in proof.listed:
        shown = each.shown or "not seen 未见"
        out.print(Text(f"  listed by law 公示事项  {each.title} {each.english}: {shown}"))
    if not proof.compared:
        return
    rows = table(
        f"Register as of {proof.register_date or '—'} 登记比对", "field", "shown", "registered", "same"
    )
    for row in proof.compared:
        same = "—" if row.same is None else "yes" if row.same else "no"
        rows.add_row(row.field, Text(row.shown or "—"), Text(row.registered or "—"), same)
    out.print(rows)


def _print_tail(finding: Finding, facts: dict[str, Any]) -> None:
    for review in finding.evidence_ids[:20]:
        out.print(f"  evidence 证据 {review}", markup=False)
    for basis in finding.basis:
        out.print(Text(f"  legal basis 法律依据 《{basis.law}》{basis.article}"))
    out.print(Text(f"  refuted by 反证 {finding.refuted_by or '—'}"))
    for name, value in facts.items():
        out.print(Text(f"  {name}  {value}"))
    out.print(
        f"  detector {finding.detector}   rule pack {finding.rule_pack}   id {finding.id}", markup=False
    )
