"""Whose a number is: the shop's, the platform's, a maker's, or nobody's."""

from __future__ import annotations

import pytest

from tests.detectors.licensing.builders import (
    CODE,
    OTHER_CODE,
    PLATFORM_CODE,
    decide,
    licence_block,
)

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
