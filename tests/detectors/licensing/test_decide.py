"""Decisions: what is shown against number rules and register, and what was not seen."""

from __future__ import annotations

import pytest

from detectors.licensing.model import State
from tests.detectors.licensing.builders import (
    CODE,
    NAME,
    OLD_NUMBER,
    PERSON,
    PERSON_CODE,
    URL,
    a_code,
    an_operator,
    decide,
    licence_block,
)


@pytest.mark.parametrize(
    ("shown", "codes"),
    [
        (CODE[:-1], ("LIC-INVALID-NUMBER",)),
        (CODE + "7", ("LIC-INVALID-NUMBER",)),
        (CODE[:6] + "****" + CODE[10:], ("LIC-INVALID-NUMBER",)),
        ("320106199606247829", ("LIC-INVALID-NUMBER",)),
        (OLD_NUMBER, ("OK",)),
        (OLD_NUMBER[:-1] + str((int(OLD_NUMBER[-1]) + 1) % 10), ("LIC-INVALID-NUMBER",)),
        (a_code(body="MA9Z9Z9Y".replace("Z", "Q")), ("LIC-NOT-IN-REGISTRY",)),
        (CODE.replace("0", "O"), ("OK",)),
        (CODE.replace("1", "I"), ("OK",)),
        (CODE.replace("1", "L", 1), ("LIC-INVALID-NUMBER",)),
    ],
)
def test_numbers_are_judged_as_shown(shown: str, codes: tuple[str, ...]):
    assert decide(licence_block(shown)).codes == codes


def test_typed_letters_count_only_under_the_registered_name():
    assert decide(licence_block(CODE.replace("0", "O"), "杭州白榆日用品有限公司")).codes == (
        "LIC-INVALID-NUMBER",
    )


@pytest.mark.parametrize(
    ("name", "same"),
    [
        (NAME, True),
        ("杭州青杉 日用品有限公司", True),
        ("杭州青杉日用品有限公司 ", True),
        ("杭州旧杉日用品有限公司", False),
        ("杭州青衫日用品有限公司", False),
        ("杭州青杉日用品有限责任公司", False),
        ("杭州青杉日用品股份有限公司", False),
        ("杭州青杉日用品店", False),
    ],
)
def test_names_are_compared_as_registered(name: str, same: bool):
    assert (decide(licence_block(name=name)).codes == ("OK",)) is same


@pytest.mark.parametrize(
    "name",
    [PERSON, "西湖区青杉日用品店", "西湖区青杉日用品店(个体工商户)", "西湖区青杉日用品店〔个体工商户〕"],
)
def test_a_dropped_note_on_the_kind_of_operator_is_no_other_name(name: str):
    assert decide(licence_block(PERSON_CODE, name)).codes == ("OK",)


def test_the_owners_name_is_not_the_operators():
    body = f"<p>经营者：张三</p><p>名称：{PERSON}</p><p>统一社会信用代码：{PERSON_CODE}</p>"
    assert decide(body).codes == ("OK",)
    assert decide(f"<p>统一社会信用代码：{PERSON_CODE}</p><p>经营者：张三</p>").codes == ("OK",)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(f"<h1>青杉小店</h1><p>欢迎光临本店</p><p>信用代码：{CODE} {NAME}</p>", id="after"),
        pytest.param(f"<p>营业执照 {NAME} 统一社会信用代码：{CODE}</p>", id="behind the licence's own word"),
    ],
)
def test_the_name_displayed_is_the_registered_one_where_it_stands_by_the_number(body: str) -> None:
    assert decide(body).name_shown == NAME


@pytest.mark.parametrize(
    ("status", "note", "abnormal"),
    [
        ("存续", "", False),
        ("在业", "", False),
        ("开业", "", False),
        ("存续（在营、开业、在册）", "", False),
        ("注销", "", True),
        ("吊销，未注销", "", True),
        ("吊销", "", True),
        ("存续", "列入经营异常名录", True),
        ("存续", "列入严重违法失信名单", True),
        ("存续", "已移出经营异常名录", False),
    ],
)
def test_status_at_capture_decides(status: str, note: str, abnormal: bool):
    outcome = decide(licence_block(), rows=(an_operator(status=status, status_note=note),))
    assert (outcome.codes == ("LIC-STATUS-ABNORMAL",)) is abnormal


