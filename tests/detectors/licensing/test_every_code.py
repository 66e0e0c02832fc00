"""Every decision of the engine once: what each finding and warning has to carry for a person to check it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from detectors.licence import Given, record_of
from detectors.licensing.model import CODE_OF, State
from detectors.licensing.numbers import credit_check
from detectors.licensing.page import read_page
from domain.licence import CapturedPage, CapturedPicture, LicenceCapture
from domain.subjects import LinkedPageState
from registry.index import register_of
from tests.detectors.licensing.builders import (
    AS_OF,
    CODE,
    FOOD_PERMIT,
    NAME,
    OTHER_CODE,
    URL,
    a_code,
    a_page,
    a_reading,
    a_register,
    an_operator,
    licence_block,
)
from tests.shipped import licence, packs

DETECTOR = licence()
SEEN = datetime(2026, 11, 1, 4, tzinfo=UTC)
BAD = CODE[:-1] + ("4" if CODE[-1] != "4" else "5")
LOOSE = CODE[:16] + str((int(CODE[16]) + 1) % 10)
LOOSE += credit_check(LOOSE)
"""A code of which only the organisation's own check digit inside is another."""
DECLARED = "<p>个人从事零星小额交易活动，依法不需要办理市场主体登记</p><p>地址：杭州 电话：13900001111</p>"
PICTURE = "<h4>营业执照</h4><img src='https://shop.example/zz.jpg' alt='营业执照' width='600'>"
LINK = "<a href='https://shop.example/zz.html'>营业执照</a>"
WHOLE = licence_block() + (
    "<p>类型：有限责任公司</p><p>法定代表人：郑一宁</p><p>住所：杭州市</p><p>注册资本：100万元</p>"
)
FULL = f"<div>{WHOLE}</div>"
KEPT = CODE[:-1] + ("1" if CODE[-1] != "1" else "2")


def judged(body: str, **more: Any):
    """A capture with the body judged; linked pages and picture readings by address."""
    linked: dict[str, str] = more.get("linked", {})
    readings = more.get("readings", {})
    fetched = LinkedPageState.FETCHED
    capture = LicenceCapture(
        shop="t:1",
        name="青杉小铺",
        url=URL,
        page=read_page(a_page(body)),
        linked=tuple(
            CapturedPage(url=url, state=fetched, text=read_page(a_page(html))) for url, html in linked.items()
        ),
        pictures=tuple(CapturedPicture(url=url, state=fetched, snapshot="picture") for url in readings),
        standalone=more.get("standalone", False),
        complete=more.get("complete", True),
    )
    given = Given(
        register=more.get("register", a_register()),
        readings=readings,
        categories=more.get("categories", ()),
        earlier=more.get("earlier", frozenset()),
    )
    return capture, DETECTOR.judge(capture, SEEN, snapshot="snapshot", given=given)


OUTCOMES: dict[State, tuple[str, dict[str, Any]]] = {
    State.OK: (FULL, {}),
    State.OK_LINK: (LINK, {"linked": {"https://shop.example/zz.html": FULL}}),
    State.OK_EXEMPT: (DECLARED, {}),
    State.MISSING: ("<p>小店</p>", {}),
    State.HIDDEN: (f"<div id='lic' style='display:none'>{WHOLE}</div>", {}),
    State.INVALID_NUMBER: (licence_block(BAD), {}),
    State.NOT_IN_REGISTRY: (licence_block(a_code(body="MA9Q9Q9Y")), {}),
    State.NAME_MISMATCH: (licence_block(name="深圳白榆电器有限公司"), {}),
    State.STATUS_ABNORMAL: (
        FULL,
        {"register": register_of([an_operator(status="吊销，未注销")], snapshot_date=AS_OF)},
    ),
    State.UNCLEAR: (PICTURE, {"readings": {"https://shop.example/zz.jpg": a_reading("营业执照")}}),
    State.NOT_OBSERVED: ("<p>小店</p>", {"complete": False}),
    State.NOT_RENDERED: (f"<script>new Vue({{data:['信用代码：{CODE}']}})</script>", {}),
}


@pytest.mark.parametrize("state", State)
def test_every_state_of_a_display_comes_up(state: State):
    body, more = OUTCOMES[state]
    _, result = judged(body, **more)
    assert result.outcome.state is state
    assert result.outcome.codes == (CODE_OF[state],)


