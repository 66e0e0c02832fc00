"""What a display lacks of what the law lists for its kind of operator: told, and never a breach."""

from __future__ import annotations

from datetime import date

import pytest

from detectors.licensing.model import CLEAN, Fact, Outcome
from rules.licensing import OperatorKind, load_licensing
from tests.detectors.licensing.builders import (
    CODE,
    NAME,
    PERSON,
    PERSON_CODE,
    a_code,
    a_page,
    an_operator,
    decide,
)

DUTIES = load_licensing().duties
COOPERATIVE_CODE = a_code("93330106", "MA8C6D4F")
COOPERATIVE = "杭州青杉茶叶专业合作社"
OPERATORS = {
    "company": (CODE, NAME, "有限责任公司"),
    "individual": (PERSON_CODE, PERSON, "个体工商户"),
    "cooperative": (COOPERATIVE_CODE, COOPERATIVE, "农民专业合作社"),
}
VALUES = {
    "type": "有限责任公司",
    "representative": "郑一宁",
    "address": "杭州市西湖区学院路1号",
    "capital": "100万元",
    "owner": "郑一宁",
    "form": "个人经营",
    "contributions": "60万元",
}
LAYOUTS = {
    "paragraphs": lambda rows: "".join(f"<p>{head}：{value}</p>" for head, value in rows),
    "one line": lambda rows: "<p>" + "　".join(f"{head}：{value}" for head, value in rows) + "</p>",
    "rows": lambda rows: (
        "<table>" + "".join(f"<tr><td>{h}</td><td>{v}</td></tr>" for h, v in rows) + "</table>"
    ),
    "columns": lambda rows: (
        f"<table><tr>{''.join(f'<th>{h}</th>' for h, _ in rows)}</tr>"
        f"<tr>{''.join(f'<td>{v}</td>' for _, v in rows)}</tr></table>"
    ),
    "list": lambda rows: "<dl>" + "".join(f"<dt>{h}</dt><dd>{v}</dd>" for h, v in rows) + "</dl>",
    "spans": lambda rows: "".join(f"<div><span>{h}：</span><b>{v}</b></div>" for h, v in rows),
}


def rows_of(kind: OperatorKind, *, but: str = "") -> list[tuple[str, str]]:
    """Labels and values of a whole display, one of them left out."""
    code, name, _ = OPERATORS[kind.kind]
    rows = [("统一社会信用代码", code), *((i.title, VALUES.get(i.item, name)) for i in kind.items)]
    return [row for row in rows if row[0] != but]


def operator(kind: str):
    code, name, registered = OPERATORS[kind]
    return an_operator(code=code, name=name.replace("（个体工商户）", ""), kind=registered)


def warnings(outcome: Outcome) -> list[Fact]:
    return [each for each in outcome.warnings if each.code == "LIC-INCOMPLETE"]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("kind", OPERATORS)
@pytest.mark.parametrize("linked", [False, True])
def test_a_whole_display_lacks_nothing_and_each_item_left_out_is_told(kind: str, layout: str, linked: bool):
    listed = DUTIES.kind(kind)

    def shown(rows: list[tuple[str, str]]) -> Outcome:
        body = f"<div>{LAYOUTS[layout](rows)}</div>"
        if not linked:
            return decide(body, rows=(operator(kind),))
        pages = {"https://shop.example/zz.html": a_page(body)}
        return decide("<a href='/zz.html'>营业执照</a>", linked=pages, rows=(operator(kind),))

    assert warnings(shown(rows_of(listed))) == []
    for item in (each for each in listed.items if each.item != "name"):
        outcome = shown(rows_of(listed, but=item.title))
        assert set(outcome.codes) <= CLEAN
        [warning] = warnings(outcome)
        lacking = [each.item for each in warning.listed if not each.shown]
        assert lacking == [item.item], [(each.item, each.shown) for each in warning.listed]
        assert item.title in warning.reason
        assert item.english in warning.reason
        assert warning.quote
        assert warning.where


