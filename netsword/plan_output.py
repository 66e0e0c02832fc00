"""How a dry run's plan is shown on a terminal."""

from __future__ import annotations

from netsword.output import emit, out, percent, say, table
from reports.notes import told
from reports.plan_preview import PlanPreview


def print_plan(preview: PlanPreview, *, as_json: bool) -> None:
    """Targets, probabilities and expected half-widths per stratum, hours per host, and what stays unseen."""
    if as_json:
        emit(preview.as_dict())
        return
    _print_strata(preview)
    _print_hosts(preview)
    for note in preview.notes:
        out.print(f"- {told('en', note)}", markup=False)
    say(
        f"about {preview.pages} pages, {preview.hours:.1f} h for the slowest host. "
        f"To visit this plan: netsword run resume {preview.run.id}"
    )


def _print_strata(preview: PlanPreview) -> None:
    plan = preview.sampling
    claims = {row.stratum: row for row in plan.limits}
    numbers = ("frame", "reported", "drawn", "probability", "± expected")
    title = (
        f"Plan 抽样方案 {preview.run.id}: {plan.design.kind}, seed {plan.design.seed}; half-widths of the "
        f"95 % interval at a prevalence of {percent(plan.prevalence)}"
    )
    rows = table(title, "stratum", *numbers, right=numbers)
    for row in plan.strata:
        limit = claims.get(row.stratum)
        chances = f"{row.least_probability:.3g}"
        if row.most_probability > row.least_probability:
            chances += f" – {row.most_probability:.3g}"
        rows.add_row(
            row.stratum,
            str(row.frame),
            "—" if limit is None or limit.claim is None else str(limit.claim.reported),
            str(row.drawn),
            chances,
            percent(row.half_width) if row.drawn else "—",
        )
    drawn = f"{plan.drawn} + {plan.later}" if plan.later else str(plan.drawn)
    rows.add_row("all 合计", str(plan.frame), "", drawn, "", percent(plan.half_width))
    for limit in plan.limits:
        if not limit.seen:
            reported = "—" if limit.claim is None else str(limit.claim.reported)
            rows.add_row(limit.stratum, "0", reported, "0", "—", "—")
    out.print(rows)


def _print_hosts(preview: PlanPreview) -> None:
    numbers = ("listings", "shops", "reviews", "pages", "hours")
    rows = table("Per host 各平台采集量", "platform", "host", *numbers, right=numbers)
    for host in preview.hosts:
        counts = (host.listings, host.shops, host.reviews, host.pages)
        rows.add_row(host.platform, host.host, *map(str, counts), f"{host.hours:.2f}")
    out.print(rows)
