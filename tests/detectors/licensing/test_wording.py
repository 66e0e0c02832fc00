"""Wordings, separators and scripts that pages use for the same thing, each kind by a few of its forms."""

from __future__ import annotations

import pytest

from detectors.licensing.model import State
from tests.detectors.licensing.builders import (
    CODE,
    FOOD_PERMIT,
    NAME,
    OTHER_CODE,
    PLATFORM_CODE,
    URL,
    a_page,
    decide,
    licence_block,
)

STRANGER = "宁波赤松贸易有限公司"
OTHER = "深圳白榆电器有限公司"
WRONG = CODE[:-1] + ("A" if CODE[-1] != "A" else "B")


@pytest.mark.parametrize(
    "form",
    [
        "<p>企业名称：{n}（统一社会信用代码：{c}）</p>",
        "<p>版权所有 {n} （统一社会信用代码 {c}）</p>",
        "<p>本店由 {n} 经营</p><p>营业执照：{c}</p>",
        "<p>统一社会信用代码：{c}（{n}）</p>",
        "<p>信用代码：{c}</p><p>销售方：{n}</p>",
    ],
)
def test_the_name_beside_a_number_is_compared_wherever_the_sentence_has_it(form: str) -> None:
    assert decide(form.format(n=NAME, c=CODE)).codes == ("OK",)
    assert decide(form.format(n=STRANGER, c=CODE)).codes == ("LIC-NAME-MISMATCH",)


def test_a_trade_name_right_before_the_number_is_its_name_and_the_shop_sign_is_not() -> None:
    line = "<p>营业执照信息： <span>{n}</span> / <span>{c}</span></p>"
    assert decide(line.format(n="白榆专营店", c=CODE)).codes == ("LIC-NAME-MISMATCH",)
    assert decide(line.format(n="青杉小店", c=CODE), shop_name="青杉小店").codes == ("OK",)


@pytest.mark.parametrize("label", ["主体识别码", "信用码", "统一代码", "Credit Code", "社信码"])
def test_a_wrong_number_under_a_label_of_no_list_is_still_a_wrong_number(label: str) -> None:
    for number in (WRONG, CODE[:-1], CODE + "7"):
        assert decide(f"<p>{label}：{number}</p>").codes == ("LIC-INVALID-NUMBER",)
    assert decide(f"<p>订单编码：{WRONG}</p>").codes == ("LIC-MISSING",)


@pytest.mark.parametrize(
    "form",
    [
        "<p><b>{c}</b><br><small>统一社会信用代码</small></p><p><b>{n}</b><br><small>经营者名称</small></p>",
        "<table><tr><td>{n}</td><td>企业名称</td></tr><tr><td>{c}</td><td>信用代码（营业执照）</td></tr></table>",
        "<div><span>【营业执照】</span><span>{n}</span><span>（</span><span>{c}</span><span>）</span></div>",
    ],
)
def test_a_wrong_number_is_one_with_its_label_below_or_in_brackets_after_a_name(form: str) -> None:
    assert decide(form.format(n=NAME, c=CODE)).codes == ("OK",)
    assert decide(form.format(n=NAME, c=WRONG)).codes == ("LIC-INVALID-NUMBER",)


def test_names_and_numbers_before_their_labels_are_read() -> None:
    form = "<p><em>{n}</em> <small>经营主体</small></p><p><em>{c}</em> <small>营业执照号</small></p>"
    assert decide(form.format(n=NAME, c=CODE)).codes == ("OK",)
    assert decide(form.format(n=STRANGER, c=CODE)).codes == ("LIC-NAME-MISMATCH",)
    assert decide(form.format(n=NAME, c=WRONG)).codes == ("LIC-INVALID-NUMBER",)


def test_a_number_above_the_label_of_another_number_is_not_its_value() -> None:
    assert decide(f"<p>{WRONG}</p><p>统一社会信用代码</p><p>{CODE}</p><p>{NAME}</p>").codes == ("OK",)


