"""Figures of a set that was written into a folder, as lines of text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from crawlers.sampling.intervals import wilson_interval
from netsword.evaluate_licence import GoldCases, score

HEAD = f"{'set':16}{'exact sets':>14}{'macro-F1':>10}{'innocent accused':>18}"
"""What stands above the rows of a table."""


def measured(folder: Path, *, with_pictures: bool) -> dict[str, Any]:
    """Scores the set that was written into ``folder``."""
    found = {case.id: case.codes for case in GoldCases(folder, with_pictures=with_pictures)}
    labels = [json.loads(line) for line in (folder / "labels.jsonl").read_text(encoding="utf-8").splitlines()]
    return score(found, labels)


def told(report: Mapping[str, Any]) -> str:
    """The figures as lines of text."""
    n, clean, right = report["cases"], report["clean_cases"], _right(report)
    low, high = wilson_interval(right, n)
    least, most = wilson_interval(report["clean_accused"], clean)
    lines = [
        f"exact sets {right} of {n}: {right / n:.3f} (95 % {low:.3f} to {high:.3f})",
        f"macro-F1 over violation codes {report['macro_f1']:.3f}",
        f"innocent accused {report['clean_accused']} of {clean} (95 % {least:.3f} to {most:.3f})",
    ]
    lines += [f"  {code:24}{figures['f1']:>7.3f}" for code, figures in report["codes"].items()]
    lines += [
        f"  {tag:28}{count.get('right', 0):>3} of {count['cases']}" for tag, count in report["tags"].items()
    ]
    return "\n".join(lines)


def row(name: str, report: Mapping[str, Any]) -> str:
    """The figures as a row of a table."""
    exact = f"{_right(report)} of {report['cases']}"
    accused = f"{report['clean_accused']} of {report['clean_cases']}"
    return f"{name:16}{exact:>14}{report['macro_f1']:>10.3f}{accused:>18}"


def _right(report: Mapping[str, Any]) -> int:
    return sum(count.get("right", 0) for count in report["tags"].values())
