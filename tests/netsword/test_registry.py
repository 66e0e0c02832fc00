"""``netsword registry``: a real file into a real store, looked up again; rejects with line and reason."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from crawlers.holding import holding
from crawlers.processes import owner_name
from domain.register import OperatorRow
from netsword.register_import import Asked, Kind, take, take_rows
from registry.imports import ImportReport, read_rows
from settings import Settings
from storage.store import Store

pytestmark = pytest.mark.mongo
ROWS = """统一社会信用代码,企业名称,登记状态,曾用名,注册号,许可证编号
91330106MA1K2B3C56,杭州青杉日用品有限公司,存续,杭州旧杉日用品有限公司,330106000123458,JY13301060123458
91330106MA1K2B3C56,杭州青杉日用品有限公司,注销,,,
9133,太短商行,存续,,,
91440305MA5T8W2E0X,深圳白榆电器有限公司,存续,,,
"""


def run(settings: Settings, *words: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {  # noqa: TID251 - the child's own
        "MONGO_URI": str(settings.mongo_uri),
        "NETSWORD_MONGO_DATABASE": settings.mongo_database,
        "NETSWORD_VAR_DIR": str(settings.var_dir),
    }
    command = [sys.executable, "-m", "netsword.cli", "registry", *words]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def test_a_file_goes_in_and_is_found_again(store_settings: Settings, tmp_path: Path) -> None:
    file, rejects = tmp_path / "登记.csv", tmp_path / "rejects.jsonl"
    file.write_bytes(ROWS.encode("gb18030"))
    nothing = run(store_settings, "lookup", "甲")
    assert (nothing.returncode, "no register was imported" in nothing.stderr) == (2, True)
    done = run(
        store_settings,
        "import",
        str(file),
        "--snapshot-date",
        "2026-11-01",
        "--rejects",
        str(rejects),
        "--json",
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["covers"] == "区划33、区划44、企业（按数据推定）"
    assert (told["lines"], told["rows"], told["rejected"], told["encoding"]) == (4, 2, 2, "gb18030")
    lines = [json.loads(line) for line in rejects.read_text(encoding="utf-8").splitlines()]
    assert {(line["line"], line["reason"], line["row"]) for line in lines} == {
        (4, "统一社会信用代码不是18位规范字符", "9133,太短商行,存续,,,"),
        (3, "号码重复且内容冲突 conflict", "91330106MA1K2B3C56,杭州青杉日用品有限公司,注销,,,"),
    }
    assert (told["conflicts"], told["duplicates"], told["warned"]) == (1, 0, 0)
    found = json.loads(run(store_settings, "lookup", "杭州旧杉", "--json").stdout)
    assert found["snapshot_date"] == "2026-11-01"
    assert [each["operator"]["code"] for each in found["found"]] == ["91330106MA1K2B3C56"]
    told = run(store_settings, "lookup", "91330106MA1K2B3C56", "JY13301060123451").stdout.replace("\n", "")
    assert "91330106MA1K2B3C56：格式、校验相符。统一社会信用代码" in told
    assert "JY13301060123451：校验位不符。食品经营许可证" in told
    assert "《食品经营许可和备案管理办法》" in told
    asked = ("９１330106-ma1k2b3c56", "330106000123458", "ＪＹ1 3301060123458", "杭州 青杉日用品有限公司")
    found = json.loads(run(store_settings, "lookup", *asked, "--json").stdout)
    assert [(each["asked"], each["operator"]["code"]) for each in found["found"]] == [
        (word, "91330106MA1K2B3C56") for word in asked
    ]
    wrong = run(store_settings, "import", str(file), "--snapshot-date", "yesterday")
    assert (wrong.returncode, "expected YYYY-MM-DD" in wrong.stderr) == (2, True)
    wrong = run(store_settings, "import", str(file), "--covers", "浙江")
    assert (wrong.returncode, "--covers 33,3301" in wrong.stderr) == (2, True)


def test_one_import_runs_at_a_time(store_settings: Settings, store: Store, tmp_path: Path) -> None:
    file = tmp_path / "r.csv"
    file.write_text(ROWS, encoding="utf-8")
    owner = owner_name()
    with holding(store, ["registry import"], run="registry import", owner=owner, exclusive=True):
        second = run(store_settings, "import", str(file))
    assert (second.returncode, "another import" in second.stderr) == (4, True)
    assert store.registers.register() is None


def test_a_killed_import_changes_nothing_and_the_next_one_doubles_nothing(
    store_settings: Settings, store: Store, tmp_path: Path
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
    assert run(store_settings, "import", str(file), "--snapshot-date", "2026-11-01").returncode == 0
    report = take(store, file, day=date(2026, 11, 9))
    assert (report.rows, store.registers.count()) == (2, 2)
    register = store.registers.register()
    assert register is not None
    row = register.by_code("91330106MA1K2B3C56")
    assert row is not None
    assert row.as_of == date(2026, 11, 9)
    mended = tmp_path / "bad.csv"
    mended.write_text(ROWS.replace("C56,", "C57,"), encoding="utf-8")
    refused = json.loads(run(store_settings, "import", str(mended), "--dry-run", "--json").stdout)
    assert refused["reasons"]["统一社会信用代码校验码不符 check character"] == 2
    kept = run(store_settings, "import", str(mended), "--dry-run", "--keep-bad-check", "--json")
    assert json.loads(kept.stdout)["warnings"] == {"统一社会信用代码校验码不符 check character": 2}