def test_a_slash_between_label_and_name_is_no_part_of_the_name() -> None:
    form = "<div>Company 公司名称 / {n}<br>Unified Social Credit Code 统一社会信用代码 / {c}</div>"
    assert decide(form.format(n=NAME, c=CODE)).codes == ("OK",)
    assert decide(form.format(n=STRANGER, c=CODE)).codes == ("LIC-NAME-MISMATCH",)


def test_a_buyers_form_and_the_marks_of_a_shop_say_nothing_of_whose_number_follows() -> None:
    block = f"<p>© 2021-2026 {NAME} 统一社会信用代码：{CODE}</p>"
    assert decide("<input placeholder='收货地址'>" + block).codes == ("OK",)
    assert decide("<p>描述 4.9 服务 4.8 物流 4.8</p>" + block).codes == ("OK",)


GOODS = (
    "<ul><li>生产企业：{s}</li><li>厂址：南通市中山东路28号</li></ul>"
    "<table><tr><th>委托方</th><td>{s}</td></tr></table>"
)


@pytest.mark.parametrize(
    "block",
    [
        "<p>营业执照编号 {c}　持照人 {n}　经营者 秦凯</p>",
        "<p>主办单位：{n}｜社会信用代码：{c}｜经营者：顾琪</p>",
        "<p>{n} | 统一社会信用代码：{c} | 地址：某路15号</p>",
        "<table><tr><td>统一社会信用代码</td><td>{c}</td></tr><tr><td>企业名称</td><td>{n}</td></tr></table>",
        "<p>Company Name 公司名称: {n}</p><p>Unified Social Credit Code 统一社会信用代码: {c}</p>",
    ],
)
def test_the_maker_of_the_goods_does_not_take_the_number_of_the_shop_below(block: str) -> None:
    assert decide(GOODS.format(s=STRANGER) + block.format(n=NAME, c=CODE)).codes == ("OK",)


def test_the_number_of_the_maker_stays_the_makers() -> None:
    for form in (
        "<p>委托方：{s}</p><p>统一社会信用代码：{c}</p>",
        "<p>生产企业：{s}</p><p>{s} 信用代码：{c}</p>",
    ):
        assert decide(form.format(s=STRANGER, c=CODE)).codes == ("LIC-MISSING",)


def test_the_name_right_before_the_number_decides_beside_a_makers() -> None:
    other = "<div><p>条形码：6998266750420　生产企业：宁波赤松贸易有限公司</p></div>"
    own = f"<aside><h3>关于店铺</h3><p>版权所有 © 2016-2026 {NAME}　营业执照：{CODE}</p></aside>"
    assert decide(other + own).codes == ("OK",)
    assert decide(f"<p>主体信息：{NAME}（统一社会信用代码：{CODE}）</p>").codes == ("OK",)


def test_a_number_in_the_news_is_not_the_shops() -> None:
    assert decide(f"<p>{NAME}（统一社会信用代码 {CODE}）因虚假宣传被罚款</p>").codes == ("LIC-MISSING",)


def test_a_number_broken_inside_a_sentence_is_one_number() -> None:
    assert decide(f"<p>{NAME}（信用代码 {CODE[:9]}<br>{CODE[9:]}）</p>").codes == ("OK",)
    assert decide(f"<p>信用代码 {CODE[:9]}<br>20，联系我们</p>").codes == ("LIC-INVALID-NUMBER",)


@pytest.mark.parametrize(
    "role",
    ["源头工厂", "受托生产单位", "境内责任人", "软件开发商", "平台开办者", "版权方", "入驻平台", "经销单位"],
)
def test_a_role_is_known_by_the_parts_of_its_word(role: str) -> None:
    assert decide(f"<p>{role}：{OTHER}，统一社会信用代码：{OTHER_CODE}</p>").codes == ("LIC-MISSING",)