FINDINGS: dict[str, tuple[str, dict[str, Any], set[str]]] = {
    "LIC-MISSING": ("<p>小店</p>", {}, {"page"}),
    "LIC-HIDDEN": (
        *OUTCOMES[State.HIDDEN],
        {"page", "quote", "where", "hidden_by", "compared", "register_date", "registered"},
    ),
    "LIC-INVALID-NUMBER": (
        *OUTCOMES[State.INVALID_NUMBER],
        {"page", "quote", "where", "compared", "register_date", "listed"},
    ),
    "LIC-NOT-IN-REGISTRY": (
        *OUTCOMES[State.NOT_IN_REGISTRY],
        {"page", "quote", "where", "compared", "register_date", "listed"},
    ),
    "LIC-NAME-MISMATCH": (
        *OUTCOMES[State.NAME_MISMATCH],
        {"page", "quote", "where", "compared", "register_date", "registered", "listed"},
    ),
    "LIC-STATUS-ABNORMAL": (
        *OUTCOMES[State.STATUS_ABNORMAL],
        {"page", "quote", "where", "compared", "register_date", "registered", "listed"},
    ),
    "PERMIT-MISSING": (FULL, {"categories": ("FOOD",)}, {"page", "compared", "register_date", "registered"}),
    "PERMIT-EXPIRED": (
        f"{FULL}<p>食品经营许可证：{FOOD_PERMIT} 有效期至2025年1月1日</p>",
        {"categories": ("FOOD",)},
        {"page", "quote", "where", "compared", "register_date", "registered"},
    ),
    "PERMIT-INVALID": (
        f"<div>{licence_block(OTHER_CODE, '深圳白榆电器有限公司')}</div><p>食品经营许可证：{FOOD_PERMIT}</p>",
        {"categories": ("FOOD",)},
        {"page", "quote", "where", "compared", "register_date", "registered"},
    ),
    "ICP-MISSING": (FULL, {"standalone": True}, {"page"}),
}
HELD = ("page", "quote", "where", "hidden_by", "compared", "listed")
IN_PICTURE = {"https://shop.example/zz.jpg": a_reading("营业执照", "统一社会信用代码", BAD, f"名称 {NAME}")}


def test_every_rule_that_runs_is_in_the_table():
    assert set(FINDINGS) == {rule.code for rule in packs().licence if rule.runs}


@pytest.mark.parametrize("code", FINDINGS)
def test_every_finding_carries_what_a_person_needs_to_check_it(code: str):
    body, more, proofs = FINDINGS[code]
    _, result = judged(body, **more)
    [finding] = result.findings
    assert finding.rule == code
    assert finding.basis
    assert all(basis.law and basis.article and basis.check for basis in finding.basis)
    assert "涉嫌" in finding.reason
    assert 0 < finding.confidence < 1
    assert finding.refuted_by
    assert (finding.snapshot, finding.shop, finding.observed_at) == ("snapshot", "t:1", SEEN)
    proof = finding.licence
    assert proof is not None
    held = {name for name in HELD if getattr(proof, name)}
    held |= {"register_date"} if proof.register_date == AS_OF else set()
    held |= {"registered"} if any(row.registered for row in proof.compared) else set()
    assert held == proofs


@pytest.mark.parametrize("code", ["LIC-MISSING", "PERMIT-MISSING", "ICP-MISSING"])
def test_what_is_missing_is_strong_only_when_it_was_missing_on_an_earlier_day(code: str):
    body, more, _ = FINDINGS[code]
    _, once = judged(body, **more)
    _, again = judged(body, **more, earlier=frozenset({code}))
    assert [(each.findings[0].rule, each.findings[0].weak) for each in (once, again)] == [
        (code, True),
        (code, False),
    ]
    assert "另日再采" in once.findings[0].reason


@pytest.mark.parametrize("code", ["LIC-MISSING", "PERMIT-MISSING", "ICP-MISSING"])
def test_on_a_page_that_did_not_load_nothing_is_missing(code: str):
    body, more, _ = FINDINGS[code]
    _, result = judged(body, **more, complete=False)
    assert result.findings == ()
    assert f"{code}: not_observed" in result.not_judged


def test_a_finding_from_a_picture_has_its_box_and_goes_to_a_person():
    _, result = judged(PICTURE, readings=IN_PICTURE)
    [finding] = result.findings
    assert (finding.rule, finding.weak) == ("LIC-INVALID-NUMBER", True)
    assert finding.licence is not None
    assert (finding.licence.picture, len(finding.licence.box)) == ("picture", 4)
    assert BAD in finding.licence.read