def test_what_is_seen_is_quoted_as_displayed():
    rows = [row for row in rows_of(DUTIES.kind("company")) if row[0] != "住所"]
    [warning] = warnings(decide(f"<div>{LAYOUTS['paragraphs'](rows)}</div>"))
    assert {each.item: each.shown for each in warning.listed} == {
        "name": NAME,
        "type": "有限责任公司",
        "representative": "郑一宁",
        "address": "",
        "capital": "100万元",
    }


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("form", ["有限责任公司（自然人独资）", "有限责任公司", "股份有限公司（非上市）"])
def test_a_form_of_enterprise_is_no_head_of_the_rows_below_it(layout: str, form: str):
    rows = [("类型", form) if row[1] == "有限责任公司" else row for row in rows_of(DUTIES.kind("company"))]
    rows = [*(row for row in rows if row[0] != "住所"), ("成立日期", "2019年01月04日")]
    [warning] = warnings(decide(f"<div>{LAYOUTS[layout](rows)}</div>"))
    shown = {each.item: each.shown for each in warning.listed}
    assert shown["type"].replace("(", "（").replace(")", "）") == form
    assert shown["representative"] == "郑一宁"


@pytest.mark.parametrize("held", ["暂无", "待补充", "", "**", "无"])
def test_a_place_held_for_a_value_is_none(held: str):
    rows = [(head, held if head == "住所" else value) for head, value in rows_of(DUTIES.kind("company"))]
    for layout in ("paragraphs", "rows", "spans"):
        [warning] = warnings(decide(f"<div>{LAYOUTS[layout](rows)}</div>"))
        assert [each.item for each in warning.listed if not each.shown] == ["address"]


@pytest.mark.parametrize(
    ("code", "registered", "name", "kind"),
    [
        (CODE, "", "", "company"),
        (PERSON_CODE, "", "", "individual"),
        (COOPERATIVE_CODE, "", "", "cooperative"),
        (a_code("Y1330106"), "", "某某协会", None),
        (a_code("Y1330106"), "", NAME, "company"),
        ("330106000123458", "", PERSON, "individual"),
        ("330106000123458", "", COOPERATIVE, "cooperative"),
        ("330106000123458", "个体工商户", "青杉小店", "individual"),
        ("330106000123458", "", "青杉小店", None),
        (CODE, "农民专业合作社", NAME, "cooperative"),
    ],
)
def test_the_kind_is_known_by_register_code_or_name(code: str, registered: str, name: str, kind: str | None):
    found = DUTIES.kind_of(code, registered, name)
    assert (found.kind if found else None) == kind


CONTACTS = {"address": "<p>实际经营地址：杭州市西湖区学院路</p>", "contact": "<p>联系方式：13900001111</p>"}
DECLARED = "<p>个人从事零星小额交易活动，依法不需要办理市场主体登记</p>"


@pytest.mark.parametrize("lacking", ["", *CONTACTS])
@pytest.mark.parametrize("linked", [False, True])
def test_who_declares_an_exemption_shows_address_and_contact(lacking: str, linked: bool):
    body = DECLARED + "".join(text for item, text in CONTACTS.items() if item != lacking)
    outcome = (
        decide("<a href='/zz.html'>主体信息</a>", linked={"https://shop.example/zz.html": a_page(body)})
        if linked
        else decide(body)
    )
    assert outcome.codes == ("OK-EXEMPT-DECLARATION",)
    told = [[each.item for each in warning.listed if not each.shown] for warning in warnings(outcome)]
    assert told == ([[lacking]] if lacking else [])


def test_before_the_law_listed_anything_nothing_is_lacking():
    body = LAYOUTS["paragraphs"](rows_of(DUTIES.kind("company"), but="住所"))
    assert warnings(decide(body, as_of=date(2021, 4, 30))) == []
    assert len(warnings(decide(body, as_of=date(2021, 5, 1)))) == 1
    assert warnings(decide(DECLARED, as_of=date(2020, 6, 1))) == []
    assert len(warnings(decide(DECLARED))) == 1


def test_a_name_that_begins_with_a_word_for_nothing_is_a_name():
    name = "无锡青杉日用品有限公司"
    body = f"<p>企业名称：{name}</p><p>统一社会信用代码：{CODE}</p>"
    assert decide(body).codes == ("LIC-NAME-MISMATCH",)
    assert decide(body, rows=(an_operator(name=name),)).codes == ("OK",)
