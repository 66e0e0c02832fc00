"""Pages of a run that was really crawled hold no English sentence in Chinese, and their notes in English."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest

from console.desk import Desk
from domain.account import Role
from domain.notes import NoteCode, note
from domain.run import RunState
from reports.run_document import run_document
from reports.run_report import run_report
from reports.to_html import to_html
from tests.console.people import Person
from tests.crawlers.crawling import RUN, Crawl
from tests.crawlers.hostile import a_site
from tests.reports.wording import english_in

pytestmark = pytest.mark.mongo
SignIn = Callable[..., Person]
CUT = {"zh-CN": "每项搜索最多翻2页", "en": "each search may turn 2 pages"}


def words_of(page: str) -> str:
    """What a page shows: no scripts, no tags, no attributes."""
    body = re.sub(r"(?s)<(script|style|head)\b.*?</\1>", " ", page)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ¦ ", body)))


def test_pages_of_a_crawled_run_are_in_the_language_that_was_asked_for(
    desk: Desk, sign_in: SignIn, mongo_uri: str, tmp_path: Path
) -> None:
    with a_site() as site:
        crawl = Crawl(desk.store, mongo_uri, tmp_path, site.url, changes={"budget": {"search_pages": 2}})
        crawl.begin(RunState.PLANNED)
        crawl.finish()
    report = run_report(desk.store, RUN)
    assert report.run.notes == (note(NoteCode.FRAME_CUT, pages=2),)
    assert not english_in(words_of(str(to_html(run_document(report, language="zh")))))
    for language, cut in CUT.items():
        person = sign_in(Role.ADMIN, f"admin-{language}", **{"Accept-Language": language})
        for path in (f"/runs/{RUN}/report", f"/runs/{RUN}"):
            text = words_of(person.get(path).text)
            assert cut in text, path
            assert ("未及采集" if language == "zh-CN" else "over budget") in text, path
            assert language == "en" or not english_in(text), path
