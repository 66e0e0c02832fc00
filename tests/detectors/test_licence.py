"""Licence display 亮照: a table of small pages and what each shows."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.licence import LicenceDetector, LicenceState
from domain.subjects import LinkedPage, LinkedPageState, Shop
from rules.loader import load_catalogue, load_packs

CATALOGUE = load_catalogue()
DETECTOR = LicenceDetector(load_packs(CATALOGUE), CATALOGUE)
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


@pytest.mark.parametrize(
    ("text", "state"),
    [
        (f"营业执照：{CODE}", "displayed"),
        (f"统一社会信用代码\n{CODE}", "displayed"),
        (f"统一社会信用代码：{CODE.lower()}", "displayed"),
        ("统一社会信用代码：９１３３０１０６ＭＡ２ＣＤＥＦＧ０Ｘ", "displayed"),
        ("统一社会信用代码：9133 0106 MA2C DEFG 0X", "displayed"),
        ("统一社会信用代码：91330106-MA2CDEFG0-X", "displayed"),
        ("统一社会信用代码：91330106\u200bMA2CDEFG0X", "displayed"),
        (f"統一社會信用代碼：{CODE}", "displayed"),
        (f"{CODE}（统一社会信用代码）", "displayed"),
        (f"统一社会信用代码 {CODE} 2018-01-01 0571 8888", "displayed"),
        (f"注册号：{OLD}", "displayed"),
        (f"支持开具发票\n统一社会信用代码：{CODE}", "displayed"),
        (f"平台经营者：云商公司 营业执照：{CODE}\n店铺经营者：小店 统一社会信用代码：{CODE}", "displayed"),
        (f"平台内经营者信息\n统一社会信用代码：{CODE}", "displayed"),
        (f"订单号 {CODE}", "missing"),
        ("需要营业执照请联系客服", "missing"),
        ("营业执照相框A3实木", "missing"),
        (f"平台经营者：云商公司\n统一社会信用代码：{CODE}", "missing"),
        (f"网站经营者：云商公司 统一社会信用代码：{CODE}", "missing"),
        (f"平台营业执照信息：统一社会信用代码{CODE}", "missing"),
        (f"生产企业：某某食品厂 统一社会信用代码：{CODE}", "missing"),
        (f"开票抬头：某某公司，统一社会信用代码：{CODE}", "missing"),
        ("统一社会信用代码：91330106MA2CDEFG0A", "number_invalid"),
        ("统一社会信用代码：91330106MA2CDEFG0", "number_invalid"),
        ("注册号：310115600985535", "number_invalid"),
        (DECLARED, "exempt_declared"),
        (f"根据《网络交易监督管理办法》第十二条，本人声明：{DECLARED}", "exempt_declared"),
        ("本人销售自产农副产品,依法无需办理市场主体登记", "exempt_declared"),
        (f"根据《网络交易监督管理办法》第八条，{DECLARED}", "missing"),
        ("个人从事零星小额交易活动", "missing"),
        ("依法不需要办理市场主体登记", "missing"),
        ("", "not_observed"),
        (" \n ", "not_observed"),
    ],
)
def test_page_text(text, state):
    shop = a_shop(text)
    verdict = DETECTOR.judge(shop)
    assert verdict.state == state
    if verdict.span:
        assert shop.page_text[verdict.span.start : verdict.span.end] == verdict.span.quote
    assert len(list(DETECTOR.inspect(shop, **SEEN))) == (state == "missing")


GONE, UNSEEN = a_page(LinkedPageState.DEAD), a_page(LinkedPageState.NOT_OBSERVED)
GSXT = f"https://zzlz.gsxt.gov.cn/businessCheck/verifKey.do?showType=p&serial={CODE}-SAIC_SHOW_1&signData=x"


@pytest.mark.parametrize(
    ("pages", "state"),
    [
        ((a_page(text=f"统一社会信用代码：{CODE}"),), "displayed_by_link"),
        ((a_page(text=f"某某商行\n{CODE}"),), "displayed_by_link"),
        ((a_page(text=f"订单 {CODE}", label="联系我们"),), "missing"),
        ((a_page(text=f"平台经营者：云商\n{CODE}"),), "missing"),
        ((a_page(text="页面说明", url=GSXT),), "displayed_by_link"),
        ((a_page(text="页面说明", url=GSXT.replace("gsxt.gov.cn", "gsxt.gov.cn.example")),), "missing"),
        ((a_page(text=DECLARED),), "exempt_declared"),
        ((GONE,), "missing"),
        ((UNSEEN,), "not_observed"),
        ((GONE, UNSEEN), "not_observed"),
        ((UNSEEN, a_page(text=f"营业执照 {CODE}")), "displayed_by_link"),
        ((GONE, a_page(text="关于我们"), a_page(text=f"营业执照 {CODE}")), "displayed_by_link"),
        ((), "missing"),
    ],
)
def test_linked_pages(pages, state):
    shop = a_shop(pages=pages)
    verdict = DETECTOR.judge(shop)
    assert verdict.state == state
    if verdict.span:
        assert verdict.span.field == "licence_text"
        assert shop.licence_text[verdict.span.start : verdict.span.end] == verdict.span.quote


def test_what_was_not_observed_is_named_and_what_is_missing_is_found():
    assert DETECTOR.abstains(a_shop(pages=(UNSEEN,))) == ("LIC-MISSING: not_observed",)
    assert DETECTOR.abstains(a_shop(pages=(GONE,))) == ()


def test_number_on_the_page_stands_even_where_a_link_was_not_seen():
    assert DETECTOR.judge(a_shop(f"营业执照 {CODE}", (UNSEEN,))).state is LicenceState.DISPLAYED


def test_finding_says_what_was_looked_for_and_what_would_refute_it():
    [finding] = DETECTOR.inspect(a_shop(f"平台经营者：云商 信用代码：{CODE}", (GONE,)), **SEEN)
    assert finding.rule == "LIC-MISSING"
    assert (finding.subject, finding.shop, finding.subject_kind) == ("t:1", "t:1", "shop")
    assert "失效1个：“营业执照”" in finding.reason
    assert CODE in finding.reason
    assert "另日" in finding.refuted_by
    assert [basis.article for basis in finding.basis if "电子商务法" in basis.law] == ["第十五条、第七十六条"]
    assert finding.confidence < 1
    assert finding.rule_pack.startswith("licence/missing.yaml@")


@given(
    st.lists(
        st.text(alphabet=st.characters(codec=None), max_size=20)
        | st.sampled_from([CODE, "营业执照", DECLARED, "\n", " "])
    )
)
@settings(max_examples=150, deadline=None)
def test_span_quotes_the_text_it_points_at(pieces):
    shop = a_shop("".join(pieces), (a_page(text="".join(reversed(pieces)), label="联系"),))
    verdict = DETECTOR.judge(shop)
    if verdict.span:
        text = getattr(shop, verdict.span.field)
        assert text[verdict.span.start : verdict.span.end] == verdict.span.quote


@pytest.mark.parametrize(
    "piece", ["本店平台经营者营业执照", "1 ", "12345678901234567 ", "营业执照" + CODE[:-1] + "A ", "9"]
)
def test_megabyte_pages_take_seconds_at_most(piece):
    started = time.process_time()
    assert DETECTOR.judge(a_shop(piece * (300_000 // len(piece)))).state is not LicenceState.DISPLAYED
    # Linear work takes a second or two here on a busy machine; quadratic work would take hours.
    assert time.process_time() - started < 20
