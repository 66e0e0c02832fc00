"""P-values of a table are adjusted together."""

import pytest

from domain.notes import NoteCode, note
from domain.run import Run, RunState
from reports.comparison import ComparedRule, RunComparison, Side, adjusted
from reports.document import Remarks, Table
from reports.notes import told
from reports.run_document import comparison_document
from tests.builders import NOW


def a_side(share: float = 0.1) -> Side:
    return Side(run="r", platform="", frame=100, judged=50, flagged=5, share=share, low=0.05, high=0.2)


def a_row(rule: str, p_value: float) -> ComparedRule:
    return ComparedRule(
        rule=rule,
        name=rule,
        first=a_side(),
        second=a_side(0.12),
        difference=0.02,
        low=-0.1,
        high=0.1,
        p_value=p_value,
        adjusted_p=p_value,
        in_both=0,
        correlation=0.0,
    )


@pytest.mark.parametrize(
    ("p_values", "expected"),
    # By hand: sorted, times 4, 3, 2, 1, and never falling.
    [
        ((0.01, 0.04, 0.03, 0.005), (0.03, 0.06, 0.06, 0.02)),
        ((0.5, 0.9), (1.0, 1.0)),
        ((0.02,), (0.02,)),
        ((), ()),
    ],
)
def test_holm_adjusts_all_rules_of_a_table_together(p_values, expected):
    rows = adjusted([a_row(str(place), p_value) for place, p_value in enumerate(p_values)])
    assert [row.adjusted_p for row in rows] == pytest.approx(list(expected))
    assert [row.is_significant for row in rows] == [p < 0.05 for p in expected]


def test_document_of_a_comparison_has_a_row_per_rule_and_its_notes():
    run = Run(
        id="R1", sweep="s", sweep_version=1, campaign="c", state=RunState.FINISHED, seed=1, started_at=NOW
    )
    found = RunComparison(
        first=run,
        second=run,
        first_platform="a",
        second_platform="b",
        rules=(a_row("ANY", 0.2), a_row("X", 0.01)),
        notes=(note(NoteCode.SAME_SEED),),
    )
    table, notes = comparison_document(found, language="en").blocks
    assert isinstance(table, Table)
    assert isinstance(notes, Remarks)
    assert len({len(row) for row in table.rows} | {len(table.columns)}) == 1
    assert [row[0] for row in table.rows] == ["total", "X"]
    assert told("en", note(NoteCode.SAME_SEED)) in notes.items
