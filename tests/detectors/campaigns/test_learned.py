"""The optional model: learns from labels, judges what it has not seen, and gives way where it cannot."""

from __future__ import annotations

import numpy as np

from detectors.campaigns.learned import Learned, out_of_fold
from tests.detectors.campaigns.builders import a_market, a_review, at, judged

SLOTS = ("上手很轻巧", "颜色比图上正", "闺女特别中意", "用了两周没毛病", "回头给爸妈带", "比专柜便宜不少")


def a_judgement():
    chance = np.random.default_rng(2)
    rows = [
        a_review(
            f"fake{n}-{i}",
            listing=f"L{n}",
            posted_at=at(150 + i / 12),
            text="，".join(chance.choice(SLOTS, 4)),
        )
        for n in (3, 8)
        for i in range(25)
    ]
    result = judged(a_market(listings=12) + rows)
    return result, np.array([one.startswith("fake") for one in result.reviews["review_id"]])


def test_model_finds_the_campaign_it_has_not_seen():
    result, labels = a_judgement()
    fold = (result.reviews["listing"].to_numpy() == "L3").astype(np.int64)
    found = out_of_fold(result, labels, fold)
    assert found[labels].min() > np.quantile(found[~labels], 0.99)


def test_too_few_labels_leave_the_rule_score():
    result, _ = a_judgement()
    labels = np.zeros(len(result.reviews), dtype=bool)
    labels[:3] = True
    assert Learned.fit(result, labels, np.arange(len(labels))) is None
    assert (
        out_of_fold(result, labels, np.arange(len(labels)) % 2) == result.reviews["score"].to_numpy()
    ).all()
