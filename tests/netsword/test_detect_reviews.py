"""``netsword detect reviews``: files in any of the usual formats, one answer, and what is missing is said."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from domain.errors import UsageError
from netsword.detect import app
from netsword.evaluate import app as evaluate
from netsword.review_files import columns_of, dropped_names, moments, read_rows
from tests.detectors.campaigns.builders import a_market, a_review, at
from tests.shared_data import shared

SLOTS = ("上手很轻巧", "颜色比图上正", "闺女特别中意", "用了两周没毛病", "回头给爸妈带", "比专柜便宜不少")


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["reviews", *arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def rows():
    chance = np.random.default_rng(2)
    fakes = [
        a_review(f"fake{i:02}", listing="L3", shop="S1", posted_at=at(150 + i / 12),
                 text="，".join(chance.choice(SLOTS, 4)))
        for i in range(25)
    ]  # fmt: skip
    market = a_market(listings=12)
    return [
        {
            "comment_id": row["review_id"],
            "product_id": row["listing"],
            "shop_id": row["shop"],
            "user_id": row["user"],
            "star": row["stars"],
            "comment_time": row["posted_at"].strftime("%Y-%m-%dT%H:%M:%S+00:00"),
            "content": row["text"],
        }
        for row in market + fakes
    ]


@pytest.fixture
def files(rows, tmp_path):
    plain, packed, objects = tmp_path / "r.csv", tmp_path / "r.csv.gz", tmp_path / "r.jsonl"
    pl.DataFrame(rows).write_csv(plain)
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    objects.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return plain, packed, objects


def test_every_format_gives_the_same_findings(files, tmp_path):
    answers = []
    for place, file in enumerate(files):
        out = tmp_path / f"out{place}"
        summary = json.loads(run(str(file), "--out", str(out), "--json"))
        answers.append((summary, out.read_text(encoding="utf-8")))
    assert answers[0] == answers[1] == answers[2]
    (finding,) = lines(tmp_path / "out0")
    assert (finding["rule"], finding["subject"], finding["shop"]) == ("REVIEW-BURST", "L3", "S1")
    assert set(finding["evidence_ids"]) >= {f"fake{i:02}" for i in range(3, 22)}
    assert {"name", "value", "reference"} == set(finding["signals"][0])
    assert answers[0][0]["families"]["burst_template"]["findings"] == 1
    assert set(answers[0][0]["not_given"]) == {"address", "bought_at", "seller_reply"}


def test_dropped_column_switches_its_signals_off(files):
    summary = json.loads(run(str(files[0]), "--drop", "comment_time", "--json"))
    assert "posted_at" in summary["not_given"]
    assert summary["families"]["burst_template"]["reviews"] == 0


def test_summary_for_people_names_families_and_defects(files):
    assert "burst_template" in run(str(files[0]), "--out", "/dev/null")


def test_same_scores_as_the_evaluation(tmp_path):
    gold = str(shared("data/reviews/dianping_icdm14.csv.gz"))
    here, there = tmp_path / "here", tmp_path / "there"
    run(gold, "--scores", str(here), "--out", str(tmp_path / "findings"), "--json")
    result = CliRunner().invoke(evaluate, ["reviews", gold, "--predictions", str(there), "--json"])
    assert result.exit_code == 0
    assert here.read_text(encoding="utf-8") == there.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "name",
    ["amazon_all_beauty_5core", "jd_cosmetics_comments", "ott_deceptive_hotels", "vispam_reviews_vi"],
)
def test_every_set_of_the_readme_is_read(name):
    columns = columns_of(read_rows(shared(f"data/reviews/{name}.csv.gz")))
    assert columns["review_id"].n_unique() == columns.height > 700
    assert columns.filter(pl.col("text").str.len_chars() > 5).height > columns.height / 2
    if "posted_at" in columns.columns:
        assert columns["posted_at"].null_count() < columns.height / 100


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-11-05 08:00", datetime(2026, 11, 5, 8)),  # noqa: DTZ001
        ("2026-11-05 08:00:30", datetime(2026, 11, 5, 8, 0, 30)),  # noqa: DTZ001
        ("2026-11-05", datetime(2026, 11, 5)),  # noqa: DTZ001
        ("2026-11-05T08:00:00Z", datetime(2026, 11, 5, 8, tzinfo=UTC)),
        ("2026-11-05T08:00:00+08:00", datetime(2026, 11, 5, 0, tzinfo=UTC)),
        ("1762300800", datetime(2025, 11, 5, tzinfo=UTC)),
        ("昨天", None),
        ("", None),
        (None, None),
    ],
)
def test_moments_are_read_as_written(written, read):
    assert moments(pl.Series("t", [written], dtype=pl.String)).to_list() == [read]


@pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe", b"a,b\n1,2\n", b"{not json"])
def test_file_that_holds_no_reviews_is_refused(tmp_path, content):
    file = tmp_path / ("x.jsonl" if content.startswith(b"{") else "x.csv")
    file.write_bytes(content)
    with pytest.raises(UsageError):
        columns_of(read_rows(file))


def test_unknown_column_to_drop_names_the_known_ones():
    with pytest.raises(UsageError, match="ip"):
        dropped_names(["colour"])
    assert dropped_names(["IP", "comment_time"]) == ["address", "posted_at"]
