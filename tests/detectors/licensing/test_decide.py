"""Decisions: whose number it is, how it is written, wha"
"t the register says, and what stands in for a licence."""

from __future__ import annotations

from typing import Any

import pytest

from detectors.licensing.model import State
from detectors.licensing.page import read_page
from tests.detectors.licensing.builders import (
    CODE,
    FOOD_PERMIT,
    JUDGE,
    NAME,
    OLD_NUMBER,
    OTHER_CODE,
    PERSON,
    PERSON_CODE,
    PLATFORM_CODE,
    URL,
    a_code,
    a_page,
    a_reading,
    an_operator,
    decide,
    licence_block,
)

WIDE = CODE.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"})
WRITTEN = {
    "full width": WIDE,
    "lower case": CODE.lower(),
    "spaces": " ".join((CODE[:2], CODE[2:8], CODE[8:])),
    "every character spaced": " ".join(CODE),
    "hyphens": "-".join((CODE[:8], CODE[8:17], CODE[17:])),
    "dots": "·".join((CODE[:8], CODE[8:])),
    "no-break spaces": CODE[:6] + "&nbsp;" + CODE[6:12] + "&nbsp;" + CODE[12:],
    "zero width": CODE[:5] + "\u200b" + CODE[5:9] + "&#8203;&zwnj;" + CODE[9:],
    "soft hyphens": CODE[:5] + "&shy;" + CODE[5:],
    "word joiner": CODE[:5] + "\u2060" + CODE[5:],
    "element per character": "".join(f"<i>{c}</i>" for c in CODE),
    "element per pair": "".join(f"<b><span>{CODE[i : i + 2]}</span></b>" for i in range(0, 18, 2)),
    "elements on lines of the source": "\n".join(f"<span>{c}</span>" for c in CODE),
    "wbr": CODE[:9] + "<wbr>" + CODE[9:],
    "br": CODE[:9] + "<br>" + CODE[9:],
    "comment inside": CODE[:9] + "<!-- x -->" + CODE[9:],
    "entities": "".join(f"&#{ord(c)};" for c in CODE),
    "bold tail": CODE[:10] + "<strong>" + CODE[10:] + "</strong>",
    "reversed and turned": f"<bdo dir='rtl'>{CODE[::-1]}</bdo>",
    "reversed by style": f"<span style='direction:rtl;unicode-bidi:bidi-override'>{CODE[::-1]}</span>",
    "with a unit behind": CODE + "（已核验）",
    "next field on the line": CODE + " 类型：有限责任公司",
    "double-struck capitals": "".join(chr(ord(c) + 0x1D7CE - 48) if c.isdigit() else c for c in CODE),
}
BLOCKS = {
    "paragraphs": "<p>企业名称：{n}</p><p>统一社会信用代码：{c}</p>",
    "one line": "<p>名称：{n}　统一社会信用代码：{c}　类型：有限责任公司</p>",
    "definition list": "<dl><dt>名称</dt><dd>{n}</dd><dt>统一社会信用代码</dt><dd>{c}</dd></dl>",
    "table rows": (
        "<table><tr><td>名称</td><td>{n}</td></tr><tr><td>统一社会信用代码</td><td>{c}</td></tr></table>"
    ),
    "table columns": (
        "<table><tr><th>企业名称</th></tr><tr><td>{n}</td></tr><t"
        "r><th>统一社会信用代码</th></tr><tr><td>{c}</td></tr></table>"
    ),
    "cell per character": "<p>名称：{n}</p><table><tr><td>统一社会信用代码</td>{cells}</tr></table>",
    "block per character": "<p>名称：{n}</p><p>统一社会信用代码</p>{blocks}",
    "flex per character": (
        "<p>名称：{n}</p><div style='display:flex'><div>统一社会信用代码：</div>{blocks}</div>"
    ),
    "divs in a row": (
        "<div style='display:flex'><div>统一社会信用代码</div><div>{c}</div></div><div>企业名称：{n}</div>"
    ),
    "spans": "<div><span>公司名称</span><span>{n}</span><br><span>信用代码</span><span>{c}</span></div>",
    "label without colon": "<p>主体名称 {n}</p><p>统一社会信用代码 {c}</p>",
    "bracketed label": "<p>【企业名称】{n}</p><p>【统一社会信用代码】{c}</p>",
    "label with note": "<p>经营者名称：{n}</p><p>统一社会信用代码（注册号/登记号）：{c}</p>",
    "label or": "<p>商户名称：{n}</p><p>统一社会信用代码或注册号：{c}</p>",
    "licence number": "<p>公司名称：{n}</p><p>营业执照编号：{c}</p>",
    "licence number short": "<p>主体：{n}</p><p>执照号 {c}</p>",
    "in a sentence": "<p>本店由{n}经营，统一社会信用代码为{c}。</p>",
    "name above": "<p>{n}</p><p>统一社会信用代码 {c}</p>",
    "number alone": "<p>{n} {c}</p>",
    "english": "<p>{n}</p><p>USCC: {c}</p>",
    "copyright line": "<p>© 2026 {n} 版权所有 统一社会信用代码：{c}</p>",
    "pipes": "<p>企业名称|{n}|统一社会信用代码|{c}|住所|杭州市西湖区</p>",
    "heading and list": "<h3>亮照信息</h3><ul><li>字号名称：{n}</li><li>社会信用代码：{c}</li></ul>",
    "spaced label": "<p>名　　称：{n}</p><p>统一社会<br>信用代码：{c}</p>",
}
OTHERS = {
    "maker": "<p>生产企业：{n} 统一社会信用代码：{c}</p>",
    "maker block": "<div><h4>生产商信息</h4><p>企业名称：{n}</p><p>统一社会信用代码：{c}</p></div>",
    "contract maker": "<p>委托生产企业：{n}　信用代码：{c}</p>",
    "brand": "<p>品牌方：{n} 统一社会信用代码：{c}</p>",
    "brand licence": "<div><h4>品牌授权方营业执照</h4><p>名称：{n}</p><p>统一社会信用代码：{c}</p></div>",
    "supplier": "<p>供货商：{n}（统一社会信用代码：{c}）</p>",
    "importer": (
        "<table><tr><td>进口商</td><td>{n}</td></tr><tr><td>统一社会信用代码</td><td>{c}</td></tr></table>"
    ),
    "platform": "<p>平台经营者：{n} 统一社会信用代码：{c}</p>",
    "platform licence": "<p>平台营业执照 {n} 统一社会信用代码 {c}</p>",
    "site builder": "<p>技术支持：{n} 统一社会信用代码：{c}</p>",
    "example": "<p>统一社会信用代码为18位，例如：{c}</p>",
    "example brackets": "<p>填写示例：统一社会信用代码 {c}</p>",
    "invoice": "<p>发票抬头：{n} 统一社会信用代码：{c}</p>",
    "order": "<p>订单号 921444171900219035</p>",
    "tracking": "<p>快递单号：{c}</p>",
    "made by": "<p>本商品由{n}（统一社会信用代码：{c}）生产</p>",
    "recipient": "<p>收货单位：{n} 税号：{c}</p>",
    "warehouse": "<p>仓库：{n}，统一社会信用代码：{c}</p>",
    "review": "<p>买家评价：我们是{n} 统一社会信用代码 {c} 开票很快</p>",
    "registrant": "<p>医疗器械注册人：{n} 统一社会信用代码：{c}</p>",
}


