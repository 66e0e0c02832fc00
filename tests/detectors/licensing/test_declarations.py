"""Self-declarations of exemption 自我声明, and what contradicts them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.detectors.licensing.builders import (
    decide,
)

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
