"""Sampling designs in real crawls: what the plan says, and what the second wave does."""

import os
import random
import signal
import time
from collections import Counter
from datetime import UTC, datetime

import pytest

from crawlers.drawing import visited
from crawlers.runner import crawl, start_run
from crawlers.sampling.designs import draw
from domain.errors import UsageError
from domain.notes import Note, NoteCode
from domain.sweep import Sweep
from domain.target import PageKind
from reports.comparison import compare_runs
from reports.labels import LANGUAGES
from reports.notes import told
from reports.plan_preview import plan_preview
from reports.run_document import comparison_document, run_document, statement
from reports.run_report import run_report
from reports.to_docx import to_docx
from reports.to_html import to_html
from reports.to_xlsx import to_xlsx
from tests.end_to_end.market import a_marketplace, a_sweep
from tests.end_to_end.test_resume import _start
from tests.reports.wording import english_in

pytestmark = [pytest.mark.mongo, pytest.mark.slow]


def begin(store, sweep: Sweep) -> str:
    now = datetime.now(UTC)
    return start_run(store, store.sweeps.save(sweep, now), now=now).id


def a_design(**changes) -> dict:
    return {"design": {"kind": "stratified", "size": 60, "seed": 7} | changes}


def test_run_draws_what_its_dry_run_said_and_compares_with_a_later_one(store, store_settings):
    with a_marketplace("--no-faults") as market:
        budget = {"pages": 5000, "search_pages": 9, "review_pages": 1}
        polite = {"delay_s": 0.001, "concurrency": 8}
        sweep = a_sweep(market, budget=budget, politeness=polite, **a_design(kind="risk_bands"))
        run = begin(store, sweep)
        assert crawl(store, run, store_settings, only_frame=True).clean
        plan = plan_preview(store, run)
        kinds = {row.kind for row in store.frontier.counts(run)}
        assert kinds == {PageKind.SEARCH}
        assert crawl(store, run, store_settings).clean
        later = begin(store, a_sweep(market, **a_design(seed=2, size=45)))
        assert crawl(store, later, store_settings).clean
    _compares(store, run, later)
    assert plan.frame_is_complete
    assert plan.sampling.drawn == 60
    # Each search may turn one page here, so the platform reports more than it showed.
    hidden = {row.stratum: row.hidden for row in plan.sampling.limits}
    assert sum(hidden.values()) > 0
    assert {NoteCode.FRAME_HIDDEN, NoteCode.RISK_SCORED} < {
        one.code for one in plan.notes if isinstance(one, Note)
    }
    (host,) = plan.hosts
    assert host.listings == 60
    assert host.hours == pytest.approx(host.pages * 0.001 / 3600)
    assert 0 < plan.sampling.half_width < 0.2
    report = run_report(store, run)
    assert (report.drawn, report.judged) == (60, 60)
    cited = statement(report)
    assert f"{report.frame}条商品信息为抽样框" in cited
    assert "估计值已按入样概率加权" in cited
    for language in LANGUAGES:
        document = run_document(report, language=language)
        assert str(report.frame) in str(to_html(document))
        assert to_xlsx(document)[:2] == to_docx(document)[:2] == b"PK"
    assert not english_in(str(to_html(run_document(report, language="zh"))))
    assert not [one for one in plan.notes if english_in(told("zh", one))]
    seen = visited(store, sweep, run)
    assert seen
    drawn = Counter(one.unit.stratum for one in seen.sample.draws)
    assert {row.stratum: row.drawn for row in plan.sampling.strata} == drawn


@pytest.mark.long
def test_second_wave_survives_kills_and_is_drawn_again_from_what_was_stored(
    store, store_settings, kills: int
):
    with a_marketplace("--no-faults") as market:
        sweep = a_sweep(market, **a_design(kind="adaptive", size=80))
        run = begin(store, sweep)
        chance = random.Random(3)
        for _ in range(kills):
            child = _start(run, store_settings, workers=2)
            time.sleep(chance.uniform(1.0, 4.0))
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
        assert _start(run, store_settings, workers=2).wait(timeout=900) in (0, 3)
    sizes = store.runs.second_wave(run)
    assert sum(sizes.values()) == 40
    sample = visited(store, sweep, run)
    assert sample
    assert sample.second
    waves = [{one.unit.key for one in wave.draws} for wave in (sample.sample, sample.second)]
    assert [len(wave) for wave in waves] == [40, 40]
    assert not waves[0] & waves[1]
    sightings = Counter(sighting.target for sighting in store.observations.of_run(run))
    assert len(sightings) == 80
    assert set(sightings.values()) == {1}
    report = run_report(store, run)
    assert (report.drawn, report.second_wave, report.judged) == (80, 40, 80)
    assert report.any_rule
    assert report.any_rule.overall.low <= report.any_rule.overall.share <= report.any_rule.overall.high
    assert draw(store.frame.units(run), sweep.design).draws == sample.sample.draws


def _compares(store, first: str, second: str) -> None:
    found = compare_runs(store, first, second)
    whole = found.rules[0]
    assert (whole.rule, whole.first.judged, whole.second.judged) == ("ANY", 60, 45)
    assert whole.difference == pytest.approx(whole.second.share - whole.first.share)
    assert whole.low <= whole.difference <= whole.high
    assert 0 <= whole.p_value <= whole.adjusted_p <= 1
    seen = [{one.subject for one in store.observations.of_run(run)} for run in (first, second)]
    assert whole.in_both == len(seen[0] & seen[1]) > 0
    notes = {one.code: one.values for one in found.notes}
    assert notes[NoteCode.JUDGED_IN_BOTH]["count"] == whole.in_both
    assert NoteCode.FRAME_MOVED in notes
    assert not english_in(str(to_html(comparison_document(found, language="zh"))))
    with pytest.raises(UsageError, match="compared with another run"):
        compare_runs(store, first, first)
    with pytest.raises(UsageError, match="no listing of platform nowhere"):
        compare_runs(store, first, second, platform_b="nowhere")