@pytest.mark.parametrize("way", WRITTEN)
def test_a_number_is_read_however_it_is_written(way: str):
    assert decide(f"<div><p>企业名称：{NAME}</p><p>统一社会信用代码：{WRITTEN[way]}</p></div>").codes == (
        "OK",
    )


@pytest.mark.parametrize("way", BLOCKS)
def test_a_licence_is_read_in_any_layout(way: str):
    values = {
        "n": NAME,
        "c": CODE,
        "cells": "".join(f"<td>{c}</td>" for c in CODE),
        "blocks": "".join(f"<div>{c}</div>" for c in CODE),
    }
    assert decide(BLOCKS[way].format(**values)).codes == ("OK",)


@pytest.mark.parametrize("way", [way for way in BLOCKS if "{n}" in BLOCKS[way] and way != "in a sentence"])
def test_another_name_is_noticed_in_any_layout(way: str):
    values = {
        "n": "杭州白榆日用品有限公司",
        "c": CODE,
        "cells": "".join(f"<td>{c}</td>" for c in CODE),
        "blocks": "".join(f"<div>{c}</div>" for c in CODE),
    }
    assert decide(BLOCKS[way].format(**values)).codes == ("LIC-NAME-MISMATCH",)


@pytest.mark.parametrize("way", [w for w in BLOCKS if w != "number alone"])
def test_a_wrong_check_character_is_noticed_in_any_layout(way: str):
    bad = CODE[:-1] + ("4" if CODE[-1] != "4" else "6")
    values = {
        "n": NAME,
        "c": bad,
        "cells": "".join(f"<td>{c}</td>" for c in bad),
        "blocks": "".join(f"<div>{c}</div>" for c in bad),
    }
    assert decide(BLOCKS[way].format(**values)).codes == ("LIC-INVALID-NUMBER",)


