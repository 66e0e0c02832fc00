"""The form of a sweep: a message at every wrong field, and nothing lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from console.desk import Desk
from console.sweep_form import SweepForm
from crawlers.processes import owner_name
from crawlers.rounds import waiting_runs
from crawlers.runner import start_run
from crawlers.sweep_text import parse_sweep
from domain.account import Role
from domain.cadence import PeakCadence, PeakPhase
from domain.sweep import Sweep
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
    "obey_robots": "on",
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
        ({"adapter_0": "taobao-x", "platform_0": "x"}, "platform_0", "没有适配器 taobao-x"),
        ({"adapter_0": "profile", "platform_0": "x"}, "profile_0", "站点配置"),
        ({"adapter_0": "", "base_url_0": ""}, "platform_0", "至少填写一个平台"),
        ({"categories": []}, "categories", "至少选择一个品类"),
        ({"detectors": []}, "detectors", "必填"),
        ({"window_start": "2026-11-20", "window_end": "2026-11-01"}, "window_end", "早于"),
        ({"window_start": "2020-11-01", "window_end": "2020-11-20"}, "window_start", "今天不在"),
        ({"allocation": "neyman"}, "prior_rates", "奈曼"),
        ({"phases": "集中检查 2026-10-20"}, "phases", "第 1 行"),
        ({"phases": "甲 2026-10-20 2026-11-01\n乙 2026-13-20 2026-11-01"}, "phases", "#2"),
        ({"phases": "甲 2026-10-20 2026-10-01"}, "phases", "早于"),
        ({"campaign_start": "2026-11-01", "campaign_end": "2026-10-01"}, "campaign_end", "早于"),
        ({"campaign_start": "2026-11-01", "phases": "甲 2026-10-01 2026-10-02"}, "phases", "期限之外"),
        ({"keywords": "蜂蜜"}, "keywords", "第 1 行"),
        ({"keywords": "DRUG: 药"}, "keywords", "未选"),
        ({"negative_words": "DRUG: 药"}, "negative_words", "未选"),
        ({"variants": "药: 葯"}, "variants", "不在搜索词之内"),
        ({"cadence": "once", "cadence_promotion": "DOUBLE11", "cadence_peak": "daily"}, "cadence", "一次性"),
        ({"cadence": "weekly", "cadence_peak": "daily"}, "cadence_promotion", "请选择节点"),
        (
            {"cadence": "weekly", "cadence_promotion": "NO-SUCH", "cadence_peak": "daily"},
            "cadence_promotion",
            "NO-SUCH",
        ),
        ({"cadence_presale": "often", "cadence": "daily"}, "cadence_presale", "可选范围"),
        ({"presale_from": "soon", "cadence": "daily"}, "presale_from", "2026-11-11"),
        ({"peak_days": "2026-11-11 2026-11-01", "cadence": "daily"}, "peak_days", "早于"),
        ({"cohort_of": "WJ"}, "cohort_of", "单独"),
        ({"cohort_of": "a b"}, "cohort_of", "字母"),
        ({"time_of_day": "25:00"}, "time_of_day", "08:30"),
        ({"notify_mail": "nobody"}, "notify_mail", "邮箱"),
        ({"notify_webhooks": "javascript:x"}, "notify_webhooks", "http"),
        ({"hours": "0"}, "hours", "大于"),
        ({"category_pack": "2003"}, "category_pack", "没有 2003 年的品类包"),
        ({"local_categories": "TEA"}, "local_categories", "第 1 行"),
        ({"obey_robots": ""}, "robots_authority", "依据"),
        ({"cuts": ["weight"]}, "cuts", "可选范围"),
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
    assert_saved_unchanged(desk, person, sweep)


FULL: dict[str, Any] = {
    "campaign": {
        "code": "WJ",
        "name": "网剑行动",
        "document_number": "国市监〔2026〕1号",
        "region": "某省",
        "year": 2026,
        "start": "2026-10-01",
        "end": "2026-12-31",
        "deadline": "2027-01-10",
        "phases": [
            {"name": "动员 部署", "start": "2026-10-01", "end": "2026-10-10"},
            {"name": "集中检查", "start": "2026-10-11", "end": "2026-12-31"},
        ],
    },
    "platforms": [
        {"platform": "lingang", "base_url": f"http://h{number}", "adapter": "lingang"} for number in range(5)
    ],
    "category_pack": 2019,
    "local_categories": [{"code": "LOCAL-TEA", "name": "本地茶", "keywords": ["云雾茶", "毛峰,特级"]}],
    "keywords": {"FOOD": ["土蜂蜜", "巢蜜"]},
    "negative_words": {"FOOD": ["二手"]},
    "variants": {"土蜂蜜": ["土峰蜜"]},
    "start_urls": ["http://h1/item/1?a=b"],
    "design": {
        "kind": "stratified",
        "allocation": "neyman",
        "prior_rates": {"lingang/FOOD": 0.05},
        "pilot": 0.4,
    },
    "budget": {"hours": 2.5},
    "window": {"start": "2026-10-01", "end": "2026-12-31", "promotion": "DOUBLE11"},
    "cadence": {
        "usual": "weekly",
        "presale": "daily",
        "peak": "every_6_hours",
        "presale_from": "2026-10-14",
        "peak_days": [
            {"start": "2026-10-31", "end": "2026-11-03"},
            {"start": "2026-11-10", "end": "2026-11-11"},
        ],
    },
    "time_of_day": "02:30",
    "working_days_only": True,
    "owner": "李",
    "notify": {"mail": ["a@b.example"], "webhooks": ["https://hook.example/x"]},
}


def assert_saved_unchanged(desk: Desk, person: Person, sweep: Sweep) -> None:
    form = SweepForm.of(sweep, 1)
    fields = form.values | {name: list(chosen) for name, chosen in form.lists.items()}
    fields |= {name: "on" for name, on in form.switches.items() if on}
    # Browsers send a text box with line ends of their own.
    fields = {
        name: value.replace("\n", "\r\n") if isinstance(value, str) else value
        for name, value in fields.items()
    }
    answer = person.post("/sweeps", **fields, version="1", action="save")
    assert answer.status_code == 303, re.findall(r'id="error-[^<]+<', answer.text)
    stored = desk.store.sweeps.get(sweep.name)
    assert stored
    assert (stored.version, stored.sweep) == (1, sweep)


@pytest.mark.parametrize(
    "changes",
    [
        FULL,
        {"cadence": {"usual": "daily", "promotion": "DOUBLE11"}},
        {"categories": [], "cohort": {"of": "WJ", "findings": "open", "rules": ["AD-ABSOLUTE"], "size": 50}},
    ],
)
def test_every_part_of_the_schema_passes_through_the_form(
    desk: Desk, sign_in: SignIn, changes: dict[str, Any]
) -> None:
    sweep: Sweep = a_sweep(**changes)
    desk.store.sweeps.save(sweep, DAY)
    assert_saved_unchanged(desk, sign_in(Role.OFFICER), sweep)


def test_what_is_written_in_the_text_boxes_is_what_the_schema_gets(desk: Desk, sign_in: SignIn) -> None:
    written = {
        "phases": "集中检查 2026-10-20 2026-11-20\r\n督查总结 2026-11-21 2026-12-10",
        "keywords": "FOOD：土蜂蜜，巢蜜; 蜂王浆",
        "cadence": "weekly",
        "cadence_promotion": "DOUBLE11",
        "cadence_peak": "every_6_hours",
        "peak_days": "2026-11-11",
        "notify_mail": "a@b.example c@d.example",
        "hours": "3",
        "action": "save",
    }
    assert sign_in(Role.OFFICER).post("/sweeps", **GOOD | written).status_code == 303
    stored = desk.store.sweeps.get("weekly-food")
    assert stored
    sweep = stored.sweep
    assert [(phase.name, str(phase.end)) for phase in sweep.campaign.phases] == [
        ("集中检查", "2026-11-20"),
        ("督查总结", "2026-12-10"),
    ]
    assert sweep.keywords == {"FOOD": ("土蜂蜜", "巢蜜", "蜂王浆")}
    assert isinstance(sweep.cadence, PeakCadence)
    assert sweep.cadence.on(PeakPhase.PEAK) == "every_6_hours"
    assert sweep.cadence.on(PeakPhase.AFTER) == "weekly"
    assert len(sweep.cadence.peak_days) == 1
    assert sweep.notify.mail == ("a@b.example", "c@d.example")
    assert sweep.budget.hours == 3


def test_a_sweep_goes_out_as_yaml_and_comes_in_by_the_form(desk: Desk, sign_in: SignIn) -> None:
    sweep: Sweep = a_sweep(**FULL)
    desk.store.sweeps.save(sweep, DAY)
    person = sign_in(Role.OFFICER)
    sent = person.get("/sweeps/weekly/yaml")
    assert sent.headers["content-disposition"] == 'attachment; filename="weekly-v1.yaml"'
    assert parse_sweep(sent.text) == sweep
    opened = unescape(person.post("/sweep-import", yaml=sent.text).text)
    assert 'name="version" value="1"' in opened, "what has a stored version is saved as its next one"
    assert "动员 部署 2026-10-01 2026-10-10" in opened
    assert len(desk.store.sweeps.versions("weekly")) == 1, "nothing is saved yet"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: [", "第 1:8（行:列）处不是合法的 YAML"),
        ("- 1\n- 2", "sweep"),
        ("name: x\nsurprise: <img src=x>", "surprise: 没有这一项"),
        ("", "sweep"),
    ],
)
def test_yaml_that_is_no_sweep_is_told_and_kept(sign_in: SignIn, text: str, said: str) -> None:
    answer = sign_in(Role.OFFICER).post("/sweep-import", yaml=text)
    assert answer.status_code == 422
    assert said in answer.text
    assert "<img" not in answer.text
    assert text in unescape(answer.text)


def test_versions_are_listed_with_what_each_changed(desk: Desk, sign_in: SignIn) -> None:
    desk.store.sweeps.save(a_sweep(), DAY)
    desk.store.sweeps.save(a_sweep(title="<b>改名</b>", budget={"pages": 70}), DAY)
    page = sign_in(Role.VIEWER).get("/sweeps/weekly/versions").text
    assert page.index("v2") < page.index("v1 ")
    assert "<b>" not in page
    rows = re.findall(r'<tr class="(added|removed)">.*?<code>(.*?)</code>', page)
    assert ("removed", "title: 每周监测") in rows
    assert ("added", "  pages: 70") in rows


def test_only_who_may_plan_imports(sign_in: SignIn) -> None:
    analyst = sign_in(Role.ANALYST)
    assert analyst.get("/sweep-import").status_code == 403
    assert analyst.post("/sweep-import", yaml="x").status_code == 403


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
    assert waiting_runs(desk.store) == []
    desk.store.sweeps.set_paused("weekly", paused=False)
    assert [waiting.id for waiting in waiting_runs(desk.store)] == [run.id]
    # Somebody works on it: a second crawl would only compete.
    desk.store.frontier.lease(run.id, owner=owner_name(), limit=1, duration=timedelta(minutes=2))
    assert waiting_runs(desk.store) == []
