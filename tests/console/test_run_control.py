"""Pausing, going on and cancelling from a run's page: who may, what is asked, what the store then holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from console.desk import Desk
from console.launcher import Launcher
from crawlers.processes import owner_name
from domain.account import Role
from domain.run import RunState
from tests.console.people import Person
from tests.storage.builders import DAY, a_run, a_sweep, a_target, a_visit

pytestmark = pytest.mark.mongo
SignIn = Callable[..., Person]
RUN = a_run().id


@pytest.fixture
def visiting(desk: Desk) -> Desk:
    """A run of four targets: one read, one in the hands of a living process, two left."""
    desk.store.sweeps.save(a_sweep(), DAY)
    desk.store.runs.create(a_run(state=RunState.VISITING))
    desk.store.frontier.plant([a_target(number, run=RUN) for number in range(4)])
    owner = owner_name()
    visits = [
        a_visit(target)
        for target in desk.store.frontier.lease(RUN, owner=owner, limit=1, duration=timedelta(minutes=2))
    ]
    desk.store.visits.store(visits)
    desk.store.visits.judge(visits)
    desk.store.frontier.lease(RUN, owner=owner, limit=1, duration=timedelta(minutes=2))
    return desk


def test_a_moving_run_shows_its_strata_by_state_and_the_pace_of_its_hosts(
    visiting: Desk, sign_in: SignIn
) -> None:
    page = sign_in(Role.VIEWER, **{"Accept-Language": "en"}).get(f"/runs/{RUN}").text
    strata = page[page.index("Progress by stratum") : page.index("Pace by host")]
    row = strata[strata.index("lingang/food") :]
    cells = [cell.split("<")[0] for cell in row.split('<td class="num')[1:8]]
    assert [cell.partition(">")[2] for cell in cells] == ["2", "1", "0", "1", "0", "0", "4"]
    assert "25.0%" in row
    hosts = page[page.index("Pace by host") :]
    assert "shop.example" in hosts
    assert "60" in hosts, "one page a second is sixty a minute"
    assert 'action="/runs' not in page, "who may not plan gets no buttons"


def test_a_host_that_rests_is_told(visiting: Desk, sign_in: SignIn) -> None:
    visiting.store.frontier.cool("shop.example", timedelta(minutes=10))
    assert "限流中" in sign_in(Role.VIEWER).get(f"/runs/{RUN}").text


def test_an_officer_pauses_and_nobody_goes_on_before_it_stands(visiting: Desk, sign_in: SignIn) -> None:
    officer = sign_in(Role.OFFICER)
    assert officer.post(f"/runs/{RUN}/pause").status_code == 303
    run = visiting.store.runs.get(RUN)
    assert run
    assert run.is_paused
    page = officer.get(f"/runs/{RUN}").text
    assert 'data-phase="pausing"' in page, "the process that holds a page lives"
    assert f'action="/runs/{RUN}/start"' not in page
    officer.post(f"/runs/{RUN}/start")
    assert "不能启动" in officer.get(f"/runs/{RUN}").text
    visiting.store.frontier.release(RUN, [owner_name()])
    assert 'data-phase="paused"' in officer.get(f"/runs/{RUN}").text
    officer.post(f"/runs/{RUN}/pause")
    assert "不能暂停" in officer.get("/runs").text
    entry = next(entry for _, entry in visiting.store.audit.list())
    assert (entry.action, entry.before, entry.after) == ("run.pause", "visiting", "paused")


@pytest.mark.parametrize(
    ("state", "is_dry_run", "expected"),
    [
        (RunState.VISITING, False, "visit"),
        (RunState.FRAMING, False, "visit"),
        (RunState.FRAMING, True, "plan"),
    ],
)
def test_a_held_run_goes_on_as_what_it_was(
    desk: Desk,
    sign_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
    state: RunState,
    is_dry_run: bool,
    expected: str,
) -> None:
    asked: list[str] = []
    for name in ("plan", "visit"):
        monkeypatch.setattr(Launcher, name, lambda _self, run, name=name: asked.append(f"{name} {run}"))
    desk.store.sweeps.save(a_sweep(), DAY, paused=is_dry_run)
    desk.store.runs.create(a_run(state=state))
    desk.store.frontier.plant([a_target(run=RUN)])
    desk.store.runs.set_paused(RUN, paused=True)
    sign_in(Role.OFFICER).post(f"/runs/{RUN}/start")
    run = desk.store.runs.get(RUN)
    assert run
    assert not run.is_paused
    assert asked == [f"{expected} {RUN}"]


def test_cancelling_is_asked_once_more_with_what_it_costs(visiting: Desk, sign_in: SignIn) -> None:
    officer = sign_in(Role.OFFICER)
    assert f'href="/runs/{RUN}/cancel"' in officer.get(f"/runs/{RUN}").text
    asked = officer.get(f"/runs/{RUN}/cancel").text
    assert "还有 3 个页面未采集" in asked
    assert f'action="/runs/{RUN}/cancel"' in asked
    assert "已终止" not in asked
    officer.post(f"/runs/{RUN}/cancel")
    assert 'data-phase="cancelled"' in officer.get(f"/runs/{RUN}").text


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST, Role.AUDITOR])
def test_who_may_not_plan_changes_no_run(visiting: Desk, sign_in: SignIn, role: Role) -> None:
    person = sign_in(role)
    assert person.get(f"/runs/{RUN}/cancel").status_code == 403
    for verb in ("pause", "start", "cancel"):
        assert person.post(f"/runs/{RUN}/{verb}").status_code == 403
    run = visiting.store.runs.get(RUN)
    assert run
    assert (run.state, run.is_paused) == (RunState.VISITING, False)
