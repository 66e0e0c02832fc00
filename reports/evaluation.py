"""Precision and recall 准确率、召回率 against a known truth."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleScore:
    """One rule against the truth, over the subjects that were judged and no others."""

    rule: str
    true_positives: int
    false_positives: int
    false_negatives: int

    @property
    def precision(self) -> float | None:
        """Share of the flagged that truly break the rule; ``None`` when nothing was flagged."""
        flagged = self.true_positives + self.false_positives
        return self.true_positives / flagged if flagged else None

    @property
    def recall(self) -> float | None:
        """Share of the true ones that were flagged; ``None`` when there were none to find."""
        true = self.true_positives + self.false_negatives
        return self.true_positives / true if true else None


def read_truth(path: Path) -> dict[str, set[str]]:
    """Subjects that break each rule, from a file of JSON lines with ``rule`` and ``subject``."""
    truth: dict[str, set[str]] = defaultdict(set)
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if "rule" in row:
            truth[row["rule"]].add(row["subject"])
    return truth


def score(
    flagged: Mapping[str, set[str]], truth: Mapping[str, set[str]], judged: set[str], rules: Iterable[str]
) -> list[RuleScore]:
    """One score per rule.

    Args:
        flagged: subjects with a finding, per rule.
        truth: subjects that break each rule.
        judged: subjects that were read; what was never seen can be neither right nor wrong.
        rules: codes to score.
    """
    rows = []
    for rule in sorted(rules):
        true = truth.get(rule, set()) & judged
        found = flagged.get(rule, set())
        rows.append(
            RuleScore(
                rule=rule,
                true_positives=len(found & true),
                false_positives=len(found - true),
                false_negatives=len(true - found),
            )
        )
    return rows


def pooled(scores: Iterable[RuleScore]) -> RuleScore:
    """All rules as one, every (rule, subject) pair counting once."""
    rows = list(scores)
    return RuleScore(
        rule="all",
        true_positives=sum(row.true_positives for row in rows),
        false_positives=sum(row.false_positives for row in rows),
        false_negatives=sum(row.false_negatives for row in rows),
    )
