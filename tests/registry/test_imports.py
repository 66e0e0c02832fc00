"""Imports of good, bad, doubled and hostile extracts."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from domain.errors import UsageError
from registry.imports import import_register
from tests.detectors.licensing.builders import CODE, NAME, OLD_NUMBER, OTHER_CODE

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
    assert [(reject.line, report.rejected) for reject in report.rejects] == [(3, 1)]


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
    assert [reject.line for reject in report.rejects] == [3, 4]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (f"{CODE},,,,,,", "名称为空"),
        (f",{NAME},,,,,", "没有统一社会信用代码"),
        (f"{CODE[:-1]},{NAME},,,,,", "不是18位"),
        (f"{CODE},{NAME},,,2019-13-01,,", "没有这一天"),
        (f"{CODE},{NAME},,,昨天,,", "日期无法识别"),
        (f"{CODE},{NAME}", "列数"),
        (f"{CODE},{'长' * 5000},,,,,", "超过"),
        (f"{CODE},{NAME},,,,,12", "注册号"),
    ],
)
def test_a_bad_row_is_rejected_with_line_and_reason(tmp_path: Path, line: str, reason: str):
    report = import_register(a_file(tmp_path, "r.csv", f"{HEADING}\n{OTHER_CODE},乙店,,,,,\n{line}\n"))
    assert report.rows == 1
    assert [reject.line for reject in report.rejects] == [3]
    assert reason in report.rejects[0].reason


def test_doubled_and_conflicting_rows_are_told_apart(tmp_path: Path):
    lines = [
        HEADING,
        f"{CODE},{NAME},,存续,,,",
        f"{CODE},{NAME},,存续,,,",
        f"{CODE},{NAME},,注销,,,",
        f"{OTHER_CODE},乙店,,存续,,,",
    ]
    report = import_register(a_file(tmp_path, "r.csv", "\n".join(lines)))
    assert report.reasons == {"统一社会信用代码重复": 1, "统一社会信用代码冲突": 1}
    assert {reject.line: "第2行" in reject.reason for reject in report.rejects} == {3: True, 4: True}
    row = report.register.by_code(CODE)
    assert row is not None
    assert row.status == "存续"


def test_undecodable_bytes_reject_the_row_only(tmp_path: Path):
    path = tmp_path / "r.csv"
    good = f"{OTHER_CODE},乙店,,,,,\n".encode()
    path.write_bytes(f"{HEADING}\n".encode() + good * 1 + CODE.encode() + b",\xff\xfe\xfa\xfb,,,,,\n")
    report = import_register(path)
    assert report.rows + report.rejected == 2
    assert report.register.by_code(OTHER_CODE) is not None


def test_every_reject_is_written_and_only_the_first_are_kept(tmp_path: Path):
    path = a_file(tmp_path, "r.csv", HEADING + "\n" + "坏,甲,,,,,\n" * 3000)
    written = io.StringIO()
    told: list[tuple[int, int]] = []
    report = import_register(
        path, rejects_to=written, progress=lambda lines, rejects: told.append((lines, rejects))
    )
    assert (report.rejected, len(report.rejects), len(written.getvalue().splitlines())) == (3000, 1000, 3000)
    assert told[-1] == (3000, 3000)


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
    assert (report.rows, report.rejected) == (1, 1)
