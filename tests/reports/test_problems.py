"""What stops a plan, a run or a figure is told in Chinese: no new sentence slips in in English alone."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from domain.errors import SweepError, UsageError
from domain.problems import BY_CODE, Problem
from reports.gaps import told_gap
from reports.notes import told, told_problem
from tests.reports.test_notes import places
from tests.reports.wording import english_in

ROOT = Path(__file__).parents[2]
# What the console asks for plans, runs and figures; their refusals reach an officer.
REFUSING = sorted(
    {
        *(ROOT / "reports").glob("*.py"),
        *(ROOT / "domain").glob("*.py"),
        *(
            ROOT / "crawlers" / f"{name}.py"
            for name in ("planning", "runner", "peaks", "drawing", "sweep_text")
        ),
        ROOT / "crawlers/platforms/registry.py",
    }
)
GAPS = ("middlewares/capture", "decoding", "rendering/loader", "rendering/page")


def trees(paths: Iterator[Path] | list[Path]) -> Iterator[tuple[Path, ast.AST]]:
    return ((path, ast.parse(path.read_text(encoding="utf-8"))) for path in paths)


def template(node: ast.expr) -> str | None:
    """A text of the source, with ``7`` for what is filled in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)
    return None


def test_every_problem_has_a_chinese_sentence_with_the_same_values():
    chinese = yaml.safe_load((ROOT / "reports/problems.yaml").read_text(encoding="utf-8"))
    assert set(chinese) == set(BY_CODE)
    for code, problem in BY_CODE.items():
        assert places(chinese[code]) == places(problem.value), code
        said = told("zh", problem.note(**dict.fromkeys(places(problem.value), "7")))
        assert not english_in(said), code
        assert re.search("[\u4e00-\u9fff]", said), code


def test_what_officers_are_refused_with_is_a_problem_and_no_sentence():
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path, tree in trees(REFUSING)
        for node in ast.walk(tree)
        if isinstance(node, ast.Raise)
        and isinstance(node.exc, ast.Call)
        and isinstance(node.exc.func, ast.Name)
        and node.exc.func.id in ("UsageError", "SweepError", "NetswordError")
        and (not node.exc.args or template(node.exc.args[0]) is not None)
    ]
    assert found == []


def test_the_schema_of_a_sweep_raises_problems_too():
    schema = [ROOT / "domain/sweep.py", ROOT / "domain/cadence.py"]
    raised = [node for _, tree in trees(schema) for node in ast.walk(tree) if isinstance(node, ast.Raise)]
    assert len(raised) > 10
    assert all(ast.unparse(node).endswith(")") and ".in_schema(" in ast.unparse(node) for node in raised)


def test_every_gap_that_a_snapshot_can_have_has_a_chinese_sentence():
    gaps = set()
    for path, tree in trees([ROOT / "crawlers" / f"{name}.py" for name in GAPS]):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("note") and node.args:
                gaps.add(f"render: {template(node.args[0])}" if template(node.args[0]) else "")
            if isinstance(node, ast.Yield) and node.value and "rendering" not in str(path):
                gaps.add(template(node.value) or "")
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in (
                "_ALWAYS_UNSEEN",
                "_TLS_UNSEEN",
            ):
                gaps |= set(ast.literal_eval(node.value))
            if isinstance(node, ast.Return) and node.value and "loader" in path.name:
                gaps.add(f"render: {said}" if (said := template(node.value)) else "")
            if isinstance(node, ast.JoinedStr) and path.name == "decoding.py":
                gaps.add(template(node) or "")
    gaps.discard("")
    assert len(gaps) >= 15
    assert [gap for gap in sorted(gaps) if not re.search("[\u4e00-\u9fff]", told_gap("zh", gap))] == []
    assert told_gap("en", "body: truncated") == "body: truncated"
    assert told_gap("zh", "render: not loaded, timeout: http://h/a (2)") == (
        "渲染：未能加载（超时）：http://h/a（2次）"
    )


@pytest.mark.parametrize(
    ("error", "chinese"),
    [
        (
            SweepError(Problem.PACK_UNKNOWN, year=2016, known="2015, 2017"),
            "没有 2016 年的品类包；现有 2015, 2017 年。",
        ),
        (UsageError("disk is full"), "程序给出的原因：disk is full"),
        (UsageError(Problem.START_ELSEWHERE, url="http://h/{host.x}", host="h"), "http://h/{host.x}"),
    ],
)
def test_an_error_is_told_in_both_languages(error: UsageError, chinese: str):
    assert chinese in told_problem("zh", error)
    assert told_problem("en", error) == str(error)