def test_the_last_word_of_a_name_is_no_role() -> None:
    name = "杭州青杉食品加工厂"
    page = f"<p>{name}</p><p>统一社会信用代码：{CODE}</p>"
    assert decide(page).state is State.NAME_MISMATCH


@pytest.mark.parametrize(
    "words",
    [
        "本人销售自家种的苹果，依照《电子商务法》第十条，无须办理营业执照",
        "店主为农民，销售自产农副产品，未办理营业执照（依法豁免）",
        "本店属于个人零星小额交易，可不办理市场主体登记",
        "本店声明：本人从事零星小额的家庭手工业产品交易，依法不需要办理市场主体登记",
    ],
)
def test_declarations_in_other_words_count(words: str) -> None:
    assert decide(f"<p>{words}。</p>").state is State.OK_EXEMPT


@pytest.mark.parametrize(
    "words",
    [
        f"自我声明：{STRANGER}从事零星小额交易活动，依法不需要办理市场主体登记",
        "自我声明：本公司销售家庭手工业产品，依法不需要办理市场主体登记",
        "常见问题：零星小额交易可以免于登记吗",
    ],
)
def test_a_company_cannot_declare_and_a_question_declares_nothing(words: str) -> None:
    assert decide(f"<p>{words}。</p>").codes == ("LIC-MISSING",)


@pytest.mark.parametrize(
    ("boast", "over"),
    [
        ("去年卖出50余万元", True),
        ("累计成交额 ¥1,200,000", True),
        ("日均销售额8000元", True),
        ("月销 2.3万+", False),
        ("全年销售额 ¥86,000", False),
    ],
)
def test_money_is_told_from_pieces(boast: str, over: bool) -> None:
    declared = "<p>个人从事零星小额交易活动，依法不需要办理市场主体登记。</p>"
    assert (decide(f"{declared}<p>{boast}</p>").state is State.MISSING) is over


@pytest.mark.parametrize(
    "ends",
    [
        "有效期至二〇二四年五月一日",
        "到期日 20240501",
        "（2024-05-01到期）",
        "自2019年5月2日起五年有效",
        "有效期截止：2024年5月",
        "valid until 2024-05-01",
    ],
)
def test_the_end_of_a_permit_is_read_as_people_write_it(ends: str) -> None:
    for form in ("<p>食品经营许可证：{p} {e}</p>", "<p>食品经营许可证：{p}</p><p>{e}</p>"):
        page = licence_block() + form.format(p=FOOD_PERMIT, e=ends)
        assert decide(page, category="food").codes == ("PERMIT-EXPIRED",)
        later = page.replace("2024", "2027").replace("二四", "二七").replace("2019年5月2日", "2023年5月2日")
        assert decide(later, category="food").codes == ("OK",)


@pytest.mark.parametrize(
    ("category", "form"),
    [
        ("food", f"JY（{FOOD_PERMIT[2:]}）"),
        ("food", f"{FOOD_PERMIT[:4]}<br>{FOOD_PERMIT[4:10]}<br>{FOOD_PERMIT[10:]}"),
        ("food", f"{FOOD_PERMIT[:4]}·{FOOD_PERMIT[4:10]}·{FOOD_PERMIT[10:]}"),
        ("food", f"{'正品保障，七天退换。' * 300}{FOOD_PERMIT}"),
        ("seed", "D[浙]农种许字[2020]第0001号"),
        ("pesticide", "农药经许[浙]33010610123"),
        ("book", "新出发（2020）零字第0132号"),
    ],
)
def test_a_permit_counts_however_it_is_set(category: str, form: str) -> None:
    assert decide(f"{licence_block()}<p>许可：{form}</p>", category=category).codes == ("OK",)


