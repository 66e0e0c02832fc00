"""The report of a run, and the comparison of two, as documents in Chinese or English."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.notes import NoteOrText
from domain.target import Outcome
from reports.comparison import RunComparison
from reports.document import Bar, Block, Cell, Chart, Document, Paragraph, Remarks, Share, Table
from reports.labels import NOTES_OF_ALL, labeller, reason_name
from reports.notes import told
from reports.run_report import Figure, RuleFigures, RunReport

CHINA = ZoneInfo("Asia/Shanghai")
MOST_BARS = 40
"""Strata in the chart; the table has all."""
DESIGNS = {
    "census": "全面调查",
    "simple_random": "简单随机抽样",
    "systematic": "等距抽样",
    "stratified": "分层随机抽样",
    "two_stage": "二阶段抽样（先网店后商品信息）",
    "pps": "按规模不等概率抽样（先网店后商品信息）",
    "poisson": "按风险评分不等概率抽样（泊松抽样）",
    "risk_bands": "按风险评分分带不等概率抽样",
    "adaptive": "两波自适应分层抽样",
}

Words = Callable[[str], str]


def run_document(report: RunReport, *, language: str = "zh") -> Document:
    """Facts, citable sentence, shares per rule and stratum, coverage, and the limits of it all."""
    words = labeller(language)
    sweep = report.stored.sweep
    blocks: list[Block] = [_facts(report, words, language)]
    if report.alarms:
        alarms = tuple(told(language, alarm.note) for alarm in report.alarms)
        blocks.append(Remarks(title=words("alarms"), items=alarms))
    if report.any_rule is not None:
        blocks.append(Paragraph(statement(report, language=language)))
    blocks.append(_prevalence(report, words))
    if report.any_rule is not None:
        blocks += [_chart(report.any_rule, words), _strata(report.any_rule, words)]
        blocks.append(_rules_by_stratum(report, words))
    blocks += [_coverage(report, words), _reasons(report, words, language), _limits(report, words)]
    blocks.append(_remarks(report.notes, language))
    return Document(
        title=words("report"), subtitle=sweep.title, language=language, blocks=tuple(_shown(blocks))
    )


def comparison_document(found: RunComparison, *, language: str = "zh") -> Document:
    """Rule by rule the two shares, their difference with its interval, and the tests."""
    words = labeller(language)
    sides = [
        f"{run.sweep} {_day(run.started_at)}{f' {platform}' if platform else ''} ({run.id[-6:]})"
        for run, platform in ((found.first, found.first_platform), (found.second, found.second_platform))
    ]
    columns = [words("rule"), words("name")]
    columns += [
        f"{words(side)} {words(name)}"
        for side in ("first", "second")
        for name in ("share", "low", "high", "judged")
    ]
    tests = ("difference", "low", "high", "p_value", "adjusted_p", "significant", "in_both")
    rows = tuple(
        (
            row.rule if row.rule != "ANY" else words("total"),
            row.name if row.rule != "ANY" else words("any_rule"),
            *(
                cell
                for side in (row.first, row.second)
                for cell in (Share(side.share), Share(side.low), Share(side.high), side.judged)
            ),
            *(Share(value) for value in (row.difference, row.low, row.high)),
            f"{row.p_value:.3g}",
            f"{row.adjusted_p:.3g}",
            words("yes" if row.is_significant else "no"),
            row.in_both,
        )
        for row in found.rules
    )
    table = Table(
        title=words("comparison"),
        columns=(*columns, *map(words, tests)),
        rows=rows,
        note=f"{words('first')}: {sides[0]}; {words('second')}: {sides[1]}",
    )
    return Document(
        title=words("comparison"),
        subtitle=" / ".join(sides),
        language=language,
        blocks=(table, _remarks(found.notes, language)),
    )


def statement(report: RunReport, *, language: str = "zh") -> str:
    """The sentence to cite 引用文本: frame, design, seed, pages, estimate, interval and bounds."""
    if report.any_rule is None:
        return ""
    whole, sweep = report.any_rule.overall, report.stored.sweep
    unread = report.drawn - report.judged
    clean, worst = (Share(share or 0.0) for share in (whole.all_clean, whole.all_violating))
    share, low, high = Share(whole.share), Share(whole.low), Share(whole.high)
    if language == "en":
        return (
            f"On {_day(report.run.started_at)} {report.frame} listings shown by the searches of sweep "
            f"{sweep.name} were the frame; {report.drawn} were drawn ({sweep.design.kind}, seed "
            f"{report.run.seed}), {report.judged} read and {whole.flagged} flagged. The weighted share of "
            f"suspected violations is {share} (95% interval {low} to {high}); were the {unread} unread ones "
            f"all clean or all violating, it would be {clean} or {worst}."
        )
    weighted = "，估计值已按入样概率加权" if sweep.design.kind in ("poisson", "risk_bands") else ""
    return (
        f"本次监测以{_day(report.run.started_at)}平台搜索结果所示{report.frame}条商品信息为抽样框，采用"
        f"{DESIGNS[sweep.design.kind]}抽取{report.drawn}条（随机种子{report.run.seed}{weighted}），有效采集"
        f"{report.judged}条，发现涉嫌违法{whole.flagged}条。经估计，涉嫌违法率为{share}（95%置信区间"
        f"{low}～{high}）；未能采集的{unread}条若全部合规或者全部违法，估计值分别为{clean}和{worst}。以上比率仅就抽样框而言，"
        "平台未展示的搜索结果不在统计范围内。"
    )


def _facts(report: RunReport, words: Words, language: str) -> Table:
    sweep, run = report.stored.sweep, report.run
    design = DESIGNS[sweep.design.kind] if language == "zh" else sweep.design.kind
    end = f" – {_time(run.finished_at)}" if run.finished_at else ""
    facts: list[tuple[str, Cell]] = [
        ("campaign", sweep.campaign.name),
        ("document_number", sweep.campaign.document_number),
        ("region", sweep.campaign.region),
        ("sweep", f"{sweep.name}@{run.sweep_version}"),
        ("run", f"{run.id} ({words(run.state)})"),
        ("period", _time(run.started_at) + end),
        ("design", str(design)),
        ("size", None if sweep.design.kind == "census" else sweep.design.size),
        ("seed", str(run.seed)),
        ("frame_listings", report.frame),
        ("drawn", report.drawn),
        ("second_wave", report.second_wave or None),
        ("judged", report.judged),
        ("response", Share(report.judged / report.drawn) if report.drawn else None),
        ("coverage_rate", Share(report.coverage_rate)),
        ("snapshots", report.snapshots),
        ("leads", report.leads),
        ("rule_packs", run.rule_packs[:16]),
        ("software", run.software),
        ("owner", sweep.owner),
    ]
    rows = tuple((words(name), value) for name, value in facts if value not in ("", None))
    return Table(title=words("facts"), columns=(words("item"), words("value")), rows=rows)


def _prevalence(report: RunReport, words: Words) -> Table:
    columns = ("rule", "name", "subject", *_FIGURES, "all_clean", "all_violating", "weighting")
    rows = ([report.any_rule] if report.any_rule else []) + list(report.rules)
    return Table(
        title=words("prevalence"),
        columns=tuple(map(words, columns)),
        rows=tuple(
            (
                words("total") if row is report.any_rule else row.rule,
                words("any_rule") if row is report.any_rule else row.name,
                words(row.subject_kind),
                *_cells(row.overall),
                None if row.overall.all_clean is None else Share(row.overall.all_clean),
                None if row.overall.all_violating is None else Share(row.overall.all_violating),
                words("weighted" if row.overall.is_estimate else "plain"),
            )
            for row in rows
        ),
    )


_FIGURES = ("judged", "flagged", "share", "low", "high")


def _cells(figure: Figure) -> tuple[Cell, ...]:
    return figure.judged, figure.flagged, Share(figure.share), Share(figure.low), Share(figure.high)


def _chart(rule: RuleFigures, words: Words) -> Chart:
    bars = [
        Bar(
            label=words(row.stratum),
            share=row.figure.share,
            low=row.figure.low,
            high=row.figure.high,
            caption=f"{row.figure.flagged} / {row.figure.judged}",
        )
        for row in rule.strata
        if row.figure is not None
    ]
    whole = rule.overall
    everything = Bar(
        label=words("total"),
        share=whole.share,
        low=whole.low,
        high=whole.high,
        caption=f"{whole.flagged} / {whole.judged}",
        is_total=True,
    )
    shown = (*bars[:MOST_BARS], everything)
    described = "; ".join(f"{bar.label} {Share(bar.share)}" for bar in shown)
    return Chart(title=words("by_stratum"), description=described, bars=shown)


def _strata(rule: RuleFigures, words: Words) -> Table:
    columns = ("stratum", "frame", "drawn", *_FIGURES, "remark")
    rows: list[tuple[Cell, ...]] = []
    for row in rule.strata:
        if row.figure is None:
            rows.append((words(row.stratum), row.frame, None, 0, None, None, None, None, words("silent")))
        else:
            remark = words("thin") if row.figure.is_thin else ""
            rows.append((words(row.stratum), row.frame, row.figure.drawn, *_cells(row.figure), remark))
    return Table(title=words("by_stratum"), columns=tuple(map(words, columns)), rows=tuple(rows))


def _rules_by_stratum(report: RunReport, words: Words) -> Table:
    columns = ("rule", "stratum", "frame", *_FIGURES)
    return Table(
        title=words("rules_by_stratum"),
        columns=tuple(map(words, columns)),
        rows=tuple(
            (rule.rule, words(row.stratum), row.frame, *_cells(row.figure))
            for rule in report.rules
            for row in rule.strata
            if row.figure is not None
        ),
    )


def _coverage(report: RunReport, words: Words) -> Table:
    outcomes = (*(outcome.value for outcome in Outcome), "total")
    return Table(
        title=words("coverage"),
        columns=tuple(map(words, ("platform", "page", *outcomes))),
        rows=tuple(
            (row.platform, words(row.kind), *(int(getattr(row, name)) for name in outcomes))
            for row in report.coverage
        ),
    )


def _reasons(report: RunReport, words: Words, language: str) -> Table:
    return Table(
        title=words("reasons"),
        columns=tuple(map(words, ("platform", "page", "outcome", "reason", "count"))),
        rows=tuple(
            (row.platform, words(row.kind), words(row.outcome), reason_name(language, row.reason), row.count)
            for row in report.reasons
        ),
    )


def _limits(report: RunReport, words: Words) -> Table:
    return Table(
        title=words("limits"),
        columns=tuple(map(words, ("stratum", "seen", "shown", "reported", "hidden"))),
        rows=tuple(
            (words(row.stratum), row.seen, row.claim.shown, row.claim.reported, row.hidden)
            if row.claim
            else (words(row.stratum), row.seen, None, None, None)
            for row in report.limits
        ),
    )


def _remarks(notes: Iterable[NoteOrText], language: str) -> Remarks:
    """What holds for every report, and what for this one."""
    items = (*NOTES_OF_ALL[language], *(told(language, note) for note in notes))
    return Remarks(title=labeller(language)("notes"), items=items)


def _shown(blocks: list[Block]) -> Iterator[Block]:
    """Without tables that have nothing to say."""
    return (block for block in blocks if not isinstance(block, Table) or block.rows)


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(CHINA):%Y-%m-%d %H:%M}"


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(CHINA):%Y-%m-%d}"
