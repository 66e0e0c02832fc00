"""Ends of permits as people write them."""

from __future__ import annotations

from datetime import date

import pytest

from detectors.licensing.dates import end_date


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("有效期至2027年08月26日", date(2027, 8, 26)),
        ("有效期：至2022-11-13", date(2022, 11, 13)),
        ("自2019年09月12日至2024年09月12日", date(2024, 9, 12)),
        ("有效期限：2022.9.9-2027.9.9", date(2027, 9, 9)),
        ("2022/1/2 至 2027/1/1", date(2027, 1, 1)),
        ("2020.01.01—2025.12.31", date(2025, 12, 31)),
        ("2020-01-01~2025-12-31", date(2025, 12, 31)),
        ("发证日期2021-05-06，有效期五年", date(2026, 5, 5)),
        ("签发日期：2020年2月29日 有效期5年", date(2025, 2, 28)),
        ("有效期限 长期", None),
        ("2019年1月1日至长期", None),
        ("发证日期：2021-05-06", None),
        ("成立日期2012年3月1日", None),
        ("有效期至2027年13月26日", None),
        ("到期日 2023.06.30", date(2023, 6, 30)),
        ("有效期截止2025年6月30日", date(2025, 6, 30)),
        ("２０２４年５月１日起至２０２９年４月３０日止", date(2029, 4, 30)),
        ("", None),
    ],
)
def test_end_dates(text: str, day: date | None):
    assert end_date(text) == day