@pytest.mark.parametrize("way", OTHERS)
def test_somebody_elses_number_is_no_display(way: str):
    assert decide(OTHERS[way].format(n="深圳白榆电器有限公司", c=OTHER_CODE)).codes == ("LIC-MISSING",)


@pytest.mark.parametrize("way", [w for w in OTHERS if "{c}" in OTHERS[w]])
@pytest.mark.parametrize("first", [True, False])
def test_the_shops_own_number_is_found_beside_somebody_elses(way: str, first: bool):
    other, own = OTHERS[way].format(n="深圳白榆电器有限公司", c=OTHER_CODE), licence_block()
    body = other + own if first else own + other
    for wrapped in (body, f"<div class='foot'>{body}</div>"):
        outcome = decide(wrapped)
        assert (outcome.codes, outcome.code_shown) == (("OK",), CODE)


def test_the_platforms_number_is_not_the_shops():
    assert decide(f"<p>经营者：海岸云市 统一社会信用代码：{PLATFORM_CODE}</p>").codes == ("LIC-MISSING",)


@pytest.mark.parametrize(
    "text",
    [
        "招商入驻：入驻商家须提供营业执照副本、统一社会信用代码证明。",
        "发票说明：请提供贵公司名称及统一社会信用代码（18位）。",
        "本店出售营业执照相框、A3证书框",
        "新手开店指南：如何办理营业执照？",
        "统一社会信用代码：暂无",
        "统一社会信用代码：000000000000000000",
        "统一社会信用代码：XXXXXXXXXXXXXXXXXX",
        "统一社会信用代码：{{ shop.code }}",
        "统一社会信用代码：加载中…",
        "营业执照注册号：以实际为准，客服电话 0571-88886666",
        "农药登记证号：WP20116170",
        "商标注册号：24708945",
        "本店承诺：证照齐全，资质齐全",
    ],
)
def test_a_mention_is_no_display(text: str):
    assert decide(f"<p>{text}</p>").codes == ("LIC-MISSING",)


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


def test_status_comes_before_name():
    outcome = decide(licence_block(name="杭州白榆日用品有限公司"), rows=(an_operator(status="注销"),))
    assert outcome.codes == ("LIC-STATUS-ABNORMAL",)
    assert outcome.facts[0].row is not None
    assert outcome.facts[0].register_date is not None


# ---------------------------------------------------------------- links

LINK = "https://shop.example/lic.html"
LINKS = [
    "<a href='/lic.html'>营业执照</a>",
    "<a href='lic.html'>证照信息</a>",
    "<a href='//shop.example/lic.html'>工商亮照</a>",
    "<a href='/lic.html#top'>经营者资质</a>",
    "<a href='/lic.html'><img src='/i.png' alt='营业执照' width='20'></a>",
    "<a href='/lic.html' title='查看执照'>»</a>",
    "<a href='/lic.html'>主体信息公示</a>",
    "<a href='/lic.html'>店铺资质 &gt;</a>",
    "<a href='/lic.html'>亮证亮照</a>",
    "<a href='/lic.html'>企业信息</a>",
    "<a href='/lic.html'>Business License</a>",
    "<a href='/lic.html'>关于我们</a>",
    "<a href='/lic.html'>查看</a>",
]


@pytest.mark.parametrize("link", LINKS)
def test_a_licence_one_link_away_counts(link: str):
    assert decide(link, linked={LINK: a_page(licence_block())}).codes == ("OK-LINK",)


@pytest.mark.parametrize("link", LINKS[:3])
def test_a_dead_link_is_no_display(link: str):
    assert decide(link, linked={LINK: None}).codes == ("LIC-MISSING",)


