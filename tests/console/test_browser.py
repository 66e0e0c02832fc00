"""The console in a real browser: what people do there, from the first key to what the store then holds."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from console.desk import Desk
from crawlers.processes import owner_name
from domain.account import Role
from domain.finding import Span
from domain.run import RunState
from storage.review_queue import QueueFilter, Status
from tests.console.browsing import Open, violations
from tests.console.people import plant
from tests.console.planted import TEXTS, a_campaign, a_price_finding
from tests.end_to_end.market import a_marketplace
from tests.storage.builders import DAY, a_run, a_sweep, a_target

pytestmark = [pytest.mark.browser, pytest.mark.mongo]
HOSTILE = "<script>document.title='owned'</script><img src=x onerror=alert(1)>"


def press(page: Page, *keys: str) -> None:
    """Presses keys; those that send a form wait for the page it leads to."""
    for key in keys:
        page.keyboard.press(key)


def decide(page: Page, *keys: str) -> None:
    with page.expect_navigation():
        press(page, *keys)


def count(desk: Desk, status: Status) -> int:
    return desk.store.review_queue.count(QueueFilter(statuses=(status,)))


def test_an_analyst_clears_ten_findings_by_keys_alone(opened: Open, desk: Desk) -> None:
    for number in range(1, 13):
        plant(desk.store, number)
    page = opened(Role.ANALYST)
    with page.expect_navigation():
        press(page, "g", "f")
    press(page, "j")
    expect(page.locator("tr.current")).to_have_attribute("data-number", "12")
    decide(page, "1")
    # The row below has moved up under the same focus.
    expect(page.locator("tr.current")).to_have_attribute("data-number", "11")
    decide(page, "3")
    press(page, "r")
    expect(page.locator("dialog")).to_be_visible()
    press(page, "Escape")
    expect(page.locator("dialog")).not_to_be_visible()
    decide(page, "r", "a")
    press(page, "j", "k")
    decide(page, "2", "d")
    decide(page, "Enter")
    expect(page).to_have_url(finding(8))
    decide(page, "1")
    expect(page).to_have_url(finding(7))
    decide(page, "s")
    expect(page).to_have_url(finding(6))
    decide(page, "3")
    decide(page, "r", "b")
    press(page, "m")
    page.keyboard.type("1 和 u 是文字，不是命令")
    press(page, "Control+Enter")
    decide(page, "1")
    press(page, "r", "h")
    page.keyboard.type("样品图")
    decide(page, "Control+Enter")
    decide(page, "1")
    assert [count(desk, status) for status in Status] == [2, 4, 4, 2]
    page.reload()
    decide(page, "u")
    assert [count(desk, status) for status in Status] == [3, 3, 4, 2]
    comments = {row.number: review.comment for row, review in desk.store.review_queue.page(QueueFilter())}
    assert comments[4] == "1 和 u 是文字，不是命令"
    assert comments[3] == "样品图"
    with page.expect_navigation():
        press(page, "Escape")
    assert page.locator("#total").inner_text() == "3 项"


def finding(number: int) -> re.Pattern[str]:
    return re.compile(rf"/findings/{number}\?")


def test_letters_of_an_input_method_are_no_commands(opened: Open, desk: Desk) -> None:
    plant(desk.store, 1)
    page = opened(Role.ANALYST, path="/findings/1")
    for event in ("{key: '1', isComposing: true}", "{key: '1', keyCode: 229}", "{key: '1', altKey: true}"):
        page.evaluate(
            f"document.body.dispatchEvent(new KeyboardEvent('keydown', {{...{event}, bubbles: true}}))"
        )
    page.goto("/preferences/keys/off?next=/findings/1")
    press(page, "1", "u", "r", "a")
    assert count(desk, Status.NEW) == 1
    assert page.url.endswith("/findings/1")


def test_two_browsers_decide_the_same_finding(opened: Open, desk: Desk) -> None:
    plant(desk.store, 1)
    first, second = (opened(Role.ANALYST, name, "/findings/1") for name in ("li", "wang"))
    decide(first, "1")
    opened.faults.clear()  # type: ignore[attr-defined]
    second.keyboard.press("m")
    second.keyboard.type("图案")
    press(second, "Control+Enter")
    decide(second, "r", "a")
    conflict = second.locator("#conflict")
    expect(conflict).to_contain_text("li 的研判：已确认")
    expect(conflict).to_contain_text("图案")
    # The browser itself reports a 409 in its console; nothing else may stand there.
    reported: list[str] = opened.faults  # type: ignore[attr-defined]
    assert all("409" in fault for fault in reported)
    reported.clear()
    with second.expect_navigation():
        conflict.locator("button").click()
    assert count(desk, Status.REJECTED) == 1
    assert [row.by for _, row in desk.store.review_queue.page(QueueFilter())] == ["wang"]


def test_an_officer_plans_starts_and_watches_a_sweep(opened: Open, desk: Desk) -> None:
    with a_marketplace() as market:
        page = opened(Role.OFFICER, path="/sweeps/new")
        page.fill("[name=title]", "食品定向监测")
        page.fill("[name=name]", "food")
        page.fill("[name=campaign_name]", "网剑行动")
        page.fill("[name=campaign_code]", "WJ")
        page.select_option("[name=adapter_0]", "lingang")
        page.fill("[name=base_url_0]", market.url)
        page.fill("[name=private_hosts]", market.url.removeprefix("http://").rstrip("/"))
        page.check("[name=categories][value=FOOD]")
        page.fill("[name=size]", "20")
        page.fill("[name=delay_s]", "0")
        page.fill("[name=concurrency]", "8")
        with page.expect_navigation():
            page.click("button[value=plan]")
        live = page.locator("#live")
        expect(live).to_have_attribute("data-phase", "planned")
        expect(live).to_contain_text("lingang/FOOD")
        stored = desk.store.sweeps.get("food")
        assert stored
        assert stored.paused
        with page.expect_navigation():
            page.click("#start")
        expect(live).to_have_attribute("data-phase", "finished")
        expect(live).to_contain_text("覆盖率")
    run = desk.store.runs.latest("food")
    assert run
    counts = desk.store.frontier.counts(run.id)
    assert sum(row.count for row in counts if row.kind == "listing" and row.state == "done") >= 15
    assert [entry.action for _, entry in desk.store.audit.list()][:3] == [
        "run.start",
        "run.plan",
        "sweep.plan",
    ]


def test_a_listing_whose_title_is_a_script_harms_nothing(opened: Open, desk: Desk) -> None:
    span = Span(field="title", start=0, end=8, quote="<script>")
    plant(desk.store, 1, title=HOSTILE, spans=(span,), reason=HOSTILE, refuted_by=HOSTILE)
    page = opened(Role.ANALYST)
    for path in ("/", "/findings", "/findings/1"):
        page.goto(path)
        expect(page.get_by_text("<script>").first).to_be_visible()
        assert page.evaluate("document.querySelectorAll('img').length") == 0
        assert "owned" not in page.title()


def test_a_live_page_that_loses_its_server_says_so_and_recovers(opened: Open, desk: Desk) -> None:
    desk.store.sweeps.save(a_sweep(), DAY)
    desk.store.runs.create(a_run(state=RunState.VISITING))
    desk.store.frontier.plant([a_target(number, run=a_run().id) for number in range(3)])
    desk.store.frontier.lease(a_run().id, owner=owner_name(), limit=1, duration=timedelta(minutes=2))
    page = opened(Role.VIEWER, path=f"/runs/{a_run().id}")
    expect(page.locator("#live")).to_have_attribute("data-phase", "visiting")
    page.context.set_offline(True)
    expect(page.locator("#stale")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator("#stale")).to_be_hidden()
    opened.faults.clear()  # type: ignore[attr-defined]  # the browser reports the failed request


def test_lists_and_deciding_work_without_javascript_and_on_a_small_screen(opened: Open, desk: Desk) -> None:
    for number in (1, 2):
        plant(desk.store, number)
    page = opened(Role.ANALYST, java_script_enabled=False, viewport={"width": 320, "height": 640})
    page.goto("/findings")
    page.click("tr[data-number='2'] .row-link")
    page.fill("[name=comment]", "无脚本")
    page.click("button[value='reject:has_permit']")
    expect(page.locator("#notice")).to_contain_text("已排除 #2")
    page.click("#undo button")
    assert count(desk, Status.NEW) == 2


@pytest.mark.parametrize(
    ("language", "scheme"),
    [
        ("zh-CN", "light"),
        ("en", "dark"),
        pytest.param("zh-CN", "dark", marks=pytest.mark.long),
        pytest.param("en", "light", marks=pytest.mark.long),
    ],
)
def test_axe_finds_nothing(opened: Open, desk: Desk, language: str, scheme: Any) -> None:
    desk.store.sweeps.save(a_sweep(), DAY)
    desk.store.runs.create(replace(a_run(state=RunState.VISITING), finished_at=None))
    desk.store.frontier.plant([a_target(number, run=a_run().id) for number in range(3)])
    for number in (1, 2, 3):
        plant(desk.store, number)
    page = opened(Role.ADMIN, locale=language, color_scheme=scheme)
    page.goto("/findings/3")
    decide(page, "3")
    paths = (
        *(
            "/",
            "/findings?status=all&nothing=1",
            "/findings/2",
            "/findings/3",
            "/runs",
            f"/runs/{a_run().id}",
        ),
        *("/sweeps", "/sweeps/food-618", "/admin/accounts", "/admin/audit", "/help/keys", "/account"),
    )
    for path in paths:
        page.goto(path)
        assert page.evaluate("document.documentElement.lang") == language
        assert violations(page) == [], path
    page.goto("/sweeps/new")
    with page.expect_navigation():
        page.click("button[value=start]")
    assert violations(page) == [], "the form with its messages"
    page.context.clear_cookies()
    page.goto("/")
    assert violations(page) == [], "sign in"
    opened.faults.clear()  # type: ignore[attr-defined]  # the browser reports the 422 of the wrong form


@pytest.mark.parametrize(("language", "scheme"), [("zh-CN", "light"), ("en", "dark")])
def test_evidence_is_drawn_and_told(opened: Open, desk: Desk, language: str, scheme: Any) -> None:
    a_price_finding(desk)
    a_campaign(desk, TEXTS)
    page = opened(Role.ANALYST, locale=language, color_scheme=scheme)
    page.goto("/findings/1")
    canvas = page.locator(".price-chart canvas")
    expect(canvas).to_be_visible()
    pixels = "canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data"
    assert canvas.evaluate(f"(canvas) => {pixels}.some(Boolean)")
    page.locator("details summary").first.focus()
    press(page, "Enter")
    expect(page.locator("tr.proof").first).to_be_visible()
    assert violations(page) == []
    box = canvas.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] - 30, box["y"] + 50)
    expect(page.locator(".readout")).to_contain_text("¥99")
    page.goto("/findings/2")
    expect(page.locator("svg.timeline rect.marked").first).to_be_visible()
    expect(page.locator("svg.group circle.user")).to_have_count(len(TEXTS))
    for summary in page.locator("details summary").all():
        summary.click()
    assert violations(page) == []
    page.set_viewport_size({"width": 320, "height": 640})
    for path in ("/findings/1", "/findings/2"):
        page.goto(path)
        assert page.evaluate("document.scrollingElement.scrollWidth") <= 320, path


def test_no_page_is_wider_than_a_small_screen(opened: Open, desk: Desk) -> None:
    plant(desk.store, 1, title="长" * 200)
    desk.store.sweeps.save(a_sweep(), DAY)
    desk.store.runs.create(a_run(state=RunState.FINISHED))
    page = opened(Role.ADMIN, viewport={"width": 320, "height": 640})
    for path in (
        "/",
        "/findings",
        "/findings/1",
        "/runs",
        f"/runs/{a_run().id}",
        "/sweeps",
        "/sweeps/new",
        "/help/keys",
    ):
        page.goto(path)
        assert page.evaluate("document.scrollingElement.scrollWidth") <= 320, path
