"""Permits and ICP numbers as pages show them: values, dates and look-alikes."""

from __future__ import annotations

from typing import Any

import pytest

from detectors.licensing.numbers import mod_11_10
from domain.register import PermitRow
from rules.licensing import NumberKind
from tests.detectors.licensing.builders import (
    FOOD_PERMIT,
    JUDGE,
    NAME,
    OTHER_CODE,
    a_reading,
    an_operator,
    decide,
    licence_block,
)

SC = "SC1233010600012" + mod_11_10("1233010600012")
WRONG_DIGIT = FOOD_PERMIT[:-1] + str((int(FOOD_PERMIT[-1]) + 1) % 10)
OTHER_FORM = "JY9330106012345" + mod_11_10("9330106012345")


@pytest.mark.parametrize(
    ("code", "body", "values"),
    [
        ("OK", f"<p>许可证编号：{FOOD_PERMIT}</p>", {"category": "food"}),
        (
            "OK",
            f"<table><tr><td>食品经营许可证</td><td>{FOOD_PERMIT}</td></tr><tr><td>有效期至</td><td>2028-01-01</td></tr></table>",
            {"category": "food"},
        ),
        (
            "PERMIT-EXPIRED",
            f"<table><tr><td>食品经营许可证</td><td>{FOOD_PERMIT}</td></tr><tr><td>有效期至</td><td>2025-01-01</td></tr></table>",
            {"category": "food"},
        ),
        (
            "PERMIT-EXPIRED",
            f"<p>食品经营许可证：{FOOD_PERMIT}</p><p>有效期至：2025年1月1日</p>",
            {"category": "food"},
        ),
        (
            "PERMIT-EXPIRED",
            f"<dl><dt>食品经营许可证编号</dt><dd>{FOOD_PERMIT}</dd><dt>有效期</dt><dd>2020-01-01至2024-12-31</dd></dl>",
            {"category": "food"},
        ),
        (
            "OK",
            f"<dl><dt>食品经营许可证编号</dt><dd>{FOOD_PERMIT}</dd><dt>有效期</dt><dd>2023-01-01至2027-12-31</dd></dl>",
            {"category": "food"},
        ),
        ("PERMIT-EXPIRED", f"<p>{FOOD_PERMIT} 截止日期：2024/06/30</p>", {"category": "food"}),
        ("PERMIT-EXPIRED", f"<p>食品经营许可证 {FOOD_PERMIT}（至2025.3.1止）</p>", {"category": "food"}),
        (
            "PERMIT-EXPIRED",
            f"<p>食品经营许可证 {FOOD_PERMIT}，有效期2020年6月1日—2025年5月31日</p>",
            {"category": "food"},
        ),
        (
            "OK",
            f"<p>食品经营许可证 {FOOD_PERMIT}，有效期2022年6月1日—2027年5月31日</p>",
            {"category": "food"},
        ),
        ("OK", f"<p>食品经营许可证 {FOOD_PERMIT}（发证日期：2023-03-01）</p>", {"category": "food"}),
        (
            "OK",
            f"<p>食品经营许可证 {FOOD_PERMIT}</p><p>营业执照有效期：2019-01-01至2025-01-01</p>",
            {"category": "food"},
        ),
        (
            "OK",
            f"<p>食品经营许可证 {FOOD_PERMIT}</p><p>本店成立于2019年3月1日</p><p>活动截止2025年1月1日</p>",
            {"category": "food"},
        ),
        ("PERMIT-MISSING", f"<p>食品生产许可证 {SC}</p>", {"category": "food"}),
        ("PERMIT-MISSING", "<p>食品经营许可证：JY</p>", {"category": "food"}),
        ("PERMIT-MISSING", "<p>食品经营许可证编号：见店内</p>", {"category": "food"}),
        ("PERMIT-MISSING", "<p>有《食品经营许可证》</p>", {"category": "food"}),
        ("PERMIT-MISSING", "<p>食品经营许可证号：申请中（预计2026年12月）</p>", {"category": "food"}),
        ("PERMIT-INVALID", "<p>食品经营许可证：JY3301060123</p>", {"category": "food"}),
        ("PERMIT-INVALID", f"<p>食品经营许可证：{OTHER_FORM}</p>", {"category": "food"}),
        ("PERMIT-INVALID", f"<p>食品经营许可证：{FOOD_PERMIT}5</p>", {"category": "food"}),
        ("PERMIT-INVALID", "<p>许可证号：JY1330106O12345X</p>", {"category": "food"}),
        ("PERMIT-INVALID", "<p>药品经营许可证：浙DA57</p>", {"category": "drug"}),
        ("PERMIT-INVALID", "<p>医疗器械经营许可证：浙杭药监械经营许2021号</p>", {"category": "device3"}),
        ("PERMIT-INVALID", "<p>农作物种子生产经营许可证：D农种许字2020第12号</p>", {"category": "seed"}),
        ("PERMIT-INVALID", "<p>兽药经营许可证：兽药经营证字3301号</p>", {"category": "vetdrug"}),
        ("PERMIT-INVALID", "<p>出版物经营许可证：新出发浙零字杭12号</p>", {"category": "book"}),
        ("PERMIT-MISSING", "<p>医疗器械注册证：国械注准20203140123</p>", {"category": "device3"}),
        ("PERMIT-MISSING", "<p>农药登记证：PD20080005</p>", {"category": "pesticide"}),
        (
            "PERMIT-MISSING",
            "<p>互联网药品信息服务资格证书：（浙）-非经营性-2020-0001</p>",
            {"category": "drug"},
        ),
        ("PERMIT-MISSING", f"<p>{FOOD_PERMIT}</p>", {"category": "health_food"}),
        ("PERMIT-MISSING", "<p>国食健注G20230001</p>", {"category": "health_food"}),
        ("OK", f"<p>{FOOD_PERMIT} 国食健注G20230001</p>", {"category": "health_food"}),
        ("PERMIT-MISSING", f"<p>{FOOD_PERMIT}</p>", {"category": "catering"}),
        ("OK", "<p>CCC证书编号：2019102202816957</p>", {"category": "toy"}),
        ("OK", "<p>3C认证 2019102202816957</p>", {"category": "toy"}),
        ("OK", "<p>3C认证产品 订单2019102202816957</p>", {"category": "toy"}),
        ("PERMIT-INVALID", "<p>3C证书编号：20191022028</p>", {"category": "toy"}),
        ("OK", f"<p>保健食品批准文号 国食健字G20050011 {FOOD_PERMIT}</p>", {"category": "health_food"}),
        ("OK", "<p>农药经许（浙）33010620123，客服0571-88886666</p>", {"category": "pesticide"}),
        ("ICP-MISSING", "<p>备案号：ICP备12345678号</p>", {"standalone": True}),
        ("ICP-MISSING", "<p>浙ICP备1234号</p>", {"standalone": True}),
        ("ICP-MISSING", "<p>浙ICP备XXXXXXXX号</p>", {"standalone": True}),
        ("OK", "<p>浙ICP备2022646555号-1X</p>", {"standalone": True}),
        ("OK", "<p>ICP备案号：浙ICP备2022646555号-1A</p>", {"standalone": True}),
        ("OK", "<p><span>浙ICP备</span><span>2022646555号</span></p>", {"standalone": True}),
        ("OK", "<p>ICP经营许可证：浙B2-20221234</p>", {"standalone": True}),
        ("OK", "<p>浙ICP备2022646555号浙公网安备33010602011771号</p>", {"standalone": True}),
        ("OK", "<p>备案／许可证号：浙ＩＣＰ備2022646555號</p>", {"standalone": True}),
        ("OK", "<p>浙ICP备2022646555</p>", {"standalone": True}),
    ],
)
def test_permits_and_site_numbers(code: str, body: str, values: dict[str, Any]):
    assert decide(licence_block() + body, **values).codes == (code,)