@pytest.mark.parametrize("href", ["#", "javascript:;", "javascript:void(0)", "", "about:blank"])
def test_a_link_that_leads_nowhere_is_no_display(href: str):
    assert decide(f"<a href='{href}'>营业执照</a>").codes == ("LIC-MISSING",)


def test_a_link_nobody_sees_hides_the_licence():
    for link in (
        "<a href='/lic.html' style='display:none'>营业执照</a>",
        "<a href='/lic.html' style='color:#fff'>营业执照</a>",
    ):
        assert decide(link, linked={LINK: a_page(licence_block())}).codes == ("LIC-HIDDEN",)


def test_what_is_hidden_behind_a_link_is_no_display():
    assert decide(
        LINKS[0], linked={LINK: a_page(f"<div style='display:none'>{licence_block()}</div>")}
    ).codes != ("OK-LINK",)


def test_somebody_elses_licence_behind_a_link_is_no_display():
    page = a_page(f"<h3>平台营业执照</h3><p>统一社会信用代码：{PLATFORM_CODE}</p>")
    assert decide("<a href='/lic.html'>平台证照</a>", linked={LINK: page}).codes == ("LIC-MISSING",)


def test_a_page_shown_in_a_frame_counts_as_this_page():
    assert decide(
        "<iframe src='/lic.html' width='600' height='200'></iframe>", linked={LINK: a_page(licence_block())}
    ).codes == ("OK",)


@pytest.mark.parametrize(
    ("code", "codes"),
    [
        (CODE, ("OK-LINK",)),
        (a_code(body="MA8A8A8B"), ("LIC-NOT-IN-REGISTRY",)),
        (PLATFORM_CODE, ("LIC-MISSING",)),
    ],
)
def test_the_public_mark_is_checked_without_a_fetch(code: str, codes: tuple[str, ...]):
    href = f"https://zzlz.gsxt.gov.cn/businessCheck/verifKey.do?showType=p&amp;serial={code}-SAIC_SHOW_1000&amp;signData=MEUC"
    assert decide(f"<a href='{href}'>电子营业执照</a>").codes == codes
    assert decide(f"<a href='{href}'><img src='/gs.png'></a>").codes == codes


def test_a_mark_on_another_host_is_none():
    href = f"https://zzlz.gsxt.gov.cn.evil.example/x?serial={CODE}-SAIC_SHOW_1"
    assert decide(f"<a href='{href}'>亮照</a>").codes == ("LIC-MISSING",)


# ---------------------------------------------------------------- declarations

DECLARED = "个人从事零星小额交易活动，依法不需要办理市场主体登记"
CONTACT = "<p>实际经营地址：杭州市西湖区学院路 联系方式：13900001111</p>"


@pytest.mark.parametrize(
    "text",
    [
        DECLARED,
        "个人销售自产农副产品，依法不需要办理市场主体登记",
        "个人销售家庭手工业产品，依法不需要办理市场主体登记",
        "个人利用自己的技能从事依法无须取得许可的便民劳务活动，依法不需要办理市场主体登记",
        "本人从事零星小额交易，依法无需办理市场主体登记",
        "自我声明：本店系个人零星小额交易活动，依法无须进行市场主体登记",
        "根据《电子商务法》第十条，本店属于个人销售家庭手工业产品的情形，依法不需要办理市场主体登记",
        "本网店为个人销售自产农副产品，按规定免予办理工商登记",
        "个人从事零星小额交易活动<br>依法不需要办理市场主体登记",
        "个人从事<b>零星</b>小额交易活动，依法不需要办理营业执照",
    ],
)
def test_the_four_declarations_exempt(text: str):
    category = "organic" if "农副" in text else "home"
    assert decide(f"<div><p>{text}</p>{CONTACT}</div>", category=category, shop_name="韩哥手作").codes == (
        "OK-EXEMPT-DECLARATION",
    )


@pytest.mark.parametrize(
    ("more", "values"),
    [
        ("<p>累计年交易额 36.8 万元</p>", {}),
        ("<p>本店年销售额突破120万元，感谢支持</p>", {}),
        ("<p>双十一单日成交 15 万元</p>", {}),
        ("<p>月销售额3万元</p>", {}),
        ("<p>去年卖出28万元，感谢老客户</p>", {}),
        ("<p>年销三十万元</p>", {}),
        ("<p>年成交额达 500,000 元</p>", {}),
        ("<p>© 2026 北京澜芃日用品有限公司 版权所有</p>", {}),
        ("<p>经营主体：杭州某某贸易有限公司</p>", {}),
        ("", {"shop_name": "青杉旗舰店"}),
        ("", {"category": "catering"}),
    ],
)
def test_a_contradicted_declaration_does_not(more: str, values: dict[str, Any]):
    assert (
        "LIC-MISSING"
        in decide(f"<p>{DECLARED}</p>{CONTACT}{more}", **{"shop_name": "韩哥手作", **values}).codes
    )


