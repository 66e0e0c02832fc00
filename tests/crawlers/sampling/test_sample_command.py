"""``netsword sample`` prints what was computed, and refuses what cannot be."""

import json

import pytest
from typer.testing import CliRunner

from domain.errors import UsageError
from netsword.sample import app


def test_simulate_prints_one_row_per_design_and_the_same_for_the_same_seed():
    asked = ["simulate", "--design", "risk_bands", "--design", "pps", "--prevalence", "0.05", "--size", "100"]
    asked += ["--listings", "2000", "--replications", "40", "--workers", "1", "--json"]
    first, second = (CliRunner().invoke(app, asked) for _ in range(2))
    assert first.exit_code == 0
    rows = json.loads(first.stdout)
    assert [(row["design"], row["size"], row["replications"]) for row in rows] == [
        ("risk_bands", 100, 40),
        ("pps", 100, 40),
    ]
    assert first.stdout == second.stdout


def test_simulate_prints_a_table():
    asked = ["simulate", "--design", "census", "--prevalence", "0.1", "--listings", "500", "--blocked", "0"]
    shown = CliRunner().invoke(app, [*asked, "--size", "2", "--replications", "20", "--workers", "1"])
    assert "100.0 %" in shown.stdout
    assert "census" in shown.stdout


def test_simulate_refuses_what_it_cannot_do():
    for wrong in (
        ["--design", "magic"],
        ["--blocked", "0.5", "--blocked-violating", "2"],
        ["--prevalence", "0"],
    ):
        with pytest.raises(UsageError):
            CliRunner().invoke(app, ["simulate", *wrong, "--workers", "1"], catch_exceptions=False)


def test_size_answers_in_pages_and_hours():
    asked = ["size", "--margin", "0.05", "--response", "1", "--pages-per-listing", "2", "--delay", "3"]
    answer = json.loads(CliRunner().invoke(app, [*asked, "--json"]).stdout)
    assert (answer["judged"], answer["pages"]) == (385, 770)
    assert answer["hours"] == pytest.approx(770 * 3 / 3600)
    assert "385" in CliRunner().invoke(app, asked).stdout
