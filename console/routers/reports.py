"""The report of a run 监测报告, its files, and two runs side by side 比较."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from console.asking import FindingQuery
from console.charts import by_stratum, of_pairs
from console.desk import Desk
from console.downloads import TYPES, as_file, findings_csv
from console.gate import OurDesk, SignedIn
from console.pages import language_of, page
from console.watching import titles
from console.words import Language, word
from domain.errors import NetswordError
from domain.run import Run, RunState
from domain.target import Outcome
from reports.comparison import RunComparison, compare_runs
from reports.labels import stratum_name
from reports.notes import told_problem
from reports.run_document import statement
from reports.run_report import ANY_RULE, RunReport, run_report
from reports.to_html import chart_svg

router = APIRouter()
SHOWN_RUNS = 100
MOST_CHARTS = 12


@router.get("/runs/{run_id}/report")
def report_page(request: Request, run_id: str, visitor: SignedIn, desk: OurDesk) -> Response:
    """Prevalence by rule and stratum, coverage, and the limits of both."""
    report = _report(desk, run_id)
    language = language_of(request)
    rules = ([report.any_rule] if report.any_rule else []) + list(report.rules)
    charts = []
    for number, rule in enumerate([rule for rule in rules if rule.strata][:MOST_CHARTS]):
        title = _name(desk, language, rule.rule)
        named = partial(stratum_name, language.of_reports)
        chart = by_stratum(rule, title=title, total=word(language, "column.total"), named=named)
        if chart:
            charts.append((rule, chart_svg(chart, ident=f"chart-{number}")))
    return page(
        request,
        "report.html",
        visitor,
        report=report,
        rules=rules,
        any_rule=ANY_RULE,
        charts=charts,
        outcomes=tuple(Outcome),
        statement=statement(report, language=language.of_reports),
        has_ended=report.run.state in (RunState.FINISHED, RunState.CANCELLED),
        kinds=tuple(TYPES),
    )


@router.get("/runs/{run_id}/report.{kind}")
def report_file(request: Request, run_id: str, kind: str, _visitor: SignedIn, desk: OurDesk) -> Response:
    """The same figures as a file, named by the code of the sweep and the id of the run."""
    if kind not in TYPES:
        raise HTTPException(404)
    report = _report(desk, run_id)
    name = f"netsword-{report.stored.sweep.name}-{report.run.id}.{kind}"
    return Response(
        as_file(report, kind, language_of(request).of_reports),
        media_type=TYPES[kind],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@router.get("/findings.csv")
def findings_file(request: Request, _visitor: SignedIn, desk: OurDesk) -> Response:
    """The rows of a list as a file, by the same query string."""
    query = FindingQuery.parse(request.query_params.multi_items(), desk.catalogue.rules)
    return Response(
        findings_csv(desk.store.review_queue, query.filter),
        media_type=TYPES["csv"],
        headers={"Content-Disposition": 'attachment; filename="netsword-findings.csv"'},
    )


@router.get("/compare")
def compare_page(request: Request, visitor: SignedIn, desk: OurDesk) -> Response:
    """``first=RUN&second=RUN``, each with a ``platform_…``; the form alone where one is missing."""
    asked = {
        name: request.query_params.get(name, "")[:80]
        for name in ("first", "second", "platform_first", "platform_second")
    }
    found, problem = None, ""
    if asked["first"] and asked["second"]:
        try:
            found = compare_runs(
                desk.store,
                asked["first"],
                asked["second"],
                platform_a=asked["platform_first"],
                platform_b=asked["platform_second"],
            )
        except NetswordError as error:
            problem = told_problem(language_of(request).of_reports, error)
    runs = [run for run in desk.store.runs.list(limit=SHOWN_RUNS) if run.state is RunState.FINISHED]
    platforms = {scope.platform for stored in desk.store.sweeps.list() for scope in stored.sweep.platforms}
    return page(
        request,
        "compare.html",
        visitor,
        asked=asked,
        runs=runs,
        titles=titles(desk, [*runs, *((found.first, found.second) if found else ())]),
        platforms=sorted(platforms),
        found=found,
        any_rule=ANY_RULE,
        chart=_pairs(desk, found, language_of(request)) if found else "",
        problem=problem,
    )


def _pairs(desk: Desk, found: RunComparison, language: Language) -> str:
    chart = of_pairs(
        found.rules,
        title=word(language, "compare.chart"),
        first=word(language, "compare.first"),
        second=word(language, "compare.second"),
        named=partial(_name, desk, language),
    )
    return chart_svg(chart, ident="pairs")


def _report(desk: Desk, run_id: str) -> RunReport:
    run: Run | None = desk.store.runs.get(run_id[:40])
    if run is None or desk.store.sweeps.get(run.sweep, run.sweep_version) is None:
        raise HTTPException(404)
    return run_report(desk.store, run.id)


def _name(desk: Desk, language: Language, code: str) -> str:
    if code == ANY_RULE:
        return word(language, "report.any_rule")
    rule = desk.catalogue.rules.get(code)
    if rule is None:
        return code
    return rule.name_en if language is Language.ENGLISH else rule.name_zh