@pytest.mark.parametrize(
    "more",
    [
        "<p>本月销量 3200 件</p>",
        "<p>年交易额 6 万元</p>",
        "<p>平台经营者：海岸云市网络科技有限公司</p>",
        "<p>生产企业：北京澜芃日用品有限公司</p>",
        "<p>承运：顺丰速运有限公司</p>",
        "<p>满10万元可享批发价</p>",
        "<p>累计售出20万件</p>",
    ],
)
def test_other_figures_and_firms_do_not_contradict_a_declaration(more: str):
    assert decide(f"<p>{DECLARED}</p>{CONTACT}{more}", shop_name="韩哥手作").codes == (
        "OK-EXEMPT-DECLARATION",
    )


@pytest.mark.parametrize(
    "text",
    [
        "平台规则摘录：根据《电子商务法》第十条，个人销售自产农副产品、家庭手工业产品，"
        "个人从事零星小额交易活动等不需要办理市场主体登记；其他经营者应当公示营业执照。",
        "问答：哪些情形不需要办理市场主体登记？个人从事零星小额交易活动的。",
        "普法小知识：个人从事零星小额交易活动不需要办理市场主体登记。",
        "本店已办理登记",
    ],
)
def test_quoted_rules_declare_nothing(text: str):
    assert decide(f"<p>{text}</p>", shop_name="韩哥手作").codes == ("LIC-MISSING",)


# ---------------------------------------------------------------- permits and ICP

FOOD = licence_block() + "<p>食品经营许可证：{}</p>"


@pytest.mark.parametrize(
    ("shown", "codes"),
    [
        (FOOD_PERMIT, ("OK",)),
        (FOOD_PERMIT + "（有效期至2028年1月1日）", ("OK",)),
        (FOOD_PERMIT + "（有效期至2025年01月01日）", ("PERMIT-EXPIRED",)),
        (FOOD_PERMIT + "（2019年3月1日至2024-02-29）", ("PERMIT-EXPIRED",)),
        (FOOD_PERMIT + "，有效期：2020.01.01—2027.12.31", ("OK",)),
        (FOOD_PERMIT + "（发证日期2019-06-01，有效期五年）", ("PERMIT-EXPIRED",)),
        (FOOD_PERMIT + "（发证日期：2024-06-01，有效期5年）", ("OK",)),
        (FOOD_PERMIT[:-1] + str((int(FOOD_PERMIT[-1]) + 1) % 10), ("PERMIT-INVALID",)),
        (FOOD_PERMIT[:-2], ("PERMIT-INVALID",)),
        ("办理中", ("PERMIT-MISSING",)),
        ("详询客服 400-800-8888", ("PERMIT-MISSING",)),
        (FOOD_PERMIT.lower(), ("OK",)),
        (" ".join((FOOD_PERMIT[:3], FOOD_PERMIT[3:9], FOOD_PERMIT[9:])), ("OK",)),
        ("".join(f"<i>{c}</i>" for c in FOOD_PERMIT), ("OK",)),
    ],
)
def test_food_permits_are_judged(shown: str, codes: tuple[str, ...]):
    assert decide(FOOD.format(shown), category="food").codes == codes


def test_a_permit_nobody_sees_is_missing():
    assert decide(FOOD.format(f"<span style='display:none'>{FOOD_PERMIT}</span>"), category="food").codes == (
        "PERMIT-MISSING",
    )


def test_somebody_elses_permit_is_invalid():
    body = licence_block(OTHER_CODE, "深圳白榆电器有限公司") + f"<p>许可证编号 {FOOD_PERMIT}</p>"
    outcome = decide(body, category="food")
    assert outcome.codes == ("PERMIT-INVALID",)
    assert outcome.facts[0].row is not None
    assert outcome.facts[0].row.name == NAME


