"""Imports of good, bad, doubled and hostile extracts."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.check_digits import ALPHABET, Fault, credit_check
from domain.errors import UsageError
from domain.register import OperatorRow, PermitRow
from registry.files import OTHER_ENCODING
from registry.imports import ImportReport, Remarks, import_register, read_rows
from registry.index import CONFLICT, DUPLICATE
from registry.permits import PermitForms
from registry.records import (
    BAD_BYTES,
    BAD_CHECK,
    BAD_DAY,
    BAD_INNER,
    BAD_OLD,
    BAD_OLD_CHECK,
    BAD_PERMIT,
    Remark,
    RowReader,
    row_of,
)
from rules.licensing import load_licensing
from tests.detectors.licensing.builders import CODE, FOOD_PERMIT, NAME, OLD_NUMBER, OTHER_CODE, a_code

INNER_FAULT = "91330106MA1K2B3C" + ("0" if CODE[16] != "0" else "1")
INNER_FAULT += credit_check(INNER_FAULT)
HEADING = "统一社会信用代码,企业名称,类型,登记状态,成立日期,曾用名,注册号"


def a_file(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def test_csv_of_an_office_is_read(tmp_path: Path):
    path = a_file(
        tmp_path,
        "r.csv",
        f"{HEADING}\n{CODE},{NAME},有限责任公司,存续,2019-03-01,旧杉公司;老杉公司,{OLD_NUMBER}\n",
    )
    report = import_register(path, snapshot_date=date(2026, 11, 1))
    row = report.register.by_code(CODE)
    assert row is not None
    assert (row.name, row.established, row.former_names, row.line) == (
        NAME,
        date(2019, 3, 1),
        ("旧杉公司", "老杉公司"),
        2,
    )
    assert report.register.by_old_number(OLD_NUMBER) == row
    assert report.register.by_name("旧杉公司") == (row,)
    assert report.register.by_code(OTHER_CODE) is None
    assert report.register.snapshot_date == date(2026, 11, 1)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_encodings_of_offices_are_recognised(tmp_path: Path, encoding: str):
    path = a_file(tmp_path, "r.csv", f"{HEADING}\n{CODE},{NAME},,存续,,,\n", encoding)
    row = import_register(path).register.by_code(CODE)
    assert row is not None
    assert row.name == NAME


@pytest.mark.parametrize("mark", ["\t", ";", "|"])
def test_other_separators_are_recognised(tmp_path: Path, mark: str):
    path = a_file(
        tmp_path,
        "r.tsv",
        mark.join(HEADING.split(",")) + "\n" + mark.join((CODE, NAME, "", "存续", "", "", "")) + "\n",
    )
    assert import_register(path).rows == 1


def test_a_workbook_is_read(tmp_path: Path):
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEADING.split(","))
    sheet.append([CODE, NAME, "有限责任公司", "存续", date(2019, 3, 1), "", int(OLD_NUMBER)])
    sheet.append(["坏", "甲", "", "", "", "", ""])
    book.save(tmp_path / "r.xlsx")
    report = import_register(tmp_path / "r.xlsx")
    assert report.register.by_old_number(OLD_NUMBER) == report.register.by_code(CODE)
    assert [(reject.line, report.rejects.count) for reject in report.rejects.first] == [(3, 1)]
    assert "甲" in report.rejects.first[0].raw


def test_json_lines_with_permits_are_read(tmp_path: Path):
    record = {
        "name": NAME,
        "uscc": CODE,
        "permits": [{"kind": "NYJX", "no": "农药经许（京）11010827625", "valid_to": "2025-01-01"}],
    }
    report = import_register(
        a_file(tmp_path, "r.jsonl", json.dumps(record, ensure_ascii=False) + "\n\n[]\n{\n")
    )
    holder = report.register.by_permit("农药经许(京)1101 0827625")
    assert [(row.name, permit.valid_to) for row, permit in holder] == [(NAME, date(2025, 1, 1))]
    assert [reject.line for reject in report.rejects.first] == [3, 4]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (f"{CODE},,,,,,", "名称为空"),
        (f",{NAME},,,,,", "没有统一社会信用代码"),
        (f"{CODE[:-1]},{NAME},,,,,", "不是18位"),
        (f"{CODE[:-1]}A,{NAME},,,,,", "校验码不符"),
        (f"{CODE[:-1]}I,{NAME},,,,,", "不是18位规范字符"),
        (f'{CODE},"{NAME},,,,,', "引号未闭合"),
        (f"{CODE},{NAME}", "列数"),
        (f"{CODE},{'长' * 5000},,,,,", "超过"),
        (f",{NAME},,,,,12", "注册号不是13或15位"),
        (f",{NAME},,,,,33010600012345", "注册号不是13或15位"),
    ],
)
def test_a_bad_row_is_rejected_with_line_and_reason(tmp_path: Path, line: str, reason: str):
    report = import_register(a_file(tmp_path, "r.csv", f"{HEADING}\n{OTHER_CODE},乙店,,,,,\n{line}\n"))
    assert report.rows == 1
    assert [reject.line for reject in report.rejects.first] == [3]
    assert reason in report.rejects.first[0].reason
    assert report.rejects.first[0].raw == line[:160]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (f"{INNER_FAULT},{NAME},,,,,", BAD_INNER),
        (f"{CODE},{NAME},,,,,{OLD_NUMBER[:-1]}{(int(OLD_NUMBER[-1]) + 1) % 10}", BAD_OLD_CHECK),
        (f",{NAME},,,,,{OLD_NUMBER[:-1]}{(int(OLD_NUMBER[-1]) + 1) % 10}", BAD_OLD_CHECK),
        (f"{CODE},{NAME},,,,,12", BAD_OLD),
        (f"{CODE},{NAME},,,2019-13-01,,", BAD_DAY),
        (f"{CODE},{NAME},,,昨天,,", BAD_DAY),
        (f"{CODE},{NAME},有限\ufffd,,,,", BAD_BYTES),
    ],
)
def test_what_is_doubtful_beside_code_and_name_is_kept_and_told(tmp_path: Path, cells: str, reason: str):
    report = import_register(a_file(tmp_path, "r.csv", f"{HEADING}\n{cells}\n"))
    assert (report.rows, report.rejects.count) == (1, 0)
    [warning] = report.warnings.first
    assert (warning.line, warning.reason, warning.raw) == (2, reason, cells)
    assert report.register.by_name(NAME)[0].established is None


def test_a_code_without_its_check_character_is_kept_where_that_is_asked_for(tmp_path: Path):
    bad = CODE[:-1] + "A"
    path = a_file(tmp_path, "r.csv", f"{HEADING}\n{bad},{NAME},,,,,\n")
    report = ImportReport()
    rows = [row for row, _ in read_rows(path, report, reader=RowReader(keep_bad_check=True))]
    assert [row.code for row in rows] == [bad]
    assert dict(report.warnings.reasons) == {BAD_CHECK: 1}


@given(st.integers(0, 16), st.sampled_from(ALPHABET))
def test_no_code_with_one_wrong_character_becomes_a_row(place: int, character: str):
    wrong = CODE[:place] + character + CODE[place + 1 :]
    assert isinstance(row_of({"uscc": wrong, "name": NAME}, 1), Remark) is (wrong != CODE)


@pytest.mark.parametrize(
    ("kind", "number", "fault"),
    [
        ("JY", FOOD_PERMIT, None),
        ("食品经营许可证", f"{FOOD_PERMIT[:4]} {FOOD_PERMIT[4:]}", None),
        ("食品经营许可证", FOOD_PERMIT[:-1], Fault.FORMAT),
        ("", FOOD_PERMIT[:-1] + str((int(FOOD_PERMIT[-1]) + 1) % 10), Fault.CHECK),
        ("食品生产许可证", "QS123456789012", None),
        ("卫生许可证", "卫字（2009）第1号", None),
    ],
)
def test_a_permit_out_of_the_form_of_its_kind_is_told(kind: str, number: str, fault: Fault | None):
    forms = PermitForms(load_licensing().table)
    permit = PermitRow(kind=kind, number=number)
    assert forms.fault(permit) is fault
    made, doubts = RowReader(permits=forms).read(
        {"uscc": CODE, "name": NAME, "permit_kind": kind, "permit_no": number}, 7
    )
    assert isinstance(made, OperatorRow)
    assert made.permits == (permit,)
    assert [(doubt.line, doubt.reason) for doubt in doubts] == ([(7, BAD_PERMIT)] if fault else [])


def test_doubled_and_conflicting_rows_are_told_apart(tmp_path: Path):
    lines = [
        HEADING,
        f"{CODE},{NAME},,存续,,,",
        f"{CODE},{NAME},,存续,,,",
        f"{CODE},{NAME},,注销,,,",
        f"{OTHER_CODE},乙店,,存续,,,",
    ]
    report = import_register(a_file(tmp_path, "r.csv", "\n".join(lines)))
    assert dict(report.rejects.reasons) == {DUPLICATE: 1, CONFLICT: 1}
    assert {reject.line: "第2行" in reject.detail for reject in report.rejects.first} == {3: True, 4: True}
    row = report.register.by_code(CODE)
    assert row is not None
    assert row.status == "存续"


def test_undecodable_bytes_reject_the_row_only(tmp_path: Path):
    path = tmp_path / "r.csv"
    good = f"{OTHER_CODE},乙店,,,,,\n".encode()
    path.write_bytes(f"{HEADING}\n".encode() + CODE.encode() + b",\xff\xfe\xfa\xfb,,,,,\n" + good)
    report = import_register(path)
    assert [(reject.line, reject.reason[:2]) for reject in report.rejects.first] == [(2, "名称")]
    assert report.register.by_code(OTHER_CODE) is not None


def test_broken_bytes_of_gb18030_cost_one_row(tmp_path: Path):
    good = "".join(f"{a_code(body=f'MA{n:06d}')},第{n}店,,,,,\n" for n in range(50)).encode("gb18030")
    path = tmp_path / "r.csv"
    path.write_bytes(
        f"{HEADING}\n".encode("gb18030") + good + CODE.encode() + b",\xb5\xff\xff,,,,,\n" + good[:0]
    )
    report = import_register(path)
    assert (report.encoding, report.rows, report.rejects.count) == ("gb18030", 50, 1)


def test_lines_of_two_encodings_in_one_file_are_both_read(tmp_path: Path):
    path = tmp_path / "r.csv"
    first = f"{HEADING}\n{CODE},{NAME},,,,,\n".encode()
    path.write_bytes(first + f"{OTHER_CODE},深圳白榆电器有限公司,,,,,\n".encode("gb18030"))
    report = import_register(path)
    assert [row.name for row in report.register] == [NAME, "深圳白榆电器有限公司"]
    assert [(each.line, each.reason) for each in report.warnings.first] == [(3, OTHER_ENCODING)]


def test_utf_16_without_its_mark_is_recognised(tmp_path: Path):
    for encoding in ("utf-16-le", "utf-16-be"):
        path = a_file(tmp_path, "r.csv", f"{HEADING}\n{CODE},{NAME},,存续,,,\n", encoding)
        assert import_register(path).register.by_name(NAME)


def test_a_cell_may_hold_a_line_break_and_a_stray_quote_costs_one_line(tmp_path: Path):
    lines = [
        HEADING,
        f'{CODE},"{NAME}","有限\n责任",存续,,,',
        f'{OTHER_CODE},"乙店,,,,,',
        *(f"{a_code(body=f'MA{n:06d}')},第{n}店,,,,," for n in range(60)),
    ]
    report = import_register(a_file(tmp_path, "r.csv", "\n".join(lines)))
    assert report.register.by_name(NAME)[0].kind == "有限\n责任"
    assert [(reject.line, reject.reason) for reject in report.rejects.first] == [(4, "引号未闭合")]
    assert (report.rows, report.register.by_name("第59店")[0].line) == (61, 64)


def test_nul_characters_do_not_stop_a_file(tmp_path: Path):
    report = import_register(a_file(tmp_path, "r.csv", f"{HEADING}\n{CODE},{NAME}\x00,,\x00,,,\n"))
    assert [row.name for row in report.register] == [NAME]


def test_every_reject_is_written_and_only_the_first_are_kept(tmp_path: Path):
    path = a_file(tmp_path, "r.csv", HEADING + "\n" + "坏,甲,,,,,\n" * 3000)
    written = io.StringIO()
    told: list[tuple[int, int]] = []
    report = ImportReport(rejects=Remarks(to=written))
    list(read_rows(path, report, progress=lambda lines, rejects: told.append((lines, rejects))))
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    assert (report.rejects.count, len(report.rejects.first), len(lines)) == (3000, 1000, 3000)
    assert lines[-1] == {
        "line": 3001, "reason": "统一社会信用代码不是18位规范字符", "detail": "坏", "row": "坏,甲,,,,,",
    }  # fmt: skip
    assert told[-1] == (3000, 3000)


def test_an_unknown_heading_is_refused_with_the_known_ones_and_a_stray_column_is_named(tmp_path: Path):
    with pytest.raises(UsageError, match=r"缺少 统一社会信用代码（或注册号）.*法定代表人"):
        import_register(a_file(tmp_path, "r.csv", "企业名称,颜色\n甲,红\n"))
    report = import_register(a_file(tmp_path, "r.csv", f"统一社会信用代码,名称,颜色\n{CODE},{NAME},红\n"))
    assert report.unused == ("颜色",)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("r.csv", b"a,b\n1,2\n"),
        ("r.csv", b""),
        ("r.xlsx", b"PK not a zip"),
        ("r.pdf", b"%PDF"),
        ("r.csv", b"\x00" * 1000),
    ],
)
def test_files_that_are_no_register_are_refused(tmp_path: Path, name: str, data: bytes):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(UsageError):
        import_register(tmp_path / name)


def test_a_missing_file_is_refused(tmp_path: Path):
    with pytest.raises(UsageError, match="no such file"):
        import_register(tmp_path / "none.csv")


def test_a_workbook_that_unpacks_too_far_is_refused(tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "r.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    with pytest.raises(UsageError, match="解压"):
        import_register(tmp_path / "r.xlsx")


def test_a_line_without_end_is_rejected_within_bounds(tmp_path: Path):
    path = a_file(
        tmp_path,
        "r.jsonl",
        '{"name":"' + "a" * 3_000_000 + '"}\n' + json.dumps({"name": NAME, "uscc": CODE}) + "\n",
    )
    report = import_register(path)
    assert (report.rows, [reject.line for reject in report.rejects.first]) == (1, [1])
