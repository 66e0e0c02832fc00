"""The register in the store: look-up, imports that follow each other, indexes; and licence records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.cover import Cover
from domain.errors import StorageError
from domain.finding import Lead, Severity, operator_cases
from domain.licence import LicenceRecord, LicenceWarning
from domain.register import OperatorRow, PermitRow, Register
from storage.codec import encode
from storage.registers import RegisterImport
from storage.schema import prepare
from storage.store import Store
from tests.storage.test_plans import assert_indexed

pytestmark = pytest.mark.mongo
NOW = datetime(2026, 11, 11, tzinfo=UTC)
FOOD = PermitRow(kind="JY", number="JY13301060123458", valid_to=date(2028, 1, 1))
ROW = OperatorRow(
    code="91330106MA1K2B3C56",
    name="杭州青杉日用品有限公司",
    former_names=("杭州旧杉日用品有限公司",),
    old_number="330106000123458",
    status="存续",
    permits=(FOOD,),
    line=2,
)


def a_row(number: int, **changes: Any) -> OperatorRow:
    code = f"9133010600000{number:05d}"
    facts: dict[str, Any] = {"code": code, "name": f"第{number}商行", "line": number}
    return OperatorRow(**facts | changes)


def an_import(source: str = "a", **changes: Any) -> RegisterImport:
    facts: dict[str, Any] = {
        "id": source, "file": "r.csv", "digest": "0", "kind": "operators", "rows": 1, "rejected": 0,
        "at": NOW, "snapshot_date": date(2026, 11, 1),
    }  # fmt: skip
    return RegisterImport(**facts | changes)


def test_without_a_finished_import_there_is_no_register(store: Store) -> None:
    store.registers.add_operators([ROW], "a")
    assert store.registers.register() is None


def test_a_row_is_found_by_every_key(store: Store) -> None:
    store.registers.add_operators([ROW], "a")
    store.registers.finish(an_import())
    register = store.registers.register()
    assert register is not None
    checked: Register = register
    assert checked.snapshot_date == date(2026, 11, 1)
    assert checked.by_code(ROW.code) == ROW
    assert checked.by_old_number(ROW.old_number) == ROW
    assert checked.by_name("杭州 青杉日用品有限公司") == (ROW,)
    assert checked.by_name("杭州旧杉日用品有限公司") == (ROW,)
    assert checked.by_permit("ＪＹ13301060123458") == ((ROW, FOOD),)
    assert checked.by_code("91330106MA1K2B3C57") is None
    assert checked.by_old_number("") is None
    assert checked.by_name("") == ()
    assert register.by_beginning("杭州旧杉") == register.by_beginning("杭州青杉日用品有限公司") == (ROW,)
    assert register.by_beginning("青杉") == register.by_beginning(".") == register.by_beginning("") == ()


def test_repeated_rows_of_one_import_are_given_back_with_the_first(store: Store) -> None:
    again, other = a_row(1, line=7), a_row(1, name="另一商行", line=9)
    assert store.registers.add_operators([a_row(1), again], "a") == [(again, a_row(1))]
    assert store.registers.add_operators([other], "a") == [(other, a_row(1))]
    store.registers.finish(an_import())
    register = store.registers.register()
    assert register is not None
    assert register.by_code(a_row(1).code) == a_row(1)


def test_a_later_import_replaces_its_rows_and_as_a_whole_the_rest(store: Store) -> None:
    registers = store.registers
    registers.add_operators([a_row(1), a_row(2)], "a")
    registers.finish(an_import())
    assert registers.add_operators([a_row(1, status="注销")], "b") == []
    registers.finish(an_import("b", at=NOW + timedelta(days=1), snapshot_date=date(2026, 11, 9)))
    register = registers.register()
    assert register is not None
    assert register.snapshot_date == date(2026, 11, 9)
    rows = [register.by_code(a_row(number).code) for number in (1, 2)]
    assert [row.status for row in rows if row] == ["注销", ""]
    assert registers.finish(an_import("b", at=NOW + timedelta(days=1)), whole=True) == 1
    assert register.by_code(a_row(2).code) is None
    assert [made.id for made in registers.imports()] == ["b", "a"]


def test_an_import_is_seen_once_it_has_come_to_its_end_and_not_before(store: Store) -> None:
    registers = store.registers
    first, _ = registers.begin("operators")
    registers.add_operators([a_row(1, old_number="330106000000001"), a_row(2)], first)
    registers.finish(an_import(first))
    killed, _ = registers.begin("operators")
    registers.add_operators([a_row(1, name="新名商行"), a_row(3, old_number="330106000000003")], killed)

    def seen() -> list[object]:
        register = registers.register()
        assert register is not None
        rows = [register.by_code(a_row(number).code) for number in (1, 2, 3)]
        names = [len(register.by_name(name)) for name in ("第1商行", "新名商行", "第3商行")]
        old = [register.by_old_number(f"33010600000000{number}") for number in (1, 3)]
        return [[row.name if row else None for row in rows], names, [bool(row) for row in old]]

    assert (registers.count(), registers.unfinished("operators")) == (2, 2)
    before = [["第1商行", "第2商行", None], [1, 0, 0], [True, False]]
    assert seen() == before
    again, left = registers.begin("operators")
    assert (left, seen()) == (2, before)
    registers.add_operators([a_row(1, name="新名商行"), a_row(3)], again)
    registers.finish(an_import(again, at=NOW + timedelta(days=1)))
    assert seen() == [["新名商行", "第2商行", "第3商行"], [0, 1, 1], [False, False]]
    assert registers.count() == 3


@pytest.mark.parametrize("ends", ["finished", "given up", "opened again"])
def test_a_first_import_leaves_the_indexes_of_look_ups_to_its_end(store: Store, ends: str) -> None:
    def indexed() -> set[str]:
        return set(store.database["operators"].index_information()) & {"code", "names", "old_number"}

    source, _ = store.registers.begin("operators")
    store.registers.add_operators([a_row(1)], source)
    assert indexed() == set()
    if ends == "finished":
        store.registers.finish(an_import(source))
        store.registers.begin("operators")
    elif ends == "given up":
        store.registers.give_up("operators", source)
    else:
        prepare(store.database)
    assert indexed() == {"code", "names", "old_number"}


def test_an_import_that_was_taken_for_dead_cannot_come_to_its_end(store: Store) -> None:
    slow, _ = store.registers.begin("operators")
    store.registers.begin("operators")
    with pytest.raises(StorageError, match="Another import began"):
        store.registers.finish(an_import(slow))
    assert store.registers.register() is None


def test_older_rows_stay_out_of_sight_where_nobody_took_them_away(store: Store) -> None:
    store.registers.add_operators([a_row(1, name="旧名商行", permits=(FOOD,))], "a")
    store.registers.add_operators([a_row(1, old_number="330106000000001")], "b")
    store.registers.add_permits([a_row(1, permits=(FOOD,))], "c")
    store.registers.add_permits([a_row(1, permits=(replace(FOOD, valid_to=None),))], "d")
    for source, kind in (("a", "operators"), ("b", "operators"), ("c", "permits"), ("d", "permits")):
        # As if each were killed between the two steps of its end.
        made = an_import(source, kind=kind)
        store.database["register_imports"].insert_one(encode(made, _id=made.id))
    register = store.registers.register()
    assert register is not None
    assert register.by_name("旧名商行") == ()
    assert [row.name for row in register.by_name("第1商行")] == ["第1商行"]
    assert [permit.valid_to for _, permit in register.by_permit(FOOD.number)] == [None]


def test_a_permit_number_of_two_operators_is_told_within_and_across_batches(store: Store) -> None:
    first, second = a_row(1, permits=(FOOD,)), a_row(2, permits=(FOOD,))
    registers = store.registers
    assert list(registers.other_holders("operators", [first, second], "a")) == [(second, FOOD.number, first)]
    registers.add_operators([first], "a")
    assert list(registers.other_holders("operators", [second], "a")) == [(second, FOOD.number, first)]
    assert list(registers.other_holders("operators", [first], "a")) == []
    assert list(registers.other_holders("operators", [second], "b")) == []
    registers.add_permits([first], "p")
    found = list(registers.other_holders("permits", [second], "p"))
    assert [(row.name, earlier.name) for row, _, earlier in found] == [("第2商行", "第1商行")]


def test_imports_cover_together_until_one_is_the_whole_register(store: Store) -> None:
    north, south, all_ = (Cover(regions=(each,)) for each in ("33", "44", "31"))
    store.registers.finish(an_import("a", cover=north))
    store.registers.finish(an_import("b", at=NOW + timedelta(days=1), cover=south))
    register = store.registers.register()
    assert register is not None
    assert set(register.covers) == {north, south}
    store.registers.finish(an_import("c", at=NOW + timedelta(days=2), cover=all_), whole=True)
    register = store.registers.register()
    assert register is not None
    assert register.covers == (all_,)


def test_permits_of_a_file_of_their_own_find_their_holder(store: Store) -> None:
    permit = PermitRow(kind="YB", number="YB23301060123453", valid_to=date(2027, 1, 1))
    holder = OperatorRow(code=ROW.code, name=ROW.name, permits=(permit,), line=1)
    stranger = OperatorRow(code="", name="无名商行", old_number="330106000000000", permits=(FOOD,), line=2)
    store.registers.add_operators([ROW], "a")
    assert store.registers.add_permits([holder, stranger, holder], "p") == [(holder, holder)]
    store.registers.finish(an_import())
    register = store.registers.register()
    assert register is not None
    assert register.by_permit("yb 23301060123453") == ()
    store.registers.finish(an_import("p", kind="permits"))
    register = store.registers.register()
    assert register is not None
    assert register.by_permit("yb 23301060123453") == ((ROW, permit),)
    assert [row.name for row, _ in register.by_permit(FOOD.number)] == [ROW.name, "无名商行"]


@pytest.fixture
def profiled(store: Store) -> Iterator[Store]:
    store.registers.add_operators([a_row(number, permits=(FOOD,)) for number in range(300)], "a")
    store.registers.add_operators([ROW], "a")
    store.registers.add_permits([ROW], "p")
    store.registers.finish(an_import())
    store.registers.finish(an_import("p", kind="permits"))
    store.licences.save(a_record(number) for number in range(300))
    store.database.command({"profile": 2})
    yield store
    store.database.command({"profile": 0})


def test_look_up_runs_on_indexes_alone(profiled: Store) -> None:
    register = profiled.registers.register()
    assert register is not None
    register.by_code(ROW.code)
    register.by_old_number(ROW.old_number)
    register.by_name(ROW.name)
    register.by_beginning(ROW.name[:3])
    register.by_permit(ROW.permits[0].number)
    profiled.registers.imports()
    profiled.registers.add_operators([a_row(1), a_row(999)], "b")
    licences = profiled.licences
    licences.latest("p:s3")
    licences.broken_before("p:s3", NOW + timedelta(days=30))
    licences.shops_of("C1")
    licences.claiming("C1", "C2")
    profiled.leads.of_operator("C1")
    licences.operators(["p:s1", "p:s2"])
    licences.of_run("r0", state="ok", limit=3)
    licences.states_of_run("r0")
    profiled.frame.categories_of("r0", "p:s1")
    assert_indexed(profiled, least=12)


def a_record(number: int = 0, **changes: Any) -> LicenceRecord:
    facts: dict[str, Any] = {
        "shop": f"p:s{number % 30}", "target": f"t{number}", "snapshot": "s", "run": f"r{number % 3}",
        "observed_at": NOW + timedelta(hours=number), "state": "ok", "code": f"C{number % 30 // 2}",
    }  # fmt: skip
    return LicenceRecord(**facts | changes)


def test_the_latest_record_counts_and_earlier_days_are_remembered(store: Store) -> None:
    missing = a_record(0, target="a", state="missing", code="", rules=("LIC-MISSING",))
    shown = a_record(
        0,
        target="b",
        observed_at=NOW + timedelta(days=2),
        warnings=(LicenceWarning(code="LIC-INCOMPLETE", reason="未见住所"),),
        register_date=date(2026, 11, 1),
    )
    store.licences.save([missing, shown])
    assert store.licences.latest("p:s0") == shown
    assert store.licences.broken_before("p:s0", NOW) == frozenset()
    assert store.licences.broken_before("p:s0", NOW + timedelta(days=1)) == {"LIC-MISSING"}


def test_shops_that_were_proved_to_be_one_operators_are_and_the_others_claim(store: Store) -> None:
    mine = {"code": "C0", "identity": "C0"}
    borrowed = a_record(3, target="d", code="C0", state="name_mismatch")
    store.licences.save(
        [
            a_record(0, target="a", **mine),
            a_record(1, target="b", **mine),
            a_record(2, target="c", code=""),
            borrowed,
            a_record(4, target="e", code="OLD-C0"),
            # It showed the number once, and shows another now.
            a_record(5, target="f", **mine),
            a_record(5, target="g", code="C9", identity="C9", observed_at=NOW + timedelta(days=9)),
        ]
    )
    assert [record.shop for record in store.licences.shops_of("C0")] == ["p:s0", "p:s1"]
    assert store.licences.claiming("C0") == store.licences.claiming("C0", "") == [borrowed]
    assert [record.shop for record in store.licences.claiming("C0", "OLD-C0")] == ["p:s3", "p:s4"]
    assert (store.licences.shops_of(""), store.licences.claiming("")) == ([], [])
    asked = ["p:s0", "p:s2", "p:s3", "p:s5", "p:none"]
    assert store.licences.operators(asked) == {"p:s0": "C0", "p:s5": "C9"}


def test_one_operator_of_several_shops_is_one_subject_across_platforms(store: Store) -> None:
    mine = {"code": "C7", "identity": "C7", "registered_name": "甲商行"}
    other = {"code": "C8", "identity": "C8"}
    store.licences.save(
        [
            a_record(0, target="a", shop="p:1", **mine, rules=("LIC-HIDDEN",)),
            a_record(1, target="b", shop="q:9", **mine, rules=("PERMIT-EXPIRED",)),
            a_record(2, target="c", shop="q:8", **other),
            a_record(3, target="d", shop="p:2", **mine),
            a_record(4, target="e", shop="p:2", **other),
            a_record(5, target="f", shop="p:3", code=""),
            a_record(
                6, target="g", shop="q:7", code="C7", state="name_mismatch", rules=("LIC-NAME-MISMATCH",)
            ),
        ]
    )
    first, second = store.licences.several()
    assert (first.identity, first.name, first.shops, first.claims) == (
        "C7",
        "甲商行",
        ("p:1", "q:9"),
        ("q:7",),
    )
    assert first.rules == ("LIC-HIDDEN", "PERMIT-EXPIRED")
    assert (second.identity, second.shops) == ("C8", ("p:2", "q:8"))
    assert store.licences.several(least=3) == []


def test_leads_on_shops_of_one_operator_are_one_case_in_each_campaign(store: Store) -> None:
    def a_lead(shop: str, campaign: str = "c", **changes: Any) -> Lead:
        facts = {"findings": (f"f-{shop}",), "rules": ("LIC-HIDDEN",), "operator": "C7"}
        return Lead(campaign=campaign, shop=shop, severity=Severity.MEDIUM, **facts | changes)

    store.leads.save(
        [
            a_lead("p:1"),
            replace(a_lead("q:9", rules=("PERMIT-EXPIRED",)), severity=Severity.HIGH),
            a_lead("p:1", campaign="d"),
            a_lead("q:7", operator=""),
        ]
    )
    first, second = operator_cases(store.leads.of_operator("C7"))
    assert (first.campaign, first.shops, first.findings) == ("c", ("p:1", "q:9"), ("f-p:1", "f-q:9"))
    assert (first.rules, first.severity) == (("LIC-HIDDEN", "PERMIT-EXPIRED"), Severity.HIGH)
    assert (second.campaign, second.shops) == ("d", ("p:1",))
    assert store.leads.of_operator("") == []


def test_a_second_visit_of_a_target_replaces_its_record(store: Store) -> None:
    store.licences.save([a_record(0)])
    store.licences.save([a_record(0, state="missing", code="")])
    assert [record.state for record in store.licences.of_run("r0")] == ["missing"]