WARNINGS: dict[str, tuple[str, dict[str, Any]]] = {
    "LIC-INCOMPLETE": (licence_block(), {}),
    "LIC-UNCLEAR": OUTCOMES[State.UNCLEAR],
    "LIC-NOT-OBSERVED": OUTCOMES[State.NOT_OBSERVED],
    "LIC-NOT-RENDERED": OUTCOMES[State.NOT_RENDERED],
    "LIC-BAD-CHECK": (licence_block(KEPT), {"register": register_of([an_operator(code=KEPT)])}),
    "LIC-NO-REGISTER": (FULL, {"register": None}),
    "LIC-TYPED": (licence_block(CODE.replace("0", "O")), {}),
    "LIC-INNER-CHECK": (licence_block(LOOSE), {"register": register_of([an_operator(code=LOOSE)])}),
    "SITE-NUMBER": (f"{FULL}<p>浙公网安备44010602011771号</p>", {}),
    "PERMIT-MISSING-NOT-OBSERVED": (FULL, {"categories": ("FOOD",), "complete": False}),
    "ICP-MISSING-NOT-OBSERVED": (FULL, {"standalone": True, "complete": False}),
}


@pytest.mark.parametrize("code", WARNINGS)
def test_every_warning_says_why_and_where_and_accuses_nobody(code: str):
    body, more = WARNINGS[code]
    capture, result = judged(body, **more)
    assert result.findings == ()
    record = record_of(result, capture, target="t", snapshot="s", run="r", observed_at=SEEN)
    kept = [each for each in record.warnings if each.code == code]
    assert kept
    assert all(each.reason and each.page for each in kept)


def test_a_warning_about_a_number_that_stands_in_several_places_is_told_once():
    foot = "<footer><p>青杉 <a href='/about'>浙ICP备11000000号</a> 浙公网安备44010602011771号</p></footer>"
    licence = f"{URL}licence"
    body = f"<a href='{licence}'>营业执照</a>{FULL}{foot}"
    capture, result = judged(body, linked={licence: f"{FULL}{foot}"})
    record = record_of(result, capture, target="t", snapshot="s", run="r", observed_at=SEEN)
    assert [each.page for each in record.warnings if each.code == "SITE-NUMBER"] == [URL]


@pytest.mark.parametrize(
    ("line", "for_person"),
    [
        (f"生产厂家：青杉日用品有限公司 统一社会信用代码：{CODE}", True),
        (f"平台经营者：某某网络有限公司 统一社会信用代码：{CODE}", False),
        ("营业执照见店内", False),
    ],
)
def test_missing_beside_a_number_that_a_word_takes_from_the_shop_stays_for_a_person(
    line: str, for_person: bool
):
    _, result = judged(f"<p>{line}</p>", earlier=frozenset({"LIC-MISSING"}))
    [finding] = result.findings
    assert (finding.rule, finding.weak) == ("LIC-MISSING", for_person)
    assert ("所见号码即本店经营者的" in finding.refuted_by) is for_person
    assert (f"{CODE}（“生产厂家" in finding.reason) is for_person


@pytest.mark.parametrize(
    ("style", "for_person"),
    [
        ("opacity: 0; transition: opacity .6s ease-out", True),
        ("opacity: 0; transform: translateY(40px); transition-duration: .4s", True),
        ("visibility: hidden; animation-name: fadeInUp", True),
        ("opacity: 0", False),
        ("opacity: 0; transition: none", False),
        ("display: none; transition: all .3s", False),
        ("visibility: hidden; transition-duration: 0s", False),
    ],
)
def test_what_may_fade_in_as_the_visitor_scrolls_is_for_a_person(style: str, for_person: bool):
    _, result = judged(f"<section style='{style}'>{FULL}</section>")
    [finding] = result.findings
    assert (finding.rule, finding.weak) == ("LIC-HIDDEN", for_person)
    assert finding.licence is not None
    assert ("随滚动显现" in finding.licence.hidden_by) is for_person


@pytest.mark.parametrize("href", [f"{URL}licence", f"https://zzlz.gsxt.gov.cn/?serial={CODE}-SAIC_SHOW_1"])
@pytest.mark.parametrize(
    ("style", "for_person"), [("opacity: 0", False), ("opacity: 0; transition: all 1s", True)]
)
def test_a_link_to_a_licence_that_nobody_sees_is_told_with_its_rule(href: str, style: str, for_person: bool):
    link = f"<p id='foot'><a style='{style}' href='{href}'>营业执照</a></p>"
    _, result = judged(link, linked={f"{URL}licence": FULL} if href.startswith(URL) else {})
    [finding] = result.findings
    assert (finding.rule, finding.weak) == ("LIC-HIDDEN", for_person)
    assert finding.licence is not None
    assert "opacity" in finding.licence.hidden_by
    assert "#foot" in finding.licence.where
