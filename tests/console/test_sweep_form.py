"""The form of a sweep: a message at every wrong field, and nothing lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest

from console.desk import Desk
from console.sweep_form import SweepForm
from crawlers.runner import owner_name, start_run
from domain.account import Role
from domain.sweep import Sweep
from netsword.nightly import _plan as plan_of_nightly
from tests.builders import a_sweep
from tests.console.people import Person
from tests.storage.builders import DAY

pytestmark = pytest.mark.mongo
SignIn = Callable[..., Person]

GOOD = SweepForm.new().values | {
    "title": "每周食品监测",
    "name": "weekly-food",
    "campaign_name": "网剑行动",
    "campaign_code": "WJ-2026",
    "adapter_0": "lingang",
    "base_url_0": "http://127.0.0.1:8000",
    "categories": "FOOD",
    "detectors": "licence",
    "version": "0",
}
WRONG = {
    "title": "",
    "name": "每周 <b>",
    "campaign_name": " ",
    "campaign_code": "a b",
    "adapter_0": "taobao-x",
    "platform_0": "##",
    "base_url_0": "javascript:alert(1)",
    "categories": "NO SUCH",
    "size": "many",
    "seed": "-1",
    "pages": "0",
    "search_pages": "1.5",
    "review_pages": "101",
    "coverage_floor": "7",
    "design_kind": "guess",
    "allocation": "fair",
    "cadence": "fortnightly",
    "window_start": "2026-13-45",
    "window_end": "soon",
    "detectors": "everything",
    "delay_s": "nan",
    "concurrency": "",
}


def test_every_wrong_field_has_its_message_and_keeps_what_was_written(desk: Desk, sign_in: SignIn) -> None:
    answer = sign_in(Role.OFFICER).post("/sweeps", **GOOD | WRONG | {"action": "start"})
    assert answer.status_code == 422
    page = unescape(answer.text)
    with_message = set(re.findall(r'id="error-([a-z_0-9]+)"', page))
    # An adapter's name is looked up once all else is right.
    assert with_message >= set(WRONG) - {"adapter_0"}
    for name, value in WRONG.items():
        if name not in ("categories", "detectors"):
            assert value.strip() in page, name
    assert desk.store.sweeps.list() == []
    assert desk.store.runs.list() == []


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"adapter_0": "taobao-x", "platform_0": "x"}, "platform_0", "unknown adapter"),
        ({"adapter_0": "profile", "platform_0": "x"}, "profile_0", "站点配置"),
        ({"adapter_0": "", "base_url_0": ""}, "platform_0", "至少填写一个平台"),
        ({"categories": []}, "categories", "至少选择一个品类"),
        ({"detectors": []}, "detectors", "必填"),
        ({"window_start": "2026-11-20", "window_end": "2026-11-01"}, "window_end", "早于"),
        ({"window_start": "2020-11-01", "window_end": "2020-11-20"}, "window_start", "今天不在"),
        ({"allocation": "neyman"}, "allocation", "奈曼"),
    ],
)
def test_what_only_the_whole_can_tell_stands_at_a_field_too(
    sign_in: SignIn, changes: dict[str, object], field: str, words: str
) -> None:
    page = sign_in(Role.OFFICER).post("/sweeps", **GOOD | changes | {"action": "start"}).text
    message = re.search(rf'id="error-{field}">([^<]+)<', page)
    assert message
    assert words in message[1]


@pytest.mark.parametrize(("action", "is_paused"), [("save", False), ("draft", True)])
def test_a_good_form_is_a_sweep(desk: Desk, sign_in: SignIn, action: str, *, is_paused: bool) -> None:
    answer = sign_in(Role.OFFICER).post("/sweeps", **GOOD | {"action": action})
    assert answer.headers["location"] == "/sweeps"
    stored = desk.store.sweeps.get("weekly-food")
    assert stored
    assert stored.paused == is_paused
    assert stored.sweep.platforms[0].platform == "lingang"
    assert stored.sweep.owner == "officer"
    assert next(entry.action for _, entry in desk.store.audit.list()) == f"sweep.{action}"


def test_opening_and_saving_changes_nothing_even_what_the_form_does_not_show(
    desk: Desk, sign_in: SignIn
) -> None:
    sweep: Sweep = a_sweep(
        keywords={"FOOD": ["土蜂蜜"]},
        politeness={"obey_robots": False, "robots_authority": "市监网〔2026〕1号", "delay_s": 2},
        window={"start": "2026-11-01", "end": "2026-11-20", "promotion": "DOUBLE11"},
        design={"cuts": ["price"], "per_shop": 7},
        owner="li",
    )
    desk.store.sweeps.save(sweep, DAY)
    person = sign_in(Role.OFFICER)
    page = unescape(person.get("/sweeps/weekly").text)
    form = SweepForm.of(sweep, 1)
    assert form.values["window_end"] in page
    fields = form.values | {"categories": list(form.categories), "detectors": list(form.detectors)}
    person.post("/sweeps", **fields, version="1", action="save")
    stored = desk.store.sweeps.get("weekly")
    assert stored
    assert (stored.version, stored.sweep) == (1, sweep)


def test_a_form_that_somebody_overtook_keeps_both_versions(desk: Desk, sign_in: SignIn) -> None:
    desk.store.sweeps.save(a_sweep(), DAY)
    desk.store.sweeps.save(a_sweep(title="别人改的"), DAY)
    person = sign_in(Role.OFFICER)
    mine = GOOD | {"name": "weekly", "title": "我改的", "version": "1", "action": "save"}
    late = person.post("/sweeps", **mine)
    assert late.status_code == 409
    assert "我改的" in late.text
    assert 'name="version" value="2"' in late.text
    stored = desk.store.sweeps.get("weekly")
    assert stored
    assert stored.sweep.title == "别人改的"
    assert person.post("/sweeps", **mine | {"version": "2"}).status_code == 303
    assert [one.sweep.title for one in desk.store.sweeps.list()] == ["我改的"]


def test_a_new_sweep_takes_no_name_that_is_in_use(desk: Desk, sign_in: SignIn) -> None:
    desk.store.sweeps.save(a_sweep(), DAY)
    answer = sign_in(Role.OFFICER).post("/sweeps", **GOOD | {"name": "weekly", "action": "save"})
    assert answer.status_code == 422
    assert "已被使用" in answer.text


def test_a_sweep_is_paused_and_resumed(desk: Desk, sign_in: SignIn) -> None:
    desk.store.sweeps.save(a_sweep(), DAY)
    person = sign_in(Role.OFFICER)
    for state, is_paused in (("pause", True), ("resume", False)):
        person.post(f"/sweeps/weekly/{state}")
        stored = desk.store.sweeps.get("weekly")
        assert stored
        assert stored.paused == is_paused
    assert person.post("/sweeps/weekly/burn").status_code == 404


def test_the_scheduler_leaves_alone_what_waits_for_a_person(desk: Desk) -> None:
    stored = desk.store.sweeps.save(a_sweep(), DAY, paused=True)
    run = start_run(desk.store, stored, now=DAY)
    assert plan_of_nightly(desk.store) == []
    desk.store.sweeps.set_paused("weekly", paused=False)
    assert [(row["run"], row["action"]) for row in plan_of_nightly(desk.store)] == [(run.id, "resume")]
    # Somebody works on it: a second crawl would only compete.
    desk.store.frontier.lease(run.id, owner=owner_name(), limit=1, duration=timedelta(minutes=2))
    assert plan_of_nightly(desk.store) == []
