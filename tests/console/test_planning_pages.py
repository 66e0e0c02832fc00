"""Calendar, live run, report and comparison in a real browser."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from console.desk import Desk
from crawlers.runner import start_run
from domain.account import Role
from domain.run import RunState
from tests.builders import a_sweep
from tests.console.browsing import Open, violations
from tests.console.finished import a_finished_run
from tests.end_to_end.market import a_marketplace
from tests.end_to_end.market import a_sweep as a_sweep_of
from tests.storage.builders import DAY, a_run, a_target

CRAWLING = re.compile("framing|visiting")
pytestmark = [pytest.mark.browser, pytest.mark.mongo]


def planned_pages(desk: Desk) -> tuple[str, ...]:
    """Every page of planning and reporting, with something on it."""
    first = a_finished_run(desk.store, 1, flagged={1, 2})
    second = a_finished_run(desk.store, 2, flagged=range(1, 12), name="later", title="高峰监测")
    desk.store.sweeps.save(a_sweep(cadence="every_6_hours", title="高峰" * 40), DAY)
    held = a_run(3, sweep="weekly", state=RunState.VISITING)
    desk.store.runs.create(held)
    desk.store.frontier.plant([a_target(number, run=held.id) for number in range(3)])
    return (
        "/calendar",
        "/calendar?view=week",
        "/sweep-import",
        "/sweeps/weekly/versions",
        f"/runs/{first.id}/report",
        f"/runs/{held.id}",
        f"/runs/{held.id}/cancel",
        f"/compare?first={first.id}&second={second.id}",
    )


@pytest.mark.parametrize(("language", "scheme"), [("zh-CN", "light"), ("en", "dark")])
def test_axe_finds_nothing_on_the_pages_of_planning(
    opened: Open, desk: Desk, language: str, scheme: Any
) -> None:
    paths = planned_pages(desk)
    page = opened(Role.OFFICER, locale=language, color_scheme=scheme)
    for path in paths:
        page.goto(path)
        for closed in page.locator("details:not([open]) > summary").all():
            closed.click()
        assert violations(page) == [], path


def test_the_pages_of_planning_fit_a_small_screen_and_say_it_without_scripts(
    opened: Open, desk: Desk
) -> None:
    paths = planned_pages(desk)
    page = opened(Role.OFFICER, viewport={"width": 320, "height": 640}, java_script_enabled=False)
    for path in paths:
        page.goto(path)
        boxes = page.locator("main").bounding_box()
        assert boxes, path
        assert boxes["width"] <= 320, path


def test_the_calendar_is_turned_and_opened_by_keys(opened: Open, desk: Desk) -> None:
    a_finished_run(desk.store, 1)
    page = opened(Role.OFFICER)
    with page.expect_navigation():
        keys(page, "g", "c")
    page.goto("/calendar?day=2026-05-11")
    with page.expect_navigation():
        keys(page, "]")
    expect(page).to_have_url(re.compile("view=month&day=2026-06-01"))
    with page.expect_navigation():
        keys(page, "[")
    page.goto("/calendar?day=2026-06-01")
    page.locator(".entry").first.focus()
    with page.expect_navigation():
        keys(page, "Enter")
    expect(page).to_have_url(re.compile("/runs/"))


def keys(page: Page, *pressed: str) -> None:
    for key in pressed:
        page.keyboard.press(key)


@pytest.mark.long
def test_an_officer_pauses_goes_on_and_cancels_while_real_processes_crawl(opened: Open, desk: Desk) -> None:
    with a_marketplace("--no-faults") as market:
        # A page a second: the run takes minutes, so it is under way whenever a button is pressed.
        sweep = a_sweep_of(market, listings=200, politeness={"delay_s": 1, "concurrency": 1})
        stored = desk.store.sweeps.save(sweep, datetime.now(UTC))
        run = start_run(desk.store, stored, now=datetime.now(UTC))
        page = opened(Role.OFFICER, path=f"/runs/{run.id}")
        live = page.locator("#live")
        expect(live).to_have_attribute("data-phase", "stalled")
        click(page, "#start")
        expect(live).to_have_attribute("data-phase", CRAWLING)
        click(page, "#pause")
        expect(live).to_have_attribute("data-phase", "paused")
        assert desk.store.frontier.owners(run.id) == []
        left = desk.store.frontier.open_count(run.id)
        assert (left.leased, left.total > 0) == (0, True)
        click(page, "#start")
        expect(live).to_have_attribute("data-phase", CRAWLING)
        click(page, "#cancel")
        click(page, "#cancel")
        expect(live).to_have_attribute("data-phase", "cancelled")
    assert desk.store.frontier.open_count(run.id).total == 0
    actions = [entry.action for _, entry in desk.store.audit.list()][:4]
    assert actions == ["run.cancel", "run.start", "run.pause", "run.start"]


def click(page: Page, selector: str) -> None:
    with page.expect_navigation():
        page.click(selector)