@pytest.mark.parametrize(
    ("category", "permit"),
    [
        ("drug", "浙AA571001234"),
        ("drug", "浙DB5710123"),
        ("device2", "浙杭食药监械经营备20211234号"),
        ("device2", "浙杭药监械经营备20211234号"),
        ("device3", "浙杭药监械经营许20211234号"),
        ("cosmetic", "浙G妆网备字2023001234"),
        ("cosmetic", "国妆网备进字（浙）2023001234"),
        ("cosmetic_sp", "国妆特字20231234"),
        ("cosmetic_sp", "国妆特进字J20231234"),
        ("pesticide", "农药经许（浙）33010620001"),
        ("seed", "D（浙杭西）农种许字（2023）第0012号"),
        ("vetdrug", "（2023）兽药经营证字330106001号"),
        ("book", "新出发浙零字第杭12345号"),
        ("wine", FOOD_PERMIT),
        ("organic", ""),
        ("toy", ""),
    ],
)
def test_each_category_is_satisfied_by_its_permit(category: str, permit: str):
    assert decide(licence_block() + f"<p>许可/备案：{permit}</p>", category=category).codes == ("OK",)


@pytest.mark.parametrize(
    "category",
    [
        "drug",
        "device2",
        "device3",
        "cosmetic",
        "cosmetic_sp",
        "pesticide",
        "seed",
        "vetdrug",
        "book",
        "wine",
        "food",
        "catering",
        "health_food",
    ],
)
def test_each_category_misses_its_permit(category: str):
    assert decide(licence_block(), category=category).codes == ("PERMIT-MISSING",)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("浙ICP备2022646555号-8", ("OK",)),
        ("浙ICP备17592977号", ("OK",)),
        ("浙ＩＣＰ备2022646555号", ("OK",)),
        ("浙 ICP 备 2022646555 号 - 1", ("OK",)),
        ("浙icp备17592977号", ("OK",)),
        ("浙ICP证123456号", ("OK",)),
        ("增值电信业务经营许可证：浙B2-20221234", ("OK",)),
        ("B2-20221234", ("OK",)),
        ("ICP备案号：暂无", ("ICP-MISSING",)),
        ("本站已通过ICP备案", ("ICP-MISSING",)),
        ("浙ICP备123号", ("ICP-MISSING",)),
        ("", ("ICP-MISSING",)),
        ("浙公网安备33010602011771号", ("ICP-MISSING",)),
        ("<span style='display:none'>浙ICP备17592977号</span>", ("ICP-MISSING",)),
    ],
)
def test_an_own_site_needs_an_icp_number(text: str, codes: tuple[str, ...]):
    assert decide(licence_block() + f"<footer><p>{text}</p></footer>", standalone=True).codes == codes


# ---------------------------------------------------------------- pictures

PICTURE = "https://shop.example/zz.jpg"
IMG = "<div class='lic'><h4>证照信息</h4><img src='/zz.jpg' width='600'></div>"
PRINT = ("营业执照", "统一社会信用代码", CODE, f"名 称 {NAME}", "类 型 有限责任公司")


def test_a_readable_picture_counts():
    assert decide(IMG, pictures={PICTURE: a_reading(*PRINT)}).codes == ("OK",)
    assert decide(
        IMG.replace("src='/zz.jpg'", "src='data:image/gif;base64,AAAA' data-src='/zz.jpg'"),
        pictures={PICTURE: a_reading(*PRINT)},
    ).codes == ("OK",)
    assert decide(
        "<div style=\"background:url('/zz.jpg');width:600px;height:400px\"></div>",
        pictures={PICTURE: a_reading(*PRINT)},
    ).codes == ("OK",)


def test_a_picture_behind_a_link_counts_as_a_link():
    assert decide("<a href='/zz.jpg'>营业执照</a>", pictures={PICTURE: a_reading(*PRINT)}).codes == (
        "OK-LINK",
    )


def test_an_unreadable_or_hidden_picture_is_hidden():
    assert decide(IMG, pictures={PICTURE: a_reading("营业执照", size=(170, 120))}).codes == ("LIC-HIDDEN",)
    assert decide(IMG, pictures={PICTURE: a_reading(size=(170, 120))}).codes == ("LIC-HIDDEN",)
    assert decide(IMG.replace("width='600'", "width='40'"), pictures={PICTURE: a_reading(*PRINT)}).codes == (
        "LIC-HIDDEN",
    )
    assert decide(
        IMG.replace("width='600'", "style='display:none'"), pictures={PICTURE: a_reading(*PRINT)}
    ).codes == ("LIC-HIDDEN",)


