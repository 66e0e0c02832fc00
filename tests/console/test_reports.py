"""The report of a run and the comparison of two: the figures by hand, as page and as files."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from html import unescape
from io import BytesIO

import docx
import openpyxl
import pytest

from console.desk import Desk
from domain.account import Role
from domain.run import RunState
from tests.builders import a_sweep
from tests.console.finished import a_finished_run
from tests.console.people import RULE, Person, plant
from tests.reports.wording import english_in
from tests.storage.builders import DAY, a_run

pytestmark = pytest.mark.mongo
SignIn = Callable[..., Person]
HOSTILE = "=1+1<img src=x>"


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


@pytest.mark.parametrize(("language", "words"), [("zh-CN", "任一规则"), ("en", "Any rule")])
def test_a_report_shows_each_share_with_its_interval_denominator_and_bounds(
    desk: Desk, sign_in: SignIn, language: str, words: str
) -> None:
    run = a_finished_run(desk.store, 1, flagged={1, 2, 40}, title=HOSTILE)
    page = sign_in(Role.VIEWER, **{"Accept-Language": language}).get(f"/runs/{run.id}/report").text
    assert "<img" not in page
    text = text_of(page)
    assert words in text
    # Two of 32 in a stratum of 32 of the frame's 40, none in the other; the one unread page may be either.
    assert "39 2 5.0%" in text
    assert "5.0% – 7.5%" in text
    assert "97.5%" in text, "coverage: one page of forty was blocked"
    assert ("因含排除词“空瓶”不在抽样框内" if language == "zh-CN" else "for the word “空瓶”") in text
    assert language == "en" or not english_in(text)
    assert ("验证码" if language == "zh-CN" else "CAPTCHA") in text
    assert re.search(r"lingang/HEALTHFOOD .*? 8 7 0 0\.0%", text)
    assert page.count("<svg") == 2, "all rules together, and the one that flagged"
    assert '<svg xmlns="http://www.w3.org/2000/svg"' in page
    assert "style=" not in page


def test_the_files_say_the_same_and_run_nothing(desk: Desk, sign_in: SignIn) -> None:
    sweep = {"title": HOSTILE, "campaign": {"code": "c", "name": "=cmd|' /C calc'!A0"}}
    run = a_finished_run(desk.store, 1, flagged={1, 2}, **sweep)
    person = sign_in(Role.AUDITOR)
    files = {}
    for kind in ("xlsx", "docx", "json", "csv"):
        answer = person.get(f"/runs/{run.id}/report.{kind}")
        assert answer.status_code == 200
        assert answer.headers["content-disposition"] == (
            f'attachment; filename="netsword-weekly-{run.id}.{kind}"'
        )
        assert answer.headers["x-content-type-options"] == "nosniff"
        files[kind] = answer.content
    book = openpyxl.load_workbook(BytesIO(files["xlsx"]))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    assert HOSTILE in "".join(
        paragraph.text for paragraph in docx.Document(BytesIO(files["docx"])).paragraphs
    )
    assert json.loads(files["json"])["judged"] == 39
    assert files["csv"].startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(files["csv"].decode("utf-8-sig"))))
    whole = next(row for row in rows if row["rule"] == RULE and not row["stratum"])
    assert (whole["judged"], whole["flagged"], whole["frame"]) == ("39", "2", "40")
    assert float(whole["share"]) == pytest.approx(2 / 32 * 32 / 40)
    assert {row["stratum"] for row in rows if row["rule"] == RULE} == {
        "",
        "lingang/FOOD",
        "lingang/HEALTHFOOD",
    }


def test_a_run_without_a_sample_says_that_there_is_nothing_to_estimate(desk: Desk, sign_in: SignIn) -> None:
    desk.store.sweeps.save(a_sweep(), DAY)
    run = a_run(sweep="weekly", state=RunState.VISITING)
    desk.store.runs.create(run)
    person = sign_in(Role.VIEWER)
    page = person.get(f"/runs/{run.id}/report").text
    assert "没有可据以估计的商品页" in page
    assert "批次尚未结束" in page
    for kind in ("xlsx", "docx", "json", "csv"):
        assert person.get(f"/runs/{run.id}/report.{kind}").status_code == 200


@pytest.mark.parametrize("path", ["/runs/none/report", "/runs/none/report.xlsx", "/runs/{run}/report.exe"])
def test_what_is_not_there_is_said(desk: Desk, sign_in: SignIn, path: str) -> None:
    run = a_finished_run(desk.store, 1)
    assert sign_in(Role.VIEWER).get(path.format(run=run.id)).status_code == 404


@pytest.mark.parametrize(
    ("flagged", "difference", "reading"),
    [({1}, "0.0", "没有看出差异"), (set(range(1, 30)), "+70.0", "不大可能只是抽样的偶然")],
)
def test_two_runs_are_compared_with_a_sentence_that_keeps_to_the_figures(
    desk: Desk, sign_in: SignIn, flagged: set[int], difference: str, reading: str
) -> None:
    first = a_finished_run(desk.store, 1, flagged={1}, title=HOSTILE)
    second = a_finished_run(desk.store, 2, flagged=flagged, name="later", title=HOSTILE)
    page = sign_in(Role.VIEWER).get(f"/compare?first={first.id}&second={second.id}").text
    assert "<img" not in page
    text = text_of(page)
    assert f"相差 {difference} 个百分点" in text
    assert reading in text
    assert "不是“无差异的概率”" in text
    assert page.count("<svg") == 1


def test_a_comparison_asks_for_what_is_missing_and_says_what_cannot_be(desk: Desk, sign_in: SignIn) -> None:
    person = sign_in(Role.VIEWER, **{"Accept-Language": "en"})
    assert "Two finished runs are needed" in person.get("/compare").text
    run = a_finished_run(desk.store, 1)
    itself = f"/compare?first={run.id}&second={run.id}"
    assert "compared with another run" in person.get(itself).text
    assert "须选两个不同的批次" in sign_in(Role.AUDITOR, **{"Accept-Language": "zh-CN"}).get(itself).text
    hostile = person.get(f"/compare?first={run.id}&second=<script>x</script>").text
    assert "<script>x" not in hostile
    assert "there is no run" in hostile


def test_the_report_is_found_from_the_run_and_from_the_lists(desk: Desk, sign_in: SignIn) -> None:
    run = a_finished_run(desk.store, 1)
    person = sign_in(Role.VIEWER)
    for path in ("/", "/runs", f"/runs/{run.id}"):
        assert f'href="/runs/{run.id}/report"' in person.get(path).text, path
    assert 'href="/compare"' in person.get("/runs").text


def test_a_list_of_findings_goes_out_as_its_filter_says_and_runs_nothing(
    desk: Desk, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.downloads.BATCH", 2)
    for number in (1, 2, 3, 4, 5):
        plant(desk.store, number, title="=罂粟种子", reason="@SUM(A1)")
    plant(desk.store, 6, rule="AD-ABSOLUTE")
    person = sign_in(Role.VIEWER)
    assert f'href="/findings.csv?status=new&amp;rule={RULE}"' in person.get(f"/findings?rule={RULE}").text
    answer = person.get(f"/findings.csv?status=new&rule={RULE}")
    assert answer.headers["content-disposition"] == 'attachment; filename="netsword-findings.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["number"] for row in rows] == ["5", "4", "3", "2", "1"], (
        "the order of the queue, over batches"
    )
    assert {(row["title"], row["reason"]) for row in rows} == {("'=罂粟种子", "'@SUM(A1)")}
