"""Numbers of standards 标准编号 and permits 许可证 in text: what is one, and what only looks like one."""

from __future__ import annotations

import pytest

from crawlers.platforms.generic_page import numbers_of
from crawlers.platforms.generic_words import PERMIT, STANDARD


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("执行标准GB/T 22165", ("GB/T 22165",)),
        ("GB 4706.1-2005、GB2760", ("GB 4706.1-2005", "GB2760")),
        ("QB/T 2654-2013，SC/T 3010", ("QB/T 2654-2013", "SC/T 3010")),
        ("轻工标准QB 2654—2013", ("QB 2654—2013",)),
        ("DB31/T 1234-2020 DB4403/T 12-2019", ("DB31/T 1234-2020", "DB4403/T 12-2019")),
        ("DBS22/ 025-2014", ("DBS22/ 025-2014",)),
        ("团标 T/CNFIA 001—2017", ("T/CNFIA 001—2017",)),
        ("企标Q/ABC 0012S-2021", ("Q/ABC 0012S-2021",)),
        ("茶壶 T2001，T 4000 系列", ()),
        ("SN 123456", ()),
        ("型号 JB1234 / QB2654", ()),
        ("USB/T 1234", ()),
        ("DB9 4000", ()),
    ],
)
def test_standard_number(text: str, found: tuple[str, ...]) -> None:
    assert numbers_of(STANDARD, text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("生产许可证编号：SC10133010901234", ("SC10133010901234",)),
        ("国妆特字G20201234", ("国妆特字G20201234",)),
        ("© 云汐电器 浙ICP备12345678号", ()),
    ],
)
def test_permit_number(text: str, found: tuple[str, ...]) -> None:
    assert numbers_of(PERMIT, text) == found
