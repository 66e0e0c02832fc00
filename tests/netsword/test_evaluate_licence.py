"""The evaluation command on a set of three cases, and on the labelled set where it is at hand."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from netsword.evaluate_licence import GoldCases, by_layout, decoded, licence, score
from tests.detectors.licensing.builders import CODE, NAME, a_page, licence_block

# Where development data lies; the product works without it.
SHARED = Path(os.environ.get("NETSWORD_SHARED", "../shared"))  # noqa: TID251
APP = typer.Typer()
APP.command()(licence)


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    (tmp_path / "pages").mkdir()
    cases, labels = [], []
    for name, body, codes in (
        ("a", licence_block(), ["OK"]),
        ("b", f"<div style='display:none'>{licence_block()}</div>", ["LIC-HIDDEN"]),
        ("c", "<a href='c_lic.html'>营业执照</a>", ["OK-LINK"]),
    ):
        (tmp_path / "pages" / f"{name}.html").write_text(a_page(body), encoding="utf-8")
        pages = [{"url": f"https://{name}.example/", "file": f"pages/{name}.html", "status": 200}]
        if name == "c":
            (tmp_path / "pages" / "c_lic.html").write_text(a_page(licence_block()), encoding="gb18030")
            pages.append({"url": "https://c.example/c_lic.html", "file": "pages/c_lic.html", "status": 200})
        case = {
            "id": name,
            "entry": f"pages/{name}.html",
            "pages": pages,
            "site_kind": "platform_shop",
            "category": "home",
        }
        cases.append({**case, "shop_name": "青杉小铺", "platform": None, "as_of": "2026-11-01"})
        labels.append({"id": name, "codes": codes, "tags": [name], "operator_uscc": CODE, "evidence": {}})
    rows = [{"name": NAME, "uscc": CODE, "type": "有限责任公司", "status": "存续", "permits": []}]
    for file, records in (("cases", cases), ("labels", labels), ("registry", rows)):
        lines = [json.dumps(record, ensure_ascii=False) for record in records]
        (tmp_path / f"{file}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return tmp_path


def test_the_command_prints_scores_and_writes_predictions(gold: Path, tmp_path: Path):
    out = tmp_path / "out.jsonl"
    result = CliRunner().invoke(APP, [str(gold), "--json", "--no-pictures", "--predictions", str(out)])
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert (report["macro_f1"], report["exact_set"], report["clean_accused"]) == (1.0, 1.0, 0)
    assert [json.loads(line)["codes"] for line in out.read_text().splitlines()] == [
        ["OK"],
        ["LIC-HIDDEN"],
        ["OK-LINK"],
    ]


def test_scores_are_counted_by_hand():
    labels = [
        {"id": "1", "codes": ["OK"], "tags": ["x"]},
        {"id": "2", "codes": ["LIC-MISSING"], "tags": ["x"]},
        {"id": "3", "codes": ["LIC-MISSING", "ICP-MISSING"], "tags": []},
    ]
    report = score({"1": ["LIC-MISSING"], "2": ["LIC-MISSING"], "3": ["LIC-MISSING"]}, labels)
    assert report["codes"]["LIC-MISSING"] == {
        "tp": 2,
        "fp": 1,
        "fn": 0,
        "precision": 0.6667,
        "recall": 1.0,
        "f1": 0.8,
    }
    assert report["macro_f1"] == 0.4
    assert (report["exact_set"], report["clean_accused"], report["tags"]["x"]) == (
        0.3333,
        1,
        {"cases": 2, "right": 1},
    )


def test_pages_are_grouped_by_their_skeleton():
    labels = [{"id": name, "codes": ["OK"], "tags": []} for name in "ab"]
    pages = [
        ("a", "<body><header>1</header></body>"),
        ("b", "<body><table><tr><td>2</td></tr></table></body>"),
    ]
    assert set(by_layout(pages, {"a": ["OK"]}, labels)) == {"header", "table"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_pages_are_decoded_as_they_say_or_fit(encoding: str):
    text = "<html><head><title>营业执照</title></head></html>"
    assert decoded(text.encode(encoding)).lstrip("\ufeff") == text


@pytest.mark.slow
def test_text_cases_of_the_labelled_set_reach_their_mark():
    folder = SHARED / "data" / "license_gold"
    labels = [json.loads(line) for line in (folder / "labels.jsonl").read_text(encoding="utf-8").splitlines()]
    textual = [label for label in labels if not {"image_only", "unreadable_image"} & set(label["tags"])]
    found = {case.id: case.codes for case in GoldCases(folder, with_pictures=False)}
    report = score(found, textual)
    assert report["macro_f1"] >= 0.97, report["wrong"]
    assert report["exact_set"] >= 0.97, report["wrong"]
    assert report["clean_accused"] <= 2, report["wrong"]
