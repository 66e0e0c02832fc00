"""Pages of innocent shops are not accused, and the guilty that look like them are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from detectors.licensing.numbers import mod_11_10
from domain.register import OperatorRow, PermitRow
from tests.detectors.licensing.builders import (
    CODE,
    FOOD_PERMIT,
    NAME,
    OLD_NUMBER,
    OTHER_CODE,
    PERSON_CODE,
    PLATFORM_CODE,
    a_code,
    a_page,
    an_operator,
    decide,
)

OTHER_PERMIT = "JY1440305012345" + mod_11_10("1440305012345")
PLATFORM_PERMIT = "JY1310115012345" + mod_11_10("1310115012345")
BRANCH = a_code("91330106", "MA3B4C5D")
NAMELESS = a_code("92330106", "MA4C5D6E")
CLOSED = a_code("91330106", "MA5D6E7F")
INSTITUTION = a_code("12330106", "47000123")
BRACKETS = a_code("91330106", "MA8H9J1K")
WIDE = FOOD_PERMIT.translate({ord(each): ord(each) + 0xFEE0 for each in "JY0123456789"})
CARRIER = a_code("91440305", "MA2J3K4L")
IMPORTER = a_code("91330782", "MA3K4L5M")
VALUES = {
    "n": NAME,
    "code": CODE,
    "cut": CODE[:-1],
    "tail": CODE[8:],
    "typo": CODE[:-1] + ("4" if CODE[-1] != "4" else "6"),
    "typed": CODE.replace("0", "O"),
    "person": PERSON_CODE,
    "other": OTHER_CODE,
    "platform": PLATFORM_CODE,
    "old": OLD_NUMBER,
    "branch": BRANCH,
    "nameless": NAMELESS,
    "closed": CLOSED,
    "institution": INSTITUTION,
    "brackets": BRACKETS,
    "carrier": CARRIER,
    "importer": IMPORTER,
    "unknown": a_code("91330106", "MA6E7F8G"),
    "jy": FOOD_PERMIT,
    "jyother": OTHER_PERMIT,
    "jyplatform": PLATFORM_PERMIT,
    "jyspaced": f"{WIDE[:3]} {WIDE[3:9]} {WIDE[9:]}",
}


def some_rows() -> tuple[OperatorRow, ...]:
    own = PermitRow(kind="JY", number=FOOD_PERMIT, valid_to=date(2028, 1, 1))
    return (
        an_operator(old_number=OLD_NUMBER, former_names=("杭州旧杉日用品有限公司",), permits=(own,)),
        an_operator(code=PERSON_CODE, name="西湖区青杉日用品店", kind="个体工商户"),
        an_operator(
            code=OTHER_CODE,
            name="深圳白榆电器有限公司",
            permits=(PermitRow(kind="JY", number=OTHER_PERMIT),),
        ),
        an_operator(
            code=PLATFORM_CODE,
            name="海岸云市网络科技有限公司",
            permits=(PermitRow(kind="JY", number=PLATFORM_PERMIT),),
        ),
        an_operator(code=BRANCH, name=f"{NAME}西湖分公司"),
        an_operator(code=NAMELESS, name="陈小满", kind="个体工商户"),
        an_operator(code=BRACKETS, name="青杉日用品（杭州）有限公司"),
        an_operator(code=CARRIER, name="白榆物流（深圳）有限公司"),
        an_operator(code=IMPORTER, name="红叶进口商贸有限公司"),
        an_operator(code=CLOSED, name=f"{NAME}城西分公司", status="注销"),
        an_operator(code=INSTITUTION, name="之江青杉出版社", kind="事业单位", status="正常"),
    )


def filled(text: str) -> str:
    for name, value in VALUES.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def the_pages(name: str) -> list[Mapping[str, Any]]:
    text = (Path(__file__).parent / name).read_text(encoding="utf-8")
    pages: list[Mapping[str, Any]] = yaml.load(text, yaml.CSafeLoader)
    return pages


PAGES = the_pages("innocent.yaml") + the_pages("guilty.yaml")


@pytest.mark.parametrize("page", PAGES, ids=[page["name"] for page in PAGES])
def test_a_page_comes_to_its_one_code(page: Mapping[str, Any]) -> None:
    linked = {
        f"https://shop.example{path}": a_page(filled(text)) for path, text in page.get("linked", {}).items()
    }
    outcome = decide(
        filled(page["body"]),
        linked=linked,
        rows=some_rows(),
        category=page.get("category", "home"),
        shop_name=page.get("shop", "青杉小铺"),
        standalone=page.get("standalone", False),
    )
    assert outcome.codes == (page["expect"],)


def test_a_slip_that_gives_way_is_told() -> None:
    page = next(page for page in PAGES if page["name"].startswith("number mistyped in small print"))
    outcome = decide(filled(page["body"]), rows=some_rows())
    assert [each.quote for each in outcome.warnings if each.code == "LIC-TYPED"] == [VALUES["cut"]]
