"""``netsword evaluate reviews`` on the labelled sets: promised scores, prediction files."""

from __future__ import annotations

import json

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from netsword.evaluate_reviews import average_precision, reviews, roc_area
from tests.shared_data import shared

app = typer.Typer()
app.command()(reviews)


def run(*arguments: str) -> dict:
    result = CliRunner().invoke(app, [*arguments, "--json"], catch_exceptions=False)
    assert result.exit_code == 0
    figures: dict = json.loads(result.stdout)
    return figures


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.slow
def test_planted_campaigns(tmp_path):
    gold = shared("data/reviews/injected_campaigns_zh.csv.gz")
    out = {name: tmp_path / name for name in ("predictions", "listings", "users")}
    figures = run(str(gold), *(part for name, path in out.items() for part in (f"--{name}", str(path))))
    assert figures["reviews"]["auc"] >= 0.98
    assert figures["reviews"]["ap"] >= 0.88
    assert figures["reviews"]["recall_at_1pct_fp"] >= 0.84
    assert figures["reviews"]["precision_at_500"] >= 0.98
    assert figures["listings"]["ap"] >= 0.95
    assert min(family["ap_against_genuine"] for family in figures["families"].values()) >= 0.5
    assert len(figures["families"]) == 6
    written = lines(out["predictions"])
    assert len(written) == 12_611
    assert set(written[0]) == {"review_id", "score", "families", "signals"}
    assert set(lines(out["listings"])[0]) == {"listing_id", "score"}
    assert set(lines(out["users"])[0]) == {"user_id", "score"}


@pytest.mark.parametrize(("options", "least"), [((), 0.84), (("--drop", "ip"), 0.76)])
def test_filtered_reviews(options, least):
    figures = run(str(shared("data/reviews/dianping_icdm14.csv.gz")), *options)
    assert figures["reviews"]["auc"] >= least
    assert figures["defects"]["stars_out_of_range"] == 2


def test_graph_with_planted_blocks(tmp_path):
    out = tmp_path / "users"
    figures = run(str(shared("data/reviews/bitcoin_otc_ratings.csv.gz")), "--predictions", str(out))
    for name in ("one_200x200_at_0.2", "one_200x200_at_0.2_hijacked"):
        assert figures[name]["f1"] >= 0.97
    for name in ("four_50x50_at_0.4", "four_50x50_at_0.4_hijacked"):
        assert figures[name]["f1"] >= 0.8
    # What stands out by itself is a ring of 13 raters with one target each after another, no core of traders.
    assert all(block["users"] < 20 for block in figures["as_given"]["blocks"])
    assert set(lines(out)[0]) == {"user", "score", "block"}


def test_unknown_format_and_unknown_column_are_wrong_usage(tmp_path):
    odd = tmp_path / "odd.csv"
    odd.write_text("a,b\n1,2\n", encoding="utf-8")
    result = CliRunner().invoke(app, [str(odd)])
    assert "no known format" in str(result.exception)
    odd.write_text("review_id,label,user,ip,star,text\n1,0,u,i,5,好\n", encoding="utf-8")
    assert "droppable are" in str(CliRunner().invoke(app, [str(odd), "--drop", "moon"]).exception)


@pytest.mark.parametrize(
    ("labels", "values", "area", "precision"),
    [
        ([1, 0], [0.9, 0.1], 1.0, 1.0),
        ([0, 1], [0.9, 0.1], 0.0, 0.5),
        ([1, 0], [0.5, 0.5], 0.5, 0.75),
        ([1, 0, 1, 0], [4, 3, 2, 1], 0.75, (1 + 2 / 3) / 2),
    ],
)
def test_ranking_figures_by_hand(labels, values, area, precision):
    positive, scores = np.array(labels, dtype=bool), np.array(values, dtype=float)
    assert roc_area(positive, scores) == pytest.approx(area)
    assert average_precision(positive, scores) == pytest.approx(precision)