def test_another_certificate_is_no_licence():
    for title in ("商标注册证", "荣誉证书", "品牌授权书", "质量管理体系认证证书", "检测报告"):
        assert decide(
            IMG, pictures={PICTURE: a_reading(title, "第 24708945 号", f"注册人：{NAME}")}
        ).codes == ("LIC-MISSING",)


def test_a_picture_is_compared_with_the_register():
    other = [*PRINT[:3], "名称 深圳白榆电器有限公司"]
    assert decide(IMG, pictures={PICTURE: a_reading(*other)}).codes == ("LIC-NAME-MISMATCH",)
    near = [*PRINT[:3], "名称 杭州青衫日用晶有限公司"]
    outcome = decide(IMG, pictures={PICTURE: a_reading(*near)})
    assert outcome.codes == ("OK",)
    assert [each.code for each in outcome.warnings] == ["LIC-UNCLEAR"]
    qr = (f"http://www.gsxt.gov.cn/index.html?uniscid={CODE}&entname=深圳白榆电器有限公司",)
    assert decide(IMG, pictures={PICTURE: a_reading("营业执照", codes=qr)}).codes == ("LIC-NAME-MISMATCH",)


def test_a_doubtful_character_never_turns_a_bad_number_good():
    bad = CODE[:-1] + next(c for c in "0123456789ABCDEFGHJKLMNPQRTUWXY" if c != CODE[-1])
    confident = a_reading("营业执照", "统一社会信用代码", bad, "名称 深圳黑榆电器有限公司")
    assert decide(IMG, pictures={PICTURE: confident}).codes == ("LIC-INVALID-NUMBER",)
    doubtful = a_reading("营业执照", "统一社会信用代码", bad, confidence=0.6)
    outcome = decide(IMG, pictures={PICTURE: doubtful})
    assert outcome.codes == ("UNCLEAR",)
    assert outcome.warnings[0].for_person


def test_a_name_that_one_operator_has_stands_in_for_a_number_that_cannot_be_read():
    outcome = decide(IMG, pictures={PICTURE: a_reading("营业执照", f"名称 {NAME}")})
    assert (outcome.codes, outcome.code_shown) == (("OK",), CODE)
    assert decide(IMG, pictures={PICTURE: a_reading("营业执照", "名称 深圳黑榆电器有限公司")}).codes == (
        "UNCLEAR",
    )


def test_findings_from_print_go_to_a_person():
    bad = CODE[:-1] + ("4" if CODE[-1] != "4" else "6")
    assert decide(IMG, pictures={PICTURE: a_reading("营业执照", bad)}).facts[0].for_person


# ---------------------------------------------------------------- what was not seen


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


def test_a_hidden_picture_of_a_licence_is_wanted_before_the_pictures_of_goods() -> None:
    goods = "".join(f"<img src='/g/{number}.jpg'>" for number in range(30))
    page = read_page(a_page(f"{goods}<div style='display:none'><img src='/l.jpg' alt='营业执照'></div>"))
    assert JUDGE.wanted_pictures(page, URL)[0].endswith("/l.jpg")


def test_a_small_picture_that_words_call_a_licence_and_nobody_can_read_is_hidden() -> None:
    page = "<img src='/l.jpg' alt='营业执照'>"
    address = "https://shop.example/l.jpg"
    small = decide(page, pictures={address: a_reading(size=(300, 418))})
    assert small.codes == ("LIC-HIDDEN",)
    assert decide(page, pictures={address: a_reading(size=(900, 640))}).codes == ("LIC-MISSING",)


def test_a_qr_code_that_says_another_number_than_the_print_is_told() -> None:
    page, address = "<img src='/l.jpg' alt='营业执照'>", "https://shop.example/l.jpg"

    def told(code: str) -> list[str]:
        read = a_reading(
            "营业执照", f"统一社会信用代码 {CODE}", f"名称 {NAME}", codes=(f"https://q/?uniscid={code}",)
        )
        outcome = decide(page, pictures={address: read})
        return [warning.reason for warning in outcome.warnings if "二维码" in warning.reason]

    assert [OTHER_CODE in reason for reason in told(OTHER_CODE)] == [True]
    assert told(CODE) == []
