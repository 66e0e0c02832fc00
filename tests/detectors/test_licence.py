"""Licence display 亮照: a table of small pages and what each shows."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.licence import Given, capture_of, record_of
from detectors.licensing.page import read_page
from domain.cover import Cover
from domain.licence import CapturedPicture, LicenceCapture
from domain.register import OperatorRow
from domain.subjects import LinkedPage, LinkedPageState, Shop
from registry.index import register_of
from tests.detectors.licensing.builders import a_reading
from tests.shipped import licence

SEEN: dict[str, Any] = {"snapshot": "snapshot-1", "observed_at": datetime(2026, 11, 20, tzinfo=UTC)}
CODE = "91330106MA2CDEFG0X"
OLD = "310115600985533"
DECLARED = "个人从事零星小额交易活动，依法不需要办理市场主体登记"


def a_shop(text="某某小店\n新品上架", pages=()):
    return Shop(
        platform="t", shop_id="1", url="https://t.example/s", name="n", page_text=text, licence_pages=pages
    )


def a_page(state=LinkedPageState.FETCHED, text="", label="营业执照", url="https://t.example/licence"):
    return LinkedPage(url=url, label=label, state=state, text=text)


RULES = {"missing": ["LIC-MISSING"], "invalid_number": ["LIC-INVALID-NUMBER"]}


def judged(html, **given):
    page = read_page(html)
    capture = LicenceCapture(shop="t:1", name="n", url="https://t.example/s", page=page)
    return licence().judge(capture, SEEN["observed_at"], snapshot="s", given=Given(**given))


def state_of(shop):
    return licence().judge(capture_of(shop), SEEN["observed_at"], snapshot="s", given=Given()).outcome.state


@pytest.mark.parametrize(
    ("text", "state"),
    [
        (f"营业执照：{CODE}", "ok"),
        (f"统一社会信用代码\n{CODE}", "ok"),
        (f"统一社会信用代码：{CODE.lower()}", "ok"),
        ("统一社会信用代码：９１３３０１０６ＭＡ２ＣＤＥＦＧ０Ｘ", "ok"),
        ("统一社会信用代码：9133 0106 MA2C DEFG 0X", "ok"),
        ("统一社会信用代码：91330106-MA2CDEFG0-X", "ok"),
        ("统一社会信用代码：91330106\u200bMA2CDEFG0X", "ok"),
        (f"統一社會信用代碼：{CODE}", "ok"),
        (f"{CODE}（统一社会信用代码）", "ok"),
        (f"统一社会信用代码 {CODE} 2018-01-01 0571 8888", "ok"),
        (f"注册号：{OLD}", "ok"),
        (f"支持开具发票\n统一社会信用代码：{CODE}", "ok"),
        (f"平台经营者：云商公司 营业执照：{CODE}\n店铺经营者：小店 统一社会信用代码：{CODE}", "ok"),
        (f"平台内经营者信息\n统一社会信用代码：{CODE}", "ok"),
        (f"订单号 {CODE}", "missing"),
        ("需要营业执照请联系客服", "missing"),
        ("营业执照相框A3实木", "missing"),
        (f"平台经营者：云商公司\n统一社会信用代码：{CODE}", "missing"),
        (f"平台营业执照信息：统一社会信用代码{CODE}", "missing"),
        (f"生产企业：某某食品厂 统一社会信用代码：{CODE}", "missing"),
        (f"开票抬头：某某公司，统一社会信用代码：{CODE}", "missing"),
        ("统一社会信用代码：91330106MA2CDEFG0A", "invalid_number"),
        ("统一社会信用代码：91330106MA2CDEFG0", "invalid_number"),
        ("注册号：310115600985535", "invalid_number"),
        (DECLARED, "ok_exempt"),
        (f"根据《网络交易监督管理办法》第十二条，本人声明：{DECLARED}", "ok_exempt"),
        ("本人销售自产农副产品,依法无需办理市场主体登记", "ok_exempt"),
        ("个人从事零星小额交易活动", "missing"),
        ("依法不需要办理市场主体登记", "missing"),
        ("", "not_observed"),
        (" \n ", "not_observed"),
    ],
)
def test_page_text(text, state):
    shop = a_shop(text)
    assert state_of(shop) == state
    found = list(licence().inspect(shop, **SEEN))
    assert [finding.rule for finding in found] == RULES.get(state, [])
    for span in (span for finding in found for span in finding.spans):
        assert shop.page_text[span.start : span.end] == span.quote


GONE, UNSEEN = a_page(LinkedPageState.DEAD), a_page(LinkedPageState.NOT_OBSERVED)
GSXT = f"https://zzlz.gsxt.gov.cn/businessCheck/verifKey.do?showType=p&serial={CODE}-SAIC_SHOW_1&signData=x"


@pytest.mark.parametrize(
    ("pages", "state"),
    [
        ((a_page(text=f"统一社会信用代码：{CODE}"),), "ok_link"),
        ((a_page(text="某某商行\n91330106MA1K2B3C56"),), "ok_link"),
        ((a_page(text=f"订单 {CODE}", label="联系我们"),), "missing"),
        ((a_page(text=f"平台经营者：云商\n{CODE}"),), "missing"),
        ((a_page(text="页面说明", url=GSXT),), "ok_link"),
        ((a_page(text="页面说明", url=GSXT.replace("gsxt.gov.cn", "gsxt.gov.cn.example")),), "missing"),
        ((a_page(text=DECLARED),), "ok_exempt"),
        ((GONE,), "missing"),
        ((UNSEEN,), "not_observed"),
        ((GONE, UNSEEN), "not_observed"),
        ((UNSEEN, a_page(text=f"营业执照 {CODE}")), "ok_link"),
        ((GONE, a_page(text="关于我们"), a_page(text=f"营业执照 {CODE}")), "ok_link"),
        ((), "missing"),
    ],
)
def test_linked_pages(pages, state):
    assert state_of(a_shop(pages=pages)) == state


def test_what_was_not_observed_is_named_and_what_is_missing_is_found():
    assert "LIC-MISSING: not_observed" in licence().abstains(a_shop(pages=(UNSEEN,)))
    assert licence().abstains(a_shop(pages=(GONE,))) == ()


def test_number_on_the_page_stands_even_where_a_link_was_not_seen():
    assert state_of(a_shop(f"营业执照 {CODE}", (UNSEEN,))) == "ok"


def test_finding_says_what_was_looked_for_and_what_would_refute_it():
    [finding] = licence().inspect(a_shop(f"平台经营者：云商 信用代码：{CODE}", (GONE,)), **SEEN)
    assert finding.rule == "LIC-MISSING"
    assert (finding.subject, finding.shop, finding.subject_kind) == ("t:1", "t:1", "shop")
    assert "失效1个：“营业执照”" in finding.reason
    assert CODE in finding.reason
    assert "另日" in finding.refuted_by
    assert [basis.article for basis in finding.basis if "电子商务法" in basis.law] == ["第十五条、第七十六条"]
    assert finding.confidence < 1
    assert finding.rule_pack.startswith("licence/display.yaml@")


def test_what_is_missing_is_weak_until_it_was_missing_on_an_earlier_day():
    [once] = judged("<p>小店</p>").findings
    [again] = judged("<p>小店</p>", earlier=frozenset({"LIC-MISSING"})).findings
    assert (once.weak, again.weak) == (True, False)
    assert once.id == again.id
    assert "另日再采" in once.reason


def test_without_a_register_nothing_is_said_to_be_unregistered():
    result = judged(f"<p>统一社会信用代码：{CODE}</p>")
    assert result.findings == ()
    assert set(result.not_judged) == {
        "LIC-NAME-MISMATCH: no_register",
        "LIC-NOT-IN-REGISTRY: no_register",
        "LIC-STATUS-ABNORMAL: no_register",
    }


def test_what_the_register_does_not_cover_is_not_judged_and_what_it_covers_names_the_cover():
    elsewhere = register_of([OperatorRow(code="914403000000000001", name="甲商行")])
    page = f"<p>统一社会信用代码：{CODE}</p>"
    away = judged(page, register=replace(elsewhere, covers=(Cover(regions=("44",)),)))
    assert away.findings == ()
    assert "LIC-NOT-IN-REGISTRY: not_covered" in away.not_judged
    assert "LIC-NOT-COVERED" in {warning.code for warning in away.outcome.warnings}
    near = judged(
        page, register=replace(elsewhere, covers=(Cover(regions=("44",)), Cover(regions=("3301",))))
    )
    [finding] = near.findings
    assert finding.rule == "LIC-NOT-IN-REGISTRY"
    assert "区划3301" in finding.reason


def test_a_wrong_permit_number_read_from_a_picture_goes_to_a_person_with_its_box():
    wrong = "JY13301060123451"
    url = "https://t.example/jy.jpg"
    picture = CapturedPicture(url=url, state=LinkedPageState.FETCHED, snapshot="picture-1")
    page = read_page(f"<p>统一社会信用代码：{CODE}</p><img src='/jy.jpg' alt='食品经营许可证'>")
    capture = LicenceCapture(shop="t:1", name="n", url="https://t.example/s", page=page, pictures=(picture,))
    facts = Given(categories=("FOOD",), readings={url: a_reading("食品经营许可证", f"许可证编号 {wrong}")})
    [finding] = licence().judge(capture, SEEN["observed_at"], snapshot="s", given=facts).findings
    assert (finding.rule, finding.weak) == ("PERMIT-INVALID", True)
    assert finding.licence is not None
    assert (finding.licence.picture, len(finding.licence.box)) == ("picture-1", 4)
    assert "许可证编号 JY13301060123451" in finding.licence.read
    text = judged(f"<p>统一社会信用代码：{CODE}</p><p>食品经营许可证：{wrong}</p>", categories=("FOOD",))
    assert [each.weak for each in text.findings] == [False]


def test_a_finding_on_a_food_permit_cites_no_law_on_drugs():
    wrong = judged(
        f"<p>统一社会信用代码：{CODE}</p><p>食品经营许可证：JY13301060123451</p>", categories=("FOOD",)
    )
    none = judged(f"<p>统一社会信用代码：{CODE}</p>", categories=("FOOD",))
    for found, rule in ((wrong, "PERMIT-INVALID"), (none, "PERMIT-MISSING")):
        [finding] = found.findings
        laws = {basis.law for basis in finding.basis}
        assert finding.rule == rule
        assert "中华人民共和国电子商务法" in laws
        assert not {law for law in laws if "药品" in law or "器械" in law or "化妆品" in law}


def test_an_operator_is_remembered_under_its_code_and_who_borrows_a_number_is_not_it():
    register = register_of([OperatorRow(code=CODE, name="甲商行", old_number=OLD)])
    assert remembered(f"<p>名称：甲商行</p><p>注册号：{OLD}</p>", register).code == CODE
    assert remembered(f"<p>名称：乙商贸有限公司</p><p>注册号：{OLD}</p>", register).code == OLD


OF_ITS_OWN = f"<p>名称：甲商行</p><p>统一社会信用代码：{CODE}</p>"


@pytest.mark.parametrize(
    ("html", "status", "identity"),
    [
        (OF_ITS_OWN, "存续", CODE),
        (f"<p>名称：甲商行</p><p>注册号：{OLD}</p>", "存续", CODE),
        (f"<p>统一社会信用代码：{CODE}</p>", "存续", CODE),
        (OF_ITS_OWN, "吊销", CODE),
        (f"<p>名称：乙商贸有限公司</p><p>统一社会信用代码：{CODE}</p>", "存续", ""),
        (f"<p>名称：乙商贸有限公司</p><p>统一社会信用代码：{CODE}</p>", "吊销", ""),
        (f"<p>名称：甲商行</p><p>统一社会信用代码：{CODE[:-1]}A</p>", "存续", ""),
        (f"<div style='display:none'>{OF_ITS_OWN}</div>", "存续", ""),
    ],
)
def test_only_what_was_displayed_and_verified_makes_a_shop_an_operators(html, status, identity):
    register = register_of([OperatorRow(code=CODE, name="甲商行", old_number=OLD, status=status)])
    assert remembered(html, register).identity == identity


def test_without_a_register_a_number_is_a_claim():
    record = remembered(OF_ITS_OWN, None)
    assert (record.code, record.identity) == (CODE, "")


def test_who_declares_without_a_number_is_known_by_name_and_whole_address():
    place = "浙江省杭州市西湖区文三路12号3幢101室"

    def declared(name, address):
        return remembered(f"<p>{DECLARED}</p><p>经营者：{name}</p><p>地址：{address}</p>", None)

    first = declared("张三", place)
    assert first.state == "ok_exempt"
    assert first.identity.startswith("declared-")
    assert declared("张三", place.replace("12", "１２")).identity == first.identity
    sentence = (
        f"<p>{DECLARED.replace('个人', '本人张三为自然人，')}。经营地址：{place}联系电话：0571-2266963</p>"
    )
    assert remembered(sentence, None).identity == first.identity
    assert declared("李四", place).identity != first.identity
    assert declared("张三", "浙江省杭州市西湖区").identity == ""


def test_a_status_that_began_after_the_capture_accuses_nobody():
    def found(since):
        row = OperatorRow(code=CODE, name="甲商行", status="吊销", status_since=since)
        register = register_of([replace(row, as_of=date(2026, 12, 1))], snapshot_date=date(2026, 12, 2))
        return judged(OF_ITS_OWN, register=register).findings

    day = SEEN["observed_at"].date()
    assert found(day + timedelta(days=1)) == ()
    for since in (day, None):
        [finding] = found(since)
        assert finding.rule == "LIC-STATUS-ABNORMAL"
        assert finding.licence.register_date == date(2026, 12, 1)


def remembered(html, register):
    page = read_page(html)
    capture = LicenceCapture(shop="t:1", name="n", url="https://t.example/s", page=page)
    result = licence().judge(capture, SEEN["observed_at"], snapshot="s", given=Given(register=register))
    asked = {"target": "t", "snapshot": "s", "run": "r", "observed_at": SEEN["observed_at"]}
    return record_of(result, capture, **asked)


def test_comparison_sets_shown_beside_registered():
    row = OperatorRow(code=CODE, name="甲商行", status="存续")
    register = register_of([row], snapshot_date=date(2026, 11, 1))
    [finding] = judged(
        f"<p>企业名称：乙商贸有限公司</p><p>统一社会信用代码：{CODE}</p>", register=register
    ).findings
    assert finding.rule == "LIC-NAME-MISMATCH"
    rows = {row.field: (row.shown, row.registered, row.same) for row in finding.licence.compared}
    assert rows["code"] == (CODE, CODE, True)
    assert rows["name"] == ("乙商贸有限公司", "甲商行", False)
    assert rows["status"] == ("", "存续", None)
    assert finding.licence.register_date == date(2026, 11, 1)


def test_hidden_text_is_quoted_with_its_place_and_the_rule_that_hides_it():
    [finding] = judged(f"<p>小店</p><p id='lic' style='display:none'>统一社会信用代码：{CODE}</p>").findings
    assert finding.rule == "LIC-HIDDEN"
    assert finding.licence.quote == CODE
    assert "#lic" in finding.licence.where
    assert "display" in finding.licence.hidden_by


def test_each_hidden_number_is_a_finding_of_its_own():
    ids = {
        judged(f"<p>小店</p><p style='display:none'>统一社会信用代码：{code}</p>").findings[0].id
        for code in (CODE, "91330106MA1K2B3C56")
    }
    assert len(ids) == 2


@given(
    st.lists(
        st.text(alphabet=st.characters(codec=None), max_size=20)
        | st.sampled_from([CODE, CODE[:-1] + "A", "营业执照", DECLARED, "\n", " "])
    )
)
@settings(max_examples=100, deadline=None)
def test_span_quotes_the_text_it_points_at(pieces):
    shop = a_shop("".join(pieces), (a_page(text="".join(reversed(pieces)), label="联系"),))
    for finding in licence().inspect(shop, **SEEN):
        for span in finding.spans:
            assert getattr(shop, span.field)[span.start : span.end] == span.quote


@pytest.mark.parametrize(
    "piece", ["本店平台经营者营业执照", "1 ", "12345678901234567 ", "营业执照" + CODE[:-1] + "A ", "9"]
)
def test_megabyte_pages_take_seconds_at_most(piece):
    started = time.process_time()
    state_of(a_shop(piece * (300_000 // len(piece))))
    # Linear work takes a second or two here on a busy machine; quadratic work would take hours.
    assert time.process_time() - started < 20
