"""An adapter that no longer fits its pages is told on the page of the run and on top of its report."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from console.desk import Desk
from domain.account import Role
from tests.console.finished import a_finished_run
from tests.console.people import Person

pytestmark = pytest.mark.mongo
SignIn = Callable[..., Person]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, ""),
        ({"missing_fields": ["price"]}, "“价格”：故障（39页中读出0页"),
        ({"state": "blocked", "reason": "captcha"}, "商品信息：被阻断（40页中有40页被阻断"),
    ],
    ids=["well", "broken", "blocked"],
)
@pytest.mark.parametrize("path", ["/runs/{run}", "/runs/{run}/report"])
def test_alarms_of_a_run_are_alerts(
    desk: Desk, sign_in: SignIn, path: str, changes: dict[str, object], said: str
) -> None:
    run = a_finished_run(desk.store, 1, flagged={1})
    if changes:
        desk.store.database["targets"].update_many({"run": run.id, "kind": "listing"}, {"$set": changes})
    page = sign_in(Role.VIEWER, **{"Accept-Language": "zh-CN"}).get(path.format(run=run.id)).text
    alerts = " ".join(re.findall(r'role="alert">(.*?)</(?:p|section)>', page, re.DOTALL))
    assert said in alerts
    assert ("适配器告警" in page) is bool(said)
