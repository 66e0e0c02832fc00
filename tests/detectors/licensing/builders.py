"""Pages, operators and cases for tests of licence display; each test states only what matters to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from detectors.licensing.decide import LicenceJudge
from detectors.licensing.model import LicenceCase, Linked, Outcome, Platform
from detectors.licensing.numbers import credit_check, mod_11_10, organisation_check
from detectors.licensing.page import read_page
from domain.picture import PictureLine, PictureReading, PictureState
from domain.register import OperatorRow, PermitRow
from domain.subjects import LinkedPageState
from registry.index import CompactRegister, register_of
from rules.licensing import load_licensing

JUDGE = LicenceJudge(load_licensing())
AS_OF = date(2026, 11, 1)
URL = "https://shop.example/home"
NAME = "杭州青杉日用品有限公司"
PERSON = "西湖区青杉日用品店（个体工商户）"


def a_code(head: str = "91330106", body: str = "MA1K2B3C") -> str:
    """A credit code with both check characters right."""
    inner = body + organisation_check(body)
    return head + inner + credit_check(head + inner)


CODE = a_code()
PERSON_CODE = a_code("92330106", "MA2N7Q4R")
OTHER_CODE = a_code("91440305", "MA5T8W2E")
PLATFORM_CODE = a_code("91310115", "MA7H3P6L")
PLATFORM = Platform(name="海岸云市网络科技有限公司", code=PLATFORM_CODE)
OLD_NUMBER = "33010600012345" + mod_11_10("33010600012345")
FOOD_PERMIT = "JY1330106012345" + mod_11_10("1330106012345")


def an_operator(**values: object) -> OperatorRow:
    made: dict[str, object] = {"code": CODE, "name": NAME, "kind": "有限责任公司", "status": "存续", **values}
    return OperatorRow(**made)  # type: ignore[arg-type]


def a_register(*rows: OperatorRow) -> CompactRegister:
    permit = PermitRow(kind="JY", number=FOOD_PERMIT, valid_to=date(2028, 1, 1))
    standard = (
        an_operator(old_number=OLD_NUMBER, former_names=("杭州旧杉日用品有限公司",), permits=(permit,)),
        an_operator(code=PERSON_CODE, name="西湖区青杉日用品店", kind="个体工商户"),
        an_operator(code=OTHER_CODE, name="深圳白榆电器有限公司"),
    )
    return register_of(rows or standard, snapshot_date=AS_OF)


def licence_block(code: str = CODE, name: str = NAME) -> str:
    return f"<div class='lic'><p>企业名称：{name}</p><p>统一社会信用代码：{code}</p></div>"


def a_page(body: str, css: str = "") -> str:
    return (
        "<!DOCTYPE html><html><head><meta charset='utf-8'><title>青杉小铺</title>"
        f"<style>body{{margin:0;background:#fff;color:#333}}{css}</style></head><body><h1>青杉小铺</h1>"
        f"<ul><li><a href='/item/1'>晾衣架</a> ¥30 货号 A1234567</li></ul>{body}</body></html>"
    )


def decide(
    body: str,
    css: str = "",
    *,
    linked: Mapping[str, str | None] | None = None,
    rows: tuple[OperatorRow, ...] = (),
    pictures: Mapping[str, PictureReading] | None = None,
    category: str = "home",
    shop_name: str = "青杉小铺",
    standalone: bool = False,
    complete: bool = True,
    platform: Platform = PLATFORM,
    as_of: date = AS_OF,
) -> Outcome:
    """The outcome for a shop page with ``body``; linked pages by address, ``None`` for a dead one."""
    pages = {
        url: Linked(url=url, state=LinkedPageState.DEAD)
        if html is None
        else Linked(url=url, state=LinkedPageState.FETCHED, page=read_page(html))
        for url, html in (linked or {}).items()
    }
    return JUDGE.decide(
        LicenceCase(
            url=URL,
            page=read_page(a_page(body, css)),
            as_of=as_of,
            register=a_register(*rows),
            category=category,
            shop_name=shop_name,
            standalone=standalone,
            platform=platform,
            linked=pages,
            pictures=pictures or {},
            complete=complete,
        )
    )


def a_reading(
    *texts: str, codes: tuple[str, ...] = (), size: tuple[int, int] = (900, 640), confidence: float = 0.99
) -> PictureReading:
    """A picture with these lines, one under another."""
    lines = tuple(
        PictureLine(
            text=text,
            confidence=confidence,
            left=100,
            top=100 + 40 * row,
            right=100 + 16 * len(text),
            bottom=124 + 40 * row,
        )
        for row, text in enumerate(texts)
    )
    return PictureReading(
        digest="0" * 64, state=PictureState.READ, width=size[0], height=size[1], codes=codes, lines=lines
    )
