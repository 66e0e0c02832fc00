"""``netsword registry``: a real file into a real store, looked up again; rejects with line and reason."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from crawlers.holding import holding
from domain.register import OperatorRow
from netsword.register_import import Asked, Kind, take, take_rows
from registry.imports import ImportReport, read_rows
from storage.store import Store
from tests.netsword.conftest import Command

pytestmark = pytest.mark.mongo
ROWS = """统一社会信用代码,企业名称,登记状态,曾用名,注册号,许可证编号
91330106MA1K2B3C56,杭州青杉日用品有限公司,存续,杭州旧杉日用品有限公司,330106000123458,JY13301060123458
91330106MA1K2B3C56,杭州青杉日用品有限公司,注销,,,
9133,太短商行,存续,,,
91440305MA5T8W2E0X,深圳白榆电器有限公司,存续,,,
"""


def test_a_file_goes_in_and_is_found_again(registry: Command, tmp_path: Path) -> None:
    file, rejects = tmp_path / "登记.csv", tmp_path / "rejects.jsonl"
    file.write_bytes(ROWS.encode("gb18030"))
    nothing = registry("lookup", "甲")
    assert (nothing.code, "no register was imported" in nothing.err) == (2, True)
    done = registry(
        "import",
        str(file),
        "--snapshot-date",
        "2026-11-01",
        "--rejects",
        str(rejects),
        "--json",
    )
    assert done.code == 0, done.err
    told = json.loads(done.out)
    assert told["covers"] == "区划33、区划44、企业（按数据推定）"
    assert (told["lines"], told["rows"], told["rejected"], told["encoding"]) == (4, 2, 2, "gb18030")
    lines = [json.loads(line) for line in rejects.read_text(encoding="utf-8").splitlines()]
    assert {(line["line"], line["reason"], line["row"]) for line in lines} == {
        (4, "统一社会信用代码不是18位规范字符", "9133,太短商行,存续,,,"),
        (3, "号码重复且内容冲突 conflict", "91330106MA1K2B3C56,杭州青杉日用品有限公司,注销,,,"),
    }
    assert (told["conflicts"], told["duplicates"], told["warned"]) == (1, 0, 0)
    found = json.loads(registry("lookup", "杭州旧杉", "--json").out)
    assert found["snapshot_date"] == "2026-11-01"
    assert [each["operator"]["code"] for each in found["found"]] == ["91330106MA1K2B3C56"]
    told = registry("lookup", "91330106MA1K2B3C56", "JY13301060123451").out.replace("\n", "")
    assert "91330106MA1K2B3C56：格式、校验相符。统一社会信用代码" in told
    assert "JY13301060123451：校验位不符。食品经营许可证" in told
    assert "《食品经营许可和备案管理办法》" in told
    asked = ("９１330106-ma1k2b3c56", "330106000123458", "ＪＹ1 3301060123458", "杭州 青杉日用品有限公司")
    found = json.loads(registry("lookup", *asked, "--json").out)
    assert [(each["asked"], each["operator"]["code"]) for each in found["found"]] == [
        (word, "91330106MA1K2B3C56") for word in asked
    ]
    wrong = registry("import", str(file), "--snapshot-date", "yesterday")
    assert (wrong.code, "expected YYYY-MM-DD" in wrong.err) == (2, True)
    wrong = registry("import", str(file), "--covers", "浙江")
    assert (wrong.code, "--covers 33,3301" in wrong.err) == (2, True)


def test_one_import_runs_at_a_time(registry: Command, store: Store, tmp_path: Path) -> None:
    file = tmp_path / "r.csv"
    file.write_text(ROWS, encoding="utf-8")
    what = "registry import"
    with holding(store, [what], run=what, owner="another-machine/1/1.00", exclusive=True):
        second = registry("import", str(file))
    assert (second.code, "another import" in second.err) == (4, True)
    assert store.registers.register() is None


def test_a_killed_import_changes_nothing_and_the_next_one_doubles_nothing(
    registry: Command, store: Store, tmp_path: Path
) -> None:
    file = tmp_path / "r.csv"
    file.write_text(ROWS, encoding="utf-8")
    rows = read_rows(file, ImportReport())

    def killed() -> Iterator[tuple[OperatorRow, str]]:
        yield next(rows)
        raise KeyboardInterrupt

    asked = Asked(file=file, kind=Kind.OPERATORS, day=None, whole=False, cover=None)
    with pytest.raises(KeyboardInterrupt):
        take_rows(store, killed(), ImportReport(), asked)
    assert store.registers.count() == 0
    assert registry("import", str(file), "--snapshot-date", "2026-11-01").code == 0
    report = take(store, file, day=date(2026, 11, 9))
    assert (report.rows, store.registers.count()) == (2, 2)
    register = store.registers.register()
    assert register is not None
    row = register.by_code("91330106MA1K2B3C56")
    assert row is not None
    assert row.as_of == date(2026, 11, 9)
    mended = tmp_path / "bad.csv"
    mended.write_text(ROWS.replace("C56,", "C57,"), encoding="utf-8")
    refused = json.loads(registry("import", str(mended), "--dry-run", "--json").out)
    assert refused["reasons"]["统一社会信用代码校验码不符 check character"] == 2
    kept = registry("import", str(mended), "--dry-run", "--keep-bad-check", "--json")
    assert json.loads(kept.out)["warnings"] == {"统一社会信用代码校验码不符 check character": 2}