EARLY = OLD_NUMBER[:-1] + str((int(OLD_NUMBER[-1]) + 1) % 10)
KEPT = CODE[:-1] + ("1" if CODE[-1] != "1" else "2")


@pytest.mark.parametrize(("number", "row"), [(EARLY, {"old_number": EARLY}), (KEPT, {"code": KEPT})])
def test_a_number_that_the_register_has_is_not_invalid(number: str, row: dict[str, str]) -> None:
    outcome = decide(licence_block(number), rows=(an_operator(**row),))
    assert outcome.codes == ("OK",)
    assert "LIC-BAD-CHECK" in {warning.code for warning in outcome.warnings}
    assert outcome.operator is not None
    others = decide(licence_block(number, "宁波赤松贸易有限公司"), rows=(an_operator(**row),))
    assert others.codes == ("LIC-INVALID-NUMBER",)
    ended = decide(licence_block(number), rows=(an_operator(**row, status="注销"),))
    assert ended.codes == ("LIC-STATUS-ABNORMAL",)


def test_status_comes_before_name():
    outcome = decide(licence_block(name="杭州白榆日用品有限公司"), rows=(an_operator(status="注销"),))
    assert outcome.codes == ("LIC-STATUS-ABNORMAL",)
    assert outcome.facts[0].row is not None
    assert outcome.facts[0].register_date is not None


def test_a_page_that_did_not_load_is_not_observed():
    outcome = decide("", complete=False)
    assert outcome.state is State.NOT_OBSERVED
    assert outcome.codes == ("NOT-OBSERVED",)


def test_missing_asks_for_a_second_capture():
    fact = decide("").facts[0]
    assert fact.needs_second_capture
    assert fact.refuted_by
    assert fact.page == URL


def test_a_script_that_cannot_be_followed_is_said():
    script = f"<script>render(window.tpl, {{code: '统一社会信用代码 {CODE}', name: '{NAME}'}})</script>"
    outcome = decide("<div id='z'></div>" + script)
    assert [warning.code for warning in outcome.warnings][:1] == ["LIC-NOT-RENDERED"]


@pytest.mark.parametrize(
    "script",
    [
        "document.getElementById('z').innerHTML='<p>企业名称：'+D.n+'</p><p>统一社会信用代码：'+D.c+'</p>';",
        "document.getElementById('z').innerHTML=`<p>企业名称：${D.n}</p><p>统一社会信用代码：${D.c}</p>`;",
        "document.getElementById('z').textContent='统一社会信用代码：'+D.c;",
        "document.write('<p>统一社会信用代码：'+D.c+'</p>');",
        "var p=document.createElement('p');p.textContent="
        "'统一社会信用代码：'+D['c'];document.body.appendChild(p);",
        "document.getElementById('z').insertAdjacentHTML('beforeend','<p>统一社会信用代码：'+D.c+'</p>');",
        "window.onload=function(){document.querySelector('#z').innerText='统一社会信用代码：'+D.c};",
        "document.addEventListener('DOMContentLoaded',()=>"
        "{document.querySelector('#z').innerText='统一社会信用代码：'+D.c});",
        "$('#z').html('<p>统一社会信用代码：'+D.c+'</p>');",
        "setTimeout(function(){document.getElementById('z').innerHTML='统一社会信用代码：'+D.c},500);",
        "function draw(){document.getElementById('z').innerHTML='统一社会信用代码：'+D.c} draw();",
        "(function(){var h='';h+='<p>统一社会信用代码：';h+=D.c+'</p>';document.getElementById('z')"
        ".innerHTML=h})();",
        "document.getElementById('z').innerHTML=['<p>统一社会信用代码：',D.c,'</p>'].join('');",
    ],
)
def test_text_that_a_script_writes_counts(script: str):
    data = f'var D={{n:\'{NAME}\',"c":"{CODE}"}};'
    assert decide(f"<div id='z'></div><script>{data}{script}</script>").codes == ("OK",)
