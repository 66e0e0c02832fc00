"""``netsword registry``: a real file into a real store, looked up again; rejects with line and reason."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from settings import Settings

pytestmark = pytest.mark.mongo
ROWS = """统一社会信用代码,企业名称,登记状态,曾用名
91330106MA1K2B3C56,杭州青杉日用品有限公司,存续,杭州旧杉日用品有限公司
91330106MA1K2B3C56,杭州青杉日用品有限公司,注销,
9133,太短商行,存续,
91440305MA5T8W2E0X,深圳白榆电器有限公司,存续,
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
    assert {(line["line"], line["reason"].split("：")[0]) for line in lines} == {
        (4, "统一社会信用代码不是18位规范字符"),
        (3, "统一社会信用代码91330106MA1K2B3C56与第2行冲突"),
    }
    found = json.loads(run(store_settings, "lookup", "杭州旧杉日用品有限公司", "--json").stdout)
    assert found["snapshot_date"] == "2026-11-01"
    assert [each["operator"]["code"] for each in found["found"]] == ["91330106MA1K2B3C56"]
    wrong = run(store_settings, "import", str(file), "--snapshot-date", "yesterday")
    assert (wrong.returncode, "expected YYYY-MM-DD" in wrong.stderr) == (2, True)
    wrong = run(store_settings, "import", str(file), "--covers", "浙江")
    assert (wrong.returncode, "--covers 33,3301" in wrong.stderr) == (2, True)
