"""The console over a store of the test's own, and people who are signed in."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pymongo import MongoClient
from starlette.testclient import TestClient

from console.app import create_app
from console.desk import Desk
from console.launcher import Launcher
from console.shield import Shield
from domain.account import Role
from rules.loader import load_catalogue, load_categories, load_promotions
from settings import Settings
from storage.store import Store, open_store
from tests.console.browsing import address, browser, opened
from tests.console.people import QUICK, Person, an_account

__all__ = ["address", "browser", "opened"]


@pytest.fixture(scope="session")
def database_name(mongo_uri: str) -> Iterator[str]:
    """One database for all tests here: making its indexes takes longer than most of them."""
    name = f"test_{secrets.token_hex(8)}"
    yield name
    with MongoClient[dict[str, object]](mongo_uri) as client:
        client.drop_database(name)


@pytest.fixture(scope="session")
def shared_store(
    mongo_uri: str, database_name: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    var_dir = tmp_path_factory.mktemp("console")
    with open_store(uri=mongo_uri, var_dir=var_dir, database=database_name) as opened:
        yield opened


@pytest.fixture
def store(shared_store: Store) -> Iterator[Store]:
    """The store, emptied after every test."""
    yield shared_store
    database = shared_store.database
    database.command({"profile": 0})
    database.drop_collection("system.profile")
    for name in database.list_collection_names():
        database[name].delete_many({} if name != "meta" else {"_id": {"$ne": "schema"}})


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
