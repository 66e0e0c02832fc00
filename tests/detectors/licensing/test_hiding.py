"""Hidden text never counts, shown text always does: for licences and permits, held against a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import pytest
from playwright.sync_api import Browser, sync_playwright

from settings import Settings
from tests.detectors.licensing.builders import (
    CODE,
    FOOD_PERMIT,
    NAME,
    OTHER_CODE,
    a_page,
    decide,
    licence_block,
)
from tests.detectors.licensing.hiding_ways import BY_LAYOUT, IN_SIGHT, OUT_OF_SIGHT

TRACES = {"brightness big", "fontsize .1em", "option display none", "currentcolor bg", "scroll box"}
"""Not compared: specks too faint to read change the picture, or it needs a turn of the wheel."""
ICP = "浙ICP备2021012345号"


def made(way: tuple[str, str], code: str = CODE, block: str = "") -> tuple[str, str]:
    """Markup and styles of a way, with something in it."""
    body, css = way
    kept = block or licence_block(code)
    body = body.replace("{LIC}", kept).replace("{CODE}", code).replace("{NAME}", NAME)
    return body, css.replace("{CODE}", code)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = Settings().find_chromium()
    assert path, "Chromium is needed here: 'netsword doctor' says how to get it"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.mark.parametrize("way", OUT_OF_SIGHT.values(), ids=OUT_OF_SIGHT)
def test_a_hidden_licence_does_not_count(way: tuple[str, str]) -> None:
    assert decide(*made(way)).codes[0] in {"LIC-HIDDEN", "LIC-MISSING"}


@pytest.mark.parametrize("way", IN_SIGHT.values(), ids=IN_SIGHT)
def test_a_shown_licence_counts(way: tuple[str, str]) -> None:
    assert decide(*made(way)).codes == ("OK",)


WITH_BLOCK = {name: way for name, way in OUT_OF_SIGHT.items() if "{LIC}" in way[0]}
SHOWN_BLOCK = {name: way for name, way in IN_SIGHT.items() if "{LIC}" in way[0]}


@pytest.mark.parametrize("name", [*WITH_BLOCK, *SHOWN_BLOCK])
def test_permits_and_icp_numbers_are_seen_as_licences_are(name: str) -> None:
    way = {**WITH_BLOCK, **SHOWN_BLOCK}[name]
    block = f"<div class='lic'><p>食品经营许可证编号：{FOOD_PERMIT}</p><p>{ICP}</p></div>"
    body, css = made(way, block=block)
    codes = set(
        decide(licence_block().replace("lic", "own") + body, css, category="food", standalone=True).codes
    )
    assert ({"PERMIT-MISSING", "ICP-MISSING"} & codes) == (
        {"PERMIT-MISSING", "ICP-MISSING"} if name in WITH_BLOCK else set()
    )


@pytest.mark.parametrize("name", WITH_BLOCK)
def test_a_hidden_declaration_does_not_count(name: str) -> None:
    block = "<div class='lic'><p>本店经营者个人销售自产农副产品，依法不需要办理市场主体登记</p></div>"
    assert (
        "OK-EXEMPT-DECLARATION" not in decide(*made(WITH_BLOCK[name], block=block), category="produce").codes
    )


@pytest.mark.parametrize("each", [5, pytest.param(1, marks=pytest.mark.long)])
def test_a_browser_agrees(browser: Browser, each: int) -> None:
    """A number is seen where another number in its place changes the picture; every fifth way, or all."""
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    wrong = []
    for hidden, table in ((True, {**OUT_OF_SIGHT, **BY_LAYOUT}), (False, IN_SIGHT)):
        for name, way in islice(table.items(), 0, None, each):
            pictures = []
            for code in (CODE, OTHER_CODE):
                page.set_content(a_page(*made(way, code)))
                pictures.append(page.screenshot(full_page=True, animations="disabled"))
            if name not in TRACES and (pictures[0] == pictures[1]) is not hidden:
                wrong.append(name)
    assert wrong == []


@pytest.mark.parametrize("way", BY_LAYOUT.values(), ids=BY_LAYOUT)
def test_what_only_a_layout_hides_still_counts_without_a_browser(way: tuple[str, str]) -> None:
    assert decide(*made(way)).codes == ("OK",)
