"""``evaluate listings`` and ``detect listings``: figures as the labelled set counts them, findings."""

from __future__ import annotations

import json
import runpy
import sys
from typing import Any

import pytest

from domain.errors import UsageError
from netsword import detect
from netsword.evaluate_listings import listings, predict, read_cases, read_folding, score
from tests.shared_data import shared

CASES: list[dict[str, Any]] = [
    {"id": "1", "title": "针孔摄像头", "labels": ["PG-SPY"], "obfuscation": "none"},
    {"id": "2", "title": "弹簧刀", "labels": ["PG-WEAPON"], "obfuscation": "punct"},
    {"id": "3", "title": "雨伞", "labels": [], "lookalike_of": ["PG-SPY"]},
    {"id": "4", "title": "象牙", "labels": [], "also_ok": ["PG-WILDLIFE"]},
]
SPANS = {
    "1": [{"field": "title", "start": 0, "end": 5, "text": "针孔摄像头", "code": "PG-SPY"}],
    "2": [{"field": "title", "start": 0, "end": 3, "text": "弹簧刀", "code": "PG-WEAPON"}],
}


@pytest.fixture
def gold(tmp_path):
    lines = [json.dumps(case | {"spans": SPANS.get(case["id"], [])}, ensure_ascii=False) for case in CASES]
    (tmp_path / "gold.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "codes.yaml").write_text("PG-WEAPON: [PG-WEAPON, PG-KNIFE]\n", encoding="utf-8")
    return tmp_path / "gold.jsonl"


def test_codes_are_folded_and_others_left_out(gold):
    cases = read_cases(gold)
    predicted = predict(cases, read_folding(gold.parent / "codes.yaml"))
    assert [p["labels"] for p in predicted] == [["PG-SPY"], ["PG-WEAPON"], [], ["PG-WILDLIFE"]]
    assert predicted[1]["spans"] == [{"field": "title", "start": 0, "end": 3, "code": "PG-WEAPON"}]


def test_figures(gold):
    predicted: list[dict[str, Any]] = [
        {
            "id": "1",
            "labels": ["PG-SPY"],
            "spans": [{"field": "title", "start": 0, "end": 5, "code": "PG-SPY"}],
        },
        {"id": "2", "labels": ["PG-SPY"], "spans": []},
        {"id": "3", "labels": ["PG-SPY"], "spans": []},
        {"id": "4", "labels": ["PG-WILDLIFE"], "spans": []},
    ]
    figures = score(read_cases(gold), predicted)
    assert figures["micro"] == {"precision": 1 / 3, "recall": 1 / 2, "f1": 2 / 5}
    assert figures["false_positive_rate_innocent"] == 1.0
    assert figures["false_positive_rate_lookalike"] == 1.0
    assert figures["span_hit_rate_on_true_positives"] == 1.0
    assert figures["recall"]["obfuscated"] == {"hit": 0, "of": 1, "recall": 0.0}


def test_command_writes_predictions(gold, tmp_path, capsys):
    listings(gold, tmp_path / "predictions.jsonl", as_json=True)
    assert json.loads(capsys.readouterr().out)["items"] == len(CASES)
    lines = (tmp_path / "predictions.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["1", "2", "3", "4"]


@pytest.mark.parametrize("text", ["nonsense\n", "[]\n", '{"id": "1"}\n'])
def test_broken_gold_is_refused(tmp_path, text):
    (tmp_path / "gold.jsonl").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=r"gold\.jsonl:1: "):
        read_cases(tmp_path / "gold.jsonl")


def test_scores_on_the_labelled_listings(tmp_path, monkeypatch, capsys):
    folder = shared("data/listings_gold")
    predictions = tmp_path / "predictions.jsonl"
    listings(folder / "dev.jsonl", predictions, as_json=True)
    ours = json.loads(capsys.readouterr().out)
    monkeypatch.setattr(sys, "argv", ["score.py", str(folder / "dev.jsonl"), str(predictions)])
    runpy.run_path(str(folder / "score.py"), run_name="__main__")
    theirs = json.loads(capsys.readouterr().out)
    assert ours["micro"]["f1"] == pytest.approx(theirs["micro"]["F1"])
    assert ours["false_positive_rate_innocent"] == pytest.approx(theirs["fpr_innocent"])
    assert ours["span_hit_rate_on_true_positives"] == pytest.approx(theirs["span_hit_rate_on_true_positives"])
    # What the issue asks for; the score itself is printed by the benchmark.
    assert ours["micro"]["f1"] >= 0.80
    assert ours["micro"]["precision"] >= 0.90
    assert ours["false_positive_rate_innocent"] <= 0.04
    assert ours["recall"]["obfuscated"]["recall"] >= 0.65
    assert ours["span_hit_rate_on_true_positives"] >= 0.95


def test_detection_on_a_file(tmp_path, capsys):
    source = tmp_path / "in.jsonl"
    rows = [{"id": "a", "title": "象牙白裙"}, {"id": "b", "title": "雨伞", "description": "针孔摄像头"}]
    source.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    detect.listings(source, tmp_path / "out.jsonl", "", "2026-11-20")
    found = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(row["id"], [f["rule"] for f in row["findings"]]) for row in found] == [
        ("a", []),
        ("b", ["PG-SPY"]),
    ]
    assert found[1]["findings"][0]["spans"][0] == {
        "field": "description",
        "start": 0,
        "end": 5,
        "quote": "针孔摄像头",
    }
    assert "2 listings judged, 1 with findings" in capsys.readouterr().err


def test_one_rule_alone(tmp_path, capsys):
    source = tmp_path / "in.jsonl"
    source.write_text('{"id": "a", "title": "针孔摄像头 象牙手串"}\n', encoding="utf-8")
    detect.listings(source, None, "PG-SPY", "2026-11-20")
    assert [f["rule"] for f in json.loads(capsys.readouterr().out)["findings"]] == ["PG-SPY"]
    with pytest.raises(UsageError, match="not a text rule"):
        detect.listings(source, None, "LIC-MISSING", "2026-11-20")
    with pytest.raises(UsageError, match="YYYY-MM-DD"):
        detect.listings(source, None, "PG-SPY", "tomorrow")


@pytest.mark.parametrize("text", ["x\n", '{"id": 1}\n', '{"title": "a", "price": "dear"}\n', "[]\n"])
def test_broken_listing_names_its_line(tmp_path, text):
    (tmp_path / "in.jsonl").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=r"in\.jsonl:1: "):
        list(detect.read_listings(tmp_path / "in.jsonl"))


def test_new_words_are_listed_for_a_person(tmp_path, capsys):
    source = tmp_path / "in.jsonl"
    rows = [{"id": at, "title": "针孔摄像头 鹊鸪料"} for at in range(5)] + [
        {"id": f"c{at}", "title": "雨伞"} for at in range(20)
    ]
    source.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    detect.new_terms(source, "", 3, 10, as_json=True)
    assert [row["text"] for row in json.loads(capsys.readouterr().out)][:1] == ["鹊鸪料"]
