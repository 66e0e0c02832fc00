"""Near-duplicate reviews: planted groups are found, honest ones are not, and no input makes it slow."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime

import polars as pl
import pytest

from detectors.reviews import DuplicateDetector
from rules.loader import load_catalogue, load_packs

CATALOGUE = load_catalogue()
DETECTOR = DuplicateDetector(load_packs(CATALOGUE), CATALOGUE)
SEEN = datetime(2026, 11, 20, tzinfo=UTC)
COPY = "面料柔软亲肤孩子穿上很喜欢洗了两次没有起球下次还来买"
HAN = [chr(0x4E00 + at) for at in range(2000)]


def reviews(*rows):
    """Rows of (text, shop) or (text, shop, default)."""
    return pl.DataFrame(
        {
            "review_id": [f"t:{at:06}" for at in range(len(rows))],
            "shop": [row[1] for row in rows],
            "listing": [f"t:l{at % 3}" for at in range(len(rows))],
            "text": [row[0] for row in rows],
            "stars": [5] * len(rows),
            "posted_at": [SEEN] * len(rows),
            "default_text": [len(row) > 2 for row in rows],
            "snapshot": ["s"] * len(rows),
        },
        schema_overrides={
            "shop": pl.String,
            "review_id": pl.String,
            "listing": pl.String,
            "text": pl.String,
            "default_text": pl.Boolean,
            "snapshot": pl.String,
        },
    )


def found(frame):
    return list(DETECTOR.findings(frame, observed_at=SEEN))


def honest(chance, shop="t:honest", length=40):
    return ("".join(chance.choices(HAN, k=length)), shop)


def varied(chance, text=COPY):
    at = chance.randrange(len(text))
    return text[:at] + chance.choice(HAN) + text[at + 1 :]


def test_planted_group_is_found_among_honest_reviews():
    chance = random.Random(1)
    rows = [honest(chance, f"t:{at % 20}") for at in range(600)]
    planted = chance.sample(range(600), 8)
    for at in planted:
        rows[at] = (varied(chance), "t:bad")
    [finding] = found(reviews(*rows))
    assert finding.subject == finding.shop == "t:bad"
    assert finding.subject_kind == "shop"
    assert finding.evidence_ids == tuple(sorted(f"t:{at:06}" for at in planted))
    assert finding.weak
    assert finding.window.startswith("REVIEW-DUPLICATE:")
    assert "8条" in finding.reason
    assert "涉及" in finding.reason
    assert finding.basis


@pytest.mark.parametrize(
    ("rows", "evidence"),
    [
        ([], 0),
        ([(COPY, "t:a")] * 3, 0),
        ([(COPY, "t:a")] * 4, 4),
        ([(COPY, "t:a")] * 3 + [(COPY, "t:b")] * 3, 0),
        ([(COPY, "")] * 9, 0),
        ([(COPY, None)] * 9, 0),
        ([("质量很好物流快", "t:a")] * 50, 0),
        ([("此用户没有填写评价内容！", "t:a")] * 50, 0),
        ([(COPY, "t:a", True)] * 50, 0),
        ([(COPY, f"t:{shop}") for shop in range(5) for _ in range(9)], 0),
        ([(COPY, f"t:{shop}") for shop in range(4) for _ in range(9)], 36),
        ([(f"＊{COPY[:9]} {COPY[9:]}！", "t:a")] * 2 + [(COPY, "t:a")] * 2, 4),
        ([(None, "t:a")] * 9, 0),
    ],
)
def test_what_counts_as_a_group(rows, evidence):
    assert sum(len(finding.evidence_ids) for finding in found(reviews(*rows))) == evidence


def test_running_twice_or_in_another_order_gives_the_same_findings():
    chance = random.Random(2)
    rows = [(varied(chance), "t:a") for _ in range(30)] + [honest(chance, "t:a") for _ in range(50)]
    frame = reviews(*rows)
    once, again = found(frame), found(frame.sample(fraction=1.0, shuffle=True, seed=3))
    doubled = found(pl.concat([frame, frame.with_columns(snapshot=pl.lit("t"))]))
    assert once == again == doubled
    assert len({finding.id for finding in (*once, *again)}) == 1


def test_more_copies_and_a_larger_share_rank_higher():
    chance = random.Random(4)
    rest = [honest(chance, "t:a") for _ in range(40)]
    few, many = (found(reviews(*[(COPY, "t:a")] * count, *rest))[0] for count in (4, 20))
    assert 0 < few.confidence < many.confidence < 1


def test_a_missing_column_is_refused():
    with pytest.raises(ValueError, match="snapshot"):
        found(reviews().drop("snapshot"))


@pytest.mark.parametrize("make", ["identical", "varied", "honest"])
def test_one_giant_shop_takes_seconds_at_most(make):
    chance = random.Random(5)
    rows = {
        "identical": [(COPY, "t:a")] * 20_000,
        "varied": [(varied(chance, varied(chance)), "t:a") for _ in range(10_000)],
        "honest": [honest(chance, "t:a") for _ in range(5_000)],
    }[make]
    frame = reviews(*rows)
    started = time.process_time()
    findings = found(frame)
    # All pairs of 10,000 reviews would be 50 million comparisons, a minute and more.
    assert time.process_time() - started < 15
    assert [len(finding.evidence_ids) for finding in findings] == ([] if make == "honest" else [500])
