"""The console over the store, and people who are signed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from console.app import create_app
from console.desk import Desk
from console.launcher import Launcher
from console.shield import Shield
from domain.account import Role
from rules.loader import load_catalogue, load_categories, load_promotions
from settings import Settings
from storage.store import Store
from tests.console.browsing import address, browser, opened
from tests.console.people import QUICK, Person, an_account

__all__ = ["address", "browser", "opened"]


@pytest.fixture(scope="session")
def rules() -> dict[str, Any]:
    return {
        "catalogue": load_catalogue(),
        "categories": load_categories(),
        "promotions": load_promotions(),
    }


@pytest.fixture
def desk(store: Store, store_settings: Settings, rules: dict[str, Any]) -> Desk:
    return Desk(
        store=store,
        settings=store_settings,
        launcher=Launcher(store_settings),
        secret=store.accounts.secret(),
        passwords=QUICK,
        **rules,
    )


@pytest.fixture
def app(desk: Desk) -> Shield:
    return create_app(desk)


@pytest.fixture
def stranger(app: Shield, desk: Desk) -> Person:
    """A browser that nobody has signed in with."""
    return Person(TestClient(app, base_url="http://localhost", follow_redirects=False), desk.store)


@pytest.fixture
def sign_in(app: Shield, desk: Desk) -> Callable[..., Person]:
    """Makes an account of a role and signs in with a browser of its own."""

    def enter(role: Role, name: str = "", **headers: str) -> Person:
        name = name or role.value
        desk.store.accounts.add(an_account(name, role))
        client = TestClient(app, base_url="http://localhost", follow_redirects=False, headers=headers)
        person = Person(client, desk.store)
        answer = person.enter(name)
        assert answer.status_code == 303
        return person

    return enter
