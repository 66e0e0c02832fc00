"""A sweep says what it means or is refused with a sentence."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from domain.cadence import Cadence, PeakCadence, PeakPhase
from domain.sweep import Campaign, Sweep
from tests.builders import a_sweep

CAMPAIGN: dict[str, Any] = {
    "code": "wj2026",
    "name": "网剑专项行动",
    "year": 2026,
    "start": "2026-06-01",
    "end": "2026-11-30",
    "deadline": "2026-12-10",
    "phases": [
        {"name": "动员部署", "start": "2026-06-01", "end": "2026-06-30"},
        {"name": "集中检查", "start": "2026-07-01", "end": "2026-11-20"},
        {"name": "督查总结", "start": "2026-10-01", "end": "2026-11-30"},
    ],
}
PEAK = {"promotion": "DOUBLE11", "usual": "weekly", "presale": "daily", "peak": "every_6_hours"}


def test_campaign_knows_its_phases():
    campaign = Campaign.model_validate(CAMPAIGN)
    assert campaign.phases_on(campaign.phases[2].start) == ("集中检查", "督查总结")
    assert campaign.phases_on(date(2026, 12, 10)) == ()


def test_phase_without_a_cadence_has_the_usual_one():
    cadence = PeakCadence.model_validate(PEAK)
    assert [cadence.on(phase) for phase in PeakPhase] == [
        Cadence.WEEKLY,
        Cadence.WEEKLY,
        Cadence.DAILY,
        Cadence.EVERY_6_HOURS,
        Cadence.WEEKLY,
    ]


def test_sweep_survives_the_way_through_the_store():
    sweep = a_sweep(
        campaign=CAMPAIGN,
        cadence=PEAK,
        time_of_day="22:30",
        working_days_only=True,
        notify={"mail": ["jiance@example.org"], "webhooks": ["https://hook.example.org/x"]},
        local_categories=[{"code": "TEA", "name": "本地茶叶", "keywords": ["绿茶"]}],
        variants={"绿茶": ["綠茶"]},
        negative_words={"FOOD": ["玩具"]},
    )
    assert Sweep.model_validate_json(sweep.model_dump_json()) == sweep


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"campaign": CAMPAIGN | {"end": "2026-05-01", "phases": []}}, "ends"),
        ({"campaign": CAMPAIGN | {"end": "2026-11-01"}}, "lies outside"),
        ({"campaign": CAMPAIGN | {"deadline": "2026-01-01"}}, "is due"),
        ({"campaign": CAMPAIGN | {"phases": [CAMPAIGN["phases"][0]] * 2}}, "same name"),
        ({"cadence": {"usual": "weekly", "peak": "daily"}}, "promotion"),
        ({"cadence": PEAK | {"usual": "once"}}, "once"),
        ({"cadence": "fortnightly"}, "cadence"),
        ({"time_of_day": "22:30+01:00"}, "without a zone"),
        ({"cohort": {"of": "earlier"}}, "by itself"),
        ({"negative_words": {"DRUG": ["玩具"]}}, "does not name"),
        ({"local_categories": [{"code": "FOOD", "name": "x", "keywords": ["y"]}]}, "two categories"),
        ({"notify": {"mail": ["not an address"]}}, "notify.mail.0"),
        ({"notify": {"mail": ["a@b.example\nBcc: c@d.example"]}}, "notify.mail.0"),
    ],
)
def test_contradiction_is_named(changes, said):
    with pytest.raises(ValidationError, match=said):
        a_sweep(**changes)