SCRIPTS = {
    "each": "var d=[['名称','{n}'],['{l}','{c}']];d.forEach(function(x){{q.innerHTML+=x[0]+'：'+x[1]}})",
    "map": "q.innerHTML=[{{k:'名称',v:'{n}'}},{{k:'{l}',v:'{c}'}}].map(x=>`<p>${{x.k}}：${{x.v}}`).join('')",
    "call": "function r(t){{q.innerHTML=t}}r('名称：{n} {l}：{c}')",
    "after a write": "document.title='x';a.textContent='x';render(['名称：{n}','{l}：{c}'])",
    "vue": "new Vue({{el:'#q',data:{{name:'名称：{n}',code:'{l}：{c}'}}}})",
}


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_what_only_a_script_holds_is_neither_shown_nor_missing(script: str) -> None:
    def held(number: str, name: str = NAME, label: str = "信用代码") -> str:
        return f"<div id='q'></div><script>{script.format(n=name, c=number, l=label)}</script>"

    for outcome in (decide(held(CODE)), decide(held(WRONG)), decide(held(CODE, STRANGER))):
        assert outcome.codes == ("NOT-RENDERED",)
        assert not outcome.code_shown
    permit = decide(licence_block() + held(FOOD_PERMIT, label="食品经营许可证"), category="food")
    assert permit.codes == ("OK",)
    assert "PERMIT-MISSING-NOT-OBSERVED" in {warning.code for warning in permit.warnings}
    site = decide(licence_block() + held("浙ICP备2021000123号", label="备案"), standalone=True)
    assert site.codes == ("OK",)
    assert "ICP-MISSING-NOT-OBSERVED" in {warning.code for warning in site.warnings}
    declared = decide(held("", "个人从事零星小额交易活动，依法不需要办理市场主体登记"))
    assert declared.codes == ("NOT-RENDERED",)


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_a_number_in_a_script_takes_back_only_what_it_would_refute(script: str) -> None:
    icp = f"<script>{script.format(n='备案', c='浙ICP备2021000123号', l='备案')}</script>"
    assert decide(icp, standalone=True).codes == ("LIC-MISSING",)
    assert decide(icp + licence_block(), standalone=True, category="food").codes == ("PERMIT-MISSING",)
    whole = f"<script>{script.format(n=NAME, c=CODE, l='代码')}</script>"
    assert decide(f"<div style='display:none'>{licence_block()}</div>{whole}").codes == ("LIC-HIDDEN",)
    platforms = f"<script>{script.format(n='平台', c=PLATFORM_CODE, l='信用代码')}</script>"
    assert decide(platforms).codes == ("LIC-MISSING",)


@pytest.mark.parametrize("entry", ["<a href='/zz'>营业执照</a>", "<iframe src='/zz'></iframe>"])
def test_the_script_of_a_page_one_link_away_is_asked_too(entry: str) -> None:
    script = SCRIPTS["vue"].format(n=NAME, c=CODE, l="信用代码")
    there = {URL.rsplit("/", 1)[0] + "/zz": a_page(f"<script>{script}</script>")}
    assert decide(entry, linked=there).codes == ("NOT-RENDERED",)


def test_a_script_that_writes_nothing_shows_nothing() -> None:
    page = f"{licence_block()}<script>track(function(){{return '{FOOD_PERMIT[:8]}'}})</script>"
    assert decide(page, category="food").codes == ("PERMIT-MISSING",)


@pytest.mark.parametrize(
    "link",
    [
        "<a href='javascript:void(0)' onclick=\"window.open('/zz.html')\">营业执照公示</a>",
        "<button onclick=\"location.href='/zz.html'\">证照信息</button>",
        "<span data-href='/zz.html'>亮照</span>",
    ],
)
def test_a_click_that_a_script_answers_is_a_link(link: str) -> None:
    there = {URL.rsplit("/", 1)[0] + "/zz.html": a_page(licence_block())}
    assert decide(link, linked=there).state is State.OK_LINK
    assert decide(link.replace("zz.html", "else.html"), linked=there).state is State.MISSING
