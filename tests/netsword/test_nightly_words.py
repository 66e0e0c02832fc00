"""Small promises of ``nightly``: the worst exit code stands, and logs of single runs do not pile up."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from netsword.nightly import worst
from netsword.session import RUN_LOG_DAYS, prune_logs
from settings import Settings


@pytest.mark.parametrize(
    ("codes", "code"), [([], 0), ([0, 0], 0), ([0, 4], 4), ([4, 3], 3), ([3, 1, 4], 1), ([130], 1)]
)
def test_worst_code_stands(codes, code):
    assert worst(codes) == code


def test_logs_of_runs_go_after_a_while(tmp_path: Path) -> None:
    settings = Settings(var_dir=tmp_path)
    settings.log_dir.mkdir()
    now = datetime.now(UTC)
    for name, days in (("crawl-1.log", RUN_LOG_DAYS + 1), ("run-2.log", 1), ("nightly.log", 999)):
        path = settings.log_dir / name
        path.write_text("x", encoding="utf-8")
        at = (now - timedelta(days=days)).timestamp()
        os.utime(path, (at, at))
    assert prune_logs(settings, now) == 1
    assert sorted(path.name for path in settings.log_dir.iterdir()) == ["nightly.log", "run-2.log"]