def test_a_plate_is_no_permit():
    for text in ("浙AB12345", "京AA1234", "型号 沪DB1000"):
        assert decide(licence_block() + f"<p>{text}</p>", category="auto").codes == ("OK",)


@pytest.mark.parametrize("lines", [(f"食品经营许可证 {WRONG_DIGIT}",), ("食品经营许可证编号", WRONG_DIGIT)])
def test_the_box_of_a_permit_in_a_picture_holds_its_number(lines: tuple[str, ...]):
    reading = a_reading("食品经营许可证", *lines)
    body = licence_block() + "<img src='/permit.jpg' alt='食品经营许可证' width='600' height='420'>"
    fact = decide(body, category="food", pictures={"https://shop.example/permit.jpg": reading}).facts[0]
    bottom = next(line.bottom for line in reading.lines if WRONG_DIGIT in line.text)
    assert fact.code == "PERMIT-INVALID"
    assert fact.where.split(",")[3] == f"{bottom:.0f}"


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


MALFORMED = [
    (kind, text)
    for kind in JUDGE.numbers.table.kinds
    if not kind.operator and not kind.site
    for text in kind.bad
    if any(each.kind is kind and each.fault for each in JUDGE.numbers.permits(text))
]


@pytest.mark.parametrize(("kind", "text"), MALFORMED)
def test_a_format_known_from_memory_alone_accuses_nobody(kind: NumberKind, text: str):
    outcome = decide(f"{licence_block()}<p>{text}</p>")
    [fact] = [each for each in outcome.facts if each.code == "PERMIT-INVALID"]
    assert fact.for_person is not kind.sure
    assert (kind.name in fact.reason, "格式未经核实" in fact.reason) == (True, not kind.sure)


def test_most_kinds_have_a_malformed_example():
    assert len({kind.kind for kind, _ in MALFORMED}) >= 25


@pytest.mark.parametrize(
    ("status", "code"), [("过期", "PERMIT-EXPIRED"), ("已注销", "PERMIT-EXPIRED"), ("有效", "OK")]
)
def test_a_permit_that_its_register_calls_ended_has_ended(status: str, code: str):
    row = an_operator(permits=(PermitRow(kind="JY", number=FOOD_PERMIT, status=status),))
    body = licence_block() + f"<p>食品经营许可证 {FOOD_PERMIT}</p>"
    assert decide(body, category="food", rows=(row,)).codes == (code,)
