"""The sets of ``bench.fresh_licence``: a blind one names no case."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.fresh_licence.__main__ import main
from bench.fresh_licence.sets import SETS


@pytest.mark.parametrize("name", ["all", *(name for name, fresh in SETS.items() if fresh.is_blind)])
@pytest.mark.parametrize("asked", [["--show-wrong"], ["--keep", "pages"]])
def test_cases_of_a_blind_set_are_neither_named_nor_kept(
    name: str, asked: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    with pytest.raises(SystemExit) as refused:
        main([name, *asked])

    assert refused.value.code == 2
    assert not list(tmp_path.iterdir())


def test_the_fifth_set_is_blind() -> None:
    assert SETS["fifth"].is_blind
