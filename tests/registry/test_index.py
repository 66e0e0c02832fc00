"""Look-up in the compact index."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.register import OperatorRow, PermitRow, normal_name
from registry.index import PAGE_ROWS, RegisterBuilder, register_of
from tests.detectors.licensing.builders import a_code

names = st.text("杭州青杉白榆日用品店（）() ", min_size=2, max_size=12).filter(
    lambda name: bool(normal_name(name))
)


@settings(max_examples=40, deadline=None)
@given(st.lists(names, min_size=1, max_size=3 * PAGE_ROWS))
def test_every_row_is_found_by_every_key(shown: list[str]):
    rows = [
        OperatorRow(code=a_code(body=f"MA{index:06d}"), name=name, line=index)
        for index, name in enumerate(shown)
    ]
    register = register_of(rows)
    assert list(register) == rows
    for row in rows:
        assert register.by_code(row.code) == row
        assert row in register.by_name(row.name)


def test_a_row_comes_back_as_it_went_in():
    row = OperatorRow(
        code=a_code(),
        name="甲店",
        kind="个体工商户",
        former_names=("乙店",),
        old_number="330106000123456",
        legal_representative="张三",
        address="路1号",
        scope="零售",
        established=date(2020, 1, 2),
        valid_to=date(2040, 1, 1),
        status="存续",
        status_note="列入经营异常名录",
        permits=(
            PermitRow(kind="JY", number="JY1", name="食品", valid_to=date(2027, 1, 1), status="有效"),
            PermitRow(kind="YB", number="YB1"),
        ),
        line=7,
    )
    register = register_of([row])
    assert register.by_code(row.code) == row
    assert register.by_permit("yb1")[0][0] == row
    assert register.by_name("乙店") == (row,)


def test_an_empty_register_answers_nothing():
    register, rejects = RegisterBuilder().finish()
    assert (
        register.by_code("x"),
        register.by_old_number("1"),
        register.by_name("甲"),
        register.by_permit("1"),
        rejects,
    ) == (None, None, (), (), [])
