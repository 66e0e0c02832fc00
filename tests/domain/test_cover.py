"""What a register covers: numbers by region and kind, what people write, what rows tell."""

from __future__ import annotations

import pytest

from domain.cover import WHOLE, Cover, CoverCount, is_covered, parse_cover

ZHEJIANG, SHENZHEN = "91330106MA1K2B3C56", "92440305MA5T8W2E0X"


@pytest.mark.parametrize(
    ("written", "number", "held"),
    [
        ("33", ZHEJIANG, True),
        ("3301", ZHEJIANG, True),
        ("3302", ZHEJIANG, False),
        ("33", SHENZHEN, False),
        ("33、4403", SHENZHEN, True),
        ("44 企业", SHENZHEN, False),
        ("44 个体", SHENZHEN, True),
        ("33，企业", "330106000123458", True),
        ("all", SHENZHEN, True),
        ("合作社", ZHEJIANG, False),
    ],
)
def test_a_number_tells_by_itself_whether_it_is_covered(written: str, number: str, held: bool) -> None:
    assert parse_cover(written).holds(number) is held


@pytest.mark.parametrize("wrong", ["浙江", "3", "33010", "3301066", "03", "33;x"])
def test_what_is_neither_region_nor_kind_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="no region"):
        parse_cover(wrong)


def test_rows_tell_what_nobody_said_and_a_stray_one_tells_nothing() -> None:
    counted = CoverCount()
    for _ in range(2_000):
        counted.add(ZHEJIANG)
    counted.add(SHENZHEN)
    assert counted.cover() == Cover(regions=("33",), kinds=("企业",), stated=False)
    counted.add(SHENZHEN)
    counted.add(SHENZHEN)
    assert counted.cover().regions == ("33", "44")
    assert "推定" in str(counted.cover())


def test_imports_cover_together_what_each_covers() -> None:
    covers = (Cover(regions=("33",), kinds=("企业",)), Cover(regions=("44",)))
    assert [is_covered(covers, each) for each in (ZHEJIANG, SHENZHEN, "92330106MA2N7Q4R0A")] == [
        True,
        True,
        False,
    ]
    assert is_covered((WHOLE,), "110000000000001")
